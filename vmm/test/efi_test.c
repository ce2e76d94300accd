// SPDX-License-Identifier: GPL-2.0-only
/* UEFI's tables as a kernel would read them, at the offsets that the specification gives. */
#include "efi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BASE	 UINT64_C(0x148000000)
#define RAM_BASE UINT64_C(0x140000000)
#define RAM_SIZE UINT64_C(0x10000000)

static uint64_t buf[EFI_TABLES_SIZE / 8 + 1];

static struct efi_handover handover;

static int set_up(void **state)
{
	const struct efi_config config = {
		.ram_base = RAM_BASE,
		.ram_size = RAM_SIZE,
		.keep = BASE,
		.keep_size = 0x10000,
		.base = BASE,
		.rsdp = BASE + 0x1000,
	};

	memset(buf, 0xa5, sizeof(buf));
	efi_build(&config, buf, &handover);
	return 0;
}

static uint64_t get(uint64_t addr, size_t len_bytes)
{
	uint64_t value = 0;

	assert_in_range(addr, BASE, BASE + EFI_TABLES_SIZE - len_bytes);
	memcpy(&value, (const uint8_t *)buf + (addr - BASE), len_bytes);
	return value;
}

static void nothing_is_written_behind_the_room(void **state)
{
	assert_true(buf[EFI_TABLES_SIZE / 8] == UINT64_C(0xa5a5a5a5a5a5a5a5));
}

static void system_table_says_what_it_is(void **state)
{
	uint64_t table = handover.system_table;

	assert_true(table == BASE);
	assert_memory_equal(buf, "IBI SYST", 8);
	assert_int_equal(get(table + 8, 4) >> 16, 2);
	assert_int_equal(get(table + 12, 4), 120);
	assert_int_equal(get(get(table + 24, 8), 2), 'v');
	/* No services: the kernel has left them, or never had any. */
	assert_true(!get(table + 88, 8));
	assert_true(!get(table + 96, 8));
}

/* It is computed with the field itself zero. */
static void its_crc_is_right(void **state)
{
	uint8_t table[120];
	uint32_t crc = ~0u, expected;
	size_t i;
	int bit;

	memcpy(table, buf, sizeof(table));
	memcpy(&expected, table + 16, sizeof(expected));
	memset(table + 16, 0, sizeof(expected));
	for (i = 0; i < sizeof(table) * 8; i++) {
		bit = (table[i / 8] >> i % 8 ^ crc) & 1;
		crc = crc >> 1 ^ (bit ? 0xedb88320u : 0);
	}
	assert_int_equal(~crc, expected);
	assert_int_not_equal(expected, 0);
}

static uint64_t find_table(const char *guid)
{
	uint64_t table = get(handover.system_table + 112, 8);
	uint64_t i;

	for (i = 0; i < get(handover.system_table + 104, 8); i++)
		if (!memcmp((uint8_t *)buf + (table + i * 24 - BASE), guid, 16))
			return get(table + i * 24 + 16, 8);
	fail_msg("no such table");
	return 0;
}

static void acpi_is_found_by_its_guid(void **state)
{
	assert_true(
		find_table("\x71\xe8\x68\x88\xf1\xe4\xd3\x11\xbc\x22\x00\x80\xc7\x3c\x88\x81") ==
		BASE + 0x1000);
}

static void no_runtime_service_is_offered(void **state)
{
	uint64_t table =
		find_table("\x8a\x91\x66\xeb\xef\x7e\x2a\x40\x84\x2e\x93\x1d\x21\xc3\x8a\xe9");

	assert_int_equal(get(table, 2), 1);
	assert_int_equal(get(table + 2, 2), 8);
	assert_int_equal(get(table + 4, 4), 0);
}

/* What the kernel must keep is apart, and the others are all there is. */
static void map_covers_memory_without_gaps(void **state)
{
	uint64_t addr = handover.map, next = RAM_BASE;
	unsigned int i;

	assert_int_equal(handover.map_size, 3 * handover.desc_size);
	assert_int_equal(handover.desc_version, 1);
	for (i = 0; i < 3; i++, addr += handover.desc_size) {
		assert_int_equal(get(addr, 4), i == 1 ? 9 : 7);
		assert_true(get(addr + 8, 8) == next);
		next += get(addr + 24, 8) << 12;
		assert_true(get(addr + 32, 8) & 8);
		if (i < 2)
			assert_true(next == BASE + i * 0x10000);
	}
	assert_true(next == RAM_BASE + RAM_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_is_written_behind_the_room, set_up),
		cmocka_unit_test_setup(system_table_says_what_it_is, set_up),
		cmocka_unit_test_setup(its_crc_is_right, set_up),
		cmocka_unit_test_setup(acpi_is_found_by_its_guid, set_up),
		cmocka_unit_test_setup(no_runtime_service_is_offered, set_up),
		cmocka_unit_test_setup(map_covers_memory_without_gaps, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
