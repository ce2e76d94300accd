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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_0),
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_1),
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_2),
		TEST(donated_memory_stays, nwd_setup_1_2),
		TEST(a_read_only_borrower_cannot_write, nwd_setup_1_2),
		TEST(zeroes_on_request, nwd_setup_1_2),
		TEST(several_borrowers_each_have_it, nwd_setup_1_1),
		TEST(several_borrowers_each_have_it, nwd_setup_1_2),
		TEST(only_what_was_offered_is_retrieved, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("mem_borrow", tests, NULL, NULL);
}
