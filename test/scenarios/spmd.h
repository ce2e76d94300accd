/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What TF-A's SPMD (2.12) answers the normal world by itself, without asking the SPMC behind it. On the
 * machine test/scenarios/spmc/spmd.ffa shows, function by function, that it is so.
 */
#ifndef VFFA_TEST_SCENARIO_SPMD_H
#define VFFA_TEST_SCENARIO_SPMD_H

#include <stdbool.h>
#include <vffa/regs.h>

/**
 * spmd_answers() - is this call answered by the SPMD?
 * @regs:  in: the call; out: the answer, if it is
 * @minor: FF-A version of the SPMC behind it
 */
bool spmd_answers(struct vffa_regs *regs, unsigned int minor);

#endif /* VFFA_TEST_SCENARIO_SPMD_H */
