/* SPDX-License-Identifier: GPL-2.0-only */
/* Execution contexts: their states, and the loop that runs a chain of them. */
#ifndef SPMC_CTX_H
#define SPMC_CTX_H

#include "call.h"

int do_run(struct call *c);
int do_msg_wait(struct call *c);
int do_yield(struct call *c);
int do_error(struct call *c);

/**
 * ctx_run() - run a context, and those it calls, until the normal world has an answer
 * @s:	 locked; not while partitions run
 * @cpu: this one
 * @ctx: has in its registers what it is to see next
 * @nwd: out: the answer
 */
void ctx_run(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx, struct vffa_regs *nwd);

/* Create the stacks of a partition's contexts. Returns 0 or E_NO_MEMORY. */
int ctx_create_all(struct spmc *s, struct spmc_part *part);

/* The context's own code, on its own stack: give up the CPU because of an interrupt. */
void ctx_preempt(struct spmc_ctx *ctx);

/* Endpoint id and context index as FFA_RUN and FFA_INTERRUPT name them. */
uint32_t ctx_target(const struct spmc_ctx *ctx);

/* Have a context that waits serve a secure interrupt, here and now. With the lock. */
void ctx_interrupt(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx);

/* May it run on this CPU? */
bool ctx_is_at_home(const struct spmc_ctx *ctx, unsigned int cpu);

#endif /* SPMC_CTX_H */
