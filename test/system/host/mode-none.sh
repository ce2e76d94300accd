# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A host whose KVM was switched off on the kernel's command line. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

refuses_to_load() {
	note_log
	! load_vffa &&
		logged "this host has no KVM, and so no guests for vffa: boot it at EL2, without kvm-arm.mode=none"
}

check "no KVM: the module says so" refuses_to_load
check "no KVM: the kernel has nothing to complain about" kernel_is_well
done_testing
