/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock, and each CPU's secure timer (CNTHPS_EL2). What it interrupts is for gic.h. */
#ifndef SPMC_FW_CLOCK_H
#define SPMC_FW_CLOCK_H

#include <vffa/env.h>

uint64_t clock_now_ns(void);

/** clock_alarm() - set this CPU's timer to a time of clock_now_ns(); 0 stops it */
void clock_alarm(uint64_t at_ns);

#endif /* SPMC_FW_CLOCK_H */
