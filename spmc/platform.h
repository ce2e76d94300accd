/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a home of the development SPMC provides: a process of tests, or firmware.
 *
 * The SPMC touches the world through these operations alone. README.md tells what a home does and
 * in which order.
 */
#ifndef SPMC_PLATFORM_H
#define SPMC_PLATFORM_H

#include <vffa/env.h>

/* A stack with a place to go on from. The home defines it. */
struct spmc_coro;

/* map(): how the pages are used */
#define SPMC_MAP_WRITE 0x1u /* read and write; else read alone */

/**
 * struct spmc_platform - operations of a home
 *
 * "home" is the pointer given in struct spmc_config. Unless said otherwise an operation is called
 * on the SPMC's own stack, with the lock held and every interrupt masked, and returns at once.
 */
struct spmc_platform {
	/**
	 * @map: make Non-secure pages addressable, as normal write-back memory
	 *
	 * The same page may be mapped more than once.
	 *
	 * Return: the first byte, or NULL when that is not possible.
	 */
	void *(*map)(void *home, uint64_t pa, uint32_t nr_pages, unsigned int how);

	/** @unmap: undo one map(). */
	void (*unmap)(void *home, void *va, uint32_t nr_pages);

	/**
	 * @lock, @unlock: the one lock of the SPMC
	 *
	 * Never taken twice, never across ctx_enter(), never on a partition's stack.
	 */
	void (*lock)(void *home);
	void (*unlock)(void *home);

	/** @now_ns: a clock that does not go back. Any stack. */
	uint64_t (*now_ns)(void *home);

	/**
	 * @ctx_create: a stack of its own on which entry(arg) will run, from the first ctx_enter() on
	 *
	 * entry never returns. Called from spmc_init() only.
	 *
	 * Return: the context; NULL when no memory is left.
	 */
	struct spmc_coro *(*ctx_create)(void *home, void (*entry)(void *arg), void *arg);

	/**
	 * @ctx_enter: go on in a context; returns when the context calls ctx_leave()
	 *
	 * @cpu is the one this runs on; the same context may be entered on another one next time.
	 * Called without the lock. With @interruptible the context runs with Non-secure interrupts
	 * unmasked: when one arrives the home saves what it has to on the context's own stack and
	 * calls spmc_preempt() there, which returns when the context is resumed. Secure interrupts
	 * are unmasked then, too: see spmc_interrupt(). All interrupts are masked again when this
	 * returns.
	 */
	void (*ctx_enter)(void *home, unsigned int cpu, struct spmc_coro *co, bool interruptible);

	/**
	 * @ctx_leave: back to where this context was entered; returns at its next ctx_enter()
	 *
	 * Called on the context's own stack, without the lock, interrupts as they may be; restores
	 * what it found.
	 */
	void (*ctx_leave)(void *home, struct spmc_coro *co);

	/**
	 * @irq_pending: should the partition that runs on @cpu be preempted now
	 *
	 * Asked at points of preemption in partitions' code, on the partition's stack, by a home
	 * without interrupts. NULL where interrupts are real.
	 */
	bool (*irq_pending)(void *home, unsigned int cpu);

	/** @raise_sri: make the schedule receiver interrupt pending for the normal world on @cpu. */
	void (*raise_sri)(void *home, unsigned int cpu);

	/**
	 * @set_timer: have spmc_interrupt() called on @cpu when now_ns() has come to @at_ns
	 *
	 * Instead of when it was to be before; never, where @at_ns is 0. @cpu is the one this runs
	 * on.
	 */
	void (*set_timer)(void *home, unsigned int cpu, uint64_t at_ns);

	/** @log: text for the console; not terminated by a zero. spmc_init() does not hold the lock. */
	void (*log)(void *home, const char *text, size_t len);
};

#endif /* SPMC_PLATFORM_H */
