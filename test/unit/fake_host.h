/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the fake home's host: which page of a VM is where, who has pinned it, and what the relay
 * keeps about it. There are no bytes in it.
 */
#ifndef VFFA_TEST_FAKE_HOST_H
#define VFFA_TEST_FAKE_HOST_H

#include <vffa/abi.h>
#include <vffa/port.h>

/* Where it begins; with FAKE_HOST_PAGES, it is in the development SPMC's Non-secure memory. */
#define FAKE_HOST_BASE	0x40100000ull
#define FAKE_HOST_PAGES 2048u

/* It is divided among so many VMs. */
#define FAKE_HOST_VMS 4u

/**
 * struct fake_host - the memory
 * @nr_pages:  a power of two
 * @run:       pages of a VM that follow each other in the host as well; a power of two
 * @nr_leaves: how many of @leaves there are
 * @leaves:    of the relay: VFFA_LEAF_PAGES pages each
 * @nr_pins:   sum of @pins
 * @pins:      how often each page is pinned
 * @nr_given:  of them, pages that were given away: they stay pinned
 */
struct fake_host {
	uint32_t nr_pages;
	uint32_t run;
	uint32_t nr_leaves;
	struct vffa_leaf **leaves;
	uint32_t nr_pins;
	uint16_t *pins;
	uint32_t nr_given;
};

/**
 * fake_host_init() - memory that nobody uses
 * @host: zeroed, or initialised before
 * @nr_pages, @run: as in struct fake_host; 1 = no two neighbours, @nr_pages = all one after the other
 */
void fake_host_init(struct fake_host *host, uint32_t nr_pages, uint32_t run);

/** fake_host_fini() - free what it consists of */
void fake_host_fini(struct fake_host *host);

/**
 * fake_host_pa() - where a page is
 * @vm: 0 to FAKE_HOST_VMS - 1
 * @n:	page of that VM; fewer than @nr_pages / FAKE_HOST_VMS
 */
uint64_t fake_host_pa(const struct fake_host *host, unsigned int vm, uint32_t n);

/** fake_host_pin() - pin one page, or the opposite; false = it is not pinned */
void fake_host_pin(struct fake_host *host, uint64_t pa);
bool fake_host_unpin(struct fake_host *host, uint64_t pa);

/** fake_host_is_pinned() - is it RAM, and pinned */
bool fake_host_is_pinned(const struct fake_host *host, uint64_t pa);

/** fake_host_leaf() - where the pointer to a leaf is; NULL = that is not in the host's memory */
struct vffa_leaf **fake_host_leaf(struct fake_host *host, uint64_t nr);

#endif /* VFFA_TEST_FAKE_HOST_H */
