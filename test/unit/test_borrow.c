// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that a VM borrows, of an SPMC that lies: its answers are scripts, its descriptors what the test
 * has put into the hypervisor's RX. What an honest one does, test/scenarios has.
 */
#include "fake_spmc_loan.h"
#include "memdesc.h"
#include "page.h"
#include "world.h"

#define TX     FAKE_RAM_IPA
#define RX     (FAKE_RAM_IPA + FFA_PAGE_SIZE)
#define HANDLE 0x1234ull
#define OWNER  FAKE_ID(FAKE_SP_ECHO)
#define LEN    80u	   /* of a request of 1.2 */
#define HEAD   (LEN + 16u) /* of the answer, before its ranges */

/* Donated pages that partitions may give to VMs: of the second VM, and it keeps them. */
#define NR_GIVEN 4u

static struct vffa_page_claim claim = { .owner = 2, .use = VFFA_PAGE_LENT };

static struct vffa_hpa given(const struct world *w, uint32_t n)
{
	return (struct vffa_hpa){ fake_pa(&w->vms[1],
					  FAKE_BULK_IPA + (uint64_t)n * FFA_PAGE_SIZE) };
}

static int setup(void **state)
{
	struct world *w;

	if (world_setup_1_2(state))
		return -1;
	w = *state;
	fake_host_init(&w->port.host, FAKE_HOST_PAGES, FAKE_HOST_PAGES);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	vffa_pages_lock_always(&w->relay);
	assert_int_equal(vffa_page_claim(&w->relay, &claim, given(w, 0), NR_GIVEN), VFFA_OK);
	vffa_page_give(&w->relay, given(w, 0), NR_GIVEN);
	vffa_pages_unlock(&w->relay);
	for (uint32_t i = 0; i < NR_GIVEN; i++)
		fake_host_pin(&w->port.host, given(w, i).addr);
	return 0;
}

/* What is owed to an SPMC that lied is given back now: it says that nothing is. */
static int teardown(void **state)
{
	struct world *w = *state;

	w->port.spmc.nr_scripts = 0;
	for (unsigned int i = 0; i < 4; i++)
		fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH,
				 (struct vffa_regs){ { FFA_SUCCESS_32 } });
	world_stop_vm(w, 0);
	vffa_pages_lock_always(&w->relay);
	/* Nobody has borrowed one any more. */
	assert_true(vffa_page_withdraw(&w->relay, given(w, 0), NR_GIVEN));
	vffa_page_release(&w->relay, &claim, given(w, 0), NR_GIVEN);
	vffa_pages_unlock(&w->relay);
	for (uint32_t i = 0; i < NR_GIVEN; i++)
		assert_true(fake_host_unpin(&w->port.host, given(w, i).addr));
	return world_teardown(state);
}

static void put(void *buf, const struct vffa_mem_desc *desc, const struct vffa_range *ranges,
		uint32_t nr)
{
	uint8_t *at = (uint8_t *)buf + vffa_mem_desc_head_size(desc, 2);

	vffa_mem_desc_encode(desc, 2, buf);
	for (uint32_t i = 0; i < nr; i++)
		vffa_mem_range_encode(&ranges[i], at + (size_t)i * VFFA_MEM_RANGE_SIZE);
}

static struct vffa_mem_desc request(const struct world *w)
{
	return (struct vffa_mem_desc){
		.sender = OWNER,
		.handle = HANDLE,
		.nr_receivers = 1,
		.receivers[0] = { .id = w->vms[0].vm.id, .perms = FFA_MEM_DATA_RW },
	};
}

/* The honest answer for the first @nr_pages of what was given, in one range. */
static struct vffa_mem_desc answer(const struct world *w, uint32_t nr_pages)
{
	struct vffa_mem_desc desc = request(w);

	desc.attrs = FFA_MEM_ATTRS_NORMAL | FFA_MEM_NON_SECURE;
	desc.flags = FFA_MEM_FLAG_TYPE_LEND;
	desc.receivers[0].perms |= FFA_MEM_INSTR_NX;
	desc.has_ranges = true;
	desc.nr_ranges = 1;
	desc.nr_pages = nr_pages;
	return desc;
}

static struct vffa_regs retrieve(struct world *w)
{
	const struct vffa_mem_desc desc = request(w);

	put(w->vms[0].ram, &desc, NULL, 0);
	return CALL(&w->vms[0], FFA_MEM_RETRIEVE_REQ_32, LEN, LEN);
}

static void script_answer(struct world *w, uint32_t total, uint32_t len)
{
	fake_spmc_script(&w->port.spmc, w->relay.spmc.retrieve_fid,
			 (struct vffa_regs){ { FFA_MEM_RETRIEVE_RESP, total, len } });
}

static void answer_well(struct world *w, uint32_t nr_pages)
{
	const struct vffa_mem_desc desc = answer(w, nr_pages);
	const struct vffa_range range = { given(w, 0).addr, nr_pages };

	put(w->rx, &desc, &range, 1);
	script_answer(w, HEAD + VFFA_MEM_RANGE_SIZE, HEAD + VFFA_MEM_RANGE_SIZE);
	expect_regs(retrieve(w), FFA_MEM_RETRIEVE_RESP, HEAD + VFFA_MEM_RANGE_SIZE,
		    HEAD + VFFA_MEM_RANGE_SIZE);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
}

static struct vffa_regs relinquish(struct world *w, struct vffa_regs spmc_says)
{
	const struct vffa_mem_relinquish req = { HANDLE, 0, 1, { w->vms[0].vm.id } };

	fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH, spmc_says);
	vffa_mem_relinquish_encode(&req, w->vms[0].ram);
	return CALL(&w->vms[0], FFA_MEM_RELINQUISH);
}

static bool has_anything(const struct world *w)
{
	for (unsigned int i = 0; i < FAKE_WINDOW_PAGES; i++) {
		if (w->vms[0].window[i])
			return true;
	}
	return false;
}

SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void an_honest_answer_is_shown_and_taken_away(void **state)
{
	struct world *w = *state;

	answer_well(w, 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_true(w->vms[0].window[i] == (given(w, i).addr | 1));
	expect_regs(relinquish(w, (struct vffa_regs){ { FFA_SUCCESS_32 } }), FFA_SUCCESS_32);
	assert_false(has_anything(w));
}

/* A mistake of the SPMC's must not give a guest what is not given away: the host's, or another VM's. */
SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void pages_that_nobody_gave_away_are_denied(void **state)
{
	struct world *w = *state;
	const struct vffa_range wrong[] = {
		{ given(w, NR_GIVEN).addr, 1 }, { given(w, NR_GIVEN - 1).addr, 2 },
		{ fake_pa(&w->vms[0], TX), 1 }, { 0, 1 },
		{ 0xFFFFFFFFF000ull, 1 },	{ FAKE_HOST_BASE - FFA_PAGE_SIZE, 3 },
	};

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct vffa_mem_desc desc = answer(w, wrong[i].nr_pages);

		put(w->rx, &desc, &wrong[i], 1);
		script_answer(w, HEAD + 16, HEAD + 16);
		fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH,
				 (struct vffa_regs){ { FFA_SUCCESS_32 } });
		expect_error(retrieve(w), VFFA_DENIED);
		assert_false(has_anything(w));
		assert_int_equal(w->vms[0].vm.nr_mems, 0);
	}
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RELINQUISH),
			 sizeof(wrong) / sizeof(wrong[0]));
}

/* Nobody knows whether the VM has it then: it is asked for again when the VM ends. */
SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void an_answer_without_sense_is_owed(void **state)
{
	const struct vffa_regs answers[] = {
		{ { FFA_SUCCESS_32 } },
		{ { FFA_MEM_FRAG_RX, HANDLE } },
		{ { FFA_MEM_RETRIEVE_RESP } },
		{ { FFA_MEM_RETRIEVE_RESP, 112, 4097 } },
		{ { FFA_MEM_RETRIEVE_RESP, 96, 112 } },
		{ { FFA_MEM_RETRIEVE_RESP, UINT32_MAX, 112 } },
		{ { FFA_MEM_RETRIEVE_RESP, 128, 112 } },
		{ { 0 } },
	};
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct vffa_mem_desc desc = answer(w, 1);
		const struct vffa_range range = { given(w, 0).addr, 1 };

		put(w->rx, &desc, &range, 1);
		fake_spmc_script(&w->port.spmc, w->relay.spmc.retrieve_fid, answers[i]);
		expect_error(retrieve(w), VFFA_ABORTED);
		assert_false(has_anything(w));
		assert_int_equal(w->vms[0].vm.nr_mems, 1);
		/* One that is owed is not asked for, and can be given back. */
		expect_error(retrieve(w), VFFA_DENIED);
		expect_regs(relinquish(w, (struct vffa_regs){ { FFA_SUCCESS_32 } }),
			    FFA_SUCCESS_32);
		assert_int_equal(w->vms[0].vm.nr_mems, 0);
	}
}

SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void an_answer_to_something_else_is_none(void **state)
{
	struct world *w = *state;
	const struct vffa_range range = { given(w, 0).addr, 1 };
	struct vffa_mem_desc bad[7];

	for (unsigned int i = 0; i < 7; i++)
		bad[i] = answer(w, 1);
	bad[0].handle++;
	bad[1].sender++;
	bad[2].receivers[0].id = w->vms[1].vm.id;
	bad[3].nr_pages = 0;
	bad[4].nr_pages = 2;
	bad[5].nr_ranges = 2;
	bad[6].has_ranges = false;
	for (unsigned int i = 0; i < 7; i++) {
		put(w->rx, &bad[i], &range, 1);
		script_answer(w, HEAD + 16, HEAD + 16);
		fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH,
				 (struct vffa_regs){ { FFA_SUCCESS_32 } });
		expect_error(retrieve(w), VFFA_ABORTED);
		assert_false(has_anything(w));
		assert_int_equal(w->vms[0].vm.nr_mems, 0);
	}
}

/* Not more rights than were asked for, whatever is granted. */
static void rights_that_were_not_asked_for_are_not_given(void **state)
{
	struct world *w = *state;
	struct vffa_mem_desc desc = request(w);
	const struct vffa_mem_desc granted = answer(w, 1);
	const struct vffa_range range = { given(w, 0).addr, 1 };

	desc.receivers[0].perms = FFA_MEM_DATA_RO;
	put(w->vms[0].ram, &desc, NULL, 0);
	put(w->rx, &granted, &range, 1);
	script_answer(w, HEAD + 16, HEAD + 16);
	assert_int_equal(CALL(&w->vms[0], FFA_MEM_RETRIEVE_REQ_32, LEN, LEN).x[0],
			 FFA_MEM_RETRIEVE_RESP);
	assert_true(w->vms[0].window[0] == given(w, 0).addr);
}

SPEC("1.2", "FFA_MEM_FRAG_RX")
static void the_rest_is_fetched_in_order(void **state)
{
	struct world *w = *state;
	struct vffa_mem_desc desc = answer(w, 2);
	const struct vffa_range range = { given(w, 0).addr, 1 };
	const struct vffa_regs bad[] = {
		{ { FFA_MEM_FRAG_TX, HANDLE + 1, 0, 16 } },
		{ { FFA_MEM_FRAG_TX, HANDLE, 0, 0 } },
		{ { FFA_MEM_FRAG_TX, HANDLE, 0, 17 } },
		{ { FFA_MEM_FRAG_TX, HANDLE, 0, 8 } },
		{ { FFA_ERROR, 0, (uint32_t)FFA_RET_INVALID_PARAMETERS } },
		{ { FFA_SUCCESS_32 } },
	};

	desc.nr_ranges = 2;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(w->rx, &desc, &range, 1);
		w->port.spmc.nr_scripts = 0;
		script_answer(w, HEAD + 32, HEAD + 16);
		fake_spmc_script(&w->port.spmc, FFA_MEM_FRAG_RX, bad[i]);
		fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH,
				 (struct vffa_regs){ { FFA_SUCCESS_32 } });
		assert_int_equal(retrieve(w).x[0], FFA_ERROR);
		assert_false(has_anything(w));
		assert_int_equal(w->vms[0].vm.nr_mems, 0);
	}
}

SPEC("1.2", "FFA_MEM_RELINQUISH")
static void what_the_spmc_does_not_take_back_is_shown_again(void **state)
{
	const struct vffa_regs busy = { { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } };
	const struct vffa_regs nonsense = { { FFA_INTERRUPT } };
	struct world *w = *state;

	answer_well(w, 2);
	expect_error(relinquish(w, busy), VFFA_BUSY);
	assert_true(w->vms[0].window[1] == (given(w, 1).addr | 1));
	/* It may have taken it: then it is somebody else's. */
	expect_error(relinquish(w, nonsense), VFFA_ABORTED);
	assert_false(has_anything(w));
	expect_error(relinquish(w, busy), VFFA_BUSY);
	assert_false(has_anything(w));
}

static void what_is_refused_at_the_end_keeps_the_vm_but_not_its_access(void **state)
{
	const struct vffa_regs busy = { { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } };
	struct world *w = *state;

	answer_well(w, 2);
	vffa_vm_stop(&w->vms[0].vm);
	for (unsigned int i = 0; i < 2; i++) {
		fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH, busy);
		fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH, busy);
		vffa_vm_work(&w->vms[0].vm);
		assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
		assert_false(has_anything(w));
	}
}

/* The donor cannot have back what a VM has borrowed, even if the SPMC were to agree. */
static void what_is_borrowed_cannot_be_withdrawn(void **state)
{
	struct world *w = *state;

	answer_well(w, 2);
	vffa_pages_lock_always(&w->relay);
	assert_false(vffa_page_withdraw(&w->relay, given(w, 0), NR_GIVEN));
	assert_int_equal(vffa_page_borrow(&w->relay, given(w, NR_GIVEN - 1), 1), VFFA_OK);
	vffa_page_return(&w->relay, given(w, NR_GIVEN - 1), 1);
	vffa_pages_unlock(&w->relay);
}

/* In two places of the host, so that it is shown in two steps: all of it, or nothing. */
SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void what_the_host_cannot_show_is_denied(void **state)
{
	struct world *w = *state;
	struct vffa_mem_desc desc = answer(w, 2);
	const struct vffa_range ranges[] = { { given(w, 0).addr, 1 }, { given(w, 2).addr, 1 } };

	desc.nr_ranges = 2;
	for (unsigned int n = 3; n <= 4; n++) {
		put(w->rx, &desc, ranges, 2);
		script_answer(w, HEAD + 32, HEAD + 32);
		fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH,
				 (struct vffa_regs){ { FFA_SUCCESS_32 } });
		fake_fail(&w->port, FAKE_OP_WINDOW, n, VFFA_OK);
		expect_error(retrieve(w), VFFA_DENIED);
		assert_true(fake_failed(&w->port, FAKE_OP_WINDOW));
		assert_false(has_anything(w));
		assert_int_equal(w->vms[0].vm.nr_mems, 0);
		assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RELINQUISH), n - 2);
	}
}

/* It has no handle: neither its old one, nor the one that stands for none. */
SPEC("1.2", "FFA_MEM_RELINQUISH")
static void what_was_donated_is_never_relinquished(void **state)
{
	static const uint64_t handles[] = { HANDLE, FFA_MEM_HANDLE_INVALID };
	struct world *w = *state;
	struct vffa_mem_desc desc = answer(w, 1);
	const struct vffa_range range = { given(w, 0).addr, 1 };

	desc.flags = FFA_MEM_FLAG_TYPE_DONATE;
	put(w->rx, &desc, &range, 1);
	script_answer(w, HEAD + 16, HEAD + 16);
	assert_int_equal(retrieve(w).x[0], FFA_MEM_RETRIEVE_RESP);
	for (unsigned int i = 0; i < 2; i++) {
		const struct vffa_mem_relinquish req = { handles[i], 0, 1, { w->vms[0].vm.id } };

		vffa_mem_relinquish_encode(&req, w->vms[0].ram);
		expect_error(CALL(&w->vms[0], FFA_MEM_RELINQUISH), VFFA_INVALID_PARAMETERS);
		assert_true(w->vms[0].window[0] == (given(w, 0).addr | 1));
	}
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RELINQUISH), 0);
}

/* It would be nobody's. */
SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void without_any_room_nothing_is_asked_for(void **state)
{
	struct world *w = *state;

	fake_fail(&w->port, FAKE_OP_WINDOW, 1, VFFA_OK);
	expect_error(retrieve(w), VFFA_NO_MEMORY);
	assert_int_equal(fake_nr_calls(&w->port, w->relay.spmc.retrieve_fid), 0);
	assert_int_equal(w->vms[0].vm.nr_mems, 0);
}

/* Ask for alignment to 2^@n pages; the SPMC agrees, and would take it back. */
static struct vffa_regs retrieve_aligned(struct world *w, uint32_t n, uint32_t type,
					 uint32_t nr_pages)
{
	const struct vffa_range range = { given(w, 0).addr, nr_pages };
	struct vffa_mem_desc granted = answer(w, nr_pages);
	struct vffa_mem_desc desc = request(w);

	desc.flags = FFA_MEM_FLAG_ALIGNMENT | n << FFA_MEM_ALIGNMENT_SHIFT;
	granted.flags = type;
	put(w->vms[0].ram, &desc, NULL, 0);
	put(w->rx, &granted, &range, 1);
	w->port.spmc.nr_scripts = 0;
	script_answer(w, HEAD + 16, HEAD + 16);
	fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH,
			 (struct vffa_regs){ { FFA_SUCCESS_32 } });
	return CALL(&w->vms[0], FFA_MEM_RETRIEVE_REQ_64, LEN, LEN);
}

/* The guest's addresses are the relay's to choose: the SPMC, which names the host's, hears of no hint. */
SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void alignment_is_as_the_guest_asks(void **state)
{
	struct world *w = *state;
	struct vffa_mem_desc desc;

	w->vms[0].window_taken[0] = true;
	for (uint32_t n = 0; 1u << n < FAKE_WINDOW_PAGES; n++) {
		assert_int_equal(retrieve_aligned(w, n, FFA_MEM_FLAG_TYPE_LEND, 2).x[0],
				 FFA_MEM_RETRIEVE_RESP);
		assert_true(w->vms[0].window[1u << n] == (given(w, 0).addr | 1));
		assert_int_equal(vffa_mem_desc_decode(w->tx, LEN, LEN, 2, &desc), VFFA_OK);
		assert_int_equal(desc.flags, 0);
		expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
		w->port.spmc.nr_scripts = 0;
		expect_regs(relinquish(w, (struct vffa_regs){ { FFA_SUCCESS_32 } }),
			    FFA_SUCCESS_32);
	}
	w->vms[0].window_taken[0] = false;
}

SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void alignment_that_is_not_there_is_denied(void **state)
{
	struct world *w = *state;
	bool *taken = w->vms[0].window_taken;

	/* Nothing is so aligned: the SPMC is not asked. */
	taken[0] = true;
	expect_error(retrieve_aligned(w, 6, FFA_MEM_FLAG_TYPE_LEND, 1), VFFA_DENIED);
	expect_error(retrieve_aligned(w, 15, FFA_MEM_FLAG_TYPE_LEND, 1), VFFA_DENIED);
	assert_int_equal(fake_nr_calls(&w->port, w->relay.spmc.retrieve_fid), 0);

	/* Not enough is. */
	taken[33] = true;
	expect_error(retrieve_aligned(w, 5, FFA_MEM_FLAG_TYPE_LEND, 2), VFFA_DENIED);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RELINQUISH), 1);
	assert_int_equal(w->vms[0].vm.nr_mems, 0);
	assert_false(has_anything(w));

	/* Whatever the alignment. */
	memset(taken, true, FAKE_WINDOW_PAGES * sizeof(*taken));
	expect_error(retrieve_aligned(w, 1, FFA_MEM_FLAG_TYPE_LEND, 1), VFFA_NO_MEMORY);
	memset(taken, false, FAKE_WINDOW_PAGES * sizeof(*taken));
}

/* It would be nobody's. */
SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void a_donation_is_not_lost_for_its_alignment(void **state)
{
	struct world *w = *state;
	bool *taken = w->vms[0].window_taken;

	taken[0] = true;
	taken[33] = true;
	assert_int_equal(retrieve_aligned(w, 5, FFA_MEM_FLAG_TYPE_DONATE, 2).x[0],
			 FFA_MEM_RETRIEVE_RESP);
	assert_true(w->vms[0].window[1] == (given(w, 0).addr | 1));
	taken[0] = false;
	taken[33] = false;
}

static enum vffa_ret expected_of(enum fake_op op, unsigned int nth)
{
	if (op == FAKE_OP_LOCK)
		return VFFA_INTERRUPTED;
	/* Any room, room for it, and then what is in it. */
	return op == FAKE_OP_WINDOW && nth > 2 ? VFFA_DENIED : VFFA_NO_MEMORY;
}

static void without_anything_it_needs_a_retrieve_comes_to_nothing(void **state)
{
	static const enum fake_op ops[] = { FAKE_OP_ALLOC, FAKE_OP_LOCK, FAKE_OP_WINDOW,
					    FAKE_OP_CHARGE };
	struct world *w = *state;
	const struct vffa_mem_desc desc = answer(w, 3);
	const struct vffa_range range = { given(w, 0).addr, 3 };

	for (unsigned int i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		for (unsigned int n = 1;; n++) {
			struct vffa_regs regs;

			assert_true(n < 30);
			w->port.spmc.nr_scripts = 0;
			put(w->rx, &desc, &range, 1);
			script_answer(w, HEAD + 16, HEAD + 16);
			fake_spmc_script(&w->port.spmc, FFA_MEM_RELINQUISH,
					 (struct vffa_regs){ { FFA_SUCCESS_32 } });
			fake_fail(&w->port, ops[i], n, VFFA_OK);
			regs = retrieve(w);
			if (!fake_failed(&w->port, ops[i])) {
				assert_int_equal(regs.x[0], FFA_MEM_RETRIEVE_RESP);
				break;
			}
			expect_error(regs, expected_of(ops[i], n));
			assert_false(has_anything(w));
			assert_int_equal(w->vms[0].vm.nr_mems, 0);
			assert_int_equal(w->vms[0].nr_allocs, 0);
		}
		expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
		expect_regs(relinquish(w, (struct vffa_regs){ { FFA_SUCCESS_32 } }),
			    FFA_SUCCESS_32);
	}
}

/* What an SPMC really has for the VM, a page a range, and each range in a fragment. */
static struct vffa_regs retrieve_bit_by_bit(struct world *w, uint32_t nr_ranges)
{
	struct fake_spmc *spmc = &w->port.spmc;
	struct fake_loan *loan = fake_spmc_lend(spmc, OWNER, w->vms[0].vm.id,
						FFA_MEM_FLAG_TYPE_LEND, FFA_MEM_DATA_RW);
	struct vffa_mem_desc desc = request(w);

	assert_non_null(loan);
	spmc->fragment = VFFA_MEM_RANGE_SIZE;
	loan->nr_ranges = nr_ranges;
	for (uint32_t i = 0; i < FAKE_LOAN_RANGES; i++)
		loan->ranges[i] = (struct vffa_range){ given(w, i % NR_GIVEN).addr, 1 };
	desc.handle = loan->handle;
	put(w->vms[0].ram, &desc, NULL, 0);
	return CALL(&w->vms[0], FFA_MEM_RETRIEVE_REQ_32, LEN, LEN);
}

/* Whoever is being killed does not wait for it, and the end of the VM has the SPMC take it back. */
SPEC("1.2", "FFA_MEM_FRAG_RX")
static void a_retrieve_that_is_cut_short_is_given_back(void **state)
{
	struct world *w = *state;
	bool failed = true;

	for (unsigned int n = 1; failed; n++) {
		assert_true(n < 40);
		fake_fail(&w->port, FAKE_OP_LOCK, n, VFFA_OK);
		(void)retrieve_bit_by_bit(w, NR_GIVEN);
		failed = fake_failed(&w->port, FAKE_OP_LOCK);
		assert_int_equal(has_anything(w), !failed);
		world_stop_vm(w, 0);
		assert_int_equal(fake_spmc_nr_loans(&w->port.spmc), 0);
		memset(w->port.spmc.loans, 0, sizeof(w->port.spmc.loans));
		assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
		world_negotiate(w, 0, 2);
		expect_regs(CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	}
}

/* It does not keep a guest, nor a worker, for as long as it likes. */
SPEC("1.2", "FFA_MEM_FRAG_RX")
static void fragments_do_not_come_for_ever(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	uint64_t begin_ns = w->port.now_ns;

	expect_error(retrieve_bit_by_bit(w, 1000000), VFFA_NO_MEMORY);
	assert_true(w->port.now_ns - begin_ns < 20000000000ull);
	assert_int_equal(vm->vm.nr_mems, 1);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RELINQUISH), 0);

	vffa_vm_stop(&vm->vm);
	begin_ns = w->port.now_ns;
	vffa_vm_work(&vm->vm);
	assert_true(w->port.now_ns - begin_ns < 3 * VFFA_WORK_BUDGET_NS);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	/* What is so long, but true, comes to an end. */
	w->port.spmc.fragment = 0;
	(void)fake_work(vm, UINT64_MAX / 2);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
	assert_int_equal(fake_spmc_nr_loans(&w->port.spmc), 0);
}

#define BORROW_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BORROW_TEST(an_honest_answer_is_shown_and_taken_away),
		BORROW_TEST(pages_that_nobody_gave_away_are_denied),
		BORROW_TEST(an_answer_without_sense_is_owed),
		BORROW_TEST(an_answer_to_something_else_is_none),
		BORROW_TEST(rights_that_were_not_asked_for_are_not_given),
		BORROW_TEST(the_rest_is_fetched_in_order),
		BORROW_TEST(what_the_spmc_does_not_take_back_is_shown_again),
		BORROW_TEST(what_is_refused_at_the_end_keeps_the_vm_but_not_its_access),
		BORROW_TEST(what_is_borrowed_cannot_be_withdrawn),
		BORROW_TEST(what_the_host_cannot_show_is_denied),
		BORROW_TEST(what_was_donated_is_never_relinquished),
		BORROW_TEST(without_any_room_nothing_is_asked_for),
		BORROW_TEST(alignment_is_as_the_guest_asks),
		BORROW_TEST(alignment_that_is_not_there_is_denied),
		BORROW_TEST(a_donation_is_not_lost_for_its_alignment),
		BORROW_TEST(without_anything_it_needs_a_retrieve_comes_to_nothing),
		BORROW_TEST(a_retrieve_that_is_cut_short_is_given_back),
		BORROW_TEST(fragments_do_not_come_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
