# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A stock Debian guest that serves OP-TEE's notifications until OP-TEE's test watchdog has come a few
# times. Runs in the guest.

modprobe ffa-module || echo "watchdog: no ffa-module"
modprobe optee || echo "watchdog: no optee"
dmesg | grep -E 'ARM FF-A|optee' | sed 's/^\[[^]]*\] //'
if [ -e /sys/firmware/acpi/tables/APIC ]; then
	echo "watchdog: booted by ACPI"
else
	echo "watchdog: booted by device tree"
fi
echo "watchdog: driver is there"

# taken: how many interrupts there were, on all CPUs.
taken() {
	awk '/ARM-FFA-NPI/ { for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }' \
		/proc/interrupts
}

# One notification may interrupt several times, but within milliseconds; the next is a second later.
before=$(taken)
times=0
tries=1500
while [ $times -lt "${watchdog_times:-8}" ] && [ $tries -gt 0 ]; do
	usleep 100000
	now=$(taken)
	[ "$now" = "$before" ] || times=$((times + 1))
	before=$now
	tries=$((tries - 1))
done
grep ARM-FFA-NPI /proc/interrupts
# The driver stays: from then on the watchdog would count that nobody comes.
echo "watchdog: interrupted $times times"
