// SPDX-License-Identifier: GPL-2.0-only
/* What partitions are written against. Runs on partitions' stacks. */
#include "sp.h"

#include "ctx.h"
#include "fault.h"
#include "mem_window.h"
#include "timer.h"

static void leave(struct spmc_ctx *self, enum ctx_exit exit, struct vffa_regs *regs)
{
	const struct spmc_config *cfg = &self->spmc->cfg;

	self->regs = *regs;
	self->exit = exit;
	cfg->ops->ctx_leave(cfg->home, self->co);
	*regs = self->regs;
}

void sp_ffa(struct spmc_ctx *self, struct vffa_regs *regs)
{
	leave(self, EXIT_CALL, regs);
}

void sp_wait(struct spmc_ctx *self, struct vffa_regs *regs)
{
	regs_zero(regs, 0, VFFA_NR_REGS - 1);
	regs->x[0] = FID32(FN_MSG_WAIT);
	sp_ffa(self, regs);
}

static unsigned int fn_of(const struct vffa_regs *regs)
{
	return regs->x[0] & FID_FN_MASK;
}

bool sp_is_request(const struct vffa_regs *regs)
{
	return fn_of(regs) == FN_DIRECT_REQ || fn_of(regs) == FN_DIRECT_REQ2;
}

bool sp_is_framework(const struct vffa_regs *regs)
{
	return fn_of(regs) == FN_DIRECT_REQ && regs->x[2] & MSG_FRAMEWORK;
}

bool sp_is_interrupt(const struct vffa_regs *regs)
{
	return fn_of(regs) == FN_INTERRUPT;
}

/* Every response is its request's neighbour: function, and for the framework w2. */
static void make_response(struct vffa_regs *regs)
{
	uint16_t from = ids_from(regs->x[1]);

	regs->x[1] = ids_word(ids_to(regs->x[1]), from);
	if (fn_of(regs) == FN_DIRECT_REQ2)
		regs_zero(regs, 2, 3);
	else if (sp_is_framework(regs))
		regs->x[2]++;
	regs->x[0]++;
}

void sp_respond(struct spmc_ctx *self, struct vffa_regs *regs)
{
	if (!sp_is_request(regs)) {
		sp_wait(self, regs);
		return;
	}
	make_response(regs);
	sp_ffa(self, regs);
}

static int serve_framework(struct spmc_ctx *self, const struct sp_service *service,
			   const struct vffa_regs *regs)
{
	bool has_come = regs->x[2] == MSG_VM_CREATED;

	return service->vm ? service->vm(self, (uint16_t)regs->x[5], has_come) : E_INVALID;
}

void sp_serve(struct spmc_ctx *self, const struct sp_service *service)
{
	struct vffa_regs regs;

	sp_wait(self, &regs);
	for (;;) {
		if (sp_is_framework(&regs))
			regs.x[3] = (uint32_t)serve_framework(self, service, &regs);
		else if (sp_is_request(&regs))
			sp_args(&regs)[0] = (uint32_t)service->serve(self, sp_args(&regs));
		else if (service->other)
			service->other(self, &regs);
		sp_respond(self, &regs);
	}
}

void sp_respond_lie(struct spmc_ctx *self, struct vffa_regs *regs, unsigned int index,
		    uint64_t value)
{
	make_response(regs);
	regs->x[index] = value;
	leave(self, EXIT_LIE, regs);
}

uint64_t *sp_args(struct vffa_regs *regs)
{
	return &regs->x[fn_of(regs) == FN_DIRECT_REQ2 ? 4 : 3];
}

void sp_poll(struct spmc_ctx *self)
{
	const struct spmc_config *cfg = &self->spmc->cfg;

	if (cfg->ops->irq_pending && self->interruptible &&
	    cfg->ops->irq_pending(cfg->home, self->cpu))
		ctx_preempt(self);
}

int sp_yield(struct spmc_ctx *self, uint64_t timeout)
{
	struct vffa_regs regs = { .x = { FID32(FN_YIELD) } };

	if (self->part->version.minor >= 2) {
		regs.x[2] = (uint32_t)timeout;
		regs.x[3] = timeout >> 32;
	}
	sp_ffa(self, &regs);
	return sp_status(&regs);
}

static uint32_t nr_ends(const struct spmc_ctx *self)
{
	return __atomic_load_n(&self->spmc->nr_ends, __ATOMIC_RELAXED);
}

void sp_end_all(struct spmc_ctx *self)
{
	__atomic_add_fetch(&self->spmc->nr_ends, 1, __ATOMIC_RELAXED);
}

uint64_t sp_yield_often(struct spmc_ctx *self, uint64_t nr, uint64_t timeout, int *status)
{
	uint32_t ends = nr_ends(self);
	uint64_t i = 0;

	*status = 0;
	while (i < nr && nr_ends(self) == ends) {
		*status = sp_yield(self, timeout);
		if (*status)
			break;
		i++;
	}
	return i;
}

void sp_spin(struct spmc_ctx *self, uint64_t ns)
{
	const struct spmc_config *cfg = &self->spmc->cfg;
	uint64_t begin = cfg->ops->now_ns(cfg->home);
	uint32_t ends = nr_ends(self);

	do {
		sp_poll(self);
	} while (cfg->ops->now_ns(cfg->home) - begin < ns && nr_ends(self) == ends);
	/* The thread may have been kept away since it last polled: what came due meanwhile counts. */
	sp_poll(self);
}

void *sp_data(struct spmc_ctx *self)
{
	return self->part->data;
}

int sp_status(const struct vffa_regs *regs)
{
	return fn_of(regs) == FN_ERROR ? (int)(uint32_t)regs->x[2] : 0;
}

uint16_t sp_id(const struct spmc_ctx *self)
{
	return self->part->id;
}

unsigned int sp_minor(const struct spmc_ctx *self)
{
	return self->part->version.minor;
}

uint8_t *sp_rx(struct spmc_ctx *self)
{
	return self->part->rx;
}

uint8_t *sp_tx(struct spmc_ctx *self)
{
	return self->part->tx;
}

int sp_map_buffers(struct spmc_ctx *self)
{
	struct vffa_regs regs = { .x = { FID64(FN_RXTX_MAP), (uintptr_t)sp_tx(self),
					 (uintptr_t)sp_rx(self), 1 } };

	sp_ffa(self, &regs);
	return sp_status(&regs);
}

/*
 * Have something done on the SPMC's side, where its lock is held. A partition that took the lock
 * itself might be preempted with it.
 */
static void serve(struct spmc_ctx *self, ctx_service_fn *fn, void *arg)
{
	const struct spmc_config *cfg = &self->spmc->cfg;

	self->service = fn;
	self->service_arg = arg;
	self->exit = EXIT_SERVICE;
	cfg->ops->ctx_leave(cfg->home, self->co);
}

/* A page of a region that a partition wants to use, or has used. */
struct page_request {
	uint64_t handle;
	uint32_t nth;
	uint64_t address; /* instead of the two above */
	bool write;
	void *va;
};

static void map_page(struct spmc_ctx *self, void *arg)
{
	const struct spmc_config *cfg = &self->spmc->cfg;
	struct page_request *req = arg;
	struct mem_region *r = region_find(self->spmc, req->handle);
	const struct mem_borrower *b = r ? region_borrower(r, self->part->id) : NULL;

	if (!b || !b->is_retrieved || (req->write && !b->can_write) ||
	    req->nth >= r->ranges.nr_pages)
		return;
	req->va = cfg->ops->map(cfg->home, ranges_page(self->spmc, &r->ranges, req->nth), 1,
				req->write ? SPMC_MAP_WRITE : 0);
}

void *sp_region_map(struct spmc_ctx *self, uint64_t handle, uint32_t nth, bool write)
{
	struct page_request req = { .handle = handle, .nth = nth, .write = write };

	serve(self, map_page, &req);
	return req.va;
}

static void map_address(struct spmc_ctx *self, void *arg)
{
	const struct spmc_config *cfg = &self->spmc->cfg;
	struct page_request *req = arg;
	uint64_t pa;

	if (!window_find(self->spmc, self->part->id, req->address, req->write, &pa))
		return;
	req->va = cfg->ops->map(cfg->home, pa, 1, req->write ? SPMC_MAP_WRITE : 0);
}

void *sp_map_at(struct spmc_ctx *self, uint64_t address, bool write)
{
	struct page_request req = { .address = address, .write = write };

	serve(self, map_address, &req);
	return req.va;
}

static void unmap_page(struct spmc_ctx *self, void *arg)
{
	const struct spmc_config *cfg = &self->spmc->cfg;

	cfg->ops->unmap(cfg->home, arg, 1);
}

void sp_unmap(struct spmc_ctx *self, void *page)
{
	serve(self, unmap_page, page);
}

static void set_timer(struct spmc_ctx *self, void *arg)
{
	const uint64_t *ns = arg;

	timer_set(self, *ns);
}

void sp_timer(struct spmc_ctx *self, uint64_t ns)
{
	serve(self, set_timer, &ns);
}

struct fault_request {
	const struct spmc_fault *fault;
	int err;
};

static void set_fault(struct spmc_ctx *self, void *arg)
{
	struct fault_request *req = arg;

	req->err = fault_set_locked(self->spmc, req->fault);
}

int sp_fault_set(struct spmc_ctx *self, const struct spmc_fault *fault)
{
	struct fault_request req = { .fault = fault };

	serve(self, set_fault, &req);
	return req.err;
}

static void clear_faults(struct spmc_ctx *self, void *arg)
{
	fault_clear_locked(self->spmc);
}

void sp_fault_clear(struct spmc_ctx *self)
{
	serve(self, clear_faults, NULL);
}

static void count_faults(struct spmc_ctx *self, void *arg)
{
	*(unsigned int *)arg = fault_count_locked(self->spmc);
}

unsigned int sp_fault_count(struct spmc_ctx *self)
{
	unsigned int nr = 0;

	serve(self, count_faults, &nr);
	return nr;
}
