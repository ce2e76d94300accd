// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications (FF-A 1.2, "Notifications"): bitmaps, binding, setting, getting. What the scheduler
 * is told is in notif_info.c.
 *
 * A receiver has 64 bits for each kind of sender. A VM's bits for VMs are its hypervisor's, not
 * ours, and so is the upper half of its framework notifications: a hypervisor may not ask for them,
 * and w4, w5 and w7 of what FFA_NOTIFICATION_GET answers it are zero.
 */
#include "notif.h"

#include "part.h"
#include "vm.h"

static uint64_t bitmap_arg(const struct call *c)
{
	return (uint32_t)c->regs->x[3] | c->regs->x[4] << 32;
}

static bool is_secure(uint16_t id)
{
	return id & ID_SECURE;
}

/* Where an endpoint's notifications are; NULL = no such endpoint, or nothing is kept for it. */
static struct notif *find(struct spmc *s, uint16_t id)
{
	struct spmc_part *part;
	struct spmc_vm *vm;

	if (is_secure(id)) {
		part = part_find(s, id);
		return part ? &part->notif : NULL;
	}
	vm = vm_find(s, id);
	return vm ? &vm->notif : NULL;
}

static struct notif_bits *bits_from(struct notif *n, uint16_t sender)
{
	return &n->bits[is_secure(sender) ? NOTIF_FROM_SPS : NOTIF_FROM_VMS];
}

/* Partitions act for themselves; the hypervisor for every endpoint of the normal world. */
static bool may_speak_for(const struct call *c, uint16_t id)
{
	return c->ctx ? c->ctx->part->id == id : !is_secure(id);
}

static bool exists(struct spmc *s, uint16_t id)
{
	return !is_secure(id) || part_find(s, id);
}

int do_notif_create(struct call *c)
{
	uint64_t id = c->regs->x[1];
	uint64_t nr_vcpus = c->regs->x[2];
	struct spmc_vm *vm;

	if (id >= ID_SECURE || !nr_vcpus || nr_vcpus > SPMC_MAX_VCPUS || !mbz(c, 3, 7))
		return E_INVALID;
	vm = vm_get(c->spmc, (uint16_t)id);
	if (!vm)
		return E_NO_MEMORY;
	if (vm->notif.nr_vcpus)
		return E_DENIED;
	vm->notif = (struct notif){ .nr_vcpus = (unsigned int)nr_vcpus };
	reply_success(c);
	return 0;
}

static bool is_pending(const struct notif *n)
{
	uint64_t any = n->framework;

	for (unsigned int i = 0; i < NR_NOTIF_SOURCES; i++) {
		any |= n->bits[i].pending;
		for (unsigned int v = 0; v < n->nr_vcpus; v++)
			any |= n->bits[i].pending_vcpu[v];
	}
	return any;
}

int do_notif_destroy(struct call *c)
{
	uint64_t id = c->regs->x[1];
	struct spmc_vm *vm;

	if (id >= ID_SECURE || !mbz(c, 2, 7))
		return E_INVALID;
	vm = vm_find(c->spmc, (uint16_t)id);
	if (!vm || !vm->notif.nr_vcpus || is_pending(&vm->notif))
		return E_DENIED;
	vm->notif = (struct notif){ 0 };
	vm_put(vm);
	reply_success(c);
	return 0;
}

/* BIND and UNBIND: who is meant, and may the caller say so? */
static int check_pair(struct call *c, struct notif_bits **bits)
{
	uint16_t sender = ids_from(c->regs->x[1]);
	uint16_t receiver = ids_to(c->regs->x[1]);
	struct notif *n = find(c->spmc, receiver);

	if (!may_speak_for(c, receiver) || sender == receiver || !exists(c->spmc, sender))
		return E_INVALID;
	/* Between VMs it is the hypervisor's affair. */
	if (!is_secure(sender) && !is_secure(receiver))
		return E_INVALID;
	if (!bitmap_arg(c) || !mbz(c, 5, 7))
		return E_INVALID;
	if (!n || !n->nr_vcpus)
		return E_DENIED;
	*bits = bits_from(n, sender);
	return 0;
}

static uint64_t all_pending(const struct notif_bits *b)
{
	uint64_t any = b->pending;

	for (unsigned int v = 0; v < SPMC_MAX_VCPUS; v++)
		any |= b->pending_vcpu[v];
	return any;
}

/* Are all of these bits bound to this sender? */
static bool all_bound_to(const struct notif_bits *b, uint64_t bitmap, uint16_t sender)
{
	if (bitmap & ~b->bound)
		return false;
	for (unsigned int i = 0; i < 64; i++) {
		if (bitmap >> i & 1 && b->sender[i] != sender)
			return false;
	}
	return true;
}

int do_notif_bind(struct call *c)
{
	uint16_t sender = ids_from(c->regs->x[1]);
	uint64_t bitmap = bitmap_arg(c);
	uint64_t flags = c->regs->x[2];
	struct notif_bits *b;
	int err;

	if (flags & ~(uint64_t)NOTIF_PER_VCPU)
		return E_INVALID;
	err = check_pair(c, &b);
	if (err)
		return err;
	if (!all_bound_to(b, bitmap & b->bound, sender) || bitmap & all_pending(b))
		return E_DENIED;

	for (unsigned int i = 0; i < 64; i++) {
		if (bitmap >> i & 1)
			b->sender[i] = sender;
	}
	b->bound |= bitmap;
	b->per_vcpu = flags ? b->per_vcpu | bitmap : b->per_vcpu & ~bitmap;
	reply_success(c);
	return 0;
}

int do_notif_unbind(struct call *c)
{
	uint64_t bitmap = bitmap_arg(c);
	struct notif_bits *b;
	int err;

	if (!mbz(c, 2, 2))
		return E_INVALID;
	err = check_pair(c, &b);
	if (err)
		return err;
	if (!all_bound_to(b, bitmap, ids_from(c->regs->x[1])) || bitmap & all_pending(b))
		return E_DENIED;
	b->bound &= ~bitmap;
	b->per_vcpu &= ~bitmap;
	reply_success(c);
	return 0;
}

static void request_schedule(struct call *c, bool delay)
{
	struct spmc *s = c->spmc;

	if (!s->cfg.sri_intid)
		return;
	if (delay)
		s->cpus[c->cpu].sri_delayed = true;
	else
		s->cfg.ops->raise_sri(s->cfg.home, c->cpu);
}

void notif_flush_sri(struct spmc *s, unsigned int cpu)
{
	if (s->cpus[cpu].sri_delayed)
		s->cfg.ops->raise_sri(s->cfg.home, cpu);
	s->cpus[cpu].sri_delayed = false;
}

void notif_rx_full(struct call *c, uint16_t id, bool delay)
{
	struct notif *n = find(c->spmc, id);

	if (!n || !n->nr_vcpus)
		return;
	n->framework |= NOTIF_RX_FULL;
	n->news = true;
	request_schedule(c, delay);
}

/* Set bits that are bound. True when any was not pending before. */
static bool commit_set(struct notif *n, struct notif_bits *b, uint64_t bitmap, bool per_vcpu,
		       unsigned int vcpu)
{
	uint64_t *pending = per_vcpu ? &b->pending_vcpu[vcpu] : &b->pending;
	bool is_new = bitmap & ~*pending;

	*pending |= bitmap;
	if (is_new && per_vcpu)
		n->news_vcpus |= 1ull << vcpu;
	else if (is_new)
		n->news = true;
	return is_new;
}

static int check_set_flags(const struct call *c)
{
	uint32_t flags = (uint32_t)c->regs->x[2];
	uint32_t allowed = NOTIF_PER_VCPU | (c->ctx ? NOTIF_DELAY_SRI : 0);

	if ((flags & 0xFFFFu) & ~allowed || !mbz(c, 5, 7))
		return E_INVALID;
	return flags >> 16 && !(flags & NOTIF_PER_VCPU) ? E_INVALID : 0;
}

int do_notif_set(struct call *c)
{
	uint16_t sender = ids_from(c->regs->x[1]);
	uint16_t receiver = ids_to(c->regs->x[1]);
	uint32_t flags = (uint32_t)c->regs->x[2];
	struct notif *n = find(c->spmc, receiver);
	bool per_vcpu = flags & NOTIF_PER_VCPU;
	uint64_t bitmap = bitmap_arg(c);
	struct notif_bits *b;

	if (check_set_flags(c) || !may_speak_for(c, sender) || sender == receiver || !bitmap)
		return E_INVALID;
	if (!exists(c->spmc, receiver) || (!is_secure(sender) && !is_secure(receiver)))
		return E_INVALID;
	if (!n || !n->nr_vcpus)
		return E_DENIED;
	b = bits_from(n, sender);
	if (!all_bound_to(b, bitmap, sender))
		return E_DENIED;
	if (bitmap & (per_vcpu ? ~b->per_vcpu : b->per_vcpu) || flags >> 16 >= n->nr_vcpus)
		return E_INVALID;

	if (commit_set(n, b, bitmap, per_vcpu, flags >> 16))
		request_schedule(c, flags & NOTIF_DELAY_SRI);
	reply_success(c);
	return 0;
}

static uint64_t fetch(struct notif_bits *b, unsigned int vcpu)
{
	uint64_t got = b->pending | b->pending_vcpu[vcpu];

	b->pending = 0;
	b->pending_vcpu[vcpu] = 0;
	return got;
}

/* Is there anything left that the scheduler would have to hear of? */
static void forget_news(struct notif *n, unsigned int vcpu)
{
	uint64_t global = n->framework;
	uint64_t local = 0;

	for (unsigned int i = 0; i < NR_NOTIF_SOURCES; i++) {
		global |= n->bits[i].pending;
		local |= n->bits[i].pending_vcpu[vcpu];
	}
	if (!global)
		n->news = false;
	if (!local)
		n->news_vcpus &= ~(1ull << vcpu);
}

int do_notif_get(struct call *c)
{
	unsigned int vcpu = ids_from(c->regs->x[1]);
	uint16_t receiver = ids_to(c->regs->x[1]);
	uint32_t flags = (uint32_t)c->regs->x[2];
	struct notif *n = find(c->spmc, receiver);
	uint32_t allowed = NOTIF_GET_SPS | NOTIF_GET_SPM;
	uint64_t got[NR_NOTIF_SOURCES] = { 0 };
	uint32_t framework = 0;

	if (c->ctx)
		allowed |= NOTIF_GET_VMS | NOTIF_GET_HYP;
	if (flags & ~allowed || !mbz(c, 3, 7) || !may_speak_for(c, receiver))
		return E_INVALID;
	if (!n || vcpu >= n->nr_vcpus)
		return E_INVALID;

	if (flags & NOTIF_GET_SPS)
		got[NOTIF_FROM_SPS] = fetch(&n->bits[NOTIF_FROM_SPS], vcpu);
	if (flags & NOTIF_GET_VMS)
		got[NOTIF_FROM_VMS] = fetch(&n->bits[NOTIF_FROM_VMS], vcpu);
	if (flags & NOTIF_GET_SPM) {
		framework = n->framework;
		n->framework = 0;
	}
	forget_news(n, vcpu);

	reply_success(c);
	for (unsigned int i = 0; i < NR_NOTIF_SOURCES; i++) {
		c->regs->x[2 + 2 * i] = (uint32_t)got[i];
		c->regs->x[3 + 2 * i] = got[i] >> 32;
	}
	c->regs->x[6] = framework;
	return 0;
}
