// SPDX-License-Identifier: GPL-2.0-only
/* Manifests: each thing that could be wrong in one, once. */
#include <libfdt.h>
#include <stdlib.h>

#include "nwd.h"

static uint8_t dtb[4096] __attribute__((aligned(8)));

/* A private copy of echo's manifest, with room for changes. */
static void copy_manifest(void)
{
	for (unsigned int i = 0; i < spmc_nr_manifests; i++) {
		const void *from = spmc_manifests[i].dtb;

		assert_int_equal(fdt_open_into(from, dtb, sizeof(dtb)), 0);
		if (!strcmp(fdt_getprop(dtb, 0, "vffa,image", NULL), "echo"))
			return;
	}
	fail();
}

/* Does an SPMC come up with this copy, twice over? */
static bool starts(unsigned int nr_copies)
{
	const struct spmc_manifest manifests[] = { { dtb, sizeof(dtb) }, { dtb, sizeof(dtb) } };
	const struct spmc_inproc_options opt = { .manifests = manifests,
						 .nr_manifests = nr_copies,
						 .nr_cpus = 4 };
	struct spmc_inproc *p = spmc_inproc_create(&opt);

	spmc_inproc_destroy(p);
	return p;
}

static void a_good_manifest_starts_once(void **state)
{
	copy_manifest();
	assert_true(starts(1));
	assert_false(starts(2));
}

static void numbers_are_checked(void **state)
{
	static const struct {
		const char *name;
		uint32_t value;
	} bad[] = {
		{ "id", 1 },
		{ "id", 0x18001 },
		{ "id", 0x8000 },
		{ "ffa-version", 0x20000 },
		{ "ffa-version", 2 },
		{ "execution-ctx-count", 0 },
		{ "execution-ctx-count", 3 },
		{ "messaging-method", 8 },
		{ "ns-interrupts-action", 1 },
		{ "ns-interrupts-action", 3 },
		{ "vm-availability-messages", 4 },
	};

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		copy_manifest();
		assert_int_equal(fdt_setprop_u32(dtb, 0, bad[i].name, bad[i].value), 0);
		if (starts(1))
			fail_msg("%s = 0x%x", bad[i].name, bad[i].value);
	}
}

static void shapes_are_checked(void **state)
{
	static const uint8_t uuids[16 * (SPMC_MAX_UUIDS + 1)];
	static const char *const needed[] = {
		"id",	"ffa-version", "execution-ctx-count", "messaging-method",
		"uuid", "vffa,image",  "compatible"
	};

	for (unsigned int i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		copy_manifest();
		assert_int_equal(fdt_setprop(dtb, 0, needed[i], "abc", 3), 0);
		assert_false(starts(1));
		copy_manifest();
		assert_int_equal(fdt_delprop(dtb, 0, needed[i]), 0);
		assert_false(starts(1));
	}
	copy_manifest();
	assert_int_equal(fdt_setprop(dtb, 0, "uuid", uuids, sizeof(uuids)), 0);
	assert_false(starts(1));
	copy_manifest();
	assert_int_equal(fdt_setprop(dtb, 0, "uuid", uuids, sizeof(uuids) - 16), 0);
	assert_true(starts(1));
	assert_int_equal(fdt_setprop_string(dtb, 0, "vffa,image", "ech"), 0);
	assert_false(starts(1));
	fdt_set_magic(dtb, 0);
	assert_false(starts(1));
}

static void availability_needs_messages(void **state)
{
	copy_manifest();
	assert_int_equal(fdt_setprop_u32(dtb, 0, "vm-availability-messages", 3), 0);
	assert_true(starts(1));
	assert_int_equal(fdt_setprop_u32(dtb, 0, "messaging-method", 0x200), 0);
	assert_false(starts(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_manifest_starts_once),
		cmocka_unit_test(numbers_are_checked),
		cmocka_unit_test(shapes_are_checked),
		cmocka_unit_test(availability_needs_messages),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
