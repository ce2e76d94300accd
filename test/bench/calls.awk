# SPDX-License-Identifier: GPL-2.0-only
#
# The report's part about calls of guests and of the host.

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

	print "\nBounds for calls"
	verdict("direct request, beyond KVM's HVC + host's call", of("bound.direct") - kvm - of("host.direct"), 400)
	verdict("the same by SMC, beyond KVM's SMC", of("bound.direct_smc") - of("without.psci_smc") - of("host.direct"), 400)
	verdict("calls that are not ours, VM not bound", of("unbound.psci") - kvm, 80)
	verdict("calls that are not ours, VM bound", of("bound.psci") - kvm, 80)
}
