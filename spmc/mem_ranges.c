// SPDX-License-Identifier: GPL-2.0-only
/* Lists of address ranges. All are in one pool, chained, so that a list has any number. */
#include "mem.h"

#define NO_RANGE UINT32_MAX

void ranges_init_pool(struct spmc *s)
{
	for (uint32_t i = 0; i < s->cfg.nr_ranges; i++)
		s->cfg.ranges[i].next = i + 1 < s->cfg.nr_ranges ? i + 1 : NO_RANGE;
	s->free_range = s->cfg.nr_ranges ? 0 : NO_RANGE;
}

int ranges_add(struct spmc *s, struct range_list *l, const struct spmc_range *range)
{
	uint32_t i = s->free_range;

	if (i == NO_RANGE)
		return E_NO_MEMORY;
	s->free_range = s->cfg.ranges[i].next;
	s->cfg.ranges[i] = *range;
	s->cfg.ranges[i].next = NO_RANGE;
	if (l->nr_ranges) {
		s->cfg.ranges[l->last].next = i;
	} else {
		l->first = i;
		l->cursor = (struct range_cursor){ .range = i };
	}
	l->last = i;
	l->nr_ranges++;
	l->nr_pages += range->nr_pages;
	return 0;
}

void ranges_free(struct spmc *s, struct range_list *l)
{
	if (l->nr_ranges) {
		s->cfg.ranges[l->last].next = s->free_range;
		s->free_range = l->first;
	}
	*l = (struct range_list){ 0 };
}

static void rewind_cursor(struct range_list *l)
{
	l->cursor = (struct range_cursor){ .range = l->first };
}

static void step_cursor(const struct spmc *s, struct range_cursor *cur)
{
	const struct spmc_range *range = &s->cfg.ranges[cur->range];

	cur->nth++;
	cur->first_page += range->nr_pages;
	cur->range = range->next;
}

const struct spmc_range *ranges_nth(struct spmc *s, struct range_list *l, uint32_t i)
{
	if (i < l->cursor.nth)
		rewind_cursor(l);
	while (l->cursor.nth < i)
		step_cursor(s, &l->cursor);
	return &s->cfg.ranges[l->cursor.range];
}

uint64_t ranges_page(struct spmc *s, struct range_list *l, uint32_t i)
{
	if (i < l->cursor.first_page)
		rewind_cursor(l);
	while (i - l->cursor.first_page >= s->cfg.ranges[l->cursor.range].nr_pages)
		step_cursor(s, &l->cursor);
	return s->cfg.ranges[l->cursor.range].base +
	       ((uint64_t)(i - l->cursor.first_page) << PAGE_SHIFT_4K);
}

bool ranges_find(struct spmc *s, struct range_list *l, uint64_t address, uint32_t *page)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->nr_ranges; i++) {
		const struct spmc_range *range = ranges_nth(s, l, i);

		if (address - range->base < (uint64_t)range->nr_pages << PAGE_SHIFT_4K) {
			*page = n + (uint32_t)((address - range->base) >> PAGE_SHIFT_4K);
			return true;
		}
		n += range->nr_pages;
	}
	return false;
}
