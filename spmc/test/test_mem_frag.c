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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fragments_go_both_ways, nwd_setup_1_2),
		cmocka_unit_test_teardown(a_gibibyte_of_scattered_pages, nwd_teardown),
		TEST(fragments_are_checked, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("mem_frag", tests, NULL, NULL);
}
