# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# OP-TEE's test watchdog notifies each guest once a second, and counts those that nobody came for. Stock
# guests serve it, two at once; what it counted is on the secure console. Runs in the machine.
#
# In the file "guests": sgi, by device tree; acpi, one of which is interrupted by KVM_IRQ_LINE; both, one of each.

# shellcheck source=lib.sh
. ./lib.sh

# serve NAME [OPTION...]: a guest that waits to be interrupted a few times; a few more than counted, as one
# notification of a level may be seen as two.
serve() {
	local name="$1" log=$logs/watchdog-$1.txt
	shift
	vmm_timeout=400 vmm --kernel Image --initrd watchdog.cpio --cpus 2 --memory 512 --name "$name" \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests watchdog_times=12" "$@" \
		>"$log" 2>&1 </dev/null
	said "$log" "watchdog: interrupted"
}

first='' second=''
case $(cat guests) in
acpi) first=--acpi second='--acpi --npi-inject irq-line' ;;
both) second=--acpi ;;
esac

two_at_once() {
	local one status=0
	# shellcheck disable=SC2086 # options
	serve one $first &
	one=$!
	# shellcheck disable=SC2086
	serve two $second || status=1
	wait $one || status=1
	tail -n 12 $logs/watchdog-one.txt $logs/watchdog-two.txt
	return $status
}

# interrupted NAME OPTIONS: as often as it waits for, and by the interrupt that goes with how it booted.
interrupted() {
	local log="$logs/watchdog-$1.txt"
	grep -E 'booted|ARM-FFA-NPI|interrupted' "$log"
	said "$log" "watchdog: interrupted 12 times" || return
	case $2 in
	*--acpi*) said "$log" "booted by ACPI" && grep -q 'GICv3 *20 .*ARM-FFA-NPI' "$log" ;;
	*) said "$log" "booted by device tree" && grep -q 'GICv3 *8 .*ARM-FFA-NPI' "$log" ;;
	esac
}

booted_by() {
	case $1 in
	ACPI) [ -e /sys/firmware/acpi/tables/APIC ] ;;
	*) [ ! -e /sys/firmware/acpi/tables/APIC ] ;;
	esac
}

check "watchdog: the host booted by ${host_boots_by:=device tree}" booted_by "$host_boots_by"
check "watchdog: module loads" load_vffa
check "watchdog: the SRI is taken" grep -q 'GICv3 *8 .*vffa-sri' /proc/interrupts
check "watchdog: two stock guests" two_at_once
check "watchdog: the first was notified ${first:-by SGI}" interrupted one "$first"
check "watchdog: the second was notified ${second:-by SGI}" interrupted two "$second"
until_true 20 no_vms
check "watchdog: module unloads" rmmod vffa
check "watchdog: the kernel has nothing to complain about" kernel_is_well
done_testing
