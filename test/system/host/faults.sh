# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# On the debug kernel, with the development SPMC: allocations that fail. Runs in the machine, which is of no
# use afterwards: memory that was donated for good keeps the module.

# shellcheck source=lib.sh
. ./lib.sh

readonly faults=/sys/kernel/debug plenty=1000000

# aim KIND: allocations of that kind may fail, if they are made in a call of the module: that is found in
# the caller's stack. None does unless it is asked for: see faults_test.c.
aim() {
	local text size
	text=$(cat /sys/module/vffa/sections/.text)
	size=$(awk '$1 == "vffa" { print $2 }' /proc/modules)
	echo "$text" >"$faults/$1/require-start"
	printf '0x%x\n' $((text + size)) >"$faults/$1/require-end"
	echo 32 >"$faults/$1/stacktrace-depth"
	echo N >"$faults/$1/ignore-gfp-wait"
	echo 0 >"$faults/$1/verbose"
	[ ! -e "$faults/$1/min-order" ] || echo 0 >"$faults/$1/min-order"
	[ ! -e "$faults/$1/ignore-gfp-highmem" ] || echo N >"$faults/$1/ignore-gfp-highmem"
}

# spare KIND: no module is there.
spare() {
	echo 1 >"$faults/$1/require-start"
	echo 2 >"$faults/$1/require-end"
}

# aim_at KIND: and none of the other. How many may still fail is counted down with each that does.
aim_at() {
	spare failslab && spare fail_page_alloc && aim "$1" || return
	echo $plenty >$faults/failslab/times && echo $plenty >$faults/fail_page_alloc/times
}

# failed_are KIND: allocations of this kind have failed, and none of the other.
failed_are() {
	grep . "$faults"/fail*/times
	[ "$(cat "$faults/$1/times")" -lt $plenty ] && cat "$faults"/fail*/times | grep -qx $plenty
}

is_refused() {
	grep "[1-9][0-9]* times it was refused" $logs/faults-test.log
}

# fail KIND NAME...: in these pieces of a VM's life (faults_test.c).
fail() {
	local kind="$1"
	check "faults: $kind is aimed at the module, before $2" aim_at "$kind"
	include ./faults-test "$@"
	check "faults: it was $kind, from $2 on" failed_are "$kind"
}

# An allocation of the kernel's that fails may say so, with a trace.
reports='WARNING:|BUG[: ]|Oops|Unable to handle|refcount_t|UBSAN|ODEBUG|INFO: (task|trying)|rcu.*stall'

check "faults: this kernel has them" test -e $faults/failslab -a -e $faults/fail_page_alloc
check "faults: module loads" load_vffa max_fragment_ms=600000
# Nothing of this needs memory, whichever.
none="indirect-message direct-message notifications reset"
# shellcheck disable=SC2086 # names
{
	fail failslab policy create buffers share lend fragments reclaim $none
	check "faults: slabs that are lacking are an error" is_refused
	fail fail_page_alloc buffers share lend $none
	check "faults: pages that are lacking are an error" is_refused
}
check "faults: no VM is left" until_true 20 no_vms
check "faults: a guest is served" bare direct2.ffa
check "faults: module unloads" until_true 20 rmmod vffa
check "faults: module loads once more" load_vffa
fail failslab retrieve
fail fail_page_alloc retrieve
check "faults: the kernel has nothing to complain about" kernel_is_well
done_testing
