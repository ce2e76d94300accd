/* SPDX-License-Identifier: GPL-2.0-only */
/* GICv3: one interrupt for the normal world. TF-A has set up everything else. */
#ifndef SPMC_FW_GIC_H
#define SPMC_FW_GIC_H

#include <vffa/env.h>

/** gic_cpu_init() - give the SRI's INTID to the normal world on the CPU this runs on */
void gic_cpu_init(void);

/** gic_raise_sri() - make the SRI pending on a CPU, which has run gic_cpu_init() */
void gic_raise_sri(unsigned int cpu);

#endif /* SPMC_FW_GIC_H */
