// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Lists of pinned guest pages. */
#include "extent.h"

static uint64_t end_of(uint64_t addr, uint32_t nr_pages)
{
	return addr + ((uint64_t)nr_pages << FFA_PAGE_SHIFT);
}

struct vffa_extent *vffa_extents_room(struct vffa_vm *vm, struct vffa_extents *list, uint32_t nr)
{
	struct vffa_extent_chunk *chunk = list->last;

	if (chunk && VFFA_EXTENTS_PER_CHUNK - chunk->nr >= nr)
		return chunk->extents + chunk->nr;

	chunk = vm->relay->cfg.ops->alloc(vm, sizeof(*chunk));
	if (!chunk)
		return NULL;
	if (list->last)
		list->last->next = chunk;
	else
		list->first = chunk;
	list->last = chunk;
	return chunk->extents;
}

void vffa_extents_take(struct vffa_extents *list, uint32_t nr)
{
	struct vffa_extent_chunk *chunk = list->last;
	struct vffa_extent *to = chunk->extents + chunk->nr;
	const struct vffa_extent *end = to + nr;
	struct vffa_extent *last = list->end;
	/* Nothing continues an empty list: 1 is no page's address. */
	uint64_t ipa = last ? end_of(last->ipa.addr, last->nr_pages) : 1;
	uint64_t pa = last ? end_of(last->pa.addr, last->nr_pages) : 1;
	uint32_t nr_pages = 0, nr_ipa = nr, nr_pa = nr;
	uint32_t nr_more = 0;

	for (const struct vffa_extent *e = to; e < end; e++) {
		bool ipa_goes_on = e->ipa.addr == ipa;
		bool pa_goes_on = e->pa.addr == pa;

		ipa = end_of(e->ipa.addr, e->nr_pages);
		pa = end_of(e->pa.addr, e->nr_pages);
		nr_pages += e->nr_pages;
		nr_ipa -= ipa_goes_on;
		nr_pa -= pa_goes_on;
		if (ipa_goes_on && pa_goes_on) {
			last->nr_pages += e->nr_pages;
			continue;
		}
		last = to++;
		nr_more++;
		if (last != e)
			*last = *e;
	}
	chunk->nr += nr_more;
	list->end = last;
	list->nr_pages += nr_pages;
	list->nr_ipa += nr_ipa;
	list->nr_pa += nr_pa;
}

enum vffa_ret vffa_extents_add(struct vffa_vm *vm, struct vffa_extents *list,
			       const struct vffa_extent *extent)
{
	struct vffa_extent *room;

	if (extent->nr_pages > UINT32_MAX - list->nr_pages)
		return VFFA_NO_MEMORY;
	room = vffa_extents_room(vm, list, 1);
	if (!room)
		return VFFA_NO_MEMORY;
	*room = *extent;
	vffa_extents_take(list, 1);
	return VFFA_OK;
}

bool vffa_extents_have(const struct vffa_extents *list, struct vffa_hpa pa, uint32_t nr_pages)
{
	struct vffa_extent_walk walk = vffa_extents_walk(list);
	uint64_t end = end_of(pa.addr, nr_pages);
	const struct vffa_extent *e;

	while ((e = vffa_extents_next(&walk))) {
		if (e->pa.addr < end && pa.addr < end_of(e->pa.addr, e->nr_pages))
			return true;
	}
	return false;
}

void vffa_extents_free(struct vffa_vm *vm, struct vffa_extents *list)
{
	struct vffa_extent_chunk *next;

	for (struct vffa_extent_chunk *chunk = list->first; chunk; chunk = next) {
		next = chunk->next;
		vm->relay->cfg.ops->free(vm, chunk);
	}
	*list = (struct vffa_extents){ 0 };
}

static bool go_to_next_chunk(struct vffa_extent_walk *walk)
{
	const struct vffa_extent_chunk *chunk = walk->chunk;

	/* A chunk may have been made for what did not come: it is the last. */
	if (!chunk || !chunk->nr)
		return false;
	walk->next = chunk->extents;
	walk->end = chunk->extents + chunk->nr;
	walk->chunk = chunk->next;
	return true;
}

/* The extent that a walk has come to; NULL at the end. */
static inline const struct vffa_extent *peek(struct vffa_extent_walk *walk)
{
	return walk->next != walk->end || go_to_next_chunk(walk) ? walk->next : NULL;
}

const struct vffa_extent *vffa_extents_next(struct vffa_extent_walk *walk)
{
	const struct vffa_extent *e = peek(walk);

	if (e)
		walk->next++;
	return e;
}

const struct vffa_extent *vffa_extents_next_few(struct vffa_extent_walk *walk, uint32_t *nr)
{
	const struct vffa_extent_chunk *chunk = walk->chunk;

	if (!chunk || !chunk->nr)
		return NULL;
	walk->chunk = chunk->next;
	*nr = chunk->nr;
	return chunk->extents;
}

/* Extents of one range are never so many pages that their sum would wrap: vffa_extents_add(). */
bool vffa_extents_next_ipa(struct vffa_extent_walk *walk, struct vffa_range *range)
{
	const struct vffa_extent *e = peek(walk);
	uint64_t addr, end;

	if (!e)
		return false;
	addr = e->ipa.addr;
	end = addr;
	do {
		end = end_of(end, e->nr_pages);
		walk->next = e + 1;
		e = peek(walk);
	} while (e && e->ipa.addr == end);
	range->addr = addr;
	range->nr_pages = (uint32_t)((end - addr) >> FFA_PAGE_SHIFT);
	return true;
}

bool vffa_extents_next_pa(struct vffa_extent_walk *walk, struct vffa_range *range)
{
	const struct vffa_extent *e = peek(walk);
	uint64_t addr, end;

	if (!e)
		return false;
	addr = e->pa.addr;
	end = addr;
	do {
		end = end_of(end, e->nr_pages);
		walk->next = e + 1;
		e = peek(walk);
	} while (e && e->pa.addr == end);
	range->addr = addr;
	range->nr_pages = (uint32_t)((end - addr) >> FFA_PAGE_SHIFT);
	return true;
}
