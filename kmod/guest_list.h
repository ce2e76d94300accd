/* SPDX-License-Identifier: GPL-2.0-only */
/* Every guest there is, those in quarantine included, for who looks at them from outside. */
#ifndef VFFA_KMOD_GUEST_LIST_H
#define VFFA_KMOD_GUEST_LIST_H

#include <linux/types.h>

#include "account.h"

struct vffa_guest;

/** vffa_guest_list_add() - a guest begins; guest->life is held */
void vffa_guest_list_add(struct vffa_guest *guest);

/** vffa_guest_list_remove() - it is no more; guest->life is held */
void vffa_guest_list_remove(struct vffa_guest *guest);

/**
 * struct vffa_guest_found - a guest, and what of it is to be had only while it is listed
 * @guest: for vffa_guest_put(); it may end at any time
 * @id:	   of its VM
 * @usage: of its user
 */
struct vffa_guest_found {
	struct vffa_guest *guest;
	u16 id;
	struct vffa_usage usage;
};

/**
 * vffa_guest_list_find() - the guest with the lowest id from a given one on
 * @id:	   lowest that will do
 * @all:   of any user; else of the caller's
 * @found: out
 *
 * Waits for no guest.
 *
 * Return: true; false = there is none.
 */
bool vffa_guest_list_find(u16 id, bool all, struct vffa_guest_found *found);

/**
 * vffa_guest_list_get() - the guest whose VM has an id
 *
 * Waits for no guest.
 *
 * Return: for vffa_guest_put(), it may end at any time; NULL = there is none.
 */
struct vffa_guest *vffa_guest_list_get(u16 id);

/** vffa_guest_list_count() - how many guests there are */
u32 vffa_guest_list_count(void);

#endif /* VFFA_KMOD_GUEST_LIST_H */
