# SPDX-License-Identifier: GPL-2.0-only
#
# The report's part about indirect messages.

function there_and_back(bytes) {
	return of("mail.send_" bytes) + of("mail.back_" bytes) + of("mail.release_" bytes)
}

function indirect(bytes) {
	row("FFA_MSG_SEND2, " bytes " bytes", "mail.send_" bytes)
	row("the partition is asked, and returns it", "mail.back_" bytes)
	row("FFA_RX_RELEASE", "mail.release_" bytes)
	share("together", there_and_back(bytes))
}

END {
	if (failed)
		exit 1
	print "\nA guest's message to a partition of the development SPMC and back"
	row("direct", "mail.direct")
	indirect(16)
	indirect(4000)
	share("indirect, more than direct", there_and_back(16) - of("mail.direct"))
	print "  Nobody asks the partition: it gets its turn, and the guest an interrupt (it interprets a script)"
	row("16 bytes, until RX is released", "mail.turn_16")
	row("4000 bytes", "mail.turn_4000")
}
