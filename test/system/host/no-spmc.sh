# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A host without a secure world: VMs have FF-A all the same. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

says_so_once() {
	dmesg | grep 'vffa: ' | grep -v ' says: '
	[ "$(dmesg | grep -c 'vffa: the firmware has no SPMC that speaks FF-A 1.x: guests get FF-A without secure partitions$')" = 1 ]
}

check "no secure world: module loads" load_vffa
check "no secure world: it says so" says_so_once
scenarios none hvc
scenario no-spmc.ffa smc
check "no secure world: it has said so once" says_so_once
check "no secure world: module unloads" rmmod vffa
check "no secure world: the kernel has nothing to complain about" kernel_is_well
done_testing
