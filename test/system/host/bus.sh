# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Drivers of the host on the development SPMC, through vffa-bus.ko, with VMs beside them. Runs in the
# machine.

# shellcheck source=lib.sh
. ./lib.sh

mailer_uuid=3c3af09a-9c21-4d34-bcf1-31b2b6dcbd08

load_bus() {
	modprobe ffa-core && insmod ./vffa-bus.ko
}

# The id that the endpoint got when it was last brought up.
host_id() {
	dmesg | sed -n 's/.*vffa_bus: the host is endpoint \(0x[0-9a-f]*\),.*/\1/p' | tail -n 1
}

# client THING [PARAMETER...]: a driver that does it.
client() {
	local thing="$1"
	shift
	insmod ./host-client.ko do="$thing" host="$(host_id)" "$@" || {
		dmesg | grep host_client | tail
		return 1
	}
}

# does THING: and the driver goes again.
does() {
	client "$@" && rmmod host-client
}

devices() {
	grep . /sys/bus/arm_ffa/devices/*/uuid && grep -q $mailer_uuid /sys/bus/arm_ffa/devices/*/uuid
}

# As does, but who loads the driver is killed meanwhile: it stays loaded if what it did was right.
does_killed() {
	insmod ./host-client.ko do=killed host="$(host_id)"
	[ -d /sys/module/host_client ] || {
		dmesg | grep host_client | tail
		return 1
	}
	rmmod host-client
}

is_listed() {
	./vffactl vms && ./vffactl vms | grep -q "VM 1: the host's own drivers, ready"
}

# Beside VMs that do the same.
with_vms() {
	local pids='' i status=0
	for i in mem-share.ffa notifications.ffa; do
		bare $i --cpus 2 --append minor=2 &
		pids="$pids $!"
	done
	for i in parallel share percpu notify lend; do
		does $i || status=1
	done
	for i in $pids; do
		wait "$i" || status=1
	done
	return $status
}

# The SPMC is busy when the relay asks it for what is pending.
notify_late() {
	bare fail-get.ffa --npi none && does notify && bare failed.ffa --npi none
}

# The device sends and receives as in a guest.
mail() {
	local n=0 got
	insmod ./ffa-mail.ko uuid=$mailer_uuid || return
	exec 3<>/dev/ffa-mail0
	while [ $n -lt 20 ]; do
		n=$((n + 1))
		echo "message $n of the host" >&3
		got=$(dd bs=64K count=1 2>/dev/null <&3)
		[ "$got" = "message $n of the host" ] || break
	done
	exec 3<&-
	echo "last: $got"
	rmmod ffa-mail && [ "$got" = "message 20 of the host" ]
}

# A partition has memory of the host's when its endpoint ends: the relay keeps it in mind until it is back.
quarantine() {
	local kept
	client keep || return
	kept=$(cat /sys/module/host_client/parameters/handle)
	rmmod host-client && rmmod vffa-bus || return
	./vffactl vms
	! rmmod vffa || return
	load_bus && [ "$(host_id)" = 0x2 ] || return
	does return handle="$kept" && until_true 20 only_one
}

only_one() {
	[ "$(./vffactl vms | grep -c "the host's own")" = 1 ]
}

unload() {
	rmmod vffa-bus && until_true 20 no_vms && rmmod vffa
}

check "bus: not without vffa" sh -c "modprobe ffa-core; ! insmod ./vffa-bus.ko"
check "bus: module loads" load_vffa
check "bus: the host's endpoint" load_bus
check "bus: partitions are devices" devices
check "bus: vffactl shows it" is_listed
for thing in direct parallel share lend many refused notify percpu pending; do
	check "bus: $thing" does $thing
done
check "bus: memory of a process that is being killed" does_killed
check "bus: notify, when the SPMC is busy" notify_late
check "bus: indirect messages" mail
check "bus: with VMs beside" with_vms
check "bus: memory that a partition keeps" quarantine
check "bus: modules unload" unload
check "bus: and load again" load_vffa
check "bus: the endpoint, too" load_bus
check "bus: it has its id back" test "$(host_id)" = 0x1
check "bus: direct again" does direct
check "bus: modules unload again" unload
check "bus: the kernel has nothing to complain about" kernel_is_well
done_testing
