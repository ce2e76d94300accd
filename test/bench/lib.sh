# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What the scripts that measure in the machine have in common. They print lines
#
#	bench: SITUATION.CALL median N min N max N

# What else wants to run waits, as far as it can.
renice -n -20 -p $$

# vm SITUATION SCRIPT [OPTION...]
vm() {
	local situation="$1" script="$2" log=guest.log
	shift 2
	if ! timeout 300 ./vffa-vmm --kernel guest.img --initrd "$script" "$@" \
		>$log 2>&1 </dev/null; then
		cat $log
		exit 1
	fi
	tr -d '\r' <$log | sed -n "s/^bench: /bench: $situation./p"
}

# module SITUATION NAME [PARAMETER...]: it measures when it is loaded
module() {
	local situation="$1" name="$2"
	shift 2
	if ! insmod "./$name.ko" "$@"; then
		dmesg | tail -n 5
		exit 1
	fi
	dmesg | sed -n "s/.*$name: bench: /bench: $situation./p"
	rmmod "$name"
}
