/* SPDX-License-Identifier: GPL-2.0-only */
/* The SPMD at EL3, through which everything from the normal world comes. */
#ifndef SPMC_FW_SPMD_H
#define SPMC_FW_SPMD_H

#include <vffa/env.h>
#include <vffa/regs.h>

/**
 * spmd_register_secondary() - tell where other CPUs enter the SPMC
 *
 * Return: false when the SPMD refuses.
 */
bool spmd_register_secondary(void (*entry)(void));

/**
 * spmd_serve() - report this CPU as ready, then serve what comes
 * @spmc_id: the SPMC's
 * @call: serves one call of the normal world
 * @interrupt: serves a secure interrupt that has stopped the normal world
 */
_Noreturn void spmd_serve(uint16_t spmc_id, void (*call)(struct vffa_regs *regs),
			  void (*interrupt)(void));

#endif /* SPMC_FW_SPMD_H */
