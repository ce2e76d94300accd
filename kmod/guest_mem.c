// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's memory table, and guest pages pinned and mapped for the relay.
 *
 * FF-A counts in pages of 4 KiB; the host's may be larger. What is pinned, and therefore charged,
 * are the host's pages. What the pages are for is the core's business.
 */
#include "guest_mem.h"

#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <vffa/abi.h>

#include "account.h"

#define FFA_PER_HOST_PAGE (PAGE_SIZE / FFA_PAGE_SIZE)

/**
 * struct pin - what stands behind a struct vffa_mapping
 * @slot:     where the pages are
 * @base:     mapping of the first page
 * @nr_pages: entries of @pages, in pages of the host
 * @pages:    pinned
 */
struct pin {
	struct vffa_slot *slot;
	void *base;
	u32 nr_pages;
	struct page *pages[] __counted_by(nr_pages);
};

void vffa_guest_mem_init(struct vffa_guest_mem *mem, struct mm_struct *mm, struct vffa_user *user)
{
	mem->mm = mm;
	mem->user = user;
	mutex_init(&mem->lock);
}

static int check_memory(const struct vffa_memory *req)
{
	u64 end;

	if (req->slot >= VFFA_MAX_SLOTS || (req->flags & ~VFFA_MEM_READONLY))
		return -EINVAL;
	if (!PAGE_ALIGNED(req->guest_phys_addr) || !PAGE_ALIGNED(req->size) ||
	    !PAGE_ALIGNED(req->userspace_addr))
		return -EINVAL;
	if (check_add_overflow(req->guest_phys_addr, req->size, &end))
		return -EINVAL;
	if (!access_ok(u64_to_user_ptr(req->userspace_addr), req->size))
		return -EINVAL;

	return 0;
}

static bool overlaps(const struct vffa_slot *slot, const struct vffa_memory *req)
{
	/* Neither sum wraps: check_memory() has seen both. */
	return slot->size && req->guest_phys_addr < slot->ipa + slot->size &&
	       slot->ipa < req->guest_phys_addr + req->size;
}

static int check_change_locked(const struct vffa_guest_mem *mem, const struct vffa_memory *req)
{
	const struct vffa_slot *slot = &mem->slots[req->slot];
	u32 i;

	if (slot->nr_maps)
		return -EBUSY;
	if (!req->size)
		return slot->size ? 0 : -ENOENT;

	for (i = 0; i < VFFA_MAX_SLOTS; i++) {
		if (i != req->slot && overlaps(&mem->slots[i], req))
			return -EEXIST;
	}
	return 0;
}

int vffa_guest_mem_set(struct vffa_guest_mem *mem, const struct vffa_memory *req)
{
	int err;

	err = check_memory(req);
	if (err)
		return err;

	mutex_lock(&mem->lock);
	err = check_change_locked(mem, req);
	if (!err) {
		mem->slots[req->slot] = (struct vffa_slot){
			.ipa = req->guest_phys_addr,
			.size = req->size,
			.hva = req->userspace_addr,
			.flags = req->flags,
		};
	}
	mutex_unlock(&mem->lock);

	return err;
}

u32 vffa_guest_mem_pages(struct vffa_guest_mem *mem)
{
	return READ_ONCE(mem->nr_pages);
}

static bool holds(const struct vffa_slot *slot, u64 ipa, u64 size)
{
	return ipa >= slot->ipa && size <= slot->size && ipa - slot->ipa <= slot->size - size;
}

/* A slot with mappings stays as it is, so the rest needs no lock. */
static struct vffa_slot *get_slot(struct vffa_guest_mem *mem, u64 ipa, u64 size)
{
	struct vffa_slot *found = NULL;
	u32 i;

	mutex_lock(&mem->lock);
	for (i = 0; i < VFFA_MAX_SLOTS && !found; i++) {
		if (holds(&mem->slots[i], ipa, size))
			found = &mem->slots[i];
	}
	if (found && (found->flags & VFFA_MEM_READONLY))
		found = NULL;
	if (found)
		found->nr_maps++;
	mutex_unlock(&mem->lock);

	return found;
}

static void put_slot(struct vffa_guest_mem *mem, struct vffa_slot *slot)
{
	mutex_lock(&mem->lock);
	slot->nr_maps--;
	mutex_unlock(&mem->lock);
}

static int charge_vm(struct vffa_guest_mem *mem, u32 nr_pages)
{
	u32 limit = READ_ONCE(vffa_limits.vm_pages);
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

/* The VM, its user and everybody together; and RLIMIT_MEMLOCK of the process. */
static int charge(struct vffa_guest_mem *mem, u32 nr_host_pages)
{
	u32 nr_pages = nr_host_pages * FFA_PER_HOST_PAGE;
	int err;

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

static void uncharge(struct vffa_guest_mem *mem, u32 nr_host_pages)
{
	u32 nr_pages = nr_host_pages * FFA_PER_HOST_PAGE;

	/* The address space may be empty by now; its counters are there as long as we hold it. */
	account_locked_vm(mem->mm, nr_host_pages, false);
	vffa_user_uncharge(mem->user, nr_pages);
	uncharge_vm(mem, nr_pages);
}

static int pin_pages(struct pin *pin, u64 hva)
{
	int nr;

	nr = pin_user_pages_fast(hva & PAGE_MASK, pin->nr_pages, FOLL_WRITE | FOLL_LONGTERM,
				 pin->pages);
	if (nr == pin->nr_pages)
		return 0;
	if (nr < 0)
		return nr;
	unpin_user_pages(pin->pages, nr);
	return -EFAULT;
}

/* Not memory (a hole, a device, a read-only mapping), or not enough of it. */
static enum vffa_ret pin_error(int err)
{
	return err == -EFAULT || err == -EOPNOTSUPP ? VFFA_INVALID_PARAMETERS : VFFA_NO_MEMORY;
}

enum vffa_ret vffa_guest_mem_map(struct vffa_guest_mem *mem, struct vffa_ipa ipa, u32 nr_pages,
				 struct vffa_mapping *map)
{
	u64 size = (u64)nr_pages * FFA_PAGE_SIZE;
	enum vffa_ret ret = VFFA_NO_MEMORY;
	struct vffa_slot *slot;
	u32 nr_host_pages;
	struct pin *pin;
	u64 hva;
	int err;

	slot = get_slot(mem, ipa.addr, size);
	if (!slot)
		return VFFA_INVALID_PARAMETERS;
	hva = slot->hva + (ipa.addr - slot->ipa);
	nr_host_pages = DIV_ROUND_UP(offset_in_page(hva) + size, PAGE_SIZE);

	pin = kzalloc(struct_size(pin, pages, nr_host_pages), GFP_KERNEL_ACCOUNT);
	if (!pin)
		goto err_slot;
	pin->slot = slot;
	pin->nr_pages = nr_host_pages;

	if (charge(mem, nr_host_pages))
		goto err_free;

	err = pin_pages(pin, hva);
	if (err) {
		ret = pin_error(err);
		goto err_charge;
	}

	pin->base = vmap(pin->pages, nr_host_pages, VM_MAP, PAGE_KERNEL);
	if (!pin->base)
		goto err_pages;

	map->va = pin->base + offset_in_page(hva);
	map->host = pin;
	return VFFA_OK;

err_pages:
	unpin_user_pages(pin->pages, nr_host_pages);
err_charge:
	uncharge(mem, nr_host_pages);
err_free:
	kfree(pin);
err_slot:
	put_slot(mem, slot);
	return ret;
}

void vffa_guest_mem_unmap(struct vffa_guest_mem *mem, struct vffa_mapping *map)
{
	struct pin *pin = map->host;

	vunmap(pin->base);
	unpin_user_pages_dirty_lock(pin->pages, pin->nr_pages, true);
	uncharge(mem, pin->nr_pages);
	put_slot(mem, pin->slot);
	kfree(pin);
	*map = (struct vffa_mapping){};
}
