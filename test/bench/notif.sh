# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# shellcheck source=test/bench/lib.sh
#
# Notifications of the development SPMC: to a driver of the host without vffa, then to a guest, by every
# way into it. Time stamps of tracepoints are nanoseconds, and so instructions.

. ./lib.sh

tracing=/sys/kernel/tracing

# event NAME [FILTER]
event() {
	[ -z "${2:-}" ] || echo "$2" >$tracing/events/"$1"/filter || exit
	echo 1 >$tracing/events/"$1"/enable || exit
}

# split SITUATION: lines for the parts of each notification's way, of what was traced. As text, time
# stamps have microseconds only; raw, events have time stamps only.
split() {
	echo 1 >$tracing/options/raw
	grep -v '^#' $tracing/trace >raw
	echo 0 >$tracing/options/raw
	grep -v '^#' $tracing/trace | awk -v situation="$1" '
	function field(name,	at) {
		at = index($0, " " name "=")
		return substr($0, at + length(name) + 2) + 0
	}
	function part(name, ns) {
		printf "bench: %s.%s median %d\n", situation, name, ns
	}
	NR == FNR { stamp[FNR] = $3; next }
	{ now = stamp[FNR] }
	/ vffa_smc: fid=0x8400006f / { set = now - field("ns") }
	/ vffa_sri: / { sri = now; asked = raised = given = 0 }
	/ vffa_smc: fid=0xc4000083 / && !asked { asked = now - field("ns"); told = now }
	/ vffa_npi: / && !raised { raised = now }
	(/ kvm_irq_line: / || / sys_ioctl/) && raised && !given { given = now }
	/ kvm_entry: / { entry = now }
	/ vffa_call_enter: / && raised && sri > set && entry > raised {
		part("sri", sri - set)
		part("work", asked - sri)
		part("info", told - asked)
		part("route", raised - told)
		part("vmm", given ? given - raised : 0)
		part("inject", entry - (given ? given : raised))
		part("guest", now - entry)
		part("total", now - set)
		raised = 0
	}' raw -
}

# way SITUATION [OPTION...]
way() {
	local situation="$1"
	shift
	echo >$tracing/trace
	echo 1 >$tracing/tracing_on
	vm "$situation" notif.ffa --memory 64 --cpus 1 "$@"
	echo 0 >$tracing/tracing_on
	split "$situation"
}

modprobe ffa-module || exit
module notif_host hostnotif
modprobe -r ffa-module || exit

insmod ./vffa.ko || exit
echo 0 >$tracing/tracing_on
echo 20000 >$tracing/buffer_size_kb
event vffa/vffa_smc 'fid == 0x8400006f || fid == 0xc4000083'
event vffa/vffa_sri
event vffa/vffa_npi
event vffa/vffa_call_enter 'fid == 0x84000082'
event kvm/kvm_entry
event kvm/kvm_irq_line
# KVM_SET_DEVICE_ATTR
event syscalls/sys_enter_ioctl 'cmd == 0x4018aee1'

way notif_sgi --npi sgi:8
way notif_ppi --npi ppi:20
way notif_pending --npi sgi:8 --npi-inject pending
way notif_line --npi ppi:20 --npi-inject irq-line
