/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of functions. */
#ifndef SPMC_DISPATCH_H
#define SPMC_DISPATCH_H

#include "call.h"

/**
 * spmc_dispatch() - serve one call of the normal world or of a partition
 * @c: everything but @next is filled in
 *
 * On return c->next says where to go on; what that side is to see is in its registers.
 */
void spmc_dispatch(struct call *c);

/**
 * spmc_offers() - is a function served to this caller
 * @c:	 the caller
 * @fid: function id in either width
 * @w2:	 properties asked for; those offered are returned here and in @w3
 *
 * Return: 0 or E_NOT_SUPPORTED.
 */
int spmc_offers(const struct call *c, uint32_t fid, uint32_t in, uint32_t *w2, uint32_t *w3);

#endif /* SPMC_DISPATCH_H */
