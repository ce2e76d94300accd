# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The module's own life, on a host with OP-TEE. A boot of its own: each load maps buffers that may
# need one of the translation tables that OP-TEE loses to VMs. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

module_stays_while_vms_live() {
	local status=0
	start "$logs/stay.txt" busy.ffa
	until_true 20 said "$logs/stay.txt" "busy id" || status=1
	! rmmod vffa || status=1
	kill -9 $started
	wait $started
	until_true 20 no_vms || status=1
	return $status
}

reload_vffa() {
	rmmod vffa && load_vffa
}

# Under load, too: a VM that is not ours calls all the time while the hook comes and goes.
module_reloads() {
	local i status=0 log=$logs/reload.txt
	start "$log" psci.ffa --no-ffa --cpus 2
	until_true 20 said "$log" "calling" || status=1
	for i in 1 2 3 4 5; do
		reload_vffa || status=1
	done
	kill -0 $started || status=1
	kill -9 $started
	wait $started
	cat "$log"
	[ $status = 0 ] && ! said "$log" FAIL && bare short.ffa
}

check "module loads" load_vffa
check "module stays while a VM lives" module_stays_while_vms_live
check "module unloads and reloads beside a running VM" module_reloads
check "the kernel has nothing to complain about" kernel_is_well
done_testing
