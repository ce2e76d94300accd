# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The demo's part in the host: load vffa.ko and start a VM; and another at the same time that only serves
# notifications, where demo_vms=2. Every line says whose it is.

tracing=/sys/kernel/tracing

mark() {
	awk -v who="$1" '{ sub(/\r$/, ""); print who " | " $0; fflush() }'
}

host() {
	"$@" 2>&1 | mark 'host '
}

host echo "$(uname -sr), not modified"
host insmod ./vffa.ko
dmesg | sed -n 's/^\[[^]]*\] \(vffa: FF-A\)/\1/p' | mark 'host '
[ -c /dev/vffa ] || exit 1

# vm NAME [WORD...]: run one to its end, with these words on its kernel's command line.
vm() {
	local name="$1"
	shift
	{
		./vffa-vmm --kernel Image --initrd guest.cpio --cpus 2 --memory 512 --name "$name" \
			--append "console=ttyAMA0 panic=-1 $*" </dev/null 2>"$name.log"
		echo $? >"$name.status"
	} | mark "$name"
	host cat "$name.log"
}

trace() {
	local event
	for event in vffa_sri vffa_npi vffa_call_enter; do
		echo "$1" >$tracing/events/vffa/$event/enable
	done
}

echo 'fid == 0x84000082' >$tracing/events/vffa/vffa_call_enter/filter
trace 1
host echo "starting a VM with the same, unmodified kernel"
if [ "${demo_vms:-1}" = 2 ]; then
	host echo "and a second, which serves OP-TEE's notifications and nothing else"
	vm other quiet demo_serve=1 &
	vm guest
	wait $!
else
	vm guest
	echo 0 >other.status
fi
trace 0
host awk -f notified.awk $tracing/trace
host rmmod vffa
exit $(($(cat guest.status) + $(cat other.status)))
