// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * Sharing, lending, donating: a guest's fragments become pinned and claimed pages, the VMM revokes
 * access where the guest gives it up, the SPMC gets the whole. Every step can be undone until the
 * SPMC has said yes.
 */
#include "mem.h"

#include "mailbox.h"
#include "vmlock.h"

/* What a batch consists of, to @extents, which has room for as many as there are pages; how many. */
static uint32_t find_extents(const struct vffa_mem_batch *b, struct vffa_extent *extents)
{
	const struct vffa_hpa *pa = b->pa;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < b->nr_ranges; i++) {
		const struct vffa_hpa *end = pa + b->ranges[i].nr_pages;
		uint64_t ipa = b->ranges[i].addr;

		while (pa < end) {
			const struct vffa_hpa *first = pa;
			uint64_t next = first->addr;

			do {
				pa++;
				next += FFA_PAGE_SIZE;
			} while (pa < end && pa->addr == next);
			extents[nr++] =
				(struct vffa_extent){ { ipa }, *first, (uint32_t)(pa - first) };
			ipa += next - first->addr;
		}
	}
	return nr;
}

/*
 * Claim what was pinned and list it: @nr extents, where vffa_extents_room() said. What is not listed at
 * the end is not pinned either.
 */
static enum vffa_ret list_extents(struct vffa_mem *mem, const struct vffa_extent *e, uint32_t nr)
{
	struct vffa_relay *relay = mem->vm->relay;
	uint32_t nr_done = 0;
	enum vffa_ret ret;

	ret = vffa_pages_lock(relay);
	if (!ret) {
		ret = vffa_page_claim_extents(relay, &mem->claim, e, nr, &nr_done);
		vffa_pages_unlock(relay);
	}
	vffa_extents_take(&mem->extents, nr_done);
	if (!ret)
		return VFFA_OK;

	e += nr_done;
	/* What excludes it may be this very transaction. */
	if (ret == VFFA_DENIED && vffa_extents_have(&mem->extents, e->pa, e->nr_pages))
		ret = VFFA_INVALID_PARAMETERS;
	relay->cfg.ops->unpin(mem->vm, e, nr - nr_done);
	return ret;
}

/* Take the pages of a batch in; it is empty then. */
static enum vffa_ret take_batch(struct vffa_mem *mem)
{
	struct vffa_mem_batch *b = &mem->batch;
	struct vffa_extent *room;
	enum vffa_ret ret;

	room = vffa_extents_room(mem->vm, &mem->extents, b->nr_pages);
	if (!room)
		return VFFA_NO_MEMORY;
	ret = mem->vm->relay->cfg.ops->pin(mem->vm, b->ranges, b->nr_ranges, b->pa);
	/* What is not RAM is not the guest's to give. */
	if (ret)
		return ret == VFFA_INVALID_PARAMETERS ? VFFA_DENIED : ret;
	ret = list_extents(mem, room, find_extents(b, room));
	b->nr_ranges = 0;
	b->nr_pages = 0;
	return ret;
}

static void put_range(struct vffa_mem_batch *b, uint64_t addr, uint32_t nr_pages)
{
	b->ranges[b->nr_ranges++] = (struct vffa_range){ addr, nr_pages };
	b->nr_pages += nr_pages;
}

static enum vffa_ret add_range(struct vffa_mem *mem, struct vffa_range range)
{
	struct vffa_mem_batch *b = &mem->batch;
	enum vffa_ret ret;

	while (range.nr_pages > VFFA_PIN_BATCH - b->nr_pages) {
		uint32_t room = VFFA_PIN_BATCH - b->nr_pages;

		if (room)
			put_range(b, range.addr, room);
		range.addr += (uint64_t)room << FFA_PAGE_SHIFT;
		range.nr_pages -= room;
		ret = take_batch(mem);
		if (ret)
			return ret;
	}
	put_range(b, range.addr, range.nr_pages);
	return VFFA_OK;
}

/* All of a fragment's ranges are looked at before anything is pinned for one. */
static enum vffa_ret check_ranges(const struct vffa_mem *mem, const uint8_t *buf, uint32_t len,
				  uint32_t *nr_pages)
{
	uint32_t room = mem->desc.nr_pages - mem->extents.nr_pages;
	struct vffa_range range;
	enum vffa_ret ret;

	if (len % VFFA_MEM_RANGE_SIZE)
		return VFFA_INVALID_PARAMETERS;
	*nr_pages = 0;
	for (uint32_t at = 0; at < len; at += VFFA_MEM_RANGE_SIZE) {
		ret = vffa_mem_range_decode(buf + at, &range);
		if (ret)
			return ret;
		if (range.nr_pages > room - *nr_pages)
			return VFFA_INVALID_PARAMETERS;
		*nr_pages += range.nr_pages;
	}
	return VFFA_OK;
}

/* Charged for all of a fragment at once; what does not become part of @mem is not charged. */
static enum vffa_ret add_ranges(struct vffa_mem *mem, const uint8_t *buf, uint32_t len)
{
	const struct vffa_port_ops *ops = mem->vm->relay->cfg.ops;
	uint32_t had = mem->extents.nr_pages;
	struct vffa_range range;
	uint32_t nr_pages;
	enum vffa_ret ret;

	ret = check_ranges(mem, buf, len, &nr_pages);
	if (!ret && nr_pages)
		ret = ops->charge(mem->vm, nr_pages);
	if (ret)
		return ret;

	for (uint32_t at = 0; at < len && !ret; at += VFFA_MEM_RANGE_SIZE) {
		ret = vffa_mem_range_decode(buf + at, &range);
		if (!ret)
			ret = add_range(mem, range);
	}
	if (!ret && mem->batch.nr_ranges)
		ret = take_batch(mem);
	if (ret)
		ops->uncharge(mem->vm, nr_pages - (mem->extents.nr_pages - had));
	return ret;
}

static enum vffa_ret park(struct vffa_vcpu *vcpu, struct vffa_mem *mem)
{
	vcpu->mem = mem;
	return VFFA_PARKED;
}

/* It came to nothing; @ret is what the guest is told, now or when it has its access back. */
static enum vffa_ret give_up(struct vffa_vcpu *vcpu, struct vffa_mem *mem, enum vffa_ret ret)
{
	if (!mem->revoked) {
		vffa_mem_destroy(mem);
		return ret;
	}
	mem->state = VFFA_MEM_BACK;
	mem->error = ret;
	return park(vcpu, mem);
}

/* Nobody knows what the SPMC has of it, but it may be told to give that back. */
static enum vffa_ret give_up_lost(struct vffa_vcpu *vcpu, struct vffa_mem *mem, enum vffa_ret ret)
{
	if (mem->handle != FFA_MEM_HANDLE_INVALID &&
	    !vffa_mem_spmc_reclaim(mem->vm->relay, mem->handle, 0))
		return give_up(vcpu, mem, ret);
	(void)vffa_mem_put(mem, VFFA_MEM_LOST);
	return ret;
}

static enum vffa_ret commit(struct vffa_vcpu *vcpu, struct vffa_mem *mem,
			    struct vffa_mem_reply *reply)
{
	enum vffa_ret ret;

	ret = vffa_mem_spmc_send(mem);
	if (!ret && mem->vm->relay->cfg.cross_check)
		ret = vffa_mem_cross_check(mem);
	if (ret && mem->state == VFFA_MEM_LOST)
		return give_up_lost(vcpu, mem, ret);
	if (ret)
		return give_up(vcpu, mem, ret);

	if (mem->type == VFFA_MEM_DONATE)
		vffa_mem_give(mem);
	*reply = (struct vffa_mem_reply){ .handle = mem->handle };
	return vffa_mem_put(mem, VFFA_MEM_LIVE) ? VFFA_OK : VFFA_ABORTED;
}

static bool are_distinct_locked(struct vffa_mem *mem)
{
	struct vffa_extent_walk walk = vffa_extents_walk(&mem->extents);
	const struct vffa_extent *e;
	bool distinct = true;

	while ((e = vffa_extents_next(&walk)))
		distinct &= vffa_page_mark(mem->vm->relay, e->pa, e->nr_pages);
	walk = vffa_extents_walk(&mem->extents);
	while ((e = vffa_extents_next(&walk)))
		vffa_page_unmark(mem->vm->relay, e->pa, e->nr_pages);
	return distinct;
}

/* No page twice. One that was shared already may be one of this transaction's. */
static enum vffa_ret check_distinct(struct vffa_mem *mem)
{
	struct vffa_relay *relay = mem->vm->relay;
	enum vffa_ret ret;

	if (!mem->claim.again)
		return VFFA_OK;
	ret = vffa_pages_lock(relay);
	if (ret)
		return ret;
	if (!are_distinct_locked(mem))
		ret = VFFA_INVALID_PARAMETERS;
	vffa_pages_unlock(relay);
	return ret;
}

/* All fragments are there. */
static enum vffa_ret check_whole(struct vffa_mem *mem)
{
	if (mem->extents.nr_pages != mem->desc.nr_pages)
		return VFFA_INVALID_PARAMETERS;
	if (mem->type == VFFA_MEM_SHARE)
		return check_distinct(mem);
	return mem->extents.nr_ipa > mem->vm->mem_limits.nr_pieces ? VFFA_DENIED : VFFA_OK;
}

/*
 * The guest needs a handle before the SPMC can give one: it sees the descriptor when it is whole.
 * So the relay allocates it, and the SPMC has to take it.
 */
static void allocate_handle(struct vffa_mem *mem)
{
	struct vffa_relay *relay = mem->vm->relay;

	do {
		uint32_t serial = (uint32_t)vffa_atomic_add_return(&relay->last_handle, 1);

		mem->handle = FFA_MEM_HANDLE_HYPERVISOR | (uint64_t)mem->vm->id << 32 | serial;
	} while (vffa_mem_is_used(mem->vm, mem->handle));
}

static enum vffa_ret ask_for_more(struct vffa_mem *mem, struct vffa_mem_reply *reply)
{
	if (!mem->handle)
		allocate_handle(mem);
	*reply = (struct vffa_mem_reply){
		.handle = mem->handle,
		.more = true,
		.offset = mem->received,
	};
	return vffa_mem_put_partial(mem);
}

/* A fragment has been taken in, with @ret. The transaction goes on, or ends. */
static enum vffa_ret go_on(struct vffa_vcpu *vcpu, struct vffa_mem *mem, enum vffa_ret ret,
			   struct vffa_mem_reply *reply)
{
	bool whole = mem->received == mem->total;

	if (!ret)
		ret = whole ? check_whole(mem) : ask_for_more(mem, reply);
	if (ret) {
		vffa_mem_destroy(mem);
		return ret;
	}
	if (!whole)
		return VFFA_OK;
	return mem->type == VFFA_MEM_SHARE ? commit(vcpu, mem, reply) : park(vcpu, mem);
}

static bool lets_others_write(const struct vffa_mem_desc *desc)
{
	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		if ((desc->receivers[i].perms & FFA_MEM_DATA_MASK) != FFA_MEM_DATA_RO)
			return true;
	}
	return false;
}

static enum vffa_ret take_first_fragment(struct vffa_mem *mem, const uint8_t *buf, uint32_t len)
{
	struct vffa_vm *vm = mem->vm;
	enum vffa_ret ret;

	ret = vffa_mem_desc_decode(buf, len, mem->total, vffa_vm_version(vm) & 0xFFFFu, &mem->desc);
	if (!ret)
		ret = vffa_mem_check_send(vm, mem->type, &mem->desc);
	if (ret)
		return ret;

	mem->claim = (struct vffa_page_claim){
		.owner = vm->id,
		.use = mem->type == VFFA_MEM_SHARE ? VFFA_PAGE_SHARED : VFFA_PAGE_LENT,
		.writable = lets_others_write(&mem->desc),
	};
	mem->received = len;
	return add_ranges(mem, buf + mem->desc.ranges_at, len - mem->desc.ranges_at);
}

static enum vffa_ret take_next_fragment(struct vffa_mem *mem, const uint8_t *buf, uint32_t len)
{
	mem->received += len;
	return add_ranges(mem, buf, len);
}

enum vffa_ret vffa_mem_send(struct vffa_vcpu *vcpu, enum vffa_mem_type type,
			    const struct vffa_mem_args *args, struct vffa_mem_reply *reply)
{
	struct vffa_vm *vm = vcpu->vm;
	struct vffa_mem *mem;
	enum vffa_ret ret;
	uint8_t *buf;

	ret = vffa_mailbox_dup_tx(vm, args->len, &buf);
	if (ret)
		return ret;

	ret = vffa_mem_create(vm, &mem);
	if (ret)
		goto out_free;
	mem->type = type;
	mem->total = args->total;
	ret = take_first_fragment(mem, buf, args->len);
	ret = go_on(vcpu, mem, ret, reply);

out_free:
	vm->relay->cfg.ops->free(vm, buf);
	return ret;
}

enum vffa_ret vffa_mem_frag_tx(struct vffa_vcpu *vcpu, uint64_t handle, uint32_t len,
			       struct vffa_mem_reply *reply)
{
	struct vffa_vm *vm = vcpu->vm;
	uint8_t *buf = NULL;
	struct vffa_mem *mem;
	enum vffa_ret ret;

	ret = vffa_mem_take(vm, handle, VFFA_MEM_PARTIAL, &mem);
	if (ret)
		return ret;

	if (len > mem->total - mem->received)
		ret = VFFA_INVALID_PARAMETERS;
	else
		ret = vffa_mailbox_dup_tx(vm, len, &buf);
	if (!ret)
		ret = take_next_fragment(mem, buf, len);
	ret = go_on(vcpu, mem, ret, reply);
	vm->relay->cfg.ops->free(vm, buf);
	return ret;
}

static enum vffa_ret after_revoke(struct vffa_vcpu *vcpu, struct vffa_mem *mem,
				  enum vffa_ret result, struct vffa_mem_reply *reply)
{
	if (result) {
		vffa_mem_destroy(mem);
		return VFFA_DENIED;
	}
	mem->revoked = true;
	return commit(vcpu, mem, reply);
}

static enum vffa_ret after_restore(struct vffa_mem *mem, enum vffa_ret result,
				   struct vffa_mem_reply *reply)
{
	enum vffa_ret ret = result ? VFFA_ABORTED : mem->error;

	*reply = (struct vffa_mem_reply){ 0 };
	vffa_mem_destroy(mem);
	return ret;
}

enum vffa_ret vffa_mem_resume(struct vffa_vcpu *vcpu, enum vffa_ret result,
			      struct vffa_mem_reply *reply)
{
	struct vffa_mem *mem = vcpu->mem;

	vcpu->mem = NULL;
	return mem->state == VFFA_MEM_BACK ? after_restore(mem, result, reply)
					   : after_revoke(vcpu, mem, result, reply);
}

void vffa_mem_cancel(struct vffa_vcpu *vcpu)
{
	vffa_mem_destroy(vcpu->mem);
	vcpu->mem = NULL;
}

void vffa_exit_get(const struct vffa_vcpu *vcpu, struct vffa_exit *exit)
{
	const struct vffa_mem *mem = vcpu->mem;

	exit->op = mem->state == VFFA_MEM_BACK ? VFFA_EXIT_RESTORE : VFFA_EXIT_REVOKE;
	exit->nr_ranges = mem->extents.nr_ipa;
}

uint32_t vffa_exit_ranges(const struct vffa_vcpu *vcpu, uint32_t first, uint32_t max,
			  struct vffa_range *ranges)
{
	struct vffa_extent_walk walk = vffa_extents_walk(&vcpu->mem->extents);
	struct vffa_range range;
	uint32_t n = 0;

	while (n < max && vffa_extents_next_ipa(&walk, &range)) {
		if (first)
			first--;
		else
			ranges[n++] = range;
	}
	return n;
}
