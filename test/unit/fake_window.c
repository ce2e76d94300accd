// SPDX-License-Identifier: GPL-2.0-only
/* The fake home's windows, in which VMs see what they borrow. */
#include "fake_impl.h"

static uint32_t page_of(struct vffa_ipa ipa)
{
	return (uint32_t)((ipa.addr - FAKE_WINDOW_IPA) / FFA_PAGE_SIZE);
}

/* Are @nr_pages from @first on within the window, and taken or not, all of them? */
static bool are_taken(const struct fake_vm *fake, uint32_t first, uint32_t nr_pages, bool taken)
{
	if (nr_pages > FAKE_WINDOW_PAGES || first > FAKE_WINDOW_PAGES - nr_pages)
		return false;
	for (uint32_t i = first; i < first + nr_pages; i++) {
		if (fake->window_taken[i] != taken)
			return false;
	}
	return true;
}

static bool are_mapped(const struct fake_vm *fake, uint32_t first, uint32_t nr_pages, bool mapped)
{
	for (uint32_t i = first; i < first + nr_pages; i++) {
		if (!fake->window[i] == mapped)
			return false;
	}
	return true;
}

static void set_taken(struct fake_vm *fake, uint32_t first, uint32_t nr_pages, bool taken)
{
	for (uint32_t i = first; i < first + nr_pages; i++)
		fake->window_taken[i] = taken;
}

enum vffa_ret fake_op_window_take(struct vffa_vm *vm, uint32_t nr_pages, uint32_t align_pages,
				  struct vffa_ipa *ipa)
{
	struct fake_vm *fake = fake_vm_of(vm);
	enum vffa_ret ret = VFFA_NO_MEMORY;

	pthread_mutex_lock(&fake->port->mutex);
	if (!nr_pages || !align_pages || align_pages & (align_pages - 1) || fake_is_any_held())
		fake_complain_locked(fake->port, "window_take() of nothing, or with a lock held");
	if (fake_fails_now(fake->port, FAKE_OP_WINDOW))
		goto out_unlock;
	for (uint32_t i = 0; i < FAKE_WINDOW_PAGES && ret; i++) {
		uint64_t addr = FAKE_WINDOW_IPA + (uint64_t)i * FFA_PAGE_SIZE;

		if (addr % (align_pages * FFA_PAGE_SIZE) || !are_taken(fake, i, nr_pages, false))
			continue;
		set_taken(fake, i, nr_pages, true);
		ipa->addr = addr;
		ret = VFFA_OK;
	}
out_unlock:
	pthread_mutex_unlock(&fake->port->mutex);
	return ret;
}

void fake_op_window_put(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages)
{
	struct fake_vm *fake = fake_vm_of(vm);
	uint32_t first = page_of(ipa);

	pthread_mutex_lock(&fake->port->mutex);
	if (!are_taken(fake, first, nr_pages, true) || !are_mapped(fake, first, nr_pages, false))
		fake_complain_locked(fake->port, "window_put() of what is not taken, or mapped");
	else
		set_taken(fake, first, nr_pages, false);
	pthread_mutex_unlock(&fake->port->mutex);
}

enum vffa_ret fake_op_window_map(struct vffa_vm *vm, struct vffa_ipa ipa, struct vffa_hpa pa,
				 uint32_t nr_pages, bool writable)
{
	struct fake_vm *fake = fake_vm_of(vm);
	uint32_t first = page_of(ipa);
	enum vffa_ret ret = VFFA_DENIED;

	pthread_mutex_lock(&fake->port->mutex);
	if (!are_taken(fake, first, nr_pages, true) || !are_mapped(fake, first, nr_pages, false))
		fake_complain_locked(fake->port, "window_map() where it cannot be");
	if (fake_fails_now(fake->port, FAKE_OP_WINDOW))
		goto out_unlock;
	ret = VFFA_OK;
	for (uint32_t i = 0; i < nr_pages; i++) {
		uint64_t addr = pa.addr + (uint64_t)i * FFA_PAGE_SIZE;

		if (!fake_host_is_pinned(&fake->port->host, addr))
			fake_complain_locked(fake->port, "window_map() of what is not pinned");
		if (first + i < FAKE_WINDOW_PAGES)
			fake->window[first + i] = addr | writable;
	}
out_unlock:
	pthread_mutex_unlock(&fake->port->mutex);
	return ret;
}

void fake_op_window_unmap(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages)
{
	struct fake_vm *fake = fake_vm_of(vm);
	uint32_t first = page_of(ipa);

	pthread_mutex_lock(&fake->port->mutex);
	if (!are_taken(fake, first, nr_pages, true) || !are_mapped(fake, first, nr_pages, true))
		fake_complain_locked(fake->port, "window_unmap() of what is not mapped");
	for (uint32_t i = first; i < first + nr_pages && i < FAKE_WINDOW_PAGES; i++)
		fake->window[i] = 0;
	pthread_mutex_unlock(&fake->port->mutex);
}
