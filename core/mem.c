// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Records of memory transactions: made, found, released, and taken back when a VM ends. */
#include "mem.h"

#include <vffa/quirk.h>

#include "vmlock.h"

static struct vffa_mem **bucket_of(struct vffa_vm *vm, uint64_t handle)
{
	uint64_t h = handle ^ handle >> 32;

	h ^= h >> 16;
	return &vm->mems[(h ^ h >> 8) % VFFA_MEM_BUCKETS];
}

static void uncharge_spmc(struct vffa_relay *relay)
{
	(void)vffa_atomic_add_return(&relay->nr_mems, -1);
}

/* Some SPMCs must not be asked for more handles than they have (VFFA_QUIRK_HANDLES_IN_ALL). */
static bool charge_spmc(struct vffa_relay *relay)
{
	int n = vffa_atomic_add_return(&relay->nr_mems, 1);

	if (!(relay->spmc.quirks & VFFA_QUIRK_HANDLES_IN_ALL) || n <= (int)VFFA_QUIRK_MAX_HANDLES)
		return true;
	uncharge_spmc(relay);
	return false;
}

static uint32_t max_handles(const struct vffa_vm *vm)
{
	uint32_t n = vm->mem_limits.nr_handles;

	if (vm->relay->spmc.quirks & VFFA_QUIRK_HANDLES_PER_VM && n > VFFA_QUIRK_MAX_HANDLES)
		n = VFFA_QUIRK_MAX_HANDLES;
	return n;
}

static enum vffa_ret charge_locked(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	if (vm->nr_mems >= max_handles(vm) || !charge_spmc(vm->relay))
		return VFFA_NO_MEMORY;
	ret = vm->relay->cfg.ops->charge_mem(vm, VFFA_MEM_HANDLE);
	if (ret) {
		uncharge_spmc(vm->relay);
		return ret;
	}
	vm->nr_mems++;
	return VFFA_OK;
}

enum vffa_ret vffa_mem_charge(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	ret = charge_locked(vm);
	vffa_vm_unlock(vm);
	return ret;
}

void vffa_mem_uncharge(struct vffa_vm *vm)
{
	vffa_vm_lock_always(vm);
	vm->nr_mems--;
	vm->relay->cfg.ops->uncharge_mem(vm, VFFA_MEM_HANDLE);
	vffa_vm_unlock(vm);
	uncharge_spmc(vm->relay);
}

enum vffa_ret vffa_vm_mems(struct vffa_vm *vm, struct vffa_vm_mems *out)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	out->nr_handles = vm->nr_mems;
	out->nr_fragmented = vm->nr_partial;
	vffa_vm_unlock(vm);
	out->max_handles = max_handles(vm);
	out->max_fragmented = vm->mem_limits.nr_fragmented;
	return VFFA_OK;
}

enum vffa_ret vffa_mem_create(struct vffa_vm *vm, struct vffa_mem **mem)
{
	enum vffa_ret ret;

	ret = vffa_mem_charge(vm);
	if (ret)
		return ret;
	*mem = vm->relay->cfg.ops->alloc(vm, sizeof(**mem));
	if (!*mem) {
		vffa_mem_uncharge(vm);
		return VFFA_NO_MEMORY;
	}
	(*mem)->vm = vm;
	return VFFA_OK;
}

/* Claims first: while a page is pinned its number means this page. */
static void release_pages(struct vffa_mem *mem)
{
	struct vffa_relay *relay = mem->vm->relay;
	struct vffa_extent_walk walk = vffa_extents_walk(&mem->extents);
	const struct vffa_extent *e;
	uint32_t nr;

	vffa_pages_lock_always(relay);
	while ((e = vffa_extents_next_few(&walk, &nr)))
		vffa_page_release_extents(relay, &mem->claim, e, nr);
	vffa_pages_unlock(relay);

	walk = vffa_extents_walk(&mem->extents);
	while ((e = vffa_extents_next_few(&walk, &nr)))
		relay->cfg.ops->unpin(mem->vm, e, nr);
	if (mem->extents.nr_pages)
		relay->cfg.ops->uncharge(mem->vm, mem->extents.nr_pages);
}

static void forget(struct vffa_mem *mem)
{
	struct vffa_vm *vm = mem->vm;

	vffa_extents_free(vm, &mem->extents);
	vm->relay->cfg.ops->free(vm, mem);
	vffa_mem_uncharge(vm);
}

void vffa_mem_destroy(struct vffa_mem *mem)
{
	release_pages(mem);
	forget(mem);
}

/* They are somebody else's, for ever: nobody may claim them again, and nobody unpins them. */
static void give_away(struct vffa_mem *mem)
{
	const struct vffa_port_ops *ops = mem->vm->relay->cfg.ops;
	struct vffa_extent_walk walk = vffa_extents_walk(&mem->extents);
	const struct vffa_extent *e;

	while ((e = vffa_extents_next(&walk)))
		ops->give_away(mem->vm, e->ipa, e->pa, e->nr_pages);
	mem->vm->has_given_away = true;
	forget(mem);
}

static void put_locked(struct vffa_mem *mem, enum vffa_mem_state state)
{
	struct vffa_mem **bucket = bucket_of(mem->vm, mem->handle);

	mem->state = state;
	mem->next = *bucket;
	*bucket = mem;
}

static struct vffa_mem **find_locked(struct vffa_vm *vm, uint64_t handle)
{
	struct vffa_mem **link = bucket_of(vm, handle);

	while (*link && (*link)->handle != handle)
		link = &(*link)->next;
	return link;
}

bool vffa_mem_put(struct vffa_mem *mem, enum vffa_mem_state state)
{
	struct vffa_vm *vm = mem->vm;
	bool is_new;

	vffa_vm_lock_always(vm);
	is_new = mem->handle == FFA_MEM_HANDLE_INVALID || !*find_locked(vm, mem->handle);
	if (!is_new)
		mem->handle = FFA_MEM_HANDLE_INVALID;
	put_locked(mem, is_new ? state : VFFA_MEM_LOST);
	vffa_vm_unlock(vm);
	return is_new;
}

static enum vffa_ret put_partial_locked(struct vffa_mem *mem)
{
	struct vffa_vm *vm = mem->vm;
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	if (vm->nr_partial >= vm->mem_limits.nr_fragmented)
		return VFFA_NO_MEMORY;
	ret = vm->relay->cfg.ops->charge_mem(vm, VFFA_MEM_FRAGMENTED);
	if (ret)
		return ret;
	vm->nr_partial++;
	put_locked(mem, VFFA_MEM_PARTIAL);
	return VFFA_OK;
}

enum vffa_ret vffa_mem_put_partial(struct vffa_mem *mem)
{
	struct vffa_vm *vm = mem->vm;
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;

	mem->due_ns = cfg->ops->now_ns(cfg->port) + vm->mem_limits.frag_ns;
	ret = put_partial_locked(mem);
	vffa_vm_unlock(vm);

	if (!ret)
		cfg->ops->schedule(vm, vm->mem_limits.frag_ns);
	return ret;
}

static void take_locked(struct vffa_mem **link)
{
	struct vffa_mem *mem = *link;

	*link = mem->next;
	mem->next = NULL;
	if (mem->state != VFFA_MEM_PARTIAL)
		return;
	mem->vm->nr_partial--;
	mem->vm->relay->cfg.ops->uncharge_mem(mem->vm, VFFA_MEM_FRAGMENTED);
}

enum vffa_ret vffa_mem_take(struct vffa_vm *vm, uint64_t handle, enum vffa_mem_state state,
			    struct vffa_mem **mem)
{
	struct vffa_mem **link;
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;

	link = find_locked(vm, handle);
	*mem = *link;
	if (*mem && (*mem)->state == state)
		take_locked(link);
	else
		ret = VFFA_INVALID_PARAMETERS;
	vffa_vm_unlock(vm);
	return ret;
}

bool vffa_mem_is_used(struct vffa_vm *vm, uint64_t handle)
{
	bool used;

	vffa_vm_lock_always(vm);
	used = *find_locked(vm, handle);
	vffa_vm_unlock(vm);
	return used;
}

/*
 * Take the first transaction that is PARTIAL and due by @now_ns; without one, *@wait_ns is how long
 * until the next is, 0 = there is none.
 */
static struct vffa_mem *take_overdue(struct vffa_vm *vm, uint64_t now_ns, uint64_t *wait_ns)
{
	struct vffa_mem *found = NULL;

	*wait_ns = 0;
	vffa_vm_lock_always(vm);
	for (unsigned int i = 0; i < VFFA_MEM_BUCKETS && vm->nr_partial && !found; i++) {
		for (struct vffa_mem **link = &vm->mems[i]; *link; link = &(*link)->next) {
			struct vffa_mem *mem = *link;

			if (mem->state != VFFA_MEM_PARTIAL)
				continue;
			if (mem->due_ns <= now_ns) {
				take_locked(link);
				found = mem;
				break;
			}
			if (!*wait_ns || mem->due_ns - now_ns < *wait_ns)
				*wait_ns = mem->due_ns - now_ns;
		}
	}
	vffa_vm_unlock(vm);
	return found;
}

uint64_t vffa_mem_finish_overdue(struct vffa_vm *vm)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	struct vffa_mem *mem;
	uint64_t wait_ns;

	while ((mem = take_overdue(vm, cfg->ops->now_ns(cfg->port), &wait_ns)))
		vffa_mem_destroy(mem);
	return wait_ns;
}

static void give_locked(struct vffa_mem *mem, const struct vffa_extent *end)
{
	struct vffa_extent_walk walk = vffa_extents_walk(&mem->extents);
	const struct vffa_extent *e;

	while ((e = vffa_extents_next(&walk)) && e != end)
		vffa_page_give(mem->vm->relay, e->pa, e->nr_pages);
}

void vffa_mem_give(struct vffa_mem *mem)
{
	vffa_pages_lock_always(mem->vm->relay);
	give_locked(mem, NULL);
	vffa_pages_unlock(mem->vm->relay);
}

static bool withdraw(struct vffa_mem *mem)
{
	struct vffa_extent_walk walk = vffa_extents_walk(&mem->extents);
	struct vffa_relay *relay = mem->vm->relay;
	const struct vffa_extent *e;

	vffa_pages_lock_always(relay);
	while ((e = vffa_extents_next(&walk))) {
		if (!vffa_page_withdraw(relay, e->pa, e->nr_pages)) {
			give_locked(mem, e);
			break;
		}
	}
	vffa_pages_unlock(relay);
	return !e;
}

/* What was donated has been withdrawn, unless a VM has it. */
static enum vffa_ret reclaim(struct vffa_mem *mem, uint32_t flags)
{
	enum vffa_ret ret = vffa_mem_spmc_reclaim(mem->vm->relay, mem->handle, flags);

	if (ret && mem->type == VFFA_MEM_DONATE)
		vffa_mem_give(mem);
	return ret;
}

enum vffa_ret vffa_mem_recall(struct vffa_mem *mem, uint32_t flags)
{
	/* Whatever the SPMC says: a VM has got it from the new owner. */
	if (mem->type == VFFA_MEM_DONATE && !withdraw(mem))
		return VFFA_DENIED;
	return reclaim(mem, flags);
}

/* True: forgotten; false: it stays, because others have the pages. */
static bool take_back(struct vffa_mem *mem)
{
	bool is_passed_on;
	enum vffa_ret ret;

	switch (mem->state) {
	case VFFA_MEM_LOST:
		/* What was donated a VM may have, whatever the SPMC says. */
		if (mem->handle == FFA_MEM_HANDLE_INVALID ||
		    (mem->type == VFFA_MEM_DONATE && !withdraw(mem)) ||
		    vffa_mem_spmc_reclaim(mem->vm->relay, mem->handle, 0))
			return false;
		break;
	case VFFA_MEM_LIVE:
		/* A VM has got it from the new owner, but the SPMC has to say so before the id is free. */
		is_passed_on = mem->type == VFFA_MEM_DONATE && !withdraw(mem);
		ret = reclaim(mem, 0);
		/*
		 * SPEC-NOTE: retrieved, a donation is complete, and its handle is nobody's any
		 * more: that is how the donor hears of it.
		 */
		if (ret == VFFA_INVALID_PARAMETERS && mem->type == VFFA_MEM_DONATE) {
			give_away(mem);
			return true;
		}
		/*
		 * Given back, and a VM has it: nobody knows whose it is. The handle may be
		 * somebody else's from now on, who would lose what it names.
		 */
		if (!ret && is_passed_on) {
			mem->state = VFFA_MEM_LOST;
			mem->handle = FFA_MEM_HANDLE_INVALID;
		}
		if (ret || is_passed_on)
			return false;
		break;
	default:
		break;
	}
	vffa_mem_destroy(mem);
	return true;
}

static struct vffa_mem *take_first(struct vffa_vm *vm, unsigned int bucket)
{
	struct vffa_mem *mem;

	vffa_vm_lock_always(vm);
	mem = vm->mems[bucket];
	if (mem)
		take_locked(&vm->mems[bucket]);
	vffa_vm_unlock(vm);
	return mem;
}

bool vffa_mem_finish_all(struct vffa_vm *vm)
{
	struct vffa_mem *kept = NULL;
	struct vffa_mem *mem;

	for (unsigned int i = 0; i < VFFA_MEM_BUCKETS; i++) {
		while ((mem = take_first(vm, i))) {
			if (take_back(mem))
				continue;
			mem->next = kept;
			kept = mem;
		}
	}
	if (!kept)
		return true;

	while ((mem = kept)) {
		kept = mem->next;
		(void)vffa_mem_put(mem, mem->state);
	}
	return false;
}
