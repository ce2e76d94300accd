// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * For debugging: what the SPMC has recorded of a transaction, beside the relay's own record. The
 * hypervisor may look a transaction up by a retrieve request that has a handle and nothing else.
 */
#include "mem.h"

#include "borrow.h"

/* A walk over the pages that were sent, in whatever ranges the SPMC tells them. */
struct comparison {
	const struct vffa_mem *mem;
	struct vffa_extent_walk walk;
	struct vffa_range own; /* what is left of the range that is compared */
	uint32_t nr_pages;     /* that agreed */
};

static bool is_next(struct comparison *c, struct vffa_range range)
{
	while (range.nr_pages) {
		uint32_t n;

		if (!c->own.nr_pages && !vffa_extents_next_pa(&c->walk, &c->own))
			return false;
		if (range.addr != c->own.addr)
			return false;
		n = range.nr_pages < c->own.nr_pages ? range.nr_pages : c->own.nr_pages;
		c->nr_pages += n;
		range.nr_pages -= n;
		range.addr += (uint64_t)n << FFA_PAGE_SHIFT;
		c->own.nr_pages -= n;
		c->own.addr += (uint64_t)n << FFA_PAGE_SHIFT;
	}
	return true;
}

static bool are_next(struct comparison *c, const struct vffa_fetch *f, uint32_t at)
{
	struct vffa_range range;

	if ((f->len - at) % VFFA_MEM_RANGE_SIZE)
		return false;
	for (; at < f->len; at += VFFA_MEM_RANGE_SIZE) {
		if (vffa_mem_range_decode(f->buf + at, &range) || !is_next(c, range))
			return false;
	}
	return true;
}

static bool is_head_right(const struct vffa_mem *mem, const struct vffa_fetch *f,
			  struct vffa_mem_desc *desc)
{
	return !vffa_mem_desc_decode(f->buf, f->len, f->total, f->relay->spmc.version & 0xFFFFu,
				     desc) &&
	       desc->handle == mem->handle && desc->sender == mem->vm->id && desc->has_ranges &&
	       desc->nr_pages == mem->extents.nr_pages;
}

/* Return: VFFA_OK it agrees; VFFA_DENIED it does not; else it could not be asked. */
static enum vffa_ret compare(struct comparison *c, struct vffa_fetch *f, struct vffa_mem_desc *desc)
{
	enum vffa_ret ret;
	bool agreed;

	*desc = (struct vffa_mem_desc){ .handle = c->mem->handle };
	ret = vffa_fetch_first(f, desc, &agreed);
	if (ret)
		return ret;
	if (!is_head_right(c->mem, f, desc) || !are_next(c, f, desc->ranges_at))
		return VFFA_DENIED;
	while (f->got < f->total) {
		ret = vffa_fetch_next(f);
		if (ret)
			return ret;
		if (!are_next(c, f, 0))
			return VFFA_DENIED;
	}
	return c->nr_pages == c->mem->extents.nr_pages ? VFFA_OK : VFFA_DENIED;
}

enum vffa_ret vffa_mem_cross_check(struct vffa_mem *mem)
{
	struct vffa_relay *relay = mem->vm->relay;
	const struct vffa_relay_config *cfg = &relay->cfg;
	struct comparison c = { .mem = mem, .walk = vffa_extents_walk(&mem->extents) };
	struct vffa_fetch f = { .relay = relay, .handle = mem->handle, .owner = mem->vm->id };
	enum vffa_ret ret = VFFA_NO_MEMORY;
	struct vffa_mem_desc *desc;

	if (!(relay->spmc.offers & VFFA_SPMC_LOOK_UP))
		return VFFA_OK;
	desc = cfg->ops->alloc(mem->vm, sizeof(*desc));
	f.buf = cfg->ops->alloc(mem->vm, cfg->nr_pages << FFA_PAGE_SHIFT);
	if (desc && f.buf)
		ret = compare(&c, &f, desc);
	cfg->ops->free(mem->vm, f.buf);
	cfg->ops->free(mem->vm, desc);

	/* What could not be asked says nothing against the SPMC. */
	if (!ret || ret == VFFA_NO_MEMORY || ret == VFFA_INTERRUPTED)
		return VFFA_OK;
	cfg->ops->differs(mem->vm, mem->handle);
	mem->state = VFFA_MEM_LOST;
	return VFFA_ABORTED;
}
