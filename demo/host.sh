# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# The demo's part in the host: load vffa.ko and start a VM. Every line says whose it is.

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

host echo "starting a VM with the same, unmodified kernel"
{
	./vffa-vmm --kernel Image --initrd guest.cpio --cpus 2 --memory 512 \
		--append "console=ttyAMA0 panic=-1" </dev/null 2>vmm.log
	echo $? >status
} | mark guest
host cat vmm.log
host rmmod vffa
exit "$(cat status)"
