// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory transactions towards an SPMC that lies, has defects, or gets very much at once. What guests
 * and VMMs can do to them, test/scenarios and test/prop have.
 */
#include <vffa/quirk.h>

#include "fake_spmc_mem.h"
#include "mem.h"
#include "mem_world.h"

#define GIB 262144u /* in pages */

/* Ranges that no TX buffer of one page takes: three fragments. */
#define MANY 600u

/* With a partition more than memory can have receivers. */
static int setup_many_parts(void **state)
{
	struct world *w;

	if (world_setup(state))
		return -1;
	w = *state;
	for (unsigned int i = w->port.spmc.nr_parts; i <= VFFA_MEM_MAX_RECEIVERS; i++) {
		w->port.spmc.parts[i] = w->port.spmc.parts[FAKE_SP_MUTE];
		w->port.spmc.parts[i].id = FAKE_ID(i);
		w->port.spmc.parts[i].uuid.b[15] = (uint8_t)i;
	}
	w->port.spmc.nr_parts = VFFA_MEM_MAX_RECEIVERS + 1;
	if (world_start(w))
		return -1;
	return mem_world_map(w);
}

/* What each of them may do, and the owner's word to it, the SPMC is told as the owner says it. */
SPEC("1.2", "FFA_MEM_SHARE")
static void receivers_go_through_up_to_a_bound(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	const struct vffa_range range = { FAKE_BULK_IPA, 1 };
	struct vffa_mem_desc desc = {
		.sender = vm->vm.id,
		.attrs = FFA_MEM_ATTRS_NORMAL,
		.nr_receivers = VFFA_MEM_MAX_RECEIVERS,
		.has_ranges = true,
		.nr_ranges = 1,
		.nr_pages = 1,
	};
	uint32_t len = vffa_mem_desc_head_size(&desc, 2) + VFFA_MEM_RANGE_SIZE;
	struct vffa_mem_desc seen;
	struct vffa_regs regs;

	for (uint32_t i = 0; i < desc.nr_receivers; i++) {
		desc.receivers[i].id = FAKE_ID(i);
		desc.receivers[i].perms = i % 2 ? FFA_MEM_DATA_RO : FFA_MEM_DATA_RW;
		desc.receivers[i].impdef[0] = i;
		desc.receivers[i].impdef[1] = ~(uint64_t)i;
	}
	vffa_mem_desc_encode(&desc, 2, vm->ram);
	vffa_mem_range_encode(&range, vm->ram + len - VFFA_MEM_RANGE_SIZE);
	regs = CALL(vm, FFA_MEM_SHARE_64, len, len);
	assert_int_equal(regs.x[0], FFA_SUCCESS_32);
	assert_int_equal(vffa_mem_desc_decode(w->tx, len, len, 2, &seen), VFFA_OK);
	assert_int_equal(seen.nr_receivers, desc.nr_receivers);
	for (uint32_t i = 0; i < desc.nr_receivers; i++) {
		assert_int_equal(seen.receivers[i].id, desc.receivers[i].id);
		assert_int_equal(seen.receivers[i].perms, desc.receivers[i].perms);
		assert_memory_equal(seen.receivers[i].impdef, desc.receivers[i].impdef, 16);
	}
	reclaim_well(vm, vffa_regs_pair(&regs, 2));

	/* One more, whatever it is. */
	vm->ram[28]++;
	len += FFA_MEM_RECEIVER_SIZE_1_2;
	expect_error(CALL(vm, FFA_MEM_SHARE_64, len, len), VFFA_NO_MEMORY);
	assert_int_equal(vm->nr_mem_pinned, 0);
}

/* An SPMC before 1.2 has no place for the owner's word to a receiver, who would miss it. */
SPEC("1.2", "FFA_MEM_SHARE")
static void word_that_cannot_be_passed_on_is_refused(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	uint32_t len = describe_bulk(vm, 1, 0, FFA_MEM_DATA_RW, FFA_MEM_ATTRS_NORMAL);
	struct vffa_regs regs;

	/* In the first receiver's descriptor, behind the header. */
	vm->ram[48 + 8] = 1;
	w->relay.spmc.version = FFA_VERSION_1_1;
	expect_error(CALL(vm, FFA_MEM_SHARE_32, len, len), VFFA_DENIED);
	w->relay.spmc.version = FFA_VERSION_1_2;
	regs = CALL(vm, FFA_MEM_SHARE_32, len, len);
	assert_int_equal(regs.x[0], FFA_SUCCESS_32);
	expect_regs(CALL(vm, FFA_MEM_RECLAIM, regs.x[2], regs.x[3]), FFA_SUCCESS_32);
}

/* A lend or donation; the VMM does what it is asked for, and tells @result of the first. */
static struct vffa_regs give_pages(struct fake_vm *vm, uint32_t fid, uint32_t nr_pages,
				   enum vffa_ret result)
{
	uint8_t perms = fid == FFA_MEM_DONATE_64 ? FFA_MEM_DATA_NONE : FFA_MEM_DATA_RW;
	uint32_t len = describe_bulk(vm, nr_pages, 0, perms, 0);
	struct vffa_regs regs = { { fid, len, len } };
	struct vffa_vm_now now;

	assert_true(vffa_vm_enter(&vm->vm));
	assert_int_equal(vffa_call(&vm->vcpus[0], &regs, false), VFFA_EXIT_TO_VMM);
	vffa_vm_now(&vm->vm, &now);
	assert_int_equal(now.nr_parked, 1);
	while (vffa_resume(&vm->vcpus[0], result, &regs) == VFFA_EXIT_TO_VMM)
		result = VFFA_OK;
	vffa_vm_now(&vm->vm, &now);
	assert_int_equal(now.nr_parked, 0);
	vffa_vm_leave(&vm->vm);
	return regs;
}

static struct vffa_regs give(struct fake_vm *vm, uint32_t fid, enum vffa_ret result)
{
	return give_pages(vm, fid, 3, result);
}

/* Does the SPMC have the pages of the guest, in their order */
static void expect_pages(struct fake_vm *vm, const struct fake_region *r, uint32_t nr_pages)
{
	uint64_t hash = 0;

	for (uint32_t i = 0; i < nr_pages; i++)
		hash = hash * 31 +
		       (fake_pa(vm, FAKE_BULK_IPA + (uint64_t)i * FFA_PAGE_SIZE) >> FFA_PAGE_SHIFT);
	assert_non_null(r);
	assert_int_equal(r->nr_pages, nr_pages);
	assert_true(r->hash == hash);
}

SPEC("1.2", "FFA_MEM_SHARE")
static void an_answer_without_sense_loses_the_pages(void **state)
{
	const struct vffa_regs answers[] = {
		{ { FFA_SUCCESS_32, 0, UINT32_MAX, UINT32_MAX } },
		{ { FFA_MEM_FRAG_RX, 7, 0, 0x60 } },
		{ { FFA_INTERRUPT } },
		{ { FFA_MSG_WAIT } },
		{ { 0 } },
	};
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		fake_spmc_script(&w->port.spmc, FFA_MEM_SHARE_64, answers[i]);
		expect_error(try_share(&w->vms[0], 3), VFFA_ABORTED);
		assert_int_equal(w->vms[0].nr_mem_pinned, 3 * (i + 1));
	}
	assert_int_equal(w->vms[0].vm.nr_mems, sizeof(answers) / sizeof(answers[0]));
}

/* The guest never gets them back: somebody else may have them. */
SPEC("1.2", "FFA_MEM_LEND")
static void an_answer_without_sense_loses_what_was_lent_or_donated(void **state)
{
	static const uint32_t fids[] = { FFA_MEM_LEND_64, FFA_MEM_DONATE_64 };
	const struct vffa_regs answers[] = {
		{ { FFA_SUCCESS_32, 0, UINT32_MAX, UINT32_MAX } },
		{ { FFA_MEM_FRAG_RX, 7, 0, 0x60 } },
		{ { FFA_INTERRUPT } },
		{ { 0 } },
	};
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	for (unsigned int i = 0; i < 2; i++) {
		for (unsigned int n = 0; n < sizeof(answers) / sizeof(answers[0]); n++) {
			fake_spmc_script(&w->port.spmc, fids[i], answers[n]);
			expect_error(give(vm, fids[i], VFFA_OK), VFFA_ABORTED);
			assert_false(vffa_is_parked(&vm->vcpus[0]));
			/* Still claimed: nothing can be done with them a second time. */
			expect_error(try_share(vm, 3), VFFA_DENIED);
			assert_int_equal(vm->nr_mem_pinned, 3);
			mem_world_begin_anew(w);
			world_stop_vm(w, 0);
			assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_OK);
			world_negotiate(w, 0, 2);
			expect_regs(CALL(vm, FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
			w->port.spmc.agrees = false;
		}
	}
}

/* It has named a handle, by which it may be asked. */
SPEC("1.2", "FFA_MEM_RECLAIM")
static void what_the_spmc_gives_back_at_once_is_not_lost(void **state)
{
	static const uint32_t fids[] = { FFA_MEM_SHARE_64, FFA_MEM_LEND_64, FFA_MEM_DONATE_64 };
	const struct vffa_regs nonsense = { { FFA_INTERRUPT } };
	const struct vffa_regs ok = { { FFA_SUCCESS_32 } };
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	for (unsigned int i = 0; i < 3; i++) {
		fake_spmc_script(&w->port.spmc, FFA_MEM_FRAG_TX, nonsense);
		fake_spmc_script(&w->port.spmc, FFA_MEM_RECLAIM, ok);
		expect_error(i ? give_pages(vm, fids[i], MANY, VFFA_OK) : try_share(vm, MANY),
			     VFFA_ABORTED);
		assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RECLAIM), i + 1);
		assert_int_equal(vm->nr_mem_pinned, 0);
		assert_int_equal(vm->vm.nr_mems, 0);
	}
}

SPEC("1.2", "FFA_MEM_RECLAIM")
static void what_is_lost_is_asked_for_until_it_comes_back(void **state)
{
	static const uint32_t fids[] = { FFA_MEM_SHARE_64, FFA_MEM_LEND_64, FFA_MEM_DONATE_64 };
	const struct vffa_regs nonsense = { { FFA_INTERRUPT } };
	const struct vffa_regs busy = { { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } };
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	for (unsigned int i = 0; i < 3; i++) {
		uint64_t handle = w->port.spmc.last_handle + 1;

		fake_spmc_script(&w->port.spmc, FFA_MEM_FRAG_TX, nonsense);
		fake_spmc_script(&w->port.spmc, FFA_MEM_RECLAIM, busy);
		expect_error(i ? give_pages(vm, fids[i], MANY, VFFA_OK) : try_share(vm, MANY),
			     VFFA_ABORTED);
		/* It is not the guest's to ask for. */
		expect_error(CALL(vm, FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32),
			     VFFA_INVALID_PARAMETERS);
		vffa_vm_stop(&vm->vm);
		for (unsigned int n = 0; n < 3; n++) {
			vffa_vm_work(&vm->vm);
			assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
			assert_int_equal(vm->nr_mem_pinned, MANY);
		}
		memset(w->port.spmc.regions, 0, sizeof(w->port.spmc.regions));
		w->port.spmc.agrees = true;
		(void)fake_work(vm, 10 * VFFA_WORK_RETRY_NS);
		assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
		w->port.spmc.agrees = false;
		assert_int_equal(vm->nr_mem_pinned, 0);
		assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_OK);
		world_negotiate(w, 0, 2);
		expect_regs(CALL(vm, FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	}
}

SPEC("1.2", "FFA_MEM_LEND")
static void what_the_spmc_refuses_to_take_is_restored(void **state)
{
	static const uint32_t fids[] = { FFA_MEM_LEND_64, FFA_MEM_DONATE_64 };
	const struct vffa_regs busy = { { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } };
	struct world *w = *state;

	for (unsigned int i = 0; i < 2; i++) {
		fake_spmc_script(&w->port.spmc, fids[i], busy);
		expect_error(give(&w->vms[0], fids[i], VFFA_OK), VFFA_BUSY);
		assert_int_equal(w->vms[0].nr_mem_pinned, 0);
		expect_error(give(&w->vms[0], fids[i], VFFA_NO_MEMORY), VFFA_DENIED);
		assert_int_equal(fake_nr_calls(&w->port, fids[i]), 1);
	}
}

/* Nobody asks for them any more: their VM can end, and they stay where they are. */
SPEC("1.2", "FFA_MEM_DONATE")
static void a_donation_that_was_retrieved_lets_its_vm_end(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	struct vffa_regs regs = give(vm, FFA_MEM_DONATE_64, VFFA_OK);

	assert_int_equal(regs.x[0], FFA_SUCCESS_32);
	fake_spmc_region(&w->port.spmc, vffa_regs_pair(&regs, 2))->used = false;
	world_stop_vm(w, 0);
	assert_int_equal(w->port.host.nr_given, 3);
	/* As if new it would have them, too. */
	assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_BUSY);
	vffa_vm_fini(&vm->vm);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, 2);
	expect_regs(CALL(vm, FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	expect_error(try_share(vm, 1), VFFA_DENIED);
}

/* Another VM has it from the partition, for as long as it likes: that keeps nobody but itself. */
SPEC("1.2", "FFA_MEM_DONATE")
static void a_donation_that_was_passed_on_lets_its_vm_end(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	struct vffa_hpa pa = { fake_pa(vm, FAKE_BULK_IPA) };
	struct vffa_regs regs = give(vm, FFA_MEM_DONATE_64, VFFA_OK);

	vffa_pages_lock_always(&w->relay);
	assert_int_equal(vffa_page_borrow(&w->relay, pa, 1), VFFA_OK);
	vffa_pages_unlock(&w->relay);
	/* As long as its VM lives, it cannot have it back. */
	expect_error(CALL(vm, FFA_MEM_RECLAIM, regs.x[2], regs.x[3]), VFFA_DENIED);
	fake_spmc_region(&w->port.spmc, vffa_regs_pair(&regs, 2))->used = false;
	world_stop_vm(w, 0);
	assert_int_equal(w->port.host.nr_given, 3);
	vffa_pages_lock_always(&w->relay);
	vffa_page_return(&w->relay, pa, 1);
	assert_int_equal(vffa_page_borrow(&w->relay, pa, 1), VFFA_OK);
	vffa_page_return(&w->relay, pa, 1);
	vffa_pages_unlock(&w->relay);
}

/* The SPMC gives it back, and a VM has it: it stays as it is, because nobody knows whose it is. */
SPEC("1.2", "FFA_MEM_DONATE")
static void a_donation_that_a_vm_has_is_not_taken_back(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	struct vffa_hpa pa = { fake_pa(vm, FAKE_BULK_IPA) };
	struct vffa_regs regs = give(vm, FFA_MEM_DONATE_64, VFFA_OK);

	assert_int_equal(regs.x[0], FFA_SUCCESS_32);
	vffa_pages_lock_always(&w->relay);
	assert_int_equal(vffa_page_borrow(&w->relay, pa, 1), VFFA_OK);
	vffa_pages_unlock(&w->relay);
	vffa_vm_stop(&vm->vm);
	vffa_vm_work(&vm->vm);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	assert_int_equal(vm->nr_mem_pinned, 3);
	vffa_pages_lock_always(&w->relay);
	vffa_page_return(&w->relay, pa, 1);
	vffa_pages_unlock(&w->relay);
	/* Nor later: by now another VM may have something by that handle. */
	w->port.spmc.agrees = true;
	(void)fake_work(vm, 10 * VFFA_WORK_RETRY_NS);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RECLAIM), 1);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	assert_int_equal(vm->nr_mem_pinned, 3);
}

/* Of a loan it says that there is something else wrong: it is asked for again and again. */
SPEC("1.2", "FFA_MEM_LEND")
static void a_loan_that_the_spmc_does_not_know_keeps_its_vm(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	struct vffa_regs regs = give(vm, FFA_MEM_LEND_64, VFFA_OK);
	struct fake_region *r = fake_spmc_region(&w->port.spmc, vffa_regs_pair(&regs, 2));

	r->used = false;
	vffa_vm_stop(&vm->vm);
	for (unsigned int i = 0; i < 3; i++)
		vffa_vm_work(&vm->vm);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	assert_int_equal(vm->nr_mem_pinned, 3);
	r->used = true;
}

SPEC("1.2", "Composite memory region descriptor")
static void a_page_named_twice_shows_although_another_share_came_between(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	uint32_t len = describe_bulk(vm, 2, 0, FFA_MEM_DATA_RW, FFA_MEM_ATTRS_NORMAL);
	const struct vffa_range range = { FAKE_BULK_IPA, 1 };
	struct vffa_regs regs;

	/* Two ranges of one page, which are the same: in two fragments. */
	((struct ffa_mem_composite *)(vm->ram + len - 32))->nr_ranges = vffa_le32_make(2);
	vffa_mem_range_encode(&range, vm->ram + len - VFFA_MEM_RANGE_SIZE);
	regs = CALL(vm, FFA_MEM_SHARE_64, len + VFFA_MEM_RANGE_SIZE, len);
	assert_int_equal(regs.x[0], FFA_MEM_FRAG_RX);

	(void)share_well(vm, 1);
	vffa_mem_range_encode(&range, vm->ram);
	expect_error(CALL(vm, FFA_MEM_FRAG_TX, regs.x[1], regs.x[2], VFFA_MEM_RANGE_SIZE),
		     VFFA_INVALID_PARAMETERS);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_SHARE_64), 1);
	assert_int_equal(vm->nr_mem_pinned, 1);
}

SPEC("1.2", "FFA_MEM_SHARE")
static void a_handle_in_use_is_no_handle(void **state)
{
	struct world *w = *state;
	uint64_t handle = share_well(&w->vms[0], 1);

	fake_spmc_script(
		&w->port.spmc, FFA_MEM_SHARE_64,
		(struct vffa_regs){ { FFA_SUCCESS_32, 0, (uint32_t)handle, handle >> 32 } });
	expect_error(try_share(&w->vms[0], 1), VFFA_ABORTED);
	reclaim_well(&w->vms[0], handle);
	assert_int_equal(w->vms[0].nr_mem_pinned, 1);
}

/* By which of two an SPMC means one of them, nobody can tell. */
SPEC("1.2", "Memory region handle")
static void of_two_with_one_handle_the_second_is_lost(void **state)
{
	struct world *w = *state;
	struct vffa_mem *mems[2];

	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(vffa_mem_create(&w->vms[0].vm, &mems[i]), VFFA_OK);
		mems[i]->handle = 77;
	}
	assert_true(vffa_mem_put(mems[0], VFFA_MEM_LIVE));
	assert_false(vffa_mem_put(mems[1], VFFA_MEM_LIVE));
	assert_int_equal(mems[1]->state, VFFA_MEM_LOST);
	assert_true(mems[1]->handle == FFA_MEM_HANDLE_INVALID);
	w->port.spmc.agrees = true;
	reclaim_well(&w->vms[0], 77);
	expect_error(CALL(&w->vms[0], FFA_MEM_RECLAIM, 77), VFFA_INVALID_PARAMETERS);
}

/* As another vCPU, while one reclaims: the SPMC gives the handle to somebody else. */
static void share_meanwhile(void *arg)
{
	struct world *w = arg;

	w->port.during_smc = NULL;
	expect_regs(CALL_ON(&w->vms[0], 1, FFA_MEM_SHARE_32, 112, 112), FFA_SUCCESS_32, 0, 1);
}

SPEC("1.2", "FFA_MEM_RECLAIM")
static void a_handle_that_was_given_away_meanwhile_is_not_taken_back(void **state)
{
	const struct vffa_regs busy = { { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } };
	const struct vffa_regs first = { { FFA_SUCCESS_32, 0, 1 } };
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	fake_spmc_script(&w->port.spmc, FFA_MEM_SHARE_64, first);
	assert_true(share_well(vm, 1) == 1);
	fake_spmc_script(&w->port.spmc, FFA_MEM_SHARE_64, first);
	fake_spmc_script(&w->port.spmc, FFA_MEM_RECLAIM, busy);
	w->port.during_smc = share_meanwhile;
	w->port.during_arg = w;
	expect_error(CALL(vm, FFA_MEM_RECLAIM, 1), VFFA_BUSY);
	assert_int_equal(vm->nr_mem_pinned, 2);
	w->port.spmc.agrees = true;
	reclaim_well(vm, 1);
	expect_error(CALL(vm, FFA_MEM_RECLAIM, 1), VFFA_INVALID_PARAMETERS);
	assert_int_equal(vm->nr_mem_pinned, 1);
}

/* Those are the relay's. */
SPEC("1.2", "Memory region handle")
static void a_handle_of_the_hypervisors_is_not_the_spmcs_to_give(void **state)
{
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_MEM_SHARE_64,
			 (struct vffa_regs){ { FFA_SUCCESS_32, 0, 5, 0x80000001 } });
	expect_error(try_share(&w->vms[0], 1), VFFA_ABORTED);
	assert_int_equal(w->vms[0].nr_mem_pinned, 1);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RECLAIM), 0);
}

SPEC("1.2", "FFA_MEM_SHARE")
static void an_error_at_any_step_leaves_nothing(void **state)
{
	const struct vffa_regs busy = { { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } };
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_MEM_SHARE_64, busy);
	expect_error(try_share(&w->vms[0], MANY), VFFA_BUSY);
	assert_int_equal(w->vms[0].nr_mem_pinned, 0);
	fake_spmc_script(&w->port.spmc, FFA_MEM_FRAG_TX, busy);
	expect_error(try_share(&w->vms[0], 400), VFFA_BUSY);
	assert_int_equal(w->vms[0].nr_mem_pinned, 0);
	assert_int_equal(w->vms[0].vm.nr_mems, 0);
}

SPEC("1.2", "FFA_MEM_FRAG_RX")
static void fragments_must_be_asked_for_in_order(void **state)
{
	const struct vffa_regs answers[] = {
		{ { FFA_MEM_FRAG_RX, 1, 0, 0x10 } },	  /* another offset */
		{ { FFA_MEM_FRAG_RX, 99, 0, 2 * 4096 } }, /* another handle */
		{ { FFA_SUCCESS_32, 0, 1 } },		  /* before the end */
	};
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		fake_spmc_script(&w->port.spmc, FFA_MEM_FRAG_TX, answers[i]);
		expect_error(try_share(&w->vms[0], MANY), VFFA_ABORTED);
		assert_int_equal(w->vms[0].nr_mem_pinned, MANY * (i + 1));
	}
}

SPEC("1.2", "FFA_MEM_OP_PAUSE")
static void a_paused_operation_is_resumed_but_not_for_ever(void **state)
{
	struct world *w = *state;
	uint64_t handle;

	w->port.spmc.mem_pauses = 5;
	handle = share_well(&w->vms[0], MANY);
	reclaim_well(&w->vms[0], handle);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_OP_RESUME), 5 * 4);

	w->port.spmc.mem_pauses = 1000000;
	expect_error(try_share(&w->vms[0], 2), VFFA_ABORTED);
	assert_int_equal(w->vms[0].nr_mem_pinned, 2);
}

SPEC("1.2", "FFA_MEM_SHARE")
static void a_gibibyte_in_pieces_goes_through(void **state)
{
	struct world *w = *state;
	uint64_t handle;

	for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
		expect_regs(CALL(&w->vms[i], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
	fake_host_init(&w->port.host, 8 * GIB, 1);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	handle = share_well(&w->vms[0], GIB);
	expect_pages(&w->vms[0], fake_spmc_region(&w->port.spmc, handle), GIB);
	assert_true(fake_spmc_region(&w->port.spmc, handle)->nr_ranges > GIB / 2);
	reclaim_well(&w->vms[0], handle);
	assert_int_equal(w->vms[0].nr_mem_pinned, 0);
}

SPEC("1.2", "Composite memory region descriptor")
static void neighbours_in_the_host_are_one_range(void **state)
{
	struct world *w = *state;
	const struct fake_region *r;

	for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
		expect_regs(CALL(&w->vms[i], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
	fake_host_init(&w->port.host, FAKE_HOST_PAGES, FAKE_HOST_PAGES);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	r = fake_spmc_region(&w->port.spmc, share_well(&w->vms[0], 300));
	expect_pages(&w->vms[0], r, 300);
	assert_int_equal(r->nr_ranges, 1);
	assert_int_equal(r->nr_fragments, 1);
}

static void without_fragments_what_fits_goes_and_no_more(void **state)
{
	struct world *w = *state;

	w->relay.spmc.quirks |= VFFA_QUIRK_NO_FRAGMENTS;
	expect_error(try_share(&w->vms[0], MANY), VFFA_NO_MEMORY);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_SHARE_64), 0);
	(void)share_well(&w->vms[0], 10);
}

static void handle_0_can_be_a_refusal(void **state)
{
	const struct vffa_regs nothing = { { FFA_SUCCESS_32 } };
	struct world *w = *state;

	w->relay.spmc.quirks |= VFFA_QUIRK_HANDLE_0;
	fake_spmc_script(&w->port.spmc, FFA_MEM_SHARE_64, nothing);
	expect_error(try_share(&w->vms[0], 1), VFFA_DENIED);
	assert_int_equal(w->vms[0].nr_mem_pinned, 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_RECLAIM), 0);
}

/* What several VMs have in all is the home's to limit: a refusal leaves nothing. */
static void what_the_home_does_not_grant_is_no_memory(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	fake_fail(&w->port, FAKE_OP_CHARGE, 1, VFFA_NO_MEMORY);
	expect_error(try_share(vm, 1), VFFA_NO_MEMORY);
	assert_int_equal(vm->vm.nr_mems, 0);
	assert_int_equal(w->relay.nr_mems.v, 0);
	assert_int_equal(vm->nr_charged_mems[VFFA_MEM_HANDLE], 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_SHARE_64), 0);
	reclaim_well(vm, share_well(vm, 1));
	assert_int_equal(vm->nr_charged_mems[VFFA_MEM_HANDLE], 0);
}

static void handles_that_there_are_not_are_not_asked_for(void **state)
{
	struct world *w = *state;

	w->vms[0].vm.mem_limits.nr_handles = 100;
	w->relay.spmc.quirks |= VFFA_QUIRK_HANDLES_PER_VM;
	for (unsigned int i = 0; i < VFFA_QUIRK_MAX_HANDLES; i++)
		(void)share_well(&w->vms[0], 1);
	expect_error(try_share(&w->vms[0], 1), VFFA_NO_MEMORY);
	reclaim_well(&w->vms[1], share_well(&w->vms[1], 1));
	w->relay.spmc.quirks |= VFFA_QUIRK_HANDLES_IN_ALL;
	expect_error(try_share(&w->vms[1], 1), VFFA_NO_MEMORY);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MEM_SHARE_64), VFFA_QUIRK_MAX_HANDLES + 1);
}

static void tags_and_rights_that_a_partner_cannot_take_are_denied(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	uint32_t len;

	w->relay.spmc.quirks |= VFFA_QUIRK_PLAIN_SHARES | VFFA_QUIRK_LEND_TAG;
	len = describe_bulk(vm, 1, 5, FFA_MEM_DATA_RW, FFA_MEM_ATTRS_NORMAL);
	expect_refused(w, vm, VFFA_DENIED, FFA_MEM_SHARE_32, len, len);
	len = describe_bulk(vm, 1, 0, FFA_MEM_DATA_RO, FFA_MEM_ATTRS_NORMAL);
	expect_refused(w, vm, VFFA_DENIED, FFA_MEM_SHARE_32, len, len);
	len = describe_bulk(vm, 1, 5, FFA_MEM_DATA_RW, 0);
	expect_refused(w, vm, VFFA_DENIED, FFA_MEM_LEND_32, len, len);
	(void)share_well(vm, 1);
}

#define NR_RECEIVERS 12u

static const uint8_t *receiver_at(const struct fake_region *r, uint32_t minor, uint32_t i)
{
	return r->head + (minor ? 48 : 32) + i * (minor == 2 ? 32 : 16);
}

/* What is at the offsets of the specification's tables. */
static void expect_receivers(const struct fake_region *r, uint32_t minor, bool has_impdef)
{
	const uint8_t *end = receiver_at(r, minor, NR_RECEIVERS);

	assert_int_equal(r->head[28], NR_RECEIVERS);
	assert_int_equal(r->composite, end - r->head);
	for (uint32_t i = 0; i < NR_RECEIVERS; i++) {
		const uint8_t *at = receiver_at(r, minor, i);

		assert_int_equal(at[0] | at[1] << 8, FAKE_ID(i));
		assert_int_equal(at[2], i & 1 ? FFA_MEM_DATA_RO : FFA_MEM_DATA_RW);
		assert_int_equal(at[3], 0);
		assert_int_equal(at[4] | at[5] << 8, r->composite);
		assert_int_equal(at[8], has_impdef ? i : 0);
		if (minor == 2)
			assert_int_equal(at[16], has_impdef ? i + 1 : 0);
	}
}

/* Of a guest of 1.@minor, to every partition; only 1.2 has a word for each. */
static struct vffa_regs share_with_all(struct fake_vm *vm, uint32_t minor, bool has_impdef)
{
	const struct vffa_range range = { FAKE_BULK_IPA, 2 };
	struct vffa_mem_desc desc = {
		.sender = vm->vm.id,
		.attrs = FFA_MEM_ATTRS_NORMAL,
		.nr_receivers = NR_RECEIVERS,
		.has_ranges = true,
		.nr_ranges = 1,
		.nr_pages = 2,
	};
	uint32_t len = vffa_mem_desc_head_size(&desc, minor);

	for (uint32_t i = 0; i < NR_RECEIVERS; i++) {
		desc.receivers[i].id = FAKE_ID(i);
		desc.receivers[i].perms = i & 1 ? FFA_MEM_DATA_RO : FFA_MEM_DATA_RW;
		desc.receivers[i].impdef[0] = has_impdef ? i : 0;
		desc.receivers[i].impdef[1] = has_impdef ? i + 1 : 0;
	}
	vffa_mem_desc_encode(&desc, minor, vm->ram);
	vffa_mem_range_encode(&range, vm->ram + len);
	len += VFFA_MEM_RANGE_SIZE;
	return CALL(vm, FFA_MEM_SHARE_32, len, len);
}

static void start_with_many(struct world *w, uint32_t minor, uint32_t spmc_minor)
{
	static const uint32_t sizes[] = { FFA_PARTITION_INFO_SIZE_1_0, FFA_PARTITION_INFO_SIZE_1_1,
					  FFA_PARTITION_INFO_SIZE_1_1 };
	struct fake_spmc *spmc = &w->port.spmc;

	for (uint32_t i = 0; i < NR_RECEIVERS; i++) {
		spmc->parts[i] = spmc->parts[FAKE_SP_ECHO];
		spmc->parts[i].id = FAKE_ID(i);
	}
	spmc->nr_parts = NR_RECEIVERS;
	spmc->version = FFA_VERSION_MAKE(1, spmc_minor);
	spmc->desc_size = sizes[spmc_minor];
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, minor);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
}

SPEC("1.2", "Endpoint memory access descriptor")
static void many_receivers_are_told_in_every_version(void **state)
{
	struct world *w = *state;

	for (uint32_t n = 0; n < 9; n++) {
		uint32_t minor = n / 3;
		uint32_t spmc_minor = n % 3;
		bool has_impdef = minor == 2 && spmc_minor == 2;
		struct vffa_regs regs;

		start_with_many(w, minor, spmc_minor);
		regs = share_with_all(&w->vms[0], minor, has_impdef);
		assert_int_equal(regs.x[0], FFA_SUCCESS_32);
		expect_receivers(fake_spmc_region(&w->port.spmc, vffa_regs_pair(&regs, 2)),
				 spmc_minor, has_impdef);
		expect_regs(CALL(&w->vms[0], FFA_MEM_RECLAIM, regs.x[2], regs.x[3]),
			    FFA_SUCCESS_32);
		world_stop_vm(w, 0);
		vffa_vm_fini(&w->vms[0].vm);
		memset(&w->vms[0].vm, 0, sizeof(w->vms[0].vm));
		assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	}
}

#define MEM_TEST(name) cmocka_unit_test_setup_teardown(name, mem_world_setup, mem_world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(receivers_go_through_up_to_a_bound,
						setup_many_parts, mem_world_teardown),
		MEM_TEST(word_that_cannot_be_passed_on_is_refused),
		MEM_TEST(an_answer_without_sense_loses_the_pages),
		MEM_TEST(an_answer_without_sense_loses_what_was_lent_or_donated),
		MEM_TEST(what_the_spmc_gives_back_at_once_is_not_lost),
		MEM_TEST(what_is_lost_is_asked_for_until_it_comes_back),
		MEM_TEST(what_the_spmc_refuses_to_take_is_restored),
		MEM_TEST(a_donation_that_was_retrieved_lets_its_vm_end),
		MEM_TEST(a_donation_that_was_passed_on_lets_its_vm_end),
		MEM_TEST(a_donation_that_a_vm_has_is_not_taken_back),
		MEM_TEST(a_loan_that_the_spmc_does_not_know_keeps_its_vm),
		MEM_TEST(a_page_named_twice_shows_although_another_share_came_between),
		MEM_TEST(a_handle_in_use_is_no_handle),
		MEM_TEST(of_two_with_one_handle_the_second_is_lost),
		MEM_TEST(a_handle_that_was_given_away_meanwhile_is_not_taken_back),
		MEM_TEST(a_handle_of_the_hypervisors_is_not_the_spmcs_to_give),
		MEM_TEST(an_error_at_any_step_leaves_nothing),
		MEM_TEST(fragments_must_be_asked_for_in_order),
		MEM_TEST(a_paused_operation_is_resumed_but_not_for_ever),
		MEM_TEST(a_gibibyte_in_pieces_goes_through),
		MEM_TEST(neighbours_in_the_host_are_one_range),
		MEM_TEST(without_fragments_what_fits_goes_and_no_more),
		MEM_TEST(handle_0_can_be_a_refusal),
		MEM_TEST(what_the_home_does_not_grant_is_no_memory),
		MEM_TEST(handles_that_there_are_not_are_not_asked_for),
		TEST(many_receivers_are_told_in_every_version, world_setup),
		MEM_TEST(tags_and_rights_that_a_partner_cannot_take_are_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
