/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest's memory table, and pages of it that are pinned, or mapped as well, for the relay. */
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
 * @nr_pins: pages of 4 KiB that are pinned in it, each as often as it is: it cannot be changed
 *	     meanwhile
 */
struct vffa_slot {
	u64 ipa;
	u64 size;
	u64 hva;
	u32 flags;
	u64 nr_pins;
};

/**
 * struct vffa_guest_mem - the memory of a guest
 * @mm:	       the VMM's address space; borrowed until the last unpin
 * @user:      who is charged; borrowed likewise
 * @max_pages: 4 KiB pages that may be charged; vffa_limits.vm_pages holds as well
 * @lock:      guards the fields below; never held while pages are pinned
 * @nr_pages:  4 KiB pages charged
 * @recent:    the slot that was found last
 * @slots:     the table
 */
struct vffa_guest_mem {
	struct mm_struct *mm;
	struct vffa_user *user;
	u32 max_pages;
	struct mutex lock;
	u32 nr_pages;
	struct vffa_slot *recent;
	struct vffa_slot slots[VFFA_MAX_SLOTS];
};

/**
 * vffa_guest_mem_init() - an empty memory table
 * @mem:       zeroed
 * @mm:	       borrowed
 * @user:      borrowed
 * @max_pages: 4 KiB pages that may be pinned
 */
void vffa_guest_mem_init(struct vffa_guest_mem *mem, struct mm_struct *mm, struct vffa_user *user,
			 u32 max_pages);

/**
 * vffa_guest_mem_set() - set, replace or remove a slot
 * @mem: initialised
 * @req: from user space, any values
 *
 * Return: 0; -EINVAL @req makes no sense; -EEXIST guest addresses belong to another slot; -EBUSY
 * pages of the slot are in use; -ENOENT the slot to be removed is not there.
 */
int __must_check vffa_guest_mem_set(struct vffa_guest_mem *mem, const struct vffa_memory *req);

/**
 * struct vffa_span - pages of a guest that follow each other in its VMM
 * @hva:      of the first
 * @nr_pages: of 4 KiB
 */
struct vffa_span {
	u64 hva;
	u32 nr_pages;
};

/**
 * vffa_guest_mem_hold() - keep the slots of pages as they are
 * @mem:       initialised
 * @ranges:    of the guest, aligned to 4 KiB
 * @nr_ranges: of them
 * @spans:     out: where the pages are; as many as there are pages, at most
 * @nr_spans:  out
 *
 * Return: VFFA_OK: to be undone with vffa_guest_mem_release(); else nothing is held:
 * VFFA_INVALID_PARAMETERS not in the table; VFFA_DENIED the guest may only read it.
 */
enum vffa_ret __must_check vffa_guest_mem_hold(struct vffa_guest_mem *mem,
					       const struct vffa_range *ranges, u32 nr_ranges,
					       struct vffa_span *spans, u32 *nr_spans);

/** vffa_guest_mem_release() - undo vffa_guest_mem_hold(), or a part of it */
void vffa_guest_mem_release(struct vffa_guest_mem *mem, const struct vffa_range *ranges,
			    u32 nr_ranges);

/** vffa_guest_mem_release_extents() - the same for what has been pinned */
void vffa_guest_mem_release_extents(struct vffa_guest_mem *mem, const struct vffa_extent *extents,
				    u32 nr);

/** vffa_guest_mem_pages() - how many 4 KiB pages are charged to the guest */
u32 vffa_guest_mem_pages(struct vffa_guest_mem *mem);

/**
 * vffa_guest_mem_charge() - charge pages to the guest, its user, everybody and RLIMIT_MEMLOCK
 * @mem:      initialised
 * @nr_pages: of 4 KiB; where the host's are larger, each counts as one of those
 *
 * Return: 0; -ENOMEM a limit is reached, and nothing is charged.
 */
int __must_check vffa_guest_mem_charge(struct vffa_guest_mem *mem, u32 nr_pages);

/** vffa_guest_mem_uncharge() - undo vffa_guest_mem_charge(), or a part of it */
void vffa_guest_mem_uncharge(struct vffa_guest_mem *mem, u32 nr_pages);

/** vffa_guest_mem_pin() - struct vffa_port_ops.pin */
enum vffa_ret __must_check vffa_guest_mem_pin(struct vffa_guest_mem *mem,
					      const struct vffa_range *ranges, u32 nr_ranges,
					      struct vffa_hpa *pa);

/** vffa_guest_mem_unpin() - struct vffa_port_ops.unpin */
void vffa_guest_mem_unpin(struct vffa_guest_mem *mem, const struct vffa_extent *extents, u32 nr);

/** vffa_guest_mem_give_away() - struct vffa_port_ops.give_away */
void vffa_guest_mem_give_away(struct vffa_guest_mem *mem, u64 ipa, u32 nr_pages);

/** vffa_guest_mem_map() - struct vffa_port_ops.map_guest */
enum vffa_ret __must_check vffa_guest_mem_map(struct vffa_guest_mem *mem, u64 ipa, u32 nr_pages,
					      struct vffa_mapping *map);

/** vffa_guest_mem_unmap() - struct vffa_port_ops.unmap_guest */
void vffa_guest_mem_unmap(struct vffa_guest_mem *mem, struct vffa_mapping *map);

#endif /* VFFA_KMOD_GUEST_MEM_H */
