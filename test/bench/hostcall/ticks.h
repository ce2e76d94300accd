/* SPDX-License-Identifier: GPL-2.0-only */
/* What the modules here measure with: ticks of the counter, and the median of some. */
#ifndef VFFA_BENCH_TICKS_H
#define VFFA_BENCH_TICKS_H

#include <linux/sched.h>
#include <linux/sort.h>

#include <asm/barrier.h>
#include <asm/sysreg.h>

static inline u64 ticks(void)
{
	isb();
	return read_sysreg(cntvct_el0);
}

static int compare_ticks(const void *a, const void *b)
{
	u64 x = *(const u64 *)a;
	u64 y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Of @nr samples, which are sorted then. */
static inline u64 median_ticks(u64 *samples, size_t nr)
{
	sort(samples, nr, sizeof(*samples), compare_ticks, NULL);
	return samples[nr / 2];
}

/* Nobody else is to run meanwhile, however long it takes. */
static inline void begin_ticks(void)
{
	sched_set_fifo(current);
}

static inline void end_ticks(void)
{
	sched_set_normal(current, 0);
}

#endif /* VFFA_BENCH_TICKS_H */
