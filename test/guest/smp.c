// SPDX-License-Identifier: GPL-2.0-only
/* The guest's vCPUs: started by PSCI when first needed, then waiting for work from vCPU 0. */
#include "board.h"

#define PSCI_CPU_OFF	0x84000002u
#define PSCI_CPU_ON_64	0xC4000003u
#define PSCI_ALREADY_ON ((uint64_t)-4)

/* A vCPU that shall go off needs as long as a busy machine gives it. */
#define PLUG_TRIES 20000

/*
 * vCPU 0 fills fn and arg, then sets busy (release); the vCPU runs and clears it (release). WFE
 * only saves time: the SEV that goes with each change may be missed without harm, as the waiting
 * loops look again.
 */
struct cpu {
	bool started;
	bool busy;
	void (*fn)(void *arg, unsigned int cpu);
	void *arg;
};

static struct cpu cpus[BOARD_MAX_CPUS];

static unsigned int barrier_count;
static unsigned int barrier_round;

void secondary_entry(void);
void resume_entry(void);
bool cpu_off(uint64_t index, uint64_t fid, uint64_t smc);
void smp_secondary(uint64_t index);

static void wait_for_event(void)
{
	__asm__ volatile("wfe" ::: "memory");
}

static void send_event(void)
{
	__asm__ volatile("dsb ish; sev" ::: "memory");
}

uint64_t psci_call(const struct board *board, uint32_t fid, uint64_t a, uint64_t b, uint64_t c)
{
	struct vffa_regs regs = { .x = { fid, a, b, c } };

	if (board->psci_smc)
		conduit_smc(&regs, &regs);
	else
		conduit_hvc(&regs, &regs);
	return regs.x[0];
}

void smp_secondary(uint64_t index)
{
	struct cpu *cpu = &cpus[index];

	for (;;) {
		while (!__atomic_load_n(&cpu->busy, __ATOMIC_ACQUIRE))
			wait_for_event();
		cpu->fn(cpu->arg, (unsigned int)index);
		__atomic_store_n(&cpu->busy, false, __ATOMIC_RELEASE);
		send_event();
	}
}

static bool start_cpu(const struct board *board, unsigned int i)
{
	if (i == 0 || cpus[i].started)
		return true;
	if (psci_call(board, PSCI_CPU_ON_64, board->mpidr[i], (uintptr_t)secondary_entry, i) != 0)
		return false;
	cpus[i].started = true;
	return true;
}

static void give_work(unsigned int i, void (*fn)(void *arg, unsigned int cpu), void *arg)
{
	cpus[i].fn = fn;
	cpus[i].arg = arg;
	__atomic_store_n(&cpus[i].busy, true, __ATOMIC_RELEASE);
	send_event();
}

static void wait_for_work(unsigned int i)
{
	while (__atomic_load_n(&cpus[i].busy, __ATOMIC_ACQUIRE))
		wait_for_event();
}

bool smp_run(const struct board *board, unsigned int first, unsigned int nr,
	     void (*fn)(void *arg, unsigned int cpu), void *arg)
{
	unsigned int i;

	if (first >= board->nr_cpus || nr > board->nr_cpus - first)
		return false;
	for (i = first; i < first + nr; i++) {
		if (!start_cpu(board, i))
			return false;
	}
	for (i = first; i < first + nr; i++) {
		if (i)
			give_work(i, fn, arg);
	}
	if (first == 0)
		fn(arg, 0);
	for (i = first; i < first + nr; i++) {
		if (i)
			wait_for_work(i);
	}
	return true;
}

bool smp_unplug(const struct board *board, unsigned int cpu)
{
	npi_forget(cpu);
	return cpu_off(cpu, PSCI_CPU_OFF, board->psci_smc);
}

bool smp_plug(const struct board *board, unsigned int cpu)
{
	uint64_t ret = PSCI_ALREADY_ON;
	unsigned int i;

	if (cpu >= board->nr_cpus)
		return false;
	for (i = 0; i < PLUG_TRIES && ret == PSCI_ALREADY_ON; i++) {
		if (i)
			board_wait(1);
		ret = psci_call(board, PSCI_CPU_ON_64, board->mpidr[cpu], (uintptr_t)resume_entry,
				cpu);
	}
	return ret == 0;
}

void smp_barrier(unsigned int nr)
{
	unsigned int round = __atomic_load_n(&barrier_round, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&barrier_count, 1, __ATOMIC_ACQ_REL) == nr) {
		__atomic_store_n(&barrier_count, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&barrier_round, round + 1, __ATOMIC_RELEASE);
		return;
	}
	while (__atomic_load_n(&barrier_round, __ATOMIC_ACQUIRE) == round)
		;
}
