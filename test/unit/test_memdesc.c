// SPDX-License-Identifier: GPL-2.0-only
/* Memory transaction descriptors, and the other descriptors of memory management. */
#include <stdlib.h>

#include "golden_memdesc.h"
#include "memdesc.h"
#include "world.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct golden {
	const uint8_t *bytes;
	uint32_t size;
	uint32_t receivers_at;
	uint32_t receiver_size;
	uint32_t composite_at;
} goldens[] = {
	{ golden_1_0, sizeof(golden_1_0), 0x20, 16, 0x40 },
	{ golden_1_1, sizeof(golden_1_1), 0x30, 16, 0x50 },
	{ golden_1_2, sizeof(golden_1_2), 0x30, 32, 0x70 },
};

static const struct vffa_range golden_ranges[] = { { 0x40001000, 2 }, { 0x940008000, 1 } };

/* What the bytes above say to a reader of FF-A 1.@minor. */
static struct vffa_mem_desc golden_desc(uint32_t minor)
{
	struct vffa_mem_desc desc = {
		.sender = 1,
		.attrs = minor ? FFA_MEM_ATTRS_NORMAL | FFA_MEM_NON_SECURE : FFA_MEM_ATTRS_NORMAL,
		.flags = FFA_MEM_FLAG_TIME_SLICE,
		.tag = 0x1122334455667788,
		.nr_receivers = 2,
		.receivers = {
			{ .id = 0x8001, .perms = FFA_MEM_DATA_RW | FFA_MEM_INSTR_NX },
			{ .id = 0x8002, .perms = FFA_MEM_DATA_RO, .flags = FFA_MEM_NON_RETRIEVAL },
		},
		.has_ranges = true,
		.nr_ranges = 2,
		.nr_pages = 3,
		.ranges_at = goldens[minor].composite_at + 16,
	};

	if (minor == 2) {
		memcpy(desc.receivers[0].impdef,
		       (uint64_t[]){ 0xA7A6A5A4A3A2A1A0, 0xAFAEADACABAAA9A8 }, 16);
		memcpy(desc.receivers[1].impdef,
		       (uint64_t[]){ 0xB7B6B5B4B3B2B1B0, 0xBFBEBDBCBBBAB9B8 }, 16);
	}
	return desc;
}

static void expect_same(const struct vffa_mem_desc *a, const struct vffa_mem_desc *b)
{
	assert_int_equal(a->sender, b->sender);
	assert_int_equal(a->attrs, b->attrs);
	assert_int_equal(a->flags, b->flags);
	assert_true(a->handle == b->handle && a->tag == b->tag);
	assert_int_equal(a->nr_receivers, b->nr_receivers);
	for (uint32_t i = 0; i < a->nr_receivers; i++) {
		assert_int_equal(a->receivers[i].id, b->receivers[i].id);
		assert_int_equal(a->receivers[i].perms, b->receivers[i].perms);
		assert_int_equal(a->receivers[i].flags, b->receivers[i].flags);
		assert_memory_equal(a->receivers[i].impdef, b->receivers[i].impdef, 16);
	}
	assert_int_equal(a->has_ranges, b->has_ranges);
	assert_int_equal(a->nr_ranges, b->nr_ranges);
	assert_int_equal(a->nr_pages, b->nr_pages);
	assert_int_equal(a->ranges_at, b->ranges_at);
}

/* Decodes a copy that is as long as it is said to be, so that a read beyond it is found. */
static enum vffa_ret decode(const uint8_t *bytes, uint32_t len, uint32_t total, uint32_t minor,
			    struct vffa_mem_desc *desc)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum vffa_ret ret;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	ret = vffa_mem_desc_decode(copy, len, total, minor, desc);
	free(copy);
	return ret;
}

static void expect_decoded(const uint8_t *bytes, uint32_t len, uint32_t total, uint32_t minor,
			   const struct vffa_mem_desc *want)
{
	struct vffa_mem_desc desc;

	assert_int_equal(decode(bytes, len, total, minor, &desc), VFFA_OK);
	expect_same(&desc, want);
}

static void expect_bad(const uint8_t *bytes, uint32_t len, uint32_t total, uint32_t minor)
{
	struct vffa_mem_desc desc;

	assert_int_equal(decode(bytes, len, total, minor, &desc), VFFA_INVALID_PARAMETERS);
}

static void put(uint8_t *at, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

/* The golden descriptor with one field replaced is refused. */
static void expect_bad_field(uint32_t minor, uint32_t at, unsigned int size, uint64_t value)
{
	uint8_t bytes[sizeof(golden_1_2)];

	memcpy(bytes, goldens[minor].bytes, goldens[minor].size);
	put(bytes + at, value, size);
	expect_bad(bytes, goldens[minor].size, goldens[minor].size, minor);
}

SPEC("1.2", "Memory transaction descriptor")
static void every_version_is_decoded(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		const struct golden *g = &goldens[minor];
		const struct vffa_mem_desc want = golden_desc(minor);

		expect_decoded(g->bytes, g->size, g->size, minor, &want);
		for (uint32_t i = 0; i < NR(golden_ranges); i++) {
			struct vffa_range range;

			assert_int_equal(
				vffa_mem_range_decode(g->bytes + want.ranges_at + 16 * i, &range),
				VFFA_OK);
			assert_true(range.addr == golden_ranges[i].addr);
			assert_int_equal(range.nr_pages, golden_ranges[i].nr_pages);
		}
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void every_version_is_encoded(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		struct vffa_mem_desc desc = golden_desc(minor);
		uint32_t head = vffa_mem_desc_head_size(&desc, minor);
		uint8_t bytes[sizeof(golden_1_2)];

		memset(bytes, 0xEE, sizeof(bytes));
		assert_int_equal(head, goldens[minor].composite_at + 16);
		/* Where the ranges were does not matter. */
		desc.ranges_at = 0xEEEEEEEE;
		vffa_mem_desc_encode(&desc, minor, bytes);
		for (uint32_t i = 0; i < NR(golden_ranges); i++)
			vffa_mem_range_encode(&golden_ranges[i], bytes + head + 16 * i);
		assert_memory_equal(bytes, goldens[minor].bytes, goldens[minor].size);
		for (uint32_t i = goldens[minor].size; i < sizeof(bytes); i++)
			assert_int_equal(bytes[i], 0xEE);
	}
}

/* From every version to every other: what the reader has no place for is gone, nothing else. */
SPEC("1.2", "Memory transaction descriptor")
static void descriptors_are_translated(void **state)
{
	const struct vffa_mem_desc newest = golden_desc(2);

	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		struct vffa_mem_desc want = golden_desc(minor);
		uint8_t bytes[sizeof(golden_1_2)];

		vffa_mem_desc_encode(&newest, minor, bytes);
		if (!minor)
			want.attrs = newest.attrs & 0xFF;
		expect_decoded(bytes, want.ranges_at, goldens[minor].size, minor, &want);
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void first_fragment_may_end_before_the_ranges(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		const struct golden *g = &goldens[minor];
		const struct vffa_mem_desc want = golden_desc(minor);

		for (uint32_t len = want.ranges_at; len <= g->size; len++)
			expect_decoded(g->bytes, len, g->size, minor, &want);
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void first_fragment_has_all_before_the_ranges(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		const struct golden *g = &goldens[minor];

		for (uint32_t len = 0; len < g->composite_at + 16; len++) {
			expect_bad(g->bytes, len, g->size, minor);
			expect_bad(g->bytes, len, len, minor);
		}
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void total_is_exact(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		const struct golden *g = &goldens[minor];

		for (uint32_t total = 0; total < g->size + 64; total++) {
			if (total != g->size)
				expect_bad(g->bytes, g->composite_at + 16, total, minor);
		}
		/* The fragment is longer than all fragments together. */
		expect_bad(g->bytes, g->size, g->size - 16, minor);
		expect_bad(g->bytes, g->size, 0xFFFFFFFF, minor);
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void every_reserved_byte_is_zero(void **state)
{
	/* What is reserved, from and up to, in each version. */
	static const uint32_t reserved[][2] = {
		{ 0x03, 0x04 }, { 0x18, 0x1C }, { 0x28, 0x30 }, { 0x38, 0x40 },
		{ 0x48, 0x50 }, { 0 },		{ 0x24, 0x30 }, { 0x38, 0x40 },
		{ 0x48, 0x50 }, { 0x58, 0x60 }, { 0 },		{ 0x24, 0x30 },
		{ 0x48, 0x50 }, { 0x68, 0x70 }, { 0x78, 0x80 }, { 0 },
	};
	uint32_t minor = 0;

	(void)state;
	for (unsigned int i = 0; i < NR(reserved); i++) {
		for (uint32_t at = reserved[i][0]; at < reserved[i][1]; at++) {
			expect_bad_field(minor, at, 1, 0x01);
			expect_bad_field(minor, at, 1, 0x80);
		}
		minor += !reserved[i][1];
	}
	assert_int_equal(minor, 3);
}

SPEC("1.2", "Memory transaction descriptor")
static void receivers_are_where_they_may_be(void **state)
{
	static const uint32_t bad_offsets[] = { 0,    1,    16,	  32,	  47,	      49,	 56,
						0x38, 0x48, 0x90, 0x1000, 0xFFFFFFF0, 0xFFFFFFFF };
	static const uint32_t bad_sizes[] = { 0,  1,  8,  15,	      17,	  24,	     31,
					      33, 48, 64, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF };

	(void)state;
	for (uint32_t minor = 1; minor <= 2; minor++) {
		for (unsigned int i = 0; i < NR(bad_offsets); i++)
			expect_bad_field(minor, 0x20, 4, bad_offsets[i]);
		for (unsigned int i = 0; i < NR(bad_sizes); i++)
			expect_bad_field(minor, 0x18, 4, bad_sizes[i]);
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void receivers_end_in_the_first_fragment(void **state)
{
	/* Some make the sum or the product wrap round in 32 bits. */
	static const uint32_t counts[] = { 8,	       32,	   33,	       0x07FFFFFE,
					   0x08000000, 0x08000001, 0x0FFFFFFF, 0x10000000,
					   0x10000001, 0x10000002, 0x80000000, 0xFFFFFFFE,
					   0xFFFFFFFF };

	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		for (unsigned int i = 0; i < NR(counts); i++)
			expect_bad_field(minor, 0x1C, 4, counts[i]);
	}
}

SPEC("1.2", "Composite memory region descriptor")
static void composite_is_where_it_may_be(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		const struct golden *g = &goldens[minor];
		const uint32_t bad[] = { 1,
					 8,
					 g->receivers_at,
					 g->composite_at - 8,
					 g->composite_at + 1,
					 g->composite_at + 4,
					 g->size - 8,
					 g->size,
					 0x1000,
					 0x7FFFFFF8,
					 0xFFFFFFF0,
					 0xFFFFFFF8,
					 0xFFFFFFFF };

		for (unsigned int i = 0; i < NR(bad); i++) {
			uint8_t bytes[sizeof(golden_1_2)];

			memcpy(bytes, g->bytes, g->size);
			put(bytes + g->receivers_at + 4, bad[i], 4);
			put(bytes + g->receivers_at + g->receiver_size + 4, bad[i], 4);
			expect_bad(bytes, g->size, g->size, minor);
			expect_bad(bytes, g->size, 0xFFFFFFFF, minor);
		}
	}
}

SPEC("1.2", "Composite memory region descriptor")
static void receivers_name_one_composite(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		const struct golden *g = &goldens[minor];

		for (unsigned int i = 0; i < 2; i++) {
			uint32_t at = g->receivers_at + i * g->receiver_size + 4;

			expect_bad_field(minor, at, 4, 0);
			expect_bad_field(minor, at, 4, g->composite_at + 8);
			expect_bad_field(minor, at, 4, g->composite_at + 16);
		}
	}
}

SPEC("1.2", "Composite memory region descriptor")
static void ranges_fill_the_rest(void **state)
{
	/* The last ones wrap round to two ranges when multiplied in 32 bits. */
	static const uint32_t counts[] = { 0,	       1,	   3,
					   0x0FFFFFFF, 0x10000000, 0x10000002,
					   0x20000002, 0xF0000002, 0xFFFFFFFF };

	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		for (unsigned int i = 0; i < NR(counts); i++)
			expect_bad_field(minor, goldens[minor].composite_at + 4, 4, counts[i]);
	}
}

SPEC("1.2", "Composite memory region descriptor")
static void composite_has_ranges(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		uint8_t bytes[sizeof(golden_1_2)];
		uint32_t end = goldens[minor].composite_at + 16;

		memcpy(bytes, goldens[minor].bytes, end);
		put(bytes + end - 16, 0, 8);
		expect_bad(bytes, end, end, minor);
	}
}

/* A count that fits only in more than 32 bits does not fit a total that says 0xFFFFFFFF, either. */
SPEC("1.2", "Composite memory region descriptor")
static void largest_total_is_understood(void **state)
{
	struct vffa_mem_desc want = golden_desc(1);
	uint8_t bytes[sizeof(golden_1_1)];

	(void)state;
	memcpy(bytes, golden_1_1, sizeof(bytes));
	want.nr_ranges = (0xFFFFFFF0u - want.ranges_at) / 16;
	put(bytes + 0x54, want.nr_ranges, 4);
	expect_decoded(bytes, want.ranges_at, 0xFFFFFFF0, 1, &want);
	put(bytes + 0x54, want.nr_ranges + 1, 4);
	expect_bad(bytes, want.ranges_at, 0xFFFFFFFF, 1);
	expect_bad(bytes, want.ranges_at, 0xFFFFFFF0, 1);
}

/* Sizes are what the descriptor says: large entries before 1.2 have nothing in their place. */
SPEC("1.1", "Memory transaction descriptor")
static void large_receivers_before_1_2(void **state)
{
	struct vffa_mem_desc want = golden_desc(1);
	uint8_t bytes[sizeof(golden_1_2)];

	(void)state;
	memcpy(bytes, golden_1_2, sizeof(bytes));
	memset(bytes + 0x38, 0, 16);
	memset(bytes + 0x58, 0, 16);
	want.ranges_at = 0x80;
	expect_decoded(bytes, sizeof(bytes), sizeof(bytes), 1, &want);
	for (uint32_t at = 0x38; at < 0x50; at++) {
		bytes[at] = 1;
		expect_bad(bytes, sizeof(bytes), sizeof(bytes), 1);
		bytes[at] = 0;
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void small_receivers_in_1_2(void **state)
{
	struct vffa_mem_desc want = golden_desc(1);
	uint8_t bytes[sizeof(golden_1_1)];

	(void)state;
	expect_decoded(golden_1_1, sizeof(golden_1_1), sizeof(golden_1_1), 2, &want);
	/* They have no place for an implementation defined value. */
	for (uint32_t at = 0x38; at < 0x40; at++) {
		memcpy(bytes, golden_1_1, sizeof(bytes));
		bytes[at] = 1;
		expect_bad(bytes, sizeof(bytes), sizeof(bytes), 2);
	}
}

#define MAX_GAPS 0x60

/*
 * The golden descriptor with @before bytes in front of the receivers and @behind bytes behind them.
 * Returns its size.
 */
static uint32_t spread(uint32_t minor, uint32_t before, uint32_t behind,
		       uint8_t bytes[sizeof(golden_1_2) + MAX_GAPS])
{
	const struct golden *g = &goldens[minor];
	uint32_t composite_at = g->composite_at + before + behind;

	memset(bytes, 0xFF, sizeof(golden_1_2) + MAX_GAPS);
	memcpy(bytes, g->bytes, g->receivers_at);
	memcpy(bytes + g->receivers_at + before, g->bytes + g->receivers_at,
	       g->composite_at - g->receivers_at);
	memcpy(bytes + composite_at, g->bytes + g->composite_at, g->size - g->composite_at);
	if (minor)
		put(bytes + 0x20, g->receivers_at + before, 4);
	for (unsigned int i = 0; i < 2; i++)
		put(bytes + g->receivers_at + before + i * g->receiver_size + 4, composite_at, 4);
	return g->size + before + behind;
}

SPEC("1.2", "Memory transaction descriptor")
static void gaps_are_skipped(void **state)
{
	static const uint32_t gaps[][2] = { { 0, 8 }, { 16, 0 }, { 0x30, 8 }, { 0x30, 0x30 } };

	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		for (unsigned int i = 0; i < NR(gaps); i++) {
			struct vffa_mem_desc want = golden_desc(minor);
			uint8_t bytes[sizeof(golden_1_2) + MAX_GAPS];
			uint32_t before = minor ? gaps[i][0] : 0;
			uint32_t size = spread(minor, before, gaps[i][1], bytes);

			want.ranges_at += before + gaps[i][1];
			expect_decoded(bytes, size, size, minor, &want);
		}
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void offsets_are_aligned(void **state)
{
	static const uint32_t gaps[][2] = { { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 12 },
					    { 1, 7 }, { 4, 4 }, { 8, 0 }, { 8, 8 } };

	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		for (unsigned int i = 0; i < NR(gaps); i++) {
			uint8_t bytes[sizeof(golden_1_2) + MAX_GAPS];
			uint32_t size;

			if (!minor && gaps[i][0])
				continue;
			size = spread(minor, gaps[i][0], gaps[i][1], bytes);
			expect_bad(bytes, size, size, minor);
		}
	}
}

/* Each of these descriptors would be a good one if its parts were allowed to overlap. */
SPEC("1.2", "Memory transaction descriptor")
static void parts_do_not_overlap(void **state)
{
	uint8_t bytes[sizeof(golden_1_2)];

	(void)state;
	/* The first receiver in the header's last 16 bytes. */
	memcpy(bytes, golden_1_1, 0x40);
	put(bytes + 0x20, 0x20, 4);
	put(bytes + 0x34, 0, 4);
	expect_bad(bytes, 0x40, 0x40, 1);

	/* The composite descriptor in the last receiver's value. */
	memcpy(bytes, golden_1_2, sizeof(bytes));
	put(bytes + 0x34, 0x60, 4);
	put(bytes + 0x54, 0x60, 4);
	put(bytes + 0x60, 3, 4);
	put(bytes + 0x64, 2, 4);
	expect_bad(bytes, 0x90, 0x90, 2);
}

/**
 * struct use - what each call's descriptor is like, and no other's
 * @attrs, @flags, @handle, @perms: what it has of them, for one receiver
 * @has_ranges: a range of three pages
 */
static const struct use {
	uint16_t attrs;
	uint32_t flags;
	uint64_t handle;
	uint8_t perms;
	bool has_ranges;
} uses[] = {
	/* FFA_MEM_SHARE */
	{ FFA_MEM_ATTRS_NORMAL, 0, 0, FFA_MEM_DATA_RW, true },
	/* FFA_MEM_LEND to one, who chooses attributes */
	{ 0, FFA_MEM_FLAG_ZERO | FFA_MEM_FLAG_TIME_SLICE, 0, FFA_MEM_DATA_RO, true },
	/* FFA_MEM_DONATE: rights are the receiver's to ask for */
	{ 0, FFA_MEM_FLAG_ZERO, 0, 0, true },
	/* FFA_MEM_RETRIEVE_REQ of what was lent, to be zeroed when it is relinquished */
	{ FFA_MEM_ATTRS_NORMAL, 0x4 | 2 << 3, 0x0000000512345678, 0x6, false },
	/* FFA_MEM_RETRIEVE_RESP to that, from a secure partition's memory */
	{ FFA_MEM_ATTRS_NORMAL, 0x1 | 2 << 3, 0x0000000512345678, 0x6, true },
};

/* By the offsets of the specification's tables; its length. */
static uint32_t write_by_hand(const struct use *use, uint32_t minor, uint8_t *bytes)
{
	uint32_t receiver = minor ? 0x30 : 0x20;
	uint32_t composite = receiver + (minor == 2 ? 0x20 : 0x10);

	memset(bytes, 0, composite + 0x20);
	put(bytes + 0x00, 0x8003, 2);
	put(bytes + 0x02, use->attrs, minor ? 2 : 1);
	put(bytes + 0x04, use->flags, 4);
	put(bytes + 0x08, use->handle, 8);
	put(bytes + 0x10, 0xFEDCBA9876543210, 8);
	put(bytes + 0x1C, 1, 4);
	if (minor) {
		put(bytes + 0x18, minor == 2 ? 0x20 : 0x10, 4);
		put(bytes + 0x20, receiver, 4);
	}
	put(bytes + receiver, 0x0007, 2);
	put(bytes + receiver + 0x2, use->perms, 1);
	if (minor == 2) {
		put(bytes + receiver + 0x8, 0x1716151413121110, 8);
		put(bytes + receiver + 0x10, 0x2726252423222120, 8);
	}
	if (!use->has_ranges)
		return composite;
	put(bytes + receiver + 0x4, composite, 4);
	put(bytes + composite, 3, 4);
	put(bytes + composite + 0x4, 1, 4);
	put(bytes + composite + 0x10, 0x88012000, 8);
	put(bytes + composite + 0x18, 3, 4);
	return composite + 0x20;
}

static struct vffa_mem_desc desc_of_use(const struct use *use, uint32_t minor)
{
	struct vffa_mem_desc desc = {
		.sender = 0x8003,
		.attrs = use->attrs,
		.flags = use->flags,
		.handle = use->handle,
		.tag = 0xFEDCBA9876543210,
		.nr_receivers = 1,
		.receivers = { { .id = 7, .perms = use->perms } },
		.has_ranges = use->has_ranges,
		.nr_ranges = use->has_ranges,
		.nr_pages = use->has_ranges ? 3 : 0,
	};

	if (minor == 2) {
		desc.receivers[0].impdef[0] = 0x1716151413121110;
		desc.receivers[0].impdef[1] = 0x2726252423222120;
	}
	if (use->has_ranges)
		desc.ranges_at = (minor == 2 ? 0x50u : minor ? 0x40u : 0x30u) + 0x10u;
	return desc;
}

SPEC("1.2", "Memory transaction descriptor")
static void descriptors_of_every_call_are_exact(void **state)
{
	static const struct vffa_range range = { 0x88012000, 3 };

	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		for (uint32_t i = 0; i < NR(uses); i++) {
			struct vffa_mem_desc desc = desc_of_use(&uses[i], minor);
			uint32_t head = vffa_mem_desc_head_size(&desc, minor);
			uint8_t want[0x70], bytes[0x70];
			uint32_t size = write_by_hand(&uses[i], minor, want);

			expect_decoded(want, size, size, minor, &desc);
			memset(bytes, 0xEE, sizeof(bytes));
			vffa_mem_desc_encode(&desc, minor, bytes);
			if (desc.has_ranges)
				vffa_mem_range_encode(&range, bytes + head);
			assert_int_equal(head + (desc.has_ranges ? 16 : 0), size);
			assert_memory_equal(bytes, want, size);
		}
	}
}

SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void descriptor_without_ranges(void **state)
{
	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		const struct golden *g = &goldens[minor];
		struct vffa_mem_desc want = golden_desc(minor);
		uint8_t bytes[sizeof(golden_1_2)];

		memcpy(bytes, g->bytes, g->size);
		put(bytes + 8, 0x8123456789ABCDEF, 8);
		put(bytes + g->receivers_at + 4, 0, 4);
		put(bytes + g->receivers_at + g->receiver_size + 4, 0, 4);
		want.handle = 0x8123456789ABCDEF;
		want.has_ranges = false;
		want.nr_ranges = 0;
		want.nr_pages = 0;
		want.ranges_at = 0;
		expect_decoded(bytes, g->composite_at, g->composite_at, minor, &want);
		expect_bad(bytes, g->composite_at, g->composite_at + 1, minor);
		expect_bad(bytes, g->composite_at + 16, g->composite_at, minor);
		expect_bad(bytes, g->size, g->size, minor);

		assert_int_equal(vffa_mem_desc_head_size(&want, minor), g->composite_at);
		memset(bytes + g->composite_at, 0xEE, 16);
		vffa_mem_desc_encode(&want, minor, bytes);
		expect_decoded(bytes, g->composite_at, g->composite_at, minor, &want);
		for (unsigned int i = 0; i < 16; i++)
			assert_int_equal(bytes[g->composite_at + i], 0xEE);
	}
}

SPEC("1.2", "FFA_MEM_RETRIEVE_REQ, by a hypervisor")
static void descriptor_without_receivers(void **state)
{
	static const uint8_t golden[48] = { [8] = 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01 };
	const struct vffa_mem_desc want = { .handle = 0x0123456789ABCDEF };

	(void)state;
	for (uint32_t minor = 0; minor <= 2; minor++) {
		uint32_t size = minor ? 48 : 32;
		uint8_t bytes[48];

		expect_decoded(golden, size, size, minor, &want);
		expect_bad(golden, size, size + 16, minor);
		expect_bad(golden, size - 1, size - 1, minor);
		assert_int_equal(vffa_mem_desc_head_size(&want, minor), size);
		memset(bytes, 0xEE, sizeof(bytes));
		vffa_mem_desc_encode(&want, minor, bytes);
		assert_memory_equal(bytes, golden, size);
		if (!minor)
			continue;
		/* Nor where they are, or how large. */
		put(bytes + 0x20, 0x30, 4);
		expect_bad(bytes, size, size, minor);
		put(bytes + 0x20, 0, 4);
		put(bytes + 0x18, 16, 4);
		expect_bad(bytes, size, size, minor);
	}
}

SPEC("1.2", "Memory transaction descriptor")
static void receivers_up_to_a_limit(void **state)
{
	struct vffa_mem_desc desc = golden_desc(1);

	(void)state;
	desc.nr_receivers = VFFA_MEM_MAX_RECEIVERS;
	for (uint32_t i = 0; i < desc.nr_receivers; i++)
		desc.receivers[i].id = (vffa_id_t)(0x8001 + i);
	for (uint32_t minor = 0; minor <= 2; minor++) {
		uint8_t bytes[48 + 33 * 32 + 16] = { 0 };
		uint32_t head = vffa_mem_desc_head_size(&desc, minor);
		struct vffa_mem_desc out;

		if (!minor)
			desc.attrs &= 0xFF;
		vffa_mem_desc_encode(&desc, minor, bytes);
		desc.ranges_at = head;
		expect_decoded(bytes, head, head + 32, minor, &desc);

		/* One more, and all of them without ranges. */
		memset(bytes + head - 16, 0, 32);
		put(bytes + 0x1C, VFFA_MEM_MAX_RECEIVERS + 1, 4);
		head = head - 16 + goldens[minor].receiver_size;
		assert_int_equal(decode(bytes, head, head, minor, &out), VFFA_NO_MEMORY);
		desc.attrs = golden_desc(1).attrs;
	}
}

SPEC("1.2", "Constituent memory region descriptor")
static void ranges_are_checked(void **state)
{
	static const struct {
		uint64_t addr;
		uint32_t nr_pages;
		uint32_t reserved;
		enum vffa_ret ret;
	} cases[] = {
		{ 0, 1, 0, VFFA_OK },
		{ 0x1000, 0xFFFFFFFF, 0, VFFA_OK },
		{ 0xFFFFFFFFFFFFE000, 1, 0, VFFA_OK },
		{ 0xFFFFF00000000000, 0xFFFFFFFF, 0, VFFA_OK },
		{ 0x1000, 0, 0, VFFA_INVALID_PARAMETERS },
		{ 0x1001, 1, 0, VFFA_INVALID_PARAMETERS },
		{ 0x1800, 1, 0, VFFA_INVALID_PARAMETERS },
		{ 0x1000, 1, 1, VFFA_INVALID_PARAMETERS },
		{ 0x1000, 1, 0x80000000, VFFA_INVALID_PARAMETERS },
		/* The end is not a number. */
		{ 0xFFFFFFFFFFFFF000, 1, 0, VFFA_INVALID_PARAMETERS },
		{ 0xFFFFFFFFFFFFE000, 2, 0, VFFA_INVALID_PARAMETERS },
		{ 0xFFFFFFFFFFFFE000, 3, 0, VFFA_INVALID_PARAMETERS },
		{ 0xFFFFF00000001000, 0xFFFFFFFF, 0, VFFA_INVALID_PARAMETERS },
		{ 0xFFFFF00000002000, 0xFFFFFFFF, 0, VFFA_INVALID_PARAMETERS },
	};

	(void)state;
	for (unsigned int i = 0; i < NR(cases); i++) {
		struct vffa_range range;
		uint8_t bytes[VFFA_MEM_RANGE_SIZE];
		uint8_t again[VFFA_MEM_RANGE_SIZE];

		put(bytes, cases[i].addr, 8);
		put(bytes + 8, cases[i].nr_pages, 4);
		put(bytes + 12, cases[i].reserved, 4);
		assert_int_equal(vffa_mem_range_decode(bytes, &range), cases[i].ret);
		if (cases[i].ret)
			continue;
		assert_true(range.addr == cases[i].addr);
		assert_int_equal(range.nr_pages, cases[i].nr_pages);
		memset(again, 0xEE, sizeof(again));
		vffa_mem_range_encode(&range, again);
		assert_memory_equal(again, bytes, sizeof(bytes));
	}
}

SPEC("1.2", "FFA_MEM_RELINQUISH")
static void relinquish_is_decoded_and_encoded(void **state)
{
	struct vffa_mem_relinquish req;
	uint8_t bytes[sizeof(golden_relinquish)];

	(void)state;
	assert_int_equal(
		vffa_mem_relinquish_decode(golden_relinquish, sizeof(golden_relinquish), &req),
		VFFA_OK);
	assert_true(req.handle == 0x0102030405060708);
	assert_int_equal(req.flags, FFA_MEM_FLAG_ZERO);
	assert_int_equal(req.nr_ids, 3);
	assert_int_equal(req.ids[0], 1);
	assert_int_equal(req.ids[1], 0x8002);
	assert_int_equal(req.ids[2], 0xFFFF);

	assert_int_equal(vffa_mem_relinquish_size(&req), sizeof(bytes));
	memset(bytes, 0xEE, sizeof(bytes));
	vffa_mem_relinquish_encode(&req, bytes);
	assert_memory_equal(bytes, golden_relinquish, sizeof(bytes));
}

SPEC("1.2", "FFA_MEM_RELINQUISH")
static void relinquish_names_someone_within_the_buffer(void **state)
{
	static const uint32_t counts[] = { 0,	       25,	   1000,       0x7FFFFFF8,
					   0x7FFFFFFB, 0x80000000, 0x80000003, 0xFFFFFFFF };
	struct vffa_mem_relinquish req;
	uint8_t bytes[64] = { 0 };

	(void)state;
	for (uint32_t len = 0; len < sizeof(golden_relinquish); len++) {
		uint8_t *copy = malloc(len ? len : 1);

		assert_non_null(copy);
		memcpy(copy, golden_relinquish, len);
		assert_int_equal(vffa_mem_relinquish_decode(copy, len, &req),
				 VFFA_INVALID_PARAMETERS);
		free(copy);
	}
	for (unsigned int i = 0; i < NR(counts); i++) {
		put(bytes + 12, counts[i], 4);
		assert_int_equal(vffa_mem_relinquish_decode(bytes, sizeof(bytes), &req),
				 VFFA_INVALID_PARAMETERS);
	}
}

SPEC("1.2", "FFA_MEM_RELINQUISH")
static void relinquish_up_to_a_limit(void **state)
{
	struct vffa_mem_relinquish req;
	uint8_t bytes[128] = { 0 };

	(void)state;
	put(bytes + 12, VFFA_MEM_MAX_RECEIVERS, 4);
	assert_int_equal(vffa_mem_relinquish_decode(bytes, sizeof(bytes), &req), VFFA_OK);
	assert_int_equal(vffa_mem_relinquish_size(&req), 16 + 2 * VFFA_MEM_MAX_RECEIVERS);
	put(bytes + 12, VFFA_MEM_MAX_RECEIVERS + 1, 4);
	assert_int_equal(vffa_mem_relinquish_decode(bytes, sizeof(bytes), &req), VFFA_NO_MEMORY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_version_is_decoded),
		cmocka_unit_test(every_version_is_encoded),
		cmocka_unit_test(descriptors_are_translated),
		cmocka_unit_test(first_fragment_may_end_before_the_ranges),
		cmocka_unit_test(first_fragment_has_all_before_the_ranges),
		cmocka_unit_test(total_is_exact),
		cmocka_unit_test(every_reserved_byte_is_zero),
		cmocka_unit_test(receivers_are_where_they_may_be),
		cmocka_unit_test(receivers_end_in_the_first_fragment),
		cmocka_unit_test(composite_is_where_it_may_be),
		cmocka_unit_test(receivers_name_one_composite),
		cmocka_unit_test(ranges_fill_the_rest),
		cmocka_unit_test(composite_has_ranges),
		cmocka_unit_test(largest_total_is_understood),
		cmocka_unit_test(large_receivers_before_1_2),
		cmocka_unit_test(small_receivers_in_1_2),
		cmocka_unit_test(gaps_are_skipped),
		cmocka_unit_test(offsets_are_aligned),
		cmocka_unit_test(parts_do_not_overlap),
		cmocka_unit_test(descriptors_of_every_call_are_exact),
		cmocka_unit_test(descriptor_without_ranges),
		cmocka_unit_test(descriptor_without_receivers),
		cmocka_unit_test(receivers_up_to_a_limit),
		cmocka_unit_test(ranges_are_checked),
		cmocka_unit_test(relinquish_is_decoded_and_encoded),
		cmocka_unit_test(relinquish_names_someone_within_the_buffer),
		cmocka_unit_test(relinquish_up_to_a_limit),
	};

	return cmocka_run_group_tests_name("memdesc", tests, NULL, NULL);
}
