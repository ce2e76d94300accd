# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A short form of calls.sh and ioctl.sh, for an older host kernel. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

release=$(uname -r)
check "$release: module loads" load_vffa_for_many
check "$release: RX/TX are as large as there can be" has_buffers 252
for conduit in hvc smc; do
	for script in version.ffa direct.ffa rxtx.ffa; do
		scenario $script $conduit
	done
	check "$release: reboot by $conduit" bare reboot.ffa --conduit $conduit --cpus 2
done
check "$release: several vCPUs" bare parallel.ffa --cpus 4
include ./ioctl-test
check "$release: module unloads" until_true 5 rmmod vffa
check "$release: the kernel has nothing to complain about" kernel_is_well
done_testing
