// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* RX/TX buffers of VMs. What travels through them is decided by their users. */
#include "mailbox.h"

#include "page.h"
#include "vmlock.h"

uint32_t vffa_mailbox_features(const struct vffa_relay *relay, uint32_t minor)
{
	uint32_t props = FFA_RXTX_GRANULE_4K;

	(void)relay;
	if (minor >= 2)
		props |= VFFA_MAILBOX_MAX_PAGES << FFA_RXTX_MAX_PAGES_SHIFT;
	return props;
}

static bool is_aligned(struct vffa_ipa ipa)
{
	return !(ipa.addr & (FFA_PAGE_SIZE - 1));
}

/* Are the buffers well-formed, whatever is behind their addresses? */
static enum vffa_ret check_map_args(const struct vffa_rxtx_map_args *args)
{
	uint64_t len_bytes = (uint64_t)args->nr_pages << FFA_PAGE_SHIFT;
	uint64_t tx_end;
	uint64_t rx_end;

	if (args->nr_pages > VFFA_MAILBOX_MAX_PAGES)
		return VFFA_INVALID_PARAMETERS;
	if (!is_aligned(args->tx) || !is_aligned(args->rx))
		return VFFA_INVALID_PARAMETERS;
	if (!vffa_add_u64(args->tx.addr, len_bytes, &tx_end) ||
	    !vffa_add_u64(args->rx.addr, len_bytes, &rx_end))
		return VFFA_INVALID_PARAMETERS;
	if (args->tx.addr < rx_end && args->rx.addr < tx_end)
		return VFFA_INVALID_PARAMETERS;
	return VFFA_OK;
}

/* Whoever has the page of a buffer can neither give it away nor make it a buffer twice. */
static struct vffa_page_claim claim_of(const struct vffa_vm *vm)
{
	return (struct vffa_page_claim){ .owner = vm->id, .use = VFFA_PAGE_RXTX };
}

static void release_pages(struct vffa_vm *vm, const struct vffa_mapping *map, uint32_t nr_pages)
{
	const struct vffa_page_claim claim = claim_of(vm);

	vffa_pages_lock_always(vm->relay);
	for (uint32_t i = 0; i < nr_pages; i++)
		vffa_page_release(vm->relay, &claim, map->pa[i], 1);
	vffa_pages_unlock(vm->relay);
}

static enum vffa_ret claim_pages(struct vffa_vm *vm, const struct vffa_mapping *map,
				 uint32_t nr_pages)
{
	const struct vffa_page_claim claim = claim_of(vm);
	enum vffa_ret ret;
	uint32_t n = 0;

	ret = vffa_pages_lock(vm->relay);
	if (ret)
		return ret;
	while (n < nr_pages && !ret) {
		ret = vffa_page_claim(vm->relay, &claim, map->pa[n], 1);
		n += !ret;
	}
	vffa_pages_unlock(vm->relay);

	if (ret)
		release_pages(vm, map, n);
	return ret;
}

static enum vffa_ret map_buffer_locked(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				       struct vffa_mapping *map)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;
	enum vffa_ret ret;

	ret = ops->map_guest(vm, ipa, nr_pages, map);
	if (ret)
		return ret;
	ret = claim_pages(vm, map, nr_pages);
	if (ret)
		ops->unmap_guest(vm, map);
	return ret;
}

static void unmap_buffer_locked(struct vffa_vm *vm, uint32_t nr_pages, struct vffa_mapping *map)
{
	release_pages(vm, map, nr_pages);
	vm->relay->cfg.ops->unmap_guest(vm, map);
}

static enum vffa_ret map_pair_locked(struct vffa_vm *vm, const struct vffa_rxtx_map_args *args)
{
	struct vffa_mailbox *mb = &vm->mailbox;
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	if (mb->state != VFFA_MAILBOX_NONE)
		return VFFA_DENIED;

	ret = map_buffer_locked(vm, args->tx, args->nr_pages, &mb->tx);
	if (ret)
		return ret;
	ret = map_buffer_locked(vm, args->rx, args->nr_pages, &mb->rx);
	if (ret)
		goto err_unmap_tx;

	mb->nr_pages = args->nr_pages;
	mb->state = VFFA_MAILBOX_FREE;
	return VFFA_OK;

err_unmap_tx:
	unmap_buffer_locked(vm, args->nr_pages, &mb->tx);
	return ret;
}

enum vffa_ret vffa_mailbox_map(struct vffa_vm *vm, const struct vffa_rxtx_map_args *args)
{
	enum vffa_ret ret;

	ret = check_map_args(args);
	if (ret)
		return ret;
	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	ret = map_pair_locked(vm, args);
	vffa_vm_unlock(vm);
	return ret;
}

static void unmap_pair_locked(struct vffa_vm *vm)
{
	struct vffa_mailbox *mb = &vm->mailbox;

	vffa_vm_assert_locked(vm);
	mb->state = VFFA_MAILBOX_NONE;
	unmap_buffer_locked(vm, mb->nr_pages, &mb->rx);
	unmap_buffer_locked(vm, mb->nr_pages, &mb->tx);
}

enum vffa_ret vffa_mailbox_unmap(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;

	/*
	 * SPEC-NOTE: a guest that unmaps while it owns RX gives RX up; no version names an error
	 * for it.
	 */
	if (vm->mailbox.state == VFFA_MAILBOX_NONE)
		ret = VFFA_INVALID_PARAMETERS;
	else
		unmap_pair_locked(vm);
	vffa_vm_unlock(vm);
	return ret;
}

void vffa_mailbox_drop(struct vffa_vm *vm)
{
	vffa_vm_lock_always(vm);
	if (vm->mailbox.state != VFFA_MAILBOX_NONE)
		unmap_pair_locked(vm);
	vffa_vm_unlock(vm);
}

enum vffa_ret vffa_mailbox_release(struct vffa_vm *vm)
{
	struct vffa_mailbox *mb = &vm->mailbox;
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;

	if (mb->state == VFFA_MAILBOX_FULL)
		mb->state = VFFA_MAILBOX_FREE;
	else
		ret = VFFA_DENIED;
	vffa_vm_unlock(vm);
	return ret;
}

enum vffa_ret vffa_mailbox_begin(struct vffa_vm *vm, uint64_t len, void **rx)
{
	struct vffa_mailbox *mb = &vm->mailbox;
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;

	if (mb->state != VFFA_MAILBOX_FREE)
		ret = VFFA_BUSY;
	else if (len > (uint64_t)mb->nr_pages << FFA_PAGE_SHIFT)
		ret = VFFA_NO_MEMORY;
	if (ret) {
		vffa_vm_unlock(vm);
		return ret;
	}

	*rx = mb->rx.va;
	return VFFA_OK;
}

void vffa_mailbox_end(struct vffa_vm *vm)
{
	vffa_vm_assert_locked(vm);
	vm->mailbox.state = VFFA_MAILBOX_FULL;
	vffa_vm_unlock(vm);
}

enum vffa_ret vffa_vm_buffers(struct vffa_vm *vm, enum vffa_mailbox_state *state,
			      uint32_t *nr_pages)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	*state = vm->mailbox.state;
	*nr_pages = vm->mailbox.state == VFFA_MAILBOX_NONE ? 0 : vm->mailbox.nr_pages;
	vffa_vm_unlock(vm);
	return VFFA_OK;
}

enum vffa_ret vffa_mailbox_dup_tx(struct vffa_vm *vm, uint32_t len, uint8_t **buf)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;
	enum vffa_ret ret;

	if (!len || len > VFFA_MAILBOX_MAX_PAGES * FFA_PAGE_SIZE)
		return VFFA_INVALID_PARAMETERS;
	*buf = ops->alloc(vm, len);
	if (!*buf)
		return VFFA_NO_MEMORY;
	ret = vffa_mailbox_copy_tx(vm, *buf, len);
	if (ret) {
		ops->free(vm, *buf);
		*buf = NULL;
	}
	return ret;
}

enum vffa_ret vffa_mailbox_copy_tx(struct vffa_vm *vm, void *buf, uint32_t len)
{
	const struct vffa_mailbox *mb = &vm->mailbox;
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;

	if (mb->state != VFFA_MAILBOX_NONE && len <= (uint64_t)mb->nr_pages << FFA_PAGE_SHIFT)
		memcpy(buf, mb->tx.va, len);
	else
		ret = VFFA_INVALID_PARAMETERS;
	vffa_vm_unlock(vm);
	return ret;
}
