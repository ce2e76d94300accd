/* SPDX-License-Identifier: GPL-2.0-only */
/* GICv3: one interrupt for the normal world, one for us. TF-A has set up everything else. */
#ifndef SPMC_FW_GIC_H
#define SPMC_FW_GIC_H

#include <vffa/env.h>

/**
 * gic_cpu_init() - give the SRI's INTID to the normal world, and take the timer's, on the CPU this runs
 * on
 */
void gic_cpu_init(void);

/** gic_raise_sri() - make the SRI pending on a CPU, which has run gic_cpu_init() */
void gic_raise_sri(unsigned int cpu);

#define GIC_FIRST_SPECIAL 1020u /* INTIDs that say there is none */

/**
 * gic_acknowledge() - take the secure interrupt that is pending on this CPU
 *
 * Return: its INTID, for gic_end(); or GIC_FIRST_SPECIAL and up when there is none.
 */
unsigned int gic_acknowledge(void);

/** gic_end() - an interrupt has been served, and its cause is gone */
void gic_end(unsigned int intid);

#endif /* SPMC_FW_GIC_H */
