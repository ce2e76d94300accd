// SPDX-License-Identifier: GPL-2.0-only
/* Answers wrongly, late, or not at all, when told to; and refuses VMs. */
#include "images.h"

#include "../ffa.h"
#include "proto.h"

#define MAX_VMS 64

struct hostile {
	uint64_t created_status;
	uint64_t destroyed_status;
	uint64_t created_yields;
	uint64_t destroyed_yields;
	uint64_t times; /* how often the statuses are still given; 0 = always */
	unsigned int nr_vms;
	uint16_t vms[MAX_VMS];
};

static int find_vm(const struct hostile *h, uint16_t id)
{
	for (unsigned int i = 0; i < h->nr_vms; i++) {
		if (h->vms[i] == id)
			return (int)i;
	}
	return -1;
}

static int add_vm(struct hostile *h, uint16_t id)
{
	if (find_vm(h, id) >= 0)
		return E_INVALID;
	if (h->nr_vms == MAX_VMS)
		return E_DENIED;
	h->vms[h->nr_vms++] = id;
	return 0;
}

static int remove_vm(struct hostile *h, uint16_t id)
{
	int i = find_vm(h, id);

	if (i < 0)
		return E_INVALID;
	h->vms[i] = h->vms[--h->nr_vms];
	return 0;
}

/* A refusal that was asked for, as long as it lasts. */
static int refusal(struct hostile *h, uint64_t status)
{
	if (status && h->times && !--h->times)
		h->created_status = h->destroyed_status = 0;
	return (int)(uint32_t)status;
}

/* Where it may not, as in requests before 1.2, it must not keep the CPU for ever instead. */
static void yield(struct spmc_ctx *self, uint64_t n)
{
	int err;

	(void)sp_yield_often(self, n, 0, &err);
}

static int serve_framework(struct spmc_ctx *self, const struct vffa_regs *regs)
{
	bool created = regs->x[2] == MSG_VM_CREATED;
	struct hostile *h = sp_data(self);
	uint16_t vm = (uint16_t)regs->x[5];
	int err;

	yield(self, created ? h->created_yields : h->destroyed_yields);
	err = refusal(h, created ? h->created_status : h->destroyed_status);
	if (err)
		return err;
	return created ? add_vm(h, vm) : remove_vm(h, vm);
}

static void set_avail(struct hostile *h, const uint64_t *a)
{
	h->created_status = (uint32_t)a[0];
	h->destroyed_status = (uint32_t)a[1];
	h->times = a[2];
}

static int serve(struct spmc_ctx *self, uint64_t *args)
{
	struct hostile *h = sp_data(self);

	switch (args[0]) {
	case HOSTILE_AVAIL:
		set_avail(h, args + 1);
		return 0;
	case HOSTILE_AVAIL_YIELD:
		h->created_yields = args[1];
		h->destroyed_yields = args[2];
		return 0;
	case HOSTILE_YIELD:
		yield(self, args[1] ? args[1] : UINT64_MAX);
		return 0;
	case HOSTILE_SPIN:
		sp_spin(self, args[1]);
		return 0;
	case HOSTILE_VMS:
		args[1] = h->nr_vms;
		return 0;
	default:
		return E_INVALID;
	}
}

static void respond(struct spmc_ctx *self, struct vffa_regs *regs)
{
	uint64_t *args = sp_args(regs);

	if (sp_is_framework(regs)) {
		regs->x[3] = (uint32_t)serve_framework(self, regs);
		sp_respond(self, regs);
	} else if (args[0] == HOSTILE_LIE && args[1] < VFFA_NR_REGS) {
		args[0] = 0;
		sp_respond_lie(self, regs, (unsigned int)args[1], args[2]);
	} else {
		args[0] = (uint32_t)serve(self, args);
		sp_respond(self, regs);
	}
}

void sp_hostile(struct spmc_ctx *self)
{
	struct vffa_regs regs;

	sp_wait(self, &regs);
	for (;;) {
		if (sp_is_request(&regs))
			respond(self, &regs);
		else
			sp_wait(self, &regs);
	}
}
