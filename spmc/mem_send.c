// SPDX-License-Identifier: GPL-2.0-only
/*
 * The owner's side of memory management: FFA_MEM_SHARE, LEND, DONATE and RECLAIM (FF-A
 * 1.2, "Memory management interfaces"). How descriptors arrive is in
 * mem_receive.c, what may be in them in mem_check.c.
 */
#include "mem_check.h"
#include "mem_receive.h"

/* No input; descriptors may be in buffers that the call names. */
int send_props(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3)
{
	*w2 = c->ctx ? 0 : MEM_FEATURE_BUFFER;
	*w3 = 0;
	return in ? E_NOT_SUPPORTED : 0;
}

static void reply_handle(struct call *c, const struct mem_region *r)
{
	reply_success(c);
	c->regs->x[2] = (uint32_t)r->handle;
	c->regs->x[3] = r->handle >> 32;
}

/* Append the ranges of a fragment: @len bytes, whole ranges. */
static int add_ranges(struct spmc *s, struct mem_region *r, const uint8_t *buf, uint32_t len)
{
	struct spmc_range range;
	int err = 0;

	for (uint32_t i = 0; i < len && !err; i += MEM_RANGE_SIZE) {
		if (!mem_range_decode(buf + i, &range))
			return E_INVALID;
		err = mem_check_range(s, r, &range);
		if (!err)
			err = ranges_add(s, &r->ranges, &range);
	}
	return err;
}

/* All ranges are there. */
static int complete(struct call *c, struct mem_region *r)
{
	int err;

	if (r->ranges.nr_pages != r->comp.nr_pages)
		return E_INVALID;
	err = pages_take(c->spmc, r);
	if (err)
		return err;
	r->state = REGION_LIVE;
	reply_handle(c, r);
	return 0;
}

/* A fragment is in private memory, @skip bytes before its first range. */
static int receive(struct call *c, struct mem_region *r, uint32_t skip, uint32_t len)
{
	int err;

	err = add_ranges(c->spmc, r, c->spmc->scratch + skip, len - skip);
	if (err)
		return err;
	r->received += len;
	if (r->received == r->total)
		return complete(c, r);
	reply_frag_rx(c, r, r->received);
	return 0;
}

static void init_region(struct mem_region *r, uint32_t type, const struct mem_desc *d,
			const struct mem_composite *comp, uint32_t total)
{
	r->type = type;
	r->sender = d->sender;
	r->attrs = d->attrs;
	r->flags = d->flags;
	r->tag = d->tag;
	r->comp = *comp;
	r->total = total;
	r->nr_borrowers = d->nr_emads;
	for (uint32_t i = 0; i < d->nr_emads; i++)
		r->borrowers[i].emad = d->emads[i];
}

static int begin(struct call *c, const struct mem_buffer *buf, struct mem_lengths lens)
{
	uint32_t type = c->fid & FID_FN_MASK;
	struct mem_composite comp;
	struct mem_region *r;
	struct mem_desc d;
	int err;

	err = mem_desc_decode(c->spmc->scratch, lens.first, c->minor, &d);
	if (!err)
		err = mem_check_send(c, type, &d);
	if (!err)
		err = mem_composite_find(c, &d, d.emads[0].composite, lens, &comp);
	if (err)
		return err;

	r = region_create(c->spmc, d.handle);
	if (!r)
		return E_NO_MEMORY;
	init_region(r, type, &d, &comp, lens.total);
	r->buf = *buf;
	err = receive(c, r, d.emads[0].composite + MEM_COMPOSITE_SIZE, lens.first);
	if (err)
		region_destroy(c->spmc, r);
	return err;
}

int do_mem_send(struct call *c)
{
	uint64_t total = c->regs->x[1];
	uint64_t len = c->regs->x[2];
	struct mem_buffer buf;
	int err;

	if (!mbz(c, 5, 7) || len > total || total > UINT32_MAX)
		return E_INVALID;
	err = mem_buffer_decode(c, &buf);
	if (!err)
		err = mem_copy(c, &buf, len);
	if (err)
		return err;
	return begin(c, &buf, (struct mem_lengths){ (uint32_t)total, (uint32_t)len });
}

/* Who sends, as fragments and reclaims say it. */
static bool is_senders(const struct call *c, const struct mem_region *r)
{
	return c->ctx ? r->sender == c->ctx->part->id : !(r->sender & ID_SECURE);
}

int send_continue(struct call *c, struct mem_region *r)
{
	uint64_t len = c->regs->x[3];
	int err;

	if (!is_senders(c, r))
		return E_INVALID;

	/* Whatever is wrong with a fragment ends the transaction. */
	err = len % MEM_RANGE_SIZE || len > r->total - r->received ? E_INVALID
								   : mem_copy(c, &r->buf, len);
	if (!err)
		err = receive(c, r, 0, (uint32_t)len);
	if (err)
		region_destroy(c->spmc, r);
	return err;
}

static bool has_borrower(const struct mem_region *r)
{
	for (uint32_t i = 0; i < r->nr_borrowers; i++) {
		if (r->borrowers[i].is_retrieved)
			return true;
	}
	return false;
}

int do_mem_reclaim(struct call *c)
{
	struct mem_region *r = region_find(c->spmc, mem_handle_arg(c));
	uint64_t flags = c->regs->x[3];

	if (!mbz(c, 4, 7) || flags & ~(uint64_t)(MEM_ZERO | MEM_TIME_SLICE))
		return E_INVALID;
	if (!r || r->state != REGION_LIVE)
		return E_INVALID;
	if (!is_senders(c, r) || has_borrower(r))
		return E_DENIED;

	if (flags & MEM_ZERO)
		region_zero(c->spmc, r);
	pages_give_back(c->spmc, r);
	region_destroy(c->spmc, r);
	reply_success(c);
	return 0;
}
