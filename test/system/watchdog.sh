# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For watchdog*.test: OP-TEE's test watchdog, which notifies guests and counts those that do not come,
# served by two stock guests.

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# What the watchdog counted is in OP-TEE's log: "WD 2 call_count 8, timeout_count 0" for VM 2. The first
# eight times a guest serves it. A time-out is a bottom half that took longer than a second, which depends on
# how busy the computer is; without any, there would be seven.
served() {
	local vm late log=$top/build/logs/$(basename "$0" .test).secure
	for vm in 1 2; do
		late=$(sed -n "s/.*WD $vm call_count 8, timeout_count \([0-9]*\).*/\1/p" "$log" | head -n 1)
		echo "# VM $vm: ${late:-no} time-outs of OP-TEE's watchdog"
		[ "${late:-7}" -lt 7 ] || return
	done
}

# serve_watchdog GUESTS [KERNEL]: which guests host/watchdog.sh is to start, and their kernel.
serve_watchdog() {
	local status=0
	build new
	"$top/machine/initramfs" --kernel "${2:-new}" "$work/watchdog.cpio" "$here/host/watchdog-guest.sh" >&2
	parts+=("$("$top/machine/path" kernel-image "${2:-new}")" "$work/watchdog.cpio")
	run_in_machine watchdog.sh --timeout 800 --append "watchdog_guests=$1" || status=$?
	if served; then
		echo "ok - OP-TEE's watchdog was served"
	else
		echo "not ok - OP-TEE's watchdog was served: see build/logs/$(basename "$0" .test).secure"
		status=1
	fi
	return $status
}
