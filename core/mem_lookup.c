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

static bool is_same_access(const struct vffa_mem_access *a, const struct vffa_mem_access *b,
			   uint32_t version)
{
	if (a->id != b->id || a->perms != b->perms || a->flags != b->flags)
		return false;
	return version < FFA_VERSION_1_2 ||
	       (a->impdef[0] == b->impdef[0] && a->impdef[1] == b->impdef[1]);
}

/* SPEC-NOTE: TF-A's SPMC has an empty entry in the receivers' place: it does not tell who they are. */
static bool tells_no_receivers(const struct vffa_mem_desc *desc)
{
	return desc->nr_receivers == 1 && !desc->receivers[0].id && !desc->receivers[0].perms;
}

static bool has_access(const struct vffa_mem_desc *desc, const struct vffa_mem_access *access,
		       uint32_t version)
{
	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		if (is_same_access(&desc->receivers[i], access, version))
			return true;
	}
	return false;
}

/* All that were sent, of which no two have one id, in any order, and as many: each once. */
static bool are_receivers_right(const struct vffa_mem_desc *sent, const struct vffa_mem_desc *desc,
				uint32_t version)
{
	if (tells_no_receivers(desc))
		return true;
	if (desc->nr_receivers != sent->nr_receivers)
		return false;
	for (uint32_t i = 0; i < sent->nr_receivers; i++) {
		if (!has_access(desc, &sent->receivers[i], version))
			return false;
	}
	return true;
}

/*
 * What only the SPMC says of a transaction may be there: its type, that the memory is Non-secure, and its
 * kind where the owner did not say that. Whether it may be paused is over.
 */
static bool are_attributes_right(const struct vffa_mem *mem, const struct vffa_mem_desc *desc)
{
	static const uint32_t types[] = {
		[VFFA_MEM_SHARE] = FFA_MEM_FLAG_TYPE_SHARE,
		[VFFA_MEM_LEND] = FFA_MEM_FLAG_TYPE_LEND,
		[VFFA_MEM_DONATE] = FFA_MEM_FLAG_TYPE_DONATE,
	};
	uint32_t type = desc->flags & FFA_MEM_FLAG_TYPE_MASK;
	uint32_t own = FFA_MEM_FLAG_TYPE_MASK | FFA_MEM_FLAG_TIME_SLICE;

	if (type && type != types[mem->type])
		return false;
	if ((desc->flags & ~own) != (mem->desc.flags & ~own))
		return false;
	return !mem->desc.attrs ||
	       (desc->attrs & ~FFA_MEM_NON_SECURE) == (mem->desc.attrs & ~FFA_MEM_NON_SECURE);
}

static bool is_head_right(const struct vffa_mem *mem, const struct vffa_fetch *f,
			  struct vffa_mem_desc *desc)
{
	uint32_t version = f->relay->spmc.version;

	if (vffa_mem_desc_decode(f->buf, f->len, f->total, version & 0xFFFFu, desc))
		return false;
	return desc->handle == mem->handle && desc->sender == mem->vm->id &&
	       desc->tag == mem->desc.tag && desc->has_ranges &&
	       desc->nr_pages == mem->extents.nr_pages && are_attributes_right(mem, desc) &&
	       are_receivers_right(&mem->desc, desc, version);
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

/*
 * What could not be asked says nothing against the SPMC. SPEC-NOTE: Hafnium looks up none of the handles
 * that a hypervisor has allocated.
 */
static bool says_nothing(const struct vffa_mem *mem, enum vffa_ret ret)
{
	if (ret == VFFA_INVALID_PARAMETERS)
		return mem->handle & FFA_MEM_HANDLE_HYPERVISOR;
	return ret == VFFA_NO_MEMORY || ret == VFFA_INTERRUPTED;
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

	if (!ret || says_nothing(mem, ret))
		return VFFA_OK;
	cfg->ops->differs(mem->vm, mem->handle);
	mem->state = VFFA_MEM_LOST;
	return VFFA_ABORTED;
}
