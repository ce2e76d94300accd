// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* RX/TX buffers of VMs. What travels through them is decided by their users. */
#include "mailbox.h"

#include "buffer.h"
#include "mailbox_spmc.h"
#include "vmlock.h"

/* Pages of a buffer, at most: where the SPMC is to have it, it has a say. */
static uint32_t max_pages(const struct vffa_relay *relay)
{
	uint32_t theirs = relay->spmc.max_vm_pages;

	return theirs && theirs < VFFA_MAILBOX_MAX_PAGES ? theirs : VFFA_MAILBOX_MAX_PAGES;
}

uint32_t vffa_mailbox_features(const struct vffa_relay *relay, uint32_t minor)
{
	uint32_t props = FFA_RXTX_GRANULE_4K;

	if (minor >= 2)
		props |= max_pages(relay) << FFA_RXTX_MAX_PAGES_SHIFT;
	return props;
}

static bool is_aligned(struct vffa_ipa ipa)
{
	return !(ipa.addr & (FFA_PAGE_SIZE - 1));
}

/* Are the buffers well-formed, whatever is behind their addresses? */
static enum vffa_ret check_map_args(const struct vffa_relay *relay,
				    const struct vffa_rxtx_map_args *args)
{
	uint64_t len_bytes = (uint64_t)args->nr_pages << FFA_PAGE_SHIFT;
	uint64_t tx_end;
	uint64_t rx_end;

	if (args->nr_pages > max_pages(relay))
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

/* FF-A 1.0 has no indirect messages, and its guests nothing to do with the SPMC's. */
static bool uses_indirect(const struct vffa_vm *vm)
{
	return vm->relay->spmc.offers & VFFA_SPMC_INDIRECT &&
	       vffa_vm_version(vm) >= FFA_VERSION_1_1;
}

/* Take back what the SPMC has, or may have, of a pair. Refused: it keeps it. */
static enum vffa_ret unshare_pair_locked(struct vffa_vm *vm)
{
	struct vffa_mailbox *mb = &vm->mailbox;
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	if (!mb->is_shared)
		return VFFA_OK;
	ret = vffa_mailbox_spmc_unmap(vm);
	if (ret)
		return ret;
	mb->is_shared = false;
	/* What pends may be about a message in this pair. */
	mb->is_seen = false;
	mb->is_ahead = true;
	vm->relay->cfg.ops->unmap_own(vm, &mb->out);
	return VFFA_OK;
}

/* An error may leave the SPMC with the pair: then it is_shared. */
static enum vffa_ret share_pair_locked(struct vffa_vm *vm)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;
	struct vffa_mailbox *mb = &vm->mailbox;
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	ret = ops->map_own(vm, mb->nr_pages, &mb->out);
	if (ret)
		return ret;
	ret = vffa_mailbox_spmc_map(vm);
	/* An answer without sense may have been meant as success. */
	mb->is_shared = !ret || ret == VFFA_ABORTED;
	if (!mb->is_shared)
		ops->unmap_own(vm, &mb->out);
	else if (ret)
		(void)unshare_pair_locked(vm);
	return ret;
}

/*
 * A pair that is mapped and nobody's yet, or any more. Mapping waits for the VMM's memory, for as long
 * as the VMM likes, and unmapping may; so both are done without the VM's lock.
 */
struct pair {
	struct vffa_mapping tx;
	struct vffa_mapping rx;
};

static enum vffa_ret map_pair(struct vffa_vm *vm, const struct vffa_rxtx_map_args *args,
			      struct pair *pair)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;
	enum vffa_ret ret;

	ret = ops->map_guest(vm, args->tx, args->nr_pages, &pair->tx);
	if (ret)
		return ret;
	ret = ops->map_guest(vm, args->rx, args->nr_pages, &pair->rx);
	if (ret)
		ops->unmap_guest(vm, &pair->tx);
	return ret;
}

static void unmap_pair(struct vffa_vm *vm, struct pair *pair)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;

	ops->unmap_guest(vm, &pair->rx);
	ops->unmap_guest(vm, &pair->tx);
}

/* The mailbox's pair becomes nobody's: *@pair. */
static void take_pair_locked(struct vffa_vm *vm, struct pair *pair)
{
	struct vffa_mailbox *mb = &vm->mailbox;

	vffa_vm_assert_locked(vm);
	mb->state = VFFA_MAILBOX_NONE;
	vffa_buffer_release_locked(vm, mb->nr_pages, &mb->rx);
	vffa_buffer_release_locked(vm, mb->nr_pages, &mb->tx);
	*pair = (struct pair){ mb->tx, mb->rx };
	mb->tx = (struct vffa_mapping){ 0 };
	mb->rx = (struct vffa_mapping){ 0 };
	mb->nr_pages = 0;
}

static enum vffa_ret claim_pair_locked(struct vffa_vm *vm, uint32_t nr_pages,
				       const struct pair *pair)
{
	enum vffa_ret ret;

	ret = vffa_buffer_claim_locked(vm, nr_pages, &pair->tx);
	if (ret)
		return ret;
	ret = vffa_buffer_claim_locked(vm, nr_pages, &pair->rx);
	if (ret)
		vffa_buffer_release_locked(vm, nr_pages, &pair->tx);
	return ret;
}

/* Nobody's pair becomes the mailbox's, unless there is one: then, and on errors, *@is_taken is false. */
static enum vffa_ret give_pair_locked(struct vffa_vm *vm, uint32_t nr_pages, struct pair *pair,
				      bool *is_taken)
{
	struct vffa_mailbox *mb = &vm->mailbox;
	enum vffa_ret ret;

	*is_taken = false;
	if (mb->state != VFFA_MAILBOX_NONE)
		return VFFA_DENIED;
	ret = claim_pair_locked(vm, nr_pages, pair);
	if (ret)
		return ret;

	mb->tx = pair->tx;
	mb->rx = pair->rx;
	mb->nr_pages = nr_pages;
	mb->state = VFFA_MAILBOX_FREE;
	if (uses_indirect(vm))
		ret = share_pair_locked(vm);
	*is_taken = !ret || mb->is_shared;
	if (!*is_taken)
		take_pair_locked(vm, pair);
	return ret;
}

/* A second pair is refused whatever it is, and without a wait. */
static enum vffa_ret check_none(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	ret = vm->mailbox.state == VFFA_MAILBOX_NONE ? VFFA_OK : VFFA_DENIED;
	vffa_vm_unlock(vm);
	return ret;
}

enum vffa_ret vffa_mailbox_map(struct vffa_vm *vm, const struct vffa_rxtx_map_args *args)
{
	struct pair pair = { 0 };
	bool is_taken = false;
	enum vffa_ret ret;

	ret = check_map_args(vm->relay, args);
	if (ret)
		return ret;
	ret = check_none(vm);
	if (ret)
		return ret;
	ret = map_pair(vm, args, &pair);
	if (ret)
		return ret;

	/* Another vCPU may have mapped one meanwhile. */
	ret = vffa_vm_lock(vm);
	if (!ret) {
		ret = give_pair_locked(vm, args->nr_pages, &pair, &is_taken);
		vffa_vm_unlock(vm);
	}
	if (!is_taken)
		unmap_pair(vm, &pair);
	return ret;
}

enum vffa_ret vffa_mailbox_unmap(struct vffa_vm *vm)
{
	struct pair pair;
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
		ret = unshare_pair_locked(vm);
	if (!ret)
		take_pair_locked(vm, &pair);
	vffa_vm_unlock(vm);

	if (!ret)
		unmap_pair(vm, &pair);
	return ret;
}

bool vffa_mailbox_drop(struct vffa_vm *vm)
{
	bool is_taken = false;
	struct pair pair;
	bool is_gone;

	vffa_vm_lock_always(vm);
	if (vm->mailbox.state != VFFA_MAILBOX_NONE && !unshare_pair_locked(vm)) {
		take_pair_locked(vm, &pair);
		is_taken = true;
	}
	is_gone = vm->mailbox.state == VFFA_MAILBOX_NONE;
	vffa_vm_unlock(vm);

	if (is_taken)
		unmap_pair(vm, &pair);
	return is_gone;
}

static enum vffa_ret release_locked(struct vffa_vm *vm)
{
	struct vffa_mailbox *mb = &vm->mailbox;
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	if (mb->state == VFFA_MAILBOX_NONE)
		return VFFA_DENIED;
	/* Where the SPMC writes RX, too, it alone knows whether it is full. */
	if (mb->is_shared)
		ret = vffa_mailbox_spmc_release(vm);
	else
		ret = mb->state == VFFA_MAILBOX_FULL ? VFFA_OK : VFFA_DENIED;
	if (ret)
		return ret;
	/* What the relay has written nobody is told of. */
	mb->is_ahead |= mb->is_shared && mb->state == VFFA_MAILBOX_FREE && !mb->is_seen;
	mb->is_seen = false;
	mb->state = VFFA_MAILBOX_FREE;
	return VFFA_OK;
}

enum vffa_ret vffa_mailbox_release(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	ret = release_locked(vm);
	vffa_vm_unlock(vm);
	return ret;
}

/*
 * SPEC-NOTE: FFA_MSG_WAIT releases RX, but the guest may wait for the very message that is in it by now:
 * until it has been told of one it keeps it. A guest without notifications is never told, and looks into
 * RX before it waits.
 */
static bool may_have_news_locked(const struct vffa_vm *vm)
{
	const struct vffa_mailbox *mb = &vm->mailbox;

	return mb->is_shared && mb->state == VFFA_MAILBOX_FREE && vffa_vm_npi(vm) && !mb->is_seen;
}

enum vffa_ret vffa_mailbox_wait(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	ret = may_have_news_locked(vm) ? VFFA_OK : release_locked(vm);
	vffa_vm_unlock(vm);
	/* It need not own RX. */
	return ret == VFFA_DENIED ? VFFA_OK : ret;
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
	else if (mb->is_shared)
		ret = vffa_mailbox_spmc_acquire(vm);
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
