// SPDX-License-Identifier: GPL-2.0-only
/*
 * ACPI tables as a guest's kernel would find its way through them: by addresses, lengths and checksums, at
 * the offsets that the specification gives.
 */
#include "acpi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "map.h"

#define BASE UINT64_C(0x123450000)

static uint64_t buf[ACPI_TABLES_SIZE / 8 + 1];

static struct acpi_config config;

static int set_up(void **state)
{
	config = (struct acpi_config){ .nr_cpus = 2, .base = BASE };
	return 0;
}

static uint64_t get(const uint8_t *table, size_t offset, size_t len_bytes)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < len_bytes; i++)
		value |= (uint64_t)table[offset + i] << 8 * i;
	return value;
}

static void assert_sum_is_zero(const uint8_t *table, size_t len_bytes)
{
	uint8_t sum = 0;
	size_t i;

	for (i = 0; i < len_bytes; i++)
		sum = (uint8_t)(sum + table[i]);
	assert_int_equal(sum, 0);
}

static const uint8_t *at(uint64_t addr)
{
	assert_in_range(addr, BASE, BASE + ACPI_TABLES_SIZE - 36);
	assert_int_equal(addr % 8, 0);
	return (const uint8_t *)buf + (addr - BASE);
}

static const uint8_t *check_table(uint64_t addr, const char *signature)
{
	const uint8_t *table = at(addr);
	uint64_t length = get(table, 4, 4);

	assert_memory_equal(table, signature, 4);
	assert_in_range(length, 36, BASE + ACPI_TABLES_SIZE - addr);
	assert_sum_is_zero(table, length);
	return table;
}

/* Whatever the tables are, nothing is written behind their room. */
static const uint8_t *build(void)
{
	const uint8_t *rsdp = (const uint8_t *)buf;

	memset(buf, 0xa5, sizeof(buf));
	acpi_build(&config, buf);
	assert_true(buf[ACPI_TABLES_SIZE / 8] == UINT64_C(0xa5a5a5a5a5a5a5a5));

	assert_memory_equal(rsdp, "RSD PTR ", 8);
	assert_int_equal(rsdp[15], 2);
	assert_int_equal(get(rsdp, 20, 4), 36);
	assert_sum_is_zero(rsdp, 20);
	assert_sum_is_zero(rsdp, 36);
	return check_table(get(rsdp, 24, 8), "XSDT");
}

static const uint8_t *find(const char *signature)
{
	const uint8_t *xsdt = build();
	size_t offset;

	for (offset = 36; offset < get(xsdt, 4, 4); offset += 8)
		if (!memcmp(at(get(xsdt, offset, 8)), signature, 4))
			return check_table(get(xsdt, offset, 8), signature);
	fail_msg("no %s", signature);
	return NULL;
}

static void every_table_is_where_its_address_says(void **state)
{
	const uint8_t *xsdt;
	size_t offset;

	for (config.nr_cpus = 1; config.nr_cpus <= MAX_VCPUS; config.nr_cpus++) {
		xsdt = build();
		assert_int_equal(get(xsdt, 4, 4), 36 + 4 * 8);
		for (offset = 36; offset < get(xsdt, 4, 4); offset += 8) {
			uint64_t addr = get(xsdt, offset, 8);

			check_table(addr, (const char *)at(addr));
		}
	}
}

static void hardware_is_reduced_and_psci_is_as_configured(void **state)
{
	const uint8_t *fadt = find("FACP");

	assert_int_equal(fadt[8], 6);
	assert_int_equal(get(fadt, 4, 4), 276);
	assert_int_equal(get(fadt, 112, 4), 1 << 20);
	assert_int_equal(get(fadt, 129, 2), 3);
	config.smc = true;
	assert_int_equal(get(find("FACP"), 129, 2), 1);
}

static void gic_is_where_it_is(void **state)
{
	const uint8_t *madt = find("APIC");

	assert_int_equal(get(madt, 4, 4), 44 + 24 + 16 + 2 * 80);
	assert_int_equal(madt[44], 12);
	assert_int_equal(madt[45], 24);
	assert_true(get(madt, 44 + 8, 8) == GIC_DIST_BASE);
	assert_int_equal(madt[44 + 20], 3);
	assert_int_equal(madt[68], 14);
	assert_int_equal(madt[69], 16);
	assert_true(get(madt, 68 + 4, 8) == GIC_REDIST_BASE);
	assert_int_equal(get(madt, 68 + 12, 4), 2 * GIC_REDIST_SIZE);
}

static void every_cpu_has_its_mpidr(void **state)
{
	const uint8_t *madt;
	unsigned int i;

	config.nr_cpus = MAX_VCPUS;
	madt = find("APIC");
	assert_int_equal(get(madt, 4, 4), 44 + 24 + 16 + MAX_VCPUS * 80);
	for (i = 0; i < MAX_VCPUS; i++) {
		const uint8_t *gicc = madt + 84 + i * 80;

		assert_int_equal(gicc[0], 11);
		assert_int_equal(gicc[1], 80);
		assert_int_equal(get(gicc, 8, 4), i);
		assert_int_equal(get(gicc, 12, 4), 1);
		assert_int_equal(get(gicc, 68, 8), i);
	}
}

static void timers_are_the_architectures(void **state)
{
	const uint8_t *gtdt = find("GTDT");

	assert_int_equal(get(gtdt, 4, 4), 104);
	assert_int_equal(get(gtdt, 48, 4), 29);
	assert_int_equal(get(gtdt, 56, 4), 30);
	assert_int_equal(get(gtdt, 64, 4), 27);
	assert_int_equal(get(gtdt, 72, 4), 26);
	/* A level, active high, always on. */
	assert_int_equal(get(gtdt, 68, 4), 4);
}

static void console_is_the_uart(void **state)
{
	const uint8_t *spcr = find("SPCR");

	assert_int_equal(get(spcr, 4, 4), 80);
	assert_int_equal(spcr[36], 3);
	assert_true(get(spcr, 44, 8) == UART_BASE);
	assert_int_equal(spcr[52], 8);
	assert_int_equal(get(spcr, 54, 4), UART_IRQ);
}

/* Return: the length; @length_bytes: of how it is written */
static size_t package_length(const uint8_t *aml, size_t *length_bytes)
{
	*length_bytes = 1 + (aml[0] >> 6);
	return *length_bytes == 1 ? aml[0] & 0x3f : (aml[0] & 0xf) | get(aml, 1, 1) << 4;
}

/* Return: the first byte behind it */
static const uint8_t *check_device(const uint8_t *aml, const char *name, const char *hid,
				   uint8_t uid)
{
	size_t length_bytes;
	size_t length = package_length(aml + 2, &length_bytes);

	assert_int_equal(aml[0], 0x5b);
	assert_int_equal(aml[1], 0x82);
	assert_int_equal(length_bytes, 1);
	assert_memory_equal(aml + 3, name, 4);
	assert_memory_equal(aml + 7, "\x08_HID\x0d", 6);
	assert_memory_equal(aml + 13, hid, 9);
	assert_memory_equal(aml + 22, "\x08_UID\x0a", 6);
	assert_int_equal(aml[28], uid);
	return aml + 2 + length;
}

static void check_uart_resources(const uint8_t *aml)
{
	assert_memory_equal(aml, "\x08_CRS\x11", 6);
	assert_int_equal(aml[6], 3 + 23);
	assert_int_equal(aml[7], 0x0a);
	assert_int_equal(aml[8], 23);
	assert_memory_equal(aml + 9, "\x86\x09\x00\x01", 4);
	assert_true(get(aml, 13, 4) == UART_BASE);
	assert_true(get(aml, 17, 4) == UART_SIZE);
	assert_memory_equal(aml + 21, "\x89\x06\x00\x01\x01", 5);
	assert_int_equal(get(aml, 26, 4), UART_IRQ);
	assert_memory_equal(aml + 30, "\x79", 2);
}

static void devices_are_a_uart_and_the_cpus(void **state)
{
	const uint8_t *dsdt, *aml, *end;
	char name[] = "CPU0";
	size_t length_bytes;
	unsigned int i;

	for (config.nr_cpus = 1; config.nr_cpus <= MAX_VCPUS; config.nr_cpus++) {
		dsdt = check_table(get(find("FACP"), 140, 8), "DSDT");
		assert_int_equal(dsdt[8], 2);
		end = dsdt + get(dsdt, 4, 4);
		aml = dsdt + 36;
		assert_int_equal(aml[0], 0x10);
		assert_ptr_equal(aml + 1 + package_length(aml + 1, &length_bytes), end);
		aml += 1 + length_bytes;
		assert_memory_equal(aml, "\\_SB_", 5);
		aml += 5;
		check_uart_resources(aml + 29);
		aml = check_device(aml, "COM0", "ARMH0011", 0);
		for (i = 0; i < config.nr_cpus; i++) {
			name[3] = (char)('0' + i);
			aml = check_device(aml, name, "ACPI0007", (uint8_t)i);
		}
		assert_ptr_equal(aml, end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_table_is_where_its_address_says, set_up),
		cmocka_unit_test_setup(hardware_is_reduced_and_psci_is_as_configured, set_up),
		cmocka_unit_test_setup(gic_is_where_it_is, set_up),
		cmocka_unit_test_setup(every_cpu_has_its_mpidr, set_up),
		cmocka_unit_test_setup(timers_are_the_architectures, set_up),
		cmocka_unit_test_setup(console_is_the_uart, set_up),
		cmocka_unit_test_setup(devices_are_a_uart_and_the_cpus, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
