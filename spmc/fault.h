/* SPDX-License-Identifier: GPL-2.0-only */
/* Faults on request, inside the SPMC. How to ask for them: spmc_fault_set() in spmc.h. */
#ifndef SPMC_FAULT_H
#define SPMC_FAULT_H

#include "state.h"

/* spmc_fault_set() and spmc_fault_clear() with the lock held. */
int fault_set_locked(struct spmc *s, const struct spmc_fault *fault);
void fault_clear_locked(struct spmc *s);

/* How many are set. */
unsigned int fault_count_locked(const struct spmc *s);

/* The faults that befall one call. */
struct fault_hits {
	unsigned int nr;
	struct spmc_fault faults[SPMC_MAX_FAULTS];
};

/* Which faults befall this call? Counts it. */
void fault_match(struct spmc *s, const struct vffa_regs *regs, struct fault_hits *hits);

/* Before a call is served. Returns true when it must not be: @regs is the answer. */
bool fault_before(struct spmc *s, const struct fault_hits *hits, struct vffa_regs *regs);

/* After it was served. */
void fault_after(struct spmc *s, const struct fault_hits *hits, struct vffa_regs *regs);

#endif /* SPMC_FAULT_H */
