// SPDX-License-Identifier: GPL-2.0-only
/* Memory that VMs borrow and the hypervisor looks up: its calls on their behalf. */
#include "region.h"

static void the_hypervisor_looks_a_region_up(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	uint32_t head = region_composite(n, &r) + 16;
	uint32_t total;
	uint64_t handle;

	r.nr_ranges = 400;
	r.gap = 2;
	handle = region_send_in_fragments(n, &r, 4096);
	total = head + 400 * 16;
	expect(hyp_look_up(n, handle), FID32(FN_MEM_RETRIEVE_RESP), total, 4096);
	assert_int_equal(get16(n->rx), VM);
	assert_int_equal(get32(n->rx + 4), 2 << 3);
	assert_true(get64(n->rx + 8) == handle);
	assert_int_equal(get64(n->rx + 16), TAG);
	assert_int_equal(get32(n->rx + 28), 1);
	assert_int_equal(get16(n->rx + 48), SP_ID_BORROWER);
	assert_int_equal(get32(n->rx + head - 16), 400);
	assert_true(get64(n->rx + head) == VM_RAM);
	expect_error(hyp_look_up(n, handle), E_DENIED);
	expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4096, VM << 16), E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4095, VM << 16),
		     E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4096), E_INVALID);
	expect(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4096, VM << 16),
	       FID32(FN_MEM_FRAG_TX), (uint32_t)handle, handle >> 32, total - 4096, VM << 16);
	assert_true(get64(n->rx) == VM_RAM + (4096ull - head) / 16 * 2 * 4096);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, total, VM << 16),
		     E_INVALID);
	expect_success(mem_reclaim(n, handle, 0));
	expect_error(hyp_look_up(n, handle), E_INVALID);
}

static void a_partition_passes_memory_on_to_a_vm(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_DONATE);
	struct vffa_regs regs;
	uint64_t handle;

	r.nr_ranges = 1;
	assert_int_equal(
		sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle_in(region_send(n, &r)), RW, 0)), 0);
	regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0, BORROWER_PASS_ON,
		    VM2 | FN_MEM_LEND << 16, VM_RAM >> 12, 1, TAG);
	assert_int_equal(sp_answer(regs), 0);
	handle = regs.x[4] | regs.x[5] << 32;

	expect_error(hyp_retrieve(n, handle, VM), E_INVALID);
	expect(hyp_retrieve(n, handle, VM2), FID32(FN_MEM_RETRIEVE_RESP), 112, 112);
	assert_int_equal(get16(n->rx + 2), 0x6F); /* normal memory, Non-secure */
	assert_int_equal(n->rx[50], RW | 4);
	assert_true(get64(n->rx + 96) == VM_RAM);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(mem_reclaim(n, handle, 0), E_DENIED);
	assert_int_equal(
		sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)),
		E_DENIED);
	expect_error(hyp_relinquish(n, handle, VM), E_DENIED);
	expect_error(hyp_relinquish(n, handle, SP_ID_BORROWER), E_INVALID);
	expect_success(hyp_relinquish(n, handle, VM2));
	assert_int_equal(
		sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)), 0);

	/* And back for good. */
	regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0, BORROWER_PASS_ON,
		    VM | FN_MEM_DONATE << 16, VM_RAM >> 12, 1, TAG);
	assert_int_equal(sp_answer(regs), 0);
	expect(hyp_retrieve(n, regs.x[4] | regs.x[5] << 32, VM), FID32(FN_MEM_RETRIEVE_RESP), 112,
	       112);
	(void)handle_in(region_send(n, &r));
}

/* Every field of a request that could be wrong, once. Offsets are of 1.2's layout. */
static void retrieves_are_checked(void **state)
{
	static const struct {
		uint32_t offset;
		uint32_t value;
		int status;
	} bad[] = {
		{ 0, VM, E_DENIED },			       /* not the owner */
		{ 0, SP_ID_BORROWER | 0x6F << 16, E_INVALID }, /* NS */
		{ 0, SP_ID_BORROWER | 0x80 << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x10 << 16, E_DENIED }, /* device */
		{ 0, SP_ID_BORROWER | 0x30 << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x0F << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x2E << 16, E_DENIED }, /* outer shareable */
		{ 0, SP_ID_BORROWER | 0x2D << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x23 << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x2F << 16, 0 },
		{ 0, SP_ID_BORROWER | 0x27 << 16, 0 },
		{ 4, 1, E_DENIED },	  /* zero */
		{ 4, 1 << 3, E_INVALID }, /* share */
		{ 4, 3 << 3, E_INVALID }, /* donate */
		{ 4, 2 << 3, 0 },	  /* lend */
		{ 4, 2, 0 },
		{ 4, 4, 0 },
		{ 4, 1 << 5, E_INVALID }, /* alignment without the hint */
		{ 4, 1 << 9, 0 },
		{ 4, 1 << 9 | 8 << 5, 0 },
		{ 4, 1 << 9 | 9 << 5, E_DENIED },
		{ 4, 1 << 10, E_INVALID }, /* bypass */
		{ 4, 1 << 11, E_INVALID },
		{ 8, 0, E_INVALID },
		{ 12, 1, E_INVALID },
		{ 16, TAG + 1, E_INVALID },
		{ 24, 16, E_INVALID },
		{ 28, 2, E_INVALID },
		{ 32, 64, E_INVALID },
		{ 36, 1, E_INVALID },
		{ 48, VM | RW << 16, E_INVALID },
		{ 48, SP_ID_BORROWER | RW << 16, E_INVALID },
		{ 48, VM2, E_INVALID },
		{ 48, VM2 | 3 << 16, E_INVALID },
		{ 48, VM2 | (RW | 8) << 16, E_DENIED }, /* executable */
		{ 48, VM2 | (RW | 12) << 16, E_INVALID },
		{ 48, VM2 | 0x12 << 16, E_INVALID },
		{ 48, VM2 | RW << 16 | 1 << 24, E_INVALID },
		{ 48, VM2 | RW << 16 | 2 << 24, E_INVALID },
		{ 48, VM2 | RO << 16, 0 },
		{ 52, 96, E_INVALID },
		{ 56, 1, E_INVALID },
		{ 72, 1, E_INVALID },
	};
	struct nwd *n = *state;
	uint64_t handle = sp_lend_to_vm2(n);

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct vffa_regs regs = hyp_retrieve(n, handle, VM);

		expect_error(regs, E_INVALID);
		put16(n->tx + 48, VM2);
		put32(n->tx + bad[i].offset, bad[i].value);
		regs = CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 80, 80);
		if (bad[i].status) {
			if (regs.x[2] != (uint32_t)bad[i].status)
				print_error("case %u\n", i);
			expect_error(regs, bad[i].status);
			continue;
		}
		expect(regs, FID32(FN_MEM_RETRIEVE_RESP), 112, 112);
		expect_success(CALL(n, FID32(FN_RX_RELEASE)));
		expect_success(hyp_relinquish(n, handle, VM2));
	}
}

static void requests_have_one_length(void **state)
{
	struct nwd *n = *state;
	uint64_t handle = sp_lend_to_vm2(n);

	expect(hyp_retrieve(n, handle, VM2), FID32(FN_MEM_RETRIEVE_RESP), 112, 112);
	expect_success(hyp_relinquish(n, handle, VM2));
	expect_error(hyp_retrieve(n, handle, VM2), E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 80, 64), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 96, 96), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 47, 47), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 8192, 8192), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 80, 80, VM_RAM, 1), E_DENIED);
	put32(n->tx + 28, 17);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 592, 592), E_NO_MEMORY);
	expect_error(CALL(n, FID32(FN_MEM_RELINQUISH), 1), E_INVALID);
	expect(hyp_look_up(n, handle), FID32(FN_MEM_RETRIEVE_RESP), 112, 112);
	expect_error(hyp_look_up(n, handle), E_BUSY);
	put32(n->tx + 4, 1);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 48, 48), E_INVALID);
}

/* Lent to a partition and to a VM: who asks names them all, itself without the flag. */
static void a_vm_is_one_of_several_borrowers(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	uint8_t *second = n->tx + 80;
	uint64_t handle;

	r.to[1] = VM2;
	r.nr_to = 2;
	r.attrs = 0x2F;
	r.nr_ranges = 300;
	r.gap = 2;
	handle = region_send_in_fragments(n, &r, 4096);
	(void)hyp_retrieve(n, handle, VM2);
	put16(n->tx, VM);
	put32(n->tx + 28, 2);
	memset(second, 0, 32);
	put16(second, SP_ID_ECHO);
	second[2] = RW;
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 112, 112), E_DENIED);
	put16(second, VM);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 112, 112), E_INVALID);
	put16(second, VM2);
	second[3] = 1;
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 112, 112), E_INVALID);
	put16(second, SP_ID_BORROWER);
	expect(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 112, 112), FID32(FN_MEM_RETRIEVE_RESP),
	       96 + 4800, 4096);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));

	/* Not before the whole descriptor was fetched. */
	expect_error(hyp_relinquish(n, handle, VM2), E_INVALID);
	expect(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4096, VM << 16),
	       FID32(FN_MEM_FRAG_TX), (uint32_t)handle, handle >> 32, 800, VM << 16);
	expect_success(hyp_relinquish(n, handle, VM2));
	put32(n->tx + 12, 2);
	expect_error(CALL(n, FID32(FN_MEM_RELINQUISH)), E_INVALID);
	put32(n->tx + 12, 1);
	put32(n->tx + 8, 4);
	expect_error(CALL(n, FID32(FN_MEM_RELINQUISH)), E_INVALID);
	expect_success(mem_reclaim(n, handle, 0));
}

/*
 * What VM2 hears of a region of a partition's that has @nr_ranges pages, two pages apart;
 * @again: what it gets meanwhile if it asks again.
 */
static void hear_all(struct nwd *n, uint64_t handle, uint32_t nr_ranges, int again)
{
	const struct region one = { .nr_to = 1 };
	uint32_t head = region_composite(n, &one) + 16;
	uint32_t total = head + 16 * nr_ranges;
	uint32_t got = 4096;
	uint32_t nth = (4096 - head) / 16;

	expect(hyp_retrieve(n, handle, VM2), FID32(FN_MEM_RETRIEVE_RESP), total, got);
	assert_true(get64(n->rx + head) == VM_RAM);
	expect_error(
		CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, got, SP_ID_BORROWER << 16),
		E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(hyp_retrieve(n, handle, VM2), again);
	for (; got < total; nth += 256) {
		uint32_t len = total - got < 4096 ? total - got : 4096;

		expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, got, VM << 16),
			     E_INVALID);
		expect(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, got,
			    SP_ID_BORROWER << 16),
		       FID32(FN_MEM_FRAG_TX), (uint32_t)handle, handle >> 32, len,
		       SP_ID_BORROWER << 16);
		assert_true(get64(n->rx) == VM_RAM + nth * 2ull * 4096);
		expect_success(CALL(n, FID32(FN_RX_RELEASE)));
		got += len;
	}
}

/* Each way of sending, in fragments as well, and what becomes of the memory. */
static void a_partition_sends_to_a_vm_in_fragments(void **state)
{
	static const uint32_t fns[] = { FN_MEM_SHARE, FN_MEM_LEND, FN_MEM_DONATE };
	struct region r = region_usual(FN_MEM_DONATE);
	struct nwd *n = *state;

	r.nr_ranges = 1000;
	r.gap = 2;
	for (unsigned int i = 0; i < 3; i++) {
		struct vffa_regs regs;
		uint64_t handle = i ? 0 : region_send_in_fragments(n, &r, 4096);

		if (!i)
			expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 4);
		regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0,
			    BORROWER_PASS_ON, VM2 | fns[i] << 16, VM_RAM >> 12, 1 | 999 << 16, TAG);
		assert_int_equal(sp_answer(regs), 0);
		handle = regs.x[4] | regs.x[5] << 32;
		hear_all(n, handle, 1000, fns[i] == FN_MEM_DONATE ? E_INVALID : E_DENIED);
		if (fns[i] == FN_MEM_DONATE)
			continue;
		assert_int_equal(
			sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)),
			E_DENIED);
		expect_success(hyp_relinquish(n, handle, VM2));
		assert_int_equal(
			sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)),
			0);
	}
	/* It is the normal world's again. */
	(void)region_send_in_fragments(n, &r, 4096);
}

/* The hypervisor's request for one of two VMs: the other's entry says that it is not meant. */
static void request_for_one_of_two(struct nwd *n, uint64_t handle, uint16_t vm, uint16_t other)
{
	uint32_t size = n->minor >= 2 ? 32 : 16;
	uint32_t emads = n->minor ? 48 : 32;
	uint32_t len = emads + 2 * size;
	uint8_t *second = n->tx + emads + size;

	(void)hyp_retrieve(n, handle, vm);
	put32(n->tx + 28, 2);
	memset(second, 0, size);
	put16(second, other);
	second[2] = RW;
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), len, len), E_INVALID);
	second[3] = 1;
	expect(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), len, len), FID32(FN_MEM_RETRIEVE_RESP),
	       emads + size + 32, emads + size + 32);
	assert_int_equal(get16(n->rx + emads), vm);
	assert_true(get64(n->rx + emads + size + 16) == VM_RAM);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
}

static void a_partition_sends_to_two_vms(void **state)
{
	struct region r = region_usual(FN_MEM_DONATE);
	struct nwd *n = *state;
	struct vffa_regs regs;
	uint64_t handle;

	r.nr_ranges = 1;
	assert_int_equal(
		sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle_in(region_send(n, &r)), RW, 0)), 0);
	regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0, BORROWER_PASS_ON,
		    VM2 | FN_MEM_SHARE << 16 | VM << 24, VM_RAM >> 12, 1, TAG);
	assert_int_equal(sp_answer(regs), 0);
	handle = regs.x[4] | regs.x[5] << 32;
	request_for_one_of_two(n, handle, VM2, VM);
	request_for_one_of_two(n, handle, VM, VM2);
	expect_success(hyp_relinquish(n, handle, VM2));
	expect_error(hyp_relinquish(n, handle, VM2), E_DENIED);
	expect_success(hyp_relinquish(n, handle, VM));
	assert_int_equal(
		sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_hypervisor_looks_a_region_up, nwd_setup_1_1),
		TEST(the_hypervisor_looks_a_region_up, nwd_setup_1_2),
		TEST(a_partition_passes_memory_on_to_a_vm, nwd_setup_1_2),
		TEST(retrieves_are_checked, nwd_setup_1_2),
		TEST(requests_have_one_length, nwd_setup_1_2),
		TEST(a_vm_is_one_of_several_borrowers, nwd_setup_1_2),
		TEST(a_partition_sends_to_a_vm_in_fragments, nwd_setup_1_0),
		TEST(a_partition_sends_to_a_vm_in_fragments, nwd_setup_1_1),
		TEST(a_partition_sends_to_a_vm_in_fragments, nwd_setup_1_2),
		TEST(a_partition_sends_to_two_vms, nwd_setup_1_0),
		TEST(a_partition_sends_to_two_vms, nwd_setup_1_1),
		TEST(a_partition_sends_to_two_vms, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("mem_vm", tests, NULL, NULL);
}
