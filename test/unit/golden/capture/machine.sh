# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The machine's part: has the stock driver share memory as a driver of FF-A 1.N, where N is in the
# file "minor", and prints what ffa_tap.ko saw.

read -r minor <minor
dmesg -n 1
echo "tap: kernel $(uname -r)"
echo "tap: version 1.$minor"
insmod ./ffa_tap.ko "version=$((0x10000 + minor))"
modprobe ffa-module
insmod ./ffa_client.ko
rmmod ffa_client
dmesg -c | sed -n 's/^\[[^]]*\] tap:/tap:/p'
# It says nothing of pieces: what it shares is a piece of its own.
modprobe optee
echo "tap: piece optee-driver"
dmesg | sed -n 's/^\[[^]]*\] tap:/tap:/p'
echo "tap: end optee-driver 0"
