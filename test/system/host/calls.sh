# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Every call of a VM by HVC, from bare-metal guests, on a host with OP-TEE. Runs in the machine.
# By SMC they are in a boot of their own, calls-smc.sh: OP-TEE bears some 70 VMs.

# shellcheck source=lib.sh
. ./lib.sh

bare_ffa_is_not_ours() {
	bare "$1" --no-ffa
}

check "module loads" load_vffa
calls_by hvc
check "direct messages of 8 vCPUs at once" bare parallel.ffa --cpus 8
check "a VM that is not bound sees KVM's own answers" bare_ffa_is_not_ours unbound.ffa
check "the kernel has nothing to complain about" kernel_is_well
done_testing
