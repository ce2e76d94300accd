/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests have seen the SPMC answer, for scripts/spmc-coverage. Nothing is declared by hand: an
 * answer counts when a test has called and then compared it with what it wanted.
 */
#ifndef SPMC_TEST_SEEN_H
#define SPMC_TEST_SEEN_H

#include "spmc.h"

/* The name of the test that runs; NULL = none. */
void seen_begin(const char *test);

/**
 * seen_call() - a call was made
 * @s:	    of it; a call while faults are set does not count
 * @where:  "process"; "firmware" and "spmd" of a scenario that the machine runs as well: the SPMC
 *	    answered there, or the SPMD before it
 * @faulty: they were when it was made
 * @fid:    the call's
 * @answer: registers that came back
 */
void seen_call(const struct spmc *s, const char *where, bool faulty, uint32_t fid,
	       const struct vffa_regs *answer);

/* These registers were what the test wanted: if they are the last answer, note it. */
void seen_expected(const struct vffa_regs *regs);

#endif /* SPMC_TEST_SEEN_H */
