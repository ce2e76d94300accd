# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Tracepoints tell what guests did, by both ways; and what a hostile guest cannot do to the host's log.
# On a host with OP-TEE. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

tracing=/sys/kernel/tracing
log_parameter=/sys/module/vffa/parameters/max_vm_log

switch() {
	echo "$1" >$tracing/events/vffa/enable
}

# record COMMAND...: what is traced meanwhile, into trace.txt, one event per line.
record() {
	local status=0
	echo >$tracing/trace
	switch 1 || return
	"$@" || status=$?
	until_true 20 no_vms || status=1
	switch 0
	grep vffa_ $tracing/trace >trace.txt
	cp trace.txt $logs
	return $status
}

# events PATTERN: how many.
events() {
	grep -cE "$1" trace.txt
}

# A short life: FFA_VERSION, FFA_ID_GET, one direct request; and a VM around it.
tells_what_a_guest_did() {
	local ffa='vm=1 vcpu=0 fid='
	record bare short.ffa || return
	cat trace.txt
	[ "$(events "vffa_call_enter: $ffa")" = 3 ] && [ "$(events "vffa_call_exit: $ffa")" = 3 ] &&
		[ "$(events "vffa_call_enter: ${ffa}0x84000063 x1=0x10002 ")" = 1 ] &&
		[ "$(events "vffa_call_exit: ${ffa}0x84000063 status=0 ns=[1-9][0-9]* x0=0x10002 ")" = 1 ] &&
		[ "$(events "vffa_call_exit: ${ffa}0x84000069 status=0 ns=[1-9][0-9]* x0=0x84000061 x1=0x0 x2=0x1 ")" = 1 ] &&
		[ "$(events "vffa_call_enter: ${ffa}0x8400006f x1=0x18001 ")" = 1 ] &&
		[ "$(events "vffa_call_exit: ${ffa}0x8400006f status=0 ns=[1-9][0-9]* x0=0x84000070 x1=0x80010001 ")" = 1 ] &&
		[ "$(events "vffa_smc: fid=0x8400006f w1=0x18001 cpu=[01] ns=[1-9][0-9]* x0=0x84000070 ")" = 1 ] &&
		[ "$(events 'vffa_vm: vm=1 created')" = 1 ] && [ "$(events 'vffa_vm: vm=1 closed')" = 1 ] &&
		[ "$(events 'vffa_vm: vm=1 ended')" = 1 ]
}

# Three lives in one VM, each with the same errors.
tells_errors_and_resets() {
	record bare reboot.ffa --cpus 2 || return
	cat trace.txt
	[ "$(events 'vffa_call_exit: vm=1 vcpu=0 fid=0x84000069 status=-1 .* x0=0x84000060 x1=0x0 x2=0xffffffff')" = 3 ] &&
		[ "$(events 'vffa_call_exit: vm=1 vcpu=0 fid=0x84000065 status=-6 ')" = 3 ] &&
		[ "$(events 'vffa_vm: vm=1 reset')" = 2 ]
}

# OP-TEE was told of the VM, and of its end, by framework messages: SMCs that no guest asked for.
tells_smcs_of_the_relay() {
	local smc='vffa_smc: fid=0x8400006f w1=0x8001 .* x0=0x84000070 x1=0x80010000 x2='
	record bare short.ffa || return
	cat trace.txt
	[ "$(events "${smc}0x80000005 ")" = 1 ] && [ "$(events "${smc}0x80000007 ")" -ge 1 ]
}

nothing_when_off() {
	echo >$tracing/trace
	bare short.ffa && until_true 20 no_vms && ! grep vffa_ $tracing/trace
}

words() {
	dmesg | grep -c 'vffa:'
}

# Thousands of calls that make no sense, and reboots, leave nothing in the log.
no_flood() {
	local before file
	before=$(words)
	for file in unknown.ffa rxtx.ffa direct.ffa features.ffa partitions.ffa; do
		bare $file --append minor=2 || return
	done
	bare wrong.ffa --cpus 2 || return
	until_true 20 no_vms
	dmesg | tail -n 5
	[ "$(words)" = "$before" ]
}

# said_by_guests: what guests have in the log since note_log; the time of each line is its first word.
said_by_guests() {
	dmesg | tail -n +$(($(cat $logs/noted) + 1)) | tr -d '[]' | grep 'vffa: VM [0-9]* says: '
}

# One guest logs hundreds of lines: its burst comes, and then no more than its rate, by the log's own time.
log_is_bounded() {
	note_log
	bare console.ffa --append minor=2 --cpus 2 && until_true 20 no_vms || return
	said_by_guests | awk -v rate="$(cat $log_parameter)" '
		{ if (!first) first = $1; last = $1 }
		END {
			print NR, "lines in", last - first, "s"
			exit !(NR >= 50 && NR <= 50 + (last - first + 60 / rate) * rate / 60)
		}'
}

log_is_off() {
	local rate status=0
	rate=$(cat $log_parameter)
	note_log
	echo 0 >$log_parameter
	bare console.ffa --append minor=2 --cpus 2 && until_true 20 no_vms || status=1
	echo "$rate" >$log_parameter
	! said_by_guests && return $status
}

check "module loads" load_vffa
check "a guest that logs without end has a burst, and a rate" log_is_bounded
check "no guest logs anything when that is off" log_is_off
for way in hook filter; do
	check "tracepoints tell what a guest did, $way" tells_what_a_guest_did
	check "tracepoints tell errors and resets, $way" tells_errors_and_resets
	check "tracepoints tell SMCs of the relay, $way" tells_smcs_of_the_relay
	check "no tracepoint tells anything when off, $way" nothing_when_off
	check "no guest fills the log, $way" no_flood
done
check "module unloads" until_true 10 rmmod vffa
check "the kernel has nothing to complain about" kernel_is_well
done_testing
