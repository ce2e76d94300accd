# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
# shellcheck source=test/bench/lib.sh
#
# Calls of guests and of the host, with OP-TEE.

. ./lib.sh

echo always >/sys/kernel/mm/transparent_hugepage/enabled
module pin_optee hostpin

vm without others.ffa --memory 64 --no-ffa
insmod ./vffa.ko || exit
vm unbound others.ffa --memory 64 --no-ffa
vm bound ffa.ffa --memory 64
vm memory memory.ffa --memory 64

./vffa-vmm --kernel guest.img --initrd alive.ffa --memory 64 >alive.log 2>&1 </dev/null &
pid=$!
tries=100
until id=$(tr -d '\r' <alive.log | sed -n 's/^alive //p') && [ -n "$id" ]; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || { cat alive.log; exit 1; }
	usleep 100000
done
module host hostcall src="$id"
kill -9 $pid
