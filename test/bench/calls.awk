# SPDX-License-Identifier: GPL-2.0-only
#
# Makes the bench's report out of its "bench: SITUATION.CALL median N ..." lines. What measuring
# itself costs is taken off everywhere. A call that cannot be repeated by itself has a line for each
# time it was made: the median is that of the lines.

/^bench: / { lines[$2]++; value[$2, lines[$2]] = $4 }

# Of the lines about @name.
function median_of(name,	n, i, j, x, sorted) {
	n = lines[name]
	for (i = 1; i <= n; i++) {
		x = value[name, i] + 0
		for (j = i; j > 1 && sorted[j - 1] > x; j--)
			sorted[j] = sorted[j - 1]
		sorted[j] = x
	}
	return sorted[int((n + 1) / 2)]
}

function of(name,	parts) {
	if (!(name in lines)) {
		print "bench: nothing was measured for " name
		failed = 1
		exit 1
	}
	split(name, parts, ".")
	return median_of(name) - median_of(parts[1] ".nothing")
}

function row(text, name) {
	printf "  %-52s %7d\n", text, of(name)
}

function share(text, value) {
	printf "  %-52s %7d\n", text, value
}

# A share and a reclaim, and the same elsewhere, as text.
function pair(text, what, others) {
	printf "  %-24s %7d + %6d = %7d  %s\n", text, of("memory.share_" what),
	       of("memory.reclaim_" what), both(what), others
}

function both(what) {
	return of("memory.share_" what) + of("memory.reclaim_" what)
}

# What each of @nr pages takes, over one page alone, less what OP-TEE and pinning take for it.
function own_per_page(what, nr, optee, pin) {
	return (both(what) - both("1")) / (nr - 1) - optee - pin
}

function verdict(text, value, limit) {
	printf "  %-4s %-47s %7d  (at most %d)\n", value <= limit ? "ok" : "OVER", text, value, limit
}

END {
	if (failed)
		exit 1
	kvm = of("without.psci")
	print "\nMedians, in instructions\n"
	print "A guest's calls by HVC"
	row("PSCI_VERSION, vffa not loaded (KVM's own price)", "without.psci")
	row("PSCI_VERSION, vffa loaded, VM not bound", "unbound.psci")
	row("PSCI_VERSION, VM bound", "bound.psci")
	row("SMCCC_VERSION", "bound.smccc")
	row("a function that does not exist", "bound.unknown")
	row("FFA_VERSION", "bound.version")
	row("FFA_ID_GET", "bound.id_get")
	row("FFA_FEATURES", "bound.features")
	row("FFA_PARTITION_INFO_GET_REGS", "bound.regs")
	row("direct request to nobody (refused)", "bound.refused")
	row("direct request to OP-TEE and back", "bound.direct")
	print "\nThe same by SMC"
	row("PSCI_VERSION, vffa not loaded", "without.psci_smc")
	row("FFA_ID_GET", "bound.id_get_smc")
	row("direct request to OP-TEE and back", "bound.direct_smc")
	print "\nThe host's own calls"
	row("PSCI_VERSION", "host.psci")
	row("FFA_ID_GET", "host.id_get")
	row("direct request to OP-TEE, with a VM's id", "host.direct")

	print "\nWhere a direct request goes"
	share("KVM: trap and return", kvm)
	share("hook and redirection, up to an answer (unknown)", of("bound.unknown") - kvm)
	share("known function, registers in and out (ID_GET)", of("bound.id_get") - of("bound.unknown"))
	share("who may send to whom (refused)", of("bound.refused") - of("bound.id_get"))
	share("bookkeeping of the run, SMC, the answer's checks", of("bound.direct") - of("bound.refused") - of("host.direct"))
	share("the host's own call: EL3, OP-TEE", of("host.direct"))

	print "\nElsewhere, on the same machine, measured before"
	print "  KVM's HVC with a bare hook that answers                 1871   (without a hook 1845)"
	print "  a call forwarded to user space and back                 7066"
	print "  Xen's mediator: FFA_ID_GET 699, FFA_VERSION 696, direct request 4479, its own part 1059"

	print "\nMemory shared with OP-TEE and reclaimed (in brackets, measured before: VM of Xen; host, no VMs)"
	pair("1 page", "1", "(7690 + 5857; 5547 + 4659)")
	pair("16 pages in one range", "16", "(15523 + 6218; 6322 + 4659)")
	pair("256 pages in one range", "256", "(141654 + 13125; 18082 + 4659)")
	pair("1024 pages in one range", "1024", "(more than Xen takes)")
	pair("16 ranges of a page", "16x1", "(share: 18283; 8332)")
	pair("240 ranges of a page", "240x1", "(share: 177316; 49324)")
	# OP-TEE's own part, from the same measurements: 49 for a page in a range, 183 for a range.
	# A guest's RAM is of huge pages.
	pin = of("host.pin_huge_64") / 64
	pin1 = of("host.pin_huge_1")
	print "\nWhere that goes, for each page beyond the first"
	share("the host pins and unpins one, 64 at a time", of("host.pin_64") / 64)
	share("the same, one at a time", of("host.pin_1"))
	share("one of a huge page, 64 at a time", pin)
	share("the same, one at a time", pin1)
	share("vffa, in one range of 256 (aim: 60)", own_per_page("256", 256, 49, pin))
	share("vffa, in 240 ranges", own_per_page("240x1", 240, 183, pin1))

	print "\nBounds"
	verdict("direct request, beyond KVM's HVC + host's call", of("bound.direct") - kvm - of("host.direct"), 400)
	verdict("the same by SMC, beyond KVM's SMC", of("bound.direct_smc") - of("without.psci_smc") - of("host.direct"), 400)
	verdict("calls that are not ours, VM not bound", of("unbound.psci") - kvm, 80)
	verdict("calls that are not ours, VM bound", of("bound.psci") - kvm, 80)
	verdict("share + reclaim of 256 pages, half of Xen's", both("256"), 154779 / 2)
}
