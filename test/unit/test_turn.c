// SPDX-License-Identifier: GPL-2.0-only
/* Partitions that the SPMC says have something pending: they get cycles, and nobody's request suffers. */
#include "world.h"

#define SRI	   8u
#define MS	   1000000ull
#define TO(sp)	   (1u << 16 | FAKE_ID(sp))
#define FROM(sp)   ((uint32_t)FAKE_ID(sp) << 16 | 1u)
#define TARGET(sp) ((uint32_t)FAKE_ID(sp) << 16)

/* Both have one context, and may be named; the second calls nobody, and has four contexts. */
#define SP FAKE_SP_ECHO
#define MP FAKE_SP_PINNED

static struct fake_part *part(struct world *w, enum fake_sp sp)
{
	return &w->port.spmc.parts[sp];
}

static int setup(void **state)
{
	struct world *w;

	if (world_setup(state))
		return -1;
	w = *state;
	w->port.spmc.sri = SRI;
	w->npi = 0;
	part(w, MP)->props |= FFA_PART_NOTIFICATION_RECV;
	part(w, FAKE_SP_SUBSCRIBER)->props |= FFA_PART_NOTIFICATION_RECV;
	part(w, FAKE_SP_MUTE)->props = 0;
	return world_start(w);
}

/* The SPMC names one receiver, by so many 16-bit words. */
static void name(struct world *w, unsigned int nr_contexts, uint64_t words)
{
	fake_spmc_script(&w->port.spmc, FFA_NOTIFICATION_INFO_GET_64,
			 (struct vffa_regs){ { FFA_SUCCESS_64, 0,
					       1 << 7 | (uint64_t)nr_contexts << 12, words } });
	assert_false(vffa_sri(&w->relay));
}

static struct vffa_regs request(struct world *w, unsigned int vcpu, enum fake_sp sp)
{
	return CALL_ON(&w->vms[0], vcpu, FFA_MSG_SEND_DIRECT_REQ_32, TO(sp), 0, 33);
}

#define expect_answer(regs, sp) expect_regs(regs, FFA_MSG_SEND_DIRECT_RESP_32, FROM(sp), 0, 33)

static void leave_stopped(struct world *w, enum fake_sp sp)
{
	part(w, sp)->stops = 1;
	w->port.must_leave = true;
	assert_int_equal(request(w, 0, sp).x[0], FFA_INTERRUPT);
	w->port.must_leave = false;
	part(w, sp)->stops = 0;
}

/* As the home's worker, until nothing is left or so much time has passed. */
static void work(struct world *w, uint64_t ns)
{
	uint64_t until_ns = w->port.now_ns + ns;
	uint64_t due_ns;

	while ((due_ns = vffa_turns(&w->relay)) && w->port.now_ns + due_ns <= until_ns)
		w->port.now_ns += due_ns;
}

SPEC("1.2", "FFA_RUN")
static void partition_that_is_named_gets_a_turn(void **state)
{
	struct world *w = *state;

	assert_int_equal(vffa_turns(&w->relay), 0);
	name(w, 0, FAKE_ID(SP));
	assert_true(vffa_turns_wanted(&w->relay));
	assert_int_equal(part(w, SP)->turns, 0);
	assert_int_equal(vffa_turns(&w->relay), 0);
	assert_int_equal(part(w, SP)->turns, 1);
	assert_int_equal(fake_last_call(&w->port)->in.x[0], FFA_RUN);
	assert_int_equal(fake_last_call(&w->port)->in.x[1], TARGET(SP));
	assert_int_equal(fake_last_call(&w->port)->cpu, VFFA_CPU_ANY);
	/* One, until it is named again. */
	assert_false(vffa_turns_wanted(&w->relay));
	assert_int_equal(vffa_turns(&w->relay), 0);
	name(w, 0, FAKE_ID(SP));
	assert_int_equal(vffa_turns(&w->relay), 0);
	assert_int_equal(part(w, SP)->turns, 2);
	assert_int_equal(vffa_counter_read(&w->relay.notifs.strays), 0);
}

static void contexts_get_theirs_on_their_cpus(void **state)
{
	struct world *w = *state;

	name(w, 2, 0x0000000300010000 | FAKE_ID(MP));
	work(w, MS);
	assert_int_equal(part(w, MP)->turns, 2);
	assert_int_equal(fake_last_call(&w->port)->in.x[1], TARGET(MP) | 3);
	assert_int_equal(fake_last_call(&w->port)->cpu, 3);
	assert_int_equal(vffa_turns(&w->relay), 0);
}

static void who_has_nothing_pending_is_a_stray(void **state)
{
	struct world *w = *state;

	name(w, 0, FAKE_ID(FAKE_SP_MUTE));
	name(w, 0, 0x8077);
	name(w, 1, 4ull << 16 | FAKE_ID(MP));
	assert_int_equal(vffa_counter_read(&w->relay.notifs.strays), 3);
	assert_false(vffa_turns_wanted(&w->relay));
	assert_int_equal(vffa_turns(&w->relay), 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 0);
}

/* FFA_RUN would resume it, and its answer would be the worker's. */
static void request_that_is_stopped_comes_first(void **state)
{
	struct world *w = *state;

	leave_stopped(w, SP);
	name(w, 0, FAKE_ID(SP));
	work(w, 500 * MS);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 0);
	assert_true(vffa_turns_wanted(&w->relay));
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(SP)), SP);
	work(w, 500 * MS);
	assert_int_equal(part(w, SP)->turns, 1);
}

/* The same when the worker has to finish it: the turn is still wanted then. */
static void request_that_is_given_up_comes_first(void **state)
{
	struct world *w = *state;

	leave_stopped(w, SP);
	name(w, 0, FAKE_ID(SP));
	work(w, VFFA_RUN_OVERDUE_NS);
	assert_int_equal(part(w, SP)->turns, 0);
	(void)fake_work(&w->vms[0], VFFA_RUN_OVERDUE_NS);
	work(w, 500 * MS);
	assert_int_equal(part(w, SP)->turns, 1);
	expect_error(CALL(&w->vms[0], FFA_RUN, TARGET(SP)), VFFA_ABORTED);
}

static void request_of_another(void *arg)
{
	struct world *w = arg;

	w->port.during_smc = NULL;
	w->port.leave_after = 5;
	expect_error(request(w, 1, SP), VFFA_BUSY);
	w->port.must_leave = false;
	/* Other partitions are nobody's business. */
	expect_answer(request(w, 2, MP), MP);
}

static void request_waits_for_the_turn(void **state)
{
	struct world *w = *state;

	name(w, 0, FAKE_ID(SP));
	w->port.during_smc = request_of_another;
	w->port.during_arg = w;
	assert_int_equal(vffa_turns(&w->relay), 0);
	assert_int_equal(w->port.nr_slept, 4);
	assert_int_equal(part(w, SP)->turns, 1);
	expect_answer(request(w, 1, SP), SP);
}

static void turn_goes_on_when_it_was_interrupted(void **state)
{
	struct world *w = *state;

	part(w, SP)->turn_stops = 3;
	name(w, 0, FAKE_ID(SP));
	assert_int_equal(vffa_turns(&w->relay), 0);
	assert_int_equal(part(w, SP)->turns, 1);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 4);
	assert_int_equal(w->port.nr_relaxed, 3);
}

static void let_time_pass(void *arg)
{
	struct world *w = arg;

	w->port.now_ns += VFFA_WORK_BUDGET_NS / 2;
}

/* One that does not end has a fifth of a CPU at most, and nobody waits for it for ever. */
static void turn_without_end_is_bounded(void **state)
{
	struct world *w = *state;
	uint64_t due_ns = 0;
	unsigned int nr;

	part(w, SP)->turn_stops = 1000;
	name(w, 0, FAKE_ID(SP));
	w->port.during_arg = w;
	for (unsigned int i = 0; i < 10; i++) {
		nr = fake_nr_calls(&w->port, FFA_RUN);
		w->port.during_smc = let_time_pass;
		due_ns = vffa_turns(&w->relay);
		w->port.during_smc = NULL;
		assert_in_range(fake_nr_calls(&w->port, FFA_RUN) - nr, 1, 3);
		assert_in_range(due_ns, MS, VFFA_WORK_RETRY_NS);
		/* Not before, however often somebody has a look. */
		nr = fake_nr_calls(&w->port, FFA_RUN);
		name(w, 0, FAKE_ID(SP));
		assert_int_equal(vffa_turns(&w->relay), due_ns);
		assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), nr);
		w->port.now_ns += due_ns;
	}
	assert_int_equal(due_ns, VFFA_WORK_RETRY_NS);

	w->port.leave_after = 3;
	expect_error(request(w, 0, SP), VFFA_BUSY);
	w->port.must_leave = false;
	part(w, SP)->turn_stops = 0;
	work(w, 3 * VFFA_WORK_RETRY_NS);
	assert_int_equal(part(w, SP)->turns, 2);
	expect_answer(request(w, 0, SP), SP);
}

/* Nobody would resume it any more. One that is wanted, but has not begun, does not begin. */
static void turn_that_is_stopped_is_ended_when_all_ends(void **state)
{
	struct world *w = *state;

	assert_true(vffa_turns_finish(&w->relay));
	part(w, SP)->turn_stops = 1000;
	name(w, 0, FAKE_ID(SP));
	w->port.during_arg = w;
	w->port.during_smc = let_time_pass;
	assert_int_not_equal(vffa_turns(&w->relay), 0);
	assert_false(vffa_turns_finish(&w->relay));
	w->port.during_smc = NULL;

	name(w, 0, FAKE_ID(MP));
	part(w, SP)->turn_stops = 1;
	assert_true(vffa_turns_finish(&w->relay));
	assert_int_equal(part(w, SP)->turns, 1);
	assert_int_equal(part(w, MP)->turns, 0);
	expect_answer(request(w, 0, SP), SP);
}

/* However often it could not be had before. */
static void turn_that_was_waited_for_is_bounded_alike(void **state)
{
	struct world *w = *state;

	leave_stopped(w, SP);
	name(w, 0, FAKE_ID(SP));
	work(w, 1000 * MS);
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(SP)), SP);
	w->port.now_ns += 10 * MS;

	part(w, SP)->turn_stops = 1000;
	w->port.during_smc = let_time_pass;
	w->port.during_arg = w;
	assert_int_equal(vffa_turns(&w->relay), 10 * MS);
	w->port.during_smc = NULL;
	part(w, SP)->turn_stops = 0;
	work(w, VFFA_WORK_RETRY_NS);
	assert_int_equal(part(w, SP)->turns, 1);
}

static void script_run(struct world *w, struct vffa_regs answer)
{
	fake_spmc_script(&w->port.spmc, FFA_RUN, answer);
}

static void turn_that_cannot_be_had_is_tried_again(void **state)
{
	struct world *w = *state;

	name(w, 0, FAKE_ID(SP));
	for (unsigned int i = 0; i < 3; i++) {
		const int32_t early[] = { FFA_RET_BUSY, FFA_RET_RETRY, FFA_RET_INTERRUPTED };

		script_run(w, (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)early[i] } });
		assert_int_not_equal(vffa_turns(&w->relay), 0);
		assert_int_equal(part(w, SP)->turns, 0);
		/* It is not the relay's meanwhile. */
		expect_answer(request(w, 0, SP), SP);
		w->port.now_ns += 10 * MS;
	}
	assert_int_equal(vffa_turns(&w->relay), 0);
	assert_int_equal(part(w, SP)->turns, 1);
}

static void fail_run(void *arg)
{
	struct world *w = arg;

	w->port.spmc.nr_scripts = 0;
	script_run(w, (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } });
}

static void turn_that_is_never_to_be_had_is_given_up(void **state)
{
	struct world *w = *state;

	name(w, 0, FAKE_ID(SP));
	w->port.during_smc = fail_run;
	w->port.during_arg = w;
	work(w, UINT64_MAX / 2);
	w->port.during_smc = NULL;
	w->port.spmc.nr_scripts = 0;
	assert_false(vffa_turns_wanted(&w->relay));
	assert_int_equal(vffa_turns(&w->relay), 0);
	expect_answer(request(w, 0, SP), SP);
	name(w, 0, FAKE_ID(SP));
	work(w, 500 * MS);
	assert_int_equal(part(w, SP)->turns, 1);
}

/* What was given up because somebody was at work there counts nothing for the next. */
static void turn_is_waited_for_after_one_was_given_up(void **state)
{
	struct world *w = *state;

	leave_stopped(w, SP);
	name(w, 0, FAKE_ID(SP));
	work(w, UINT64_MAX / 2);
	assert_false(vffa_turns_wanted(&w->relay));

	name(w, 0, FAKE_ID(SP));
	work(w, 500 * MS);
	assert_true(vffa_turns_wanted(&w->relay));
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(SP)), SP);
	work(w, 500 * MS);
	assert_int_equal(part(w, SP)->turns, 1);
}

static void cpu_that_is_away_leaves_it_to_another(void **state)
{
	struct world *w = *state;

	name(w, 0, FAKE_ID(MP));
	fake_fail(&w->port, FAKE_OP_CPU, 1, VFFA_ABORTED);
	work(w, 500 * MS);
	assert_int_equal(part(w, MP)->turns, 1);
	assert_int_equal(fake_last_call(&w->port)->in.x[1], TARGET(MP) | 1);
	assert_int_equal(fake_last_call(&w->port)->cpu, 1);
}

/* A partition that another one called has stopped in its place. */
static void stop_in_a_chain_keeps_turns_away(void **state)
{
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ_32,
			 (struct vffa_regs){ { FFA_INTERRUPT, TARGET(SP) } });
	w->port.must_leave = true;
	expect_regs(request(w, 0, MP), FFA_INTERRUPT, TARGET(SP));
	w->port.must_leave = false;
	name(w, 0, FAKE_ID(SP));
	work(w, 100 * MS);
	assert_int_equal(part(w, SP)->turns, 0);
	script_run(w, (struct vffa_regs){ { FFA_MSG_SEND_DIRECT_RESP_32, FROM(MP), 0, 33 } });
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(SP)), MP);
	work(w, 100 * MS);
	assert_int_equal(part(w, SP)->turns, 1);
}

/* Whatever an SPMC answers, the turn is over, and the partition as it was. */
static void answers_without_sense_end_the_turn(void **state)
{
	struct world *w = *state;
	const struct vffa_regs answers[] = {
		{ { 0 } },
		{ { FFA_SUCCESS_32 } },
		{ { FFA_MSG_SEND_DIRECT_RESP_32, FROM(SP), 0, 33 } },
		{ { FFA_ERROR, 0, (uint32_t)FFA_RET_DENIED } },
		{ { FFA_ERROR, 0, (uint32_t)FFA_RET_ABORTED } },
		{ { FFA_ERROR, 0, 77 } },
		{ { FFA_INTERRUPT, 1 } },
		{ { FFA_MSG_WAIT, 0x12345678 } },
		{ { FFA_RUN, TARGET(SP) } },
	};

	for (unsigned int i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		name(w, 0, FAKE_ID(SP));
		script_run(w, answers[i]);
		work(w, 500 * MS);
		assert_false(vffa_turns_wanted(&w->relay));
		expect_answer(request(w, 0, SP), SP);
	}
}

/* The relay's own message waits for the turn as well. */
static void announcement_comes_after_the_turn(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_SUBSCRIBER)->turn_stops = 1000;
	name(w, 0, FAKE_ID(FAKE_SP_SUBSCRIBER));
	w->port.during_smc = let_time_pass;
	w->port.during_arg = w;
	(void)!vffa_turns(&w->relay);
	w->port.during_smc = NULL;
	vffa_vm_stop(&w->vms[1].vm);
	(void)fake_work(&w->vms[1], 3 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&w->vms[1].vm), VFFA_VM_STOPPING);

	part(w, FAKE_SP_SUBSCRIBER)->turn_stops = 0;
	work(w, 3 * VFFA_WORK_RETRY_NS);
	world_stop_vm(w, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(partition_that_is_named_gets_a_turn, setup),
		TEST(contexts_get_theirs_on_their_cpus, setup),
		TEST(who_has_nothing_pending_is_a_stray, setup),
		TEST(request_that_is_stopped_comes_first, setup),
		TEST(request_that_is_given_up_comes_first, setup),
		TEST(request_waits_for_the_turn, setup),
		TEST(turn_goes_on_when_it_was_interrupted, setup),
		TEST(turn_without_end_is_bounded, setup),
		TEST(turn_that_is_stopped_is_ended_when_all_ends, setup),
		TEST(turn_that_was_waited_for_is_bounded_alike, setup),
		TEST(turn_that_cannot_be_had_is_tried_again, setup),
		TEST(turn_that_is_never_to_be_had_is_given_up, setup),
		TEST(turn_is_waited_for_after_one_was_given_up, setup),
		TEST(cpu_that_is_away_leaves_it_to_another, setup),
		TEST(stop_in_a_chain_keeps_turns_away, setup),
		TEST(answers_without_sense_end_the_turn, setup),
		TEST(announcement_comes_after_the_turn, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
