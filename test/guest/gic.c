// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GIC of a hypervisor whose interrupts stay masked: they are only looked at, and made pending so
 * that partitions are preempted. QEMU's "virt" machine; TF-A has set up the distributor.
 */
#include "board.h"

#define GICR_BASE	0x080a0000ul
#define GICR_STRIDE	0x20000ul
#define GICR_ISENABLER0 0x10100ul
#define GICR_ISPENDR0	0x10200ul
#define GICR_ICPENDR0	0x10280ul

#define GICD_CTLR	      ((volatile uint32_t *)0x08000000ul)
#define GICD_CTLR_ENABLE_GRP1 (1u << 1) /* as the normal world sees it */

#define ICC_SRE_SRE    1u
#define ICC_SRE_ENABLE 8u

/* FF-A's schedule receiver interrupt, as both secure worlds of the machine have it. */
#define SRI 8u
/* Nobody else's: an SGI, and the physical timer of EL2, to which EL1's names lead with E2H set. */
#define PREEMPTING_SGI 0u
#define ALARM_PPI      26u

#define TIMER_ON 1u

/* Of the CPU this runs on. CPUs are numbered in Aff0, as their redistributors are. */
static volatile uint32_t *redistributor(unsigned long offset)
{
	uint64_t mpidr;

	__asm__ volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
	return (volatile uint32_t *)(GICR_BASE + (mpidr & 0xff) * GICR_STRIDE + offset);
}

bool gic_take_sri(void)
{
	if (!(*redistributor(GICR_ISPENDR0) & 1u << SRI))
		return false;
	*redistributor(GICR_ICPENDR0) = 1u << SRI;
	return true;
}

/* Enough of the CPU interface that the secure world is interrupted. */
static void enable_interrupts(void)
{
	*GICD_CTLR |= GICD_CTLR_ENABLE_GRP1;
	*redistributor(GICR_ISENABLER0) = 1u << PREEMPTING_SGI | 1u << ALARM_PPI;
	__asm__ volatile("msr s3_4_c12_c9_5, %0; isb\n" /* ICC_SRE_EL2 */
			 "msr s3_0_c4_c6_0, %1\n"	/* ICC_PMR_EL1 */
			 "msr s3_0_c12_c12_7, %2; isb"	/* ICC_IGRPEN1_EL1 */
			 :
			 : "r"((uint64_t)(ICC_SRE_SRE | ICC_SRE_ENABLE)), "r"((uint64_t)0xff),
			   "r"((uint64_t)1)
			 : "memory");
}

void gic_interrupt(bool pending)
{
	if (pending)
		enable_interrupts();
	*redistributor(pending ? GICR_ISPENDR0 : GICR_ICPENDR0) = 1u << PREEMPTING_SGI;
}

static void set_timer(uint64_t ticks, uint64_t control)
{
	__asm__ volatile("msr cntp_tval_el0, %0\n"
			 "msr cntp_ctl_el0, %1\n"
			 "isb"
			 :
			 : "r"(ticks), "r"(control)
			 : "memory");
}

void gic_alarm(uint64_t ms)
{
	uint64_t freq;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(freq));
	enable_interrupts();
	set_timer(ms * (freq / 1000), TIMER_ON);
}

void gic_stop_alarm(void)
{
	set_timer(0, 0);
}
