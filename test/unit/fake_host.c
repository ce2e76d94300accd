// SPDX-License-Identifier: GPL-2.0-only
/* Memory of the fake home's host. What is a mistake of the relay's is said in fake_port.c. */
#include "fake_host.h"

#include <stdlib.h>

/* Odd, and far from small multiples of powers of two: neighbours get far away from each other. */
#define STEP 1103u

#define FIRST_LEAF (FAKE_HOST_BASE / FFA_PAGE_SIZE / VFFA_LEAF_PAGES)

static uint32_t nr_possible_leaves(const struct fake_host *host)
{
	return host->nr_pages / VFFA_LEAF_PAGES;
}

void fake_host_init(struct fake_host *host, uint32_t nr_pages, uint32_t run)
{
	if (host->nr_pages != nr_pages || host->nr_pins || host->nr_leaves) {
		fake_host_fini(host);
		host->nr_pages = nr_pages;
		host->leaves = calloc(nr_possible_leaves(host), sizeof(host->leaves[0]));
		host->pins = calloc(nr_pages, sizeof(host->pins[0]));
		if (!host->leaves || !host->pins)
			abort();
	}
	host->run = run;
}

void fake_host_fini(struct fake_host *host)
{
	for (uint32_t i = 0; host->leaves && i < nr_possible_leaves(host); i++)
		free(host->leaves[i]);
	free(host->leaves);
	free(host->pins);
	*host = (struct fake_host){ 0 };
}

uint64_t fake_host_pa(const struct fake_host *host, unsigned int vm, uint32_t n)
{
	uint32_t h = vm * (host->nr_pages / FAKE_HOST_VMS) + n;
	uint32_t in_run = h & (host->run - 1);

	/* Runs are moved, each as a whole: STEP is odd, so that no two get to the same place. */
	h = ((h - in_run) * STEP & (host->nr_pages - 1)) + in_run;
	return FAKE_HOST_BASE + (uint64_t)h * FFA_PAGE_SIZE;
}

static uint16_t *pins_of(struct fake_host *host, uint64_t pa)
{
	return &host->pins[(pa - FAKE_HOST_BASE) / FFA_PAGE_SIZE];
}

void fake_host_pin(struct fake_host *host, uint64_t pa)
{
	++*pins_of(host, pa);
	host->nr_pins++;
}

bool fake_host_unpin(struct fake_host *host, uint64_t pa)
{
	if (!*pins_of(host, pa))
		return false;
	--*pins_of(host, pa);
	host->nr_pins--;
	return true;
}

bool fake_host_is_pinned(const struct fake_host *host, uint64_t pa)
{
	uint64_t n = (pa - FAKE_HOST_BASE) / FFA_PAGE_SIZE;

	return pa >= FAKE_HOST_BASE && n < host->nr_pages && host->pins[n];
}

struct vffa_leaf **fake_host_leaf(struct fake_host *host, uint64_t nr)
{
	if (nr < FIRST_LEAF || nr - FIRST_LEAF >= nr_possible_leaves(host))
		return NULL;
	return &host->leaves[nr - FIRST_LEAF];
}
