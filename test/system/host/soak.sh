# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Everything that ends, restarts or abuses VMs, as often as soak_SOMETHING of the kernel's command
# line says, on a host with the development SPMC. Nothing may be left of any of it: soak-test looks
# at all counters. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

readonly online=/sys/devices/system/cpu/cpu1/online
readonly seed="${soak_seed:-1}" abuses="${soak_abuses:-4000}" kills="${soak_kills:-20}"
readonly resets="${soak_resets:-10}" reboots="${soak_reboots:-10}" vms="${soak_vms:-100}"
readonly unloads="${soak_unloads:-3}" hotplugs="${soak_hotplugs:-5}"

# part NAME N: one of soak-test, whose progress is seen at once.
part() {
	local line status=0
	./soak-test "$1" "$2" "$seed" </dev/null >$logs/soak-pipe 2>&1 &
	while read -r line; do
		case $line in
		"ok "*) ok "soak: ${line#ok }" ;;
		"not ok "*) not_ok "soak: ${line#not ok }" "see above" ;;
		*) echo "# $1: $line" ;;
		esac
	done <$logs/soak-pipe
	wait $! || status=$?
	[ $status -le 1 ] || not_ok "soak: $1" "status $status"
}

is_at_work() {
	said "$1" "at work"
}

# A guest that reboots over and over, each time with a partition at work for it.
guest_reboots() {
	vmm_timeout=$((60 + reboots * 3)) bare reboots.ffa --cpus 2 --append "resets=$reboots" &&
		until_true 20 no_vms
}

# What a partition keeps of a guest stands in the way of its reboot; the VMM says so and ends.
reboot_is_refused() {
	local log=$logs/refuse-reboot.txt status=0
	bare refuse-reboot.ffa >"$log" 2>&1 && status=1
	cat "$log"
	said "$log" "reboot: " && said "$log" "a secure partition keeps something of the guest" ||
		status=1
	! no_vms || status=1
	bare allow-end.ffa && until_true 20 no_vms && return $status
}

# nr_requests: how many direct requests the only VM has had answered.
nr_requests() {
	./vffactl vms | awk '$1 == "MSG_SEND_DIRECT_REQ" { print $2; exit }'
}

# has_more NR: requests than NR, by more than were under way.
has_more() {
	[ "$(nr_requests)" -gt $(($1 + 4)) ]
}

# goes_on: a request that begins from now on is answered.
goes_on() {
	until_true 60 has_more "$(nr_requests)"
}

# A CPU goes and comes back while a guest has a partition at work that interrupts stop: the guest is
# served before, meanwhile and after.
cpu_goes_and_comes() {
	local log=$logs/hotplug.txt n=0 status=0
	start "$log" load.ffa --cpus 2
	until_true 60 is_at_work "$log" || status=1
	while [ $n -lt "$hotplugs" ] && [ $status = 0 ]; do
		goes_on && echo 0 >$online && goes_on && echo 1 >$online || status=1
		n=$((n + 1))
	done
	[ $status != 0 ] || goes_on || status=1
	echo 1 >$online
	kill -0 $started || status=1
	kill -9 $started
	wait $started
	cat "$log"
	! said "$log" FAIL && until_true 20 no_vms && return $status
}

# Not while there is a VM, and at once when there is none.
unload_after_kill() {
	local log=$logs/unload.txt n=0 status
	while [ $n -lt "$unloads" ]; do
		status=0
		start "$log" load.ffa --cpus 2
		until_true 60 is_at_work "$log" || status=1
		! rmmod vffa 2>/dev/null || status=1
		kill -9 $started
		until_true 30 rmmod vffa || status=1
		wait $started
		[ $status = 0 ] && load_vffa || { cat "$log"; return 1; }
		n=$((n + 1))
	done
	bare direct2.ffa
}

mkfifo $logs/soak-pipe
check "soak: module loads" load_vffa
part kill "$kills"
part reset "$resets"
part many "$vms"
part abuse "$abuses"
check "soak: a guest that reboots $reboots times" guest_reboots
check "soak: a reboot that a partition refuses" reboot_is_refused
check "soak: a CPU that goes and comes $hotplugs times" cpu_goes_and_comes
check "soak: module unloads at once after a kill, $unloads times" unload_after_kill
rm $logs/soak-pipe
check "soak: module unloads" until_true 20 rmmod vffa
check "soak: the kernel has nothing to complain about" kernel_is_well
done_testing
