/* SPDX-License-Identifier: GPL-2.0-only */
/* Every difference between the kernels that vffa builds for (6.12 to 7.3), and nothing else. */
#ifndef VFFA_KMOD_COMPAT_H
#define VFFA_KMOD_COMPAT_H

#include <linux/ftrace.h>
#include <linux/mm.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#error "vffa needs Linux 6.12 or later: boot a newer kernel, install its headers, and build for it (KDIR)"
#endif

/** vffa_zap_range() - take pages of a VM_PFNMAP mapping away; mmap_lock is held */
static inline void vffa_zap_range(struct vm_area_struct *vma, unsigned long address,
				  unsigned long size)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)
	zap_vma_ptes(vma, address, size);
#else
	zap_special_vma_range(vma, address, size);
#endif
}

/**
 * vffa_kvm_can_show() - does KVM show guests this page, which is pinned, of a VM_PFNMAP mapping
 *
 * Before 6.13 it takes a reference, and fails where a page has no count of its own: a part of a huge page.
 */
static inline bool vffa_kvm_can_show(struct page *page)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	return !PageTail(page);
#else
	return true;
#endif
}

/**
 * vffa_ftrace_set_argument() - change an argument of the traced function
 * @fregs: as the callback got it
 * @n:	   0 to 7
 * @value: what the function, or its replacement, is to see
 */
static __always_inline void vffa_ftrace_set_argument(struct ftrace_regs *fregs, unsigned int n,
						     unsigned long value)
{
	/* 6.13 made struct ftrace_regs opaque, and stable kernels of 6.12 followed. */
#ifdef arch_ftrace_regs
	arch_ftrace_regs(fregs)->regs[n] = value;
#else
	fregs->regs[n] = value;
#endif
}

#endif /* VFFA_KMOD_COMPAT_H */
