# SPDX-License-Identifier: GPL-2.0-only
#
# Reads "bench: SITUATION.CALL median N ..." lines for the parts of the report (calls.awk, memory.awk),
# each of which has an END of its own. What measuring itself costs, SITUATION.nothing, is taken off
# everywhere. A call that cannot be repeated by itself has a line for each time it was made: the
# median is that of the lines.

/^bench: .* median / { lines[$2]++; value[$2, lines[$2]] = $4 }

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

function must_have(name) {
	if (!(name in lines)) {
		print "bench: nothing was measured for " name
		failed = 1
		exit 1
	}
}

function of(name,	parts) {
	must_have(name)
	split(name, parts, ".")
	return median_of(name) - median_of(parts[1] ".nothing")
}

# As of(); the least of the lines. A call that takes milliseconds is met by what else the host does more
# often than not, and only ever takes longer for that.
function least_of(name,	parts, i, least) {
	must_have(name)
	for (i = 1; i <= lines[name]; i++)
		if (i == 1 || value[name, i] < least)
			least = value[name, i]
	split(name, parts, ".")
	return least - median_of(parts[1] ".nothing")
}

function share(text, value) {
	printf "  %-52s %7d\n", text, value
}

function row(text, name) {
	share(text, of(name))
}

function within(value, limit) {
	nr_judged++
	nr_over += value > limit
	return value <= limit ? "ok" : "OVER"
}

function verdict(text, value, limit) {
	printf "  %-4s %-47s %7d  (at most %d)\n", within(value, limit), text, value, limit
}

# Not more than @range away from @aim, on either side.
function verdict_near(text, value, aim, range,	far) {
	far = value > aim ? value - aim : aim - value
	printf "  %-4s %-47s %7d  (%d, give or take %d)\n", within(far, range), text, value, aim, range
}
