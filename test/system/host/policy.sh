# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What an unmodified Debian guest finds of OP-TEE with a policy, and without. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

optee_uuid=486178e0-e7f8-11e3-bc5e-0002a5d5c51b

# boot_guest NAME: until it has ended by itself.
boot_guest() {
	vmm_timeout=300 vmm --kernel Image --initrd stock.cpio --cpus 1 --memory 512 \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests" >"$logs/$1.txt" 2>&1 </dev/null
	cat "$logs/$1.txt"
	said "$logs/$1.txt" "ARM FF-A: Firmware version 1.2 found"
}

sees_optee() {
	said "$1" "stock: uuid $optee_uuid" && grep -q "optee: revision" "$1"
}

policy_hides_optee() {
	printf 'deny all %s\nallow all all\n' "$optee_uuid" >policy
	./vffactl policy load policy && boot_guest hidden || return
	! said "$logs/hidden.txt" "$optee_uuid" && ! grep -q "optee: revision" "$logs/hidden.txt"
}

other_policy_does_not() {
	printf 'allow user root %s\ndeny all all\n' "$optee_uuid" >policy
	./vffactl policy load policy && boot_guest allowed && sees_optee "$logs/allowed.txt"
}

check "policy: module loads" load_vffa
check "policy: OP-TEE is hidden from a stock guest" policy_hides_optee
check "policy: with another policy it is there" other_policy_does_not
check "policy: module unloads" until_true 20 rmmod vffa
check "policy: the kernel has nothing to complain about" kernel_is_well
done_testing
