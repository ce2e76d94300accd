# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The development SPMC as firmware: the stock driver in the host, then VMs. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

echo_uuid=3c3af09a-9c21-4d34-bcf1-31b2b6dcbd01
control_uuid=3c3af09a-9c21-4d34-bcf1-31b2b6dcbdff
yielder=0x8005
hostile=0x8006

stock_driver() {
	modprobe ffa-module || return
	grep . /sys/bus/arm_ffa/devices/*/uuid
	grep -q "$echo_uuid" /sys/bus/arm_ffa/devices/*/uuid && grep ARM-FFA-SRI /proc/interrupts
}

# alarm [busy=1]: a secure interrupt stops the normal world, or a partition: see spmc/test/alarm.
alarm() {
	local after=/sys/module/spmc_alarm/parameters/after_ms ms

	taskset 2 insmod ./spmc-alarm.ko "$@" && ms=$(cat $after) && rmmod spmc-alarm || return
	echo "notified after $ms ms"
	[ "$ms" -ge 290 ]
}

cpu_off_and_on() {
	local online=/sys/devices/system/cpu/cpu1/online

	for _ in 1 2 3; do
		echo 0 >$online && echo 1 >$online || return
	done
}

# The VMM has gone, the VM has not, until the partition lets it; meanwhile others are served.
refused_end() {
	bare refuse-end.ffa || return
	! no_vms && bare direct2.ffa && ! no_vms && bare allow-end.ffa && until_true 30 no_vms
}

is_held_in_context() {
	./vffactl quarantine | tee $logs/held.txt | grep -E "held for [0-9]+ s, [1-9][0-9]* tries: 1 contexts"
}

# A partition that wants to hear of every VM it may talk to cannot: such a VM does not begin.
is_no_start() {
	! bare direct2.ffa >$logs/no-start.txt 2>&1 && cat $logs/no-start.txt && said $logs/no-start.txt "busy"
}

# never_ending HOW SP: what the guest waits for does not end (never-ends.ffa says how), and its VMM is killed: what is left is
# in quarantine until it can end; meanwhile others are served, who do not see that partition.
never_ending() {
	local log=$logs/never-ends-$1.log status=0
	start $log never-ends.ffa --cpus 2 --append "how=$1 sp=$2"
	until_true 20 said $log "in it" || status=1
	kill -9 "$started"
	wait "$started"
	cat $log
	[ $status = 0 ] && ! said $log "it has ended" || return
	until_true 20 is_held_in_context || return
	cat $logs/held.txt
	! no_vms && { [ "$2" != $hostile ] || is_no_start; } || return
	# Their own start may be stopped by an interrupt, and then is as the request.
	until_true 20 bare let-end.ffa --partition $control_uuid && until_true 60 no_vms &&
		bare direct2.ffa
}

check "spmc: KVM" test -c /dev/kvm
check "spmc: the stock driver finds partitions and the SRI" stock_driver
check "spmc: a partition notifies the host from a secure interrupt" alarm
check "spmc: and while another partition runs" alarm busy=1
check "spmc: a CPU goes and comes back" cpu_off_and_on
check "spmc: and again, on CPUs that were off" alarm
check "spmc: the stock driver unloads" modprobe -r ffa-module
check "spmc: module loads" load_vffa
check "spmc: RX/TX are as large as there can be" has_buffers 252
scenarios spmc-1.2 hvc
check "spmc: a guest's messages by smc" bare messages-spmc.ffa --conduit smc
until_true 10 no_vms
check "spmc: a partition that refuses the end of a VM" refused_end
check "spmc: a request that never ends, of a VMM that is killed" never_ending 0 $yielder
check "spmc: and of a partition that yields for ever" never_ending 1 $yielder
check "spmc: and of one that computes for ever" never_ending 2 $yielder
check "spmc: and of one that yields, and wants to hear of VMs" never_ending 1 $hostile
check "spmc: and of one that computes, and wants to hear of VMs" never_ending 2 $hostile
until_true 10 no_vms
check "spmc: module unloads" rmmod vffa
check "spmc: the kernel has nothing to complain about" kernel_is_well
done_testing
