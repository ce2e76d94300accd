# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For watchdog*.test and acpi-host.test: OP-TEE's test watchdog, which notifies guests and counts those that do not come,
# served by two stock guests.

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# What the watchdog counted is in OP-TEE's log: "WD 2 call_count 8, timeout_count 0" for VM 2. The first
# eight times a guest serves it. A time-out is a bottom half that took longer than a second, which depends on
# how busy the computer is; without any, there would be seven.
served() {
	local vm late log=$top/build/logs/$(basename "$0" .test)${boot:+-$boot}.secure
	for vm in 1 2; do
		late=$(sed -n "s/.*WD $vm call_count 8, timeout_count \([0-9]*\).*/\1/p" "$log" | head -n 1)
		echo "# VM $vm: ${late:-no} time-outs of OP-TEE's watchdog"
		[ "${late:-7}" -lt 7 ] || return
	done
}

# serve_watchdog GUESTS [KERNEL]: which guests host/watchdog.sh is to start, and their kernel. The host's is
# $host_kernel, and "host_options" are more of machine/run's.
host_kernel=new
host_options=()
serve_watchdog() {
	local status=0
	build "$host_kernel"
	"$top/machine/initramfs" --kernel "${2:-new}" "$work/watchdog.cpio" "$here/host/watchdog-guest.sh" >&2
	parts+=("$("$top/machine/path" kernel-image "${2:-new}")" "$work/watchdog.cpio")
	echo "$1" >"$work/guests"
	parts+=("$work/guests")
	run_in_machine watchdog.sh --kernel "$host_kernel" --timeout 800 "${host_options[@]}" || status=$?
	if served; then
		echo "ok - OP-TEE's watchdog was served"
	else
		echo "not ok - OP-TEE's watchdog was served: see build/logs/$(basename "$0" .test)${boot:+-$boot}.secure"
		status=1
	fi
	return $status
}
