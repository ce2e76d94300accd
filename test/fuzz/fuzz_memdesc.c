// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzer of the memory descriptors' codec. Input: minor version (1), total (4), the first fragment.
 * Half of the totals are the fragment's length, or inputs would rarely get beyond that check.
 * What is decoded must survive encoding and decoding, in the writer's version and every newer one.
 */
#include <stdlib.h>
#include <string.h>

#include "../../core/memdesc.h"
#include "input.h"

#define MAX_HEAD (48 + VFFA_MEM_MAX_RECEIVERS * 32 + 16)

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static bool is_same_access(const struct vffa_mem_access *a, const struct vffa_mem_access *b)
{
	return a->id == b->id && a->perms == b->perms && a->flags == b->flags &&
	       a->impdef[0] == b->impdef[0] && a->impdef[1] == b->impdef[1];
}

/* All but where the ranges are. */
static bool is_same(const struct vffa_mem_desc *a, const struct vffa_mem_desc *b)
{
	for (uint32_t i = 0; i < a->nr_receivers; i++) {
		if (!is_same_access(&a->receivers[i], &b->receivers[i]))
			return false;
	}
	return a->sender == b->sender && a->attrs == b->attrs && a->flags == b->flags &&
	       a->handle == b->handle && a->tag == b->tag && a->nr_receivers == b->nr_receivers &&
	       a->has_ranges == b->has_ranges && a->nr_ranges == b->nr_ranges &&
	       a->nr_pages == b->nr_pages;
}

static void round_trip(const struct vffa_mem_desc *desc, uint32_t minor)
{
	uint32_t head = vffa_mem_desc_head_size(desc, minor);
	uint64_t total = head + (uint64_t)desc->nr_ranges * VFFA_MEM_RANGE_SIZE;
	struct vffa_mem_desc again;
	uint8_t *bytes;

	expect(head <= MAX_HEAD);
	/* The newer form of a descriptor of almost 4 GiB may be longer than can be said. */
	if (total > UINT32_MAX)
		return;
	bytes = malloc(head);
	expect(bytes);
	vffa_mem_desc_encode(desc, minor, bytes);
	expect(!vffa_mem_desc_decode(bytes, head, (uint32_t)total, minor, &again));
	expect(is_same(desc, &again));
	expect(again.ranges_at == (desc->has_ranges ? head : 0));
	free(bytes);
}

static void fuzz_desc(const struct input *in, uint32_t total, uint32_t minor)
{
	struct vffa_mem_desc desc;

	if (vffa_mem_desc_decode(in->data, (uint32_t)in->size, total, minor, &desc))
		return;
	expect(desc.nr_receivers <= VFFA_MEM_MAX_RECEIVERS);
	expect(!desc.has_ranges || desc.ranges_at <= in->size);
	for (uint32_t to = minor; to <= 2; to++)
		round_trip(&desc, to);
}

static void fuzz_range(const struct input *in)
{
	uint8_t bytes[VFFA_MEM_RANGE_SIZE];
	struct vffa_range range;

	if (in->size < sizeof(bytes) || vffa_mem_range_decode(in->data, &range))
		return;
	expect(range.addr + (uint64_t)range.nr_pages * FFA_PAGE_SIZE > range.addr);
	vffa_mem_range_encode(&range, bytes);
	expect(!memcmp(bytes, in->data, sizeof(bytes)));
}

static void fuzz_relinquish(const struct input *in)
{
	struct vffa_mem_relinquish req;
	uint8_t *bytes;
	uint32_t size;

	if (vffa_mem_relinquish_decode(in->data, (uint32_t)in->size, &req))
		return;
	size = vffa_mem_relinquish_size(&req);
	expect(req.nr_ids && size <= in->size);
	bytes = malloc(size);
	expect(bytes);
	vffa_mem_relinquish_encode(&req, bytes);
	expect(!memcmp(bytes, in->data, size));
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint32_t minor = take_below(&in, 6);
	uint32_t total = (uint32_t)take(&in, 4);

	fuzz_desc(&in, minor >= 3 ? (uint32_t)in.size : total, minor % 3);
	fuzz_range(&in);
	fuzz_relinquish(&in);
	return 0;
}
