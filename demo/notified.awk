# SPDX-License-Identifier: GPL-2.0-only
#
# How notifications reached VMs: reads what the tracepoints of vffa.ko recorded, and prints a line for
# each VM. A notification is served when, after an interrupt of the VM, a vCPU comes to fetch it; what it
# took is counted from the last schedule receiver interrupt before the VM's.

# field NAME: of this line.
function field(name,	at) {
	at = index($0, name "=")
	return at ? substr($0, at + length(name) + 1) + 0 : -1
}

# The time stamp, in seconds, is the last word before the event's name.
function now(	i) {
	for (i = 1; i < NF; i++)
		if ($(i + 1) ~ /^vffa_/)
			return $i + 0
}

# Of @nr figures in took[vm, ...].
function sort(vm, nr,	i, j, x) {
	for (i = 2; i <= nr; i++) {
		x = took[vm, i]
		for (j = i - 1; j && took[vm, j] > x; j--)
			took[vm, j + 1] = took[vm, j]
		took[vm, j + 1] = x
	}
}

/ vffa_sri: / { sri = now() }

/ vffa_npi: / {
	vm = field("vm")
	if (!(vm in since))
		since[vm] = sri
	raised[vm]++
	to[vm, field("vcpu")]++
}

# FFA_NOTIFICATION_GET; more than one may come after an interrupt.
/ vffa_call_enter: .*fid=0x84000082 / {
	vm = field("vm")
	if (!(vm in since))
		next
	took[vm, ++served[vm]] = (now() - since[vm]) * 1000
	by[vm, field("vcpu")]++
	delete since[vm]
}

# cpus OF VM: "vCPU 0 (5 times)", one after the other.
function cpus(of, vm,	i, text) {
	for (i = 0; i < 512; i++)
		if ((vm, i) in of)
			text = text (text ? ", " : "") "vCPU " i " (" of[vm, i] " times)"
	return text
}

END {
	for (vm = 1; vm < 64; vm++) {
		nr = served[vm]
		if (!nr)
			continue
		sort(vm, nr)
		printf "VM %d: %d notifications served; interrupted %s; fetched by %s\n", vm, nr,
		       cpus(to, vm), cpus(by, vm)
		printf "VM %d: from the host's interrupt to the guest's FFA_NOTIFICATION_GET %.1f ms, " \
		       "%.1f at least, %.1f at most\n", vm, took[vm, int((nr + 1) / 2)], took[vm, 1], took[vm, nr]
	}
}
