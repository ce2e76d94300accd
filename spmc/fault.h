/* SPDX-License-Identifier: GPL-2.0-only */
/* Faults on request, inside the SPMC. How to ask for them: spmc_fault_set() in spmc.h. */
#ifndef SPMC_FAULT_H
#define SPMC_FAULT_H

#include "state.h"

/* Which faults befall this call: a set of bits for the functions below. Counts it. */
unsigned int fault_match(struct spmc *s, const struct vffa_regs *regs);

/* Before a call is served. Returns true when it must not be: @regs is the answer. */
bool fault_before(const struct spmc *s, unsigned int hits, struct vffa_regs *regs);

/* After it was served. */
void fault_after(struct spmc *s, unsigned int hits, struct vffa_regs *regs);

#endif /* SPMC_FAULT_H */
