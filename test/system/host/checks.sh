# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# On the debug kernel: what it reports is noticed. Each mistake is made once, by a module of its own; the
# tests' own look at the log, or at kmemleak, must fail then. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

# plant NAME: make the mistake.
plant() {
	insmod ./vffa-planted.ko plant="$1" && return 1
	dmesg | grep -q "planted: $1"
}

# is_noticed NAME TEXT: in the log, by its own words, and by who looks for reports of any kind; and once it
# is not there any more all is well.
is_noticed() {
	local status=0
	plant "$1" || return
	dmesg | grep -F "$2" || status=1
	! kernel_is_well || status=1
	dmesg -c >$logs/planted.txt
	kernel_is_well && return $status
}

leak_is_noticed() {
	nothing_leaks && plant leak && ! nothing_leaks || return
	echo clear >$kmemleak
	nothing_leaks
}

check "checks: this kernel checks itself" test -e $kmemleak
# The first: lockdep is off after any report.
check "checks: locks in two orders" is_noticed order "possible circular locking dependency detected"
check "checks: a leak" leak_is_noticed
check "checks: use after free" is_noticed free "BUG: KASAN: slab-use-after-free"
check "checks: a write beyond an object" is_noticed beyond "BUG: KASAN: slab-out-of-bounds"
check "checks: sleep where it is forbidden" is_noticed sleep "BUG: sleeping function called from invalid context"
check "checks: a shift too far" is_noticed shift "UBSAN: shift-out-of-bounds"
check "checks: an active timer is freed" is_noticed object "ODEBUG: free active"
done_testing
