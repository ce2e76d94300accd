# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For xtest.test and xtest.long: xtest on the host's own FF-A driver, without vffa, then in stock guests and
# on the same host's drivers with vffa, where every test that passed there must pass, too. What they say is
# passed on as it comes, each line with "host| ", "vffa-host| " or "guest-N| " before it: a run that is
# ended by its time limit has been of use as well.

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# prepare ARGUMENT...: what both runs take; the arguments are xtest's.
prepare() {
	build new
	echo "$*" >"$work/arguments"
	tree=$("$top/machine/path" xtest)
	suite=("$top/test/xtest/suite.sh" "$work/arguments")
	results=$top/build/logs/$(basename "$0" .test)
	rm -rf "$results"
	mkdir -p "$results"
}

# run_on_host SECONDS: OP-TEE without virtualization, which takes the host's own calls.
run_on_host() {
	"$top/machine/run" --secure optee-plain --tree "$tree" --timeout "$1" \
		--secure-log "$results/host.secure" --console-log "$results/host.console" \
		"$top/test/xtest/drivers.sh" "${suite[@]}" | tee "$results/host.log" | sed -u 's/^/host| /'
}

# run_in_guests SECONDS N: N at the same time, and on the host that they are on.
run_in_guests() {
	local status=0 i
	echo "$2" >"$work/guests"
	"$top/machine/initramfs" --tree "$tree" "$work/xtest.cpio" "$top/test/xtest/drivers.sh" "${suite[@]}" >&2
	parts+=("$("$top/machine/path" kernel-image)" "$work/xtest.cpio" "$work/guests"
		"$top/build/kmod-new/vffa-bus.ko" "${suite[@]}")
	run_in_machine xtest.sh --tree "$tree" --memory $((1024 + 1024 * $2)) --timeout "$1" | tee "$results/guests.log" ||
		status=$?
	for ((i = 1; i <= $2; i++)); do
		sed -n "s/^guest-$i| //p" "$results/guests.log" >"$results/guest-$i.log"
	done
	sed -n "s/^vffa-host| //p" "$results/guests.log" >"$results/vffa-host.log"
	return $status
}

compare() {
	"$top/test/xtest/results" compare "$top/test/xtest/exceptions" "$results/host.log" \
		"$results"/guest-*.log "$results/vffa-host.log"
}

# host_and_guests SECONDS: all of it, with two guests at the same time; each run is given so long.
host_and_guests() {
	local status=0
	run_on_host "$1" || echo "# the run on the host ended with status $?"
	run_in_guests "$1" 2 || status=$?
	compare || status=$?
	return $status
}
