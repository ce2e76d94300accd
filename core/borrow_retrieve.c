// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * FFA_MEM_RETRIEVE_REQ of a VM: asked for in the SPMC's version, answered with the host's pages, shown
 * to the guest at addresses of its window, in its own version.
 */
#include "borrow.h"

#include "mailbox.h"
#include "mem.h"
#include "page.h"
#include "vmlock.h"

/* How long an SPMC may take to tell what it gives. What is left then the end of the VM fetches. */
#define FETCH_MAX_NS 10000000000ull

/* A retrieve under way. */
struct retrieve {
	struct vffa_borrow *b;
	struct vffa_fetch fetch;
	struct vffa_mem_desc req;
	struct vffa_mem_desc resp;
	uint64_t end_ns;
	bool agreed;	      /* the SPMC says, or may say, that the VM has it */
	uint32_t align_pages; /* of the guest's address, a power of two */
};

/* Is RX there, and may the VM have what it asks for? Both are looked at again when there is the answer. */
static enum vffa_ret check_state(struct vffa_vm *vm, uint64_t handle)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	if (vm->mailbox.state != VFFA_MAILBOX_FREE)
		ret = VFFA_BUSY;
	else if (*vffa_borrow_find_locked(vm, handle))
		ret = VFFA_DENIED;
	vffa_vm_unlock(vm);
	return ret;
}

static const struct vffa_mem_access *own_access(const struct vffa_vm *vm,
						const struct vffa_mem_desc *desc)
{
	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		if (desc->receivers[i].id == vm->id)
			return &desc->receivers[i];
	}
	return NULL;
}

/* Is it what was asked for? */
static bool is_answer(const struct retrieve *r)
{
	return r->resp.handle == r->req.handle && r->resp.sender == r->req.sender &&
	       own_access(r->b->vm, &r->resp) && r->resp.has_ranges && r->resp.nr_pages &&
	       r->resp.nr_ranges <= r->resp.nr_pages;
}

/* Not more than was asked for, whatever is granted. Of a donation rights need not be named. */
static bool is_writable(const struct retrieve *r)
{
	uint8_t asked = own_access(r->b->vm, &r->req)->perms & FFA_MEM_DATA_MASK;
	uint8_t granted = own_access(r->b->vm, &r->resp)->perms & FFA_MEM_DATA_MASK;

	return granted == FFA_MEM_DATA_RW && asked != FFA_MEM_DATA_RO;
}

static enum vffa_ret add_range(struct vffa_borrow *b, const struct vffa_range *range)
{
	struct vffa_relay *relay = b->vm->relay;
	uint64_t offset = (uint64_t)b->extents.nr_pages << FFA_PAGE_SHIFT;
	const struct vffa_extent e = {
		.ipa = { b->ipa.addr + offset },
		.pa = { range->addr },
		.nr_pages = range->nr_pages,
	};
	enum vffa_ret ret;

	if (range->nr_pages > b->nr_pages - b->extents.nr_pages)
		return VFFA_ABORTED;
	ret = vffa_pages_lock(relay);
	if (ret)
		return ret;
	ret = vffa_page_borrow(relay, e.pa, e.nr_pages);
	vffa_pages_unlock(relay);
	if (ret)
		return ret;

	ret = vffa_extents_add(b->vm, &b->extents, &e);
	if (ret) {
		vffa_pages_lock_always(relay);
		vffa_page_return(relay, e.pa, e.nr_pages);
		vffa_pages_unlock(relay);
	}
	return ret;
}

/* The ranges of a fragment, from @at on. */
static enum vffa_ret add_ranges(struct vffa_borrow *b, const struct vffa_fetch *f, uint32_t at)
{
	struct vffa_range range;
	enum vffa_ret ret = VFFA_OK;

	if ((f->len - at) % VFFA_MEM_RANGE_SIZE)
		return VFFA_ABORTED;
	for (; at < f->len && !ret; at += VFFA_MEM_RANGE_SIZE) {
		ret = vffa_mem_range_decode(f->buf + at, &range);
		ret = ret ? VFFA_ABORTED : add_range(b, &range);
	}
	return ret;
}

/* DENIED: there is room, but not where the guest wants it. */
static enum vffa_ret take_room(struct vffa_vm *vm, uint32_t nr_pages, uint32_t align_pages,
			       struct vffa_ipa *ipa)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;
	enum vffa_ret ret;

	ret = ops->window_take(vm, nr_pages, align_pages, ipa);
	if (ret != VFFA_NO_MEMORY || align_pages == 1)
		return ret;
	ret = ops->window_take(vm, nr_pages, 1, ipa);
	if (ret)
		return ret;
	ops->window_put(vm, *ipa, nr_pages);
	return VFFA_DENIED;
}

/* The first fragment of the answer: what it is, and room for it. */
static enum vffa_ret take_head(struct retrieve *r)
{
	struct vffa_borrow *b = r->b;
	struct vffa_relay *relay = b->vm->relay;
	enum vffa_ret ret;

	ret = vffa_mem_desc_decode(r->fetch.buf, r->fetch.len, r->fetch.total,
				   relay->spmc.version & 0xFFFFu, &r->resp);
	if (ret || !is_answer(r)) {
		/* Nothing in it can be relied on, its length included. */
		r->fetch.total = r->fetch.got;
		return VFFA_ABORTED;
	}
	b->writable = is_writable(r);
	b->is_given = (r->resp.flags & FFA_MEM_FLAG_TYPE_MASK) == FFA_MEM_FLAG_TYPE_DONATE;
	ret = take_room(b->vm, r->resp.nr_pages, r->align_pages, &b->ipa);
	/* Of a donation there is no refusing any more: better elsewhere than nowhere. */
	if (ret == VFFA_DENIED && b->is_given)
		ret = take_room(b->vm, r->resp.nr_pages, 1, &b->ipa);
	if (!ret)
		b->nr_pages = r->resp.nr_pages;
	return ret;
}

static bool is_late(const struct retrieve *r)
{
	const struct vffa_relay_config *cfg = &r->fetch.relay->cfg;

	return cfg->ops->now_ns(cfg->port) >= r->end_ns;
}

static enum vffa_ret take_answer(struct retrieve *r)
{
	enum vffa_ret ret;

	ret = take_head(r);
	if (!ret)
		ret = add_ranges(r->b, &r->fetch, r->resp.ranges_at);
	while (!ret && r->fetch.got < r->fetch.total) {
		ret = is_late(r) ? VFFA_ABORTED : vffa_fetch_next(&r->fetch);
		if (!ret)
			ret = add_ranges(r->b, &r->fetch, 0);
	}
	if (!ret && r->b->extents.nr_pages != r->resp.nr_pages)
		ret = VFFA_ABORTED;
	return ret;
}

static enum vffa_ret ask(struct retrieve *r)
{
	enum vffa_ret ret;

	ret = vffa_fetch_first(&r->fetch, &r->req, &r->agreed);
	return ret ? ret : take_answer(r);
}

/* As the guest sees it: one range, and itself alone. Only Non-secure memory can come this way. */
static void describe(const struct retrieve *r, uint32_t minor, struct vffa_mem_desc *desc)
{
	*desc = r->resp;
	desc->nr_receivers = 1;
	desc->receivers[0] = *own_access(r->b->vm, &r->resp);
	desc->nr_ranges = 1;
	desc->attrs &= (uint16_t)~FFA_MEM_NON_SECURE;
	if (minor)
		desc->attrs |= FFA_MEM_NON_SECURE;
}

/* From the moment on that the lock is dropped, the guest has it and may give it back. */
static enum vffa_ret hand_over(struct retrieve *r, struct vffa_mem_desc *desc, uint32_t *len)
{
	struct vffa_vm *vm = r->b->vm;
	uint32_t minor = vffa_vm_version(vm) & 0xFFFFu;
	const struct vffa_range range = { r->b->ipa.addr, r->b->nr_pages };
	enum vffa_ret ret;
	uint32_t head;
	void *rx;

	describe(r, minor, desc);
	head = vffa_mem_desc_head_size(desc, minor);
	*len = head + VFFA_MEM_RANGE_SIZE;
	ret = vffa_mailbox_begin(vm, *len, &rx);
	if (ret)
		return ret;
	vffa_mem_desc_encode(desc, minor, rx);
	vffa_mem_range_encode(&range, (uint8_t *)rx + head);
	vffa_borrow_put_locked(r->b);
	vffa_mailbox_end(vm);
	return VFFA_OK;
}

/* All of it is fetched, wanted or not: before, it cannot be given back. */
static bool give_back(struct retrieve *r)
{
	r->b->total = r->fetch.total;
	r->b->got = r->fetch.got;
	if (!vffa_borrow_fetch_rest(r->b, r->end_ns))
		return false;
	return r->b->is_given || !vffa_borrow_spmc_relinquish(r->b, 0);
}

/* It came to nothing. What the SPMC does not take back now the end of the VM will ask it to. */
static void give_up(struct retrieve *r)
{
	vffa_borrow_let_go(r->b);
	if (r->agreed && !give_back(r))
		vffa_borrow_put(r->b);
	else
		vffa_borrow_destroy(r->b);
}

static enum vffa_ret retrieve(struct retrieve *r, uint32_t *len)
{
	enum vffa_ret ret;

	ret = ask(r);
	if (!ret)
		ret = vffa_borrow_map(r->b);
	/* The request has been sent: its place is as good as any. */
	if (!ret)
		ret = hand_over(r, &r->req, len);
	if (ret)
		give_up(r);
	return ret;
}

/* The SPMC hears of other VMs that the caller names only as such. */
static void mark_others(const struct vffa_vm *vm, struct vffa_mem_desc *desc)
{
	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		struct vffa_mem_access *access = &desc->receivers[i];

		if (access->id != vm->id && !(access->id & FFA_ID_SECURE))
			access->flags |= FFA_MEM_NON_RETRIEVAL;
	}
}

static enum vffa_ret decode(struct vffa_vm *vm, const struct vffa_mem_args *args,
			    struct vffa_mem_desc *desc)
{
	enum vffa_ret ret;
	uint8_t *buf;

	/* SPEC-GAP: requests in fragments. Without addresses, the largest fits any TX. */
	if (args->len != args->total)
		return VFFA_INVALID_PARAMETERS;
	ret = vffa_mailbox_dup_tx(vm, args->len, &buf);
	if (ret)
		return ret;
	ret = vffa_mem_desc_decode(buf, args->len, args->total, vffa_vm_version(vm) & 0xFFFFu,
				   desc);
	vm->relay->cfg.ops->free(vm, buf);
	return ret;
}

/*
 * Is there any room? How much is needed, only the answer tells; but a donation that is answered for in
 * vain is nobody's from then on, and a VM without a window would take partitions' memory from them so.
 */
static enum vffa_ret check_room(struct vffa_vm *vm, uint32_t align_pages)
{
	struct vffa_ipa ipa;
	enum vffa_ret ret;

	ret = take_room(vm, 1, align_pages, &ipa);
	if (!ret)
		vm->relay->cfg.ops->window_put(vm, ipa, 1);
	return ret;
}

/*
 * SPEC-NOTE: a hint is about the guest's addresses, which the relay chooses; the SPMC names the host's,
 * and hears of none.
 */
static uint32_t take_hint(struct vffa_mem_desc *desc)
{
	uint32_t n = (desc->flags & FFA_MEM_FLAG_ALIGNMENT_MASK) >> FFA_MEM_ALIGNMENT_SHIFT;

	/* Without a hint n is 0. */
	desc->flags &= ~(FFA_MEM_FLAG_ALIGNMENT | FFA_MEM_FLAG_ALIGNMENT_MASK);
	return 1u << n;
}

static enum vffa_ret prepare(struct vffa_vm *vm, const struct vffa_mem_args *args,
			     struct retrieve *r)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;
	enum vffa_ret ret;

	ret = decode(vm, args, &r->req);
	if (!ret)
		ret = vffa_borrow_check(vm, &r->req);
	if (!ret)
		ret = check_state(vm, r->req.handle);
	if (ret)
		return ret;
	r->align_pages = take_hint(&r->req);
	ret = check_room(vm, r->align_pages);
	if (ret)
		return ret;

	mark_others(vm, &r->req);
	ret = vffa_borrow_create(vm, &r->b);
	if (ret)
		return ret;
	r->b->handle = r->req.handle;
	r->b->owner = r->req.sender;
	r->end_ns = ops->now_ns(vm->relay->cfg.port) + FETCH_MAX_NS;
	r->fetch.relay = vm->relay;
	r->fetch.handle = r->req.handle;
	r->fetch.owner = r->req.sender;
	return VFFA_OK;
}

enum vffa_ret vffa_mem_retrieve(struct vffa_vcpu *vcpu, const struct vffa_mem_args *args,
				uint32_t *len)
{
	struct vffa_vm *vm = vcpu->vm;
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	enum vffa_ret ret = VFFA_NO_MEMORY;
	struct retrieve *r;

	/* Too large for a kernel's stack. */
	r = cfg->ops->alloc(vm, sizeof(*r));
	if (!r)
		return ret;
	r->fetch.buf = cfg->ops->alloc(vm, cfg->nr_pages << FFA_PAGE_SHIFT);
	if (!r->fetch.buf)
		goto out_free;
	ret = prepare(vm, args, r);
	if (!ret)
		ret = retrieve(r, len);

	cfg->ops->free(vm, r->fetch.buf);
out_free:
	cfg->ops->free(vm, r);
	return ret;
}
