/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory management of the fake SPMC, as its other parts and tests of it see it. */
#ifndef VFFA_TEST_FAKE_SPMC_MEM_H
#define VFFA_TEST_FAKE_SPMC_MEM_H

#include "fake_spmc.h"

/* What FFA_MEM_OP_PAUSE names. */
#define FAKE_PAUSED_HANDLE 0x123456789ull

/** fake_spmc_mem_call() - serve a call about memory; returns the answer */
struct vffa_regs fake_spmc_mem_call(struct fake_spmc *spmc, const struct vffa_regs *in);

/** fake_spmc_complain() - the relay did what a real SPMC would suffer from */
void fake_spmc_complain(struct fake_spmc *spmc, const char *what);

#endif /* VFFA_TEST_FAKE_SPMC_MEM_H */
