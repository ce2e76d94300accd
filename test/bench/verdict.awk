# SPDX-License-Identifier: GPL-2.0-only
#
# The end of the report: whether everything is within its bounds.

END {
	if (failed)
		exit 1
	printf "\n%d of %d figures are within their bounds\n", nr_judged - nr_over, nr_judged
	exit nr_over > 0
}
