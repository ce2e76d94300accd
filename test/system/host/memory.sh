# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Memory management with the development SPMC. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

# The guest's script goes on where the one that begins them all ends.
with_memory() {
	cat memory-begin.ffa "$1" >"$logs/$1"
}

# script NAME [OPTION...]: a guest that lends and shares.
script() {
	local name="$1"
	shift
	with_memory "$name" && bare "$logs/$name" "$@"
}

# A guest that touches what it has lent dies of it, with a reason, and nobody else does.
lender_dies() {
	local log=$logs/lender.txt other=$logs/other.txt status=0
	with_memory lend-touch.ffa || return
	start "$other" busy.ffa
	until_true 30 said "$other" "busy id" || status=1
	if vmm --kernel guest.img --initrd $logs/lend-touch.ffa --memory 64 --name lender >"$log" 2>&1; then
		status=1
	fi
	kill -9 $started || status=1
	wait $started
	cat "$log"
	[ $status = 0 ] && grep -q "vffa-vmm.*lender.*touched memory it has lent, .*at pc 0x" "$log" &&
		said "$log" "still here" && ! said "$log" "never" && until_true 20 no_vms
}

# A fragment that comes late because the machine is slow is no failure.
check "memory: module loads" load_vffa max_fragment_ms=600000
include ./memory-test
check "memory: a guest lends and gets it back" script lend.ffa
check "memory: a guest that touches what it has lent" lender_dies
check "memory: 64 MiB in pages that are all apart" script scattered.ffa --memory 512
check "memory: no VM is left" until_true 20 no_vms
check "memory: module unloads" until_true 20 rmmod vffa
check "memory: the kernel has nothing to complain about" kernel_is_well
done_testing
