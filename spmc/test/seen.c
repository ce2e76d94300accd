// SPDX-License-Identifier: GPL-2.0-only
/* Lines "TEST FID MINOR OUTCOME WHERE" in the file that $SPMC_SEEN names. */
#include "seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ffa.h"
#include "state.h"

/* The last call of a thread. */
struct last {
	uint32_t fid;
	unsigned int minor;
	struct vffa_regs answer;
	const char *where;
	bool counts;
};

static _Thread_local struct last last;
static const char *running;

void seen_begin(const char *test)
{
	running = test;
	last.counts = false;
}

void seen_call(const struct spmc *s, const char *where, bool faulty, uint32_t fid,
	       const struct vffa_regs *answer)
{
	last = (struct last){ fid, s->nwd.minor, *answer, where, !faulty };
}

static const char *status_name(uint32_t status)
{
	static const char *const names[] = { "NOT_SUPPORTED", "INVALID_PARAMETERS",
					     "NO_MEMORY",     "BUSY",
					     "INTERRUPTED",   "DENIED",
					     "RETRY",	      "ABORTED",
					     "NO_DATA" };
	uint32_t n = -status - 1;

	return n < sizeof(names) / sizeof(names[0]) ? names[n] : "?";
}

static const char *outcome_of(const struct last *l)
{
	uint32_t x0 = (uint32_t)l->answer.x[0];

	if (x0 == FID32(FN_ERROR))
		return status_name((uint32_t)l->answer.x[2]);
	if (x0 == FID32(FN_INTERRUPT) || x0 == FID32(FN_YIELD))
		return "INTERRUPT";
	if (l->fid == FID32(FN_VERSION) && x0 >> 31)
		return status_name(x0);
	return "OK";
}

static FILE *file(void)
{
	static FILE *f;
	const char *path = getenv("SPMC_SEEN");

	if (!f && path)
		f = fopen(path, "a");
	return f;
}

void seen_expected(const struct vffa_regs *regs)
{
	if (!last.counts || !running || memcmp(regs, &last.answer, sizeof(*regs)) || !file())
		return;
	fprintf(file(), "%s 0x%08x %u %s %s\n", running, last.fid, last.minor, outcome_of(&last),
		last.where);
	last.counts = false;
}
