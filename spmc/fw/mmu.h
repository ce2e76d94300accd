/* SPDX-License-Identifier: GPL-2.0-only */
/* The SPMC's address space: itself, devices, and a window for memory of the normal world. */
#ifndef SPMC_FW_MMU_H
#define SPMC_FW_MMU_H

#include <vffa/env.h>

/**
 * mmu_build() - fill in the tables
 *
 * Runs once, before any MMU is on; boot.S turns it on afterwards, on every CPU.
 */
void mmu_build(void);

/**
 * mmu_alloc() - memory for good, from what the image leaves
 * @size: in bytes
 *
 * It is zeroed, begins and ends on a page, and a page without a mapping lies before it. Only while
 * nothing but the boot CPU runs.
 *
 * Return: NULL when there is not so much left.
 */
void *mmu_alloc(size_t size);

/**
 * mmu_map_ns() - make Non-secure pages addressable, each call at addresses of its own
 * @pa:	      first byte, 4 KiB aligned
 * @nr_pages: of 4 KiB
 * @write:    else read alone
 *
 * From any CPU and any stack. A page without a mapping follows, so that who runs over the end is
 * noticed.
 *
 * Return: the address; NULL when the window has no room left.
 */
void *mmu_map_ns(uint64_t pa, uint32_t nr_pages, bool write);

/** mmu_unmap_ns() - undo one mmu_map_ns(); the addresses fault from then on, on every CPU */
void mmu_unmap_ns(void *va, uint32_t nr_pages);

#endif /* SPMC_FW_MMU_H */
