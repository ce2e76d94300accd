# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The parts of the machine: what there is, what each is made from, and where it
# is in the cache.  A part's directory is named by a hash of everything that
# goes into it, so a part either is there and right or is not there.

# name, recipe (a file in parts/), variant, parts that go into it.
part_table() {
	cat <<-'END'
	qemu                  qemu      default
	busybox               busybox   default
	sysroot               sysroot   default
	kernel-new            kernel    new
	kernel-6.12           kernel    6.12
	kernel-6.12-ffa       ffa-kernel 6.12         kernel-6.12
	kernel-debug          debug-kernel default
	optee                 optee     virtual
	optee-plain           optee     plain
	firmware-optee        firmware  optee        optee
	firmware-optee-plain  firmware  optee-plain  optee-plain
	firmware-none         firmware  none
	xtest                 xtest     default      optee
	tfa                   tfa       default
	firmware-spmc         spmc      1.2          tfa sysroot
	firmware-spmc-1.1     spmc      1.1          tfa sysroot
	firmware-spmc-1.0     spmc      1.0          tfa sysroot
	END
}

part_names() {
	part_table | awk '{ print $1 }'
}

# What everybody needs: the debug kernel takes longer than all others together.
usual_part_names() {
	part_names | grep -vx kernel-debug
}

# part_row NAME: sets recipe, variant and needs of the caller.
part_row() {
	local name
	while read -r name recipe variant needs; do
		[ "$name" != "$1" ] || return 0
	done < <(part_table)
	die "no part '$1'; there are: $(part_names | tr '\n' ' ')"
}

# tree_files PATH...: contents of all files below PATHs of the source tree but
# tests, with their names, in an order that does not change.
tree_files() {
	(cd "$machine_dir/.." && find "$@" -name test -prune -o -type f -print0 |
		sort -z | xargs -0 tail -n +1 -v)
}

# What decides whether a part that was built before is still right: the recipe
# and files named after it, the versions to use, the kind of build machine, the
# parts that go into it, and for one of them this source tree.
part_key() {
	local recipe variant needs need
	part_row "$1"
	{
		echo "$recipe $variant $(build_arch)"
		cat "$machine_dir/parts/$recipe"*
		awk -v part="$1" -v recipe="$recipe" '$1 == part || $1 == recipe' "$machine_dir/versions"
		[ "$recipe" != spmc ] || tree_files spmc include/vffa
		for need in $needs; do
			part_key "$need"
		done
	} | sha256sum | cut -c 1-12
}

part_dir() {
	local key
	key=$(part_key "$1")
	echo "$cache/parts/$1-$key"
}
