/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Calls of the relay to the SPMC that run no partition. Those that do are in run.c. */
#ifndef VFFA_SMC_H
#define VFFA_SMC_H

#include <vffa/relay.h>

#include "abi_call.h"

/**
 * vffa_smc() - one call, from any CPU
 * @relay: who calls
 * @regs:  in: the call; out: what the SPMC answered, or FFA_ERROR ABORTED where it could not be asked
 */
static inline void vffa_smc(const struct vffa_relay *relay, struct vffa_regs *regs)
{
	uint32_t cpu = VFFA_CPU_ANY;

	if (relay->cfg.ops->smc(relay->cfg.port, regs, &cpu))
		vffa_regs_error(regs, VFFA_ABORTED);
}

/**
 * vffa_smc_status() - what an answer says that is FFA_SUCCESS or FFA_ERROR
 * @regs: the answer
 *
 * Return: VFFA_OK; the code of an FFA_ERROR; VFFA_ABORTED it is neither, or makes no sense.
 */
static inline enum vffa_ret vffa_smc_status(const struct vffa_regs *regs)
{
	switch ((uint32_t)regs->x[0]) {
	case FFA_SUCCESS_32:
	case FFA_SUCCESS_64:
		return VFFA_OK;
	case FFA_ERROR:
		return vffa_ret_from_wire(regs->x[2]);
	default:
		return VFFA_ABORTED;
	}
}

/**
 * vffa_smc_call() - one call, and what its answer says
 * @relay: who calls
 * @regs:  in: the call; out: the answer
 *
 * Return: as vffa_smc_status().
 */
static inline enum vffa_ret VFFA_MUST_CHECK vffa_smc_call(const struct vffa_relay *relay,
							  struct vffa_regs *regs)
{
	vffa_smc(relay, regs);
	return vffa_smc_status(regs);
}

#endif /* VFFA_SMC_H */
