# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The demo's part in the guest: load the stock drivers, say what is on the FF-A bus, and run some of
# OP-TEE's own tests where there is OP-TEE. What the drivers have to say is in the kernel's log, which
# is on the console.

echo "guest: $(uname -sr), not modified; loading its own FF-A and OP-TEE drivers"
modprobe ffa-module || echo "guest: ffa-module did not load"
modprobe optee || echo "guest: optee did not load"
for device in /sys/bus/arm_ffa/devices/*; do
	[ -e "$device" ] || continue
	driver=$(basename "$(readlink "$device/driver")")
	echo "guest: arm_ffa device ${device##*/} uuid $(cat "$device/uuid") driver ${driver:-none}"
done

if [ -e /dev/teepriv0 ]; then
	echo "guest: starting tee-supplicant and some tests of xtest, as Debian packages them"
	# Core, an application that computes, one that stores; all of them share memory.
	sh ./suite.sh -t regression 1001 1004 1011 6001 | sed 's/^/guest: /'
fi
