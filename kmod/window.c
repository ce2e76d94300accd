// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows of guests: a mapping of host pages that nobody can pin, filled on demand and emptied at once.
 *
 * Pages come one by one, when the guest or its VMM touches them (fault()), while window->lock says that
 * they may. They go when it no longer says so, under the mmap_lock for writing, which no change of the
 * mapping is inside of: MMU notifiers take them from KVM's stage 2. A fault may be, under the lock of the
 * mapping alone, but then it has seen that they are to go.
 */
#include "window.h"

#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <vffa/abi.h>

#include "compat.h"

/* vffa_borrow_window.pages[]: 0 = nobody has taken it; else flags, and an address with @PAGE_SHOWN */
#define PAGE_TAKEN    BIT_ULL(0)
#define PAGE_SHOWN    BIT_ULL(1)
#define PAGE_WRITABLE BIT_ULL(2)

void vffa_window_init(struct vffa_borrow_window *window, struct mm_struct *mm)
{
	window->mm = mm;
	mutex_init(&window->lock);
}

void vffa_window_fini(struct vffa_borrow_window *window)
{
	kvfree(window->pages);
}

static int check_window(const struct vffa_window *req)
{
	u64 end;

	if (PAGE_SIZE != FFA_PAGE_SIZE)
		return -EOPNOTSUPP;
	if (!req->size || req->size > VFFA_MAX_WINDOW)
		return -EINVAL;
	if (!PAGE_ALIGNED(req->guest_phys_addr) || !PAGE_ALIGNED(req->size) ||
	    check_add_overflow(req->guest_phys_addr, req->size, &end))
		return -EINVAL;
	return 0;
}

int vffa_window_set(struct vffa_borrow_window *window, const struct vffa_window *req)
{
	u32 nr_pages;
	u64 *pages;
	int err;

	err = check_window(req);
	if (err)
		return err;
	nr_pages = req->size / FFA_PAGE_SIZE;
	pages = kvcalloc(nr_pages, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;

	mutex_lock(&window->lock);
	if (window->nr_pages) {
		err = -EBUSY;
	} else {
		window->ipa = req->guest_phys_addr;
		window->pages = pages;
		window->nr_pages = nr_pages;
	}
	mutex_unlock(&window->lock);
	if (err)
		kvfree(pages);

	return err;
}

static vm_fault_t fault_locked(struct vffa_borrow_window *window, struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	vm_flags_t flags = vma->vm_flags;
	u64 page;

	lockdep_assert_held(&window->lock);
	/* Only from there are they taken away: what mremap() could not undo, for one, gets none. */
	if (vma != READ_ONCE(window->vma))
		return VM_FAULT_SIGBUS;
	/* The mapping is as large as the window. */
	page = window->pages[(vmf->address - vma->vm_start) / PAGE_SIZE];
	if (!(page & PAGE_SHOWN))
		return VM_FAULT_SIGBUS;
	if (!(page & PAGE_WRITABLE)) {
		if (vmf->flags & FAULT_FLAG_WRITE)
			return VM_FAULT_SIGBUS;
		flags &= ~VM_WRITE;
	}
	/* Writable at once where it may be: KVM does not ask again. */
	return vmf_insert_pfn_prot(vma, vmf->address, PHYS_PFN(page), vm_get_page_prot(flags));
}

static vm_fault_t window_fault(struct vm_fault *vmf)
{
	struct vffa_borrow_window *window = vmf->vma->vm_private_data;
	vm_fault_t ret;

	mutex_lock(&window->lock);
	ret = fault_locked(window, vmf);
	mutex_unlock(&window->lock);

	return ret;
}

/* A page that is there already, and read-only: it stays so. */
static vm_fault_t window_mkwrite(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

/* What mremap() had made of the mapping before it was refused goes this way, too. */
static void window_close(struct vm_area_struct *vma)
{
	struct vffa_borrow_window *window = vma->vm_private_data;

	if (window->vma == vma)
		WRITE_ONCE(window->vma, NULL);
}

/* One mapping, in one place, as long as it lasts: then it is known where the pages are. */
static int window_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	return -EINVAL;
}

static int window_mremap(struct vm_area_struct *vma)
{
	return -EINVAL;
}

static const struct vm_operations_struct window_ops = {
	.close = window_close,
	.may_split = window_may_split,
	.mremap = window_mremap,
	.fault = window_fault,
	.pfn_mkwrite = window_mkwrite,
};

int vffa_window_mmap(struct vffa_borrow_window *window, struct vm_area_struct *vma)
{
	u32 nr_pages;

	mutex_lock(&window->lock);
	nr_pages = window->nr_pages;
	mutex_unlock(&window->lock);
	if (!nr_pages || vma->vm_pgoff || vma_pages(vma) != nr_pages ||
	    !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	mmap_assert_write_locked(window->mm);
	if (window->vma)
		return -EBUSY;

	/*
	 * No fork inherits it, no dump shows it, and nobody can pin what is in it. VM_IO: before Linux 6.18
	 * madvise(MADV_DOFORK) would have forks inherit it all the same.
	 */
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	/*
	 * What follows each other here does not in the host. There are KVMs that believe it does, as a driver
	 * says by this offset, and have a whole block of memory follow one page of it: here it never fits.
	 */
	vma->vm_pgoff = (vma->vm_start >> PAGE_SHIFT) + 1;
	vma->vm_private_data = window;
	vma->vm_ops = &window_ops;
	WRITE_ONCE(window->vma, vma);

	return 0;
}

static u32 index_of(const struct vffa_borrow_window *window, u64 ipa)
{
	return (ipa - window->ipa) / FFA_PAGE_SIZE;
}

/* The first of @nr_pages in a row that nobody has; @window->nr_pages: there are none. */
static u32 find_row_locked(const struct vffa_borrow_window *window, u32 nr_pages, u32 align_pages)
{
	u64 pfn = window->ipa / FFA_PAGE_SIZE;
	u32 i, nr = 0;

	for (i = 0; i < window->nr_pages; i++) {
		if (window->pages[i])
			nr = 0;
		else if (nr || !((pfn + i) & (align_pages - 1)))
			nr++;
		if (nr == nr_pages)
			return i + 1 - nr_pages;
	}
	return window->nr_pages;
}

enum vffa_ret vffa_window_take(struct vffa_borrow_window *window, u32 nr_pages, u32 align_pages,
			       u64 *ipa)
{
	enum vffa_ret ret = VFFA_NO_MEMORY;
	u32 i, first;

	/* What the VMM does not map its guest has no way to see. */
	if (!READ_ONCE(window->vma))
		return VFFA_NO_MEMORY;

	mutex_lock(&window->lock);
	first = find_row_locked(window, nr_pages, align_pages);
	if (first < window->nr_pages) {
		for (i = first; i < first + nr_pages; i++)
			window->pages[i] = PAGE_TAKEN;
		*ipa = window->ipa + (u64)first * FFA_PAGE_SIZE;
		ret = VFFA_OK;
	}
	mutex_unlock(&window->lock);

	return ret;
}

void vffa_window_put(struct vffa_borrow_window *window, u64 ipa, u32 nr_pages)
{
	mutex_lock(&window->lock);
	memset(&window->pages[index_of(window, ipa)], 0, nr_pages * sizeof(window->pages[0]));
	mutex_unlock(&window->lock);
}

enum vffa_ret vffa_window_map(struct vffa_borrow_window *window, u64 ipa, u64 pa, u32 nr_pages,
			      bool writable)
{
	u64 flags = PAGE_TAKEN | PAGE_SHOWN | (writable ? PAGE_WRITABLE : 0);
	u32 i, first = index_of(window, ipa);

	for (i = 0; i < nr_pages; i++) {
		if (!vffa_kvm_can_show(pfn_to_page(PHYS_PFN(pa) + i)))
			return VFFA_DENIED;
	}
	mutex_lock(&window->lock);
	for (i = 0; i < nr_pages; i++)
		window->pages[first + i] = (pa + (u64)i * FFA_PAGE_SIZE) | flags;
	mutex_unlock(&window->lock);

	return VFFA_OK;
}

/*
 * Without users of the address space no vCPU runs any more, nor does the VMM, and its end takes the
 * mapping down.
 */
static void zap(struct vffa_borrow_window *window, u32 first, u32 nr_pages)
{
	struct vm_area_struct *vma;

	if (!mmget_not_zero(window->mm))
		return;
	mmap_write_lock(window->mm);
	vma = window->vma;
	if (vma)
		vffa_zap_range(vma, vma->vm_start + (unsigned long)first * PAGE_SIZE,
			       (unsigned long)nr_pages * PAGE_SIZE);
	mmap_write_unlock(window->mm);
	mmput(window->mm);
}

void vffa_window_unmap(struct vffa_borrow_window *window, u64 ipa, u32 nr_pages)
{
	u32 i, first = index_of(window, ipa);

	/* No fault brings them back from here on. */
	mutex_lock(&window->lock);
	for (i = first; i < first + nr_pages; i++)
		window->pages[i] = PAGE_TAKEN;
	mutex_unlock(&window->lock);

	zap(window, first, nr_pages);
}
