// SPDX-License-Identifier: GPL-2.0-only
/* From registers to a handler and back: admission, register rules, parked calls. */
#include <func.h>

#include "world.h"

#define DIRTY 0xDEADBEEF00000000ull

static bool is_callable(struct world *w, uint32_t fid)
{
	const struct vffa_func *func = vffa_func_find(&w->relay, 2, fid);

	return func && !(func->flags & VFFA_FN_ANSWER);
}

SPEC("1.2", "FFA function identifiers")
static void call_of_unknown_function_is_not_supported(void **state)
{
	struct world *w = *state;

	for (uint32_t fn = FFA_FN_FIRST; fn <= FFA_FN_LAST; fn++) {
		uint32_t fid = FFA_FID_BASE | fn;

		if (!is_callable(w, fid))
			expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, fid);
		if (!is_callable(w, fid | SMCCC_64))
			expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, fid | SMCCC_64);
	}
}

SPEC("1.2", "Completion functions")
static void call_of_an_answer_is_not_supported(void **state)
{
	static const uint32_t answers[] = { FFA_ERROR,
					    FFA_SUCCESS_32,
					    FFA_SUCCESS_64,
					    FFA_INTERRUPT,
					    FFA_MSG_SEND_DIRECT_RESP_32,
					    FFA_MSG_SEND_DIRECT_RESP_64,
					    FFA_MSG_SEND_DIRECT_RESP2 };
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, answers[i], 0x00018001);
}

SPEC("1.2", "Hypervisor-only functions")
static void calls_of_the_hypervisor_are_not_supported(void **state)
{
	static const uint32_t fids[] = { FFA_RX_ACQUIRE, FFA_NOTIFICATION_BITMAP_CREATE,
					 FFA_NOTIFICATION_BITMAP_DESTROY, FFA_NORMAL_WORLD_RESUME };
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(fids) / sizeof(fids[0]); i++)
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, fids[i], 1, 1);
}

static void ours_are_ffa_and_smccc_version_only(void **state)
{
	static const uint32_t foreign[] = { 0x84000000, 0x8400005F, 0x84000100, 0xC4000001,
					    0x86000000, 0x80000001, 0x04000063, 0xC6000000 };

	for (uint32_t fn = FFA_FN_FIRST; fn <= FFA_FN_LAST; fn++) {
		assert_true(vffa_is_ours(FFA_FID_BASE | fn));
		assert_true(vffa_is_ours(FFA_FID_BASE | SMCCC_64 | SMCCC_SVE_HINT | fn));
	}
	assert_true(vffa_is_ours(SMCCC_VERSION));
	for (unsigned int i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		assert_false(vffa_is_ours(foreign[i]));
}

SPEC("1.2", "Use of the SMC calling convention")
static void aarch32_has_no_smc64_functions(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = { { FFA_RXTX_MAP_64, FAKE_RAM_IPA, FAKE_RAM_IPA + 0x1000, 1 } };

	assert_true(vffa_vm_enter(&w->vms[0].vm));
	assert_int_equal(vffa_call(&w->vms[0].vcpus[0], &regs, true), VFFA_RESUME_GUEST);
	expect_error(regs, VFFA_NOT_SUPPORTED);
	regs = (struct vffa_regs){ { FFA_FEATURES, FFA_RXTX_MAP_64 } };
	assert_int_equal(vffa_call(&w->vms[0].vcpus[0], &regs, true), VFFA_RESUME_GUEST);
	expect_error(regs, VFFA_NOT_SUPPORTED);
	regs = (struct vffa_regs){ { FFA_ID_GET } };
	assert_int_equal(vffa_call(&w->vms[0].vcpus[0], &regs, true), VFFA_RESUME_GUEST);
	expect_regs(regs, FFA_SUCCESS_32, 0, 1);
	vffa_vm_leave(&w->vms[0].vm);
}

SPEC("SMCCC 1.3", "SVE hint")
static void sve_hint_is_not_part_of_the_function_id(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_ID_GET | SMCCC_SVE_HINT), FFA_SUCCESS_32, 0, 1);
	assert_int_equal(CALL(&w->vms[0], SMCCC_VERSION | SMCCC_SVE_HINT).x[0], SMCCC_VERSION_1_2);
}

SPEC("1.2", "Use of the SMC calling convention")
static void smc32_ignores_upper_halves(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], DIRTY | FFA_ID_GET, DIRTY, DIRTY, DIRTY, DIRTY, DIRTY, DIRTY,
			 DIRTY),
		    FFA_SUCCESS_32, 0, 1);
}

static void fill_upper_registers(struct vffa_regs *regs)
{
	for (unsigned int i = VFFA_NR_REGS_SHORT; i < VFFA_NR_REGS; i++)
		regs->x[i] = 0x1111 * i;
}

static void expect_upper_registers_kept(struct vffa_regs regs)
{
	for (unsigned int i = VFFA_NR_REGS_SHORT; i < VFFA_NR_REGS; i++)
		assert_int_equal(regs.x[i], 0x1111 * i);
}

SPEC("1.2", "Use of the SMC calling convention")
static void smc32_leaves_x8_to_x17_alone(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = { { FFA_ID_GET } };

	fill_upper_registers(&regs);
	expect_upper_registers_kept(guest_call(&w->vms[0], 0, regs));
}

SPEC("1.1", "Use of the SMC calling convention")
static void guests_before_1_2_keep_x8_to_x17(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = { { FFA_MSG_SEND_DIRECT_REQ_64, 0x00018001, 0, 0x123456789A } };

	fill_upper_registers(&regs);
	regs = guest_call(&w->vms[0], 0, regs);
	assert_int_equal(regs.x[0], FFA_MSG_SEND_DIRECT_RESP_64);
	expect_upper_registers_kept(regs);
}

SPEC("1.2", "Use of the SMC calling convention")
static void smc64_of_1_2_zeroes_x8_to_x17_even_of_errors(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = { { FFA_RXTX_MAP_64, 1, 2, 3 } };

	fill_upper_registers(&regs);
	expect_error(guest_call(&w->vms[0], 0, regs), VFFA_INVALID_PARAMETERS);
}

/*
 * Parked calls. No function of today needs the VMM, so the test brings a table: it takes
 * FFA_MEM_LEND's row, parks as often as x1 says, and answers with what it was resumed with.
 */
static unsigned int parks_left;
static unsigned int nr_cancelled;

static enum vffa_ret call_parks(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	parks_left = (unsigned int)regs->x[1];
	return VFFA_PARKED;
}

static enum vffa_ret resume_parks(struct vffa_vcpu *vcpu, enum vffa_ret result,
				  struct vffa_regs *regs)
{
	if (result)
		return result;
	if (--parks_left)
		return VFFA_PARKED;
	regs->x[0] = FFA_SUCCESS_32;
	regs->x[2] = 0x77;
	return VFFA_OK;
}

static void cancel_parks(struct vffa_vcpu *vcpu)
{
	nr_cancelled++;
}

static int setup_parking(void **state)
{
	static struct vffa_func funcs[FFA_FN_LAST - FFA_FN_FIRST + 1];
	struct world *w;

	if (world_setup_1_2(state))
		return -1;
	w = *state;
	nr_cancelled = 0;
	memcpy(funcs, vffa_funcs, vffa_nr_funcs * sizeof(funcs[0]));
	funcs[(FFA_MEM_LEND_32 & FFA_FN_MASK) - FFA_FN_FIRST] = (struct vffa_func){
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.call = call_parks,
		.resume = resume_parks,
		.cancel = cancel_parks,
	};
	w->relay.funcs = funcs;
	w->relay.nr_funcs = sizeof(funcs) / sizeof(funcs[0]);
	return 0;
}

static struct vffa_regs park(struct world *w, unsigned int times)
{
	const struct vffa_regs before = { { FFA_MEM_LEND_64, times, 0xA, 0xB, 0xC } };
	struct vffa_regs regs = before;

	assert_true(vffa_vm_enter(&w->vms[0].vm));
	assert_int_equal(vffa_call(&w->vms[0].vcpus[1], &regs, false), VFFA_EXIT_TO_VMM);
	vffa_vm_leave(&w->vms[0].vm);
	assert_memory_equal(&regs, &before, sizeof(regs));
	assert_true(vffa_is_parked(&w->vms[0].vcpus[1]));
	return regs;
}

static enum vffa_action resume(struct world *w, enum vffa_ret result, struct vffa_regs *regs)
{
	enum vffa_action action;

	assert_true(vffa_vm_enter(&w->vms[0].vm));
	action = vffa_resume(&w->vms[0].vcpus[1], result, regs);
	vffa_vm_leave(&w->vms[0].vm);
	return action;
}

static void parked_call_ends_with_what_resume_answers(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = park(w, 1);

	assert_int_equal(resume(w, VFFA_OK, &regs), VFFA_RESUME_GUEST);
	expect_regs(regs, FFA_SUCCESS_32, 0, 0x77);
	assert_false(vffa_is_parked(&w->vms[0].vcpus[1]));
}

static void parked_call_can_be_parked_again(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = park(w, 2);
	struct vffa_regs before = regs;

	assert_int_equal(resume(w, VFFA_OK, &regs), VFFA_EXIT_TO_VMM);
	assert_memory_equal(&regs, &before, sizeof(regs));
	assert_int_equal(resume(w, VFFA_OK, &regs), VFFA_RESUME_GUEST);
	expect_regs(regs, FFA_SUCCESS_32, 0, 0x77);
}

static void parked_call_fails_as_the_vmm_failed(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = park(w, 1);

	assert_int_equal(resume(w, VFFA_NO_MEMORY, &regs), VFFA_RESUME_GUEST);
	expect_error(regs, VFFA_NO_MEMORY);
	assert_false(vffa_is_parked(&w->vms[0].vcpus[1]));
}

static void parked_call_leaves_other_vcpus_alone(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = park(w, 1);

	expect_regs(CALL_ON(&w->vms[0], 0, FFA_ID_GET), FFA_SUCCESS_32, 0, 1);
	assert_int_equal(resume(w, VFFA_OK, &regs), VFFA_RESUME_GUEST);
	expect_regs(regs, FFA_SUCCESS_32, 0, 0x77);
}

static void parked_call_is_cancelled_when_the_vm_stops(void **state)
{
	struct world *w = *state;

	park(w, 1);
	world_stop_vm(w, 0);
	assert_int_equal(nr_cancelled, 1);
	assert_false(vffa_is_parked(&w->vms[0].vcpus[1]));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(call_of_unknown_function_is_not_supported, world_setup_1_2),
		TEST(call_of_an_answer_is_not_supported, world_setup_1_2),
		TEST(calls_of_the_hypervisor_are_not_supported, world_setup_1_2),
		cmocka_unit_test(ours_are_ffa_and_smccc_version_only),
		TEST(aarch32_has_no_smc64_functions, world_setup_1_2),
		TEST(sve_hint_is_not_part_of_the_function_id, world_setup_1_2),
		TEST(smc32_ignores_upper_halves, world_setup_1_2),
		TEST(smc32_leaves_x8_to_x17_alone, world_setup_1_2),
		TEST(guests_before_1_2_keep_x8_to_x17, world_setup_1_1),
		TEST(smc64_of_1_2_zeroes_x8_to_x17_even_of_errors, world_setup_1_2),
		TEST(parked_call_ends_with_what_resume_answers, setup_parking),
		TEST(parked_call_can_be_parked_again, setup_parking),
		TEST(parked_call_fails_as_the_vmm_failed, setup_parking),
		TEST(parked_call_leaves_other_vcpus_alone, setup_parking),
		TEST(parked_call_is_cancelled_when_the_vm_stops, setup_parking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
