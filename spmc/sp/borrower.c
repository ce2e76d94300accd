// SPDX-License-Identifier: GPL-2.0-only
/*
 * Retrieves memory, reads, writes and sums it up, relinquishes it now, later or never, as it is told;
 * and passes on what was donated to it.
 */
#include "images.h"

#include "../codec_mem.h"
#include "../ffa.h"
#include "proto.h"

#define WORDS_PER_PAGE (PAGE_SIZE_4K / 8)

struct borrower {
	uint64_t later; /* handle to be relinquished when it next gets cycles */
};

static uint64_t handle_of(const uint64_t *a)
{
	return (uint32_t)a[0] | a[1] << 32;
}

/* What was heard of a region so far. */
struct listing {
	uint32_t nr_pages;
	uint32_t nr_ranges;
	uint32_t nr_fragments;
	uint32_t hash;
};

static void hear_ranges(struct listing *l, const uint8_t *buf, uint32_t len)
{
	struct spmc_range range;

	for (uint32_t i = 0; i + MEM_RANGE_SIZE <= len; i += MEM_RANGE_SIZE) {
		(void)mem_range_decode(buf + i, &range);
		l->hash = l->hash * 31 + (uint32_t)(range.base >> PAGE_SHIFT_4K);
		l->hash = l->hash * 31 + range.nr_pages;
		l->nr_pages += range.nr_pages;
		l->nr_ranges++;
	}
	l->nr_fragments++;
}

static void release_rx(struct spmc_ctx *self)
{
	struct vffa_regs regs = { .x = { FID32(FN_RX_RELEASE) } };

	sp_ffa(self, &regs);
}

/* Fetch what did not fit RX. */
static int fetch_rest(struct spmc_ctx *self, uint64_t handle, uint32_t total, uint32_t got,
		      struct listing *l)
{
	while (got < total) {
		struct vffa_regs regs = { .x = { FID32(FN_MEM_FRAG_RX), (uint32_t)handle,
						 handle >> 32, got } };

		sp_ffa(self, &regs);
		if (regs.x[0] != FID32(FN_MEM_FRAG_TX))
			return sp_status(&regs);
		got += (uint32_t)regs.x[3];
		hear_ranges(l, sp_rx(self), (uint32_t)regs.x[3]);
		release_rx(self);
	}
	return 0;
}

/* The answer must say of itself what is in it. */
static int hear_answer(struct spmc_ctx *self, const struct vffa_regs *regs, struct listing *l)
{
	uint32_t total = (uint32_t)regs->x[1];
	uint32_t len = (uint32_t)regs->x[2];
	struct mem_composite comp;
	struct mem_desc d;
	int err;

	err = mem_desc_decode(sp_rx(self), len, sp_minor(self), &d);
	if (err || !mem_composite_decode(sp_rx(self) + d.end, &comp))
		return E_ABORTED;
	d.end += MEM_COMPOSITE_SIZE;
	hear_ranges(l, sp_rx(self) + d.end, len - d.end);
	release_rx(self);
	err = fetch_rest(self, d.handle, total, len, l);
	if (err)
		return err;
	return comp.nr_pages == l->nr_pages && comp.nr_ranges == l->nr_ranges ? 0 : E_ABORTED;
}

static uint32_t retrieve_flags(uint32_t how)
{
	uint32_t flags = 0;

	flags |= how & BORROWER_ZERO ? MEM_ZERO : 0;
	flags |= how & BORROWER_ZERO_AFTER ? MEM_ZERO_AFTER : 0;
	flags |= how & BORROWER_BYPASS ? MEM_BYPASS : 0;
	return flags;
}

static int retrieve(struct spmc_ctx *self, uint64_t *a)
{
	struct mem_desc d = {
		.sender = (uint16_t)a[2],
		.handle = handle_of(a),
		.tag = a[3],
		.flags = retrieve_flags((uint32_t)a[2] >> 24),
		.nr_emads = 1,
		.emads = { { .id = sp_id(self), .perms = a[2] >> 16 & 0xFF } },
	};
	uint32_t len = mem_desc_size(sp_minor(self), 1);
	struct vffa_regs regs = { .x = { FID32(FN_MEM_RETRIEVE_REQ), len, len } };
	struct listing l = { 0 };
	int err;

	mem_desc_encode(&d, sp_minor(self), sp_tx(self));
	sp_ffa(self, &regs);
	if (regs.x[0] != FID32(FN_MEM_RETRIEVE_RESP))
		return sp_status(&regs);
	err = hear_answer(self, &regs, &l);
	a[0] = l.nr_pages;
	a[1] = l.nr_ranges;
	a[2] = l.hash;
	a[3] = l.nr_fragments;
	return err;
}

static int relinquish(struct spmc_ctx *self, uint64_t handle, uint32_t flags)
{
	struct mem_relinquish d = { handle, flags, 1, sp_id(self) };
	struct vffa_regs regs = { .x = { FID32(FN_MEM_RELINQUISH) } };

	mem_relinquish_encode(&d, sp_tx(self));
	sp_ffa(self, &regs);
	return sp_status(&regs);
}

/* Every word becomes @value plus its number. */
static void fill_page(uint64_t *page, uint32_t nth, uint64_t value)
{
	for (uint32_t i = 0; i < WORDS_PER_PAGE; i++)
		page[i] = value + (uint64_t)nth * WORDS_PER_PAGE + i;
}

static int fill(struct spmc_ctx *self, const uint64_t *a)
{
	uint32_t nth = 0;
	uint64_t *page;

	for (;; nth++) {
		page = sp_region_map(self, handle_of(a), nth, true);
		if (!page)
			return nth ? 0 : E_DENIED;
		fill_page(page, nth, a[2]);
		sp_unmap(self, page);
		sp_poll(self);
	}
}

static int sum(struct spmc_ctx *self, uint64_t *a)
{
	uint64_t handle = handle_of(a);
	uint64_t total = 0;
	uint32_t nth = 0;
	uint64_t *page;

	for (;; nth++) {
		page = sp_region_map(self, handle, nth, false);
		if (!page)
			break;
		for (uint32_t i = 0; i < WORDS_PER_PAGE; i++)
			total += page[i];
		sp_unmap(self, page);
		sp_poll(self);
	}
	a[0] = (uint32_t)total;
	a[1] = total >> 32;
	return nth ? 0 : E_DENIED;
}

/* Share, lend or donate pages that were donated. */
static int pass_on(struct spmc_ctx *self, uint64_t *a)
{
	uint32_t type = (uint32_t)(a[0] >> 16) & FID_FN_MASK;
	const struct mem_composite comp = { (uint32_t)a[2], 1 };
	const struct spmc_range range = { .base = a[1] << PAGE_SHIFT_4K,
					  .nr_pages = (uint32_t)a[2] };
	struct mem_desc d = {
		.sender = sp_id(self),
		.attrs = type == FN_MEM_SHARE ? MEM_ATTR_USUAL : 0,
		.tag = a[3],
		.nr_emads = 1,
		.emads = { { .id = (uint16_t)a[0],
			     .perms = type == FN_MEM_DONATE ? 0 : MEM_DATA_RW,
			     .composite = 1 } },
	};
	uint32_t head = mem_desc_size(sp_minor(self), 1);
	uint32_t len = head + MEM_COMPOSITE_SIZE + MEM_RANGE_SIZE;
	struct vffa_regs regs = { .x = { FID32(type), len, len } };

	mem_desc_encode(&d, sp_minor(self), sp_tx(self));
	mem_composite_encode(&comp, sp_tx(self) + head);
	mem_range_encode(&range, sp_tx(self) + head + MEM_COMPOSITE_SIZE);
	sp_ffa(self, &regs);
	a[0] = (uint32_t)regs.x[2];
	a[1] = (uint32_t)regs.x[3];
	return sp_status(&regs);
}

static int reclaim(struct spmc_ctx *self, const uint64_t *a)
{
	struct vffa_regs regs = { .x = { FID32(FN_MEM_RECLAIM), (uint32_t)a[0], (uint32_t)a[1],
					 (uint32_t)a[2] } };

	sp_ffa(self, &regs);
	return sp_status(&regs);
}

static int serve(struct spmc_ctx *self, uint64_t *args)
{
	struct borrower *b = sp_data(self);
	uint64_t *a = args + 1;

	switch (args[0]) {
	case BORROWER_RETRIEVE:
		return retrieve(self, a);
	case BORROWER_RELINQUISH:
		return relinquish(self, handle_of(a), (uint32_t)a[2]);
	case BORROWER_RELINQUISH_LATER:
		b->later = handle_of(a);
		return 0;
	case BORROWER_FILL:
		return fill(self, a);
	case BORROWER_SUM:
		return sum(self, a);
	case BORROWER_PASS_ON:
		return pass_on(self, a);
	case BORROWER_RECLAIM:
		return reclaim(self, a);
	default:
		return E_INVALID;
	}
}

static void relinquish_later(struct spmc_ctx *self)
{
	struct borrower *b = sp_data(self);

	if (b->later)
		(void)relinquish(self, b->later, 0);
	b->later = 0;
}

void sp_borrower(struct spmc_ctx *self)
{
	struct vffa_regs regs;

	(void)sp_map_buffers(self);
	sp_wait(self, &regs);
	for (;;) {
		if (sp_is_request(&regs))
			sp_args(&regs)[0] = (uint32_t)serve(self, sp_args(&regs));
		else
			relinquish_later(self);
		sp_respond(self, &regs);
	}
}
