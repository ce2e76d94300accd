// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Memory that VMs have of partitions: the records, giving back, and giving back when a VM ends. */
#include "borrow.h"

#include "mailbox.h"
#include "mem.h"
#include "page.h"
#include "vmlock.h"

enum vffa_ret vffa_borrow_create(struct vffa_vm *vm, struct vffa_borrow **b)
{
	enum vffa_ret ret;

	ret = vffa_mem_charge(vm);
	if (ret)
		return ret;
	*b = vm->relay->cfg.ops->alloc(vm, sizeof(**b));
	if (!*b) {
		vffa_mem_uncharge(vm);
		return VFFA_NO_MEMORY;
	}
	(*b)->vm = vm;
	return VFFA_OK;
}

void vffa_borrow_unmap(struct vffa_borrow *b)
{
	if (b->is_mapped)
		b->vm->relay->cfg.ops->window_unmap(b->vm, b->ipa, b->nr_pages);
	b->is_mapped = false;
}

enum vffa_ret vffa_borrow_map(struct vffa_borrow *b)
{
	struct vffa_extent_walk walk = vffa_extents_walk(&b->extents);
	const struct vffa_port_ops *ops = b->vm->relay->cfg.ops;
	enum vffa_ret ret = VFFA_OK;
	const struct vffa_extent *e;
	uint32_t nr_pages = 0;

	while (!ret && (e = vffa_extents_next(&walk))) {
		ret = ops->window_map(b->vm, e->ipa, e->pa, e->nr_pages, b->writable);
		if (!ret)
			nr_pages += e->nr_pages;
	}
	if (ret && nr_pages)
		ops->window_unmap(b->vm, b->ipa, nr_pages);
	b->is_mapped = !ret;
	return ret;
}

void vffa_borrow_let_go(struct vffa_borrow *b)
{
	struct vffa_extent_walk walk = vffa_extents_walk(&b->extents);
	struct vffa_relay *relay = b->vm->relay;
	const struct vffa_extent *e;

	vffa_borrow_unmap(b);
	vffa_pages_lock_always(relay);
	while ((e = vffa_extents_next(&walk)))
		vffa_page_return(relay, e->pa, e->nr_pages);
	vffa_pages_unlock(relay);
	vffa_extents_free(b->vm, &b->extents);
	if (b->nr_pages)
		relay->cfg.ops->window_put(b->vm, b->ipa, b->nr_pages);
	b->nr_pages = 0;
}

void vffa_borrow_destroy(struct vffa_borrow *b)
{
	struct vffa_vm *vm = b->vm;

	vffa_borrow_let_go(b);
	vm->relay->cfg.ops->free(vm, b);
	vffa_mem_uncharge(vm);
}

void vffa_borrow_put_locked(struct vffa_borrow *b)
{
	vffa_vm_assert_locked(b->vm);
	b->next = b->vm->borrows;
	b->vm->borrows = b;
}

void vffa_borrow_put(struct vffa_borrow *b)
{
	struct vffa_vm *vm = b->vm;

	vffa_vm_lock_always(vm);
	vffa_borrow_put_locked(b);
	vffa_vm_unlock(vm);
}

struct vffa_borrow **vffa_borrow_find_locked(struct vffa_vm *vm, uint64_t handle)
{
	struct vffa_borrow **link = &vm->borrows;

	vffa_vm_assert_locked(vm);
	while (*link && ((*link)->is_given || (*link)->handle != handle))
		link = &(*link)->next;
	return link;
}

/* The descriptor: as much of TX as the longest that makes sense. */
static enum vffa_ret decode_relinquish(struct vffa_vm *vm, struct vffa_mem_relinquish *req)
{
	uint8_t buf[sizeof(struct ffa_mem_relinquish) + VFFA_MEM_MAX_RECEIVERS * sizeof(vffa_le16)];
	enum vffa_ret ret;

	ret = vffa_mailbox_copy_tx(vm, buf, sizeof(buf));
	if (!ret)
		ret = vffa_mem_relinquish_decode(buf, sizeof(buf), req);
	if (ret)
		return VFFA_INTERRUPTED == ret ? ret : VFFA_INVALID_PARAMETERS;
	/* SPEC-GAP: VMs have no dependent peripherals to speak for. */
	if (req->nr_ids != 1 || req->ids[0] != vm->id)
		return VFFA_INVALID_PARAMETERS;
	return req->flags & ~(FFA_MEM_FLAG_ZERO | FFA_MEM_FLAG_TIME_SLICE) ? VFFA_INVALID_PARAMETERS
									   : VFFA_OK;
}

/*
 * SPEC-NOTE: of a handle the relay knows whether the VM has retrieved by it, not whether it is one.
 * Both are INVALID_PARAMETERS.
 */
static enum vffa_ret take(struct vffa_vm *vm, uint64_t handle, struct vffa_borrow **b)
{
	struct vffa_borrow **link;
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	link = vffa_borrow_find_locked(vm, handle);
	*b = *link;
	if (*b)
		*link = (*b)->next;
	else
		ret = VFFA_INVALID_PARAMETERS;
	vffa_vm_unlock(vm);
	return ret;
}

enum vffa_ret vffa_mem_relinquish(struct vffa_vcpu *vcpu)
{
	struct vffa_mem_relinquish req;
	struct vffa_borrow *b;
	bool was_mapped;
	enum vffa_ret ret;

	ret = decode_relinquish(vcpu->vm, &req);
	if (!ret)
		ret = take(vcpu->vm, req.handle, &b);
	if (ret)
		return ret;

	was_mapped = b->is_mapped;
	vffa_borrow_unmap(b);
	ret = vffa_borrow_spmc_relinquish(b, req.flags);
	if (!ret) {
		vffa_borrow_destroy(b);
		return VFFA_OK;
	}
	/* Without a sensible answer it may be the owner's again. What was shown can be shown again. */
	if (was_mapped && ret != VFFA_ABORTED && vffa_borrow_map(b))
		ret = VFFA_ABORTED;
	vffa_borrow_put(b);
	return ret;
}

/* True: forgotten; false: it stays, because the SPMC says that the VM has it. */
static bool finish(struct vffa_borrow *b)
{
	const struct vffa_relay_config *cfg = &b->vm->relay->cfg;
	enum vffa_ret ret;

	vffa_borrow_unmap(b);
	if (!vffa_borrow_fetch_rest(b, cfg->ops->now_ns(cfg->port) + VFFA_WORK_BUDGET_NS))
		return false;
	if (!b->is_given) {
		ret = vffa_borrow_spmc_relinquish(b, 0);
		/* DENIED: the VM does not have it. */
		if (ret && ret != VFFA_DENIED)
			return false;
	}
	vffa_borrow_destroy(b);
	return true;
}

static struct vffa_borrow *take_all(struct vffa_vm *vm)
{
	struct vffa_borrow *all;

	vffa_vm_lock_always(vm);
	all = vm->borrows;
	vm->borrows = NULL;
	vffa_vm_unlock(vm);
	return all;
}

bool vffa_borrow_finish_all(struct vffa_vm *vm)
{
	struct vffa_borrow *next;
	bool done = true;

	for (struct vffa_borrow *b = take_all(vm); b; b = next) {
		next = b->next;
		if (finish(b))
			continue;
		vffa_borrow_put(b);
		done = false;
	}
	return done;
}
