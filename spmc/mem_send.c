// SPDX-License-Identifier: GPL-2.0-only
/*
 * The owner's side of memory management: FFA_MEM_SHARE, LEND, DONATE, FRAG_TX and RECLAIM (FF-A
 * 1.2, "Memory management interfaces"). What may be in a descriptor is in mem_check.c.
 */
#include "mem.h"

#include "mailbox.h"
#include "mem_check.h"

/* SPEC-GAP: no buffers but TX: the "dynamic" ones of w3/w4 are not offered. */
int send_props(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3)
{
	*w2 = 0;
	*w3 = 0;
	return in ? E_NOT_SUPPORTED : 0;
}

/* Take a private copy of what is in the caller's TX. */
int mem_copy_tx(struct call *c, uint64_t len)
{
	const struct mailbox *mb = call_mailbox(c);

	if (mb->state == MAILBOX_NONE || !len || len > mailbox_size(mb))
		return E_INVALID;
	memcpy(c->spmc->scratch, mb->tx, len);
	return 0;
}

static uint64_t handle_arg(const struct call *c)
{
	return (uint32_t)c->regs->x[1] | c->regs->x[2] << 32;
}

static void reply_handle(struct call *c, const struct mem_region *r)
{
	reply_success(c);
	c->regs->x[2] = (uint32_t)r->handle;
	c->regs->x[3] = r->handle >> 32;
}

/* The owner is named only between hypervisor and SPMC. */
static void reply_frag_rx(struct call *c, const struct mem_region *r)
{
	regs_zero(c->regs, 0, VFFA_NR_REGS - 1);
	c->regs->x[0] = FID32(FN_MEM_FRAG_RX);
	c->regs->x[1] = (uint32_t)r->handle;
	c->regs->x[2] = r->handle >> 32;
	c->regs->x[3] = r->received;
	c->regs->x[4] = c->ctx ? 0 : (uint32_t)r->sender << 16;
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
			err = region_add_range(s, r, &range);
	}
	return err;
}

/* All ranges are there. */
static int complete(struct call *c, struct mem_region *r)
{
	int err;

	if (r->nr_pages != r->comp.nr_pages)
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
	reply_frag_rx(c, r);
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

/* Lengths: the first fragment has everything up to the first range. */
static int check_layout(const struct mem_desc *d, const uint8_t *buf, uint64_t total, uint32_t len,
			struct mem_composite *comp)
{
	uint32_t offset = d->emads[0].composite;

	if (offset % 8 || offset < d->end || offset > len || len - offset < MEM_COMPOSITE_SIZE)
		return E_INVALID;
	if (!mem_composite_decode(buf + offset, comp) || !comp->nr_ranges || !comp->nr_pages)
		return E_INVALID;
	if (total != offset + MEM_COMPOSITE_SIZE + (uint64_t)comp->nr_ranges * MEM_RANGE_SIZE)
		return E_INVALID;
	return (len - offset) % MEM_RANGE_SIZE ? E_INVALID : 0;
}

static int begin(struct call *c, uint32_t total, uint32_t len)
{
	const uint8_t *buf = c->spmc->scratch;
	uint32_t type = c->fid & FID_FN_MASK;
	struct mem_composite comp;
	struct mem_region *r;
	struct mem_desc d;
	int err;

	err = mem_desc_decode(buf, len, c->minor, &d);
	if (!err)
		err = mem_check_send(c, type, &d);
	if (!err)
		err = check_layout(&d, buf, total, len, &comp);
	if (err)
		return err;

	r = region_create(c->spmc);
	if (!r)
		return E_NO_MEMORY;
	init_region(r, type, &d, &comp, total);
	err = receive(c, r, d.emads[0].composite + MEM_COMPOSITE_SIZE, len);
	if (err)
		region_destroy(c->spmc, r);
	return err;
}

int do_mem_send(struct call *c)
{
	uint64_t total = c->regs->x[1];
	uint64_t len = c->regs->x[2];
	int err;

	if (!mbz(c, 3, 7) || len > total || total > UINT32_MAX)
		return E_INVALID;
	err = mem_copy_tx(c, len);
	if (err)
		return err;
	return begin(c, (uint32_t)total, (uint32_t)len);
}

/* Who sends, as fragments and reclaims say it. */
static bool is_senders(const struct call *c, const struct mem_region *r)
{
	return c->ctx ? r->sender == c->ctx->part->id : !(r->sender & ID_SECURE);
}

int do_mem_frag_tx(struct call *c)
{
	struct mem_region *r = region_find(c->spmc, handle_arg(c));
	uint64_t len = c->regs->x[3];
	uint64_t w4 = c->regs->x[4];
	int err;

	if (!r || r->state != REGION_SENDING || !is_senders(c, r) || !mbz(c, 5, 7))
		return E_INVALID;
	if (w4 != (c->ctx ? 0 : (uint32_t)r->sender << 16))
		return E_INVALID;

	/* Whatever is wrong with a fragment ends the transaction. */
	err = len % MEM_RANGE_SIZE || len > r->total - r->received ? E_INVALID
								   : mem_copy_tx(c, len);
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
	struct mem_region *r = region_find(c->spmc, handle_arg(c));
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
