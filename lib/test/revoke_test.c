// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Taking memory from a guest and giving it back, before a kernel that keeps a protection per page. */
#include <libvffa.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "fake_sys.h"

#define PAGE 4096ull
#define RAM  0x40000000ull
#define RW   (PROT_READ | PROT_WRITE)

/* Two slots whose memory lies the other way round, and one that is read-only. */
#define HALF  (10 * PAGE)
#define ROM   (RAM + 2 * HALF)
#define PAGES 24

static char memory[PAGES * PAGE];
static struct libvffa *ctx;
static struct libvffa_vm *vm;

static int set_slot(uint32_t slot, uint64_t start, uint64_t len, char *addr, uint32_t flags)
{
	struct libvffa_memory slot_memory = {
		.size = sizeof(slot_memory),
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = start,
		.len_bytes = len,
		.addr = addr,
	};

	return libvffa_vm_set_memory(vm, &slot_memory);
}

static int create_vm_with(size_t max_mappings)
{
	struct libvffa_vm_options options = { .size = sizeof(options), .nr_vcpus = 2 };
	unsigned int i;

	memset(&fake, 0, sizeof(fake));
	fake.info.api_version = VFFA_API_VERSION;
	fake.error = -ENOMEM;
	fake.prot_base = memory;
	fake.max_mappings = max_mappings;
	for (i = 0; i < PAGES; i++)
		fake.prot[i] = i < 20 ? RW : PROT_READ;
	return libvffa_open(NULL, &ctx) || libvffa_vm_create(ctx, &options, &vm) ||
	       set_slot(0, RAM, HALF, memory + HALF, 0) ||
	       set_slot(5, RAM + HALF, HALF, memory, 0) ||
	       set_slot(6, ROM, 4 * PAGE, memory + 2 * HALF, LIBVFFA_MEM_READONLY);
}

static int create_vm(void **state)
{
	return create_vm_with(0);
}

static int create_vm_with_few_mappings(void **state)
{
	return create_vm_with(40);
}

static int destroy_vm(void **state)
{
	libvffa_close(ctx);
	libvffa_vm_destroy(vm);
	return fake.nr_open || fake.nr_allocated;
}

static void park(uint32_t op)
{
	fake.parked_op = op;
	fake.nr_parked = 0;
	fake.parked_rounds = 1;
}

static void with_pages(uint64_t page, uint64_t nr)
{
	fake.parked[fake.nr_parked++] = (struct vffa_guest_range){ RAM + page * PAGE, nr * PAGE };
}

static int finish(void)
{
	uint64_t regs[LIBVFFA_NR_REGS] = { 0 };

	return libvffa_vm_finish_call(vm, 1, regs);
}

/* "rw" for '.', none for 'x', read-only for 'r'; in the order of guest addresses. */
static void expect_access(const char *pages)
{
	for (uint64_t i = 0; pages[i]; i++) {
		uint64_t at = i < 10 ? i + 10 : i < 20 ? i - 10 : i;
		int prot = pages[i] == 'x' ? PROT_NONE : pages[i] == 'r' ? PROT_READ : RW;

		assert_int_equal(fake.prot[at], prot);
		assert_int_equal(libvffa_vm_is_revoked(vm, RAM + i * PAGE, PAGE), pages[i] == 'x');
	}
}

static void revoked_memory_comes_back_as_it_was(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(4, 2);
	with_pages(1, 1);
	with_pages(20, 1);
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.arg.resume.vcpu, 1);
	assert_int_equal(fake.resume_result, 0);
	expect_access(".x..xx..............xrrr");
	assert_int_equal(libvffa_vm_is_revoked(vm, 0, UINT64_MAX), 1);
	assert_int_equal(libvffa_vm_is_revoked(vm, RAM + 6 * PAGE, 14 * PAGE), 0);
	assert_int_equal(libvffa_vm_is_revoked(vm, RAM, 1), 0);

	park(VFFA_PARKED_RESTORE);
	with_pages(20, 1);
	with_pages(5, 1);
	assert_int_equal(finish(), 0);
	expect_access(".x..x...............rrrr");
	park(VFFA_PARKED_RESTORE);
	with_pages(1, 1);
	with_pages(4, 1);
	assert_int_equal(finish(), 0);
	expect_access("....................rrrr");
	assert_int_equal(libvffa_vm_is_revoked(vm, 0, UINT64_MAX), 0);
}

static void neighbours_are_one_piece_and_slots_are_not(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(9, 1);
	with_pages(7, 1);
	with_pages(10, 2);
	with_pages(8, 1);
	assert_int_equal(finish(), 0);
	expect_access(".......xxxxx........rrrr");
	assert_int_equal(fake.nr_protects, 2);
}

/* The relay and the library must not disagree on where a guest's memory is. */
static void memory_in_no_slot_is_refused(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(2, 1);
	with_pages(23, 2);
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, -EACCES);
	expect_access("....................rrrr");
}

static void any_failing_step_leaves_all_as_it_was(void **state)
{
	unsigned int step;

	/* Ask, allocate twice, ask again, record, four pieces. */
	for (step = 1; step <= 9; step++) {
		park(VFFA_PARKED_REVOKE);
		with_pages(2, 1);
		with_pages(4, 1);
		with_pages(9, 2);
		fake.fail_at = step;
		assert_true(finish() || fake.resume_result);
		expect_access("....................rrrr");
	}
}

/* The call is still parked, and asks the same when it is finished at last. */
static void a_call_that_cannot_be_resumed_is_done_again(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(2, 1);
	fake.fail_at = 7;
	fake.error = -EINTR;
	assert_int_equal(finish(), -EINTR);
	expect_access("..x.................rrrr");
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, 0);
	expect_access("..x.................rrrr");
}

static void failures_are_told_to_the_relay(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(2, 1);
	fake.fail_at = 6;
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, -EACCES);
	park(VFFA_PARKED_REVOKE);
	with_pages(2, 1);
	fake.fail_at = 2;
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, -ENOMEM);
}

static void memory_that_cannot_come_back_stays_revoked(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(2, 1);
	with_pages(4, 1);
	assert_int_equal(finish(), 0);
	park(VFFA_PARKED_RESTORE);
	with_pages(2, 1);
	with_pages(4, 1);
	fake.fail_at = 7; /* the second piece */
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, -EACCES);
	expect_access("..x.x...............rrrr");
}

static void reset_gives_everything_back(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(0, 1);
	with_pages(9, 2);
	assert_int_equal(finish(), 0);

	fake.fail_at = 1;
	assert_int_equal(libvffa_vm_reset(vm), -ENOMEM);
	expect_access("x........xx.........rrrr");
	fake.fail_at = 3;
	assert_int_equal(libvffa_vm_reset(vm), -EACCES);
	expect_access("x........xx.........rrrr");
	assert_int_equal(libvffa_vm_reset(vm), 0);
	expect_access("....................rrrr");
}

static void reset(void)
{
	fake.on_get_ranges = NULL;
	assert_int_equal(libvffa_vm_reset(vm), 0);
}

/* In a thread that has not noticed yet. */
static void nothing_is_revoked_for_a_vm_that_was_reset_meanwhile(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(2, 1);
	fake.on_get_ranges = reset;
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, -ECANCELED);
	expect_access("....................rrrr");
}

static void reset_and_lend_again(void)
{
	reset();
	park(VFFA_PARKED_REVOKE);
	with_pages(2, 1);
	assert_int_equal(finish(), 0);
	park(VFFA_PARKED_RESTORE);
}

static void what_was_lent_before_a_reset_does_not_give_back_what_is_lent_since(void **state)
{
	park(VFFA_PARKED_REVOKE);
	with_pages(2, 1);
	assert_int_equal(finish(), 0);
	park(VFFA_PARKED_RESTORE);
	with_pages(2, 1);
	fake.on_get_ranges = reset_and_lend_again;
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, -ECANCELED);
	expect_access("..x.................rrrr");
}

/*
 * Every second page, and then those between: to the system it is one mapping, until the first half comes
 * back. The process may have 40 mappings, of which the library uses half, two a range.
 */
static void what_could_not_be_given_back_is_not_revoked(void **state)
{
	const unsigned int max = 10;
	unsigned int i;

	for (i = 0; i < max; i++) {
		park(VFFA_PARKED_REVOKE);
		with_pages(i < 5 ? 2 * i : 2 * (i - 5) + 1, 1);
		assert_int_equal(finish(), 0);
		assert_int_equal(fake.resume_result, 0);
	}
	expect_access("xxxxxxxxxx..........rrrr");
	park(VFFA_PARKED_REVOKE);
	with_pages(15, 1);
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, -ENOSPC);
	expect_access("xxxxxxxxxx..........rrrr");

	park(VFFA_PARKED_RESTORE);
	with_pages(3, 1);
	assert_int_equal(finish(), 0);
	park(VFFA_PARKED_REVOKE);
	with_pages(15, 1);
	assert_int_equal(finish(), 0);
	assert_int_equal(fake.resume_result, 0);
	expect_access("xxx.xxxxxx.....x....rrrr");
}

static void calls_that_are_not_parked_are_not_finished(void **state)
{
	assert_int_equal(finish(), -ENOENT);
	assert_int_equal(fake.nr_protects, 0);
}

#define WITH_VM(test) cmocka_unit_test_setup_teardown(test, create_vm, destroy_vm)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_VM(revoked_memory_comes_back_as_it_was),
		WITH_VM(neighbours_are_one_piece_and_slots_are_not),
		WITH_VM(memory_in_no_slot_is_refused),
		WITH_VM(any_failing_step_leaves_all_as_it_was),
		WITH_VM(a_call_that_cannot_be_resumed_is_done_again),
		WITH_VM(failures_are_told_to_the_relay),
		WITH_VM(memory_that_cannot_come_back_stays_revoked),
		WITH_VM(reset_gives_everything_back),
		WITH_VM(nothing_is_revoked_for_a_vm_that_was_reset_meanwhile),
		WITH_VM(what_was_lent_before_a_reset_does_not_give_back_what_is_lent_since),
		cmocka_unit_test_setup_teardown(what_could_not_be_given_back_is_not_revoked,
						create_vm_with_few_mappings, destroy_vm),
		WITH_VM(calls_that_are_not_parked_are_not_finished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
