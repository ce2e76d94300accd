// SPDX-License-Identifier: GPL-2.0-only
/* The architected counter, and the Secure EL2 physical timer: nobody else uses that one. */
#include "clock.h"

#include "cpu.h"

#define NS_PER_S 1000000000ull

#define TIMER_ENABLE 1u

uint64_t clock_now_ns(void)
{
	uint64_t frequency = read_sysreg(cntfrq_el0);
	uint64_t ticks = read_sysreg(cntpct_el0);

	return ticks / frequency * NS_PER_S + ticks % frequency * NS_PER_S / frequency;
}

/* Rounded up: when the timer fires it is not too early. */
static uint64_t ticks_at(uint64_t ns)
{
	uint64_t frequency = read_sysreg(cntfrq_el0);

	return ns / NS_PER_S * frequency + ns % NS_PER_S * frequency / NS_PER_S + 1;
}

void clock_alarm(uint64_t at_ns)
{
	if (at_ns)
		write_sysreg(cnthps_cval_el2, ticks_at(at_ns));
	write_sysreg(cnthps_ctl_el2, at_ns ? TIMER_ENABLE : 0);
	asm volatile("isb" : : : "memory");
}
