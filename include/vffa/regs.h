/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* The registers of one SMC or HVC. */
#ifndef VFFA_REGS_H
#define VFFA_REGS_H

#include <vffa/env.h>

#define VFFA_NR_REGS	   18 /* x0 to x17: SMCCC 1.2 */
#define VFFA_NR_REGS_SHORT 8  /* x0 to x7: every SMC32 call, and every call before FF-A 1.2 */

struct vffa_regs {
	uint64_t x[VFFA_NR_REGS];
};

#endif /* VFFA_REGS_H */
