// SPDX-License-Identifier: GPL-2.0-only
/* Memory, as partitions borrow it: share, lend, donate, retrieve, relinquish, reclaim. */
#include "region.h"

/* The whole life of a region, of each kind, whatever the version. */
static void shared_and_lent_memory_is_used_and_returned(void **state)
{
	static const uint32_t fns[] = { FN_MEM_SHARE, FN_MEM_LEND };
	struct nwd *n = *state;

	for (unsigned int i = 0; i < 2; i++) {
		struct region r = region_usual(fns[i]);
		uint64_t handle = handle_in(region_send(n, &r));

		assert_int_equal(handle >> 63, 0);
		expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 1);
		expect_error(mem_reclaim(n, handle, 0), E_DENIED);
		assert_int_equal(
			sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_FILL, handle, 100, 0)),
			0);
		assert_int_equal(region_va(n, &r, 0)[5], 105);
		assert_int_equal(region_va(n, &r, 1)[0], 612);
		assert_int_equal(tell_borrower(n, SP_ID_BORROWER, BORROWER_SUM, handle, 0, 0).x[4],
				 1024 * 100 + 1023 * 512);
		assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
		assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), E_DENIED);
		assert_int_equal(
			sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_SUM, handle, 0, 0)),
			E_DENIED);
		expect_success(mem_reclaim(n, handle, 0));
		expect_error(mem_reclaim(n, handle, 0), E_INVALID);
		assert_int_equal(region_va(n, &r, 0)[5], 105);
	}
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 2);
}

static void donated_memory_stays(void **state)
{
	struct region r = region_usual(FN_MEM_DONATE);
	struct region again = region_usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = handle_in(region_send(n, &r));

	expect_success(mem_reclaim(n, handle, 0));
	handle = handle_in(region_send(n, &r));
	expect_error(region_send(n, &again), E_DENIED);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 1);
	expect_error(mem_reclaim(n, handle, 0), E_INVALID);
	expect_error(region_send(n, &again), E_DENIED);
	expect_error(CALL(n, FID64(FN_RXTX_UNMAP)), E_NOT_SUPPORTED);
}

static void a_read_only_borrower_cannot_write(void **state)
{
	struct region r = region_usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t handle;

	r.perms = RO;
	handle = handle_in(region_send(n, &r));
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), E_DENIED);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RO, 0)), 0);
	assert_int_equal(sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_FILL, handle, 0, 0)),
			 E_DENIED);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 1), E_DENIED);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 4), E_INVALID);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
}

static void zeroes_on_request(void **state)
{
	struct region r = region_usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t handle;

	region_va(n, &r, 1)[7] = 99;
	handle = handle_in(region_send(n, &r));
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_ZERO)),
			 E_DENIED);
	expect_success(mem_reclaim(n, handle, 0));
	assert_int_equal(region_va(n, &r, 1)[7], 99);

	r.flags = 1;
	handle = handle_in(region_send(n, &r));
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_ZERO)), 0);
	assert_int_equal(region_va(n, &r, 1)[7], 0);
	region_va(n, &r, 1)[7] = 99;
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 1), 0);
	assert_int_equal(region_va(n, &r, 1)[7], 0);
	region_va(n, &r, 1)[7] = 99;
	expect_success(mem_reclaim(n, handle, 1));
	assert_int_equal(region_va(n, &r, 1)[7], 0);

	r.flags = 0;
	handle = handle_in(region_send(n, &r));
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_ZERO_AFTER)),
			 0);
	region_va(n, &r, 1)[7] = 99;
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	assert_int_equal(region_va(n, &r, 1)[7], 0);
}

static void several_borrowers_each_have_it(void **state)
{
	struct region r = region_usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t handle;

	r.to[1] = SP_ID_BORROWER2;
	r.nr_to = 2;
	expect_error(region_send(n, &r), E_INVALID); /* of which type? */
	r.attrs = 0x2F;
	handle = handle_in(region_send(n, &r));
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), E_INVALID);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_BYPASS), &r, 1);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER2, handle, RO, BORROWER_BYPASS), &r, 1);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER2, handle, RO, BORROWER_BYPASS)),
			 E_DENIED);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_error(mem_reclaim(n, handle, 0), E_DENIED);
	/* Later, when it gets cycles. */
	assert_int_equal(sp_answer(tell_borrower(n, SP_ID_BORROWER2, BORROWER_RELINQUISH_LATER,
						 handle, 0, 0)),
			 0);
	expect_error(mem_reclaim(n, handle, 0), E_DENIED);
	(void)CALL(n, FID32(FN_RUN), ids_word(SP_ID_BORROWER2, 0));
	expect_success(mem_reclaim(n, handle, 0));
}

static void only_what_was_offered_is_retrieved(void **state)
{
	struct region r = region_usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = handle_in(region_send(n, &r));

	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER2, handle, RW, 0)), E_DENIED);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle + 1, RW, 0)), E_INVALID);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle | 1ull << 63, RW, 0)),
			 E_INVALID);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, 0, 0)), E_INVALID);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, 3, 0)), E_INVALID);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW | 8, 0)), E_INVALID);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW | 0x10, 0)),
			 E_INVALID);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_ZERO)),
			 E_INVALID);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_BYPASS)),
			 E_INVALID);
	assert_int_equal(sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_RETRIEVE, handle,
						 VM | RW << 16, TAG + 1)),
			 E_INVALID);
	assert_int_equal(sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_RETRIEVE, handle,
						 VM2 | RW << 16, TAG)),
			 E_INVALID);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW | 4, 0), &r, 1);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), E_DENIED);
}

static int read_at(struct nwd *n, uint64_t address)
{
	return sp_answer(CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0,
			      BORROWER_READ_AT, address >> 12));
}

static int write_at(struct nwd *n, uint64_t address, uint64_t value)
{
	return sp_answer(CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0,
			      BORROWER_WRITE_AT, address >> 12, value));
}

/* Unless it says otherwise, that is where the owner has it. */
static void memory_is_where_its_owner_has_it(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);
	uint64_t handle = handle_in(region_send(n, &r));

	assert_int_equal(read_at(n, VM_RAM), E_DENIED);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RO, 0)), 0);
	region_va(n, &r, 1)[0] = 0x1234567812345678;
	assert_true(sp_read(n, SP_ID_BORROWER, VM_RAM + 0x3000) == 0x1234567812345678);
	assert_int_equal(write_at(n, VM_RAM, 1), E_DENIED);
	assert_int_equal(read_at(n, VM_RAM + 0x1000), E_DENIED);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	assert_int_equal(read_at(n, VM_RAM), E_DENIED);
}

/* Two ranges of two pages, in one piece, and in four. */
static void borrowers_choose_addresses(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	uint64_t handle;

	r.pages_per_range = 2;
	handle = handle_in(region_send(n, &r));
	region_va(n, &r, 0)[512] = 11;
	region_va(n, &r, 1)[0] = 22;
	sp_place(n, SP_ID_BORROWER, (struct place){ SPMC_WINDOW_BASE, 1, 4, 0, 0 });
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), 0);
	assert_int_equal(sp_read(n, SP_ID_BORROWER, SPMC_WINDOW_BASE + 0x1000), 11);
	assert_int_equal(sp_read(n, SP_ID_BORROWER, SPMC_WINDOW_BASE + 0x2000), 22);
	assert_int_equal(read_at(n, VM_RAM), E_DENIED);
	assert_int_equal(write_at(n, SPMC_WINDOW_BASE + 0x3000, 33), 0);
	assert_int_equal(region_va(n, &r, 1)[512], 33);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	assert_int_equal(read_at(n, SPMC_WINDOW_BASE), E_DENIED);

	sp_place(n, SP_ID_BORROWER, (struct place){ SPMC_WINDOW_BASE + 0x100000, 4, 1, 8, 0 });
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), 0);
	assert_int_equal(sp_read(n, SP_ID_BORROWER, SPMC_WINDOW_BASE + 0x110000), 22);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(mem_reclaim(n, handle, 0));
}

/* The answer has the addresses that were asked for. */
static void expect_placed(struct nwd *n, uint64_t handle, struct place at, int status)
{
	struct region as = { .base = at.address,
			     .nr_ranges = at.nr_ranges,
			     .pages_per_range = at.pages_per_range,
			     .gap = at.gap };
	struct vffa_regs regs;

	sp_place(n, SP_ID_BORROWER, at);
	regs = sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0);
	if (status)
		assert_int_equal(sp_answer(regs), status);
	else
		expect_listing(regs, &as, 1);
}

static void addresses_are_checked(void **state)
{
	const uint64_t end = SPMC_WINDOW_BASE + (uint64_t)SPMC_WINDOW_PAGES * 4096;
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);
	struct region donated = region_usual(FN_MEM_DONATE);
	uint64_t handle = handle_in(region_send(n, &r));
	uint64_t second = handle_in(region_send(n, &r));

	expect_placed(n, handle, (struct place){ SPMC_WINDOW_BASE, 1, 1, 0, 0 }, E_INVALID);
	expect_placed(n, handle, (struct place){ SPMC_WINDOW_BASE, 1, 3, 0, 0 }, E_INVALID);
	expect_placed(n, handle, (struct place){ SPMC_WINDOW_BASE, 2, 1, 0, 0 }, E_INVALID);
	expect_placed(n, handle, (struct place){ SPMC_WINDOW_BASE, 3, 0, 1, 0 }, E_INVALID);
	expect_placed(n, handle, (struct place){ end - 0x1000, 1, 2, 0, 0 }, E_DENIED);
	expect_placed(n, handle, (struct place){ SPMC_WINDOW_BASE - 0x1000, 1, 2, 0, 0 }, E_DENIED);
	expect_placed(n, handle, (struct place){ VM_RAM, 1, 2, 0, 0 }, E_DENIED);
	sp_place(n, SP_ID_BORROWER, (struct place){ SPMC_WINDOW_BASE, 1, 2, 0, 0 });
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_HINT)),
			 E_INVALID);

	expect_placed(n, handle, (struct place){ end - 0x2000, 1, 2, 0, 0 }, 0);
	expect_placed(n, second, (struct place){ end - 0x3000, 1, 2, 0, 0 }, E_DENIED);
	expect_placed(n, second, (struct place){ end - 0x4000, 1, 2, 0, 0 }, 0);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_placed(n, handle, (struct place){ end - 0x2000, 2, 1, 1, 0 }, 0);

	donated.base = VM_RAM + 0x10000;
	expect_placed(n, handle_in(region_send(n, &donated)),
		      (struct place){ SPMC_WINDOW_BASE, 1, 2, 0, 0 }, E_DENIED);
}

/* Every range of a region must be aligned; VM_RAM is to 1 MiB. */
static void hints_are_met_or_denied(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	uint64_t handle;

	r.gap = 4;
	handle = handle_in(region_send(n, &r));
	assert_int_equal(
		sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 1 << BORROWER_ALIGN_SHIFT)),
		E_INVALID);
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW,
					       BORROWER_HINT | 3 << BORROWER_ALIGN_SHIFT)),
			 E_DENIED);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW,
				   BORROWER_HINT | 2 << BORROWER_ALIGN_SHIFT),
		       &r, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_0),
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_1),
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_2),
		TEST(donated_memory_stays, nwd_setup_1_0),
		TEST(donated_memory_stays, nwd_setup_1_1),
		TEST(donated_memory_stays, nwd_setup_1_2),
		TEST(a_read_only_borrower_cannot_write, nwd_setup_1_0),
		TEST(a_read_only_borrower_cannot_write, nwd_setup_1_1),
		TEST(a_read_only_borrower_cannot_write, nwd_setup_1_2),
		TEST(zeroes_on_request, nwd_setup_1_0),
		TEST(zeroes_on_request, nwd_setup_1_1),
		TEST(zeroes_on_request, nwd_setup_1_2),
		TEST(several_borrowers_each_have_it, nwd_setup_1_0),
		TEST(several_borrowers_each_have_it, nwd_setup_1_1),
		TEST(several_borrowers_each_have_it, nwd_setup_1_2),
		TEST(only_what_was_offered_is_retrieved, nwd_setup_1_0),
		TEST(only_what_was_offered_is_retrieved, nwd_setup_1_1),
		TEST(only_what_was_offered_is_retrieved, nwd_setup_1_2),
		TEST(memory_is_where_its_owner_has_it, nwd_setup_1_0),
		TEST(memory_is_where_its_owner_has_it, nwd_setup_1_1),
		TEST(memory_is_where_its_owner_has_it, nwd_setup_1_2),
		TEST(borrowers_choose_addresses, nwd_setup_1_0),
		TEST(borrowers_choose_addresses, nwd_setup_1_1),
		TEST(borrowers_choose_addresses, nwd_setup_1_2),
		TEST(addresses_are_checked, nwd_setup_1_0),
		TEST(addresses_are_checked, nwd_setup_1_1),
		TEST(addresses_are_checked, nwd_setup_1_2),
		TEST(hints_are_met_or_denied, nwd_setup_1_0),
		TEST(hints_are_met_or_denied, nwd_setup_1_1),
		TEST(hints_are_met_or_denied, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("mem_borrow", tests, NULL, NULL);
}
