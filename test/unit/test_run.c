// SPDX-License-Identifier: GPL-2.0-only
/* Requests that are stopped in a partition: resumed, left, finished by the worker. */
#include "world.h"

#define TO(sp)	 (1u << 16 | FAKE_ID(sp))
#define FROM(sp) ((uint32_t)FAKE_ID(sp) << 16 | 1u)

/* What the fake SPMC calls the first stopped context of a partition. */
#define TARGET(sp) ((uint32_t)FAKE_ID(sp) << 16)

static struct fake_part *part(struct world *w, enum fake_sp sp)
{
	return &w->port.spmc.parts[sp];
}

static struct vffa_regs request(struct world *w, unsigned int vcpu, enum fake_sp sp)
{
	return CALL_ON(&w->vms[0], vcpu, FFA_MSG_SEND_DIRECT_REQ_32, TO(sp), 0, 33);
}

/* Leave a request of vCPU 0 stopped, and tell what the guest was told. */
static uint32_t leave_stopped(struct world *w, enum fake_sp sp)
{
	struct vffa_regs regs;

	w->port.must_leave = true;
	regs = request(w, 0, sp);
	w->port.must_leave = false;
	expect_regs(regs, FFA_INTERRUPT, regs.x[1]);
	return (uint32_t)regs.x[1];
}

#define expect_answer(regs, sp) expect_regs(regs, FFA_MSG_SEND_DIRECT_RESP_32, FROM(sp), 0, 33)

SPEC("1.2", "FFA_INTERRUPT")
static void preempted_request_is_resumed_for_a_guest_with_nothing_to_do(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 3;
	expect_answer(request(w, 0, FAKE_SP_ECHO), FAKE_SP_ECHO);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 3);
	assert_int_equal(w->port.nr_relaxed, 3);
	assert_int_equal(w->port.nr_slept, 0);
}

SPEC("1.2", "FFA_YIELD")
static void yielding_request_is_resumed_after_a_sleep(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 3;
	part(w, FAKE_SP_ECHO)->yields = true;
	part(w, FAKE_SP_ECHO)->yield_ns = 1ull << 60;
	expect_answer(request(w, 0, FAKE_SP_ECHO), FAKE_SP_ECHO);
	assert_int_equal(w->port.nr_slept, 3);
	/* The partition's hint is not believed. */
	assert_true(w->port.slept_ns < 100000000);
}

SPEC("1.2", "FFA_INTERRUPT")
static void guest_with_something_to_do_sees_the_interrupt(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 2;
	assert_int_equal(leave_stopped(w, FAKE_SP_ECHO), TARGET(FAKE_SP_ECHO));
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 2);
}

SPEC("1.2", "FFA_YIELD")
static void guest_sees_a_yield_as_an_interrupt(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	part(w, FAKE_SP_ECHO)->yields = true;
	assert_int_equal(leave_stopped(w, FAKE_SP_ECHO), TARGET(FAKE_SP_ECHO));
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
}

SPEC("1.2", "FFA_RUN")
static void run_can_be_interrupted_again(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 3;
	leave_stopped(w, FAKE_SP_ECHO);
	w->port.must_leave = true;
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_INTERRUPT,
		    TARGET(FAKE_SP_ECHO));
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_INTERRUPT,
		    TARGET(FAKE_SP_ECHO));
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
}

static unsigned int nr_smc_run;

static enum vffa_ret count_smc_run(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	assert_int_equal(regs->x[0], FFA_RUN);
	nr_smc_run++;
	return fake_ops.smc(port, regs, cpu);
}

SPEC("1.2", "FFA_RUN")
static void home_is_told_when_a_stopped_request_is_resumed(void **state)
{
	struct vffa_port_ops ops = fake_ops;
	struct world *w = *state;

	ops.smc_run = count_smc_run;
	w->relay.cfg.ops = &ops;
	nr_smc_run = 0;

	/* By the relay, and by the guest. */
	part(w, FAKE_SP_ECHO)->stops = 2;
	expect_answer(request(w, 0, FAKE_SP_ECHO), FAKE_SP_ECHO);
	assert_int_equal(nr_smc_run, 2);
	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	assert_int_equal(nr_smc_run, 2);
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
	assert_int_equal(nr_smc_run, 3);
	w->relay.cfg.ops = &fake_ops;
}

SPEC("1.2", "FFA_RUN")
static void run_may_come_from_another_vcpu(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	expect_answer(CALL_ON(&w->vms[0], 3, FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RUN, TARGET(FAKE_SP_ECHO));
}

SPEC("1.2", "FFA_RUN")
static void run_brings_answers_of_every_width(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	w->port.must_leave = true;
	CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_64, TO(FAKE_SP_ECHO), 0, 1ull << 40);
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_MSG_SEND_DIRECT_RESP_64,
		    FROM(FAKE_SP_ECHO), 0, 1ull << 40);
	CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ2, TO(FAKE_SP_ECHO), 0, 0, 4, 5, 6, 7, 8, 9, 10, 11,
	     12, 13, 14, 15, 16, 17);
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_MSG_SEND_DIRECT_RESP2,
		    FROM(FAKE_SP_ECHO), 0, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
}

SPEC("1.2", "Use of the SMC calling convention")
static void run_has_only_its_target_whatever_the_spmc_left_in_registers(void **state)
{
	struct world *w = *state;
	struct vffa_regs stopped = { { FFA_INTERRUPT, TARGET(FAKE_SP_ECHO) } };

	/* The fake SPMC complains when FFA_RUN comes with more than x1. */
	for (unsigned int i = 2; i < VFFA_NR_REGS; i++)
		stopped.x[i] = 0xD1D1;
	w->port.spmc.requests[0] = (struct fake_request){
		.open = true,
		.part = FAKE_SP_ECHO,
		.regs = { { FFA_MSG_SEND_DIRECT_REQ2, TO(FAKE_SP_ECHO) } },
	};
	fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ2, stopped);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ2, TO(FAKE_SP_ECHO)),
		    FFA_MSG_SEND_DIRECT_RESP2, FROM(FAKE_SP_ECHO));
}

SPEC("1.2", "FFA_RUN")
static void run_denies_what_the_vm_has_not_left_stopped(void **state)
{
	struct world *w = *state;

	/* Never started, finished, and another VM's. */
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RUN, TARGET(FAKE_SP_ECHO));
	request(w, 0, FAKE_SP_ECHO);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RUN, TARGET(FAKE_SP_ECHO));
	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	expect_refused(w, &w->vms[1], VFFA_DENIED, FFA_RUN, TARGET(FAKE_SP_ECHO));
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 0);
}

SPEC("1.2", "FFA_RUN")
static void run_refuses_contexts_that_are_none(void **state)
{
	static const uint32_t none[] = {
		0x00000000, /* the hypervisor */
		0x00010000, /* the caller */
		0x00020000, /* another VM */
		0x80000000, /* the SPMC */
		0x80050000, /* nobody */
		0x80010001, /* one context only */
		0x80030004, /* four */
		0xFFFFFFFF,
	};
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_RUN, none[i]);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RUN, 0x80030003);
}

SPEC("1.2", "FFA_RUN")
static void run_checks_every_reserved_register(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	for (unsigned int i = 2; i < VFFA_NR_REGS_SHORT; i++) {
		struct vffa_regs regs = { { FFA_RUN, TARGET(FAKE_SP_ECHO) } };

		regs.x[i] = 1;
		expect_error(guest_call(&w->vms[0], 0, regs), VFFA_INVALID_PARAMETERS);
	}
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 0);
}

/* Another vCPU that runs the same context while vCPU 0 is inside it. */
static void run_from_vcpu_1(void *arg)
{
	struct world *w = arg;
	struct vffa_regs regs = { { FFA_RUN, TARGET(FAKE_SP_ECHO) } };

	w->port.during_smc = NULL;
	expect_error(guest_call(&w->vms[0], 1, regs), VFFA_BUSY);
}

SPEC("1.2", "FFA_RUN")
static void run_of_a_running_context_is_busy(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	w->port.during_smc = run_from_vcpu_1;
	w->port.during_arg = w;
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
}

SPEC("1.2", "FFA_RUN")
static void killed_caller_of_run_leaves_the_context_stopped(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
	expect_refused(w, &w->vms[0], VFFA_INTERRUPTED, FFA_RUN, TARGET(FAKE_SP_ECHO));
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
}

static void vcpu_can_leave_four_contexts_and_no_more(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	for (unsigned int i = 0; i < VFFA_RUNS_PER_VCPU; i++)
		assert_int_equal(leave_stopped(w, FAKE_SP_ECHO), TARGET(FAKE_SP_ECHO) | i);
	expect_error(request(w, 0, FAKE_SP_ECHO), VFFA_BUSY);
	expect_answer(request(w, 1, FAKE_SP_ECHO), FAKE_SP_ECHO);
	/* One less, and there is room again. */
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO) | 2), FAKE_SP_ECHO);
	expect_answer(request(w, 0, FAKE_SP_ECHO), FAKE_SP_ECHO);
}

SPEC("1.2", "Partition execution contexts")
static void pinned_context_is_resumed_where_it_stopped(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_PINNED)->stops = 1;
	w->port.cpu = 5;
	leave_stopped(w, FAKE_SP_PINNED);
	w->port.cpu = 1;
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_PINNED)), FAKE_SP_PINNED);
	assert_int_equal(fake_last_call(&w->port)->cpu, 5);
}

SPEC("1.2", "Partition execution contexts")
static void migrating_context_is_resumed_anywhere(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
	assert_int_equal(fake_last_call(&w->port)->cpu, VFFA_CPU_ANY);
}

/* The fake SPMC's stopped context is this partition's, called by the receiver. */
static void stop_in_a_chain(struct world *w, enum fake_sp receiver, enum fake_sp called)
{
	struct vffa_regs stopped = { { FFA_INTERRUPT, TARGET(called) } };

	fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ_32, stopped);
	w->port.must_leave = true;
	expect_regs(request(w, 0, receiver), FFA_INTERRUPT, TARGET(called));
	w->port.must_leave = false;
}

SPEC("1.2", "Partition execution contexts")
static void chain_is_resumed_where_it_stopped(void **state)
{
	struct world *w = *state;
	struct vffa_regs stopped = { { FFA_INTERRUPT, TARGET(FAKE_SP_ECHO) } };
	struct vffa_regs answer = { { FFA_MSG_SEND_DIRECT_RESP_32, FROM(FAKE_SP_ECHO) } };

	/* The receiver migrates; the one that it has called does not. */
	w->port.cpu = 5;
	stop_in_a_chain(w, FAKE_SP_ECHO, FAKE_SP_PINNED);
	w->port.cpu = 1;
	/* That one has returned, and the receiver itself is preempted: it migrates again. */
	fake_spmc_script(&w->port.spmc, FFA_RUN, stopped);
	w->port.must_leave = true;
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_PINNED)), FFA_INTERRUPT,
		    TARGET(FAKE_SP_ECHO));
	w->port.must_leave = false;
	assert_int_equal(fake_last_call(&w->port)->cpu, 5);
	fake_spmc_script(&w->port.spmc, FFA_RUN, answer);
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_MSG_SEND_DIRECT_RESP_32,
		    FROM(FAKE_SP_ECHO));
	assert_int_equal(fake_last_call(&w->port)->cpu, VFFA_CPU_ANY);
}

SPEC("1.2", "Partition execution contexts")
static void per_cpu_receiver_of_a_chain_keeps_its_cpu(void **state)
{
	struct world *w = *state;
	struct vffa_regs answer = { { FFA_MSG_SEND_DIRECT_RESP_32, FROM(FAKE_SP_PINNED) } };

	w->port.cpu = 5;
	stop_in_a_chain(w, FAKE_SP_PINNED, FAKE_SP_ECHO);
	w->port.cpu = 1;
	fake_spmc_script(&w->port.spmc, FFA_RUN, answer);
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_MSG_SEND_DIRECT_RESP_32,
		    FROM(FAKE_SP_PINNED));
	assert_int_equal(fake_last_call(&w->port)->cpu, 5);
}

static void overdue_chain_is_finished_where_it_stopped(void **state)
{
	struct world *w = *state;
	struct vffa_regs answer = { { FFA_MSG_SEND_DIRECT_RESP_32, FROM(FAKE_SP_ECHO) } };

	w->port.cpu = 5;
	stop_in_a_chain(w, FAKE_SP_ECHO, FAKE_SP_PINNED);
	w->port.cpu = 1;
	w->port.now_ns += VFFA_RUN_OVERDUE_NS;
	fake_spmc_script(&w->port.spmc, FFA_RUN, answer);
	vffa_vm_work(&w->vms[0].vm);
	assert_int_equal(fake_last_call(&w->port)->cpu, 5);
	expect_error(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_PINNED)), VFFA_ABORTED);
}

static void context_of_an_offline_cpu_waits_for_it(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_PINNED)->stops = 1;
	leave_stopped(w, FAKE_SP_PINNED);
	fake_fail(&w->port, FAKE_OP_CPU, 1, VFFA_OK);
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_PINNED)), FFA_INTERRUPT,
		    TARGET(FAKE_SP_PINNED));
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_PINNED)), FAKE_SP_PINNED);
}

static void overdue_context_is_finished_by_the_worker(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 2;
	leave_stopped(w, FAKE_SP_ECHO);
	assert_true(w->vms[0].scheduled);

	/* Not yet. */
	assert_int_equal(fake_work(&w->vms[0], VFFA_RUN_OVERDUE_NS / 2), 0);
	w->port.now_ns += VFFA_RUN_OVERDUE_NS / 2;
	vffa_vm_work(&w->vms[0].vm);
	assert_int_equal(fake_spmc_nr_open(&w->port.spmc), 1);

	assert_int_not_equal(fake_work(&w->vms[0], VFFA_RUN_OVERDUE_NS), 0);
	assert_int_equal(fake_spmc_nr_open(&w->port.spmc), 0);
	assert_false(w->vms[0].scheduled);
	/* The guest is told once. */
	expect_error(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), VFFA_ABORTED);
	expect_error(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), VFFA_DENIED);
	/* The partition is free for others. */
	expect_answer(request(w, 0, FAKE_SP_ECHO), FAKE_SP_ECHO);
}

static void context_stopped_again_is_overdue_from_then_on(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 5;
	leave_stopped(w, FAKE_SP_ECHO);
	w->port.now_ns += VFFA_RUN_OVERDUE_NS - 1000;
	w->port.must_leave = true;
	CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO));
	w->port.must_leave = false;
	w->port.now_ns += 2000;
	vffa_vm_work(&w->vms[0].vm);
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
}

/* A guest that resumes now and then, for no time at all, holds the partition's only context. */
static void context_stopped_for_long_in_all_is_overdue(void **state)
{
	struct world *w = *state;
	uint64_t idle_ns = 0;

	part(w, FAKE_SP_ECHO)->stops = 20;
	leave_stopped(w, FAKE_SP_ECHO);
	w->port.must_leave = true;
	while (idle_ns + VFFA_RUN_OVERDUE_NS / 2 < VFFA_RUN_IDLE_MAX_NS) {
		w->port.now_ns += VFFA_RUN_OVERDUE_NS / 2;
		idle_ns += VFFA_RUN_OVERDUE_NS / 2;
		vffa_vm_work(&w->vms[0].vm);
		expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_INTERRUPT,
			    TARGET(FAKE_SP_ECHO));
	}
	w->port.now_ns += VFFA_RUN_OVERDUE_NS / 2;
	vffa_vm_work(&w->vms[0].vm);
	assert_int_equal(fake_spmc_nr_open(&w->port.spmc), 0);
	expect_error(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), VFFA_ABORTED);
}

static void worker_does_not_wait_for_a_partition_that_never_ends(void **state)
{
	struct world *w = *state;
	uint64_t before;

	part(w, FAKE_SP_ECHO)->stops = 1000000;
	leave_stopped(w, FAKE_SP_ECHO);
	w->port.now_ns += VFFA_RUN_OVERDUE_NS;
	before = w->port.now_ns;
	vffa_vm_work(&w->vms[0].vm);
	assert_true(w->port.now_ns - before < 2 * VFFA_WORK_BUDGET_NS);
	/* It comes back, and the guest may still go on by itself. */
	assert_true(w->vms[0].scheduled);
	w->port.leave_after = 10;
	expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_INTERRUPT,
		    TARGET(FAKE_SP_ECHO));
	w->port.spmc.requests[0].stops_left = 0;
}

static void records_the_guest_forgot_are_used_again(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	for (unsigned int i = 0; i < VFFA_RUNS_PER_VCPU; i++)
		leave_stopped(w, FAKE_SP_ECHO);
	fake_work(&w->vms[0], 2 * VFFA_RUN_OVERDUE_NS);
	assert_int_equal(fake_spmc_nr_open(&w->port.spmc), 0);
	for (unsigned int i = 0; i < 2 * VFFA_RUNS_PER_VCPU; i++)
		expect_answer(request(w, 0, FAKE_SP_ECHO), FAKE_SP_ECHO);
}

static void stop_vm(void *arg)
{
	struct world *w = arg;

	w->port.during_smc = NULL;
	vffa_vm_stop(&w->vms[0].vm);
}

static void stopping_vm_gets_its_vcpus_back_from_partitions(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs;

	part(w, FAKE_SP_ECHO)->stops = 1000000;
	w->port.during_smc = stop_vm;
	w->port.during_arg = w;
	regs = request(w, 0, FAKE_SP_ECHO);
	expect_regs(regs, FFA_INTERRUPT, TARGET(FAKE_SP_ECHO));
	w->port.spmc.requests[0].stops_left = 5;
	world_stop_vm(w, 0);
	assert_int_equal(fake_spmc_nr_open(&w->port.spmc), 0);
}

SPEC("1.1", "VM availability messages")
static void partitions_hear_of_the_end_when_nothing_runs_in_them(void **state)
{
	struct world *w = *state;

	/* The fake SPMC complains if VM_DESTROYED comes first. */
	part(w, FAKE_SP_SUBSCRIBER)->stops = 3;
	leave_stopped(w, FAKE_SP_SUBSCRIBER);
	leave_stopped(w, FAKE_SP_SUBSCRIBER);
	world_stop_vm(w, 0);
}

static void vm_is_quarantined_while_a_partition_does_not_let_go(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1000000;
	leave_stopped(w, FAKE_SP_ECHO);
	vffa_vm_stop(&w->vms[0].vm);
	fake_work(&w->vms[0], 10 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
	assert_true(w->vms[0].scheduled);
	assert_true(part(w, FAKE_SP_SUBSCRIBER)->known >> 1 & 1);
	w->port.spmc.requests[0].stops_left = 0;
	fake_work(&w->vms[0], 2 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
}

SPEC("1.2", "FFA_RUN")
static void run_is_aborted_by_an_answer_that_makes_no_sense(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	fake_spmc_script(&w->port.spmc, FFA_RUN,
			 (struct vffa_regs){ { FFA_MSG_WAIT, TARGET(FAKE_SP_ECHO) } });
	expect_error(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), VFFA_ABORTED);
	expect_error(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), VFFA_DENIED);
	w->port.spmc.requests[0].open = false;
}

SPEC("1.2", "FFA_RUN")
static void run_that_the_spmc_puts_off_can_be_tried_again(void **state)
{
	static const enum vffa_ret put_off[] = { VFFA_BUSY, VFFA_RETRY, VFFA_INTERRUPTED };
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	for (unsigned int i = 0; i < 3; i++) {
		fake_fail(&w->port, FAKE_OP_SMC, 1, put_off[i]);
		expect_regs(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FFA_INTERRUPT,
			    TARGET(FAKE_SP_ECHO));
	}
	expect_answer(CALL(&w->vms[0], FFA_RUN, TARGET(FAKE_SP_ECHO)), FAKE_SP_ECHO);
}

SPEC("1.2", "FFA_RUN")
static void worker_keeps_a_context_that_the_spmc_puts_off(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->stops = 1;
	leave_stopped(w, FAKE_SP_ECHO);
	fake_fail(&w->port, FAKE_OP_SMC, 1, VFFA_BUSY);
	vffa_vm_stop(&w->vms[0].vm);
	vffa_vm_work(&w->vms[0].vm);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
	world_stop_vm(w, 0);
	assert_int_equal(fake_spmc_nr_open(&w->port.spmc), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(preempted_request_is_resumed_for_a_guest_with_nothing_to_do, world_setup_1_2),
		TEST(yielding_request_is_resumed_after_a_sleep, world_setup_1_2),
		TEST(guest_with_something_to_do_sees_the_interrupt, world_setup_1_0),
		TEST(guest_sees_a_yield_as_an_interrupt, world_setup_1_2),
		TEST(run_can_be_interrupted_again, world_setup_1_2),
		TEST(home_is_told_when_a_stopped_request_is_resumed, world_setup_1_2),
		TEST(run_may_come_from_another_vcpu, world_setup_1_2),
		TEST(run_brings_answers_of_every_width, world_setup_1_2),
		TEST(run_has_only_its_target_whatever_the_spmc_left_in_registers, world_setup_1_2),
		TEST(run_denies_what_the_vm_has_not_left_stopped, world_setup_1_2),
		TEST(run_refuses_contexts_that_are_none, world_setup_1_2),
		TEST(run_checks_every_reserved_register, world_setup_1_2),
		TEST(run_of_a_running_context_is_busy, world_setup_1_2),
		TEST(killed_caller_of_run_leaves_the_context_stopped, world_setup_1_2),
		TEST(vcpu_can_leave_four_contexts_and_no_more, world_setup_1_2),
		TEST(pinned_context_is_resumed_where_it_stopped, world_setup_1_2),
		TEST(chain_is_resumed_where_it_stopped, world_setup_1_2),
		TEST(per_cpu_receiver_of_a_chain_keeps_its_cpu, world_setup_1_2),
		TEST(overdue_chain_is_finished_where_it_stopped, world_setup_1_2),
		TEST(migrating_context_is_resumed_anywhere, world_setup_1_2),
		TEST(context_of_an_offline_cpu_waits_for_it, world_setup_1_2),
		TEST(overdue_context_is_finished_by_the_worker, world_setup_1_2),
		TEST(context_stopped_again_is_overdue_from_then_on, world_setup_1_2),
		TEST(context_stopped_for_long_in_all_is_overdue, world_setup_1_2),
		TEST(worker_does_not_wait_for_a_partition_that_never_ends, world_setup_1_2),
		TEST(records_the_guest_forgot_are_used_again, world_setup_1_2),
		TEST(stopping_vm_gets_its_vcpus_back_from_partitions, world_setup_1_2),
		TEST(partitions_hear_of_the_end_when_nothing_runs_in_them, world_setup_1_2),
		TEST(vm_is_quarantined_while_a_partition_does_not_let_go, world_setup_1_2),
		TEST(run_is_aborted_by_an_answer_that_makes_no_sense, world_setup_1_2),
		TEST(run_that_the_spmc_puts_off_can_be_tried_again, world_setup_1_2),
		TEST(worker_keeps_a_context_that_the_spmc_puts_off, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
