# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Every call of a VM by SMC, and VMs one after the other, on a host with OP-TEE. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

readonly nr_vms_in_a_row=20

# Short-lived VMs must not use up OP-TEE's slots.
vms_in_a_row() {
	local i
	for i in $(seq $nr_vms_in_a_row); do
		bare short.ffa || return
		until_true 10 no_vms || return
	done
}

check "module loads" load_vffa_for_many
calls_by smc
check "$nr_vms_in_a_row VMs in a row" vms_in_a_row
check "the kernel has nothing to complain about" kernel_is_well
done_testing
