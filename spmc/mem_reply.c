// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors to borrowers: FFA_MEM_RETRIEVE_RESP, and FFA_MEM_FRAG_RX for what did not fit RX.
 *
 * A fragment is a whole number of ranges; all but the ranges is in the first.
 */
#include "mailbox.h"
#include "mem.h"
#include "mem_check.h"
#include "mem_receive.h"

/* Bytes of a descriptor before its first range. */
static uint32_t head_size(unsigned int minor, const struct mem_desc *d)
{
	return mem_desc_size(minor, d->nr_emads) + MEM_COMPOSITE_SIZE;
}

/* As the borrower has it: what it may do, and that it has Non-secure memory. */
static void describe_for_borrower(const struct call *c, const struct mem_region *r,
				  const struct mem_borrower *b, struct mem_desc *d)
{
	d->attrs = MEM_ATTR_USUAL | (c->minor ? MEM_ATTR_NS : 0);
	d->flags = mem_type_bits(r) | (r->flags & MEM_ZERO);
	d->nr_emads = 1;
	d->emads[0] = b->emad;
	d->emads[0].perms = (b->can_write ? MEM_DATA_RW : MEM_DATA_RO) | MEM_INSTR_NX;
}

/* As the owner gave it. */
static void describe_all(const struct mem_region *r, struct mem_desc *d)
{
	d->attrs = r->attrs;
	d->flags = mem_type_bits(r) | r->flags;
	d->nr_emads = r->nr_borrowers;
	for (uint32_t i = 0; i < r->nr_borrowers; i++)
		d->emads[i] = r->borrowers[i].emad;
}

/* Write ranges from the @first on, as many as @len bytes are. */
static void write_ranges(struct spmc *s, struct range_list *l, uint32_t first, uint8_t *out,
			 uint32_t len)
{
	for (uint32_t i = 0; i < len / MEM_RANGE_SIZE; i++)
		mem_range_encode(ranges_nth(s, l, first + i), out + (size_t)i * MEM_RANGE_SIZE);
}

static uint32_t fragment_size(const struct mailbox *mb, uint32_t rest)
{
	return rest < mailbox_size(mb) ? rest : mailbox_size(mb);
}

bool reply_is_done(const struct mem_reply *reply)
{
	return reply->sent == reply->total;
}

void reply_begin(struct call *c, struct mem_region *r, struct mem_borrower *b)
{
	struct mem_reply *reply = b ? &b->reply : &r->hyp_reply;
	struct range_list *ranges = b && b->at.nr_ranges ? &b->at : &r->ranges;
	const struct mem_composite comp = { ranges->nr_pages, ranges->nr_ranges };
	struct mem_desc d = { .sender = r->sender, .handle = r->handle, .tag = r->tag };
	struct mailbox *mb = call_mailbox(c);
	uint32_t head;

	if (b)
		describe_for_borrower(c, r, b, &d);
	else
		describe_all(r, &d);
	head = head_size(c->minor, &d);
	reply->ranges = ranges;
	reply->total = head + ranges->nr_ranges * MEM_RANGE_SIZE;
	reply->sent = fragment_size(mb, reply->total);

	mem_desc_encode(&d, c->minor, mb->rx);
	mem_composite_encode(&comp, mb->rx + head - MEM_COMPOSITE_SIZE);
	write_ranges(c->spmc, ranges, 0, mb->rx + head, reply->sent - head);
	mailbox_fill(mb);

	regs_zero(c->regs, 0, VFFA_NR_REGS - 1);
	c->regs->x[0] = FID32(FN_MEM_RETRIEVE_RESP);
	c->regs->x[1] = reply->total;
	c->regs->x[2] = reply->sent;
}

/* What the caller is in the middle of fetching. */
static struct mem_reply *find_reply(const struct call *c, struct mem_region *r)
{
	if (!c->ctx && !reply_is_done(&r->hyp_reply))
		return &r->hyp_reply;
	for (uint32_t i = 0; i < r->nr_borrowers; i++) {
		struct mem_borrower *b = &r->borrowers[i];
		bool own = c->ctx ? b->emad.id == c->ctx->part->id : !(b->emad.id & ID_SECURE);

		if (own && !reply_is_done(&b->reply))
			return &b->reply;
	}
	return NULL;
}

bool reply_is_under_way(const struct call *c, struct mem_region *r)
{
	return find_reply(c, r);
}

static void continue_reply(struct call *c, struct mem_region *r, struct mem_reply *reply)
{
	struct mailbox *mb = call_mailbox(c);
	uint32_t len = fragment_size(mb, reply->total - reply->sent);
	uint32_t left = (reply->total - reply->sent) / MEM_RANGE_SIZE;

	write_ranges(c->spmc, reply->ranges, reply->ranges->nr_ranges - left, mb->rx, len);
	reply->sent += len;
	mailbox_fill(mb);

	regs_zero(c->regs, 0, VFFA_NR_REGS - 1);
	c->regs->x[0] = FID32(FN_MEM_FRAG_TX);
	c->regs->x[1] = (uint32_t)r->handle;
	c->regs->x[2] = r->handle >> 32;
	c->regs->x[3] = len;
	c->regs->x[4] = c->ctx ? 0 : (uint32_t)r->sender << 16;
}

int do_mem_frag_rx(struct call *c)
{
	struct mem_region *r = region_find(c->spmc, mem_handle_arg(c));
	struct mem_reply *reply = r ? find_reply(c, r) : NULL;
	int err;

	if (!reply || c->regs->x[3] != reply->sent || !mbz(c, 5, 7))
		return E_INVALID;
	if (c->regs->x[4] != (c->ctx ? 0 : (uint32_t)r->sender << 16))
		return E_INVALID;
	err = mailbox_can_write(call_mailbox(c), 0);
	if (err)
		return err;

	continue_reply(c, r, reply);
	if (r->state == REGION_GONE && reply_is_done(reply))
		region_destroy(c->spmc, r);
	return 0;
}
