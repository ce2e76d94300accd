// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who owns which page of the normal world's memory, and who else has it.
 *
 * Among endpoints of the normal world the SPMC cannot know the owner: it believes the hypervisor.
 *
 * SPEC-NOTE: a page that is shared may be shared again by the same sender, as stock drivers do; the
 * specification's state machine would deny it.
 */
#include "mem.h"

#include "mailbox.h"

static struct spmc_page *page_at(const struct spmc *s, uint64_t pa)
{
	return &s->cfg.pages[(pa - s->cfg.ram_base) >> PAGE_SHIFT_4K];
}

typedef void visit_fn(struct spmc_page *page, const struct mem_region *r);

static void visit_range(const struct spmc *s, const struct mem_region *r,
			const struct spmc_range *range, visit_fn *visit)
{
	struct spmc_page *page = page_at(s, range->base);

	for (uint32_t i = 0; i < range->nr_pages; i++)
		visit(&page[i], r);
}

static void visit_all(const struct spmc *s, const struct mem_region *r, visit_fn *visit)
{
	const struct spmc_range *ranges = s->cfg.ranges;
	uint32_t n = r->ranges.first;

	for (uint32_t i = 0; i < r->ranges.nr_ranges; i++, n = ranges[n].next)
		visit_range(s, r, &ranges[n], visit);
}

static bool is_owner(const struct spmc_page *page, uint16_t id)
{
	return id & ID_SECURE ? page->owner == id : !(page->owner & ID_SECURE);
}

static int check_page(struct spmc_page *page, const struct mem_region *r)
{
	if (page->is_stamped)
		return E_INVALID;
	if (!is_owner(page, r->sender))
		return E_DENIED;
	if (page->use == PAGE_SHARED && r->type == FN_MEM_SHARE && page->sender == r->sender &&
	    page->nr_shares < UINT8_MAX)
		return 0;
	return page->use == PAGE_FREE ? 0 : E_DENIED;
}

static void unstamp(struct spmc_page *page, const struct mem_region *r)
{
	page->is_stamped = false;
}

/* Stamps show where ranges overlap. */
static int stamp_range(const struct spmc *s, const struct mem_region *r,
		       const struct spmc_range *range)
{
	struct spmc_page *page = page_at(s, range->base);
	int err = 0;

	for (uint32_t i = 0; i < range->nr_pages && !err; i++) {
		err = check_page(&page[i], r);
		page[i].is_stamped = true;
	}
	return err;
}

static void take(struct spmc_page *page, const struct mem_region *r)
{
	page->is_stamped = false;
	page->use = r->type == FN_MEM_SHARE ? PAGE_SHARED : PAGE_LENT;
	page->sender = r->sender;
	page->nr_shares++;
}

int pages_take(struct spmc *s, const struct mem_region *r)
{
	const struct spmc_range *ranges = s->cfg.ranges;
	uint32_t n = r->ranges.first;
	int err = 0;

	for (uint32_t i = 0; i < r->ranges.nr_ranges && !err; i++, n = ranges[n].next)
		err = stamp_range(s, r, &ranges[n]);
	visit_all(s, r, err ? unstamp : take);
	return err;
}

static void give_back(struct spmc_page *page, const struct mem_region *r)
{
	if (!--page->nr_shares)
		page->use = PAGE_FREE;
}

void pages_give_back(struct spmc *s, const struct mem_region *r)
{
	visit_all(s, r, give_back);
}

/* A donated page's new owner is its only borrower. */
static void donate(struct spmc_page *page, const struct mem_region *r)
{
	uint16_t to = r->borrowers[0].emad.id;

	page->use = PAGE_FREE;
	page->nr_shares = 0;
	page->owner = to & ID_SECURE ? to : 0;
}

void pages_donate(struct spmc *s, const struct mem_region *r)
{
	visit_all(s, r, donate);
}

bool pages_is_owned(const struct spmc *s, uint64_t pa, uint16_t id)
{
	const struct spmc_page *page = page_at(s, pa);

	return page->owner == id && page->use != PAGE_LENT;
}

bool pages_are_free(const struct spmc *s, uint64_t pa, uint32_t nr_pages)
{
	const struct spmc_page *page = page_at(s, pa);

	for (uint32_t i = 0; i < nr_pages; i++) {
		if (page[i].use != PAGE_FREE || page[i].owner & ID_SECURE)
			return false;
	}
	return true;
}

bool pages_may_be_read(const struct spmc *s, uint64_t pa, uint32_t nr_pages)
{
	const struct spmc_page *page = page_at(s, pa);

	for (uint32_t i = 0; i < nr_pages; i++) {
		if (page[i].owner & ID_SECURE || page[i].use == PAGE_LENT)
			return false;
	}
	return true;
}

void pages_keep(struct spmc *s, uint64_t pa, uint32_t nr_pages, bool keep)
{
	struct spmc_page *page = page_at(s, pa);

	for (uint32_t i = 0; i < nr_pages; i++)
		page[i].use = keep ? PAGE_BUFFER : PAGE_FREE;
}
