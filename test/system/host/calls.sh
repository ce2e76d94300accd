# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Every call of a VM by HVC, from bare-metal guests, on a host with OP-TEE. Runs in the machine.
# By SMC they are in a boot of their own, calls-smc.sh: OP-TEE bears a hundred VMs.

# shellcheck source=lib.sh
. ./lib.sh

bare_ffa_is_not_ours() {
	bare "$1" --no-ffa
}

# Of console.ffa, in the names of VMs. How much of it may be there is tested in trace.sh.
dmesg_has() {
	dmesg | grep -q "$1"
}

check "module loads" load_vffa_for_many
check "RX/TX are as large as there can be" has_buffers 252
calls_by hvc
check "what a guest logs is in the host's log" dmesg_has "vffa: VM [0-9]* says: FF-A: a line"
check "direct messages of 8 vCPUs at once" bare parallel.ffa --cpus 8
check "OP-TEE gets as many ranges in one piece as TX holds" bare optee-large.ffa --memory 512
check "a VM that is not bound sees KVM's own answers" bare_ffa_is_not_ours unbound.ffa
check "the kernel has nothing to complain about" kernel_is_well
done_testing
