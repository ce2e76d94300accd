/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses that partitions choose for what they retrieve. */
#ifndef SPMC_MEM_WINDOW_H
#define SPMC_MEM_WINDOW_H

#include "mem.h"

/**
 * window_check() - may a partition have memory at these addresses
 * @s:	locked
 * @id: the partition
 * @l:	page-aligned
 *
 * Return: 0; E_INVALID two overlap; E_DENIED outside the window, or something is there.
 */
int window_check(struct spmc *s, uint16_t id, struct range_list *l);

/**
 * window_find() - what a partition has at an address
 * @s:	     locked
 * @id:	     the partition
 * @address: chosen by it, or a physical one
 * @write:   only what it may write
 * @pa:	     out: the page there
 *
 * Return: false: nothing that it has retrieved and not relinquished.
 */
bool window_find(struct spmc *s, uint16_t id, uint64_t address, bool write, uint64_t *pa);

#endif /* SPMC_MEM_WINDOW_H */
