/* SPDX-License-Identifier: GPL-2.0-only */
/* The schedule receiver interrupt (SRI): the secure world has news for somebody here. */
#ifndef VFFA_KMOD_SRI_H
#define VFFA_KMOD_SRI_H

#include <linux/types.h>

/**
 * vffa_sri_start() - take the SRI on every CPU, now and when CPUs come
 *
 * Where the SPMC has none, or it cannot be had, the log says so, and no VM gets notifications from
 * partitions.
 *
 * Context: once, after vffa_conduit_start() and before any guest.
 */
void vffa_sri_start(void);

/**
 * vffa_sri_stop() - let go of the SRI, started or not
 *
 * When it returns no interrupt is taken any more, and nothing of what one had begun is left.
 */
void vffa_sri_stop(void);

/** vffa_sri_is_taken() - do VMs get notifications from partitions */
bool vffa_sri_is_taken(void);

#endif /* VFFA_KMOD_SRI_H */
