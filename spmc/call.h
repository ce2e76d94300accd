/* SPDX-License-Identifier: GPL-2.0-only */
/* One FF-A call on its way through the SPMC, and what handlers use to answer it. */
#ifndef SPMC_CALL_H
#define SPMC_CALL_H

#include "state.h"

/**
 * struct call - one FF-A call
 * @regs:  in: the arguments; SMC32 arguments are already zero-extended. out: the answer
 * @fid:   function id, without the SVE hint
 * @is64:  SMC64
 * @minor: version of the caller
 * @cpu:   where it was made
 * @ctx:   the partition's context that calls; NULL = the normal world
 * @nwd:   where an answer for the normal world goes
 * @next:  the context to go on in: @ctx unless a handler changes it; NULL = the normal world
 *
 * A handler returns 0 having encoded its answer, or a negative status, which the dispatcher
 * encodes. Not both: a handler that fails has not changed anything.
 */
struct call {
	struct spmc *spmc;
	struct vffa_regs *regs;
	uint32_t fid;
	bool is64;
	unsigned int minor;
	unsigned int cpu;
	struct spmc_ctx *ctx;
	struct vffa_regs *nwd;
	struct spmc_ctx *next;
};

/* Set every register from @from to @to (inclusive) to zero. */
void regs_zero(struct vffa_regs *regs, unsigned int from, unsigned int to);

/* FFA_SUCCESS without results; add results afterwards. */
void reply_success(struct call *c);
void reply_success_64(struct call *c);

/* FFA_ERROR. */
void regs_error(struct vffa_regs *regs, int status);

/* Are the registers from @from to @to (inclusive) zero, as far as the calling convention goes? */
bool mbz(const struct call *c, unsigned int from, unsigned int to);

/* The pair of buffers of whoever calls. */
struct mailbox *call_mailbox(const struct call *c);

/* The endpoint id of a partition that calls, 0 for the normal world. */
uint16_t call_id(const struct call *c);

#endif /* SPMC_CALL_H */
