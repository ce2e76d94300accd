// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets notifications when told to, now, later or from an interrupt; binds and gets its own. What it
 * has bound to a VM ends with the VM.
 */
#include "images.h"

#include "../ffa.h"
#include "proto.h"

#define MAX_LATER 8

#define NS_PER_MS 1000000u

/* A notification to be set when the partition next gets cycles, or its timer fires. */
struct later {
	uint32_t ids;
	uint32_t flags;
	uint64_t bitmap;
};

/* What VMs have set, and nobody has asked for, is kept here while a VM's end clears what is pending. */
struct notifier {
	unsigned int nr;
	struct later later[MAX_LATER];
	struct later timed;
	uint64_t from_vms;
	uint16_t bound[64]; /* to which VM; 0 = none: that is the hypervisor */
};

static int call(struct spmc_ctx *self, uint32_t fn, uint32_t ids, uint32_t flags, uint64_t bitmap)
{
	struct vffa_regs regs = { .x = { FID32(fn), ids, flags, (uint32_t)bitmap, bitmap >> 32 } };

	sp_ffa(self, &regs);
	return sp_status(&regs);
}

static int set_later(struct notifier *n, uint32_t ids, uint32_t flags, uint64_t bitmap)
{
	if (n->nr == MAX_LATER)
		return E_NO_MEMORY;
	n->later[n->nr++] = (struct later){ ids, flags, bitmap };
	return 0;
}

static int set_timed(struct spmc_ctx *self, uint32_t ids, uint32_t flags, const uint64_t *args)
{
	struct notifier *n = sp_data(self);

	n->timed = (struct later){ ids, flags, args[3] };
	sp_timer(self, (uint32_t)args[4] * (uint64_t)NS_PER_MS);
	return 0;
}

/* FFA_NOTIFICATION_GET of its own; results: SPs' bits, VMs' bits, the framework's. */
static int get(struct spmc_ctx *self, uint64_t *args)
{
	struct vffa_regs regs = { .x = { FID32(FN_NOTIFICATION_GET), sp_id(self),
					 NOTIF_GET_SPS | NOTIF_GET_VMS | NOTIF_GET_SPM } };
	struct notifier *n = sp_data(self);

	sp_ffa(self, &regs);
	args[1] = regs.x[2] | regs.x[3] << 32;
	args[2] = regs.x[4] | regs.x[5] << 32 | n->from_vms;
	args[3] = regs.x[6];
	n->from_vms = 0;
	return sp_status(&regs);
}

static int bind(struct spmc_ctx *self, uint16_t peer, uint32_t flags, uint64_t bitmap)
{
	int err = call(self, FN_NOTIFICATION_BIND, ids_word(peer, sp_id(self)), flags, bitmap);
	struct notifier *n = sp_data(self);

	for (unsigned int i = 0; i < 64 && !err && !(peer & ID_SECURE); i++) {
		if (bitmap >> i & 1)
			n->bound[i] = peer;
	}
	return err;
}

static int unbind(struct spmc_ctx *self, uint16_t peer, uint32_t flags, uint64_t bitmap)
{
	int err = call(self, FN_NOTIFICATION_UNBIND, ids_word(peer, sp_id(self)), flags, bitmap);
	struct notifier *n = sp_data(self);

	for (unsigned int i = 0; i < 64 && !err && !(peer & ID_SECURE); i++) {
		if (bitmap >> i & 1)
			n->bound[i] = 0;
	}
	return err;
}

/* Nothing more is set for a VM. */
static void forget_later(struct notifier *n, uint16_t id)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < n->nr; i++) {
		if (ids_to(n->later[i].ids) != id)
			n->later[kept++] = n->later[i];
	}
	n->nr = kept;
	if (ids_to(n->timed.ids) == id)
		n->timed.bitmap = 0;
}

/* What is pending cannot be unbound, and is of no use any more. */
static int forget_vm(struct spmc_ctx *self, uint16_t id, bool has_come)
{
	struct vffa_regs regs = { .x = { FID32(FN_NOTIFICATION_GET), sp_id(self), NOTIF_GET_VMS } };
	struct notifier *n = sp_data(self);
	uint64_t bitmap = 0;

	if (has_come || !id)
		return E_INVALID;
	forget_later(n, id);
	for (unsigned int i = 0; i < 64; i++)
		bitmap |= n->bound[i] == id ? 1ull << i : 0;
	if (!bitmap)
		return 0;
	sp_ffa(self, &regs);
	n->from_vms = (n->from_vms | regs.x[4] | regs.x[5] << 32) & ~bitmap;
	return unbind(self, id, 0, bitmap);
}

static int serve(struct spmc_ctx *self, uint64_t *args)
{
	uint16_t peer = (uint16_t)args[1];
	uint32_t flags = (uint32_t)args[2];
	uint64_t bitmap = args[3] | args[4] << 32;

	switch (args[0]) {
	case NOTIFIER_SET:
		return call(self, FN_NOTIFICATION_SET, ids_word(sp_id(self), peer), flags, bitmap);
	case NOTIFIER_SET_LATER:
		return set_later(sp_data(self), ids_word(sp_id(self), peer), flags, bitmap);
	case NOTIFIER_SET_TIMED:
		return set_timed(self, ids_word(sp_id(self), peer), flags, args);
	case NOTIFIER_BIND:
		return bind(self, peer, flags, bitmap);
	case NOTIFIER_UNBIND:
		return unbind(self, peer, flags, bitmap);
	case NOTIFIER_GET:
		return get(self, args);
	default:
		return E_INVALID;
	}
}

/* Nobody would hear of a failure. */
static void set(struct spmc_ctx *self, const struct later *later)
{
	(void)call(self, FN_NOTIFICATION_SET, later->ids, later->flags, later->bitmap);
}

static void set_all(struct spmc_ctx *self)
{
	struct notifier *n = sp_data(self);

	for (unsigned int i = 0; i < n->nr; i++)
		set(self, &n->later[i]);
	n->nr = 0;
}

static void serve_other(struct spmc_ctx *self, const struct vffa_regs *regs)
{
	const struct notifier *n = sp_data(self);

	if (sp_is_interrupt(regs))
		set(self, &n->timed);
	else
		set_all(self);
}

void sp_notifier(struct spmc_ctx *self)
{
	sp_serve(self,
		 &(struct sp_service){ .serve = serve, .vm = forget_vm, .other = serve_other });
}
