/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest's memory table, and guest pages pinned and mapped for the relay. */
#ifndef VFFA_KMOD_GUEST_MEM_H
#define VFFA_KMOD_GUEST_MEM_H

#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include <uapi/linux/vffa.h>
#include <vffa/port.h>

struct vffa_user;

/**
 * struct vffa_slot - a range of guest memory, as its VMM declared it
 * @ipa:     first byte, as the guest addresses it
 * @size:    bytes; 0 = the slot is not in use
 * @hva:     first byte, as the VMM addresses it
 * @flags:   VFFA_MEM_*
 * @nr_maps: mappings that rest on it: it cannot be changed meanwhile
 */
struct vffa_slot {
	u64 ipa;
	u64 size;
	u64 hva;
	u32 flags;
	u32 nr_maps;
};

/**
 * struct vffa_guest_mem - the memory of a guest
 * @mm:	      the VMM's address space; borrowed until the last unmap
 * @user:     who is charged; borrowed likewise
 * @lock:     guards the fields below; never held while pages are pinned
 * @nr_pages: 4 KiB pages charged
 * @slots:    the table
 */
struct vffa_guest_mem {
	struct mm_struct *mm;
	struct vffa_user *user;
	struct mutex lock;
	u32 nr_pages;
	struct vffa_slot slots[VFFA_MAX_SLOTS];
};

/**
 * vffa_guest_mem_init() - an empty memory table
 * @mem:  zeroed
 * @mm:	  borrowed
 * @user: borrowed
 */
void vffa_guest_mem_init(struct vffa_guest_mem *mem, struct mm_struct *mm, struct vffa_user *user);

/**
 * vffa_guest_mem_set() - set, replace or remove a slot
 * @mem: initialised
 * @req: from user space, any values
 *
 * Return: 0; -EINVAL @req makes no sense; -EEXIST guest addresses belong to another slot; -EBUSY
 * pages of the slot are in use; -ENOENT the slot to be removed is not there.
 */
int __must_check vffa_guest_mem_set(struct vffa_guest_mem *mem, const struct vffa_memory *req);

/** vffa_guest_mem_pages() - how many 4 KiB pages are charged to the guest */
u32 vffa_guest_mem_pages(struct vffa_guest_mem *mem);

/** vffa_guest_mem_map() - struct vffa_port_ops.map_guest; the range lies in one slot */
enum vffa_ret __must_check vffa_guest_mem_map(struct vffa_guest_mem *mem, struct vffa_ipa ipa,
					      u32 nr_pages, struct vffa_mapping *map);

/** vffa_guest_mem_unmap() - struct vffa_port_ops.unmap_guest */
void vffa_guest_mem_unmap(struct vffa_guest_mem *mem, struct vffa_mapping *map);

#endif /* VFFA_KMOD_GUEST_MEM_H */
