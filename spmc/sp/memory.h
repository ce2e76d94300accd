/* SPDX-License-Identifier: GPL-2.0-only */
/* How partitions send, retrieve and give back memory. Commands' arguments are those of proto.h. */
#ifndef SPMC_SP_MEMORY_H
#define SPMC_SP_MEMORY_H

#include "../sp.h"

/**
 * struct sp_ranges - ranges of memory, all alike
 * @base:	  address of the first
 * @nr_pages:	  in each
 * @gap:	  pages from one's beginning to the next one's
 * @per_fragment: how many of them a fragment may have; 0 = as many as TX holds
 */
struct sp_ranges {
	uint64_t base;
	uint32_t nr_ranges;
	uint32_t nr_pages;
	uint32_t gap;
	uint32_t per_fragment;
};

/* A handle in two arguments. */
static inline uint64_t sp_handle(const uint64_t *a)
{
	return (uint32_t)a[0] | a[1] << 32;
}

/*
 * BORROWER_RETRIEVE: have it at @at, if that has ranges. A status; the results are in @a, and the
 * address of the first page in @first.
 */
int memory_retrieve(struct spmc_ctx *self, uint64_t *a, const struct sp_ranges *at,
		    uint64_t *first);
int memory_relinquish(struct spmc_ctx *self, uint64_t handle, uint32_t flags);

/* BORROWER_PASS_ON: share, lend or donate pages that were donated. */
int memory_pass_on(struct spmc_ctx *self, uint64_t *a);
int memory_reclaim(struct spmc_ctx *self, uint64_t handle, uint32_t flags);

#endif /* SPMC_SP_MEMORY_H */
