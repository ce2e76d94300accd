// SPDX-License-Identifier: GPL-2.0-only
/* Manifests: each thing that could be wrong in one, once. */
#include <libfdt.h>
#include <stdlib.h>

#include "nwd.h"

#define DTB_SIZE 4096

static uint8_t dtb[DTB_SIZE] __attribute__((aligned(8)));

/* A private copy of echo's manifest, with room for changes. */
static void copy_manifest_to(uint8_t *to)
{
	for (unsigned int i = 0; i < spmc_nr_manifests; i++) {
		const void *from = spmc_manifests[i].dtb;

		assert_int_equal(fdt_open_into(from, to, DTB_SIZE), 0);
		if (!strcmp(fdt_getprop(to, 0, "vffa,image", NULL), "echo"))
			return;
	}
	fail();
}

static void copy_manifest(void)
{
	copy_manifest_to(dtb);
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

#define NR_MANY 22

/* With eight UUIDs each they have 176 entries, of 24 bytes. */
static void more_partitions_than_fit_a_page(void **state)
{
	static uint8_t dtbs[NR_MANY][DTB_SIZE] __attribute__((aligned(8)));
	struct spmc_manifest manifests[NR_MANY];
	const struct spmc_inproc_options opt = { .manifests = manifests,
						 .nr_manifests = NR_MANY,
						 .nr_cpus = 2 };
	uint8_t uuids[SPMC_MAX_UUIDS * 16];
	struct nwd *n;

	for (unsigned int i = 0; i < NR_MANY; i++) {
		copy_manifest_to(dtbs[i]);
		for (unsigned int j = 0; j < sizeof(uuids); j++)
			uuids[j] = (uint8_t)(j % 16 ? i : j + 1);
		assert_int_equal(fdt_setprop(dtbs[i], 0, "uuid", uuids, sizeof(uuids)), 0);
		assert_int_equal(fdt_setprop_u32(dtbs[i], 0, "id", SP_ID_ECHO + i), 0);
		manifests[i] = (struct spmc_manifest){ dtbs[i], DTB_SIZE };
	}
	n = nwd_start(&opt);
	*state = n;
	nwd_negotiate(n, 2);
	expect_error(CALL(n, FID32(FN_PARTITION_INFO_GET)), E_NO_MEMORY);
	expect(CALL(n, FID32(FN_PARTITION_INFO_GET), 0, 0, 0, 0, 1), FID32(FN_SUCCESS), 0,
	       NR_MANY * SPMC_MAX_UUIDS);
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	expect_success(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 2));
	expect(CALL(n, FID32(FN_PARTITION_INFO_GET)), FID32(FN_SUCCESS), 0,
	       NR_MANY * SPMC_MAX_UUIDS, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_manifest_starts_once),
		cmocka_unit_test(numbers_are_checked),
		cmocka_unit_test(shapes_are_checked),
		cmocka_unit_test(availability_needs_messages),
		TEST(more_partitions_than_fit_a_page, nwd_setup_none),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
