// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Sets of addresses. Every operation looks at each range once: sets have thousands of ranges.
 * What the addresses mean is not here.
 */
#include "ranges.h"

#include <errno.h>
#include <stdlib.h>

#include "sys.h"

void libvffa_ranges_free(struct libvffa_ranges *set)
{
	if (set->items)
		libvffa_sys_free(set->items);
	*set = (struct libvffa_ranges){ 0 };
}

static int alloc_items(struct libvffa_ranges *set, size_t nr)
{
	*set = (struct libvffa_ranges){ 0 };
	if (!nr)
		return 0;
	set->items = libvffa_sys_alloc(nr * sizeof(*set->items));
	return set->items ? 0 : -ENOMEM;
}

/* @range begins where the last one begins, or behind that. */
static void append(struct libvffa_ranges *set, struct libvffa_range range)
{
	struct libvffa_range *last = set->nr ? &set->items[set->nr - 1] : NULL;

	if (!last || range.start >= last->end)
		set->items[set->nr++] = range;
	else if (range.end > last->end)
		last->end = range.end;
}

/* As append(); joined with the last one also where it only touches that. */
static void append_joined(struct libvffa_ranges *set, struct libvffa_range range)
{
	if (set->nr && range.start == set->items[set->nr - 1].end)
		set->items[set->nr - 1].end = range.end;
	else
		append(set, range);
}

static int compare(const void *a, const void *b)
{
	const struct libvffa_range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

void libvffa_ranges_normalize(struct libvffa_ranges *set)
{
	size_t i, nr = set->nr;

	if (!nr)
		return;
	qsort(set->items, nr, sizeof(*set->items), compare);
	/* What is appended is never ahead of what is read. */
	set->nr = 0;
	for (i = 0; i < nr; i++)
		append_joined(set, set->items[i]);
}

int libvffa_ranges_union(const struct libvffa_ranges *a, const struct libvffa_ranges *b,
			 struct libvffa_ranges *out)
{
	size_t i = 0, j = 0;
	int ret;

	ret = alloc_items(out, a->nr + b->nr);
	if (ret)
		return ret;

	while (i < a->nr || j < b->nr) {
		if (j == b->nr || (i < a->nr && a->items[i].start < b->items[j].start))
			append(out, a->items[i++]);
		else
			append(out, b->items[j++]);
	}
	return 0;
}

/* Append what is left of @range when @holes, from the @j-th on, are taken out. */
static void append_without(struct libvffa_ranges *out, struct libvffa_range range,
			   const struct libvffa_ranges *holes, size_t j)
{
	for (; j < holes->nr && holes->items[j].start < range.end; j++) {
		if (holes->items[j].start > range.start)
			append(out, (struct libvffa_range){ range.start, holes->items[j].start });
		range.start = holes->items[j].end;
	}
	if (range.start < range.end)
		append(out, range);
}

int libvffa_ranges_subtract(const struct libvffa_ranges *a, const struct libvffa_ranges *b,
			    struct libvffa_ranges *out)
{
	size_t i, j = 0;
	int ret;

	/* Each hole makes one range more, at most. */
	ret = alloc_items(out, a->nr + b->nr);
	if (ret)
		return ret;

	for (i = 0; i < a->nr; i++) {
		while (j < b->nr && b->items[j].end <= a->items[i].start)
			j++;
		append_without(out, a->items[i], b, j);
	}
	return 0;
}

bool libvffa_ranges_overlap(const struct libvffa_ranges *set, uint64_t start, uint64_t end)
{
	size_t low = 0, high = set->nr;

	/* The first range that ends behind @start. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->items[middle].end <= start)
			low = middle + 1;
		else
			high = middle;
	}
	return start < end && low < set->nr && set->items[low].start < end;
}
