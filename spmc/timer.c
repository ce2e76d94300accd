// SPDX-License-Identifier: GPL-2.0-only
/*
 * Partitions' timers (FF-A 1.2, "Secure interrupts"): a context that waits is entered with
 * FFA_INTERRUPT, another one when it waits again. How it runs is in ctx.c.
 *
 * SPEC-GAP: no virtual interrupts, so a context that runs or is blocked is not interrupted itself.
 */
#include "timer.h"

#include "ctx.h"

typedef void ctx_fn(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx);

static void for_each_ctx(struct spmc *s, unsigned int cpu, ctx_fn *fn)
{
	for (unsigned int i = 0; i < s->nr_parts; i++) {
		for (unsigned int j = 0; j < s->parts[i].nr_ctxs; j++)
			fn(s, cpu, &s->parts[i].ctxs[j]);
	}
}

static bool is_set_on(const struct spmc_ctx *ctx, unsigned int cpu)
{
	return ctx->timer.at_ns && ctx->timer.cpu == cpu;
}

static void find_earliest(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx)
{
	uint64_t *at_ns = &s->cpus[cpu].timer_ns;

	if (is_set_on(ctx, cpu) && (!*at_ns || ctx->timer.at_ns < *at_ns))
		*at_ns = ctx->timer.at_ns;
}

/* Have the CPU interrupted when the first of the timers set on it is due. */
static void program(struct spmc *s, unsigned int cpu)
{
	s->cpus[cpu].timer_ns = 0;
	for_each_ctx(s, cpu, find_earliest);
	s->cfg.ops->set_timer(s->cfg.home, cpu, s->cpus[cpu].timer_ns);
}

void timer_set(struct spmc_ctx *ctx, uint64_t ns)
{
	const struct spmc_config *cfg = &ctx->spmc->cfg;

	ctx->timer.at_ns = cfg->ops->now_ns(cfg->home) + ns;
	ctx->timer.cpu = ctx->cpu;
	program(ctx->spmc, ctx->cpu);
}

void timer_cpu_init(struct spmc *s, unsigned int cpu)
{
	program(s, cpu);
}

static void expire(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx)
{
	if (!is_set_on(ctx, cpu) || ctx->timer.at_ns > s->cfg.ops->now_ns(s->cfg.home))
		return;
	ctx->timer.at_ns = 0;
	ctx->interrupted = true;
}

static void deliver(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx)
{
	if (!ctx->interrupted || ctx->state != CTX_WAITING || !ctx_is_at_home(ctx, cpu))
		return;
	ctx->interrupted = false;
	ctx_interrupt(s, cpu, ctx);
}

void timer_deliver(struct spmc *s, unsigned int cpu)
{
	for_each_ctx(s, cpu, deliver);
}

void timer_fire(struct spmc *s, unsigned int cpu)
{
	for_each_ctx(s, cpu, expire);
	program(s, cpu);
	timer_deliver(s, cpu);
}
