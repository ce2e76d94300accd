/* SPDX-License-Identifier: GPL-2.0-only */
/* An SPMC in process, behind the relay's port: all of spmc/ that knows the relay. */
#ifndef SPMC_INPROC_PORT_H
#define SPMC_INPROC_PORT_H

#include <vffa/ret.h>

#include "inproc.h"

/**
 * spmc_inproc_smc() - struct vffa_port_ops.smc
 * @p:	  the SPMC
 * @regs: x0-x17
 * @cpu:  as the port has it; VFFA_CPU_ANY is CPU 0
 */
enum vffa_ret spmc_inproc_smc(struct spmc_inproc *p, struct vffa_regs *regs, uint32_t *cpu);

#endif /* SPMC_INPROC_PORT_H */
