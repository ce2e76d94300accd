# SPDX-License-Identifier: GPL-2.0-only
#
# The report's part about memory: shared and reclaimed, in shapes RANGESxPAGES.
#
# With the development SPMC a share may take several calls: they follow the line that names the shape,
# and are one measurement.

/^bench: sizes\.shape / { shape = $3 }
/^bench: sizes\.share / { begin("sizes.share_" shape); nr_calls[shape] = 1 }
/^bench: sizes\.more / { add("sizes.share_" shape, $4 - median_of("sizes.nothing")); nr_calls[shape]++ }
/^bench: sizes\.reclaim / { begin("sizes.reclaim_" shape) }

function begin(name) {
	lines[name]++
	value[name, lines[name]] = $4
}

function add(name, ticks) {
	value[name, lines[name]] += ticks
}

# Pages of a shape.
function pages_of(shape,	parts) {
	split(shape, parts, "x")
	return parts[1] * parts[2]
}

# To the host and to the SPMC it does not matter how far apart pages are.
function near(shape) {
	sub(/far$/, "", shape)
	return shape
}

function pin(world, shape) {
	return of("pin_" world ".huge_" near(shape))
}

function smc(world, shape) {
	return of("native_" world ".smc_" near(shape))
}

function both(situation, shape) {
	if (situation == "sizes")
		return least_of("sizes.share_" shape) + least_of("sizes.reclaim_" shape)
	return of(situation ".share_" shape) + of(situation ".reclaim_" shape)
}

# What is left when everything is taken off that is there without vffa, too.
function own(situation, world, shape, kvm) {
	return both(situation, shape) - kvm_of(shape, kvm) - pin(world, shape) - smc(world, shape)
}

function kvm_of(shape, kvm) {
	return ((shape in nr_calls ? nr_calls[shape] : 1) + 1) * kvm
}

# For each page beyond the first.
function own_per_page(situation, world, shape, kvm) {
	return (own(situation, world, shape, kvm) - own(situation, world, "1x1", kvm)) / (pages_of(shape) - 1)
}

# @limit: what vffa's own may be for each page beyond the first; of a single page, in all
function split_row(situation, world, shape, kvm, limit,	n, mine, judged) {
	n = pages_of(shape)
	mine = own(situation, world, shape, kvm)
	printf "  %10s %6d %10d %10d %9d %9d %9d %9d", shape, n,
	       of("native_" world ".share_" near(shape)) + pin(world, shape), both(situation, shape),
	       kvm_of(shape, kvm), pin(world, shape), smc(world, shape), mine
	judged = n > 1 ? own_per_page(situation, world, shape, kvm) : mine
	printf " %7s %7d  %s\n", (n > 1 ? sprintf("%.1f", judged) : ""), limit, within(judged, limit)
}

function split_head() {
	printf "  %10s %6s %10s %10s %9s %9s %9s %9s %7s %7s\n", "shape", "pages", "host alone", "VM", "= KVM",
	       "+ pin", "+ SMC", "+ vffa", "a page", "at most"
}

# A share and a reclaim, and the same elsewhere, as text.
function pair(text, what, others) {
	printf "  %-24s %7d + %6d = %7d  %s\n", text, of("memory.share_" what),
	       of("memory.reclaim_" what), both("memory", what), others
}

# What each page takes by which @more is larger than @less.
function slope(less, more) {
	return (both("sizes", more) - both("sizes", less)) / (pages_of(more) - pages_of(less))
}

# That between the two larger ones, in hundredths of that between the two smaller ones: 100 is linear.
function growth(text, small, medium, large, range) {
	verdict_near(text, 100 * slope(medium, large) / slope(small, medium), 100, range)
}

END {
	if (failed)
		exit 1
	print "\nMemory shared with OP-TEE and reclaimed (in brackets, measured before: VM of Xen; host, no VMs)"
	pair("1 page", "1x1", "(7690 + 5857; 5547 + 4659)")
	pair("16 pages in one range", "1x16", "(15523 + 6218; 6322 + 4659)")
	pair("256 pages in one range", "1x256", "(141654 + 13125; 18082 + 4659)")
	pair("1024 pages in one range", "1x1024", "(more than Xen takes)")
	pair("16 ranges of a page", "16x1", "(share: 18283; 8332)")
	pair("240 ranges of a page", "240x1", "(share: 177316; 49324)")

	print "\nWhere that goes, share and reclaim together, in shapes RANGESxPAGES. Pin and SMC are what the"
	print "host takes for them alone; a page: vffa's own for each beyond the first, and what it may be (a single"
	print "page: all of vffa's own); a guest's RAM is of huge pages. Host alone: a module of the host that shares"
	print "the same. Elsewhere, measured before: Xen's own is 476 + 28 a page beyond the first, of any shape, and it"
	print "pins nothing; OP-TEE takes 49 for a page of a range"
	kvm = of("bound.psci")
	split_head()
	split_row("memory", "optee", "1x1", kvm, 9000)
	split_row("memory", "optee", "1x16", kvm, 55)
	split_row("memory", "optee", "1x256", kvm, 55)
	split_row("memory", "optee", "1x1024", kvm, 55)
	split_row("memory", "optee", "16x1", kvm, 450)
	split_row("memory", "optee", "240x1", kvm, 450)

	print "\nThe same with the development SPMC, up to 64 MiB"
	kvm = of("sizes.psci")
	split_head()
	split_row("sizes", "spmc", "1x1", kvm, 9000)
	split_row("sizes", "spmc", "1x16", kvm, 55)
	split_row("sizes", "spmc", "1x256", kvm, 55)
	split_row("sizes", "spmc", "1x4096", kvm, 55)
	split_row("sizes", "spmc", "1x16384", kvm, 55)
	split_row("sizes", "spmc", "16x1", kvm, 450)
	split_row("sizes", "spmc", "256x1", kvm, 450)
	split_row("sizes", "spmc", "4096x1", kvm, 450)
	split_row("sizes", "spmc", "16384x1", kvm, 450)
	split_row("sizes", "spmc", "256x1far", kvm, 850)
	split_row("sizes", "spmc", "4096x1far", kvm, 700)
	split_row("sizes", "spmc", "16384x1far", kvm, 700)
	print "  far: no two ranges that follow each other are near, which costs the host more to unpin, too, and"
	print "  what that is counts as vffa's own here; the fewer pages, the more of them are the first of 512 KiB"
	share("the host pins and unpins a page by itself, 64 at a time", of("pin_spmc.small_1x64") / 64)

	print "\nBounds for memory"
	verdict("share + reclaim of 256 pages, half of Xen's", both("memory", "1x256"), 154779 / 2)
	print "  A page's price from 4096 to 16384 pages, in hundredths of that from 256 to 4096"
	growth("in one range", "1x256", "1x4096", "1x16384", 5)
	growth("in ranges of a page", "256x1", "4096x1", "16384x1", 5)
	growth("in ranges of a page that are far apart", "256x1far", "4096x1far", "16384x1far", 10)
}
