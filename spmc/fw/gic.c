// SPDX-License-Identifier: GPL-2.0-only
/*
 * The redistributors' side of SGIs. An SGI is made pending by a register of the target's
 * redistributor: that works between any two CPUs, and without the CPU interface.
 */
#include "gic.h"

#include "board.h"
#include "cpu.h"
#include "io.h"

#define GICR_STRIDE	0x20000u
#define GICR_TYPER	0x0008
#define GICR_TYPER_LAST (1u << 4)
#define GICR_IGROUPR0	0x10080
#define GICR_ISPENDR0	0x10200
#define GICR_IGRPMODR0	0x10d00

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

void gic_cpu_init(void)
{
	uint64_t base = find_redistributor();

	if (!base)
		return;
	io_write32(base + GICR_IGRPMODR0, io_read32(base + GICR_IGRPMODR0) & ~(1u << BOARD_SRI));
	io_write32(base + GICR_IGROUPR0, io_read32(base + GICR_IGROUPR0) | 1u << BOARD_SRI);
	redistributors[this_cpu()->index] = base;
}

void gic_raise_sri(unsigned int cpu)
{
	if (redistributors[cpu])
		io_write32(redistributors[cpu] + GICR_ISPENDR0, 1u << BOARD_SRI);
}
