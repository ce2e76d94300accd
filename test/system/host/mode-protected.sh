# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A host with KVM's protected mode, whose hypervisor at EL2 looks at the host's FF-A calls. Runs in the
# machine.

# shellcheck source=lib.sh
. ./lib.sh

loads_and_warns() {
	note_log
	load_vffa &&
		logged "kvm-arm.mode=protected lets only discovery and direct messages of 32 and 64 bit through to the SPMC: boot without it for the rest of FF-A"
}

check "pKVM: the module says what is missing" loads_and_warns
check "pKVM: RX/TX are as large as KVM's own" has_buffers 4
for conduit in hvc smc; do
	for script in version.ffa direct.ffa partitions.ffa rxtx.ffa; do
		scenario $script $conduit
	done
done
check "pKVM: by the filter" bare short.ffa --way filter
check "pKVM: module unloads" until_true 10 rmmod vffa
check "pKVM: the kernel has nothing to complain about" kernel_is_well
done_testing
