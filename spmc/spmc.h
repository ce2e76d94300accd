/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The development SPMC: FF-A's other side, for tests and for people without secure firmware.
 *
 * The relay and this SPMC share no code that knows the ABI: what one of them misread shows.
 * struct spmc is in state.h, for homes to embed.
 */
#ifndef SPMC_SPMC_H
#define SPMC_SPMC_H

#include <vffa/env.h>
#include <vffa/regs.h>

#include "platform.h"

#define SPMC_MAX_CPUS		 8
#define SPMC_MAX_PARTS		 32
#define SPMC_MAX_UUIDS		 8 /* per partition */
#define SPMC_MAX_VMS		 64
#define SPMC_MAX_VCPUS		 64 /* of a VM that takes notifications */
#define SPMC_MAX_VM_BUFFER_PAGES 16 /* of a VM's RX or TX */
#define SPMC_MAX_MINOR		 2
#define SPMC_MAX_FAULTS		 8

#define SPMC_MAX_BORROWERS 16  /* of one region */
#define SPMC_MAX_REGIONS   256 /* memory transactions under way */
#define SPMC_MAX_PAUSED	   4   /* operations on memory that are paused */

/* Where partitions may have memory appear that they retrieve: far from everybody's. */
#define SPMC_WINDOW_BASE  0x4000000000ull
#define SPMC_WINDOW_PAGES 65536u

struct spmc;
struct spmc_ctx;

/**
 * struct spmc_image - code of a partition
 * @name:  what a manifest calls it ("vffa,image")
 * @entry: runs once in each execution context, on its stack; never returns
 */
struct spmc_image {
	const char *name;
	void (*entry)(struct spmc_ctx *self);
};

/**
 * struct spmc_manifest - a partition's FF-A manifest
 * @dtb:  flattened device tree, 8-byte aligned
 * @size: in bytes
 */
struct spmc_manifest {
	const void *dtb;
	size_t size;
};

/* The partitions of spmc/sp/, manifests and code. */
extern const struct spmc_image spmc_images[];
extern const unsigned int spmc_nr_images;
extern const struct spmc_manifest spmc_manifests[];
extern const unsigned int spmc_nr_manifests;

/* What is known of one page of the normal world. Zero at first. */
struct spmc_page {
	/* private: */
	uint16_t owner;	 /* a partition's id; 0 = someone in the normal world */
	uint16_t sender; /* who shares or lends it */
	uint8_t use;	 /* enum page_use */
	uint8_t nr_shares;
	bool is_stamped; /* while a transaction is checked */
};

/* One range of a memory transaction, in the pool all of them share. */
struct spmc_range {
	/* private: */
	uint64_t base;
	uint32_t nr_pages;
	uint32_t next;
};

/**
 * struct spmc_config - what an SPMC is built from
 * @ops, @home:	  operations of the home, and its argument to them. Borrowed for good
 * @minor:	  FF-A 1.@minor is the highest version spoken, 0 to SPMC_MAX_MINOR
 * @id:		  endpoint id of the SPMC, usually 0x8000
 * @nr_cpus:	  1 to SPMC_MAX_CPUS
 * @ram_base, @ram_pages: the normal world's memory; what lies elsewhere is refused
 * @pages:	  @ram_pages entries, zeroed. Borrowed for good
 * @ranges, @nr_ranges: the pool of ranges: as many as the regions that are shared, lent and donated
 *		  at any time have in all. Borrowed for good
 * @sri_intid:	  schedule receiver interrupt, an SGI; 0 = none
 * @rxtx_granule: of RX/TX buffers, as FFA_FEATURES tells it: 0 = 4 KiB, 1 = 64 KiB, 2 = 16 KiB
 * @rxtx_max_pages: largest RX or TX buffer; 0 = as large as the ABI allows
 * @manifests, @nr_manifests: the partitions. Borrowed for good
 * @images, @nr_images: their code. Borrowed for good
 */
struct spmc_config {
	const struct spmc_platform *ops;
	void *home;
	unsigned int minor;
	uint16_t id;
	unsigned int nr_cpus;
	uint64_t ram_base;
	uint32_t ram_pages;
	struct spmc_page *pages;
	struct spmc_range *ranges;
	uint32_t nr_ranges;
	unsigned int sri_intid;
	unsigned int rxtx_granule;
	unsigned int rxtx_max_pages;
	const struct spmc_manifest *manifests;
	unsigned int nr_manifests;
	const struct spmc_image *images;
	unsigned int nr_images;
};

/**
 * spmc_init() - read the manifests and create every execution context
 * @s:	 to initialise
 * @cfg: copied
 *
 * No partition has run when this returns: see spmc_cpu_init(). Runs before anything else, on one
 * CPU, without the lock.
 *
 * Return: 0, or a negative FF-A status: INVALID_PARAMETERS (-2) the configuration or a manifest,
 * NO_MEMORY (-3). What was wrong is on the console.
 */
int spmc_init(struct spmc *s, const struct spmc_config *cfg);

/**
 * spmc_cpu_init() - let the partitions start up on a CPU
 * @s:	 initialised
 * @cpu: the one this runs on; CPU 0 first
 *
 * Runs each pinned context of this CPU and, on CPU 0, each context that may migrate, until it
 * waits. Calling it again for the same CPU (which was off meanwhile) does nothing.
 */
void spmc_cpu_init(struct spmc *s, unsigned int cpu);

/**
 * spmc_call() - serve one SMC of the normal world (NS physical instance)
 * @s:	  initialised
 * @cpu:  the one this runs on
 * @regs: in: x0-x17 as the caller had them; out: as it gets them back
 *
 * May run partition code. Several CPUs may be inside at a time.
 */
void spmc_call(struct spmc *s, unsigned int cpu, struct vffa_regs *regs);

/**
 * spmc_preempt() - a Non-secure interrupt has arrived while a partition runs
 * @s:	 initialised
 * @cpu: the one this runs on
 *
 * Called on the partition's own stack, between spmc_platform.ctx_enter() and ctx_leave(). The
 * normal world gets FFA_INTERRUPT. Returns when FFA_RUN resumes the context, maybe on another CPU.
 */
void spmc_preempt(struct spmc *s, unsigned int cpu);

/**
 * spmc_interrupt() - a CPU's timer has fired
 * @s:	 initialised
 * @cpu: the one this runs on
 *
 * Called without the lock: on the home's own stack when the normal world was interrupted, which goes
 * on as it was when this returns; or on the stack of the partition that was, like spmc_preempt().
 * May run partition code. The home has stopped the timer: it is set again if need be.
 */
void spmc_interrupt(struct spmc *s, unsigned int cpu);

/*
 * Faults on request: what the SPMC does wrong towards the normal world, on purpose. In process tests
 * call spmc_fault_set(); on the machine the control partition does, asked by direct messages, which
 * no fault ever touches. What is to go wrong with the answer of a call that an interrupt stops goes
 * wrong with the answer of the FFA_RUN that finishes it.
 */

/* FAULT_SLOW: how slow a call may be made. */
#define SPMC_FAULT_MAX_SLOW_NS 10000000000ull

/**
 * enum fault_kind - what goes wrong
 * @FAULT_ERROR:       FFA_ERROR with status @value; the call is not served
 * @FAULT_ERROR_AFTER: the same, but the call has been served
 * @FAULT_REG:	       register @index of the answer is @value: another function id, ids, counts,
 *		       lengths, sizes
 * @FAULT_STOP:	       the call is not served: the answer is function id @value (FFA_INTERRUPT or
 *		       FFA_YIELD) for the context that would have run
 * @FAULT_SLOW:	       the call takes @value nanoseconds, as do calls of other CPUs meanwhile
 * @FAULT_PAUSE:       an operation on memory is paused, whether its caller allows that or not:
 *		       FFA_MEM_OP_RESUME has to be called @value times
 * @FAULT_RX:	       the eight bytes at @index of the hypervisor's RX buffer are @value
 */
enum fault_kind {
	FAULT_ERROR,
	FAULT_ERROR_AFTER,
	FAULT_REG,
	FAULT_STOP,
	FAULT_RX,
	FAULT_SLOW,
	FAULT_PAUSE,
	NR_FAULT_KINDS,
};

/**
 * struct spmc_fault - one fault
 * @fid:   of the calls it befalls; 0 = all
 * @kind:  enum fault_kind
 * @index: depends on @kind
 * @value: depends on @kind
 * @skip:  so many matching calls are left alone first
 * @times: then so many get it; 0 = all, until spmc_fault_clear()
 */
struct spmc_fault {
	uint32_t fid;
	uint32_t kind;
	uint32_t index;
	uint64_t value;
	uint32_t skip;
	uint32_t times;
};

/**
 * spmc_fault_set() - have a fault happen
 * @s:	   not locked
 * @fault: copied
 *
 * Return: 0; INVALID_PARAMETERS (-2) @fault makes no sense; NO_MEMORY (-3) SPMC_MAX_FAULTS are set.
 */
int spmc_fault_set(struct spmc *s, const struct spmc_fault *fault);

/* Have no more faults happen. Operations that are paused are never finished. */
void spmc_fault_clear(struct spmc *s);

#endif /* SPMC_SPMC_H */
