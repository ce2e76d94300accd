/* SPDX-License-Identifier: GPL-2.0-only */
/* How much of what guests log (FFA_CONSOLE_LOG) the host's log takes. */
#ifndef VFFA_KMOD_LOG_RATE_H
#define VFFA_KMOD_LOG_RATE_H

#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct vffa_log_rate - a burst of lines, then a few a minute
 * @lock:    guards the others
 * @nr_left: lines that may come at once
 * @begin:   since when the next one of them is on its way, in jiffies
 */
struct vffa_log_rate {
	spinlock_t lock;
	unsigned int nr_left;
	unsigned long begin;
};

void vffa_log_rate_init(struct vffa_log_rate *rate);

/**
 * vffa_log_rate_allows() - may one line more be logged?
 *
 * Context: any that takes spinlocks.
 * Return: true: it counts as logged.
 */
bool vffa_log_rate_allows(struct vffa_log_rate *rate);

#endif /* VFFA_KMOD_LOG_RATE_H */
