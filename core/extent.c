// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Lists of pinned guest pages. */
#include "extent.h"

static struct vffa_extent *last_of(const struct vffa_extents *list)
{
	return list->last ? &list->last->extents[list->last->nr - 1] : NULL;
}

static bool follows(uint64_t addr, uint32_t nr_pages, uint64_t next)
{
	return addr + ((uint64_t)nr_pages << FFA_PAGE_SHIFT) == next;
}

static struct vffa_extent_chunk *room_for_one(struct vffa_vm *vm, struct vffa_extents *list)
{
	struct vffa_extent_chunk *chunk = list->last;

	if (chunk && chunk->nr < VFFA_EXTENTS_PER_CHUNK)
		return chunk;

	chunk = vm->relay->cfg.ops->alloc(vm, sizeof(*chunk));
	if (!chunk)
		return NULL;
	if (list->last)
		list->last->next = chunk;
	else
		list->first = chunk;
	list->last = chunk;
	return chunk;
}

enum vffa_ret vffa_extents_add(struct vffa_vm *vm, struct vffa_extents *list,
			       const struct vffa_extent *extent)
{
	struct vffa_extent *last = last_of(list);
	bool ipa_goes_on = last && follows(last->ipa.addr, last->nr_pages, extent->ipa.addr);
	bool pa_goes_on = last && follows(last->pa.addr, last->nr_pages, extent->pa.addr);

	if (extent->nr_pages > UINT32_MAX - list->nr_pages)
		return VFFA_NO_MEMORY;

	if (ipa_goes_on && pa_goes_on) {
		last->nr_pages += extent->nr_pages;
	} else {
		struct vffa_extent_chunk *chunk = room_for_one(vm, list);

		if (!chunk)
			return VFFA_NO_MEMORY;
		chunk->extents[chunk->nr++] = *extent;
	}

	list->nr_pages += extent->nr_pages;
	list->nr_ipa += !ipa_goes_on;
	list->nr_pa += !pa_goes_on;
	return VFFA_OK;
}

bool vffa_extents_have(const struct vffa_extents *list, struct vffa_hpa pa, uint32_t nr_pages)
{
	struct vffa_extent_walk walk = vffa_extents_walk(list);
	uint64_t end = pa.addr + ((uint64_t)nr_pages << FFA_PAGE_SHIFT);
	const struct vffa_extent *e;

	while ((e = vffa_extents_next(&walk))) {
		if (e->pa.addr < end &&
		    pa.addr < e->pa.addr + ((uint64_t)e->nr_pages << FFA_PAGE_SHIFT))
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

const struct vffa_extent *vffa_extents_next(struct vffa_extent_walk *walk)
{
	if (walk->chunk && walk->next == walk->chunk->nr) {
		walk->chunk = walk->chunk->next;
		walk->next = 0;
	}
	return walk->chunk ? &walk->chunk->extents[walk->next++] : NULL;
}

const struct vffa_extent *vffa_extents_next_few(struct vffa_extent_walk *walk, uint32_t *nr)
{
	const struct vffa_extent_chunk *chunk = walk->chunk;

	if (!chunk)
		return NULL;
	walk->chunk = chunk->next;
	*nr = chunk->nr;
	return chunk->extents;
}

/* Extents of one range are never so many pages that their sum would wrap: vffa_extents_add(). */
bool vffa_extents_next_ipa(struct vffa_extent_walk *walk, struct vffa_range *range)
{
	const struct vffa_extent *e = vffa_extents_next(walk);
	struct vffa_extent_walk ahead;

	if (!e)
		return false;
	*range = (struct vffa_range){ e->ipa.addr, e->nr_pages };

	for (ahead = *walk; (e = vffa_extents_next(&ahead)); *walk = ahead) {
		if (!follows(range->addr, range->nr_pages, e->ipa.addr))
			break;
		range->nr_pages += e->nr_pages;
	}
	return true;
}

bool vffa_extents_next_pa(struct vffa_extent_walk *walk, struct vffa_range *range)
{
	const struct vffa_extent *e = vffa_extents_next(walk);
	struct vffa_extent_walk ahead;

	if (!e)
		return false;
	*range = (struct vffa_range){ e->pa.addr, e->nr_pages };

	for (ahead = *walk; (e = vffa_extents_next(&ahead)); *walk = ahead) {
		if (!follows(range->addr, range->nr_pages, e->pa.addr))
			break;
		range->nr_pages += e->nr_pages;
	}
	return true;
}
