/* SPDX-License-Identifier: GPL-2.0-only */
/* This CPU: what is kept for each, interrupt mask, system registers, the one kind of lock. */
#ifndef SPMC_FW_CPU_H
#define SPMC_FW_CPU_H

#include <vffa/env.h>

#include "board.h"

#define read_sysreg(name)                                                                          \
	({                                                                                         \
		uint64_t val_;                                                                     \
		asm volatile("mrs %0, " #name : "=r"(val_) : : "memory");                          \
		val_;                                                                              \
	})

#define write_sysreg(name, val)                                                                    \
	asm volatile("msr " #name ", %0" : : "r"((uint64_t)(val)) : "memory")

#define DAIF_I (1u << 7)
#define DAIF_F (1u << 6)

struct spmc_coro;

/**
 * struct fw_cpu - a CPU; only that CPU itself uses it
 * @index:   0 to FW_MAX_CPUS - 1
 * @current: the coroutine it is in; NULL = it is on its own stack
 */
struct fw_cpu {
	unsigned int index;
	struct spmc_coro *current;
};

/* Not to be kept across a coroutine's leaving: it may go on elsewhere. */
static inline struct fw_cpu *this_cpu(void)
{
	return (struct fw_cpu *)read_sysreg(tpidr_el2);
}

/* CPUs are numbered by the lowest affinity: QEMU puts up to 16 of them into a cluster. */
static inline unsigned int cpu_index_of_mpidr(uint64_t mpidr)
{
	return mpidr & 0xff;
}

/* Non-secure interrupts come as FIQ here, secure ones as IRQ. No other kind is ever unmasked. */
static inline void interrupts_unmask(void)
{
	asm volatile("msr daifclr, #3" : : : "memory");
}

static inline uint64_t interrupts_save(void)
{
	uint64_t daif = read_sysreg(daif);

	asm volatile("msr daifset, #3" : : : "memory");
	return daif;
}

static inline void interrupts_restore(uint64_t daif)
{
	write_sysreg(daif, daif);
}

struct spinlock {
	bool held;
};

/* With interrupts masked, always: the holder must not be preempted. */
static inline void spin_lock(struct spinlock *l)
{
	while (__atomic_exchange_n(&l->held, true, __ATOMIC_ACQUIRE))
		asm volatile("yield");
}

static inline void spin_unlock(struct spinlock *l)
{
	__atomic_store_n(&l->held, false, __ATOMIC_RELEASE);
}

#endif /* SPMC_FW_CPU_H */
