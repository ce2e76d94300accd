# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What vffactl shows and sets, over the development SPMC. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

echo_uuid=3c3af09a-9c21-4d34-bcf1-31b2b6dcbd01

# shows TEXT COMMAND...: is it in what vffactl says? A name made of the command keeps its JSON.
shows() {
	local text="$1" log
	shift
	log=$logs/shown.txt
	./vffactl "$@" >"$log" 2>&1 || { cat "$log"; return 1; }
	cat "$log"
	./vffactl --json "$@" >"$logs/$1.json" || return
	said "$log" "$text"
}

made_calls() {
	./vffactl vms | grep -Eq "MSG_SEND_DIRECT_REQ +[1-9][0-9]+ calls +[0-9]+ failed"
}

vms_under_load() {
	local status=0
	start "$logs/load.txt" busy.ffa --cpus 2
	until_true 20 said "$logs/load.txt" "busy id" || status=1
	until_true 20 made_calls || status=1
	shows "VM 1: pid $started (vffa-vmm), user 0, ready" vms || status=1
	said "$logs/shown.txt" "FF-A 1.2, 2 vCPUs, bound to KVM" || status=1
	said "$logs/shown.txt" "buffers 16 pages each, RX full; pinned 32 of" || status=1
	grep -Eq "memory 0 of [1-9][0-9]* handles, 0 of [1-9][0-9]* sends in fragments" \
		"$logs/shown.txt" || status=1
	grep -Eq "calls: [0-9]+ inside, 0 parked; partition contexts: [0-9]+ at work, [0-9]+ stopped" \
		"$logs/shown.txt" || status=1
	kill $started
	wait $started
	until_true 20 no_vms && return $status
}

quarantine() {
	bare refuse-end.ffa || return
	shows "VM 1: pid" quarantine || return
	said "$logs/shown.txt" "stopping, closed" && grep -Eq "held for [0-9]+ s, [1-9][0-9]* tries: 0 contexts, 1 partitions, 0 handles" \
		"$logs/shown.txt" && bare allow-end.ffa && until_true 40 no_vms || return
	! ./vffactl quarantine | grep .
}

policy_is_checked() {
	printf 'deny all %s\nallow all\n' "$echo_uuid" >wrong
	! ./vffactl policy load wrong 2>"$logs/wrong.txt" || return
	cat "$logs/wrong.txt"
	said "$logs/wrong.txt" "wrong:2: which partitions?" &&
		shows "policy:     none" status
}

policy_hides() {
	printf '# hides echo\ndeny all %s\nallow all all\n' "$echo_uuid" >policy
	./vffactl policy check policy && ./vffactl policy load policy && ./vffactl policy show || return
	[ "$(./vffactl policy show | head -n 1)" = "deny all $echo_uuid" ] && bare blind.ffa
}

vmm_hides() {
	echo "allow all all" | ./vffactl policy load - || return
	bare blind.ffa && return 1
	bare blind.ffa --partition 3c3af09a-9c21-4d34-bcf1-31b2b6dcbd0a
}

check "vffactl: without the module" test "$(./vffactl status 2>&1)" = \
	"vffactl: /dev/vffa (load vffa.ko): No such file or directory"
check "vffactl: module loads" load_vffa
check "vffactl: status" shows "SPMC:       1.2, id 0x8000" status
check "vffactl: what the SPMC offers" said "$logs/shown.txt" "info-regs share lend donate"
check "vffactl: partitions" shows "0x8001  $echo_uuid  contexts" partitions
check "vffactl: VMs under load" vms_under_load
check "vffactl: quarantine" quarantine
check "vffactl: a policy that is wrong is not loaded" policy_is_checked
check "vffactl: a policy hides a partition" policy_hides
check "vffactl: so does a VMM, for its own VM" vmm_hides
check "vffactl: module unloads" until_true 20 rmmod vffa
check "vffactl: the kernel has nothing to complain about" kernel_is_well
done_testing
