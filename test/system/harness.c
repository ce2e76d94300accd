// SPDX-License-Identifier: GPL-2.0-only
/* What the test programs of /dev/vffa share. What they test is not here. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *failure;
static int line_of_failure;
static const char *why_skipped;

void expect(bool ok, const char *what, int line)
{
	if (ok || failure)
		return;
	failure = what;
	line_of_failure = line;
}

int failed_line(void)
{
	return failure ? line_of_failure : 0;
}

void skip(const char *why)
{
	why_skipped = why;
}

struct libvffa_vm *create_with(struct fixture *f, const struct libvffa_vm_options *options)
{
	struct libvffa_vm *vm;
	int ret = 0;

	for (int tries = 0; tries < 2000; tries++) {
		ret = libvffa_vm_create(f->ctx, options, &vm);
		if (ret != -ENOSPC)
			break;
		usleep(50000);
	}
	if (ret) {
		printf("not ok create: %s\n", strerror(-ret));
		exit(1);
	}
	return vm;
}

struct libvffa_vm *create(struct fixture *f, uint32_t nr_vcpus)
{
	struct libvffa_vm_options options = { .size = sizeof(options), .nr_vcpus = nr_vcpus };

	return create_with(f, &options);
}

int set_slot(struct libvffa_vm *vm, uint32_t slot, uint64_t ipa, uint64_t len, void *addr,
	     uint32_t flags)
{
	struct libvffa_memory memory = {
		.size = sizeof(memory),
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = ipa,
		.len_bytes = len,
		.addr = addr,
	};

	return libvffa_vm_set_memory(vm, &memory);
}

static void set_up(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	EXPECT(libvffa_open(NULL, &f->ctx) == 0);
	f->vm = create(f, 2);
	f->ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	EXPECT(f->ram != MAP_FAILED);
	EXPECT(set_slot(f->vm, 0, RAM_BASE, RAM_SIZE, f->ram, 0) == 0);
}

static void tear_down(struct fixture *f)
{
	libvffa_vm_destroy(f->vm);
	libvffa_close(f->ctx);
	munmap(f->ram, RAM_SIZE);
}

uint64_t call(struct fixture *f, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3)
{
	memset(f->x, 0, sizeof(f->x));
	f->x[0] = fid;
	f->x[1] = x1;
	f->x[2] = x2;
	f->x[3] = x3;
	EXPECT(libvffa_vm_call(f->vm, 0, 0, f->x) == 0);
	return f->x[0];
}

bool is_error(const struct fixture *f, int code)
{
	return f->x[0] == FFA_ERROR && f->x[2] == (uint32_t)code;
}

struct libvffa_vm_info vm_info(struct fixture *f)
{
	struct libvffa_vm_info info = { .size = sizeof(info) };

	EXPECT(libvffa_vm_get_info(f->vm, &info) == 0);
	return info;
}

void set_parameter(const char *name, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/module/vffa/parameters/%s", name);
	fd = open(path, O_WRONLY);
	EXPECT(fd >= 0);
	EXPECT(write(fd, value, strlen(value)) == (ssize_t)strlen(value));
	close(fd);
}

long locked_kib(void)
{
	char line[128];
	FILE *file = fopen("/proc/self/status", "r");
	long kib = -1;

	while (file && kib < 0 && fgets(line, sizeof(line), file))
		sscanf(line, "VmLck: %ld", &kib);
	if (file)
		fclose(file);
	return kib;
}

int run_tests(const struct test *tests, size_t nr)
{
	int nr_failed = 0;

	/* So that a test that never ends is the one after the last line. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < nr; i++) {
		struct fixture f;

		failure = NULL;
		why_skipped = NULL;
		set_up(&f);
		if (!failure)
			tests[i].run(&f);
		tear_down(&f);
		if (failure) {
			printf("not ok %s: line %d: %s\n", tests[i].name, line_of_failure, failure);
			nr_failed++;
		} else if (why_skipped) {
			printf("ok %s # skip %s\n", tests[i].name, why_skipped);
		} else {
			printf("ok %s\n", tests[i].name);
		}
	}
	return nr_failed != 0;
}
