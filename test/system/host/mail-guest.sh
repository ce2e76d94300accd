# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# A stock Debian guest with ffa-mail: "mail.rounds=N" messages go to the mailer, and must come back as
# they were. Runs in the guest.

# argument NAME: its value on the kernel's command line.
argument() {
	sed -n "s/.* mail\.$1=\([^ ]*\).*/\1/p" /proc/cmdline
}

# until_unused: waits for the last user of ffa-mail, and not for ever.
until_unused() {
	local tries=600
	while [ "$(cat /sys/module/ffa_mail/refcnt)" != 0 ] && [ $tries -gt 0 ]; do
		tries=$((tries - 1))
		usleep 100000
	done
}

modprobe ffa-module || echo "mail: no ffa-module"
insmod ./ffa-mail.ko 2>/dev/null && echo "mail: loaded without a UUID"
insmod ./ffa-mail.ko uuid=nonsense 2>/dev/null && echo "mail: loaded with nonsense"
insmod ./ffa-mail.ko uuid=3c3af09a-9c21-4d34-bcf1-31b2b6dcbd08 || echo "mail: no ffa-mail"
dmesg | grep -E 'ARM FF-A|ffa.mail' | sed 's/^\[[^]]*\] //'
echo "mail: partition $(cat /sys/class/misc/ffa-mail0/device/partition_id)"

rounds=$(argument rounds)
name=$(argument name)
exec 3<>/dev/ffa-mail0
n=0
good=0
while [ $n -lt "$rounds" ]; do
	n=$((n + 1))
	sent="message $n of $name"
	# Long ones, too, up to what fits into a page with header and length.
	[ $((n % 10)) != 0 ] || sent="$sent $(head -c $((n * 38)) /dev/zero | tr '\0' x)"
	echo "$sent" >&3
	got=$(timeout 60 dd bs=64K count=1 2>/dev/null <&3)
	if [ "$got" = "$sent" ]; then
		good=$((good + 1))
	else
		echo "mail: sent $sent"
		echo "mail: got $got"
	fi
done
echo "mail: $good of $rounds came back"
# Nothing else came.
if [ "$rounds" -gt 0 ] && got=$(timeout 1 dd bs=64K count=1 2>/dev/null <&3) && [ "$got" ]; then
	echo "mail: got $got as well"
else
	exec 3<&-
	# The process with which busybox's timeout watches a command has the file open, too, and outlives the
	# command by up to a second.
	until_unused
	rmmod ffa-mail && rmmod ffa-module && echo "mail: ended well"
fi
