# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# VMMs that close what they hold, or are killed, while their guest's call is inside, with the development
# SPMC. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

exits=/sys/kernel/tracing/events/vffa/vffa_call_exit

# KVM has a directory for each VM of a process.
no_kvm_vms() {
	! ls /sys/kernel/debug/kvm | grep -e -
}

# Calls to lend leave when they are parked, and when nobody comes back for them.
cancelled_have_an_exit() {
	local parked
	cat /sys/kernel/tracing/trace
	parked=$(grep -c 'vffa_call_exit: .* status=1 ' /sys/kernel/tracing/trace)
	[ "$parked" -gt 0 ] && [ "$(grep -c 'vffa_call_exit: .* status=-8 ns=0 ' /sys/kernel/tracing/trace)" = "$parked" ]
}

check "fds: module loads" load_vffa
check "fds: KVM tells which VMs it has" test -d /sys/kernel/debug/kvm
echo 'fid == 0x84000072' >$exits/filter && echo 1 >$exits/enable
include ./fds-test
echo 0 >$exits/enable
check "fds: calls that their VM's end cancels are traced" cancelled_have_an_exit
check "fds: no VM is left" until_true 20 no_vms
check "fds: KVM has no VM left" until_true 20 no_kvm_vms
check "fds: module unloads" until_true 20 rmmod vffa
check "fds: the kernel has nothing to complain about" kernel_is_well
done_testing
