# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The second way in: KVM forwards calls to the VMM, which asks the relay. The same scenarios as by the
# hook (calls.sh), on a host with OP-TEE. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

hint="vffa-vmm: FF-A: calls come by KVM's SMCCC filter; KVM tells the guest SMCCC 1.1, and Linux's FF-A driver wants 1.2: it will not start there"

# The vCPUs that are busy in partitions by this way, too, are those of a VM that can be killed.
end_in_calls() {
	local log=$logs/end.txt status=0
	start "$log" busy.ffa --cpus 2 --way filter
	until_true 20 said "$log" "busy id" || status=1
	kill -9 $started
	wait $started
	cat "$log"
	until_true 20 no_vms && [ $status = 0 ]
}

# Linux's driver asks for SMCCC 1.2 before anything else, and KVM says 1.1: it makes no call, and says
# nothing. vffa-vmm has said so.
stock_guest_stops() {
	local log=$logs/stock.txt
	vmm_timeout=300 vmm --kernel Image --initrd stock.cpio --cpus 2 --memory 512 --way filter \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests" >"$log" 2>&1 </dev/null || return
	tr -d '\r' <"$log"
	said "$log" "$hint" &&
		said "$log" "stock: device *" && ! said "$log" "ARM FF-A"
}

check "module loads" load_vffa_for_many
way=filter
for conduit in ${filter_conduits:-hvc smc}; do
	scenarios optee $conduit
	for script in kvm parallel reboot; do
		check "$script by $conduit, filter" bare $script.ffa --conduit $conduit --cpus 2
	done
	check "SMCCC 1.1 by $conduit, filter" bare smccc.ffa --append smccc=0x10001 --conduit $conduit
done
check "direct messages of 8 vCPUs at once, filter" bare parallel.ffa --cpus 8
check "VMM killed in the middle of calls, filter" end_in_calls
way=hook
check "and by the hook SMCCC 1.2" bare smccc.ffa --append smccc=0x10002
if [ -e stock.cpio ]; then
	check "stock guest stops at SMCCC 1.1, and the VMM says so" stock_guest_stops
fi
check "the kernel has nothing to complain about" kernel_is_well
done_testing
