# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Memory that partitions give guests, with the development SPMC. Runs in the machine, which is of no use
# afterwards: memory that was donated for good keeps the module.

# shellcheck source=lib.sh
. ./lib.sh

# The guest's script goes on where those that begin them all end.
script() {
	local name="$1"
	shift
	cat memory-begin.ffa borrow-begin.ffa "$name" >"$logs/$name" &&
		bare "$logs/$name" --donate "$@"
}

# has_window PID: does the VMM have the window mapped, which it has only where KVM took it?
has_window() {
	grep -q "anon_inode:.*vffa-vm" "/proc/$1/maps"
}

# A guest that touches what it has given back dies of it, with a reason, and nobody else does.
borrower_dies() {
	local log=$logs/borrower.txt other=$logs/other.txt status=0
	start "$other" busy.ffa
	until_true 30 said "$other" "busy id" || status=1
	if script borrow-touch.ffa --name borrower >"$log" 2>&1; then
		status=1
	fi
	kill -9 $started || status=1
	wait $started
	cat "$log"
	[ $status = 0 ] && grep -q "vffa-vmm.*borrower.*touched memory it has lent, or has not borrowed, at pc 0x" "$log" &&
		said "$log" "still here" && ! said "$log" "never"
}

# What the guest of a VMM that is killed has borrowed the partition gets back.
killed_holder() {
	local log=$logs/holder.txt handle
	cat memory-begin.ffa borrow-begin.ffa borrow-hold.ffa >$logs/hold.ffa || return
	start "$log" $logs/hold.ffa --donate
	until_true 30 said "$log" "holding" && has_window $started || return
	handle=$(tr -d '\r' <"$log" | sed -n 's/^.*holding //p')
	kill -9 $started
	wait $started
	cp memory-begin.ffa $logs/reclaim.ffa
	cat >>$logs/reclaim.ffa <<-END
		let low ${handle% *}
		let high ${handle#* }
		let do BORROWER_RECLAIM
		let more 0
		do ask
		send FFA_MSG_SEND_DIRECT_REQ_64 \$borrower 0 BORROWER_READ_AT
		expect w3 0
		expect x4 0x1234
	END
	until_true 20 bare $logs/reclaim.ffa
}

# scenario_at NAME MINOR: a scenario, less the looks at what is not there, which the guest does not survive.
scenario_at() {
	grep -v '^expect gone' "$1.ffa" >$logs/"$1.ffa" &&
		bare $logs/"$1.ffa" --donate --append "minor=$2"
}

stays() {
	! rmmod vffa && ! no_vms
}

check "borrow: module loads" load_vffa
include ./borrow-test
for minor in 0 1 2; do
	check "borrow: a guest of 1.$minor" scenario_at mem-retrieve $minor
	check "borrow: a guest of 1.$minor, and an SPMC that fails" scenario_at mem-retrieve-faults $minor
done
check "borrow: a guest that touches what it gave back" borrower_dies
check "borrow: a VMM that is killed while its guest has it" killed_holder
check "borrow: a guest without a window" script borrow-none.ffa --window 0
check "borrow: what is donated for good keeps the module" stays
check "borrow: the kernel has nothing to complain about" kernel_is_well
done_testing
