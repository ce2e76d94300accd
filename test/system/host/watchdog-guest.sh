# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A stock Debian guest that serves OP-TEE's notifications until OP-TEE's test watchdog has come a few
# times. Runs in the guest.

modprobe ffa-module || echo "watchdog: no ffa-module"
modprobe optee || echo "watchdog: no optee"
dmesg | grep -E 'ARM FF-A|optee' | sed 's/^\[[^]]*\] //'
echo "watchdog: driver is there"

# taken: how many interrupts there were, on all CPUs.
taken() {
	awk '/ARM-FFA-NPI/ { for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++) n += $i } END { print n + 0 }' \
		/proc/interrupts
}

tries=600
while [ "$(taken)" -lt 8 ] && [ $tries -gt 0 ]; do
	usleep 100000
	tries=$((tries - 1))
done
grep ARM-FFA-NPI /proc/interrupts
# The driver stays: from then on the watchdog would count that nobody comes.
echo "watchdog: $(taken) interrupts taken"
