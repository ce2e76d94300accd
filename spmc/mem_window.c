// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses that partitions choose for what they retrieve. Each has a window of its own for them;
 * everything else it has is at its physical address.
 */
#include "mem_window.h"

#include "mailbox.h"

static bool is_in_window(const struct spmc_range *range)
{
	uint64_t first = (range->base - SPMC_WINDOW_BASE) >> PAGE_SHIFT_4K;

	return range->base >= SPMC_WINDOW_BASE && first < SPMC_WINDOW_PAGES &&
	       range->nr_pages <= SPMC_WINDOW_PAGES - first;
}

/* False: some of it is marked already. */
static bool mark(uint8_t *map, const struct spmc_range *range)
{
	uint32_t first = (uint32_t)((range->base - SPMC_WINDOW_BASE) >> PAGE_SHIFT_4K);
	bool clear = true;

	for (uint32_t i = first; i < first + range->nr_pages; i++) {
		clear &= !(map[i / 8] >> i % 8 & 1);
		map[i / 8] |= (uint8_t)(1u << i % 8);
	}
	return clear;
}

static bool mark_all(struct spmc *s, struct range_list *l)
{
	bool clear = true;

	for (uint32_t i = 0; i < l->nr_ranges; i++)
		clear &= mark(s->window, ranges_nth(s, l, i));
	return clear;
}

static bool are_in_window(struct spmc *s, struct range_list *l)
{
	for (uint32_t i = 0; i < l->nr_ranges; i++) {
		if (!is_in_window(ranges_nth(s, l, i)))
			return false;
	}
	return true;
}

int window_check(struct spmc *s, uint16_t id, struct range_list *l)
{
	if (!are_in_window(s, l))
		return E_DENIED;
	memset(s->window, 0, sizeof(s->window));
	if (!mark_all(s, l))
		return E_INVALID;
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS; i++) {
		struct mem_region *r = &s->regions[i];
		struct mem_borrower *b = r->state == REGION_LIVE ? region_borrower(r, id) : NULL;

		if (b && b->is_retrieved && !mark_all(s, &b->at))
			return E_DENIED;
	}
	return 0;
}

/* Which page of a region a borrower has at an address? */
static bool has_at(struct spmc *s, struct mem_region *r, struct mem_borrower *b, uint64_t address,
		   uint32_t *nth)
{
	return ranges_find(s, b->at.nr_ranges ? &b->at : &r->ranges, address, nth);
}

bool window_find(struct spmc *s, uint16_t id, uint64_t address, bool write, uint64_t *pa)
{
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS; i++) {
		struct mem_region *r = &s->regions[i];
		struct mem_borrower *b = r->state == REGION_LIVE ? region_borrower(r, id) : NULL;
		uint32_t nth;

		if (!b || !b->is_retrieved || (write && !b->can_write))
			continue;
		if (has_at(s, r, b, address, &nth)) {
			*pa = ranges_page(s, &r->ranges, nth);
			return true;
		}
	}
	*pa = address & ~(uint64_t)(PAGE_SIZE_4K - 1);
	return is_ram(s, *pa, 1) && pages_is_owned(s, *pa, id);
}
