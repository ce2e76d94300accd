# SPDX-License-Identifier: GPL-2.0-only
#
# The report's part about notifications.

function notif_row(text, part) {
	printf "  %-42s %9d %9d %9d %9d\n", text, median_of("notif_sgi." part),
	       median_of("notif_ppi." part), median_of("notif_pending." part),
	       median_of("notif_line." part)
}

END {
	if (failed)
		exit 1
	print "\nA notification, from the request to set it to the guest's handler that fetches it"
	print "(development SPMC; with what tracing takes, and our guest interprets a script)"
	printf "  %-42s %9s %9s %9s %9s\n", "", "kernel,", "kernel,", "pending", ""
	printf "  %-42s %9s %9s %9s %9s\n", "", "SGI", "PPI", "register", "irq-line"
	notif_row("request, set, SRI", "sri")
	notif_row("the host's worker comes to run", "work")
	notif_row("FFA_NOTIFICATION_INFO_GET", "info")
	notif_row("whose it is, up to injection or eventfd", "route")
	notif_row("eventfd, up to the VMM's ioctl", "vmm")
	notif_row("injection, until the vCPU is entered", "inject")
	notif_row("the guest's handler, up to its call", "guest")
	notif_row("in all", "total")
	printf "  %-42s %9d\n", "the host's own driver, in all", median_of("notif_host.notified")
}
