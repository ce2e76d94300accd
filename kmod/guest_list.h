/* SPDX-License-Identifier: GPL-2.0-only */
/* Every guest there is, those in quarantine included, for who looks at them from outside. */
#ifndef VFFA_KMOD_GUEST_LIST_H
#define VFFA_KMOD_GUEST_LIST_H

#include <linux/types.h>

struct vffa_guest;

/** vffa_guest_list_add() - a guest begins; guest->life is held */
void vffa_guest_list_add(struct vffa_guest *guest);

/** vffa_guest_list_remove() - it is no more; guest->life is held */
void vffa_guest_list_remove(struct vffa_guest *guest);

/**
 * vffa_guest_list_find() - the guest with the lowest id from a given one on
 * @id:	 lowest that will do
 * @all: of any user; else of the caller's
 *
 * Return: the guest, for vffa_guest_put(); it may end meanwhile: see guest->gone. NULL there is none.
 */
struct vffa_guest *vffa_guest_list_find(u16 id, bool all);

/** vffa_guest_list_count() - how many guests there are */
u32 vffa_guest_list_count(void);

#endif /* VFFA_KMOD_GUEST_LIST_H */
