/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sets of addresses, as sorted ranges that do not overlap. They may touch. */
#ifndef LIBVFFA_RANGES_H
#define LIBVFFA_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From @start to before @end, which is greater. */
struct libvffa_range {
	uint64_t start;
	uint64_t end;
};

/**
 * struct libvffa_ranges - a set; all zero = empty
 * @items: of libvffa_sys_alloc()
 * @nr:    entries in use
 */
struct libvffa_ranges {
	struct libvffa_range *items;
	size_t nr;
};

/** libvffa_ranges_free() - empty a set */
void libvffa_ranges_free(struct libvffa_ranges *set);

/**
 * libvffa_ranges_normalize() - make a set of ranges in any order
 * @set: in: any ranges; out: a set of the same addresses, in as few ranges as possible
 */
void libvffa_ranges_normalize(struct libvffa_ranges *set);

/**
 * libvffa_ranges_union() - what is in one of two sets or in both
 * @a, @b: sets
 * @out:   a new one; not @a or @b. Ranges of both that only touch stay two
 *
 * Return: 0; -ENOMEM.
 */
int libvffa_ranges_union(const struct libvffa_ranges *a, const struct libvffa_ranges *b,
			 struct libvffa_ranges *out);

/**
 * libvffa_ranges_subtract() - what is in @a and not in @b
 * @a, @b: sets
 * @out:   a new one; not @a or @b
 *
 * Return: 0; -ENOMEM.
 */
int libvffa_ranges_subtract(const struct libvffa_ranges *a, const struct libvffa_ranges *b,
			    struct libvffa_ranges *out);

/** libvffa_ranges_overlap() - is any address from @start to before @end in the set */
bool libvffa_ranges_overlap(const struct libvffa_ranges *set, uint64_t start, uint64_t end);

#endif /* LIBVFFA_RANGES_H */
