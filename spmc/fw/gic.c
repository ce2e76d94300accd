// SPDX-License-Identifier: GPL-2.0-only
/*
 * The redistributors' side of SGIs and the timer, and secure interrupts at the CPU interface. An SGI is made pending by a register of the target's
 * redistributor: that works between any two CPUs, and without the CPU interface.
 */
#include "gic.h"

#include "board.h"
#include "cpu.h"
#include "io.h"

#define GICR_STRIDE	 0x20000u
#define GICR_TYPER	 0x0008
#define GICR_TYPER_LAST	 (1u << 4)
#define GICR_IGROUPR0	 0x10080
#define GICR_ISENABLER0	 0x10100
#define GICR_ISPENDR0	 0x10200
#define GICR_IPRIORITYR0 0x10400
#define GICR_IGRPMODR0	 0x10d00

static uint64_t redistributors[FW_MAX_CPUS];

static uint64_t find_redistributor(void)
{
	uint64_t mpidr = read_sysreg(mpidr_el1);
	uint32_t affinity = (uint32_t)(mpidr & 0xffffff) | (uint32_t)(mpidr >> 8 & 0xff000000);
	uint64_t base = BOARD_GICR_BASE;

	for (;;) {
		uint64_t typer = io_read64(base + GICR_TYPER);

		if (typer >> 32 == affinity)
			return base;
		if (typer & GICR_TYPER_LAST)
			return 0;
		base += GICR_STRIDE;
	}
}

static void set_bit(uint64_t reg, unsigned int nr)
{
	io_write32(reg, io_read32(reg) | 1u << nr);
}

static void clear_bit(uint64_t reg, unsigned int nr)
{
	io_write32(reg, io_read32(reg) & ~(1u << nr));
}

static void give_sri(uint64_t base)
{
	clear_bit(base + GICR_IGRPMODR0, BOARD_SRI);
	set_bit(base + GICR_IGROUPR0, BOARD_SRI);
}

/* Secure Group 1, before whatever the normal world has. PPIs are level-triggered. */
static void take_timer(uint64_t base)
{
	uint64_t priority = base + GICR_IPRIORITYR0 + (BOARD_TIMER & ~3u);

	clear_bit(base + GICR_IGROUPR0, BOARD_TIMER);
	set_bit(base + GICR_IGRPMODR0, BOARD_TIMER);
	io_write32(priority, io_read32(priority) & ~(0xffu << BOARD_TIMER % 4 * 8));
	io_write32(base + GICR_ISENABLER0, 1u << BOARD_TIMER);
}

void gic_cpu_init(void)
{
	uint64_t base = find_redistributor();

	if (!base)
		return;
	give_sri(base);
	take_timer(base);
	redistributors[this_cpu()->index] = base;
}

void gic_raise_sri(unsigned int cpu)
{
	if (redistributors[cpu])
		io_write32(redistributors[cpu] + GICR_ISPENDR0, 1u << BOARD_SRI);
}

/* ICC_IAR1_EL1 and ICC_EOIR1_EL1, which are those of Secure Group 1 here. */
unsigned int gic_acknowledge(void)
{
	return (unsigned int)read_sysreg(s3_0_c12_c12_0) & 0xffffff;
}

void gic_end(unsigned int intid)
{
	write_sysreg(s3_0_c12_c12_1, intid);
	asm volatile("isb" : : : "memory");
}
