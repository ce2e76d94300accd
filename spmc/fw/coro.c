// SPDX-License-Identifier: GPL-2.0-only
/* Coroutines. Who runs where is for the SPMC to decide; two CPUs never enter one at a time. */
#include "coro.h"

#include "board.h"
#include "cpu.h"
#include "mmu.h"
#include "panic.h"

/**
 * struct spmc_coro - see coro.h
 * @sp:		   where it goes on, while it is left
 * @cpu_sp:	   where the CPU that is in it goes on
 * @interruptible: as its last entry said
 * @preempted:	   it was left, or is about to be, in the exception vector
 */
struct spmc_coro {
	uint64_t sp;
	uint64_t cpu_sp;
	void (*entry)(void *arg);
	void *arg;
	bool interruptible;
	bool preempted;
} __attribute__((aligned(16))); /* as a stack is */

/* What coro_switch() pops. */
struct switch_frame {
	uint64_t x29;
	uint64_t x30;
	uint64_t x19;
	uint64_t x20_to_x28[9];
};

/* switch.S */
void coro_switch(uint64_t *save_sp, uint64_t load_sp);
void coro_start(void);
void coro_main(struct spmc_coro *co);

/* It lies at the top of its stack. */
struct spmc_coro *coro_create(void (*entry)(void *arg), void *arg)
{
	char *stack = mmu_alloc(FW_STACK_SIZE);
	struct switch_frame *frame;
	struct spmc_coro *co;

	if (!stack)
		return NULL;

	co = (struct spmc_coro *)(stack + FW_STACK_SIZE) - 1;
	frame = (struct switch_frame *)co - 1;
	*frame = (struct switch_frame){ .x19 = (uintptr_t)co, .x30 = (uintptr_t)coro_start };
	co->sp = (uintptr_t)frame;
	co->entry = entry;
	co->arg = arg;
	return co;
}

/* First on its stack; interrupts are masked. */
void coro_main(struct spmc_coro *co)
{
	if (co->interruptible)
		interrupts_unmask();
	co->entry(co->arg);
	fw_panic("a partition's entry function returned");
}

void coro_enter(struct spmc_coro *co, bool interruptible)
{
	struct fw_cpu *cpu = this_cpu();

	co->interruptible = interruptible;
	cpu->current = co;
	coro_switch(&co->cpu_sp, co->sp);
	cpu->current = NULL;
}

void coro_leave(struct spmc_coro *co)
{
	interrupts_save();
	coro_switch(&co->sp, co->cpu_sp);
	/* The vector does it with the saved state instead. */
	if (co->interruptible && !co->preempted)
		interrupts_unmask();
}

bool coro_preempt(void (*stop)(unsigned int cpu))
{
	struct spmc_coro *co = this_cpu()->current;

	if (!co)
		fw_panic("an interrupt where it was masked");
	co->preempted = true;
	stop(this_cpu()->index);
	co->preempted = false;
	return co->interruptible;
}
