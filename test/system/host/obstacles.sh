# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What may be in the way of the module, on a host with OP-TEE: it says what, and what to do; where there
# can be no hook, VMs are served by the second way in. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

release=$(uname -r)
ftrace=/proc/sys/kernel/ftrace_enabled
instead="until then VMMs have to forward calls (vffa-vmm --way filter)"

# loads_without_hook SENTENCE: and VMs live, by the other way, with a VMM that says so.
loads_without_hook() {
	local log=$logs/without.txt status=0
	note_log
	load_vffa || return
	logged "$1" || status=1
	bare short.ffa >"$log" 2>&1 || status=1
	bare short.ffa --way hook >>"$log" 2>&1 && status=1
	rmmod vffa || status=1
	cat "$log" $logs/logged.txt
	[ $status = 0 ] && said "$log" "vffa-vmm: FF-A: vffa.ko has no hook in this kernel, whose log says why" &&
		said "$log" "vffa.ko has no hook in this kernel, whose log says why: use --way filter"
}

# refuses_to_load SENTENCE
refuses_to_load() {
	note_log
	! load_vffa && logged "$1"
}

ftrace_off() {
	loads_without_hook "no hook in KVM, ftrace is off: sysctl kernel.ftrace_enabled=1 and load vffa again; $instead"
}

another_hook() {
	insmod ./vffa-rival.ko hook=1 || return
	loads_without_hook "no hook in KVM, another hook, such as a live patch, has KVM's kvm_smccc_call_handler: remove it and load vffa again; $instead" ||
		{ rmmod vffa-rival; return 1; }
	rmmod vffa-rival
}

# The other way round it is the other that is refused.
another_hook_comes_later() {
	local status=0
	load_vffa || return
	! insmod ./vffa-rival.ko hook=1 || { rmmod vffa-rival; status=1; }
	bare short.ffa --way hook || status=1
	rmmod vffa && [ $status = 0 ]
}

another_ffa() {
	insmod ./vffa-rival.ko fid=0x84000063 answer=0,0x20000 || return
	refuses_to_load "the SPMC speaks FF-A 2.0, and vffa 1.x: update the older of the two" ||
		{ rmmod vffa-rival; return 1; }
	rmmod vffa-rival
}

# -1: the firmware knows no such function, or no version that goes with 1.2.
no_ffa() {
	local status=0
	insmod ./vffa-rival.ko fid=0x84000063 answer=0,0xffffffff || return
	note_log
	load_vffa &&
		logged "the firmware has no SPMC that speaks FF-A 1.x: guests get FF-A without secure partitions" &&
		bare no-spmc.ffa --append minor=2 || status=1
	rmmod vffa
	rmmod vffa-rival
	return $status
}

stock_driver() {
	modprobe ffa-module || return
	refuses_to_load "the stock driver ffa-module has the SPMC's RX/TX buffers, and vffa takes its place: modprobe -r ffa-module and load vffa again" ||
		{ modprobe -r ffa-module; return 1; }
	modprobe -r ffa-module
}

nothing_in_the_way() {
	load_vffa && bare short.ffa --way hook && rmmod vffa
}

# From some version on ftrace cannot be switched off.
if echo 0 2>/dev/null >$ftrace; then
	check "$release: ftrace is off" ftrace_off
	echo 1 >$ftrace
else
	skip "$release: ftrace is off" "this kernel does not let it"
fi
check "$release: another hook" another_hook
check "$release: another hook that comes later" another_hook_comes_later
# The debug kernel has no kprobes, by which the rival answers for the SPMC.
if grep -q ' register_kretprobe$' /proc/kallsyms; then
	check "$release: an SPMC of another FF-A" another_ffa
	check "$release: firmware without FF-A" no_ffa
else
	skip "$release: an SPMC of another FF-A" "this kernel has no kprobes"
	skip "$release: firmware without FF-A" "this kernel has no kprobes"
fi
if find /lib/modules | grep -q ffa-module; then
	check "$release: the stock driver has the buffers" stock_driver
else
	skip "$release: the stock driver has the buffers" "this kernel has none"
fi
check "$release: nothing in the way" nothing_in_the_way
check "$release: the kernel has nothing to complain about" kernel_is_well
done_testing
