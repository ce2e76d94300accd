// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest's memory table: what its VMM declared, and what keeps that from being changed.
 *
 * Nothing is pinned here; guest_pin.c does that.
 */
#include "guest_mem.h"

#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/uaccess.h>

#include <vffa/abi.h>

void vffa_guest_mem_init(struct vffa_guest_mem *mem, struct mm_struct *mm, struct vffa_user *user,
			 u32 max_pages)
{
	mem->mm = mm;
	mem->user = user;
	mem->max_pages = max_pages;
	mem->recent = mem->slots;
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

	if (slot->nr_pins)
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

static bool holds(const struct vffa_slot *slot, u64 ipa)
{
	return ipa >= slot->ipa && ipa - slot->ipa < slot->size;
}

static noinline struct vffa_slot *search_slot_locked(struct vffa_guest_mem *mem, u64 ipa)
{
	u32 i;

	for (i = 0; i < VFFA_MAX_SLOTS; i++) {
		if (holds(&mem->slots[i], ipa)) {
			mem->recent = &mem->slots[i];
			return mem->recent;
		}
	}
	return NULL;
}

/* Calls come back to the same slot, most often to the only one; so the search is kept out of the way. */
static struct vffa_slot *find_slot_locked(struct vffa_guest_mem *mem, u64 ipa)
{
	struct vffa_slot *recent = mem->recent;

	return holds(recent, ipa) ? recent : search_slot_locked(mem, ipa);
}

/* How many of @nr_pages from @ipa on are in @slot, which has the first. */
static u32 count_in_slot(const struct vffa_slot *slot, u64 ipa, u32 nr_pages)
{
	return min_t(u64, nr_pages, (slot->size - (ipa - slot->ipa)) / FFA_PAGE_SIZE);
}

static noinline void release_parts_locked(struct vffa_guest_mem *mem, u64 ipa, u32 nr_pages)
{
	struct vffa_slot *slot;
	u32 nr;

	for (; nr_pages; nr_pages -= nr, ipa += (u64)nr * FFA_PAGE_SIZE) {
		slot = find_slot_locked(mem, ipa);
		/* It cannot have gone, and the loop could not go on without it. */
		if (WARN_ON_ONCE(!slot))
			break;
		nr = count_in_slot(slot, ipa, nr_pages);
		slot->nr_pins -= nr;
	}
}

/* They are in one slot, the same as those before, but for the rare exception. */
static inline void release_locked(struct vffa_guest_mem *mem, u64 ipa, u32 nr_pages)
{
	struct vffa_slot *slot = mem->recent;

	if (holds(slot, ipa) && nr_pages == count_in_slot(slot, ipa, nr_pages))
		slot->nr_pins -= nr_pages;
	else
		release_parts_locked(mem, ipa, nr_pages);
}

/**
 * struct holding - slots that are being held
 * @next: where the next span goes
 * @end:  where the last pages end in the VMM
 */
struct holding {
	struct vffa_span *next;
	u64 end;
};

static void add_span(struct holding *h, u64 hva, u32 nr_pages)
{
	if (hva == h->end)
		h->next[-1].nr_pages += nr_pages;
	else
		*h->next++ = (struct vffa_span){ hva, nr_pages };
	h->end = hva + (u64)nr_pages * FFA_PAGE_SIZE;
}

static enum vffa_ret hold_range_locked(struct vffa_guest_mem *mem, const struct vffa_range *range,
				       struct holding *h)
{
	u32 left = range->nr_pages;
	u64 ipa = range->addr;
	struct vffa_slot *slot;
	u32 nr;

	do {
		slot = find_slot_locked(mem, ipa);
		if (!slot || slot->flags & VFFA_MEM_READONLY)
			goto err_release;
		nr = count_in_slot(slot, ipa, left);
		slot->nr_pins += nr;
		add_span(h, slot->hva + (ipa - slot->ipa), nr);
		ipa += (u64)nr * FFA_PAGE_SIZE;
		left -= nr;
	} while (left);
	return VFFA_OK;

err_release:
	release_locked(mem, range->addr, range->nr_pages - left);
	return slot ? VFFA_DENIED : VFFA_INVALID_PARAMETERS;
}

enum vffa_ret vffa_guest_mem_hold(struct vffa_guest_mem *mem, const struct vffa_range *ranges,
				  u32 nr_ranges, struct vffa_span *spans, u32 *nr_spans)
{
	/* No page begins there. */
	struct holding h = { .next = spans, .end = 1 };
	enum vffa_ret ret = VFFA_OK;
	u32 i;

	mutex_lock(&mem->lock);
	for (i = 0; i < nr_ranges && !ret; i++)
		ret = hold_range_locked(mem, &ranges[i], &h);
	if (ret) {
		for (i--; i--;)
			release_locked(mem, ranges[i].addr, ranges[i].nr_pages);
	}
	mutex_unlock(&mem->lock);

	*nr_spans = h.next - spans;
	return ret;
}

void vffa_guest_mem_release(struct vffa_guest_mem *mem, const struct vffa_range *ranges,
			    u32 nr_ranges)
{
	u32 i;

	mutex_lock(&mem->lock);
	for (i = 0; i < nr_ranges; i++)
		release_locked(mem, ranges[i].addr, ranges[i].nr_pages);
	mutex_unlock(&mem->lock);
}

void vffa_guest_mem_release_extents(struct vffa_guest_mem *mem, const struct vffa_extent *extents,
				    u32 nr)
{
	u32 i;

	mutex_lock(&mem->lock);
	for (i = 0; i < nr; i++)
		release_locked(mem, extents[i].ipa.addr, extents[i].nr_pages);
	mutex_unlock(&mem->lock);
}
