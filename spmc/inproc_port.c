// SPDX-License-Identifier: GPL-2.0-only
/* The relay's port leads to an SPMC in process. */
#include "inproc_port.h"

#include <vffa/port.h>

#include "state.h"

enum vffa_ret spmc_inproc_smc(struct spmc_inproc *p, struct vffa_regs *regs, uint32_t *cpu)
{
	if (*cpu == VFFA_CPU_ANY)
		*cpu = 0;
	if (*cpu >= spmc_inproc_spmc(p)->cfg.nr_cpus)
		return VFFA_ABORTED;
	spmc_inproc_call(p, *cpu, regs);
	return VFFA_OK;
}
