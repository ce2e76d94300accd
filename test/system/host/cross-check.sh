# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The module with cross_check=1: the scenarios about memory, in which the SPMC has what it was sent, and one
# in which it says otherwise. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

is_logged() {
	dmesg | grep -q "vffa: VM [0-9]*: the SPMC has not recorded transaction 0x"
}

not_logged() {
	! is_logged
}

check "cross-check: module loads" load_vffa cross_check=1
for file in mem-*.ffa; do
	[ "$file" != mem-looked-up.ffa ] || continue
	case " $(said_of "$file" on) " in
	*" spmc-1.2 "*) scenario "$file" hvc ;;
	esac
done
check "cross-check: the SPMC has what guests sent" not_logged
has=cross_check
scenario mem-looked-up.ffa hvc
check "cross-check: the kernel's log says that it lied" is_logged
check "cross-check: what was lost comes back when the VM has ended" until_true 20 no_vms
check "cross-check: module unloads" until_true 20 rmmod vffa
check "cross-check: the kernel has nothing to complain about" kernel_is_well
done_testing
