// SPDX-License-Identifier: GPL-2.0-only
/*
 * Errors that are the same in every version, from whatever state they need. What else can be wrong
 * with a call is in the test of its subject. scripts/spmc-coverage counts them all.
 */
#include <pthread.h>

#include "region.h"

#define ELSEWHERE (VM_RAM + 0x40000)

static struct vffa_regs request(struct nwd *n, uint32_t fid, uint16_t sp, uint64_t cmd, uint64_t a0)
{
	/* A message with UUID has its payload one register further on. */
	if (fid == FID64(FN_DIRECT_REQ2))
		return CALL(n, fid, ids_word(VM, sp), 0, 0, cmd, a0);
	return CALL(n, fid, ids_word(VM, sp), 0, cmd, a0);
}

static void requests_are_refused(void **state)
{
	static const uint32_t fids[] = { FID32(FN_DIRECT_REQ), FID64(FN_DIRECT_REQ),
					 FID64(FN_DIRECT_REQ2) };
	struct nwd *n = *state;

	for (unsigned int i = 0; i < (n->minor < 2 ? 2 : 3); i++) {
		expect_error(request(n, fids[i], SP_ID_SILENT, 0, 0), E_DENIED);
		expect_error(request(n, fids[i], SP_ID_STILLBORN, 0, 0), E_ABORTED);
		expect_error(request(n, fids[i], 0x8123, 0, 0), E_INVALID);
		spmc_inproc_irq(n->p, 0, 1);
		expect(request(n, fids[i], SP_ID_YIELDER, SP_SPIN, 1000), FID32(FN_INTERRUPT),
		       ids_word(SP_ID_YIELDER, 0));
		expect_error(request(n, fids[i], SP_ID_YIELDER, SP_SPIN, 1000), E_BUSY);
		assert_int_equal(CALL(n, FID32(FN_RUN), ids_word(SP_ID_YIELDER, 0)).x[0],
				 fids[i] + 1);
	}
}

static void who_waits_for_another_is_not_run(void **state)
{
	struct nwd *n = *state;

	spmc_inproc_irq(n->p, 0, 1);
	expect(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_YIELDER, SP_SPIN, 1000),
	       FID32(FN_INTERRUPT), ids_word(SP_ID_YIELDER, 0));
	expect_error(CALL(n, FID32(FN_RUN), ids_word(SP_ID_FORWARDER, 0)), E_DENIED);
	assert_int_equal(CALL(n, FID32(FN_RUN), ids_word(SP_ID_YIELDER, 0)).x[0],
			 FID32(FN_DIRECT_RESP));
}

/* Computes until it is interrupted; as soon as the partition does not run on the other CPU. */
static void *compute(void *arg)
{
	struct nwd *n = arg;
	struct vffa_regs regs;

	do {
		regs = CALL_ON(n, 1, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_YIELDER), 0, SP_SPIN,
			       3600000000000);
	} while (regs.x[0] == FID32(FN_ERROR));
	return (void *)(uintptr_t)regs.x[0];
}

static void who_runs_is_not_run(void **state)
{
	struct nwd *n = *state;
	struct vffa_regs regs;
	pthread_t thread;
	void *answer;

	assert_int_equal(pthread_create(&thread, NULL, compute, n), 0);
	do {
		regs = CALL(n, FID32(FN_RUN), ids_word(SP_ID_YIELDER, 0));
	} while (regs.x[0] == FID32(FN_MSG_WAIT));
	expect_error(regs, E_BUSY);
	spmc_inproc_irq(n->p, 1, 1);
	assert_int_equal(pthread_join(thread, &answer), 0);
	assert_int_equal((uintptr_t)answer, FID32(FN_INTERRUPT));
}

static void setup_is_checked(void **state)
{
	struct nwd *n = *state;
	struct vffa_regs list = { { FID32(FN_PARTITION_INFO_GET) } };

	assert_int_equal(CALL(n, FID32(FN_FEATURES), FID32(FN_VERSION)).x[0], FID32(FN_SUCCESS));
	expect_success(CALL(n, FID32(FN_FEATURES), FID32(FN_VERSION)));
	expect_error(CALL(n, FID32(FN_ID_GET), 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_PARTITION_INFO_GET), 1), E_INVALID);
	assert_int_equal(nwd_call(n, 0, list).x[0], FID32(FN_SUCCESS));
	expect_error(nwd_call(n, 0, list), E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
}

static void sends_run_out_of_memory(void **state)
{
	static const uint32_t fns[] = { FN_MEM_SHARE, FN_MEM_LEND, FN_MEM_DONATE };
	struct nwd *n = *state;
	uint8_t *other = spmc_inproc_ram(n->p, ELSEWHERE);

	for (unsigned int i = 0; i < 3; i++) {
		struct region r = region_usual(fns[i]);
		uint32_t len = region_encode(n, &r, other);
		uint64_t handle;

		spmc_inproc_fail_map(n->p, 1);
		expect_error(CALL(n, FID32(fns[i]), len, len, ELSEWHERE, 1), E_NO_MEMORY);
		expect_frag_rx(CALL(n, FID32(fns[i]), len, len - 16, ELSEWHERE, 1), &handle,
			       len - 16);
		spmc_inproc_fail_map(n->p, 1);
		expect_error(mem_frag_tx(n, handle, 16), E_NO_MEMORY);
		expect_success(mem_reclaim(n, handle_in(region_send(n, &r)), 0));
	}
	spmc_inproc_fail_map(n->p, 1);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 64, 64, ELSEWHERE, 1), E_NO_MEMORY);
}

/* What is lent is not to be given, and what is no memory is not either. */
static void what_is_not_ones_own_is_not_sent(void **state)
{
	static const uint32_t fns[] = { FN_MEM_SHARE, FN_MEM_LEND, FN_MEM_DONATE };
	struct region lent = region_usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t first = handle_in(region_send(n, &lent));

	for (unsigned int i = 0; i < 3; i++) {
		struct region r = region_usual(fns[i]);
		uint32_t len;
		uint64_t handle;

		expect_error(region_send(n, &r), E_DENIED);
		r.base += 0x100000;
		len = region_encode(n, &r, n->tx);
		expect_frag_rx(mem_send_raw(n, fns[i], len, len - 16), &handle, len - 16);
		put64(n->tx, 0);
		put64(n->tx + 8, 1);
		expect_error(mem_frag_tx(n, handle, 16), E_DENIED);
	}
	expect_success(mem_reclaim(n, first, 0));
}

static void requests_for_vms_are_refused(void **state)
{
	struct region r = region_usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = sp_lend_to_vm2(n);
	uint32_t total;

	r.nr_ranges = 1;
	total = region_composite(n, &r) + 32;
	expect_error(hyp_relinquish(n, handle, VM2), E_DENIED);
	expect_error(hyp_retrieve(n, handle + 1, VM2), E_INVALID);
	expect(hyp_retrieve(n, handle, VM2), FID32(FN_MEM_RETRIEVE_RESP), total, total);
	expect_error(
		CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, total, SP_ID_BORROWER << 16),
		E_INVALID);
	expect_error(hyp_retrieve(n, handle, VM2), E_DENIED);
	expect_error(hyp_relinquish(n, handle + 1, VM2), E_INVALID);
	expect_success(hyp_relinquish(n, handle, VM2));
	expect_error(hyp_retrieve(n, handle, VM2), E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect(hyp_retrieve(n, handle, VM2), FID32(FN_MEM_RETRIEVE_RESP), total, total);
}

#define IN_EVERY_VERSION(name)                                                                     \
	TEST(name, nwd_setup_1_0), TEST(name, nwd_setup_new_with_1_0), TEST(name, nwd_setup_1_1),  \
		TEST(name, nwd_setup_new_with_1_1), TEST(name, nwd_setup_1_2)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_EVERY_VERSION(requests_are_refused),
		IN_EVERY_VERSION(who_waits_for_another_is_not_run),
		IN_EVERY_VERSION(who_runs_is_not_run),
		IN_EVERY_VERSION(setup_is_checked),
		IN_EVERY_VERSION(sends_run_out_of_memory),
		IN_EVERY_VERSION(what_is_not_ones_own_is_not_sent),
		IN_EVERY_VERSION(requests_for_vms_are_refused),
	};

	return cmocka_run_group_tests_name("errors", tests, NULL, NULL);
}
