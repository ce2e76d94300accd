// SPDX-License-Identifier: GPL-2.0-only
/* Memory in fragments, both ways. */
#include "region.h"

static void fragments_go_both_ways(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);
	uint64_t handle;

	r.nr_ranges = 1000;
	r.gap = 2;
	handle = region_send_in_fragments(n, &r, 4096);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 4);
	assert_int_equal(sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_FILL, handle, 0, 0)),
			 0);
	assert_int_equal(region_va(n, &r, 999)[1], 999 * 512 + 1);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(mem_reclaim(n, handle, 0));

	r.fn = FN_MEM_DONATE;
	r.attrs = 0;
	r.perms = 0;
	handle = region_send_in_fragments(n, &r, 160);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 4);
	expect_error(mem_reclaim(n, handle, 0), E_INVALID);
}

/* 1 GiB in pages that do not touch: it must not take time that grows with the square. */
static void a_gibibyte_of_scattered_pages(void **state)
{
	const struct spmc_inproc_options opt = { .ram_pages = 2 * 262144 + 1024 };
	struct region r = region_usual(FN_MEM_LEND);
	struct nwd *n = nwd_start(&opt);
	uint64_t handle;

	*state = n;
	nwd_negotiate(n, 2);
	r.nr_ranges = 262144;
	r.gap = 2;
	handle = region_send_in_fragments(n, &r, 4096);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 1025);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(mem_reclaim(n, handle, 0));
}

static void fragments_are_checked(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);
	uint32_t first = region_composite(n, &r) + 32;
	uint64_t handle;

	(void)region_encode(n, &r, n->tx);
	expect_frag_rx(mem_send_raw(n, FN_MEM_SHARE, first + 16, first), &handle, first);
	expect_error(mem_reclaim(n, handle, 0), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_FRAG_TX), handle, handle >> 32, 16), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_FRAG_TX), handle, handle >> 32, 16, VM << 16, 1),
		     E_INVALID);
	/* A bad fragment is the end of it. */
	expect_error(mem_frag_tx(n, handle, 32), E_INVALID);
	expect_error(mem_frag_tx(n, handle, 16), E_INVALID);

	expect_frag_rx(mem_send_raw(n, FN_MEM_SHARE, first + 16, first), &handle, first);
	memset(n->tx, 0xFF, 16);
	expect_error(mem_frag_tx(n, handle, 16), E_INVALID);
	expect_error(mem_frag_tx(n, handle, 16), E_INVALID);
	expect_success(mem_reclaim(n, handle_in(region_send(n, &r)), 0));
}

/* The request, because it names addresses, and the answer. */
static void requests_come_in_fragments(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	struct place at = { SPMC_WINDOW_BASE, 600, 1, 2, 0 };
	struct region as;
	uint64_t handle;

	r.nr_ranges = 300;
	r.pages_per_range = 2;
	handle = region_send_in_fragments(n, &r, 4096);
	as = r;
	as.base = at.address;
	as.nr_ranges = 600;
	as.pages_per_range = 1;
	as.gap = 2;
	sp_place(n, SP_ID_BORROWER, at);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &as, 3);
	region_va(n, &r, 299)[512] = 77;
	assert_int_equal(sp_read(n, SP_ID_BORROWER, SPMC_WINDOW_BASE + 599ull * 2 * 4096), 77);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);

	/* A range at a time. */
	at.per_fragment = 1;
	sp_place(n, SP_ID_BORROWER, at);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &as, 3);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(mem_reclaim(n, handle, 0));
}

/* The last fragment is the one that does not fit the window, or what came before. */
static void a_bad_fragment_ends_a_request(void **state)
{
	const uint64_t end = SPMC_WINDOW_BASE + (uint64_t)SPMC_WINDOW_PAGES * 4096;
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	uint64_t handle;

	r.nr_ranges = 4;
	handle = handle_in(region_send(n, &r));
	sp_place(n, SP_ID_BORROWER, (struct place){ end - 0x3000, 4, 1, 1, 1 });
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), E_DENIED);
	sp_place(n, SP_ID_BORROWER, (struct place){ SPMC_WINDOW_BASE, 4, 1, 0, 3 });
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), E_INVALID);
	sp_place(n, SP_ID_BORROWER, (struct place){ end - 0x4000, 4, 1, 1, 3 });
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), 0);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(mem_reclaim(n, handle, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fragments_go_both_ways, nwd_setup_1_0),
		TEST(fragments_go_both_ways, nwd_setup_1_1),
		TEST(fragments_go_both_ways, nwd_setup_1_2),
		TEST(fragments_are_checked, nwd_setup_1_0),
		TEST(fragments_are_checked, nwd_setup_1_1),
		TEST(fragments_are_checked, nwd_setup_1_2),
		TEST(requests_come_in_fragments, nwd_setup_1_0),
		TEST(requests_come_in_fragments, nwd_setup_1_1),
		TEST(requests_come_in_fragments, nwd_setup_1_2),
		TEST(a_bad_fragment_ends_a_request, nwd_setup_1_0),
		TEST(a_bad_fragment_ends_a_request, nwd_setup_1_1),
		TEST(a_bad_fragment_ends_a_request, nwd_setup_1_2),
		TEST(a_gibibyte_of_scattered_pages, nwd_setup_none),
	};

	return cmocka_run_group_tests_name("mem_frag", tests, NULL, NULL);
}
