# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# How often VMs may be created and reset on a host with OP-TEE, which loses memory each time. Runs in the
# machine.

# shellcheck source=lib.sh
. ./lib.sh

all_spent="OP-TEE loses memory with every VM that is created or reset, and bears no more of them after 8: restart the host (or load vffa with a larger max_announcements, and risk that the secure world crashes)"

# reboots_on N: a guest that wants to reboot N times; what came of it is in $log.
reboots_on() {
	log=$logs/reboots-on.txt
	bare reboots-on.ffa --append "resets=$1" >"$log" 2>&1
	set -- $?
	cat "$log"
	return "$1"
}

# The VMM ends with the reason, and so does not begin again by itself.
guest_is_stopped() {
	note_log
	! reboots_on 100 || return
	said "$log" "boot 0x2" && ! said "$log" "boot 0x3" &&
		said "$log" "reboot: No space left on device" && until_true 20 no_vms &&
		logged "VM 1 has been created and reset 3 times in all, and OP-TEE loses memory each time: no more of one VM (max_vm_announcements); create it anew"
}

# Creation and the first resets of one that could have more take what is left for all.
last_one_is_stopped() {
	note_log
	! reboots_on 2 || return
	said "$log" "boot 0x1" && ! said "$log" "boot 0x2" &&
		until_true 20 no_vms && logged "$all_spent"
}

none_is_created() {
	local log=$logs/none.txt
	note_log
	! bare short.ffa >"$log" 2>&1 || return
	cat "$log"
	said "$log" "creating the VM: No space left on device" && no_vms && logged "$all_spent"
}

reloads() {
	rmmod vffa && load_vffa "$@"
}

# 3 of one VM and 8 in all: 3, 3, and then 2.
check "module loads" load_vffa max_announcements=8 max_vm_announcements=3
check "a guest that reboots for ever is stopped" guest_is_stopped
check "another VM can be created, and is served until it has had as many" reboots_on 2
check "the last one gets what is left" last_one_is_stopped
check "then none can be created, and it is said why" none_is_created
check "a module that is loaded anew counts anew" reloads max_announcements=1
check "one VM is created" bare short.ffa
check "and no second one" sh -c "! ./vffa-vmm --kernel guest.img --initrd short.ffa --memory 64"
check "as many as they like, at one's own risk" reloads max_announcements=0 max_vm_announcements=0
check "and a guest reboots more often than by default" reboots_on 12
check "the kernel has nothing to complain about" kernel_is_well
done_testing
