// SPDX-License-Identifier: GPL-2.0-only
/* Records of memory transactions. Ranges are in one pool, chained, so that a region has any number. */
#include "mem.h"

#define NO_RANGE UINT32_MAX

void region_init(struct spmc *s)
{
	for (uint32_t i = 0; i < s->cfg.nr_ranges; i++)
		s->cfg.ranges[i].next = i + 1 < s->cfg.nr_ranges ? i + 1 : NO_RANGE;
	s->free_range = s->cfg.nr_ranges ? 0 : NO_RANGE;
}

struct mem_region *region_create(struct spmc *s)
{
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS; i++) {
		struct mem_region *r = &s->regions[i];

		if (r->state != REGION_FREE)
			continue;
		memset(r, 0, sizeof(*r));
		r->state = REGION_SENDING;
		/* Bit 63 is clear: allocated by the SPMC. No handle comes twice. */
		r->handle = ++s->last_serial << 16 | (i + 1);
		r->first = NO_RANGE;
		r->last = NO_RANGE;
		return r;
	}
	return NULL;
}

void region_destroy(struct spmc *s, struct mem_region *r)
{
	if (r->last != NO_RANGE) {
		s->cfg.ranges[r->last].next = s->free_range;
		s->free_range = r->first;
	}
	r->state = REGION_FREE;
}

struct mem_region *region_find(struct spmc *s, uint64_t handle)
{
	uint64_t i = (handle & 0xFFFFu) - 1;

	if (i >= SPMC_MAX_REGIONS || s->regions[i].handle != handle ||
	    s->regions[i].state == REGION_FREE)
		return NULL;
	return &s->regions[i];
}

struct mem_borrower *region_borrower(struct mem_region *r, uint16_t id)
{
	for (uint32_t i = 0; i < r->nr_borrowers; i++) {
		if (r->borrowers[i].emad.id == id)
			return &r->borrowers[i];
	}
	return NULL;
}

int region_add_range(struct spmc *s, struct mem_region *r, const struct spmc_range *range)
{
	uint32_t i = s->free_range;

	if (i == NO_RANGE)
		return E_NO_MEMORY;
	s->free_range = s->cfg.ranges[i].next;
	s->cfg.ranges[i] = *range;
	s->cfg.ranges[i].next = NO_RANGE;
	if (r->last == NO_RANGE) {
		r->first = i;
		r->cursor = (struct region_cursor){ .range = i };
	} else {
		s->cfg.ranges[r->last].next = i;
	}
	r->last = i;
	r->nr_ranges++;
	r->nr_pages += range->nr_pages;
	return 0;
}

static void rewind_cursor(struct mem_region *r)
{
	r->cursor = (struct region_cursor){ .range = r->first };
}

static void step_cursor(const struct spmc *s, struct region_cursor *cur)
{
	const struct spmc_range *range = &s->cfg.ranges[cur->range];

	cur->nth++;
	cur->first_page += range->nr_pages;
	cur->range = range->next;
}

const struct spmc_range *region_range(struct spmc *s, struct mem_region *r, uint32_t i)
{
	if (i < r->cursor.nth)
		rewind_cursor(r);
	while (r->cursor.nth < i)
		step_cursor(s, &r->cursor);
	return &s->cfg.ranges[r->cursor.range];
}

uint64_t region_page(struct spmc *s, struct mem_region *r, uint32_t i)
{
	if (i < r->cursor.first_page)
		rewind_cursor(r);
	while (i - r->cursor.first_page >= s->cfg.ranges[r->cursor.range].nr_pages)
		step_cursor(s, &r->cursor);
	return s->cfg.ranges[r->cursor.range].base +
	       ((uint64_t)(i - r->cursor.first_page) << PAGE_SHIFT_4K);
}

void region_zero(struct spmc *s, struct mem_region *r)
{
	for (uint32_t i = 0; i < r->nr_pages; i++) {
		void *va = s->cfg.ops->map(s->cfg.home, region_page(s, r, i), 1, SPMC_MAP_WRITE);

		if (!va)
			continue;
		memset(va, 0, PAGE_SIZE_4K);
		s->cfg.ops->unmap(s->cfg.home, va, 1);
	}
}
