/* SPDX-License-Identifier: GPL-2.0-only */
/* What is true of an SPMC whenever no call is inside. */
#ifndef SPMC_TEST_INVARIANTS_H
#define SPMC_TEST_INVARIANTS_H

#include "state.h"

/* NULL, or what is wrong. */
const char *spmc_find_inconsistency(const struct spmc *s);

#endif /* SPMC_TEST_INVARIANTS_H */
