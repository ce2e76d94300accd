# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The demo's part in a guest: load the stock drivers, and say what is on the FF-A bus. Where there is
# OP-TEE, serve its notifications for some seconds, and run some of its own tests, unless demo_serve=1
# says that serving is all. What the drivers have to say is in the kernel's log, which is on the console.

# by_vcpu: how many notification pending interrupts each vCPU has taken.
by_vcpu() {
	grep ARM-FFA-NPI /proc/interrupts | awk '{
		for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++)
			printf "%svCPU %d: %d", i == 2 ? "" : ", ", i - 2, $i
	}'
}

taken() {
	by_vcpu | awk -F '[:,]' '{ for (i = 2; i <= NF; i += 2) n += $i } END { print n + 0 }'
}

# Notifications of OP-TEE's test watchdog: one each second.
serve() {
	local tries=400
	echo "guest: serving OP-TEE's notifications"
	while [ "$(taken)" -lt 10 ] && [ $tries -gt 0 ]; do
		usleep 100000
		tries=$((tries - 1))
	done
	echo "guest: notification pending interrupts taken: $(by_vcpu)"
}

echo "guest: $(uname -sr), not modified; loading its own FF-A and OP-TEE drivers"
modprobe ffa-module || echo "guest: ffa-module did not load"
modprobe optee || echo "guest: optee did not load"
for device in /sys/bus/arm_ffa/devices/*; do
	[ -e "$device" ] || continue
	driver=$(basename "$(readlink "$device/driver")")
	echo "guest: arm_ffa device ${device##*/} uuid $(cat "$device/uuid") driver ${driver:-none}"
done

if [ -e /dev/teepriv0 ]; then
	serve
	[ "${demo_serve:-0}" = 0 ] || exit 0
	echo "guest: starting tee-supplicant and some tests of xtest, as Debian packages them"
	# Which, demo/run says.
	sh ./suite.sh | sed 's/^/guest: /'
fi
