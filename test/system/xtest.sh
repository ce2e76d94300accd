# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For xtest.long: xtest on the host's own FF-A driver, without vffa, then in
# guests, and every test that passed there must pass here.

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
	"$top/machine/run" --secure optee-plain --tree "$tree" --timeout "$1" --out "$results/host" \
		--secure-log "$results/host.secure" --console-log "$results/host.console" \
		"$top/test/xtest/drivers.sh" "${suite[@]}" >"$results/host.log" || true
}

# run_in_guests SECONDS N: N at the same time.
run_in_guests() {
	echo "$2 $1" >"$work/guests"
	"$top/machine/initramfs" --tree "$tree" "$work/xtest.cpio" "$top/test/xtest/drivers.sh" "${suite[@]}" >&2
	parts+=("$("$top/machine/path" kernel-image)" "$work/xtest.cpio" "$work/guests")
	run_in_machine xtest.sh --memory $((1024 + 1024 * $2)) --timeout $(($1 + 120)) || true
}

compare() {
	"$top/test/xtest/results" compare "$top/test/xtest/exceptions" "$results/host.log" \
		"$results"/guest-*.log
}
