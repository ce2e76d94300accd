# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Stock guests that send indirect messages to the mailer, which returns them. Runs in the machine.

# shellcheck source=lib.sh
. ./lib.sh

# mail NAME ROUNDS [OPTION...]: a guest that exchanges so many messages.
mail() {
	local name="$1" rounds="$2"
	shift 2
	vmm_timeout=300 vmm --kernel Image --initrd mail.cpio --cpus 2 --memory 512 --name "$name" \
		--append "console=ttyAMA0 panic=-1 quiet cryptomgr.notests mail.rounds=$rounds mail.name=$name" \
		"$@"
}

one() {
	local log=$logs/mail-one.txt
	mail one 100 >"$log" 2>&1 </dev/null
	cat "$log"
	said "$log" "mail: 100 of 100 came back" && said "$log" "mail: ended well"
}

# One receiver, two senders: neither gets what is the other's, and nobody loses anything.
two_at_once() {
	local pids='' i status=0
	for i in first second; do
		mail $i 100 >$logs/mail-$i.txt 2>&1 </dev/null &
		pids="$pids $!"
	done
	for i in $pids; do
		wait "$i" || status=1
	done
	cat $logs/mail-first.txt $logs/mail-second.txt
	for i in first second; do
		said $logs/mail-$i.txt "mail: 100 of 100 came back" || status=1
	done
	return $status
}

# Two vCPUs of each of two VMs send to it, and count what comes back.
counted() {
	local pids='' minor status=0
	for minor in 1 2; do
		bare indirect-count.ffa --cpus 2 --append minor=$minor >$logs/mail-count-$minor.txt 2>&1 </dev/null &
		pids="$pids $!"
	done
	for minor in $pids; do
		wait "$minor" || status=1
	done
	cat $logs/mail-count-1.txt $logs/mail-count-2.txt
	return $status
}

# Without notifications it says that nothing can be received.
without_npi() {
	local log=$logs/mail-none.txt
	mail none 0 --npi none >"$log" 2>&1 </dev/null
	cat "$log"
	said "$log" "it can be sent to, and not received from"
}

# The SPMC has a message in the RX of a VM whose VMM is killed. The next VM has the same id, and nothing
# of that.
killed() {
	local log=$logs/mail-end.txt
	start "$log" mail-end.ffa --cpus 2
	until_true 30 said "$log" "mail is in RX" || { cat "$log"; return 1; }
	kill -9 "$started"
	wait "$started"
	cat "$log"
	! said "$log" FAIL && until_true 20 no_vms && bare indirect.ffa --cpus 2 --append minor=2
}

check "mail: module loads" load_vffa
# Not on the debug kernel, where a whole kernel takes too long to boot.
if [ -e mail.cpio ]; then
	check "mail: a stock guest sends and receives" one
	check "mail: two at once" two_at_once
	check "mail: a guest without notifications" without_npi
fi
check "mail: two at once, with two vCPUs each, count" counted
check "mail: a VM killed with mail in RX" killed
until_true 20 no_vms
check "mail: module unloads" rmmod vffa
check "mail: the kernel has nothing to complain about" kernel_is_well
done_testing
