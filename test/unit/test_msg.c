// SPDX-License-Identifier: GPL-2.0-only
/* Direct messages: who may send what to whom, and what an SPMC may answer. */
#include "world.h"

#define DIRTY 0xDEADBEEF00000000ull

/* w1 of a message from VM 1 to a partition, and of its answer. */
#define TO(sp)	 (1u << 16 | FAKE_ID(sp))
#define FROM(sp) ((uint32_t)FAKE_ID(sp) << 16 | 1u)

/* The UUID of FAKE_SP_ECHO as REQ2 carries it. */
#define ECHO_UUID 0x0706050403020110ull, 0x0F0E0D0C0B0A0908ull

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ")
static void direct_req_32_brings_the_answer(void **state)
{
	struct world *w = *state;

	expect_regs(
		CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO), 0, 3, 4, 5, 6, 7),
		FFA_MSG_SEND_DIRECT_RESP_32, FROM(FAKE_SP_ECHO), 0, 3, 4, 5, 6, 7);
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ")
static void direct_req_32_carries_32_bits(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, DIRTY | TO(FAKE_SP_ECHO), DIRTY,
			 DIRTY | 3, DIRTY | 4, DIRTY | 5, DIRTY | 6, DIRTY | 7),
		    FFA_MSG_SEND_DIRECT_RESP_32, FROM(FAKE_SP_ECHO), 0, 3, 4, 5, 6, 7);
	assert_true(fake_last_call(&w->port)->in.x[7] == 7);
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ")
static void direct_req_64_carries_64_bits(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_64, TO(FAKE_SP_ECHO), 0, DIRTY | 3, 4,
			 5, 6, DIRTY),
		    FFA_MSG_SEND_DIRECT_RESP_64, FROM(FAKE_SP_ECHO), 0, DIRTY | 3, 4, 5, 6, DIRTY);
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ")
static void direct_req_64_has_no_payload_beyond_x7(void **state)
{
	struct world *w = *state;

	/* The fake SPMC complains when x8-x17 arrive. */
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_64, TO(FAKE_SP_ECHO), 0, 3, 4, 5, 6, 7,
			 8, 9, 10, 11, 12, 13, 14, 15, 16, 17),
		    FFA_MSG_SEND_DIRECT_RESP_64, FROM(FAKE_SP_ECHO), 0, 3, 4, 5, 6, 7);
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ2")
static void direct_req2_carries_14_registers(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ2, TO(FAKE_SP_ECHO), ECHO_UUID, 4, 5, 6,
			 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, DIRTY),
		    FFA_MSG_SEND_DIRECT_RESP2, FROM(FAKE_SP_ECHO), 0, 0, 4, 5, 6, 7, 8, 9, 10, 11,
		    12, 13, 14, 15, 16, DIRTY);
	assert_true(fake_last_call(&w->port)->in.x[2] == 0x0706050403020110ull);
}

SPEC("1.2", "Use of the SMC calling convention")
static void registers_of_one_call_do_not_show_in_the_next(void **state)
{
	static const uint32_t wide[] = { FFA_RXTX_MAP_64, FFA_MSG_SEND_DIRECT_REQ2,
					 FFA_PARTITION_INFO_GET_REGS };
	struct world *w = *state;

	for (unsigned int i = 0; i < 3; i++) {
		CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ2, TO(FAKE_SP_ECHO), ECHO_UUID, 4, 5, 6, 7,
		     8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
		expect_error(CALL(&w->vms[0], wide[i], 1, 1, 1), VFFA_INVALID_PARAMETERS);
	}
	/* Nor towards the SPMC, which complains of payload where there is none. */
	CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ2, TO(FAKE_SP_ECHO), ECHO_UUID, 4, 5, 6, 7, 8, 9);
	CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_64, TO(FAKE_SP_ECHO));
	CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO));
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ2")
static void direct_req2_takes_the_nil_uuid(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ2, TO(FAKE_SP_ECHO), 0, 0, 4),
		    FFA_MSG_SEND_DIRECT_RESP2, FROM(FAKE_SP_ECHO), 0, 0, 4);
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ2")
static void direct_req2_refuses_a_uuid_of_another(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ2,
		       TO(FAKE_SP_PINNED), ECHO_UUID);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ2,
		       TO(FAKE_SP_ECHO), 1, 2);
}

SPEC("1.1", "FFA_MSG_SEND_DIRECT_REQ2")
static void direct_req2_is_not_in_1_1(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_MSG_SEND_DIRECT_REQ2,
		       TO(FAKE_SP_ECHO), ECHO_UUID);
}

/* w1 that no VM with id 1 may use. */
static const uint32_t bad_ids[] = {
	0x00008001, /* in the hypervisor's name */
	0x00028001, /* in another VM's */
	0x80018001, /* in a partition's */
	0x80010001, /* swapped */
	0x00010001, /* to itself */
	0x00010000, /* to the hypervisor */
	0x00010002, /* to another VM */
	0x00018000, /* to the SPMC */
	0x00018005, /* to nobody */
	0x0001FFFF,
};

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ, FFA_MSG_SEND_DIRECT_REQ2")
static void direct_messages_refuse_wrong_ids(void **state)
{
	static const uint32_t fids[] = { FFA_MSG_SEND_DIRECT_REQ_32, FFA_MSG_SEND_DIRECT_REQ_64,
					 FFA_MSG_SEND_DIRECT_REQ2 };
	struct world *w = *state;

	for (unsigned int f = 0; f < 3; f++) {
		for (unsigned int i = 0; i < sizeof(bad_ids) / sizeof(bad_ids[0]); i++)
			expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, fids[f], bad_ids[i]);
	}
	/* REQ2 has them in x1, whose upper half is reserved; the others in w1, which has none. */
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_64, DIRTY | TO(FAKE_SP_ECHO), DIRTY),
		    FFA_MSG_SEND_DIRECT_RESP_64, FROM(FAKE_SP_ECHO));
	assert_true(fake_last_call(&w->port)->in.x[1] == TO(FAKE_SP_ECHO));
	assert_true(fake_last_call(&w->port)->in.x[2] == 0);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ2,
		       DIRTY | TO(FAKE_SP_ECHO), ECHO_UUID);
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ")
static void direct_req_refuses_flags_and_framework_messages(void **state)
{
	struct world *w = *state;

	for (unsigned int bit = 0; bit < 32; bit++) {
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ_32,
			       TO(FAKE_SP_SUBSCRIBER), 1u << bit);
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ_64,
			       TO(FAKE_SP_SUBSCRIBER), 1u << bit);
	}
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ_32,
		       TO(FAKE_SP_SUBSCRIBER), FFA_FRAMEWORK_VM_DESTROYED, 0, 0, 2);
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ, FFA_MSG_SEND_DIRECT_REQ2")
static void direct_messages_are_denied_to_who_takes_none(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_MUTE));
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_MSG_SEND_DIRECT_REQ_64, TO(FAKE_SP_MUTE));
	/* Takes REQ, not REQ2. */
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_MSG_SEND_DIRECT_REQ2,
		       TO(FAKE_SP_SUBSCRIBER));
}

SPEC("1.2", "Function return codes")
static void direct_req_passes_on_the_spmcs_errors(void **state)
{
	struct world *w = *state;

	for (int code = FFA_RET_NOT_READY; code < 0; code++) {
		fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ_32,
				 (struct vffa_regs){ { FFA_ERROR, 9, (uint32_t)code, 9, 9 } });
		expect_error(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO)),
			     (enum vffa_ret)code);
	}
}

#define GOOD_W1 FROM(FAKE_SP_ECHO)

/* Answers to a DIRECT_REQ_32 from which no guest can learn anything. */
static const struct vffa_regs lies[] = {
	{ { FFA_MSG_SEND_DIRECT_RESP_64, GOOD_W1 } },
	{ { FFA_MSG_SEND_DIRECT_RESP2, GOOD_W1 } },
	{ { FFA_SUCCESS_32 } },
	{ { FFA_MSG_WAIT, GOOD_W1 } },
	{ { 0 } },
	{ { 0xFFFFFFFF } },
	{ { FFA_MSG_SEND_DIRECT_RESP_32, TO(FAKE_SP_ECHO) } },
	{ { FFA_MSG_SEND_DIRECT_RESP_32, FROM(FAKE_SP_PINNED) } },
	{ { FFA_MSG_SEND_DIRECT_RESP_32, (uint32_t)FAKE_ID(FAKE_SP_ECHO) << 16 | 2 } },
	{ { FFA_MSG_SEND_DIRECT_RESP_32, GOOD_W1, FFA_FRAMEWORK_VM_CREATED_RESP } },
	{ { FFA_MSG_SEND_DIRECT_RESP_32, GOOD_W1, 1 } },
	{ { FFA_ERROR, 0, 0 } },
	{ { FFA_ERROR, 0, (uint32_t)-11 } },
	{ { FFA_ERROR, 0, 1 } },
	{ { FFA_INTERRUPT, 0x00018001 } }, /* stopped in the normal world */
	{ { FFA_YIELD, 0 } },
};

SPEC("1.2", "Completion functions")
static void direct_req_is_aborted_by_answers_that_make_no_sense(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ_32, lies[i]);
		expect_error(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO)),
			     VFFA_ABORTED);
	}
	/* None of it has used up anything. */
	assert_int_equal(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO)).x[0],
			 FFA_MSG_SEND_DIRECT_RESP_32);
}

SPEC("1.2", "Use of the SMC calling convention")
static void direct_resp_shows_only_what_it_defines(void **state)
{
	struct world *w = *state;
	struct vffa_regs dirty;

	for (unsigned int i = 0; i < VFFA_NR_REGS; i++)
		dirty.x[i] = DIRTY | i;
	dirty.x[0] = DIRTY | FFA_MSG_SEND_DIRECT_RESP_32;
	dirty.x[1] = DIRTY | GOOD_W1;
	dirty.x[2] = DIRTY;
	fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ_32, dirty);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO)),
		    FFA_MSG_SEND_DIRECT_RESP_32, GOOD_W1, 0, 3, 4, 5, 6, 7);

	dirty.x[0] = FFA_MSG_SEND_DIRECT_RESP2;
	fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ2, dirty);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ2, TO(FAKE_SP_ECHO)),
		    FFA_MSG_SEND_DIRECT_RESP2, GOOD_W1, 0, 0, DIRTY | 4, DIRTY | 5, DIRTY | 6,
		    DIRTY | 7, DIRTY | 8, DIRTY | 9, DIRTY | 10, DIRTY | 11, DIRTY | 12, DIRTY | 13,
		    DIRTY | 14, DIRTY | 15, DIRTY | 16, DIRTY | 17);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(direct_req_32_brings_the_answer, world_setup_1_0),
		TEST(direct_req_32_carries_32_bits, world_setup_1_2),
		TEST(direct_req_64_carries_64_bits, world_setup_1_0),
		TEST(direct_req_64_has_no_payload_beyond_x7, world_setup_1_2),
		TEST(direct_req2_carries_14_registers, world_setup_1_2),
		TEST(registers_of_one_call_do_not_show_in_the_next, world_setup_1_2),
		TEST(direct_req2_takes_the_nil_uuid, world_setup_1_2),
		TEST(direct_req2_refuses_a_uuid_of_another, world_setup_1_2),
		TEST(direct_req2_is_not_in_1_1, world_setup_1_1),
		TEST(direct_messages_refuse_wrong_ids, world_setup_1_2),
		TEST(direct_req_refuses_flags_and_framework_messages, world_setup_1_2),
		TEST(direct_messages_are_denied_to_who_takes_none, world_setup_1_2),
		TEST(direct_req_passes_on_the_spmcs_errors, world_setup_1_2),
		TEST(direct_req_is_aborted_by_answers_that_make_no_sense, world_setup_1_2),
		TEST(direct_resp_shows_only_what_it_defines, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
