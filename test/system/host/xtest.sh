# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Stock guests that run OP-TEE's xtest, as many at a time as the file "guests" says, and the host itself,
# which has vffa-bus.ko for its drivers. What they print comes out at once, marked "guest-N| " and
# "vffa-host| ", and is judged outside (test/xtest/results). Nothing here ends one that takes long: the
# machine has a time limit. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

mark() {
	awk -v who="$1" '{ sub(/\r$/, ""); print who "| " $0; fflush() }'
}

guest() {
	./vffa-vmm --kernel Image --initrd xtest.cpio --cpus 2 --memory 512 --name "$1" \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests" </dev/null 2>&1
	echo "vffa-vmm ended with status $?"
}

host() {
	modprobe ffa-core && insmod ./vffa-bus.ko && modprobe optee || echo "no OP-TEE here"
	sh ./suite.sh 2>&1
	rmmod optee && rmmod vffa-bus
	echo "drivers unloaded with status $?"
}

load_vffa || exit 1
host | mark vffa-host &
pids=$!
i=0
read -r nr_guests <guests
while [ $i -lt "$nr_guests" ]; do
	i=$((i + 1))
	guest "guest-$i" | mark "guest-$i" &
	pids="$pids $!"
done
for i in $pids; do
	wait "$i"
done
check "every VM is gone" until_true 20 no_vms
check "nothing is left with the relay" rmmod vffa
check "the host's log is clean" kernel_is_well
done_testing
