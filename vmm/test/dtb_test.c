// SPDX-License-Identifier: GPL-2.0-only
/* The device tree as a guest's kernel would read it. */
#include "dtb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "map.h"

static uint64_t tree[2048];

static struct dtb_config config;

static int set_up(void **state)
{
	config = (struct dtb_config){
		.nr_cpus = 2,
		.ram_size = UINT64_C(0x123456000),
		.cmdline = "console=ttyAMA0",
		.rng_seed = { 1, [31] = 32 },
	};
	return 0;
}

static void build(void)
{
	int len_bytes = dtb_build(&config, tree, sizeof(tree));

	assert_true(len_bytes > 0);
	assert_int_equal(len_bytes, fdt_totalsize(tree));
	assert_int_equal(fdt_check_full(tree, sizeof(tree)), 0);
}

static const void *get(const char *path, const char *name, size_t len_bytes)
{
	int node = fdt_path_offset(tree, path);
	const void *value;
	int len;

	assert_true(node >= 0);
	value = fdt_getprop(tree, node, name, &len);
	assert_non_null(value);
	assert_int_equal(len, len_bytes);
	return value;
}

static void assert_string(const char *path, const char *name, const char *expected)
{
	assert_string_equal(get(path, name, strlen(expected) + 1), expected);
}

static void assert_u64(const char *path, const char *name, unsigned int index, size_t nr,
		       uint64_t expected)
{
	const fdt64_t *cells = get(path, name, nr * sizeof(*cells));

	assert_true(fdt64_ld(cells + index) == expected);
}

static void assert_u32(const char *path, const char *name, uint32_t expected)
{
	assert_int_equal(fdt32_ld(get(path, name, sizeof(uint32_t))), expected);
}

static void memory_is_where_it_is(void **state)
{
	build();
	assert_u64("/memory@40000000", "reg", 0, 2, RAM_BASE);
	assert_u64("/memory@40000000", "reg", 1, 2, config.ram_size);
}

static void every_cpu_has_its_mpidr(void **state)
{
	config.nr_cpus = MAX_VCPUS;
	build();
	assert_u32("/cpus/cpu@0", "reg", 0);
	assert_u32("/cpus/cpu@7", "reg", 7);
	assert_string("/cpus/cpu@7", "enable-method", "psci");
	assert_true(fdt_path_offset(tree, "/cpus/cpu@8") < 0);
}

static void conduit_is_as_configured(void **state)
{
	build();
	assert_string("/psci", "method", "hvc");
	config.smc = true;
	build();
	assert_string("/psci", "method", "smc");
}

static void gic_has_a_redistributor_per_cpu(void **state)
{
	build();
	assert_u64("/intc@8000000", "reg", 0, 4, GIC_DIST_BASE);
	assert_u64("/intc@8000000", "reg", 2, 4, GIC_REDIST_BASE);
	assert_u64("/intc@8000000", "reg", 3, 4, 2 * GIC_REDIST_SIZE);
	assert_u32("/", "interrupt-parent", fdt32_ld(get("/intc@8000000", "phandle", 4)));
}

static void chosen_tells_command_line_console_and_seed(void **state)
{
	const char *alias;

	build();
	assert_string("/chosen", "bootargs", "console=ttyAMA0");
	assert_string("/chosen", "stdout-path", "serial0");
	alias = fdt_get_alias(tree, "serial0");
	assert_non_null(alias);
	assert_true(fdt_path_offset(tree, alias) >= 0);
	assert_memory_equal(get("/chosen", "rng-seed", 32), config.rng_seed, 32);
}

static void initrd_is_told_when_there_is_one(void **state)
{
	int chosen;

	build();
	chosen = fdt_path_offset(tree, "/chosen");
	assert_null(fdt_getprop(tree, chosen, "linux,initrd-start", NULL));
	config.initrd = 0x48000000;
	config.initrd_end = 0x48000123;
	build();
	assert_u64("/chosen", "linux,initrd-start", 0, 1, config.initrd);
	assert_u64("/chosen", "linux,initrd-end", 0, 1, config.initrd_end);
}

/* With any other node, Linux would look for no ACPI. */
static void with_acpi_there_is_only_the_way_to_it(void **state)
{
	static const struct efi_handover efi = {
		.system_table = 0x123450000,
		.map = 0x123451000,
		.map_size = 120,
		.desc_size = 40,
		.desc_version = 1,
	};
	int node, nr_nodes = 0;

	config.efi = &efi;
	config.initrd = 0x48000000;
	config.initrd_end = 0x48000123;
	build();
	fdt_for_each_subnode(node, tree, 0)
	{
		assert_string_equal(fdt_get_name(tree, node, NULL), "chosen");
		nr_nodes++;
	}
	assert_int_equal(nr_nodes, 1);
	assert_u32("/", "#address-cells", 2);
	assert_string("/chosen", "bootargs", "console=ttyAMA0");
	assert_memory_equal(get("/chosen", "rng-seed", 32), config.rng_seed, 32);
	assert_u64("/chosen", "linux,initrd-start", 0, 1, config.initrd);
	assert_u64("/chosen", "linux,uefi-system-table", 0, 1, efi.system_table);
	assert_u64("/chosen", "linux,uefi-mmap-start", 0, 1, efi.map);
	assert_u32("/chosen", "linux,uefi-mmap-size", 120);
	assert_u32("/chosen", "linux,uefi-mmap-desc-size", 40);
	assert_u32("/chosen", "linux,uefi-mmap-desc-ver", 1);
	assert_u32("/chosen", "linux,uefi-secure-boot", 2);
}

static void devices_are_where_they_are_emulated(void **state)
{
	build();
	assert_u64("/pl011@9000000", "reg", 0, 2, UART_BASE);
	assert_string("/test-exit@9080000", "compatible", "vffa,test-exit");
	assert_u64("/test-exit@9080000", "reg", 0, 2, TEST_EXIT_BASE);
}

/* Whatever the buffer's size: an error, or a whole tree, and never a byte behind it. */
static void small_buffers_are_refused(void **state)
{
	size_t size_bytes;
	int ret = -1;

	for (size_bytes = 0; ret < 0; size_bytes += 4) {
		assert_true(size_bytes + 8 <= sizeof(tree));
		memset(tree, 0xa5, sizeof(tree));
		ret = dtb_build(&config, tree, size_bytes);
		assert_int_equal(((uint8_t *)tree)[size_bytes], 0xa5);
	}
	assert_int_equal(fdt_check_full(tree, sizeof(tree)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(memory_is_where_it_is, set_up),
		cmocka_unit_test_setup(every_cpu_has_its_mpidr, set_up),
		cmocka_unit_test_setup(conduit_is_as_configured, set_up),
		cmocka_unit_test_setup(gic_has_a_redistributor_per_cpu, set_up),
		cmocka_unit_test_setup(chosen_tells_command_line_console_and_seed, set_up),
		cmocka_unit_test_setup(initrd_is_told_when_there_is_one, set_up),
		cmocka_unit_test_setup(with_acpi_there_is_only_the_way_to_it, set_up),
		cmocka_unit_test_setup(devices_are_where_they_are_emulated, set_up),
		cmocka_unit_test_setup(small_buffers_are_refused, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
