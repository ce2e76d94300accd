# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Measures, in the machine, in its instruction-counting mode. Prints lines
#
#	bench: SITUATION.CALL median N min N max N

# vm SITUATION SCRIPT [OPTION...]
vm() {
	local situation="$1" script="$2" log=guest.log
	shift 2
	if ! timeout 300 ./vffa-vmm --kernel guest.img --initrd "$script" --memory 64 "$@" \
		>$log 2>&1 </dev/null; then
		cat $log
		exit 1
	fi
	tr -d '\r' <$log | sed -n "s/^bench: /bench: $situation./p"
}

vm without others.ffa --no-ffa
insmod ./vffa.ko || exit
vm unbound others.ffa --no-ffa
vm bound ffa.ffa
vm memory memory.ffa

./vffa-vmm --kernel guest.img --initrd alive.ffa --memory 64 >alive.log 2>&1 </dev/null &
pid=$!
tries=100
until id=$(tr -d '\r' <alive.log | sed -n 's/^alive //p') && [ -n "$id" ]; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || { cat alive.log; exit 1; }
	usleep 100000
done
insmod ./hostcall.ko src="$id" || { dmesg | tail -n 5; exit 1; }
echo always >/sys/kernel/mm/transparent_hugepage/enabled
insmod ./hostpin.ko || exit
dmesg | sed -n 's/.*host[a-z]*: bench: /bench: host./p'
kill -9 $pid
