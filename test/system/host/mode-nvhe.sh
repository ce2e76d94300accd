# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A host whose kernel runs at EL1, as before Arm v8.1: nothing is different. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

loads_without_a_word() {
	load_vffa && [ "$(dmesg | grep -c "vffa: no hook\|vffa: kvm-arm")" = 0 ]
}

check "nVHE: module loads" loads_without_a_word
for conduit in hvc smc; do
	scenario version.ffa $conduit
	scenario direct.ffa $conduit
done
check "nVHE: by the filter" bare short.ffa --way filter
check "nVHE: module unloads" until_true 10 rmmod vffa
check "nVHE: the kernel has nothing to complain about" kernel_is_well
done_testing
