/* SPDX-License-Identifier: GPL-2.0-only */
/* What may be in a memory transaction descriptor. Nothing in here has an effect. */
#ifndef SPMC_MEM_CHECK_H
#define SPMC_MEM_CHECK_H

#include "mem.h"

/**
 * mem_check_send() - may this be sent
 * @c:	  by whom
 * @type: FN_MEM_SHARE, FN_MEM_LEND or FN_MEM_DONATE
 * @d:	  descriptor
 *
 * Return: 0; E_INVALID; E_DENIED.
 */
int mem_check_send(const struct call *c, uint32_t type, const struct mem_desc *d);

/* May this range follow those that are in the region? E_INVALID malformed; E_DENIED no memory. */
int mem_check_range(const struct spmc *s, const struct mem_region *r,
		    const struct spmc_range *range);

/**
 * mem_check_retrieve() - may this be retrieved
 * @s:	locked
 * @r:	region, live
 * @b:	who asks: one of its borrowers
 * @d:	the request
 *
 * Return: 0; E_INVALID; E_DENIED.
 */
int mem_check_retrieve(struct spmc *s, struct mem_region *r, const struct mem_borrower *b,
		       const struct mem_desc *d);

/* The bits of a transaction that tell its type, in descriptors to borrowers. */
uint32_t mem_type_bits(const struct mem_region *r);

#endif /* SPMC_MEM_CHECK_H */
