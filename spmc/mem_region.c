// SPDX-License-Identifier: GPL-2.0-only
/* Records of memory transactions. */
#include "mem.h"

/* No handle of ours comes twice; with bit 63 clear it is ours. */
static uint64_t new_handle(struct spmc *s, unsigned int i)
{
	return ++s->last_serial << 16 | (i + 1);
}

struct mem_region *region_create(struct spmc *s, uint64_t handle)
{
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS; i++) {
		struct mem_region *r = &s->regions[i];

		if (r->state != REGION_FREE)
			continue;
		memset(r, 0, sizeof(*r));
		r->state = REGION_SENDING;
		r->handle = handle ? handle : new_handle(s, i);
		return r;
	}
	return NULL;
}

void region_destroy(struct spmc *s, struct mem_region *r)
{
	for (uint32_t i = 0; i < r->nr_borrowers; i++)
		ranges_free(s, &r->borrowers[i].at);
	ranges_free(s, &r->ranges);
	r->state = REGION_FREE;
}

struct mem_region *region_find(struct spmc *s, uint64_t handle)
{
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS; i++) {
		if (s->regions[i].state != REGION_FREE && s->regions[i].handle == handle)
			return &s->regions[i];
	}
	return NULL;
}

struct mem_borrower *region_borrower(struct mem_region *r, uint16_t id)
{
	for (uint32_t i = 0; i < r->nr_borrowers; i++) {
		if (r->borrowers[i].emad.id == id)
			return &r->borrowers[i];
	}
	return NULL;
}

void region_zero(struct spmc *s, struct mem_region *r)
{
	for (uint32_t i = 0; i < r->ranges.nr_pages; i++) {
		void *va = s->cfg.ops->map(s->cfg.home, ranges_page(s, &r->ranges, i), 1,
					   SPMC_MAP_WRITE);

		if (!va)
			continue;
		memset(va, 0, PAGE_SIZE_4K);
		s->cfg.ops->unmap(s->cfg.home, va, 1);
	}
}
