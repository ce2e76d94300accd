// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may be in a memory transaction descriptor (FF-A 1.2, "Transaction validation" of each
 * interface). Shape is checked by codec_mem.c before, pages by mem_pages.c after.
 */
#include "mem_check.h"

#include "mailbox.h"
#include "part.h"

/* The type of memory must be told where several endpoints have to agree on it. */
static int check_attrs(uint16_t attrs, bool needs_type)
{
	if (attrs & (MEM_ATTR_NS | MEM_ATTR_MBZ))
		return E_INVALID;
	if (!needs_type)
		return attrs ? E_INVALID : 0;
	if (!(attrs & MEM_ATTR_TYPE_MASK) ||
	    (attrs & MEM_ATTR_TYPE_MASK) == (MEM_ATTR_DEVICE | MEM_ATTR_NORMAL))
		return E_INVALID;
	/* Memory of the normal world is mapped in no other way. */
	return attrs == MEM_ATTR_USUAL ? 0 : E_DENIED;
}

static int check_send_perms(uint32_t type, uint8_t perms)
{
	uint8_t data = perms & MEM_DATA_MASK;

	if (perms & (MEM_PERMS_MBZ | MEM_INSTR_MASK))
		return E_INVALID;
	if (type == FN_MEM_DONATE)
		return data ? E_INVALID : 0;
	return data == MEM_DATA_RO || data == MEM_DATA_RW ? 0 : E_INVALID;
}

/* Is this entry's endpoint named by an earlier entry? */
static bool is_repeated(const struct mem_desc *d, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (d->emads[i].id == d->emads[n].id)
			return true;
	}
	return false;
}

static int check_send_emad(const struct call *c, uint32_t type, const struct mem_desc *d,
			   uint32_t n)
{
	const struct mem_emad *e = &d->emads[n];

	if (e->id == d->sender || e->flags || e->composite != d->emads[0].composite)
		return E_INVALID;
	if (is_repeated(d, n) || (e->id & ID_SECURE && !part_find(c->spmc, e->id)))
		return E_INVALID;
	return check_send_perms(type, e->perms);
}

/* A transaction among endpoints of the normal world is their hypervisor's. */
static bool is_ours(const struct mem_desc *d)
{
	bool ours = d->sender & ID_SECURE;

	for (uint32_t i = 0; i < d->nr_emads; i++)
		ours |= d->emads[i].id & ID_SECURE;
	return ours;
}

/* The hypervisor may choose the handle. All ones is none. */
static bool may_name_handle(const struct call *c, uint64_t handle)
{
	if (!handle)
		return true;
	return !c->ctx && handle & MEM_HANDLE_HYP && ~handle && !region_find(c->spmc, handle);
}

int mem_check_send(const struct call *c, uint32_t type, const struct mem_desc *d)
{
	uint32_t flags = MEM_TIME_SLICE | (type == FN_MEM_SHARE ? 0 : MEM_ZERO);
	int err;

	if (c->ctx ? d->sender != c->ctx->part->id : d->sender & ID_SECURE)
		return E_DENIED;
	if (d->flags & ~flags || !d->nr_emads || !may_name_handle(c, d->handle))
		return E_INVALID;
	if ((type == FN_MEM_DONATE && d->nr_emads > 1) || !is_ours(d))
		return E_INVALID;
	err = check_attrs(d->attrs, type == FN_MEM_SHARE || d->nr_emads > 1);
	for (uint32_t i = 0; i < d->nr_emads && !err; i++)
		err = check_send_emad(c, type, d, i);
	return err;
}

int mem_check_range(const struct spmc *s, const struct mem_region *r,
		    const struct spmc_range *range)
{
	if (range->base & (PAGE_SIZE_4K - 1) || !range->nr_pages)
		return E_INVALID;
	if (range->nr_pages > r->comp.nr_pages - r->ranges.nr_pages)
		return E_INVALID;
	return is_ram(s, range->base, range->nr_pages) ? 0 : E_DENIED;
}

static uint32_t type_bits(uint32_t type)
{
	return (type == FN_MEM_SHARE ? 1u : type == FN_MEM_LEND ? 2u : 3u) << MEM_TYPE_SHIFT;
}

uint32_t mem_type_bits(const struct mem_region *r)
{
	return type_bits(r->type);
}

static int check_retrieve_flags(const struct mem_region *r, const struct mem_desc *d)
{
	uint32_t type = d->flags & MEM_TYPE_MASK;

	if (d->flags & ~MEM_RETRIEVE_FLAGS || (type && type != type_bits(r->type)))
		return E_INVALID;
	if (r->type == FN_MEM_SHARE && d->flags & (MEM_ZERO | MEM_ZERO_AFTER))
		return E_INVALID;
	if (d->flags & MEM_BYPASS && (r->nr_borrowers == 1 || d->nr_emads != 1))
		return E_INVALID;
	return d->flags & MEM_ZERO && !(r->flags & MEM_ZERO) ? E_DENIED : 0;
}

/* The borrower says who the others are, too, unless it bypasses this check. */
static int check_list(struct mem_region *r, const struct mem_desc *d)
{
	if (!(d->flags & MEM_BYPASS) && d->nr_emads != r->nr_borrowers)
		return E_INVALID;
	for (uint32_t i = 0; i < d->nr_emads; i++) {
		const struct mem_emad *e = &d->emads[i];
		const struct mem_borrower *b = region_borrower(r, e->id);

		if (!b)
			return E_DENIED;
		if (is_repeated(d, i) || e->flags & ~MEM_EMAD_OTHER)
			return E_INVALID;
		if (memcmp(e->impdef, b->emad.impdef, sizeof(e->impdef)))
			return E_INVALID;
	}
	return 0;
}

/* Of every range: where one begins is what partitions see of its alignment. */
static bool is_aligned(struct spmc *s, struct mem_region *r, unsigned int shift)
{
	for (uint32_t i = 0; i < r->ranges.nr_ranges; i++) {
		if (ranges_nth(s, &r->ranges, i)->base & ((1ull << shift) - 1))
			return false;
	}
	return true;
}

/* Memory is where it is: a hint is met by luck or not at all. */
static int check_hint(struct spmc *s, struct mem_region *r, const struct mem_desc *d,
		      const struct mem_emad *own)
{
	unsigned int shift = (d->flags & MEM_HINT_MASK) >> MEM_HINT_SHIFT;

	if (!(d->flags & MEM_HINT))
		return shift ? E_INVALID : 0;
	if (own->composite)
		return E_INVALID;
	return is_aligned(s, r, PAGE_SHIFT_4K + shift) ? 0 : E_DENIED;
}

/*
 * Only who retrieves says where it wants the memory.
 *
 * SPEC-NOTE: the SPMC maps nothing for VMs. Their addresses are their hypervisor's to choose, which
 * needs to hear the physical ones.
 *
 * SPEC-GAP: no addresses for donated memory, of which there will be no record.
 */
static int check_addresses(const struct mem_region *r, const struct mem_desc *d,
			   const struct mem_emad *own)
{
	for (uint32_t i = 0; i < d->nr_emads; i++) {
		if (d->emads[i].composite && &d->emads[i] != own)
			return E_INVALID;
	}
	if (!own->composite)
		return 0;
	if (!(own->id & ID_SECURE))
		return E_INVALID;
	return r->type == FN_MEM_DONATE ? E_DENIED : 0;
}

static int check_retrieve_perms(const struct mem_region *r, const struct mem_borrower *b,
				const struct mem_emad *e, uint32_t flags)
{
	uint8_t granted = r->type == FN_MEM_DONATE ? MEM_DATA_RW : b->emad.perms & MEM_DATA_MASK;
	uint8_t data = e->perms & MEM_DATA_MASK;
	uint8_t instr = e->perms & MEM_INSTR_MASK;

	if (e->perms & MEM_PERMS_MBZ || data == MEM_DATA_MASK || instr == MEM_INSTR_MASK)
		return E_INVALID;
	if (!data && r->type != FN_MEM_DONATE)
		return E_INVALID;
	if (instr == MEM_INSTR_X)
		return r->type == FN_MEM_SHARE || r->nr_borrowers > 1 ? E_INVALID : E_DENIED;
	if (data > granted)
		return E_DENIED;
	return data == MEM_DATA_RO && flags & (MEM_ZERO | MEM_ZERO_AFTER) ? E_DENIED : 0;
}

/* Nothing, or something no more permissive than normal, write-back, inner shareable. */
static int check_retrieve_attrs(uint16_t attrs)
{
	uint16_t type = attrs & MEM_ATTR_TYPE_MASK;
	uint16_t cache = attrs & MEM_ATTR_CACHE_MASK;

	if (attrs & (MEM_ATTR_NS | MEM_ATTR_MBZ))
		return E_INVALID;
	if (!attrs)
		return 0;
	if (!type || type == (MEM_ATTR_DEVICE | MEM_ATTR_NORMAL) || (attrs & MEM_ATTR_SH_MASK) == 1)
		return E_INVALID;
	if (type == MEM_ATTR_DEVICE || (attrs & MEM_ATTR_SH_MASK) == MEM_ATTR_SH_OUTER)
		return E_DENIED;
	return cache == MEM_ATTR_WB || cache == MEM_ATTR_NC ? 0 : E_INVALID;
}

int mem_check_retrieve(struct spmc *s, struct mem_region *r, const struct mem_borrower *b,
		       const struct mem_desc *d)
{
	const struct mem_emad *own = mem_desc_emad(d, b->emad.id);
	int err;

	if (d->sender != r->sender)
		return r->type == FN_MEM_SHARE ? E_INVALID : E_DENIED;
	if (d->tag != r->tag || !own || own->flags)
		return E_INVALID;
	err = check_retrieve_flags(r, d);
	if (!err)
		err = check_list(r, d);
	if (!err)
		err = check_retrieve_perms(r, b, own, d->flags);
	if (!err)
		err = check_retrieve_attrs(d->attrs);
	if (!err)
		err = check_addresses(r, d, own);
	if (!err)
		err = check_hint(s, r, d, own);
	if (!err && b->is_retrieved)
		err = d->flags & MEM_ZERO ? E_INVALID : E_DENIED;
	return err;
}
