// SPDX-License-Identifier: GPL-2.0-only
/* Kernels and initrds of every kind, as files, into a small guest memory. */
#include "loader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MIB	 UINT64_C(0x100000)
#define RAM_SIZE (8 * MIB)
#define BASE	 UINT64_C(0x40000000)

struct image {
	uint32_t code[2];
	uint64_t text_offset;
	uint64_t image_size;
	uint64_t flags;
	uint64_t res[3];
	char magic[4];
	uint32_t pe_offset;
	char payload[16];
};

static char dir[] = "/tmp/loader-test-XXXXXX";
static char kernel_path[64];
static char initrd_path[64];
static struct ram ram;
static struct layout layout;
static struct image image;

static int make_dir(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(kernel_path, sizeof(kernel_path), "%s/kernel", dir);
	snprintf(initrd_path, sizeof(initrd_path), "%s/initrd", dir);
	/* What the loader says of bad files is not a test's output. */
	return freopen("/dev/null", "w", stderr) ? 0 : -1;
}

static int remove_dir(void **state)
{
	unlink(kernel_path);
	unlink(initrd_path);
	return rmdir(dir);
}

static void write_file(const char *path, const void *bytes, size_t len_bytes)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len_bytes, file), len_bytes);
	assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
	image = (struct image){ .magic = "ARM\x64", .payload = "this is a kernel" };
	image.image_size = sizeof(image);
	ram = (struct ram){ .host = calloc(1, RAM_SIZE), .base = BASE, .size_bytes = RAM_SIZE };
	write_file(initrd_path, "an initrd", 9);
	return ram.host ? 0 : -1;
}

static int tear_down(void **state)
{
	free(ram.host);
	return 0;
}

static int load(const char *initrd)
{
	write_file(kernel_path, &image, sizeof(image));
	return loader_load(&ram, kernel_path, initrd, &layout);
}

static void kernel_is_at_its_text_offset(void **state)
{
	image.text_offset = 0x80000;
	assert_int_equal(load(NULL), 0);
	assert_true(layout.entry == BASE + 0x80000);
	assert_memory_equal(ram.host + 0x80000, &image, sizeof(image));
	assert_true(layout.initrd == 0);
	assert_true(layout.dtb == BASE + 2 * MIB);
}

static void initrd_is_behind_the_kernels_bss(void **state)
{
	image.image_size = 2 * MIB + 1;
	assert_int_equal(load(initrd_path), 0);
	assert_true(layout.initrd == BASE + 4 * MIB);
	assert_true(layout.initrd_end == layout.initrd + 9);
	assert_memory_equal(ram.host + 4 * MIB, "an initrd", 9);
	assert_true(layout.dtb == BASE + 6 * MIB);
}

static void old_images_have_the_size_of_their_file(void **state)
{
	image.image_size = 0;
	assert_int_equal(load(NULL), 0);
	assert_true(layout.dtb == BASE + 2 * MIB);
}

static void what_does_not_fit_is_refused(void **state)
{
	image.image_size = RAM_SIZE + 1;
	assert_int_equal(load(NULL), -1);
	image.image_size = UINT64_MAX;
	assert_int_equal(load(NULL), -1);
	image.image_size = 0;
	image.text_offset = RAM_SIZE - sizeof(image) + 1;
	assert_int_equal(load(NULL), -1);
	image.text_offset = UINT64_MAX - 8;
	assert_int_equal(load(NULL), -1);
}

static void device_tree_needs_room_too(void **state)
{
	image.image_size = 6 * MIB;
	assert_int_equal(load(NULL), 0);
	image.image_size = 6 * MIB + 1;
	assert_int_equal(load(NULL), -1);
	image.image_size = 6 * MIB;
	assert_int_equal(load(initrd_path), -1);
	image.image_size = 8 * MIB;
	assert_int_equal(load(initrd_path), -1);
}

static void other_formats_are_refused(void **state)
{
	image.magic[3] = 'x';
	assert_int_equal(load(NULL), -1);
	image.code[0] = 0x8b1f;
	assert_int_equal(load(NULL), -1);
	memcpy(&image, "MZ\0\0zimg", 8);
	assert_int_equal(load(NULL), -1);
	write_file(kernel_path, &image, 63);
	assert_int_equal(loader_load(&ram, kernel_path, NULL, &layout), -1);
}

static void big_endian_kernels_are_refused(void **state)
{
	image.flags = 1;
	assert_int_equal(load(NULL), -1);
}

static void missing_files_and_directories_are_refused(void **state)
{
	assert_int_equal(loader_load(&ram, "/no/such/file", NULL, &layout), -1);
	assert_int_equal(loader_load(&ram, dir, NULL, &layout), -1);
	assert_int_equal(load("/no/such/file"), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kernel_is_at_its_text_offset),
		TEST(initrd_is_behind_the_kernels_bss),
		TEST(old_images_have_the_size_of_their_file),
		TEST(what_does_not_fit_is_refused),
		TEST(device_tree_needs_room_too),
		TEST(other_formats_are_refused),
		TEST(big_endian_kernels_are_refused),
		TEST(missing_files_and_directories_are_refused),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
