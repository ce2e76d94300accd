// SPDX-License-Identifier: GPL-2.0-only
/*
 * The borrower's side of memory management: FFA_MEM_RETRIEVE_REQ and RELINQUISH, of partitions, of
 * VMs by their hypervisor, and of the hypervisor that looks a region up (FF-A 1.2, "Memory
 * management interfaces"). Descriptors are written by mem_reply.c.
 */
#include "mailbox.h"
#include "mem_check.h"

/* The input says that the caller knows the NS attribute, which it does not have to. */
int retrieve_props(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3)
{
	if (in & ~(c->minor ? MEM_FEATURE_NS : 0))
		return E_NOT_SUPPORTED;
	*w2 = in | (c->minor && !c->ctx ? MEM_FEATURE_HYP : 0);
	/* A borrower may retrieve 2^(0+1)-1 times. */
	*w3 = 0;
	return 0;
}

/* For whom a request is: the partition, or the one entry of the normal world that is no other's. */
static struct mem_borrower *find_borrower(const struct call *c, struct mem_region *r,
					  const struct mem_desc *d)
{
	const struct mem_emad *found = NULL;

	if (c->ctx)
		return region_borrower(r, c->ctx->part->id);
	for (uint32_t i = 0; i < d->nr_emads; i++) {
		const struct mem_emad *e = &d->emads[i];

		if (e->id & ID_SECURE || e->flags & MEM_EMAD_OTHER)
			continue;
		if (found)
			return NULL;
		found = e;
	}
	return found ? region_borrower(r, found->id) : NULL;
}

static bool wants_write(const struct mem_desc *d, const struct mem_borrower *b)
{
	for (uint32_t i = 0; i < d->nr_emads; i++) {
		if (d->emads[i].id == b->emad.id)
			return (d->emads[i].perms & MEM_DATA_MASK) != MEM_DATA_RO;
	}
	return false;
}

static void commit_retrieve(struct call *c, struct mem_region *r, struct mem_borrower *b,
			    const struct mem_desc *d)
{
	b->is_retrieved = true;
	b->can_write = wants_write(d, b);
	b->zero_after = d->flags & MEM_ZERO_AFTER;
	if (r->flags & MEM_ZERO && !r->is_zeroed) {
		region_zero(c->spmc, r);
		r->is_zeroed = true;
	}
	reply_begin(c, r, b);
	if (r->type != FN_MEM_DONATE)
		return;

	/* The donor has nothing to reclaim any more. */
	pages_donate(c->spmc, r);
	r->state = REGION_GONE;
	if (reply_is_done(&b->reply))
		region_destroy(c->spmc, r);
}

static int retrieve(struct call *c, struct mem_region *r, const struct mem_desc *d)
{
	struct mem_borrower *b = find_borrower(c, r, d);
	int err;

	if (!b)
		return c->ctx ? E_DENIED : E_INVALID;
	err = mem_check_retrieve(r, b, d);
	if (!err)
		err = mailbox_can_write(call_mailbox(c), 0);
	if (err)
		return err;
	commit_retrieve(c, r, b, d);
	return 0;
}

/* The hypervisor looks a region up: a request with a handle, and nothing else. */
static int look_up(struct call *c, struct mem_region *r, const struct mem_desc *d)
{
	const struct mem_reply *reply = &r->hyp_reply;
	int err;

	if (c->ctx || !c->minor || d->sender || d->attrs || d->flags || d->tag)
		return E_INVALID;
	if (!reply_is_done(reply))
		return E_DENIED;
	err = mailbox_can_write(call_mailbox(c), 0);
	if (err)
		return err;
	reply_begin(c, r, NULL);
	return 0;
}

int do_mem_retrieve(struct call *c)
{
	uint64_t len = c->regs->x[1];
	struct mem_region *r;
	struct mem_desc d;
	int err;

	/* SPEC-GAP: requests in fragments; without addresses in them none is that long. */
	if (!mbz(c, 3, 7) || c->regs->x[2] != len)
		return E_INVALID;
	err = mem_copy_tx(c, len);
	if (!err)
		err = mem_desc_decode(c->spmc->scratch, (uint32_t)len, c->minor, &d);
	if (err)
		return err;
	r = region_find(c->spmc, d.handle);
	if (!r || r->state != REGION_LIVE || d.end != len)
		return E_INVALID;
	return d.nr_emads ? retrieve(c, r, &d) : look_up(c, r, &d);
}

static int check_relinquish(const struct call *c, const struct mem_relinquish *d,
			    const struct mem_region *r, const struct mem_borrower *b)
{
	if (c->ctx ? d->id != c->ctx->part->id : d->id & ID_SECURE)
		return E_INVALID;
	if (d->count != 1 || d->flags & ~(MEM_ZERO | MEM_TIME_SLICE) || !r)
		return E_INVALID;
	if (r->state != REGION_LIVE)
		return E_INVALID;
	if (!b || !b->is_retrieved)
		return E_DENIED;
	if (!reply_is_done(&b->reply))
		return E_INVALID;
	if (!(d->flags & MEM_ZERO))
		return 0;
	return r->type == FN_MEM_SHARE ? E_INVALID : b->can_write ? 0 : E_DENIED;
}

int do_mem_relinquish(struct call *c)
{
	struct mem_relinquish d;
	struct mem_borrower *b;
	struct mem_region *r;
	int err;

	if (!mbz(c, 1, 7))
		return E_INVALID;
	err = mem_copy_tx(c, MEM_RELINQUISH_SIZE);
	if (err)
		return err;
	mem_relinquish_decode(c->spmc->scratch, &d);
	r = region_find(c->spmc, d.handle);
	b = r ? region_borrower(r, d.id) : NULL;
	err = check_relinquish(c, &d, r, b);
	if (err)
		return err;

	b->is_retrieved = false;
	if (d.flags & MEM_ZERO || b->zero_after)
		region_zero(c->spmc, r);
	reply_success(c);
	return 0;
}
