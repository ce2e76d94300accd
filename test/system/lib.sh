# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the system tests share on this side of the machine: build what goes into it, boot it once,
# and pass on the TAP that comes out. Sourced by the *.test programs.

set -euo pipefail
top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
here=$top/test/system
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build KERNEL: everything that runs in the machine with that host kernel.
build() {
	kernel=$1
	"$top/scripts/build" arm64 "kmod-$1" >&2
	parts=("$top/build/kmod-$1/vffa.ko" "$top/build/arm64/vmm/vffa-vmm"
		"$top/build/arm64/test/guest/guest.img" "$top/build/arm64/test/system/ioctl-test"
		"$here"/host/lib.sh "$here"/scripts/*.ffa "$top"/test/scenarios/*.ffa)
}

# add_stock_guest: an unmodified Debian guest that looks at its FF-A devices.
add_stock_guest() {
	"$top/machine/initramfs" "$work/stock.cpio" "$here/host/stock-guest.sh" >&2
	parts+=("$("$top/machine/path" kernel-image)" "$work/stock.cpio")
}

# add_module DIR: a test's own kernel module, built where it leaves nothing in the source tree.
add_module() {
	local name
	name=$(basename "$1")
	cp -r "$top/$1" "$work/$name"
	"$top/machine/kmake" "$kernel" "$work/$name" >&2
	parts+=("$work/$name"/*.ko)
}

# run_in_machine SCRIPT [OPTION...]: boot, run, and report a machine that failed as a failed test.
# $boot names one of several boots of a test. --timeout is what a machine that is busy needs; who has a
# slow one sets TEST_PATIENCE.
run_in_machine() {
	local script=$1 status=0 name option options=()
	shift
	for option; do
		if [ "${options[*]: -1}" = --timeout ]; then
			option=$((option * ${TEST_PATIENCE:-3}))
		fi
		options+=("$option")
	done
	name=$(basename "$0" .test)${boot:+-$boot}
	mkdir -p "$top/build/logs"
	"$top/machine/run" --out "$top/build/logs/$name" \
		--secure-log "$top/build/logs/$name.secure" \
		--console-log "$top/build/logs/$name.console" \
		"${options[@]}" "$here/host/$script" "${parts[@]}" || status=$?
	# 124 and 125 are the machine's own; 1 goes with "not ok" lines.
	[ $status -le 1 ] || echo "not ok - $name: the machine ended with status $status"
	return $status
}
