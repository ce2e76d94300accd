// SPDX-License-Identifier: GPL-2.0-only
/* The fake home's memory: what guests have, what is pinned of it, and what the relay allocates. */
#include <stdlib.h>
#include <string.h>

#include "fake_impl.h"

#define FIRST_BULK (FAKE_RAM_PAGES + 1) /* behind the read-only page */

/* The page at @ipa, counted over all pages of the VM; UINT32_MAX = there is none. */
static uint32_t page_index(const struct fake_vm *vm, uint64_t ipa)
{
	if (ipa >= FAKE_RAM_IPA && ipa < FAKE_ROM_IPA + FFA_PAGE_SIZE)
		return (uint32_t)((ipa - FAKE_RAM_IPA) / FFA_PAGE_SIZE);
	if (ipa >= FAKE_BULK_IPA && (ipa - FAKE_BULK_IPA) / FFA_PAGE_SIZE < fake_bulk_pages(vm))
		return FIRST_BULK + (uint32_t)((ipa - FAKE_BULK_IPA) / FFA_PAGE_SIZE);
	return UINT32_MAX;
}

uint32_t fake_bulk_pages(const struct fake_vm *vm)
{
	return vm->port->host.nr_pages / FAKE_HOST_VMS - FIRST_BULK;
}

uint64_t fake_pa(const struct fake_vm *vm, uint64_t ipa)
{
	uint64_t alias = (ipa - FAKE_ALIAS_IPA) / FFA_PAGE_SIZE;
	uint32_t n = page_index(vm, ipa);

	if (ipa >= FAKE_ALIAS_IPA && alias < FAKE_ALIAS_PAGES)
		return fake_host_pa(&vm->port->host, 0, FIRST_BULK + (uint32_t)alias);
	return n == UINT32_MAX ? 0 : fake_host_pa(&vm->port->host, vm->nr, n);
}

static bool is_too_much(const struct fake_vm *vm, uint32_t nr_pages)
{
	return vm->max_pinned && nr_pages > vm->max_pinned - vm->nr_pinned - vm->nr_charged;
}

enum vffa_ret fake_op_map_guest(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				struct vffa_mapping *map)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct fake_port *port = fake->port;
	enum vffa_ret ret = VFFA_INVALID_PARAMETERS;

	pthread_mutex_lock(&port->mutex);
	if (fake_is_any_held())
		fake_complain_locked(port, "map_guest() with a lock held");
	if (fake_fails_now(port, FAKE_OP_MAP)) {
		ret = port->fail_ret;
		goto out_unlock;
	}
	if (ipa.addr % FFA_PAGE_SIZE || ipa.addr < FAKE_RAM_IPA || nr_pages > FAKE_RAM_PAGES ||
	    ipa.addr > FAKE_ROM_IPA - (uint64_t)nr_pages * FFA_PAGE_SIZE)
		goto out_unlock;
	if (is_too_much(fake, nr_pages)) {
		ret = VFFA_NO_MEMORY;
		goto out_unlock;
	}

	ret = VFFA_OK;
	map->va = fake->ram + (ipa.addr - FAKE_RAM_IPA);
	map->host = (void *)(uintptr_t)nr_pages;
	for (uint32_t i = 0; i < nr_pages; i++)
		map->pa[i].addr = fake_pa(fake, ipa.addr + (uint64_t)i * FFA_PAGE_SIZE);
	fake->nr_pinned += nr_pages;
out_unlock:
	pthread_mutex_unlock(&port->mutex);
	return ret;
}

void fake_op_unmap_guest(struct vffa_vm *vm, struct vffa_mapping *map)
{
	struct fake_vm *fake = fake_vm_of(vm);
	unsigned int nr_pages = (unsigned int)(uintptr_t)map->host;

	pthread_mutex_lock(&fake->port->mutex);
	if (fake_is_any_held())
		fake_complain_locked(fake->port, "unmap_guest() with a lock held");
	if (!map->va || nr_pages > fake->nr_pinned)
		fake_complain_locked(fake->port, "unmap_guest() of what is not mapped");
	fake->nr_pinned -= nr_pages;
	pthread_mutex_unlock(&fake->port->mutex);
	*map = (struct vffa_mapping){ 0 };
}

/* New memory each time, where it can be, so that the sanitizer finds what is used afterwards. */
static void *own_memory(const struct fake_vm *vm, uint32_t nr_pages, uint64_t *pa)
{
	void *va;

	if (vm->port->va_of) {
		*pa = FAKE_OWN_PA(vm->nr);
		return vm->port->va_of(*pa);
	}
	va = aligned_alloc(FFA_PAGE_SIZE, (size_t)nr_pages * FFA_PAGE_SIZE);
	if (!va)
		abort();
	*pa = (uintptr_t)va;
	return va;
}

enum vffa_ret fake_op_map_own(struct vffa_vm *vm, uint32_t nr_pages, struct vffa_mapping *map)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct fake_port *port = fake->port;
	enum vffa_ret ret = VFFA_OK;
	uint64_t pa;

	pthread_mutex_lock(&port->mutex);
	if (!fake_is_held(&fake->lock))
		fake_complain_locked(port, "map_own() without the VM's lock");
	if (fake->nr_own)
		fake_complain_locked(port, "a second map_own()");
	if (fake_fails_now(port, FAKE_OP_MAP)) {
		ret = port->fail_ret;
		goto out_unlock;
	}
	map->va = own_memory(fake, nr_pages, &pa);
	map->host = (void *)(uintptr_t)nr_pages;
	memset(map->va, 0, (size_t)nr_pages * FFA_PAGE_SIZE);
	for (uint32_t i = 0; i < nr_pages; i++)
		map->pa[i].addr = pa + (uint64_t)i * FFA_PAGE_SIZE;
	fake->nr_own += nr_pages;
out_unlock:
	pthread_mutex_unlock(&port->mutex);
	return ret;
}

void fake_op_unmap_own(struct vffa_vm *vm, struct vffa_mapping *map)
{
	struct fake_vm *fake = fake_vm_of(vm);

	pthread_mutex_lock(&fake->port->mutex);
	if (!fake_is_held(&fake->lock))
		fake_complain_locked(fake->port, "unmap_own() without the VM's lock");
	if (!map->va || (uintptr_t)map->host != fake->nr_own)
		fake_complain_locked(fake->port, "unmap_own() of what is not mapped");
	if (!fake->port->va_of)
		free(map->va);
	fake->nr_own = 0;
	pthread_mutex_unlock(&fake->port->mutex);
	*map = (struct vffa_mapping){ 0 };
}

enum vffa_ret fake_op_charge(struct vffa_vm *vm, uint32_t nr_pages)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct fake_port *port = fake->port;
	enum vffa_ret ret = VFFA_OK;

	pthread_mutex_lock(&port->mutex);
	if (fake_is_any_held())
		fake_complain_locked(port, "charge() with a lock held that others wait for");
	if (!nr_pages)
		fake_complain_locked(port, "charge() of nothing");
	if (fake_fails_now(port, FAKE_OP_PIN))
		ret = port->fail_ret;
	else if (is_too_much(fake, nr_pages))
		ret = VFFA_NO_MEMORY;
	else
		fake->nr_charged += nr_pages;
	pthread_mutex_unlock(&port->mutex);
	return ret;
}

void fake_op_uncharge(struct vffa_vm *vm, uint32_t nr_pages)
{
	struct fake_vm *fake = fake_vm_of(vm);

	pthread_mutex_lock(&fake->port->mutex);
	if (nr_pages > fake->nr_charged || fake->nr_charged - nr_pages < fake->nr_mem_pinned)
		fake_complain_locked(fake->port, "uncharge() of more than is not pinned");
	fake->nr_charged -= nr_pages;
	pthread_mutex_unlock(&fake->port->mutex);
}

enum vffa_ret fake_op_charge_mem(struct vffa_vm *vm, enum vffa_mem_kind kind)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct fake_port *port = fake->port;
	enum vffa_ret ret = VFFA_OK;

	pthread_mutex_lock(&port->mutex);
	if (!fake_is_held(&fake->lock))
		fake_complain_locked(port, "charge_mem() without the VM's lock");
	if (fake_fails_now(port, FAKE_OP_CHARGE))
		ret = VFFA_NO_MEMORY;
	else
		fake->nr_charged_mems[kind]++;
	pthread_mutex_unlock(&port->mutex);
	return ret;
}

void fake_op_uncharge_mem(struct vffa_vm *vm, enum vffa_mem_kind kind)
{
	struct fake_vm *fake = fake_vm_of(vm);

	pthread_mutex_lock(&fake->port->mutex);
	if (!fake_is_held(&fake->lock))
		fake_complain_locked(fake->port, "uncharge_mem() without the VM's lock");
	if (!fake->nr_charged_mems[kind])
		fake_complain_locked(fake->port, "uncharge_mem() of what is not charged");
	fake->nr_charged_mems[kind]--;
	pthread_mutex_unlock(&fake->port->mutex);
}

static enum vffa_ret check_pin_range(struct fake_vm *fake, const struct vffa_range *range)
{
	for (uint32_t i = 0; i < range->nr_pages; i++) {
		uint64_t page = range->addr + (uint64_t)i * FFA_PAGE_SIZE;

		if (!fake_pa(fake, page))
			return VFFA_INVALID_PARAMETERS;
		if (page == FAKE_ROM_IPA)
			return VFFA_DENIED;
	}
	return VFFA_OK;
}

static enum vffa_ret check_pin(struct fake_vm *fake, const struct vffa_range *ranges,
			       uint32_t nr_ranges)
{
	enum vffa_ret ret = VFFA_OK;
	uint64_t nr_pages = 0;

	if (!nr_ranges || nr_ranges > VFFA_PIN_BATCH)
		fake_complain_locked(fake->port, "pin() of no range, or of too many");
	if (fake_fails_now(fake->port, FAKE_OP_PIN))
		return fake->port->fail_ret;
	for (uint32_t i = 0; i < nr_ranges && !ret; i++) {
		if (!ranges[i].nr_pages || ranges[i].addr % FFA_PAGE_SIZE)
			fake_complain_locked(fake->port, "pin() of no page, or of a part of one");
		nr_pages += ranges[i].nr_pages;
		ret = check_pin_range(fake, &ranges[i]);
	}
	if (nr_pages > VFFA_PIN_BATCH)
		fake_complain_locked(fake->port, "pin() of too many pages");
	if (nr_pages > fake->nr_charged - fake->nr_mem_pinned)
		fake_complain_locked(fake->port, "pin() of more than is charged");
	return ret;
}

static void pin_range(struct fake_vm *fake, const struct vffa_range *range, struct vffa_hpa *pa)
{
	for (uint32_t i = 0; i < range->nr_pages; i++) {
		pa[i].addr = fake_pa(fake, range->addr + (uint64_t)i * FFA_PAGE_SIZE);
		fake_host_pin(&fake->port->host, pa[i].addr);
	}
	fake->nr_mem_pinned += range->nr_pages;
}

enum vffa_ret fake_op_pin(struct vffa_vm *vm, const struct vffa_range *ranges, uint32_t nr_ranges,
			  struct vffa_hpa *pa)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct fake_port *port = fake->port;
	enum vffa_ret ret;

	pthread_mutex_lock(&port->mutex);
	if (fake_is_any_held())
		fake_complain_locked(port, "pin() with a lock held that others wait for");
	ret = check_pin(fake, ranges, nr_ranges);
	for (uint32_t i = 0; i < nr_ranges && !ret; i++) {
		pin_range(fake, &ranges[i], pa);
		pa += ranges[i].nr_pages;
	}
	pthread_mutex_unlock(&port->mutex);
	return ret;
}

static void unpin_extent(struct fake_vm *fake, const struct vffa_extent *e)
{
	struct fake_port *port = fake->port;

	for (uint32_t i = 0; i < e->nr_pages; i++) {
		uint64_t offset = (uint64_t)i * FFA_PAGE_SIZE;

		if (fake_pa(fake, e->ipa.addr + offset) != e->pa.addr + offset)
			fake_complain_locked(port, "unpin() of another page than was pinned there");
		else if (!fake_host_unpin(&port->host, e->pa.addr + offset))
			fake_complain_locked(port, "unpin() of what is not pinned");
	}
	if (e->nr_pages > fake->nr_mem_pinned)
		fake_complain_locked(port, "unpin() by a VM that has not pinned so much");
	fake->nr_mem_pinned -= e->nr_pages;
}

void fake_op_unpin(struct vffa_vm *vm, const struct vffa_extent *extents, uint32_t nr)
{
	struct fake_vm *fake = fake_vm_of(vm);

	pthread_mutex_lock(&fake->port->mutex);
	if (!nr)
		fake_complain_locked(fake->port, "unpin() of nothing");
	for (uint32_t i = 0; i < nr; i++)
		unpin_extent(fake, &extents[i]);
	pthread_mutex_unlock(&fake->port->mutex);
}

void fake_op_give_away(struct vffa_vm *vm, struct vffa_ipa ipa, struct vffa_hpa pa,
		       uint32_t nr_pages)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct fake_port *port = fake->port;

	pthread_mutex_lock(&port->mutex);
	if (fake_pa(fake, ipa.addr) != pa.addr || nr_pages > fake->nr_mem_pinned)
		fake_complain_locked(port, "give_away() of what is not pinned there");
	fake->nr_mem_pinned -= nr_pages;
	fake->nr_charged -= nr_pages;
	port->host.nr_given += nr_pages;
	pthread_mutex_unlock(&port->mutex);
}

/* A new leaf each time, so that the sanitizer finds what is used after leaf_drop(). */
struct vffa_leaf *fake_op_leaf_get(void *arg, uint64_t nr, bool create)
{
	struct fake_port *port = arg;
	struct vffa_leaf **leaf;
	struct vffa_leaf *found = NULL;

	pthread_mutex_lock(&port->mutex);
	if (!fake_is_page_lock_held())
		fake_complain_locked(port, "leaf_get() without the lock of pages");
	leaf = fake_host_leaf(&port->host, nr);
	if (!leaf) {
		if (create)
			fake_complain_locked(port, "leaf_get() of what is no RAM of the host");
		goto out_unlock;
	}
	if (!*leaf && create && !fake_fails_now(port, FAKE_OP_LEAF)) {
		*leaf = calloc(1, sizeof(**leaf));
		port->host.nr_leaves++;
	}
	found = *leaf;
out_unlock:
	pthread_mutex_unlock(&port->mutex);
	return found;
}

static bool is_leaf_zero(const struct vffa_leaf *leaf)
{
	uint64_t any = leaf->nr_used;

	for (unsigned int i = 0; i < VFFA_LEAF_PAGES; i++)
		any |= leaf->word[i];
	return !any;
}

void fake_op_leaf_drop(void *arg, uint64_t nr)
{
	struct fake_port *port = arg;
	struct vffa_leaf **leaf;

	pthread_mutex_lock(&port->mutex);
	if (!fake_is_page_lock_held())
		fake_complain_locked(port, "leaf_drop() without the lock of pages");
	leaf = fake_host_leaf(&port->host, nr);
	if (!leaf || !*leaf || !is_leaf_zero(*leaf)) {
		fake_complain_locked(port, "leaf_drop() of a leaf in use, or of none");
	} else {
		free(*leaf);
		*leaf = NULL;
		port->host.nr_leaves--;
	}
	pthread_mutex_unlock(&port->mutex);
}

void fake_op_differs(struct vffa_vm *vm, uint64_t handle)
{
	(void)handle;
	fake_vm_of(vm)->port->nr_differs++;
}

/* What alloc() gave, with its owner in front. */
struct block {
	struct fake_vm *vm;
	uint8_t mem[] __attribute__((aligned(16)));
};

void *fake_op_alloc(struct vffa_vm *vm, uint32_t size)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct block *block;
	bool fails;

	pthread_mutex_lock(&fake->port->mutex);
	fails = fake_fails_now(fake->port, FAKE_OP_ALLOC);
	fake->nr_allocs += !fails;
	pthread_mutex_unlock(&fake->port->mutex);
	if (fails)
		return NULL;

	block = calloc(1, sizeof(*block) + size);
	if (!block)
		abort();
	block->vm = fake;
	return block->mem;
}

void fake_op_free(struct vffa_vm *vm, void *mem)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct block *block;

	if (!mem)
		return;
	block = (struct block *)((uint8_t *)mem - offsetof(struct block, mem));
	pthread_mutex_lock(&fake->port->mutex);
	if (block->vm != fake)
		fake_complain_locked(fake->port, "free() of what another VM pays for");
	fake->nr_allocs--;
	pthread_mutex_unlock(&fake->port->mutex);
	free(block);
}
