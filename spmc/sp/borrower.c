// SPDX-License-Identifier: GPL-2.0-only
/*
 * Retrieves memory, reads, writes and sums it up, relinquishes it now, later or never, as it is told;
 * and passes on what was donated to it.
 */
#include "images.h"

#include "../ffa.h"
#include "memory.h"
#include "proto.h"

#define WORDS_PER_PAGE (PAGE_SIZE_4K / 8)

/**
 * struct borrower - what it remembers
 * @later: handle to be relinquished when it next gets cycles
 * @place: where it will ask for memory to be; nowhere in particular without ranges
 * @first: address of the first page it got last
 */
struct borrower {
	uint64_t later;
	struct sp_ranges place;
	uint64_t first;
};

/* The address a command names by its page number; 0 = that of the first page it got last. */
static uint64_t address_of(struct spmc_ctx *self, uint64_t page)
{
	const struct borrower *b = sp_data(self);

	return page ? page << PAGE_SHIFT_4K : b->first;
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
		page = sp_region_map(self, sp_handle(a), nth, true);
		if (!page)
			return nth ? 0 : E_DENIED;
		fill_page(page, nth, a[2]);
		sp_unmap(self, page);
		sp_poll(self);
	}
}

static int sum(struct spmc_ctx *self, uint64_t *a)
{
	uint64_t handle = sp_handle(a);
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

static int read_at(struct spmc_ctx *self, uint64_t *a)
{
	uint64_t *page = sp_map_at(self, address_of(self, a[0]), false);

	if (!page)
		return E_DENIED;
	a[0] = (uint32_t)page[0];
	a[1] = page[0] >> 32;
	sp_unmap(self, page);
	return 0;
}

static int write_at(struct spmc_ctx *self, const uint64_t *a)
{
	uint64_t *page = sp_map_at(self, address_of(self, a[0]), true);

	if (!page)
		return E_DENIED;
	page[0] = a[1];
	sp_unmap(self, page);
	return 0;
}

/* Where the next RETRIEVE wants the memory. */
static int place(struct spmc_ctx *self, const uint64_t *a)
{
	struct borrower *b = sp_data(self);

	b->place = (struct sp_ranges){
		.base = a[0] << PAGE_SHIFT_4K,
		.nr_ranges = a[1] & 0xFFFFu,
		.nr_pages = a[1] >> 16 & 0xFFFFu,
		.gap = (uint32_t)a[2],
		.per_fragment = (uint32_t)a[3],
	};
	return 0;
}

static int retrieve(struct spmc_ctx *self, uint64_t *a)
{
	struct borrower *b = sp_data(self);
	struct sp_ranges at = b->place;

	b->place = (struct sp_ranges){ 0 };
	return memory_retrieve(self, a, &at, &b->first);
}

static int serve(struct spmc_ctx *self, uint64_t *args)
{
	struct borrower *b = sp_data(self);
	uint64_t *a = args + 1;

	switch (args[0]) {
	case BORROWER_RETRIEVE:
		return retrieve(self, a);
	case BORROWER_RELINQUISH:
		return memory_relinquish(self, sp_handle(a), (uint32_t)a[2]);
	case BORROWER_RELINQUISH_LATER:
		b->later = sp_handle(a);
		return 0;
	case BORROWER_FILL:
		return fill(self, a);
	case BORROWER_SUM:
		return sum(self, a);
	case BORROWER_PASS_ON:
		a[1] = address_of(self, a[1]) >> PAGE_SHIFT_4K;
		return memory_pass_on(self, a);
	case BORROWER_RECLAIM:
		return memory_reclaim(self, sp_handle(a), (uint32_t)a[2]);
	case BORROWER_PLACE:
		return place(self, a);
	case BORROWER_READ_AT:
		return read_at(self, a);
	case BORROWER_WRITE_AT:
		return write_at(self, a);
	default:
		return E_INVALID;
	}
}

static void relinquish_later(struct spmc_ctx *self, const struct vffa_regs *regs)
{
	struct borrower *b = sp_data(self);

	if (b->later)
		(void)memory_relinquish(self, b->later, 0);
	b->later = 0;
}

void sp_borrower(struct spmc_ctx *self)
{
	(void)sp_map_buffers(self);
	sp_serve(self, &(struct sp_service){ .serve = serve, .other = relinquish_later });
}
