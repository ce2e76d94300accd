// SPDX-License-Identifier: GPL-2.0-only
/* Operations on memory that the SPMC pauses, on request, and goes on with when it is asked to. */
#include "region.h"

/* The next call of @fid is paused @times times. */
static void pause_next(struct nwd *n, uint32_t fid, uint64_t times)
{
	const struct spmc_fault fault = {
		.fid = fid, .kind = FAULT_PAUSE, .value = times, .times = 1
	};

	assert_int_equal(spmc_fault_set(spmc_inproc_spmc(n->p), &fault), 0);
}

static uint64_t expect_paused(struct vffa_regs regs)
{
	expect(regs, FID32(FN_MEM_OP_PAUSE), regs.x[1], regs.x[2]);
	assert_true(regs.x[1] == (uint32_t)regs.x[1] && regs.x[2] == (uint32_t)regs.x[2]);
	return regs.x[1] | regs.x[2] << 32;
}

static struct vffa_regs resume(struct nwd *n, uint64_t handle)
{
	return CALL(n, FID32(FN_MEM_OP_RESUME), (uint32_t)handle, handle >> 32);
}

/* As often as was asked for, under one name. */
static struct vffa_regs resume_all(struct nwd *n, struct vffa_regs regs, unsigned int times)
{
	uint64_t handle = expect_paused(regs);

	while (--times)
		assert_true(expect_paused(resume(n, handle)) == handle);
	return resume(n, handle);
}

static void every_operation_of_an_owner_can_be_paused(void **state)
{
	static const uint32_t fns[] = { FN_MEM_SHARE, FN_MEM_LEND, FN_MEM_DONATE };
	struct nwd *n = *state;

	for (unsigned int i = 0; i < 3; i++) {
		struct region r = region_usual(fns[i]);
		uint32_t len = region_encode(n, &r, n->tx);
		uint64_t handle;

		pause_next(n, FID32(fns[i]), 3);
		expect_frag_rx(resume_all(n, mem_send_raw(n, fns[i], len, len - 16), 3), &handle,
			       len - 16);
		memmove(n->tx, n->tx + len - 16, 16);
		pause_next(n, FID32(FN_MEM_FRAG_TX), 2);
		assert_true(handle_in(resume_all(n, mem_frag_tx(n, handle, 16), 2)) == handle);
		pause_next(n, FID32(FN_MEM_RECLAIM), 1);
		expect_success(resume_all(n, mem_reclaim(n, handle, 0), 1));
		expect_error(mem_reclaim(n, handle, 0), E_INVALID);
	}
}

static void what_is_paused_has_not_begun(void **state)
{
	struct region r = region_usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t paused, handle;

	pause_next(n, FID32(FN_MEM_LEND), 1);
	paused = expect_paused(region_send(n, &r));
	expect_error(mem_reclaim(n, paused, 0), E_INVALID);
	handle = handle_in(resume(n, paused));

	/* What it ends with is what the operation would. */
	assert_int_equal(sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0)), 0);
	pause_next(n, FID32(FN_MEM_RECLAIM), 2);
	expect_error(resume_all(n, mem_reclaim(n, handle, 0), 2), E_DENIED);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(mem_reclaim(n, handle, 0));
}

static void a_borrowers_operations_can_be_paused(void **state)
{
	struct region r = region_usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = sp_lend_to_vm2(n);
	uint32_t total;

	r.nr_ranges = 1;
	total = region_composite(n, &r) + 32;
	pause_next(n, FID64(FN_MEM_RETRIEVE_REQ), 2);
	expect(resume_all(n, hyp_retrieve(n, handle, VM2), 2), FID32(FN_MEM_RETRIEVE_RESP), total,
	       total);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	pause_next(n, FID32(FN_MEM_RELINQUISH), 2);
	expect_success(resume_all(n, hyp_relinquish(n, handle, VM2), 2));
}

static void what_is_not_paused_is_not_resumed(void **state)
{
	struct region r = region_usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle, paused;

	expect_error(resume(n, 0), E_INVALID);
	expect_error(resume(n, ~0ull), E_INVALID);
	pause_next(n, FID32(FN_MEM_SHARE), 2);
	paused = expect_paused(region_send(n, &r));
	expect_error(resume(n, paused + 1), E_INVALID);
	expect_error(resume(n, paused | 1ull << 63), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_OP_RESUME), paused, paused >> 32, 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_OP_RESUME), paused, paused >> 32, 0, 0, 0, 0, 1),
		     E_INVALID);
	assert_true(expect_paused(resume(n, paused)) == paused);
	handle = handle_in(resume(n, paused));
	expect_error(resume(n, paused), E_INVALID);
	expect_success(mem_reclaim(n, handle, 0));
}

static void so_many_are_paused_and_no_more(void **state)
{
	struct region r = region_usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = handle_in(region_send(n, &r));
	uint64_t paused[SPMC_MAX_PAUSED];

	for (unsigned int i = 0; i < SPMC_MAX_PAUSED; i++) {
		pause_next(n, FID32(FN_MEM_RECLAIM), 1);
		paused[i] = expect_paused(mem_reclaim(n, handle, 0));
		assert_true(!i || paused[i] != paused[i - 1]);
	}
	pause_next(n, FID32(FN_MEM_RECLAIM), 1);
	expect_success(mem_reclaim(n, handle, 0));
	expect_error(resume(n, paused[1]), E_INVALID);
	expect_error(resume(n, paused[0]), E_INVALID);

	/* Nothing but memory is. And what is forgotten is not resumed. */
	pause_next(n, FID32(FN_RX_RELEASE), 1);
	expect_error(CALL(n, FID32(FN_RX_RELEASE)), E_DENIED);
	spmc_fault_clear(spmc_inproc_spmc(n->p));
	expect_error(resume(n, paused[2]), E_INVALID);
}

/* FFA_MEM_OP_RESUME is an SMC32 call, whatever it goes on with. */
static void upper_registers_are_preserved(void **state)
{
	struct region r = region_usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint32_t len = region_encode(n, &r, n->tx);
	struct vffa_regs in, out;
	uint64_t paused;

	pause_next(n, FID64(FN_MEM_SHARE), 1);
	paused = expect_paused(CALL(n, FID64(FN_MEM_SHARE), len, len));
	in = (struct vffa_regs){ { FID32(FN_MEM_OP_RESUME), (uint32_t)paused, paused >> 32 } };
	for (unsigned int i = 8; i < VFFA_NR_REGS; i++)
		in.x[i] = i * 0x0101010101010101u;
	out = nwd_call(n, 0, in);
	assert_int_equal(out.x[0], FID32(FN_SUCCESS));
	for (unsigned int i = 8; i < VFFA_NR_REGS; i++)
		assert_true(out.x[i] == in.x[i]);
	expect_success(mem_reclaim(n, out.x[2] | out.x[3] << 32, 0));
}

#define IN_EVERY_VERSION(name)                                                                     \
	TEST(name, nwd_setup_1_0), TEST(name, nwd_setup_1_1), TEST(name, nwd_setup_1_2)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_EVERY_VERSION(every_operation_of_an_owner_can_be_paused),
		IN_EVERY_VERSION(what_is_paused_has_not_begun),
		IN_EVERY_VERSION(a_borrowers_operations_can_be_paused),
		IN_EVERY_VERSION(what_is_not_paused_is_not_resumed),
		IN_EVERY_VERSION(so_many_are_paused_and_no_more),
		TEST(upper_registers_are_preserved, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("mem_pause", tests, NULL, NULL);
}
