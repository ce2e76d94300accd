# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Every call of a VM, by HVC and by SMC, from bare-metal guests, on a host with OP-TEE. Runs in the
# machine.

# shellcheck source=lib.sh
. ./lib.sh

readonly nr_vms_in_a_row=20

bare_ffa_is_not_ours() {
	bare "$1" --no-ffa
}

# Short-lived VMs must not use up OP-TEE's slots.
vms_in_a_row() {
	local i
	for i in $(seq $nr_vms_in_a_row); do
		bare short.ffa || return
		until_true 10 no_vms || return
	done
}

check "module loads" load_vffa
for conduit in hvc smc; do
	scenarios optee $conduit
	for script in kvm parallel reboot; do
		check "$script by $conduit" bare $script.ffa --conduit $conduit --cpus 2
	done
done
check "direct messages of 8 vCPUs at once" bare parallel.ffa --cpus 8
check "a VM that is not bound sees KVM's own answers" bare_ffa_is_not_ours unbound.ffa
check "$nr_vms_in_a_row VMs in a row" vms_in_a_row
check "the kernel has nothing to complain about" kernel_is_well
done_testing
