# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Stock guests that run OP-TEE's xtest, as many at a time as the file "guests" says. What they print
# is judged outside (test/xtest/results). Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

read -r nr_guests seconds <guests

load_vffa || exit 1
pids=
i=0
while [ $i -lt "$nr_guests" ]; do
	i=$((i + 1))
	timeout -s KILL "$seconds" ./vffa-vmm --kernel Image --initrd xtest.cpio --cpus 2 --memory 512 \
		--name "guest$i" --append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests" \
		>$logs/guest-$i.log 2>&1 </dev/null &
	pids="$pids $!"
done
for i in $pids; do
	wait "$i" || echo "# the VMM ended with status $?"
done
for i in "$logs"/guest-*.log; do
	show "$i" 3
done
check "every VM is gone" until_true 20 no_vms
check "nothing is left with the relay" rmmod vffa
check "the host's log is clean" kernel_is_well
done_testing
