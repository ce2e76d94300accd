// SPDX-License-Identifier: GPL-2.0-only
/* How partitions send, retrieve and give back memory, in fragments where it has to be. */
#include "memory.h"

#include "../codec_mem.h"
#include "../ffa.h"
#include "proto.h"

/* Write ranges from the @first on. */
static void put_ranges(const struct sp_ranges *l, uint32_t first, uint32_t nr, uint8_t *out)
{
	for (uint32_t i = 0; i < nr; i++) {
		const struct spmc_range range = {
			.base = l->base + (((uint64_t)first + i) * l->gap << PAGE_SHIFT_4K),
			.nr_pages = l->nr_pages,
		};

		mem_range_encode(&range, out + (size_t)i * MEM_RANGE_SIZE);
	}
}

/* How many ranges fit the next fragment, which has @skip bytes of something else. */
static uint32_t fragment(const struct sp_ranges *l, uint32_t first, uint32_t skip)
{
	uint32_t room = (SPMC_SP_PAGE - skip) / MEM_RANGE_SIZE;
	uint32_t nr = l->nr_ranges - first;

	if (l->per_fragment && nr > l->per_fragment)
		nr = l->per_fragment;
	return nr < room ? nr : room;
}

static uint32_t put_head(struct spmc_ctx *self, const struct mem_desc *d, const struct sp_ranges *l)
{
	const struct mem_composite comp = { l->nr_ranges * l->nr_pages, l->nr_ranges };
	uint32_t head = mem_desc_size(sp_minor(self), d->nr_emads);

	mem_desc_encode(d, sp_minor(self), sp_tx(self));
	if (!l->nr_ranges)
		return head;
	mem_composite_encode(&comp, sp_tx(self) + head);
	return head + MEM_COMPOSITE_SIZE;
}

/* Make call @fn with a descriptor. @regs: the answer to the last fragment. */
static void send(struct spmc_ctx *self, uint32_t fn, const struct mem_desc *d,
		 const struct sp_ranges *l, struct vffa_regs *regs)
{
	uint32_t head = put_head(self, d, l);
	uint32_t nr = fragment(l, 0, head);
	uint32_t sent = nr;

	put_ranges(l, 0, nr, sp_tx(self) + head);
	*regs = (struct vffa_regs){ { FID32(fn), head + l->nr_ranges * MEM_RANGE_SIZE,
				      head + nr * MEM_RANGE_SIZE } };
	sp_ffa(self, regs);
	while (regs->x[0] == FID32(FN_MEM_FRAG_RX)) {
		nr = fragment(l, sent, 0);
		put_ranges(l, sent, nr, sp_tx(self));
		sent += nr;
		*regs = (struct vffa_regs){ { FID32(FN_MEM_FRAG_TX), regs->x[1], regs->x[2],
					      nr * MEM_RANGE_SIZE } };
		sp_ffa(self, regs);
	}
}

/* What was heard of a region so far. */
struct listing {
	uint32_t nr_pages;
	uint32_t nr_ranges;
	uint32_t nr_fragments;
	uint32_t hash;
	uint64_t first;
};

static void hear_ranges(struct listing *l, const uint8_t *buf, uint32_t len)
{
	struct spmc_range range;

	for (uint32_t i = 0; i + MEM_RANGE_SIZE <= len; i += MEM_RANGE_SIZE) {
		(void)mem_range_decode(buf + i, &range);
		if (!l->nr_ranges)
			l->first = range.base;
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
	flags |= how & BORROWER_HINT ? MEM_HINT : 0;
	return flags | how >> BORROWER_ALIGN_SHIFT << MEM_HINT_SHIFT;
}

int memory_retrieve(struct spmc_ctx *self, uint64_t *a, const struct sp_ranges *at, uint64_t *first)
{
	const struct mem_desc d = {
		.sender = (uint16_t)a[2],
		.handle = sp_handle(a),
		.tag = a[3],
		.flags = retrieve_flags((uint32_t)a[2] >> 24),
		.nr_emads = 1,
		.emads = { { .id = sp_id(self),
			     .perms = a[2] >> 16 & 0xFF,
			     .composite = at->nr_ranges } },
	};
	struct listing l = { 0 };
	struct vffa_regs regs;
	int err;

	send(self, FN_MEM_RETRIEVE_REQ, &d, at, &regs);
	if (regs.x[0] != FID32(FN_MEM_RETRIEVE_RESP))
		return sp_status(&regs);
	err = hear_answer(self, &regs, &l);
	*first = l.first;
	a[0] = l.nr_pages;
	a[1] = l.nr_ranges;
	a[2] = l.hash;
	a[3] = l.nr_fragments;
	return err;
}

int memory_relinquish(struct spmc_ctx *self, uint64_t handle, uint32_t flags)
{
	struct mem_relinquish d = { handle, flags, 1, sp_id(self) };
	struct vffa_regs regs = { .x = { FID32(FN_MEM_RELINQUISH) } };

	mem_relinquish_encode(&d, sp_tx(self));
	sp_ffa(self, &regs);
	return sp_status(&regs);
}

int memory_pass_on(struct spmc_ctx *self, uint64_t *a)
{
	uint32_t type = (uint32_t)(a[0] >> 16) & FID_FN_MASK;
	uint16_t other = (uint8_t)(a[0] >> 24);
	uint32_t nr_pages = a[2] & 0xFFFFu;
	uint8_t perms = type == FN_MEM_DONATE	    ? 0
			: a[2] & BORROWER_READ_ONLY ? MEM_DATA_RO
						    : MEM_DATA_RW;
	const struct sp_ranges l = {
		.base = a[1] << PAGE_SHIFT_4K,
		.nr_ranges = 1 + (a[2] >> 16 & 0x7FFFu),
		.nr_pages = nr_pages,
		.gap = 2 * nr_pages,
	};
	const struct mem_desc d = {
		.sender = sp_id(self),
		.attrs = type == FN_MEM_SHARE || other ? MEM_ATTR_USUAL : 0,
		.tag = a[3],
		.nr_emads = other ? 2 : 1,
		.emads = { { .id = (uint16_t)a[0], .perms = perms, .composite = 1 },
			   { .id = other, .perms = perms, .composite = 1 } },
	};
	struct vffa_regs regs;

	send(self, type, &d, &l, &regs);
	a[0] = (uint32_t)regs.x[2];
	a[1] = (uint32_t)regs.x[3];
	return sp_status(&regs);
}

int memory_reclaim(struct spmc_ctx *self, uint64_t handle, uint32_t flags)
{
	struct vffa_regs regs = { .x = { FID32(FN_MEM_RECLAIM), (uint32_t)handle, handle >> 32,
					 flags } };

	sp_ffa(self, &regs);
	return sp_status(&regs);
}
