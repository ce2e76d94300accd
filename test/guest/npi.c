// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's own GIC, as far as waiting for the notification pending interrupt goes, and an alarm. At
 * EL1; what a hypervisor does with its GIC is in gic.c.
 *
 * Interrupts stay masked: WFI ends when one is pending all the same, and reading IAR takes it.
 */
#include "board.h"

#define GICD_CTLR	      ((volatile uint32_t *)0x08000000ul)
#define GICD_CTLR_ENABLE_GRP1 (1u << 1)

#define GICR_BASE	0x080a0000ul
#define GICR_STRIDE	0x20000ul
#define GICR_WAKER	0x14ul
#define GICR_ISENABLER0 0x10100ul

#define WAKER_PROCESSOR_SLEEP (1u << 1)
#define WAKER_CHILDREN_ASLEEP (1u << 2)

#define TIMER	   27u	       /* PPI of the virtual timer: it ends the wait */
#define CANDIDATES 0x83ffff00u /* what may be the interrupt: SGIs from 8 on, PPIs but for timers' */
#define SPURIOUS   1020u       /* and above: nothing is pending */

#define TIMER_ENABLE 1u

static bool started[BOARD_MAX_CPUS];

static uint64_t read_counter(void)
{
	uint64_t value;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(value)::"memory");
	return value;
}

static uint64_t ticks(uint64_t ms)
{
	uint64_t freq;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(freq));
	return ms * (freq / 1000);
}

static void start_cpu_interface(void)
{
	__asm__ volatile("msr s3_0_c12_c12_5, %0; isb\n" /* ICC_SRE_EL1 */
			 "msr s3_0_c4_c6_0, %1\n"	 /* ICC_PMR_EL1 */
			 "msr s3_0_c12_c12_7, %0; isb"	 /* ICC_IGRPEN1_EL1 */
			 :
			 : "r"((uint64_t)1), "r"((uint64_t)0xff)
			 : "memory");
}

/* CPUs are numbered in Aff0, as their redistributors are. */
static void start(unsigned int cpu)
{
	uintptr_t base = GICR_BASE + cpu * GICR_STRIDE;
	volatile uint32_t *waker = (volatile uint32_t *)(base + GICR_WAKER);

	*GICD_CTLR |= GICD_CTLR_ENABLE_GRP1;
	*waker &= ~WAKER_PROCESSOR_SLEEP;
	while (*waker & WAKER_CHILDREN_ASLEEP)
		;
	*(volatile uint32_t *)(base + GICR_ISENABLER0) = CANDIDATES | 1u << TIMER;
	start_cpu_interface();
	started[cpu] = true;
}

void npi_forget(unsigned int cpu)
{
	started[cpu] = false;
}

/* Not TVAL: that has 32 bits, with a sign, and counters go at up to 1 GHz. */
static void start_timer(uint64_t end)
{
	__asm__ volatile("msr cntv_cval_el0, %0; msr cntv_ctl_el0, %1; isb"
			 :
			 : "r"(end), "r"((uint64_t)TIMER_ENABLE));
}

static void stop_timer(void)
{
	__asm__ volatile("msr cntv_ctl_el0, xzr; isb");
}

/* Return: the interrupt that was pending, and is not any more; SPURIOUS and above = none. */
static uint32_t take(void)
{
	uint64_t intid;

	__asm__ volatile("mrs %0, s3_0_c12_c12_0; dsb sy"
			 : "=r"(intid)::"memory"); /* ICC_IAR1_EL1 */
	if (intid < SPURIOUS)
		__asm__ volatile("msr s3_0_c12_c12_1, %0; isb" ::"r"(intid)); /* ICC_EOIR1_EL1 */
	return (uint32_t)intid;
}

static uint32_t take_npi(void)
{
	uint32_t intid = take();

	if (intid == TIMER)
		stop_timer();
	return intid < 32 && CANDIDATES >> intid & 1 ? intid : 0;
}

void npi_begin(unsigned int cpu)
{
	if (!started[cpu])
		start(cpu);
}

void npi_alarm(uint64_t ms)
{
	start_timer(read_counter() + ticks(ms));
}

/* It is level-triggered: nothing is pending any more. */
void npi_stop_alarm(void)
{
	stop_timer();
}

uint32_t npi_wait(unsigned int cpu, uint64_t ms)
{
	uint64_t end = read_counter() + ticks(ms);
	uint32_t intid;

	npi_begin(cpu);
	while (!(intid = take_npi()) && read_counter() < end) {
		start_timer(end);
		__asm__ volatile("wfi" ::: "memory");
	}
	stop_timer();
	return intid;
}
