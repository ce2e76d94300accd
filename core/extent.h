/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Lists of pinned guest pages, in the order in which the guest named them: where they are in the VM,
 * and where in the host. How many there may be is limited by what the home lets a VM pin.
 */
#ifndef VFFA_EXTENT_H
#define VFFA_EXTENT_H

#include <vffa/relay.h>

#define VFFA_EXTENTS_PER_CHUNK 169

struct vffa_extent_chunk {
	struct vffa_extent_chunk *next;
	uint32_t nr;
	struct vffa_extent extents[VFFA_EXTENTS_PER_CHUNK];
};
static_assert(sizeof(struct vffa_extent_chunk) <= FFA_PAGE_SIZE);
static_assert(VFFA_EXTENTS_PER_CHUNK >= VFFA_PIN_BATCH);

/**
 * struct vffa_extents - a list
 * @nr_pages: in all
 * @nr_ipa:   ranges they make up in the VM: neighbours count as one
 * @nr_pa:    ranges they make up in the host
 */
struct vffa_extents {
	uint32_t nr_pages;
	uint32_t nr_ipa;
	uint32_t nr_pa;
	/* private: */
	struct vffa_extent_chunk *first;
	struct vffa_extent_chunk *last;
	struct vffa_extent *end; /* the last extent, which need not be in the last chunk */
};

/**
 * vffa_extents_add() - append pages
 * @vm:	 pays for the list
 * @list: zeroed, or used before
 * @extent: joined with the last one where it continues it
 *
 * Return: VFFA_OK; VFFA_NO_MEMORY, and the list is as it was: also when 2^32 pages are exceeded.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_extents_add(struct vffa_vm *vm, struct vffa_extents *list,
					       const struct vffa_extent *extent);

/**
 * vffa_extents_room() - where extents may be written that vffa_extents_take() is to append
 * @vm:	  pays for the list
 * @list: zeroed, or used before
 * @nr:	  of them, at most VFFA_PIN_BATCH
 *
 * Return: the place of the first, until the list is changed; NULL = no memory. The list is as it was.
 */
struct vffa_extent *VFFA_MUST_CHECK vffa_extents_room(struct vffa_vm *vm, struct vffa_extents *list,
						      uint32_t nr);

/**
 * vffa_extents_take() - append the extents that were written where vffa_extents_room() said
 * @list: their pages and those that are in it are less than 2^32
 * @nr:	  the first so many
 *
 * Each is joined with the one before where it continues that. What was written behind them stays as
 * it is.
 */
void vffa_extents_take(struct vffa_extents *list, uint32_t nr);

/** vffa_extents_have() - is one of these pages of the host in the list; looks at all of it */
bool vffa_extents_have(const struct vffa_extents *list, struct vffa_hpa pa, uint32_t nr_pages);

/** vffa_extents_free() - free the list, and nothing that it lists; it is empty then */
void vffa_extents_free(struct vffa_vm *vm, struct vffa_extents *list);

/**
 * struct vffa_extent_walk - a walk over a list
 * @chunk: after the one in which it is
 * @next, @end: what is left of that one
 */
struct vffa_extent_walk {
	const struct vffa_extent_chunk *chunk;
	const struct vffa_extent *next;
	const struct vffa_extent *end;
};

/** vffa_extents_walk() - start at the first extent */
static inline struct vffa_extent_walk vffa_extents_walk(const struct vffa_extents *list)
{
	return (struct vffa_extent_walk){ .chunk = list->first };
}

/** vffa_extents_next() - the next extent; NULL at the end. A list without @nr_pages has none. */
const struct vffa_extent *vffa_extents_next(struct vffa_extent_walk *walk);

/**
 * vffa_extents_next_few() - extents, as many as can be had at once
 * @walk: where to go on; used by this function alone
 * @nr: out
 *
 * Return: the first of @nr; NULL at the end.
 */
const struct vffa_extent *vffa_extents_next_few(struct vffa_extent_walk *walk, uint32_t *nr);

/**
 * vffa_extents_next_ipa() - the next range of the VM
 * @walk: used by this function alone
 * @range: out
 *
 * Return: false at the end.
 */
bool vffa_extents_next_ipa(struct vffa_extent_walk *walk, struct vffa_range *range);

/** vffa_extents_next_pa() - the next range of the host; as vffa_extents_next_ipa() */
bool vffa_extents_next_pa(struct vffa_extent_walk *walk, struct vffa_range *range);

#endif /* VFFA_EXTENT_H */
