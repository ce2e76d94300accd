// SPDX-License-Identifier: GPL-2.0-only
/*
 * Execution contexts: their states, how they start, run, are preempted and resumed (FF-A 1.2,
 * "Partition runtime models", "CPU cycle management interfaces"). Messages are in msg.c.
 *
 * Chains of contexts that wait for one another are never nested calls: ctx_run() is a loop, and
 * spmc_ctx.caller is the chain.
 */
#include "ctx.h"

#include "dispatch.h"
#include "mailbox.h"
#include "notif.h"
#include "part.h"
#include "timer.h"

uint32_t ctx_target(const struct spmc_ctx *ctx)
{
	return ids_word(ctx->part->id, ctx->index);
}

/* Tell the scheduler in the normal world what became of a context it gave cycles to. */
static void tell_scheduler(struct vffa_regs *nwd, unsigned int fn, const struct spmc_ctx *ctx)
{
	regs_zero(nwd, 0, VFFA_NR_REGS - 1);
	nwd->x[0] = FID32(fn);
	nwd->x[1] = ctx_target(ctx);
}

/* The most restrictive action in the chain decides what happens to Non-secure interrupts. */
static bool is_interruptible(const struct spmc_ctx *ctx)
{
	for (const struct spmc_ctx *p = ctx; p; p = p->caller) {
		if (p->part->queue_ns_irqs || p->model == MODEL_INIT || p->model == MODEL_INTERRUPT)
			return false;
	}
	return true;
}

static void enter(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx)
{
	const struct spmc_platform *ops = s->cfg.ops;

	ctx->state = CTX_RUNNING;
	ctx->cpu = cpu;
	ctx->interruptible = is_interruptible(ctx);
	s->cpus[cpu].current = ctx;
	ops->unlock(s->cfg.home);
	ops->ctx_enter(s->cfg.home, cpu, ctx->co, ctx->interruptible);
	ops->lock(s->cfg.home);
	s->cpus[cpu].current = NULL;
}

/* What a hostile partition says reaches whoever waits for it, unchecked. */
static struct spmc_ctx *pass_lie(struct spmc_ctx *ctx, struct vffa_regs *nwd)
{
	ctx->state = CTX_WAITING;
	if (!ctx->caller) {
		*nwd = ctx->regs;
		return NULL;
	}
	ctx->caller->regs = ctx->regs;
	return ctx->caller;
}

/* One stretch of a context. Returns where to go on. */
static struct spmc_ctx *run_once(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx,
				 struct vffa_regs *nwd)
{
	struct call c = { .spmc = s, .regs = &ctx->regs, .cpu = cpu, .ctx = ctx, .nwd = nwd };

	enter(s, cpu, ctx);
	switch (ctx->exit) {
	case EXIT_PREEMPTED:
		ctx->state = CTX_PREEMPTED;
		tell_scheduler(nwd, FN_INTERRUPT, ctx);
		return NULL;
	case EXIT_INTERRUPTED:
		timer_fire(s, cpu);
		return ctx;
	case EXIT_LIE:
		return pass_lie(ctx, nwd);
	case EXIT_SERVICE:
		ctx->service(ctx, ctx->service_arg);
		return ctx;
	case EXIT_CALL:
		break;
	}
	spmc_dispatch(&c);
	return c.next;
}

void ctx_run(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx, struct vffa_regs *nwd)
{
	while (ctx)
		ctx = run_once(s, cpu, ctx, nwd);
}

/* On the context's own stack. */
static void stop(struct spmc_ctx *ctx, enum ctx_exit why)
{
	const struct spmc_config *cfg = &ctx->spmc->cfg;
	enum ctx_exit interrupted = ctx->exit;

	/* The interrupt may have come between a call's exit code and its ctx_leave(). */
	ctx->exit = why;
	cfg->ops->ctx_leave(cfg->home, ctx->co);
	ctx->exit = interrupted;
}

void ctx_preempt(struct spmc_ctx *ctx)
{
	stop(ctx, EXIT_PREEMPTED);
}

void spmc_preempt(struct spmc *s, unsigned int cpu)
{
	ctx_preempt(s->cpus[cpu].current);
}

void spmc_interrupt(struct spmc *s, unsigned int cpu)
{
	struct spmc_ctx *ctx = s->cpus[cpu].current;

	if (ctx) {
		stop(ctx, EXIT_INTERRUPTED);
		return;
	}
	s->cfg.ops->lock(s->cfg.home);
	timer_fire(s, cpu);
	notif_flush_sri(s, cpu);
	s->cfg.ops->unlock(s->cfg.home);
}

static void ctx_main(void *arg)
{
	struct spmc_ctx *ctx = arg;

	ctx->part->image->entry(ctx);
}

int ctx_create_all(struct spmc *s, struct spmc_part *part)
{
	for (unsigned int i = 0; i < part->nr_ctxs; i++) {
		struct spmc_ctx *ctx = &part->ctxs[i];

		*ctx = (struct spmc_ctx){ .spmc = s, .part = part, .index = (uint16_t)i };
		ctx->co = s->cfg.ops->ctx_create(s->cfg.home, ctx_main, ctx);
		if (!ctx->co)
			return E_NO_MEMORY;
	}
	return 0;
}

static void start_up(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx)
{
	struct vffa_regs unused;

	ctx->model = MODEL_INIT;
	ctx_run(s, cpu, ctx, &unused);
}

/* What the normal world was told or waits for does not change. */
void ctx_interrupt(struct spmc *s, unsigned int cpu, struct spmc_ctx *ctx)
{
	struct vffa_regs unused;

	regs_zero(&ctx->regs, 0, VFFA_NR_REGS - 1);
	ctx->regs.x[0] = FID32(FN_INTERRUPT);
	ctx->model = MODEL_INTERRUPT;
	ctx->caller = NULL;
	ctx_run(s, cpu, ctx, &unused);
}

void spmc_cpu_init(struct spmc *s, unsigned int cpu)
{
	s->cfg.ops->lock(s->cfg.home);
	for (unsigned int i = 0; i < s->nr_parts && !s->cpus[cpu].started; i++) {
		struct spmc_ctx *ctx = part_ctx(&s->parts[i], cpu);

		if (ctx && ctx->state == CTX_OFF)
			start_up(s, cpu, ctx);
	}
	s->cpus[cpu].started = true;
	timer_cpu_init(s, cpu);
	s->cfg.ops->unlock(s->cfg.home);
}

bool ctx_is_at_home(const struct spmc_ctx *ctx, unsigned int cpu)
{
	return !part_is_pinned(ctx->part) || ctx->index == cpu;
}

/* FFA_RUN gives a context cycles. Why it may not, or 0. */
static int check_run(const struct call *c, const struct spmc_ctx *ctx)
{
	if (!ctx_is_at_home(ctx, c->cpu))
		return E_INVALID;
	/* Those that wait for it go on here as well, one after the other. */
	for (const struct spmc_ctx *p = ctx->caller; p && ctx->state != CTX_WAITING;
	     p = p->caller) {
		if (!ctx_is_at_home(p, c->cpu))
			return E_DENIED;
	}

	switch (ctx->state) {
	case CTX_WAITING:
	case CTX_PREEMPTED:
		return 0;
	case CTX_BLOCKED:
		return ctx->yielded ? 0 : E_DENIED;
	case CTX_RUNNING:
		return E_BUSY;
	case CTX_ABORTED:
		return E_ABORTED;
	default:
		return E_DENIED;
	}
}

/* What the context sees: a preempted one nothing, one that yielded the end of its FFA_YIELD. */
static void commit_run(struct spmc_ctx *ctx)
{
	if (ctx->state == CTX_PREEMPTED)
		return;

	regs_zero(&ctx->regs, 0, VFFA_NR_REGS - 1);
	if (ctx->state == CTX_BLOCKED) {
		ctx->regs.x[0] = FID32(FN_SUCCESS);
		ctx->yielded = false;
		return;
	}
	ctx->regs.x[0] = FID32(FN_RUN);
	ctx->regs.x[1] = ctx_target(ctx);
	ctx->model = MODEL_RUN;
	ctx->caller = NULL;
}

int do_run(struct call *c)
{
	struct spmc_part *part = part_find(c->spmc, ids_from(c->regs->x[1]));
	uint16_t index = ids_to(c->regs->x[1]);
	int err;

	if (!mbz(c, 2, 7) || !part || index >= part->nr_ctxs)
		return E_INVALID;
	err = check_run(c, &part->ctxs[index]);
	if (err)
		return err;

	commit_run(&part->ctxs[index]);
	c->next = &part->ctxs[index];
	return 0;
}

/*
 * SPEC-NOTE: before 1.2 a partition has no way to say that it keeps RX, and may not know yet that there
 * is a message in it: until it has asked for that notification, RX stays its own.
 */
static bool keeps_rx(const struct call *c, uint32_t flags)
{
	if (c->minor >= 2)
		return flags & MSG_WAIT_RETAIN_RX;
	return c->ctx->part->notif.framework & NOTIF_RX_FULL;
}

int do_msg_wait(struct call *c)
{
	uint32_t flags = (uint32_t)c->regs->x[2];
	struct spmc_ctx *ctx = c->ctx;

	if (!mbz(c, 1, 1) || !mbz(c, 3, 7) || flags & ~(c->minor >= 2 ? MSG_WAIT_RETAIN_RX : 0))
		return E_INVALID;
	if (ctx->model == MODEL_DIRECT)
		return E_DENIED;

	if (!keeps_rx(c, flags))
		mailbox_release(&ctx->part->mailbox);
	ctx->state = CTX_WAITING;
	tell_scheduler(c->nwd, FN_MSG_WAIT, ctx);
	c->nwd->x[2] = flags;
	c->next = NULL;
	return 0;
}

int do_yield(struct call *c)
{
	const uint64_t *x = c->regs->x;
	struct spmc_ctx *ctx = c->ctx;

	if (!mbz(c, 1, 1) || !mbz(c, c->minor >= 2 ? 4 : 2, 7))
		return E_INVALID;
	if (ctx->model == MODEL_INIT || ctx->model == MODEL_INTERRUPT ||
	    (ctx->model == MODEL_DIRECT && c->minor < 2))
		return E_DENIED;

	ctx->state = CTX_BLOCKED;
	ctx->yielded = true;
	tell_scheduler(c->nwd, FN_YIELD, ctx);
	c->nwd->x[2] = x[2];
	c->nwd->x[3] = x[3];
	c->next = NULL;
	return 0;
}

/* How a partition says that it cannot start up. */
int do_error(struct call *c)
{
	if (c->ctx->model != MODEL_INIT)
		return E_DENIED;
	c->ctx->state = CTX_ABORTED;
	c->next = NULL;
	return 0;
}
