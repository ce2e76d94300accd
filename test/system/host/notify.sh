# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Notifications of the development SPMC to VMs, $notify_rounds of each kind. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

readonly online=/sys/devices/system/cpu/cpu1/online
readonly rounds="${notify_rounds:-500}"

# notified NAME INTID ROUNDS [OPTION...]: a VM that fetches five times as many, or by $script more.
notified() {
	local name="$1" intid="$2" nr="$3"
	shift 3
	vmm_timeout=$((60 + ${seconds:-1} * nr)) bare "${script:-notify.ffa}" --cpus 2 --name "$name" \
		--append "intid=$intid rounds=$nr" "$@"
}

# four_at_once INTID ROUNDS [OPTION...]
four_at_once() {
	local i pids='' status=0 log
	nr_fours=$((${nr_fours:-0} + 1))
	log=$logs/four-$nr_fours
	for i in 1 2 3 4; do
		notified "vm$i" "$@" >"$log-$i.txt" 2>&1 </dev/null &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i" || status=1
	done
	grep -h -A 2 FAIL "$log"-?.txt | head -n 12
	tail -n 2 "$log"-?.txt
	return $status
}

# A CPU of the host goes and comes for as long as a process lives. Prints how often.
hotplug_while() {
	local n=0
	while kill -0 "$1" 2>$logs/kill.txt; do
		echo 0 >$online && usleep 300000 && echo 1 >$online || break
		usleep 300000
		n=$((n + 1))
	done
	echo 1 >$online
	echo "CPU 1 went and came $n times"
	[ $n -gt 0 ]
}

four_with_hotplug() {
	local status=0
	four_at_once "$@" &
	hotplug_while $! || status=1
	wait $! && return $status
}

# killed [OPTION...]: its id is free again, and nothing is pending for the VM that gets it.
killed() {
	local log=$logs/notify-end.txt
	start "$log" notify-end.ffa --cpus 2 "$@"
	until_true 30 said "$log" pending || return
	usleep 50000
	kill -9 $started
	wait $started
	cat "$log"
	until_true 20 no_vms && notified next 8 1
}

# paused [OPTION...]: what is set while the VMM is stopped, its guest has when that goes on.
paused() {
	local log=$logs/notify-paused.txt
	start "$log" notify-paused.ffa --cpus 2 "$@"
	until_true 30 said "$log" armed || return
	kill -STOP $started
	sleep 4
	kill -CONT $started
	wait $started
	cat "$log"
	said "$log" "passed, 0 failed"
}

check "notify: module loads" load_vffa
check "notify: the SRI is taken" grep -q vffa-sri /proc/interrupts
include ./npi-test
check "notify: $((rounds * 20)) to 4 VMs, SGI, injected by the kernel" four_with_hotplug 8 "$rounds"
check "notify: PPI, injected by the kernel" four_at_once 20 50 --npi ppi:20
check "notify: SGI, by the pending register" four_at_once 9 20 --npi sgi:9 --npi-inject pending
check "notify: PPI, by the pending register" four_at_once 31 20 --npi ppi:31 --npi-inject pending
check "notify: PPI, by KVM_IRQ_LINE" four_at_once 20 20 --npi ppi:20 --npi-inject irq-line
way=filter
check "notify: calls by the filter" four_at_once 8 20
way=

# vCPUs that go off and come back. Where one of them has to be told anew, that takes up to a second.
script=notify-plug.ffa seconds=10
check "notify: vCPUs go and come, SGI" four_with_hotplug 8 20
check "notify: vCPUs go and come, PPI" four_at_once 20 5 --npi ppi:20
check "notify: vCPUs go and come, by the pending register" four_at_once 9 5 --npi sgi:9 --npi-inject pending
check "notify: vCPUs go and come, by KVM_IRQ_LINE" four_at_once 20 5 --npi ppi:20 --npi-inject irq-line
way=filter
check "notify: vCPUs go and come, calls by the filter" four_at_once 8 5
way='' script='' seconds=''

check "notify: an SGI comes once" bare notify-once.ffa --cpus 2
check "notify: a VM that is stopped when some are set" paused
check "notify: and a PPI of one" paused --npi ppi:20
check "notify: and one whose VMM injects" paused --npi-inject pending
check "notify: a VM killed with some pending" killed
check "notify: and one whose VMM injects" killed --npi-inject pending
until_true 20 no_vms
check "notify: module unloads" rmmod vffa
check "notify: the kernel has nothing to complain about" kernel_is_well
done_testing
