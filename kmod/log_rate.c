// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much of what guests log the host's log takes: a guest that goes on for ever must not rotate away
 * what others have said. A reset does not give a guest a new burst.
 */
#include "log_rate.h"

#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>

#define BURST 50

static uint max_vm_log = 6;
module_param(max_vm_log, uint, 0644);
MODULE_PARM_DESC(max_vm_log,
		 "lines a minute that one VM may log, after its first 50 (default 6, 0 = none at all)");

void vffa_log_rate_init(struct vffa_log_rate *rate)
{
	spin_lock_init(&rate->lock);
	rate->nr_left = BURST;
	rate->begin = jiffies;
}

/* A line for each period that has passed, as long as there is room. */
static void refill_locked(struct vffa_log_rate *rate, unsigned int per_minute)
{
	unsigned long period = max(60ul * HZ / per_minute, 1ul);
	unsigned long nr = (jiffies - rate->begin) / period;

	rate->begin += nr * period;
	rate->nr_left = min(rate->nr_left + nr, (unsigned long)BURST);
}

bool vffa_log_rate_allows(struct vffa_log_rate *rate)
{
	unsigned int per_minute = READ_ONCE(max_vm_log);
	bool allowed;

	if (!per_minute)
		return false;
	spin_lock(&rate->lock);
	refill_locked(rate, per_minute);
	allowed = rate->nr_left > 0;
	if (allowed)
		rate->nr_left--;
	spin_unlock(&rate->lock);
	return allowed;
}
