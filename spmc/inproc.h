/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A home for the SPMC in a process of tests: memory that stands for the normal world's, stacks, and
 * interrupts that come when a test wants them. Any number of them; any threads as CPUs.
 */
#ifndef SPMC_INPROC_H
#define SPMC_INPROC_H

#include <stdint.h>
#include <vffa/regs.h>

#include "spmc.h"

struct spmc_inproc;

#define SPMC_INPROC_RAM_BASE 0x40000000ull

/**
 * struct spmc_inproc_options - what differs from the usual; zero = usual
 * @version_minor: one more than the minor version to speak; 0 = the newest
 * @nr_cpus:	   0 = 2
 * @ram_pages:	   0 = 4096 (16 MiB)
 * @rxtx_granule, @rxtx_max_pages: as in struct spmc_config
 * @manifests, @nr_manifests: NULL = those of sp/
 */
struct spmc_inproc_options {
	unsigned int version_minor;
	unsigned int nr_cpus;
	uint32_t ram_pages;
	unsigned int rxtx_granule;
	unsigned int rxtx_max_pages;
	const struct spmc_manifest *manifests;
	unsigned int nr_manifests;
};

/**
 * spmc_inproc_create() - an SPMC whose partitions have started up
 * @opt: NULL = everything as usual
 *
 * Return: to be destroyed; NULL when memory is short or a manifest is wrong.
 */
struct spmc_inproc *spmc_inproc_create(const struct spmc_inproc_options *opt);

/* End it, whatever its partitions do. No call is inside. NULL is fine. */
void spmc_inproc_destroy(struct spmc_inproc *p);

/* The SPMC itself. */
struct spmc *spmc_inproc_spmc(struct spmc_inproc *p);

/* One SMC of the normal world from @cpu. */
void spmc_inproc_call(struct spmc_inproc *p, unsigned int cpu, struct vffa_regs *regs);

/* The memory at a physical address of the normal world, which must be in RAM. */
void *spmc_inproc_ram(struct spmc_inproc *p, uint64_t pa);

/* Have the next @n points of preemption on @cpu preempt; n < 0: all, until told otherwise. */
void spmc_inproc_irq(struct spmc_inproc *p, unsigned int cpu, int n);

/**
 * spmc_inproc_timer() - the normal world runs until @cpu's timer fires
 *
 * The SPMC's time goes forward as far as it has to. While partitions run, the timer fires by itself
 * at the points where they may be preempted.
 *
 * Return: false when the timer is not set.
 */
bool spmc_inproc_timer(struct spmc_inproc *p, unsigned int cpu);

/* The interrupt FFA_FEATURES names, and how often the SPMC has raised it. */
#define SPMC_INPROC_SRI 8u
unsigned int spmc_inproc_nr_sris(const struct spmc_inproc *p);

/* Have the @nth attempt from now to map memory fail; 0 = none. */
void spmc_inproc_fail_map(struct spmc_inproc *p, unsigned int nth);

/* How many pages the SPMC and its partitions have mapped. */
unsigned int spmc_inproc_nr_mapped(const struct spmc_inproc *p);

/* The end of what was written to the console. */
const char *spmc_inproc_console(const struct spmc_inproc *p);

#endif /* SPMC_INPROC_H */
