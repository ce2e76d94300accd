/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A VM's memory as the library knows it: slots, and what the guest may not touch just now. */
#ifndef LIBVFFA_REVOKE_H
#define LIBVFFA_REVOKE_H

#include <pthread.h>
#include <stdint.h>

#include <linux/vffa.h>

#include "ranges.h"

/**
 * struct libvffa_slot - a slot that the relay knows
 * @start, @end: guest physical addresses; the same = not in use
 * @addr:  where the VMM has it
 * @prot:  of that mapping, when the guest may use the slot
 */
struct libvffa_slot {
	uint64_t start;
	uint64_t end;
	char *addr;
	int prot;
};

/**
 * struct libvffa_access - what a guest may access
 * @lock:    guards the rest; held across the system's calls that change it
 * @slots:   the memory table
 * @revoked: guest physical addresses of which the VMM has taken the access; in the ranges in which it did,
 *	     even if they touch
 * @max_ranges: of @revoked
 * @nr_resets: how often everything was given back at once
 */
struct libvffa_access {
	pthread_mutex_t lock;
	struct libvffa_slot slots[VFFA_MAX_SLOTS];
	struct libvffa_ranges revoked;
	size_t max_ranges;
	unsigned int nr_resets;
};

/** libvffa_access_init() - no slots, nothing revoked; @access is zeroed */
void libvffa_access_init(struct libvffa_access *access);

/** libvffa_access_nr_resets() - @nr_resets, to be asked before the relay is asked for ranges */
unsigned int libvffa_access_nr_resets(struct libvffa_access *access);

/** libvffa_access_fini() - forget everything; the memory stays as it is */
void libvffa_access_fini(struct libvffa_access *access);

/**
 * libvffa_access_revoke() - take ranges away from the guest, all or none
 * @access:  initialised
 * @ranges:  guest physical addresses, in any order; normalized on return
 * @nr_resets: as it was when the relay had not yet been asked for @ranges
 *
 * Return: 0; -EACCES: not in a slot, or the system cannot do it: part of a huge page, too many
 * mappings; -ENOSPC: it could, but might not be able to give back in any order what is revoked by then;
 * -ECANCELED: the VM was reset, and the relay does not want it any more; -ENOMEM.
 */
int libvffa_access_revoke(struct libvffa_access *access, struct libvffa_ranges *ranges,
			  unsigned int nr_resets);

/** libvffa_access_restore() - the opposite; errors as libvffa_access_revoke(), but for -ENOSPC */
int libvffa_access_restore(struct libvffa_access *access, struct libvffa_ranges *ranges,
			   unsigned int nr_resets);

/** libvffa_access_restore_all() - give everything back; errors as libvffa_access_revoke() */
int libvffa_access_restore_all(struct libvffa_access *access);

#endif /* LIBVFFA_REVOKE_H */
