# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What a stock Debian guest does: loads its own FF-A and OP-TEE drivers, says what they found, and
# unloads them. With "stock.reboot" on its command line it then reboots. Runs in the guest.

modprobe ffa-module || echo "stock: no ffa-module"
modprobe optee || echo "stock: no optee"
dmesg | grep -E 'ARM FF-A|optee' | sed 's/^\[[^]]*\] //'
for device in /sys/bus/arm_ffa/devices/*; do
	echo "stock: device ${device##*/}"
	echo "stock: uuid $(cat "$device/uuid")"
	echo "stock: driver $(basename "$(readlink "$device/driver")")"
done
rmmod optee && rmmod ffa-module && echo "stock: ended well"
grep -q stock.reboot /proc/cmdline && reboot -f
