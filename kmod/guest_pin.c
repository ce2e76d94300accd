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

/**
 * struct guest_map - what stands behind a struct vffa_mapping, besides its pages
 * @base:     where the host's pages are mapped
 * @ipa:      of the first page
 * @nr_pages: of 4 KiB
 */
struct guest_map {
	void *base;
	u64 ipa;
	u32 nr_pages;
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

/* All of @nr_pages, which are in one slot, or none. Told at most a part, it asks for the rest. */
static int pin_pages(u64 hva, u32 nr_pages, struct page **pages)
{
	u32 done;
	int nr;

	for (done = 0; done < nr_pages; done += nr) {
		u64 addr = (hva + (u64)done * FFA_PAGE_SIZE) & PAGE_MASK;
		u32 want = FFA_PER_HOST_PAGE == 1 ? nr_pages - done : 1;

		nr = pin_user_pages_fast(addr, want, FOLL_WRITE | FOLL_LONGTERM, pages + done);
		if (nr <= 0)
			goto err_unpin;
	}
	return 0;

err_unpin:
	unpin_user_pages(pages, done);
	return nr ?: -EFAULT;
}

static enum vffa_ret pin_in_slot(u64 hva, u32 nr_pages, struct vffa_hpa *pa)
{
	struct page *pages[VFFA_PIN_BATCH];
	int err;
	u32 i;

	err = pin_pages(hva, nr_pages, pages);
	if (err)
		return pin_error(err);

	for (i = 0; i < nr_pages; i++) {
		pa[i].addr = page_to_phys(pages[i]) + offset_in_page(hva);
		hva += FFA_PAGE_SIZE;
	}
	return VFFA_OK;
}

/* Pages that follow each other. The secure world may have written to them, unseen by the host. */
static void unpin_pages(u64 pa, u32 nr_pages)
{
	u32 nr;

	for (; nr_pages; nr_pages -= nr, pa += (u64)nr * FFA_PAGE_SIZE) {
		nr = FFA_PER_HOST_PAGE == 1 ? min(nr_pages, UNPIN_CHUNK) : 1;
		unpin_user_page_range_dirty_lock(pfn_to_page(PHYS_PFN(pa)), nr, true);
		cond_resched();
	}
}

/* Undo vffa_guest_mem_pin() for pages in any places. */
static void unpin_each(struct vffa_guest_mem *mem, u64 ipa, const struct vffa_hpa *pa, u32 nr_pages)
{
	u32 i;

	for (i = 0; i < nr_pages; i++)
		unpin_pages(pa[i].addr, 1);
	vffa_guest_mem_release(mem, ipa, nr_pages);
}

enum vffa_ret vffa_guest_mem_pin(struct vffa_guest_mem *mem, u64 ipa, u32 nr_pages,
				 struct vffa_hpa *pa)
{
	enum vffa_ret ret;
	u32 done, nr;
	u64 hva;

	for (done = 0; done < nr_pages; done += nr) {
		u64 from = ipa + (u64)done * FFA_PAGE_SIZE;

		nr = nr_pages - done;
		ret = vffa_guest_mem_hold(mem, from, &nr, &hva);
		if (ret)
			goto err_unpin;
		ret = pin_in_slot(hva, nr, pa + done);
		if (ret) {
			vffa_guest_mem_release(mem, from, nr);
			goto err_unpin;
		}
	}
	return VFFA_OK;

err_unpin:
	unpin_each(mem, ipa, pa, done);
	return ret;
}

void vffa_guest_mem_unpin(struct vffa_guest_mem *mem, u64 ipa, u64 pa, u32 nr_pages)
{
	unpin_pages(pa, nr_pages);
	vffa_guest_mem_release(mem, ipa, nr_pages);
}

/*
 * The pins stay, and so do the charges of the user, in whose account they are now without a VM, and
 * of RLIMIT_MEMLOCK, as long as there is the process. What is known about the pages must stay, too.
 */
void vffa_guest_mem_give_away(struct vffa_guest_mem *mem, u64 ipa, u32 nr_pages)
{
	__module_get(THIS_MODULE);
	uncharge_vm(mem, nr_pages * FFA_PER_HOST_PAGE);
	vffa_guest_mem_release(mem, ipa, nr_pages);
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
	host->ipa = ipa;
	host->nr_pages = nr_pages;

	ret = VFFA_NO_MEMORY;
	if (vffa_guest_mem_charge(mem, nr_pages))
		goto err_free;
	ret = vffa_guest_mem_pin(mem, ipa, nr_pages, map->pa);
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
	unpin_each(mem, ipa, map->pa, nr_pages);
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
	unpin_each(mem, host->ipa, map->pa, host->nr_pages);
	vffa_guest_mem_uncharge(mem, host->nr_pages);
	kfree(host);
	*map = (struct vffa_mapping){};
}
