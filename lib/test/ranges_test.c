// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Sets of ranges against the slow obvious way: a flag for every address. */
#include "ranges.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_sys.h"

#define SPACE	  64
#define MAX_ITEMS 12
#define ROUNDS	  3000

static int reset_fake(void **state)
{
	memset(&fake, 0, sizeof(fake));
	fake.error = -EIO;
	return 0;
}

static struct libvffa_ranges random_ranges(void)
{
	struct libvffa_ranges set = { .items = calloc(MAX_ITEMS, sizeof(*set.items)) };

	fake.nr_allocated++;
	for (set.nr = 0; set.nr < (size_t)rand() % MAX_ITEMS; set.nr++) {
		uint64_t start = (uint64_t)rand() % (SPACE - 1);

		set.items[set.nr].start = start;
		set.items[set.nr].end = start + 1 + (uint64_t)rand() % (SPACE - start);
	}
	return set;
}

static void to_flags(const struct libvffa_ranges *set, bool flags[SPACE])
{
	memset(flags, 0, SPACE * sizeof(flags[0]));
	for (size_t i = 0; i < set->nr; i++)
		for (uint64_t n = set->items[i].start; n < set->items[i].end && n < SPACE; n++)
			flags[n] = true;
}

static void expect_sorted(const struct libvffa_ranges *set)
{
	for (size_t i = 0; i < set->nr; i++) {
		assert_true(set->items[i].start < set->items[i].end);
		assert_true(!i || set->items[i - 1].end <= set->items[i].start);
	}
}

static void expect_joined(const struct libvffa_ranges *set)
{
	for (size_t i = 1; i < set->nr; i++)
		assert_true(set->items[i - 1].end < set->items[i].start);
}

static void expect_flags(const struct libvffa_ranges *set, const bool flags[SPACE])
{
	bool have[SPACE];

	expect_sorted(set);
	to_flags(set, have);
	assert_memory_equal(have, flags, sizeof(have));
}

static void expect_overlaps(const struct libvffa_ranges *set, const bool flags[SPACE])
{
	uint64_t start = (uint64_t)rand() % SPACE;
	uint64_t end = (uint64_t)rand() % SPACE;
	bool overlap = false;

	for (uint64_t n = start; n < end; n++)
		overlap = overlap || flags[n];
	assert_int_equal(libvffa_ranges_overlap(set, start, end), overlap);
}

static void sets_are_what_flags_say(void **state)
{
	bool a_flags[SPACE], b_flags[SPACE], flags[SPACE];
	struct libvffa_ranges a, b, out;
	unsigned int n;

	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		a = random_ranges();
		b = random_ranges();
		to_flags(&a, a_flags);
		to_flags(&b, b_flags);
		libvffa_ranges_normalize(&a);
		libvffa_ranges_normalize(&b);
		expect_flags(&a, a_flags);
		expect_joined(&a);
		expect_overlaps(&a, a_flags);

		assert_int_equal(libvffa_ranges_union(&a, &b, &out), 0);
		for (n = 0; n < SPACE; n++)
			flags[n] = a_flags[n] || b_flags[n];
		expect_flags(&out, flags);
		expect_overlaps(&out, flags);
		libvffa_ranges_free(&out);

		assert_int_equal(libvffa_ranges_subtract(&a, &b, &out), 0);
		for (n = 0; n < SPACE; n++)
			flags[n] = a_flags[n] && !b_flags[n];
		expect_flags(&out, flags);
		libvffa_ranges_free(&out);
		libvffa_ranges_free(&a);
		libvffa_ranges_free(&b);
	}
	assert_int_equal(fake.nr_allocated, 0);
}

static void ranges_of_two_sets_that_touch_stay_two(void **state)
{
	struct libvffa_range first[] = { { 10, 20 }, { 40, 50 } },
			     second[] = { { 20, 30 }, { 45, 60 } };
	struct libvffa_ranges a = { first, 2 }, b = { second, 2 }, both, again, rest;

	assert_int_equal(libvffa_ranges_union(&a, &b, &both), 0);
	assert_int_equal(both.nr, 3);
	assert_int_equal(both.items[0].end, 20);
	assert_int_equal(both.items[2].start, 40);
	assert_int_equal(both.items[2].end, 60);
	assert_int_equal(libvffa_ranges_union(&both, &b, &again), 0);
	assert_int_equal(again.nr, 3);
	assert_int_equal(libvffa_ranges_subtract(&both, &a, &rest), 0);
	assert_int_equal(rest.nr, 2);
	assert_int_equal(rest.items[0].start, 20);
	assert_int_equal(rest.items[1].start, 50);
	libvffa_ranges_free(&rest);
	libvffa_ranges_free(&again);
	libvffa_ranges_free(&both);
}

static void no_memory_is_an_error(void **state)
{
	struct libvffa_range item = { 1, 2 };
	struct libvffa_ranges set = { .items = &item, .nr = 1 }, none = { 0 }, out;

	fake.fail_at = 1;
	assert_int_equal(libvffa_ranges_union(&set, &none, &out), -ENOMEM);
	fake.fail_at = 1;
	assert_int_equal(libvffa_ranges_subtract(&set, &none, &out), -ENOMEM);
	assert_int_equal(libvffa_ranges_union(&none, &none, &out), 0);
	assert_int_equal(out.nr, 0);
}

static void ranges_reach_the_last_address(void **state)
{
	struct libvffa_range item = { UINT64_MAX - 1, UINT64_MAX };
	struct libvffa_ranges set = { .items = &item, .nr = 1 };

	assert_true(libvffa_ranges_overlap(&set, 0, UINT64_MAX));
	assert_false(libvffa_ranges_overlap(&set, 0, UINT64_MAX - 1));
	assert_false(libvffa_ranges_overlap(&set, UINT64_MAX, UINT64_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(sets_are_what_flags_say, reset_fake),
		cmocka_unit_test_setup(ranges_of_two_sets_that_touch_stay_two, reset_fake),
		cmocka_unit_test_setup(no_memory_is_an_error, reset_fake),
		cmocka_unit_test_setup(ranges_reach_the_last_address, reset_fake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
