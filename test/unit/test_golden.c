// SPDX-License-Identifier: GPL-2.0-only
/* What Linux sent (golden/README.md) is understood, and written again byte for byte. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "memdesc.h"

#define MAX_BYTES 8192

/* struct sent.pages */
static const uint32_t one[] = { 1 };
static const uint32_t five[] = { 1, 2, 3, 1, 2 };
static const uint32_t two[] = { 1, 2 };

/**
 * struct sent - what was sent, as README.md says
 * @name:	  of the capture
 * @lent:	  and not shared
 * @nr_receivers: the first may write, a second not
 * @flags:	  of the transaction
 * @tag:	  likewise
 * @nr_ranges:	  of @pages; more: each is of one page
 * @pages:	  of each range; NULL = of one page
 * @nr_fragments: in which it came
 */
static const struct sent {
	const char *name;
	bool lent;
	uint32_t nr_receivers;
	uint32_t flags;
	uint64_t tag;
	uint32_t nr_ranges;
	const uint32_t *pages;
	unsigned int nr_fragments;
} all_sent[] = {
	{ "share-one-page", false, 1, 0, 0, 1, one, 1 },
	{ "share-ranges", false, 1, 0, 0, 5, five, 1 },
	{ "share-two-receivers", false, 2, 0, 0x1122334455667788, 2, NULL, 1 },
	{ "lend", true, 1, FFA_MEM_FLAG_ZERO | FFA_MEM_FLAG_TIME_SLICE, 1, 2, two, 1 },
	{ "share-300-ranges", false, 1, 0, 0, 300, NULL, 2 },
	{ "optee-driver", false, 1, 0, 0, 1, one, 1 },
};

/**
 * struct capture - a file of them
 * @bytes: of all fragments
 * @len:   of them
 * @first: of those, of the first fragment
 * @total: as the first call stated it
 * @fid:   of the first call
 * @nr:	   fragments
 */
struct capture {
	uint8_t bytes[MAX_BYTES];
	uint32_t len;
	uint32_t first;
	uint32_t total;
	uint32_t fid;
	unsigned int nr;
};

/* "# FFA_MEM_SHARE 0xc4000073, w1 to w5: 70 70 0 0 0" */
static void take_call(struct capture *c, const char *line)
{
	unsigned int fid, w1, w2;

	if (sscanf(line, "# FFA_MEM_%*s 0x%x, w1 to w5: %x %x", &fid, &w1, &w2) != 3)
		return;
	if (!c->nr++) {
		c->fid = fid;
		c->total = w1;
		c->first = w2;
	} else {
		assert_int_equal(fid, FFA_MEM_FRAG_TX);
		assert_int_equal(c->len, c->first);
	}
}

static void take_bytes(struct capture *c, const char *line)
{
	char *end;

	for (;;) {
		unsigned long byte = strtoul(line, &end, 16);

		if (end == line)
			return;
		assert_true(byte <= 0xFF && c->len < MAX_BYTES);
		c->bytes[c->len++] = (uint8_t)byte;
		line = end;
	}
}

static void read_capture(const char *name, uint32_t minor, struct capture *c)
{
	char path[512];
	char line[256];
	FILE *file;

	memset(c, 0, sizeof(*c));
	snprintf(path, sizeof(path), "%s/1.%u-%s.hex", GOLDEN_DIR, minor, name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#')
			take_call(c, line);
		else
			take_bytes(c, line);
	}
	fclose(file);
}

static void check_receivers(const struct sent *s, const struct vffa_mem_desc *desc)
{
	assert_int_equal(desc->nr_receivers, s->nr_receivers);
	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		assert_true(desc->receivers[i].id & FFA_ID_SECURE);
		assert_int_equal(desc->receivers[i].perms, i ? FFA_MEM_DATA_RO : FFA_MEM_DATA_RW);
		assert_int_equal(desc->receivers[i].flags, 0);
		assert_int_equal(desc->receivers[i].impdef[0] | desc->receivers[i].impdef[1], 0);
	}
}

static void check_head(const struct sent *s, const struct vffa_mem_desc *desc)
{
	assert_int_equal(desc->sender, 0);
	assert_int_equal(desc->attrs, s->lent ? 0 : FFA_MEM_ATTRS_NORMAL);
	assert_int_equal(desc->flags, s->flags);
	assert_int_equal(desc->handle, 0);
	assert_int_equal(desc->tag, s->tag);
	assert_true(desc->has_ranges);
	assert_int_equal(desc->nr_ranges, s->nr_ranges);
	check_receivers(s, desc);
}

/* Reads the ranges, and writes them behind what is in @out. */
static void check_ranges(const struct sent *s, const struct capture *c,
			 const struct vffa_mem_desc *desc, uint8_t *out)
{
	uint32_t nr_pages = 0;

	for (uint32_t i = 0; i < desc->nr_ranges; i++) {
		uint32_t at = desc->ranges_at + i * VFFA_MEM_RANGE_SIZE;
		struct vffa_range range;

		assert_int_equal(vffa_mem_range_decode(c->bytes + at, &range), VFFA_OK);
		assert_int_equal(range.nr_pages, s->pages ? s->pages[i] : 1);
		nr_pages += range.nr_pages;
		vffa_mem_range_encode(&range, out + at);
	}
	assert_int_equal(desc->nr_pages, nr_pages);
}

static void check_capture(const struct sent *s, uint32_t minor)
{
	static struct capture c;
	static uint8_t again[MAX_BYTES];
	struct vffa_mem_desc desc;

	read_capture(s->name, minor, &c);
	assert_int_equal(c.fid, s->lent ? FFA_MEM_LEND_64 : FFA_MEM_SHARE_64);
	assert_int_equal(c.nr, s->nr_fragments);
	assert_int_equal(c.len, c.total);
	assert_int_equal(vffa_mem_desc_decode(c.bytes, c.first, c.total, minor, &desc), VFFA_OK);
	check_head(s, &desc);

	assert_int_equal(vffa_mem_desc_head_size(&desc, minor), desc.ranges_at);
	memset(again, 0xA5, sizeof(again));
	vffa_mem_desc_encode(&desc, minor, again);
	check_ranges(s, &c, &desc, again);
	assert_memory_equal(again, c.bytes, c.len);
}

static void check_all(uint32_t minor)
{
	for (size_t i = 0; i < sizeof(all_sent) / sizeof(all_sent[0]); i++)
		check_capture(&all_sent[i], minor);
}

static void what_linux_sends_in_1_0(void **state)
{
	check_all(0);
}

static void what_linux_sends_in_1_1(void **state)
{
	check_all(1);
}

static void what_linux_sends_in_1_2(void **state)
{
	check_all(2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_linux_sends_in_1_0),
		cmocka_unit_test(what_linux_sends_in_1_1),
		cmocka_unit_test(what_linux_sends_in_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
