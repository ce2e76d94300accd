# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The development SPMC at an older version of FF-A: the stock driver in the host, scenarios in VMs,
# and a stock guest. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

echo_uuid=3c3af09a-9c21-4d34-bcf1-31b2b6dcbd01
minor=$(sed -n 's/.*spmc\.minor=\([0-9]\).*/\1/p' /proc/cmdline)
world=spmc-1.$minor
# 1.0 has no UUIDs in its lists, for the relay to pass on.
[ "$minor" != 0 ] || echo_uuid=00000000-0000-0000-0000-000000000000

stock_driver() {
	modprobe ffa-module || return
	dmesg | grep 'ARM FF-A'
	grep . /sys/bus/arm_ffa/devices/*/uuid
	dmesg | grep -q "ARM FF-A: Firmware version 1\.$minor found" &&
		grep -q "$echo_uuid" /sys/bus/arm_ffa/devices/*/uuid
}

stock_guest() {
	local log=$logs/stock.txt

	vmm_timeout=200 vmm --kernel Image --initrd stock.cpio --cpus 2 --memory 512 \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests" >"$log" 2>&1 </dev/null || return
	cat "$log"
	said "$log" "ARM FF-A: Firmware version 1.2 found" && said "$log" "stock: uuid $echo_uuid"
}

check "$world: the stock driver" stock_driver
check "$world: the stock driver unloads" modprobe -r ffa-module
check "$world: module loads" load_vffa
check "$world: RX/TX are as large as there can be" has_buffers 252
scenarios "$world" hvc
check "$world: a stock guest finds partitions" stock_guest
until_true 10 no_vms
check "$world: module unloads" rmmod vffa
check "$world: the kernel has nothing to complain about" kernel_is_well
done_testing
