// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of a guest, pinned and charged, and mapped for the relay. What they are for is the core's
 * business; which memory a guest has is in guest_mem.c.
 *
 * FF-A counts in pages of 4 KiB. Where the host's are larger, each 4 KiB has a pin of the whole page
 * of the host, and the charge of one, so that they can come and go in any order.
 */
#include "guest_mem.h"

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <vffa/abi.h>

#include "account.h"

#define FFA_PER_HOST_PAGE (PAGE_SIZE / FFA_PAGE_SIZE)

/* After so many the scheduler is asked whether something else should run. */
#define UNPIN_CHUNK 4096u

/* So many in a row are not collected with others, to be unpinned at once. */
#define UNPIN_LARGE 8u

/* A buffer is pinned at once. */
static_assert(VFFA_MAILBOX_MAX_PAGES <= VFFA_PIN_BATCH);

/**
 * struct guest_map - what stands behind a struct vffa_mapping, besides its pages
 * @base:  where the host's pages are mapped
 * @range: of the guest
 */
struct guest_map {
	void *base;
	struct vffa_range range;
};

u32 vffa_guest_mem_pages(struct vffa_guest_mem *mem)
{
	return READ_ONCE(mem->nr_pages);
}

static int charge_vm(struct vffa_guest_mem *mem, u32 nr_pages)
{
	u32 limit = min(mem->max_pages, READ_ONCE(vffa_limits.vm_pages));
	int err = -ENOMEM;

	mutex_lock(&mem->lock);
	if (mem->nr_pages <= limit && nr_pages <= limit - mem->nr_pages) {
		WRITE_ONCE(mem->nr_pages, mem->nr_pages + nr_pages);
		err = 0;
	}
	mutex_unlock(&mem->lock);

	return err;
}

static void uncharge_vm(struct vffa_guest_mem *mem, u32 nr_pages)
{
	mutex_lock(&mem->lock);
	WRITE_ONCE(mem->nr_pages, mem->nr_pages - nr_pages);
	mutex_unlock(&mem->lock);
}

int vffa_guest_mem_charge(struct vffa_guest_mem *mem, u32 nr_host_pages)
{
	u32 nr_pages;
	int err;

	/* A guest may name as many as it likes. */
	if (check_mul_overflow(nr_host_pages, (u32)FFA_PER_HOST_PAGE, &nr_pages))
		return -ENOMEM;
	err = charge_vm(mem, nr_pages);
	if (err)
		return err;
	err = vffa_user_charge(mem->user, nr_pages);
	if (err)
		goto err_vm;
	err = account_locked_vm(mem->mm, nr_host_pages, true);
	if (err)
		goto err_user;

	return 0;

err_user:
	vffa_user_uncharge(mem->user, nr_pages);
err_vm:
	uncharge_vm(mem, nr_pages);
	return err;
}

void vffa_guest_mem_uncharge(struct vffa_guest_mem *mem, u32 nr_host_pages)
{
	u32 nr_pages = nr_host_pages * FFA_PER_HOST_PAGE;

	/* The address space may be empty by now; its counters are there as long as we hold it. */
	account_locked_vm(mem->mm, nr_host_pages, false);
	vffa_user_uncharge(mem->user, nr_pages);
	uncharge_vm(mem, nr_pages);
}

/*
 * It is the guest's by the table. Memory that cannot be written just now (EFAULT) is a hole, or was
 * taken from the guest to be lent: either way not the guest's to give.
 */
static enum vffa_ret pin_error(int err)
{
	switch (err) {
	case -EFAULT:
		return VFFA_DENIED;
	case -EOPNOTSUPP:
		return VFFA_INVALID_PARAMETERS;
	default:
		return VFFA_NO_MEMORY;
	}
}

/* All of them or none. Told at most a part of a span, it asks for the rest. */
static int pin_span(const struct vffa_span *span, struct page **pages)
{
	u32 done;
	int nr;

	for (done = 0; done < span->nr_pages; done += nr) {
		nr = pin_user_pages_fast((span->hva + (u64)done * FFA_PAGE_SIZE) & PAGE_MASK,
					 FFA_PER_HOST_PAGE > 1 ? 1 : span->nr_pages - done,
					 FOLL_WRITE | FOLL_LONGTERM, pages + done);
		if (nr <= 0)
			goto err_unpin;
	}
	return 0;

err_unpin:
	unpin_user_pages(pages, done);
	return nr ?: -EFAULT;
}

static void tell_places(struct page *const *pages, const struct vffa_span *span,
			struct vffa_hpa *pa)
{
	u32 i;

	for (i = 0; i < span->nr_pages; i++) {
		pa[i].addr = page_to_phys(pages[i]);
		if (FFA_PER_HOST_PAGE > 1)
			pa[i].addr += offset_in_page(span->hva + (u64)i * FFA_PAGE_SIZE);
	}
}

static int pin_spans(const struct vffa_span *span, u32 nr_spans, struct vffa_hpa *pa)
{
	const struct vffa_span *end = span + nr_spans;
	struct page *pages[VFFA_PIN_BATCH];
	u32 done = 0;
	int err;

	for (; span < end; done += span->nr_pages, span++) {
		err = pin_span(span, pages + done);
		if (err) {
			unpin_user_pages(pages, done);
			return err;
		}
		tell_places(pages + done, span, pa + done);
	}
	return 0;
}

enum vffa_ret vffa_guest_mem_pin(struct vffa_guest_mem *mem, const struct vffa_range *ranges,
				 u32 nr_ranges, struct vffa_hpa *pa)
{
	struct vffa_span spans[VFFA_PIN_BATCH];
	enum vffa_ret ret;
	u32 nr_spans;
	int err;

	ret = vffa_guest_mem_hold(mem, ranges, nr_ranges, spans, &nr_spans);
	if (ret)
		return ret;
	err = pin_spans(spans, nr_spans, pa);
	if (err) {
		vffa_guest_mem_release(mem, ranges, nr_ranges);
		return pin_error(err);
	}
	return VFFA_OK;
}

/**
 * struct unpinning - pages on their way to be unpinned
 * @nr:    of them
 * @pages: each as often as it is to be unpinned
 *
 * Neighbours that are parts of one large page go at once, holes between them or not.
 */
struct unpinning {
	u32 nr;
	struct page *pages[VFFA_PIN_BATCH];
};

/* The secure world may have written to them, unseen by the host. */
static void unpin_collected(struct unpinning *u)
{
	unpin_user_pages_dirty_lock(u->pages, u->nr, true);
	u->nr = 0;
	cond_resched();
}

static void unpin_small(struct unpinning *u, u64 pa, u32 nr_pages)
{
	for (; nr_pages; nr_pages--, pa += FFA_PAGE_SIZE) {
		if (u->nr == VFFA_PIN_BATCH)
			unpin_collected(u);
		u->pages[u->nr++] = pfn_to_page(PHYS_PFN(pa));
	}
}

static void unpin_large(u64 pa, u32 nr_pages)
{
	u32 nr;

	for (; nr_pages; nr_pages -= nr, pa += (u64)nr * PAGE_SIZE) {
		nr = min(nr_pages, UNPIN_CHUNK);
		unpin_user_page_range_dirty_lock(pfn_to_page(PHYS_PFN(pa)), nr, true);
		cond_resched();
	}
}

void vffa_guest_mem_unpin(struct vffa_guest_mem *mem, const struct vffa_extent *extents, u32 nr)
{
	struct unpinning u = { .nr = 0 };
	u32 i;

	for (i = 0; i < nr; i++) {
		if (FFA_PER_HOST_PAGE == 1 && extents[i].nr_pages >= UNPIN_LARGE)
			unpin_large(extents[i].pa.addr, extents[i].nr_pages);
		else
			unpin_small(&u, extents[i].pa.addr, extents[i].nr_pages);
	}
	unpin_collected(&u);
	vffa_guest_mem_release_extents(mem, extents, nr);
}

/*
 * The pins stay, and so do the charges of the user, in whose account they are now without a VM, and
 * of RLIMIT_MEMLOCK, as long as there is the process. What is known about the pages must stay, too.
 */
void vffa_guest_mem_give_away(struct vffa_guest_mem *mem, u64 ipa, u32 nr_pages)
{
	__module_get(THIS_MODULE);
	uncharge_vm(mem, nr_pages * FFA_PER_HOST_PAGE);
	vffa_guest_mem_release(mem, &(struct vffa_range){ ipa, nr_pages }, 1);
}

/* Undo vffa_guest_mem_pin() for one range, with its pages in any places. */
static void unpin_range(struct vffa_guest_mem *mem, const struct vffa_range *range,
			const struct vffa_hpa *pa)
{
	struct unpinning u = { .nr = 0 };
	u32 i;

	for (i = 0; i < range->nr_pages; i++)
		unpin_small(&u, pa[i].addr, 1);
	unpin_collected(&u);
	vffa_guest_mem_release(mem, range, 1);
}

/* Guest addresses and the host's have the same offset in a page of the host: slots begin there. */
static void *map_pages(u64 ipa, u32 nr_pages, const struct vffa_hpa *pa)
{
	struct page *pages[VFFA_MAILBOX_MAX_PAGES];
	u32 i, at = 0;

	for (i = 0; i < nr_pages; i++) {
		at = (offset_in_page(ipa) + i * FFA_PAGE_SIZE) / PAGE_SIZE;
		pages[at] = pfn_to_page(PHYS_PFN(pa[i].addr));
	}
	return vmap(pages, at + 1, VM_MAP, PAGE_KERNEL);
}

enum vffa_ret vffa_guest_mem_map(struct vffa_guest_mem *mem, u64 ipa, u32 nr_pages,
				 struct vffa_mapping *map)
{
	struct guest_map *host;
	enum vffa_ret ret;

	host = kzalloc(sizeof(*host), GFP_KERNEL_ACCOUNT);
	if (!host)
		return VFFA_NO_MEMORY;
	host->range.addr = ipa;
	host->range.nr_pages = nr_pages;

	ret = VFFA_NO_MEMORY;
	if (vffa_guest_mem_charge(mem, nr_pages))
		goto err_free;
	ret = vffa_guest_mem_pin(mem, &host->range, 1, map->pa);
	if (ret)
		goto err_uncharge;

	host->base = map_pages(ipa, nr_pages, map->pa);
	if (!host->base) {
		ret = VFFA_NO_MEMORY;
		goto err_unpin;
	}

	map->va = host->base + offset_in_page(ipa);
	map->host = host;
	return VFFA_OK;

err_unpin:
	unpin_range(mem, &host->range, map->pa);
err_uncharge:
	vffa_guest_mem_uncharge(mem, nr_pages);
err_free:
	kfree(host);
	return ret == VFFA_DENIED ? VFFA_INVALID_PARAMETERS : ret;
}

void vffa_guest_mem_unmap(struct vffa_guest_mem *mem, struct vffa_mapping *map)
{
	struct guest_map *host = map->host;

	vunmap(host->base);
	unpin_range(mem, &host->range, map->pa);
	vffa_guest_mem_uncharge(mem, host->range.nr_pages);
	kfree(host);
	*map = (struct vffa_mapping){};
}
