// SPDX-License-Identifier: GPL-2.0-only
/*
 * The firmware as a home of the SPMC: starts it, and gives it the operations of ../platform.h.
 */
#include "../state.h"

#include "board_info.h"
#include "clock.h"
#include "console.h"
#include "coro.h"
#include "cpu.h"
#include "gic.h"
#include "mmu.h"
#include "panic.h"
#include "spmd.h"

/* Ranges of all memory transactions at a time. */
#define NR_RANGES 65536u

static_assert(SPMC_MAX_CPUS <= FW_MAX_CPUS, "stacks for every CPU");
static_assert(sizeof(struct fw_cpu) == 16, "the shift in boot.S");

struct fw_cpu fw_cpus[FW_MAX_CPUS];

static struct spmc spmc;
static struct spinlock lock;

/* boot.S */
void fw_main(const void *manifest);
void fw_secondary(void);
void fw_secondary_main(void);

static void *home_map(void *home, uint64_t pa, uint32_t nr_pages, unsigned int how)
{
	return mmu_map_ns(pa, nr_pages, how & SPMC_MAP_WRITE);
}

static void home_unmap(void *home, void *va, uint32_t nr_pages)
{
	mmu_unmap_ns(va, nr_pages);
}

static void home_lock(void *home)
{
	spin_lock(&lock);
}

static void home_unlock(void *home)
{
	spin_unlock(&lock);
}

static uint64_t home_now_ns(void *home)
{
	return clock_now_ns();
}

static struct spmc_coro *home_ctx_create(void *home, void (*entry)(void *arg), void *arg)
{
	return coro_create(entry, arg);
}

static void home_ctx_enter(void *home, unsigned int cpu, struct spmc_coro *co, bool interruptible)
{
	coro_enter(co, interruptible);
}

static void home_ctx_leave(void *home, struct spmc_coro *co)
{
	coro_leave(co);
}

static void home_raise_sri(void *home, unsigned int cpu)
{
	gic_raise_sri(cpu);
}

static void home_set_timer(void *home, unsigned int cpu, uint64_t at_ns)
{
	clock_alarm(at_ns);
}

static void home_log(void *home, const char *text, size_t len)
{
	console_write(text, len);
}

static const struct spmc_platform platform = {
	.map = home_map,
	.unmap = home_unmap,
	.lock = home_lock,
	.unlock = home_unlock,
	.now_ns = home_now_ns,
	.ctx_create = home_ctx_create,
	.ctx_enter = home_ctx_enter,
	.ctx_leave = home_ctx_leave,
	.raise_sri = home_raise_sri,
	.set_timer = home_set_timer,
	.log = home_log,
};

static void call(struct vffa_regs *regs)
{
	spmc_call(&spmc, this_cpu()->index, regs);
}

static void preempt(unsigned int cpu)
{
	spmc_preempt(&spmc, cpu);
}

static void interrupt(unsigned int cpu)
{
	spmc_interrupt(&spmc, cpu);
}

static void stop_partition(struct fw_frame *frame, void (*stop)(unsigned int cpu))
{
	if (coro_preempt(stop))
		frame->spsr &= ~(uint64_t)(DAIF_I | DAIF_F);
	else
		frame->spsr |= DAIF_I | DAIF_F;
}

void fw_preempt(struct fw_frame *frame)
{
	stop_partition(frame, preempt);
}

/* The timer is stopped before the interrupt ends, or it would be pending again. */
static bool take_timer_interrupt(void)
{
	unsigned int intid = gic_acknowledge();

	if (intid >= GIC_FIRST_SPECIAL)
		return false;
	if (intid == BOARD_TIMER)
		clock_alarm(0);
	gic_end(intid);
	return intid == BOARD_TIMER;
}

void fw_interrupt(struct fw_frame *frame)
{
	if (take_timer_interrupt())
		stop_partition(frame, interrupt);
}

static void interrupt_normal_world(void)
{
	if (take_timer_interrupt())
		interrupt(this_cpu()->index);
}

static _Noreturn void run_cpu(void)
{
	struct fw_cpu *cpu = this_cpu();

	cpu->index = cpu_index_of_mpidr(read_sysreg(mpidr_el1));
	cpu->current = NULL;
	clock_alarm(0);
	gic_cpu_init();
	spmc_cpu_init(&spmc, cpu->index);
	spmd_serve(spmc.cfg.id, call, interrupt_normal_world);
}

static void print_banner(const struct board_info *board)
{
	char text[] = "spmc: FF-A 1.x at S-EL2\n";

	text[sizeof("spmc: FF-A 1.") - 1] = (char)('0' + board->minor);
	console_puts(text);
}

void fw_main(const void *manifest)
{
	struct board_info board;
	struct spmc_config cfg = {
		.ops = &platform,
		.sri_intid = BOARD_SRI,
		.manifests = spmc_manifests,
		.nr_manifests = spmc_nr_manifests,
		.images = spmc_images,
		.nr_images = spmc_nr_images,
	};

	console_init();
	board_read(manifest, &board);
	cfg.minor = board.minor;
	cfg.id = board.spmc_id;
	cfg.nr_cpus = board.nr_cpus;
	cfg.ram_base = board.ram_base;
	cfg.ram_pages = board.ram_pages;
	cfg.pages = mmu_alloc(board.ram_pages * sizeof(*cfg.pages));
	cfg.ranges = mmu_alloc(NR_RANGES * sizeof(*cfg.ranges));
	cfg.nr_ranges = NR_RANGES;
	if (!cfg.pages || !cfg.ranges)
		fw_panic("the machine has more memory than the SPMC can keep books of");
	if (spmc_init(&spmc, &cfg))
		fw_panic("spmc_init() failed");
	if (!spmd_register_secondary(fw_secondary))
		fw_panic("the SPMD takes no entry point for other CPUs");
	print_banner(&board);
	run_cpu();
}

void fw_secondary_main(void)
{
	run_cpu();
}
