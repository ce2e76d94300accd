/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest's window: guest addresses where it finds memory that partitions give it. The VMM maps the
 * VM's descriptor and makes that mapping a slot of KVM; what is behind it the relay decides alone, page
 * by page, and KVM follows.
 */
#ifndef VFFA_KMOD_WINDOW_H
#define VFFA_KMOD_WINDOW_H

#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include <uapi/linux/vffa.h>
#include <vffa/port.h>

/**
 * struct vffa_borrow_window - the window
 * @mm:	      of the VMM; borrowed
 * @vma:      the VMM's mapping, never moved or divided; NULL = none. Guarded by @mm's mmap_lock: it
 *	      comes when that is held for writing, goes when it is held at least for reading; whether there
 *	      is one may be asked without
 * @lock:     guards the fields below; taken inside mmap_lock
 * @ipa:      first byte, as the guest addresses it
 * @nr_pages: of 4 KiB; 0 = the VMM keeps no window. Set once
 * @pages:    what each is used for
 */
struct vffa_borrow_window {
	struct mm_struct *mm;
	struct vm_area_struct *vma;
	struct mutex lock;
	u64 ipa;
	u32 nr_pages;
	u64 *pages;
};

/** vffa_window_init() - no window; @window is zeroed, @mm borrowed */
void vffa_window_init(struct vffa_borrow_window *window, struct mm_struct *mm);

/** vffa_window_fini() - free what is left of it; nobody has it mapped */
void vffa_window_fini(struct vffa_borrow_window *window);

/**
 * vffa_window_set() - keep guest addresses, once and for all
 * @window: initialised
 * @req:    from user space, any values
 *
 * Return: 0; -EINVAL @req makes no sense, or is larger than VFFA_MAX_WINDOW; -EBUSY there is a window;
 * -ENOMEM; -EOPNOTSUPP the host's pages are not of 4 KiB.
 */
int __must_check vffa_window_set(struct vffa_borrow_window *window, const struct vffa_window *req);

/**
 * vffa_window_mmap() - mmap() of the VM's descriptor
 *
 * Return: 0; -EINVAL there is no window, or this is not all of it, shared; -EBUSY it is mapped.
 */
int __must_check vffa_window_mmap(struct vffa_borrow_window *window, struct vm_area_struct *vma);

/** vffa_window_take() - struct vffa_port_ops.window_take, and so on */
enum vffa_ret __must_check vffa_window_take(struct vffa_borrow_window *window, u32 nr_pages,
					    u32 align_pages, u64 *ipa);
void vffa_window_put(struct vffa_borrow_window *window, u64 ipa, u32 nr_pages);
enum vffa_ret __must_check vffa_window_map(struct vffa_borrow_window *window, u64 ipa, u64 pa,
					   u32 nr_pages, bool writable);
void vffa_window_unmap(struct vffa_borrow_window *window, u64 ipa, u32 nr_pages);

#endif /* VFFA_KMOD_WINDOW_H */
