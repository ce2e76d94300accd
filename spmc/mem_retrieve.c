// SPDX-License-Identifier: GPL-2.0-only
/*
 * The borrower's side of memory management: FFA_MEM_RETRIEVE_REQ and RELINQUISH, of partitions, of
 * VMs by their hypervisor, and of the hypervisor that looks a region up (FF-A 1.2, "Memory
 * management interfaces"). Descriptors are written by mem_reply.c.
 */
#include "mailbox.h"
#include "mem_check.h"
#include "mem_receive.h"
#include "mem_window.h"

/* The input says that the caller knows the NS attribute, which it does not have to. */
int retrieve_props(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3)
{
	if (in & ~(c->minor ? MEM_FEATURE_NS : 0))
		return E_NOT_SUPPORTED;
	*w2 = in;
	if (!c->ctx)
		*w2 |= MEM_FEATURE_BUFFER | (c->minor ? MEM_FEATURE_HYP : 0);
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

static void commit_retrieve(struct call *c, struct mem_region *r, struct mem_borrower *b)
{
	b->is_retrieved = true;
	b->can_write = b->req.write;
	b->zero_after = b->req.zero_after;
	b->req.total = 0;
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

static int add_addresses(struct spmc *s, struct mem_borrower *b, const uint8_t *buf, uint32_t len)
{
	struct spmc_range range;
	int err = 0;

	for (uint32_t i = 0; i < len && !err; i += MEM_RANGE_SIZE) {
		if (!mem_range_decode(buf + i, &range) || range.base & (PAGE_SIZE_4K - 1))
			return E_INVALID;
		if (!range.nr_pages || range.nr_pages > b->req.nr_pages - b->at.nr_pages)
			return E_INVALID;
		err = ranges_add(s, &b->at, &range);
	}
	return err;
}

/* The whole request is there. */
static int complete(struct call *c, struct mem_region *r, struct mem_borrower *b)
{
	int err = 0;

	if (b->req.nr_pages != b->at.nr_pages)
		return E_INVALID;
	if (b->at.nr_ranges)
		err = window_check(c->spmc, b->emad.id, &b->at);
	if (!err)
		err = mailbox_can_write(call_mailbox(c), 0);
	if (err)
		return err;
	commit_retrieve(c, r, b);
	return 0;
}

/* A fragment is in private memory, @skip bytes before its first range. What is wrong ends it. */
static int receive(struct call *c, struct mem_region *r, struct mem_borrower *b, uint32_t skip,
		   uint32_t len)
{
	int err;

	err = add_addresses(c->spmc, b, c->spmc->scratch + skip, len - skip);
	b->req.received += len;
	if (!err && b->req.received == b->req.total) {
		err = complete(c, r, b);
	} else if (!err) {
		reply_frag_rx(c, r, b->req.received);
	}
	if (!err)
		return 0;
	ranges_free(c->spmc, &b->at);
	b->req.total = 0;
	return err;
}

/* Up to where the addresses begin. Without any, that is all. */
static int check_lengths(const struct call *c, const struct mem_desc *d, uint32_t composite,
			 struct mem_lengths lens, struct mem_composite *comp)
{
	*comp = (struct mem_composite){ 0 };
	if (composite)
		return mem_composite_find(c, d, composite, lens, comp);
	return lens.total == d->end && lens.first == d->end ? 0 : E_INVALID;
}

static int retrieve(struct call *c, struct mem_region *r, const struct mem_desc *d,
		    const struct mem_buffer *buf, struct mem_lengths lens)
{
	struct mem_borrower *b = find_borrower(c, r, d);
	const struct mem_emad *own;
	struct mem_composite comp;
	int err;

	if (!b)
		return c->ctx ? E_DENIED : E_INVALID;
	err = mem_check_retrieve(c->spmc, r, b, d);
	if (err)
		return err;
	own = mem_desc_emad(d, b->emad.id);
	err = check_lengths(c, d, own->composite, lens, &comp);
	if (!err && own->composite && comp.nr_pages != r->ranges.nr_pages)
		err = E_INVALID;
	if (!err && reply_is_under_way(c, r))
		err = E_DENIED;
	if (!err)
		err = mailbox_can_write(call_mailbox(c), 0);
	if (err)
		return err;

	/* A request ends one of which fragments are missing. */
	ranges_free(c->spmc, &b->at);
	b->req = (struct mem_request){
		.total = lens.total,
		.nr_pages = comp.nr_pages,
		.write = (own->perms & MEM_DATA_MASK) != MEM_DATA_RO,
		.zero_after = d->flags & MEM_ZERO_AFTER,
		.buf = *buf,
	};
	return receive(c, r, b, own->composite ? own->composite + MEM_COMPOSITE_SIZE : d->end,
		       lens.first);
}

int retrieve_continue(struct call *c, struct mem_region *r)
{
	struct mem_borrower *b = region_borrower(r, call_id(c));
	uint64_t len = c->regs->x[3];
	int err;

	if (r->state != REGION_LIVE || !b || !b->req.total)
		return E_INVALID;
	err = len % MEM_RANGE_SIZE || len > b->req.total - b->req.received
		      ? E_INVALID
		      : mem_copy(c, &b->req.buf, len);
	if (!err)
		return receive(c, r, b, 0, (uint32_t)len);
	ranges_free(c->spmc, &b->at);
	b->req.total = 0;
	return err;
}

/* The hypervisor looks a region up: a request with a handle, and nothing else. */
static int look_up(struct call *c, struct mem_region *r, const struct mem_desc *d)
{
	int err;

	if (c->ctx || !c->minor || d->sender || d->attrs || d->flags || d->tag)
		return E_INVALID;
	if (reply_is_under_way(c, r))
		return E_DENIED;
	err = mailbox_can_write(call_mailbox(c), 0);
	if (err)
		return err;
	reply_begin(c, r, NULL);
	return 0;
}

int do_mem_retrieve(struct call *c)
{
	uint64_t total = c->regs->x[1];
	uint64_t len = c->regs->x[2];
	struct mem_buffer buf;
	struct mem_region *r;
	struct mem_desc d;
	int err;

	if (!mbz(c, 5, 7) || len > total || total > UINT32_MAX)
		return E_INVALID;
	err = mem_buffer_decode(c, &buf);
	if (!err)
		err = mem_copy(c, &buf, len);
	if (!err)
		err = mem_desc_decode(c->spmc->scratch, (uint32_t)len, c->minor, &d);
	if (err)
		return err;
	r = region_find(c->spmc, d.handle);
	if (!r || r->state != REGION_LIVE)
		return E_INVALID;
	if (d.nr_emads)
		return retrieve(c, r, &d, &buf,
				(struct mem_lengths){ (uint32_t)total, (uint32_t)len });
	return d.end == len && len == total ? look_up(c, r, &d) : E_INVALID;
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
	err = mem_copy(c, &(struct mem_buffer){ 0 }, MEM_RELINQUISH_SIZE);
	if (err)
		return err;
	mem_relinquish_decode(c->spmc->scratch, &d);
	r = region_find(c->spmc, d.handle);
	b = r ? region_borrower(r, d.id) : NULL;
	err = check_relinquish(c, &d, r, b);
	if (err)
		return err;

	b->is_retrieved = false;
	ranges_free(c->spmc, &b->at);
	if (d.flags & MEM_ZERO || b->zero_after)
		region_zero(c->spmc, r);
	reply_success(c);
	return 0;
}
