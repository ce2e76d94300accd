# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# OP-TEE's test watchdog notifies each guest once a second, and counts those that nobody came for. Stock
# guests serve it, two at once; what it counted is on the secure console. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

# serve NAME: a guest that waits to be interrupted a few times.
serve() {
	local log=$logs/watchdog-$1.txt
	vmm_timeout=400 vmm --kernel Image --initrd watchdog.cpio --cpus 2 --memory 512 --name "$1" \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests" >"$log" 2>&1 </dev/null
	said "$log" "interrupts taken"
}

two_at_once() {
	local first status=0
	serve one &
	first=$!
	serve two || status=1
	wait $first || status=1
	tail -n 12 $logs/watchdog-one.txt $logs/watchdog-two.txt
	return $status
}

# interrupted NAME: at least as often as the guest waits for.
interrupted() {
	local n
	n=$(sed -n 's/^watchdog: \([0-9]*\) interrupts taken.*/\1/p' "$logs/watchdog-$1.txt")
	echo "$n interrupts"
	[ "${n:-0}" -ge 8 ]
}

check "watchdog: module loads" load_vffa
check "watchdog: two stock guests" two_at_once
check "watchdog: the first was notified" interrupted one
check "watchdog: the second was notified" interrupted two
until_true 20 no_vms
check "watchdog: module unloads" rmmod vffa
check "watchdog: the kernel has nothing to complain about" kernel_is_well
done_testing
