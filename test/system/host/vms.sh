# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Stock guests, several VMs at once, and VMs that die, on a host with OP-TEE.
# Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

tracing=/sys/kernel/tracing

# The stock driver's whole probe, and what OP-TEE's driver learnt by direct messages.
stock_guest() {
	local log=$logs/stock-$1.txt
	vmm_timeout=300 vmm --kernel Image --initrd stock.cpio --cpus "$1" --memory 512 \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests" >"$log" 2>&1 </dev/null || return
	cat "$log"
	said "$log" "ARM FF-A: Driver version 1.2" &&
		said "$log" "ARM FF-A: Firmware version 1.2 found" &&
		said "$log" "stock: uuid 486178e0-e7f8-11e3-bc5e-0002a5d5c51b" &&
		grep -q "optee: revision" "$log" &&
		said "$log" "stock: ended well"
}

# The drivers probe again after a reboot of the guest, as if nothing had been before.
stock_guest_reboots() {
	local log=$logs/stock-reboot.txt status=0
	./vffa-vmm --kernel Image --initrd stock.cpio --cpus 2 --memory 512 \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests stock.reboot" \
		>"$log" 2>&1 </dev/null &
	until_true 300 ended_well_twice "$log" || status=1
	kill $!
	wait $!
	cat "$log"
	[ $status = 0 ] && [ "$(grep -c "optee: revision" "$log")" -ge 2 ] && until_true 20 no_vms
}

ended_well_twice() {
	[ "$(grep -c "stock: ended well" "$1")" -ge 2 ]
}

four_vms_at_once() {
	local i pids='' status=0
	for i in 1 2 3 4; do
		bare parallel.ffa --cpus 2 --name "vm$i" >"$logs/four-$i.txt" 2>&1 &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i" || status=1
	done
	cat "$logs"/four-*.txt
	return $status
}

has_settled() {
	said "$1" "busy id" || said "$1" "vffa-vmm:"
}

# A VM beyond OP-TEE's limit is refused, and takes nothing from those that live.
one_vm_too_many() {
	local pids='' n=0 log
	while [ $n -lt 16 ]; do
		log=$logs/many-$n.txt
		start "$log" busy.ffa
		pids="$pids $started"
		until_true 30 has_settled "$log" || break
		said "$log" "busy id" || break
		n=$((n + 1))
	done
	tail -n 3 "$log"
	echo "$n VMs at once"
	# shellcheck disable=SC2086 # a list
	kill -9 $pids
	# shellcheck disable=SC2086
	wait $pids
	[ $n -ge 4 ] && [ $n -lt 16 ] && until_true 20 no_vms && bare short.ffa
}

# trace_ends 0|1: calls of guests, and signals.
trace_ends() {
	echo >$tracing/trace
	echo "$1" >$tracing/events/vffa/enable && echo "$1" >$tracing/events/signal/signal_generate/enable
}

# nr_inside SIGNAL: how many calls had begun, and not ended, when a VMM got it.
nr_inside() {
	awk -v "sig=sig=$1" '
		{ for (i = 1; i <= NF; i++) if ($i ~ /^vcpu=/) vcpu = $i }
		/vffa_call_enter: / { inside[vcpu] = 1 }
		/vffa_call_exit: / { inside[vcpu] = 0 }
		/signal_generate: / && $0 ~ sig " .*comm=vffa-vmm" { for (i in inside) nr += inside[i] }
		END { print nr + 0 }' $tracing/trace
}

# both_call LOG: each vCPU has made calls, and makes no end of it.
both_call() {
	said "$1" "vCPU 0x0 is busy" && said "$1" "vCPU 0x1 is busy"
}

# end_one SIGNAL: one that calls without end.
end_one() {
	local log=$logs/end.txt status=0
	trace_ends 1 || return
	start "$log" busy.ffa --cpus 2
	until_true 20 both_call "$log" || status=1
	kill -"$1" $started
	wait $started
	cat "$log"
	until_true 20 no_vms || { echo "the VM is still there"; status=1; }
	hits=$((hits + $(nr_inside "$1")))
	trace_ends 0 && said "$log" "busy id 0x1" && return $status
}

# end_in_calls SIGNAL: three times over, and until it has met a call that was inside.
end_in_calls() {
	local i=0 log=$logs/end.txt
	hits=0
	while [ $i -lt 3 ] || { [ $hits = 0 ] && [ $i -lt 6 ]; }; do
		end_one "$1" || return
		i=$((i + 1))
	done
	echo "$hits calls were inside"
	# The id is free again, and OP-TEE takes the VM anew.
	bare short.ffa >"$log" 2>&1
	i=$?
	cat "$log"
	[ $hits -gt 0 ] && [ $i = 0 ] && said "$log" "id 0x1"
}

# A guest that touches what is not there ends with a reason and a status that says so.
guest_dies() {
	local log=$logs/dies.txt
	if bare bad-access.ffa >"$log" 2>&1; then
		cat "$log"
		return 1
	fi
	cat "$log"
	said "$log" "vffa-vmm:" && until_true 10 no_vms
}

check "module loads" load_vffa
check "4 VMs with 2 vCPUs each at once" four_vms_at_once
# Not on the debug kernel, where a whole kernel takes too long to boot.
if [ -e stock.cpio ]; then
	check "stock guest with 1 vCPU" stock_guest 1
	check "stock guest with 4 vCPUs" stock_guest 4
	check "stock guest that reboots" stock_guest_reboots
fi
check "VMM killed in the middle of calls" end_in_calls 9
check "VMM told to end in the middle of calls" end_in_calls 15
check "guest that dies" guest_dies
check "as many VMs as OP-TEE takes, and one more" one_vm_too_many
check "the kernel has nothing to complain about" kernel_is_well
done_testing
