# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# On the debug kernel, with OP-TEE: /dev/vffa by itself, allocations that fail. Runs in the
# machine.

# shellcheck source=lib.sh
. ./lib.sh

readonly failslab=/sys/kernel/debug/failslab nr_faults=20

# Only what is allocated in a call of the module fails: that is found in the caller's stack.
aim_failslab() {
	local text size
	text=$(cat /sys/module/vffa/sections/.text)
	size=$(awk '$1 == "vffa" { print $2 }' /proc/modules)
	echo "$text" >$failslab/require-start
	printf '0x%x\n' $((text + size)) >$failslab/require-end
	echo 32 >$failslab/stacktrace-depth
	echo N >$failslab/ignore-gfp-wait
	echo 0 >$failslab/verbose
	echo 100 >$failslab/probability
}

# fail_after BYTES: the first allocation after so much fails, and no other.
fail_after() {
	echo "$1" >$failslab/space
	echo 1 >$failslab/times
}

# A VM lives its life with one allocation missing, each time a later one. It may end early, with an
# error; when nothing was left to fail, it may not.
allocations_fail() {
	local n=0 failed=0 status
	aim_failslab || return
	while [ $n -lt $nr_faults ]; do
		fail_after $((n * n * 32))
		status=0
		bare parallel.ffa || status=$?
		if [ "$(cat $failslab/times)" = 0 ]; then
			failed=$((failed + 1))
		elif [ $status != 0 ]; then
			return 1
		fi
		echo 0 >$failslab/times
		until_true 10 no_vms || return
		n=$((n + 1))
	done
	echo "$failed allocations failed"
	[ $failed -gt 0 ] && bare short.ffa
}

check "faults: this kernel checks itself" test -e $kmemleak -a -e $failslab
check "faults: module loads" load_vffa_for_many
include ./ioctl-test
until_true 20 no_vms
check "faults: allocations fail" allocations_fail
check "faults: module unloads" until_true 20 rmmod vffa
check "faults: the kernel has nothing to complain about" kernel_is_well
done_testing
