/* SPDX-License-Identifier: GPL-2.0-only */
/* Partitions' timers: one for each execution context, the only secure interrupt there is. */
#ifndef SPMC_TIMER_H
#define SPMC_TIMER_H

#include "state.h"

/* Have a context interrupted in @ns, instead of when it was to be. It runs on ctx->cpu. */
void timer_set(struct spmc_ctx *ctx, uint64_t ns);

/* A CPU that comes up: what was set on it before is not lost. */
void timer_cpu_init(struct spmc *s, unsigned int cpu);

/* The CPU's timer has fired: interrupt those that are due, as soon as they wait. */
void timer_fire(struct spmc *s, unsigned int cpu);

/* Run those that have been interrupted while they did not wait. */
void timer_deliver(struct spmc *s, unsigned int cpu);

#endif /* SPMC_TIMER_H */
