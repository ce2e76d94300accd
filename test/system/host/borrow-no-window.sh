# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# On a host whose KVM takes no memory without pages, because the CPUs lack FEAT_S2FWB, guests do without
# a window. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

# The guest is at work, and its VMM has no window mapped.
does_without() {
	local log=$logs/busy.txt status=0
	start "$log" busy.ffa --window 16
	until_true 30 said "$log" "busy id" || status=1
	! grep "anon_inode:.*vffa-vm" "/proc/$started/maps" || status=1
	kill -9 $started
	wait $started
	cat "$log"
	return $status
}

check "no window: module loads" load_vffa
check "no window: a guest does without" does_without
until_true 20 no_vms
check "no window: module unloads" rmmod vffa
check "no window: the kernel has nothing to complain about" kernel_is_well
done_testing
