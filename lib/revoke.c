// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Taking memory from a guest and giving it back: mprotect() of the VMM's mapping, which KVM follows.
 * Contents and pins stay. When that is to be done, the relay says (parked.c).
 */
#include "revoke.h"

#include <errno.h>
#include <sys/mman.h>

#include "internal.h"
#include "sys.h"

/*
 * The system joins neighbours of the same protection, and cuts what was joined when a part of it comes
 * back: each range of what is revoked may then be a mapping by itself, and what is between it and the
 * next one, too. So many must always be possible, or memory could not be given back; as many are left to
 * the VMM.
 */
#define MAPPINGS_PER_RANGE 4

/**
 * struct cursor - a walk over ranges of guest memory, slot by slot
 * @ranges: a set
 * @i:	    the range
 * @done:   bytes of it that were seen
 */
struct cursor {
	const struct libvffa_ranges *ranges;
	size_t i;
	uint64_t done;
};

/* Part of a range in one slot; @slot is NULL where there is none. */
struct piece {
	const struct libvffa_slot *slot;
	char *addr;
	uint64_t len;
};

void libvffa_access_init(struct libvffa_access *access)
{
	pthread_mutex_init(&access->lock, NULL);
	access->max_ranges = libvffa_sys_max_mappings() / MAPPINGS_PER_RANGE;
}

unsigned int libvffa_access_nr_resets(struct libvffa_access *access)
{
	unsigned int nr_resets;

	pthread_mutex_lock(&access->lock);
	nr_resets = access->nr_resets;
	pthread_mutex_unlock(&access->lock);
	return nr_resets;
}

void libvffa_access_fini(struct libvffa_access *access)
{
	libvffa_ranges_free(&access->revoked);
	pthread_mutex_destroy(&access->lock);
}

static const struct libvffa_slot *find_slot(const struct libvffa_access *access, uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < VFFA_MAX_SLOTS; i++) {
		if (addr >= access->slots[i].start && addr < access->slots[i].end)
			return &access->slots[i];
	}
	return NULL;
}

/* Returns false at the end. */
static bool next_piece(const struct libvffa_access *access, struct cursor *at, struct piece *piece)
{
	const struct libvffa_range *range;
	uint64_t start, end;

	if (at->i == at->ranges->nr)
		return false;
	range = &at->ranges->items[at->i];
	start = range->start + at->done;

	piece->slot = find_slot(access, start);
	if (!piece->slot)
		return true;
	end = range->end < piece->slot->end ? range->end : piece->slot->end;
	piece->addr = piece->slot->addr + (start - piece->slot->start);
	piece->len = end - start;

	at->done += piece->len;
	if (end == range->end) {
		at->i++;
		at->done = 0;
	}
	return true;
}

/* The first @nr pieces; returns how many were done, and why no more in *@error. */
static size_t protect(const struct libvffa_access *access, const struct libvffa_ranges *ranges,
		      bool revoke, size_t nr, int *error)
{
	struct cursor at = { .ranges = ranges };
	struct piece piece;
	size_t done;

	*error = 0;
	for (done = 0; done < nr && next_piece(access, &at, &piece); done++) {
		if (!piece.slot || libvffa_sys_protect(piece.addr, piece.len,
						       revoke ? PROT_NONE : piece.slot->prot)) {
			*error = -EACCES;
			break;
		}
	}
	return done;
}

/*
 * All or none. Undoing joins mappings that were just split, for which the kernel needs nothing that
 * it did not have a moment ago.
 */
static int protect_all(const struct libvffa_access *access, const struct libvffa_ranges *ranges,
		       bool revoke)
{
	int error, ignored;
	size_t done;

	done = protect(access, ranges, revoke, SIZE_MAX, &error);
	if (error)
		protect(access, ranges, !revoke, done, &ignored);
	return error;
}

static int change_locked(struct libvffa_access *access, const struct libvffa_ranges *ranges,
			 bool revoke)
{
	struct libvffa_ranges next;
	int ret;

	/* The record first: what was done could not be recorded without memory. */
	ret = revoke ? libvffa_ranges_union(&access->revoked, ranges, &next)
		     : libvffa_ranges_subtract(&access->revoked, ranges, &next);
	if (ret)
		return ret;
	if (revoke && next.nr > access->max_ranges)
		ret = -ENOSPC;
	else
		ret = protect_all(access, ranges, revoke);
	if (ret) {
		libvffa_ranges_free(&next);
		return ret;
	}

	libvffa_ranges_free(&access->revoked);
	access->revoked = next;
	return 0;
}

/*
 * A reset may have come between what the relay said and now: it has given everything back, and by now the
 * same pages may have been lent again.
 */
static int change(struct libvffa_access *access, struct libvffa_ranges *ranges,
		  unsigned int nr_resets, bool revoke)
{
	int ret = -ECANCELED;

	libvffa_ranges_normalize(ranges);
	pthread_mutex_lock(&access->lock);
	if (access->nr_resets == nr_resets)
		ret = change_locked(access, ranges, revoke);
	pthread_mutex_unlock(&access->lock);
	return ret;
}

int libvffa_access_revoke(struct libvffa_access *access, struct libvffa_ranges *ranges,
			  unsigned int nr_resets)
{
	return change(access, ranges, nr_resets, true);
}

int libvffa_access_restore(struct libvffa_access *access, struct libvffa_ranges *ranges,
			   unsigned int nr_resets)
{
	return change(access, ranges, nr_resets, false);
}

int libvffa_access_restore_all(struct libvffa_access *access)
{
	int ret;

	pthread_mutex_lock(&access->lock);
	access->nr_resets++;
	ret = protect_all(access, &access->revoked, false);
	if (!ret)
		libvffa_ranges_free(&access->revoked);
	pthread_mutex_unlock(&access->lock);
	return ret;
}

int libvffa_vm_is_revoked(struct libvffa_vm *vm, uint64_t guest_phys_addr, uint64_t len_bytes)
{
	uint64_t end = guest_phys_addr + len_bytes;
	bool revoked;

	if (end < guest_phys_addr)
		end = UINT64_MAX;
	pthread_mutex_lock(&vm->access.lock);
	revoked = libvffa_ranges_overlap(&vm->access.revoked, guest_phys_addr, end);
	pthread_mutex_unlock(&vm->access.lock);
	return revoked;
}
