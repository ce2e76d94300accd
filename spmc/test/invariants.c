// SPDX-License-Identifier: GPL-2.0-only
/* What is true of an SPMC whenever no call is inside; looked up the slow and obvious way. */
#include "invariants.h"

static uint64_t ranges_of(const struct mem_region *r)
{
	uint64_t nr = r->ranges.nr_ranges;

	for (uint32_t i = 0; i < r->nr_borrowers; i++)
		nr += r->borrowers[i].at.nr_ranges;
	return nr;
}

/* Every range is in one list or in the pool. */
static bool ranges_add_up(const struct spmc *s)
{
	uint64_t nr = 0;

	for (uint32_t i = s->free_range; i < s->cfg.nr_ranges; i = s->cfg.ranges[i].next)
		nr++;
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS; i++)
		nr += s->regions[i].state == REGION_FREE ? 0 : ranges_of(&s->regions[i]);
	return nr == s->cfg.nr_ranges;
}

/* Every page is as often shared as regions have it. */
static bool shares_add_up(const struct spmc *s)
{
	uint64_t nr = 0;

	for (uint32_t i = 0; i < s->cfg.ram_pages; i++)
		nr += s->cfg.pages[i].nr_shares;
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS; i++)
		nr -= s->regions[i].state == REGION_LIVE ? s->regions[i].ranges.nr_pages : 0;
	return !nr;
}

static bool pages_make_sense(const struct spmc *s)
{
	for (uint32_t i = 0; i < s->cfg.ram_pages; i++) {
		const struct spmc_page *page = &s->cfg.pages[i];
		bool is_sent = page->use == PAGE_SHARED || page->use == PAGE_LENT;

		if (page->is_stamped || is_sent != (page->nr_shares > 0))
			return false;
		if (page->nr_shares > 1 && page->use != PAGE_SHARED)
			return false;
	}
	return true;
}

static unsigned int nr_buffer_pages(const struct mailbox *mb)
{
	return mb->is_mapped ? 2 * mb->nr_pages : 0;
}

/* Every page that is kept for buffers is part of one. */
static bool buffers_add_up(const struct spmc *s)
{
	unsigned int nr = nr_buffer_pages(&s->hyp);

	for (unsigned int i = 0; i < SPMC_MAX_VMS; i++)
		nr += s->vms[i].used ? nr_buffer_pages(&s->vms[i].mailbox) : 0;
	for (uint32_t i = 0; i < s->cfg.ram_pages; i++)
		nr -= s->cfg.pages[i].use == PAGE_BUFFER;
	return !nr;
}

/* Nobody runs; and who waits for a partition is blocked. */
static bool contexts_make_sense(const struct spmc *s)
{
	for (unsigned int i = 0; i < s->nr_parts; i++) {
		for (unsigned int j = 0; j < s->parts[i].nr_ctxs; j++) {
			const struct spmc_ctx *ctx = &s->parts[i].ctxs[j];

			if (ctx->state == CTX_RUNNING)
				return false;
			if (ctx->state == CTX_WAITING || !ctx->caller)
				continue;
			if (ctx->caller->state != CTX_BLOCKED)
				return false;
		}
	}
	return true;
}

const char *spmc_find_inconsistency(const struct spmc *s)
{
	if (!ranges_add_up(s))
		return "ranges are lost or used twice";
	if (!shares_add_up(s))
		return "pages are shared without a region, or the other way round";
	if (!pages_make_sense(s))
		return "a page is in an impossible state";
	if (!buffers_add_up(s))
		return "pages are kept for buffers that are not there, or the other way round";
	if (!contexts_make_sense(s))
		return "a context is in an impossible state";
	return NULL;
}
