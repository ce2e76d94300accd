/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests of /dev/vffa that are programs: a VM for each test, calls on its behalf by VFFA_VM_CALL, and
 * the report: "ok NAME", "ok NAME # skip REASON" or "not ok NAME: REASON" for each test.
 */
#ifndef VFFA_SYSTEM_HARNESS_H
#define VFFA_SYSTEM_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libvffa.h>
#include <vffa/abi.h>

#define RAM_BASE 0x40000000ull
#define RAM_SIZE 0x400000ull
#define TX	 RAM_BASE
#define RX	 (RAM_BASE + 0x10000)

/**
 * struct fixture - what a test begins with
 * @ctx: open
 * @vm:	 two vCPUs; slot 0 is @ram at RAM_BASE
 * @ram: RAM_SIZE bytes, shared with forked children
 * @x:	 registers of the last call
 */
struct fixture {
	struct libvffa *ctx;
	struct libvffa_vm *vm;
	uint8_t *ram;
	uint64_t x[LIBVFFA_NR_REGS];
};

/** struct test - @run gets a new fixture */
struct test {
	const char *name;
	void (*run)(struct fixture *f);
};

#define TEST(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}

/* The first broken expectation of a test is the one that is told. */
#define EXPECT(cond) expect(cond, #cond, __LINE__)

/** expect() - the test fails unless @ok */
void expect(bool ok, const char *what, int line);

/** failed_line() - of the test's first broken expectation; 0 = none so far */
int failed_line(void);

/** skip() - this test, which returns then: it needs what the kernel does not have */
void skip(const char *why);

/** run_tests() - all of them. Return: the program's exit status */
int run_tests(const struct test *tests, size_t nr);

/**
 * create_with() - a VM as @options say
 *
 * VMs that were destroyed go on in the background until partitions have been told, and there may be
 * only so many at a time: waits for them. Nothing can be tested without a VM.
 */
struct libvffa_vm *create_with(struct fixture *f, const struct libvffa_vm_options *options);

/** create() - a VM with all limits as they are by default */
struct libvffa_vm *create(struct fixture *f, uint32_t nr_vcpus);

/** set_slot() - libvffa_vm_set_memory() */
int set_slot(struct libvffa_vm *vm, uint32_t slot, uint64_t ipa, uint64_t len, void *addr,
	     uint32_t flags);

/** call() - a call of vCPU 0 that is not parked. Return: x0 */
uint64_t call(struct fixture *f, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3);

/** is_error() - was the last call refused with this code (FFA_RET_*) */
bool is_error(const struct fixture *f, int code);

/** vm_info() - libvffa_vm_get_info() */
struct libvffa_vm_info vm_info(struct fixture *f);

/** set_parameter() - of vffa.ko */
void set_parameter(const char *name, const char *value);

/** locked_kib() - what the process has charged to RLIMIT_MEMLOCK */
long locked_kib(void);

#endif /* VFFA_SYSTEM_HARNESS_H */
