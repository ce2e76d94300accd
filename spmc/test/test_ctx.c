// SPDX-License-Identifier: GPL-2.0-only
/* Execution contexts: yield, interrupts, FFA_RUN, chains, pinned and migrating; and faults. */
#include <pthread.h>
#include <time.h>

#include "nwd.h"

#define VM	3u
#define RUN(id) FID32(FN_RUN), ids_word(id, 0)

#define expect_yield(regs, sp, ...) expect(regs, FID32(FN_YIELD), ids_word(sp, 0), __VA_ARGS__)
#define expect_interrupt(regs, sp)  expect(regs, FID32(FN_INTERRUPT), ids_word(sp, 0))

static void yield_reaches_the_scheduler(void **state)
{
	struct nwd *n = *state;

	expect_yield(CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_YIELDER), 0, SP_YIELD, 2,
			  0x500000006),
		     SP_ID_YIELDER, 6, 5);
	expect_error(REQ(n, VM, SP_ID_YIELDER, SP_YIELD), E_BUSY);
	expect_yield(CALL(n, RUN(SP_ID_YIELDER)), SP_ID_YIELDER, 6, 5);
	expect(CALL(n, RUN(SP_ID_YIELDER)), FID64(FN_DIRECT_RESP), ids_word(SP_ID_YIELDER, VM), 0,
	       0, 2, 0x500000006);
}

static void interrupts_preempt(void **state)
{
	struct nwd *n = *state;

	spmc_inproc_irq(n->p, 0, 2);
	expect_interrupt(REQ(n, VM, SP_ID_YIELDER, SP_SPIN, 2000000), SP_ID_YIELDER);
	expect_error(REQ(n, VM, SP_ID_YIELDER, SP_SPIN, 2000000), E_BUSY);
	expect_interrupt(CALL(n, RUN(SP_ID_YIELDER)), SP_ID_YIELDER);
	/* It has one context, which goes where it is run. */
	expect_resp(CALL_ON(n, 1, RUN(SP_ID_YIELDER)), VM, SP_ID_YIELDER, 0, 2000000);
}

static void run_gives_an_idle_context_cycles(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, RUN(SP_ID_YIELDER)), FID32(FN_MSG_WAIT), ids_word(SP_ID_YIELDER, 0));
	expect(CALL_ON(n, 1, FID32(FN_RUN), ids_word(SP_ID_ECHO, 1)), FID32(FN_MSG_WAIT),
	       ids_word(SP_ID_ECHO, 1));
}

static void run_refuses(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID32(FN_RUN), ids_word(0x8123, 0)), E_INVALID);
	expect_error(CALL(n, FID32(FN_RUN), ids_word(VM, 0)), E_INVALID);
	expect_error(CALL(n, FID32(FN_RUN), ids_word(SP_ID_YIELDER, 1)), E_INVALID);
	expect_error(CALL(n, FID32(FN_RUN), ids_word(SP_ID_ECHO, 2)), E_INVALID);
	expect_error(CALL(n, FID32(FN_RUN), ids_word(SP_ID_ECHO, 1)), E_INVALID);
	expect_error(CALL(n, RUN(SP_ID_YIELDER), 1), E_INVALID);
}

static void a_chain_stops_and_goes_on_where_it_stopped(void **state)
{
	struct nwd *n = *state;

	expect_yield(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_YIELDER, SP_YIELD, 1),
		     SP_ID_YIELDER, 0);
	expect_error(CALL(n, RUN(SP_ID_FORWARDER)), E_DENIED);
	expect_error(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD), E_BUSY);
	expect_resp(CALL(n, RUN(SP_ID_YIELDER)), VM, SP_ID_FORWARDER, 0, 0, 1);

	spmc_inproc_irq(n->p, 0, 1);
	expect_interrupt(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_YIELDER, SP_SPIN, 1),
			 SP_ID_YIELDER);
	expect_resp(CALL(n, RUN(SP_ID_YIELDER)), VM, SP_ID_FORWARDER, 0, 0, 1);
}

static void a_chain_stays_on_the_cpu_of_its_pinned_contexts(void **state)
{
	struct nwd *n = *state;

	spmc_inproc_irq(n->p, 0, 1);
	expect_interrupt(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_YIELDER, SP_SPIN, 1),
			 SP_ID_YIELDER);
	expect_error(CALL_ON(n, 1, RUN(SP_ID_YIELDER)), E_DENIED);
	expect_resp(CALL(n, RUN(SP_ID_YIELDER)), VM, SP_ID_FORWARDER, 0, 0, 1);
}

static void a_chain_has_no_loops(void **state)
{
	struct nwd *n = *state;

	expect_resp(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_FORWARDER), VM, SP_ID_FORWARDER,
		    (uint32_t)E_INVALID);
}

static void a_partition_that_failed_is_aborted(void **state)
{
	struct nwd *n = *state;

	expect_error(REQ(n, VM, SP_ID_STILLBORN, 1), E_ABORTED);
	expect_error(CALL(n, RUN(SP_ID_STILLBORN)), E_ABORTED);
	expect_resp(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_STILLBORN), VM, SP_ID_FORWARDER,
		    (uint32_t)E_ABORTED);
}

static void a_hostile_partition_stops_as_often_as_it_likes(void **state)
{
	struct nwd *n = *state;

	expect_yield(REQ(n, VM, SP_ID_HOSTILE, HOSTILE_YIELD, 0), SP_ID_HOSTILE, 0);
	for (unsigned int i = 0; i < 20; i++)
		expect_yield(CALL(n, RUN(SP_ID_HOSTILE)), SP_ID_HOSTILE, 0);
}

static void a_hostile_partition_lies_to_partitions(void **state)
{
	struct nwd *n = *state;

	spmc_inproc_irq(n->p, 0, 1);
	expect_interrupt(REQ(n, VM, SP_ID_HOSTILE, HOSTILE_SPIN, 1), SP_ID_HOSTILE);
	expect_resp(CALL(n, RUN(SP_ID_HOSTILE)), VM, SP_ID_HOSTILE, 0, 1);
	expect_resp(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_HOSTILE, HOSTILE_LIE, 5, 99), VM,
		    SP_ID_FORWARDER, 0, 0, 5, 99);
}

static void pinned_contexts_run_side_by_side(void **state)
{
	struct nwd *n = *state;

	expect_resp(CALL_ON(n, 0, FID32(FN_DIRECT_REQ), ids_word(VM, SP_ID_ECHO), 0, 1), VM,
		    SP_ID_ECHO, 1);
	expect_resp(CALL_ON(n, 1, FID32(FN_DIRECT_REQ), ids_word(VM, SP_ID_ECHO), 0, 2), VM,
		    SP_ID_ECHO, 2);
}

struct hammer {
	struct nwd *n;
	unsigned int cpu;
	unsigned int nr_wrong;
};

static bool is_resumable(const struct vffa_regs *regs)
{
	return regs->x[0] == FID32(FN_YIELD) || regs->x[0] == FID32(FN_INTERRUPT);
}

static void *hammer(void *arg)
{
	struct hammer *h = arg;

	for (unsigned int i = 0; i < 2000; i++) {
		uint16_t sp = i % 2 ? SP_ID_ECHO : SP_ID_YIELDER;
		struct vffa_regs regs = { { FID32(FN_DIRECT_REQ), ids_word(VM, sp), 0,
					    i % 4 ? SP_SPIN : SP_YIELD, 2 } };

		spmc_inproc_irq(h->n->p, h->cpu, i % 3);
		regs = nwd_call(h->n, h->cpu, regs);
		while (is_resumable(&regs))
			regs = CALL_ON(h->n, h->cpu, FID32(FN_RUN), regs.x[1]);
		if (regs.x[0] == FID32(FN_ERROR))
			h->nr_wrong += regs.x[2] != (uint32_t)E_BUSY || sp == SP_ID_ECHO;
		else
			h->nr_wrong += regs.x[0] != FID32(FN_DIRECT_RESP);
	}
	return NULL;
}

static void cpus_are_independent(void **state)
{
	struct hammer h[2] = { { *state, 0, 0 }, { *state, 1, 0 } };
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, hammer, &h[1]), 0);
	hammer(&h[0]);
	pthread_join(thread, NULL);
	assert_int_equal(h[0].nr_wrong, 0);
	assert_int_equal(h[1].nr_wrong, 0);
}

static void set_fault(struct nwd *n, struct spmc_fault fault)
{
	assert_int_equal(spmc_fault_set(spmc_inproc_spmc(n->p), &fault), 0);
}

static void faults_are_errors_on_request(void **state)
{
	struct nwd *n = *state;

	set_fault(n, (struct spmc_fault){ .fid = FID32(FN_ID_GET),
					  .kind = FAULT_ERROR,
					  .value = (uint64_t)E_NO_MEMORY,
					  .skip = 1,
					  .times = 2 });
	expect(CALL(n, FID32(FN_ID_GET)), FID32(FN_SUCCESS));
	expect_error(CALL(n, FID32(FN_ID_GET)), E_NO_MEMORY);
	expect(CALL(n, FID32(FN_SPM_ID_GET)), FID32(FN_SUCCESS), 0, 0x8000);
	expect_error(CALL(n, FID32(FN_ID_GET)), E_NO_MEMORY);
	expect(CALL(n, FID32(FN_ID_GET)), FID32(FN_SUCCESS));
}

static void faults_after_the_fact_leave_effects(void **state)
{
	struct nwd *n = *state;

	set_fault(n, (struct spmc_fault){ .fid = FID32(FN_RXTX_UNMAP),
					  .kind = FAULT_ERROR_AFTER,
					  .value = (uint64_t)E_BUSY,
					  .times = 1 });
	expect_error(CALL(n, FID32(FN_RXTX_UNMAP)), E_BUSY);
	expect_error(CALL(n, FID32(FN_RXTX_UNMAP)), E_INVALID);
}

static void faults_lie_about_counts_and_contents(void **state)
{
	struct nwd *n = *state;

	set_fault(n, (struct spmc_fault){ .fid = FID32(FN_PARTITION_INFO_GET),
					  .kind = FAULT_REG,
					  .index = 2,
					  .value = 0x80000000 });
	set_fault(n, (struct spmc_fault){ .fid = FID32(FN_PARTITION_INFO_GET),
					  .kind = FAULT_RX,
					  .index = 8,
					  .value = 0x1122334455667788 });
	expect(CALL(n, FID32(FN_PARTITION_INFO_GET)), FID32(FN_SUCCESS), 0, 0x80000000, 24);
	assert_true(get64(n->rx + 8) == 0x1122334455667788);
	spmc_fault_clear(spmc_inproc_spmc(n->p));
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect(CALL(n, FID32(FN_PARTITION_INFO_GET)), FID32(FN_SUCCESS), 0, SP_NR_SERVICES, 24);
}

static void faults_make_interrupts_that_never_end(void **state)
{
	struct nwd *n = *state;

	set_fault(n, (struct spmc_fault){ .kind = FAULT_STOP, .value = FID32(FN_INTERRUPT) });
	expect_interrupt(REQ(n, VM, SP_ID_ECHO, 1), SP_ID_ECHO);
	for (unsigned int i = 0; i < 10; i++)
		expect_interrupt(CALL(n, RUN(SP_ID_ECHO)), SP_ID_ECHO);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void faults_make_calls_slow(void **state)
{
	struct nwd *n = *state;
	uint64_t begin = now_ns();

	set_fault(n, (struct spmc_fault){ .kind = FAULT_SLOW, .value = 2000000, .times = 1 });
	expect(CALL(n, FID32(FN_ID_GET)), FID32(FN_SUCCESS));
	assert_true(now_ns() - begin >= 2000000);
}

static void faults_are_set_by_messages_too(void **state)
{
	struct nwd *n = *state;
	uint32_t value = (uint32_t)E_RETRY;

	expect_resp(REQ(n, VM, SP_ID_CONTROL, CONTROL_FAULT_SET, 0, FAULT_ERROR, value, 0), VM,
		    SP_ID_CONTROL, 0, 0, FAULT_ERROR, value);
	expect_error(CALL(n, FID32(FN_ID_GET)), E_RETRY);
	expect_resp(REQ(n, VM, SP_ID_CONTROL, CONTROL_FAULT_COUNT), VM, SP_ID_CONTROL, 0, 1);
	expect_resp(REQ(n, VM, SP_ID_CONTROL, CONTROL_FAULT_CLEAR), VM, SP_ID_CONTROL, 0);
	expect_resp(REQ(n, VM, SP_ID_CONTROL, CONTROL_FAULT_COUNT), VM, SP_ID_CONTROL, 0);
	expect(CALL(n, FID32(FN_ID_GET)), FID32(FN_SUCCESS));
	expect_resp(REQ(n, VM, SP_ID_CONTROL, CONTROL_FAULT_SET, 0, NR_FAULT_KINDS), VM,
		    SP_ID_CONTROL, (uint32_t)E_INVALID, 0, NR_FAULT_KINDS);
}

static void faults_spare_what_sets_them(void **state)
{
	struct nwd *n = *state;

	set_fault(n, (struct spmc_fault){ .fid = FID32(FN_RUN),
					  .kind = FAULT_ERROR,
					  .value = (uint64_t)E_BUSY,
					  .times = 1 });
	expect(CALL(n, RUN(SP_ID_CONTROL)), FID32(FN_MSG_WAIT), SP_ID_CONTROL << 16);
	expect_error(CALL(n, RUN(SP_ID_ECHO)), E_BUSY);
	expect(CALL(n, RUN(SP_ID_ECHO)), FID32(FN_MSG_WAIT), SP_ID_ECHO << 16);
}

static void faults_of_answers_wait_for_the_answer(void **state)
{
	struct nwd *n = *state;

	set_fault(n, (struct spmc_fault){ .fid = FID32(FN_DIRECT_REQ),
					  .kind = FAULT_REG,
					  .index = 2,
					  .value = 0x99,
					  .times = 1 });
	spmc_inproc_irq(n->p, 0, 1);
	expect_interrupt(REQ(n, VM, SP_ID_YIELDER, SP_SPIN, 1), SP_ID_YIELDER);
	expect(CALL(n, RUN(SP_ID_ECHO)), FID32(FN_MSG_WAIT), SP_ID_ECHO << 16);
	expect(CALL(n, RUN(SP_ID_YIELDER)), FID32(FN_DIRECT_RESP), ids_word(SP_ID_YIELDER, VM),
	       0x99, 0, 1);
	expect_resp(REQ(n, VM, SP_ID_ECHO), VM, SP_ID_ECHO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(yield_reaches_the_scheduler, nwd_setup_1_2),
		TEST(interrupts_preempt, nwd_setup_1_0),
		TEST(interrupts_preempt, nwd_setup_1_1),
		TEST(interrupts_preempt, nwd_setup_1_2),
		TEST(run_gives_an_idle_context_cycles, nwd_setup_1_0),
		TEST(run_gives_an_idle_context_cycles, nwd_setup_1_1),
		TEST(run_gives_an_idle_context_cycles, nwd_setup_1_2),
		TEST(run_refuses, nwd_setup_1_0),
		TEST(run_refuses, nwd_setup_1_1),
		TEST(run_refuses, nwd_setup_1_2),
		TEST(a_chain_stops_and_goes_on_where_it_stopped, nwd_setup_1_2),
		TEST(a_chain_stays_on_the_cpu_of_its_pinned_contexts, nwd_setup_1_2),
		TEST(a_chain_has_no_loops, nwd_setup_1_0),
		TEST(a_chain_has_no_loops, nwd_setup_1_1),
		TEST(a_chain_has_no_loops, nwd_setup_1_2),
		TEST(a_partition_that_failed_is_aborted, nwd_setup_1_0),
		TEST(a_partition_that_failed_is_aborted, nwd_setup_1_1),
		TEST(a_partition_that_failed_is_aborted, nwd_setup_1_2),
		TEST(a_hostile_partition_stops_as_often_as_it_likes, nwd_setup_1_2),
		TEST(a_hostile_partition_lies_to_partitions, nwd_setup_1_2),
		TEST(pinned_contexts_run_side_by_side, nwd_setup_1_2),
		TEST(cpus_are_independent, nwd_setup_1_2),
		TEST(faults_are_errors_on_request, nwd_setup_1_2),
		TEST(faults_after_the_fact_leave_effects, nwd_setup_1_2),
		TEST(faults_lie_about_counts_and_contents, nwd_setup_1_2),
		TEST(faults_make_interrupts_that_never_end, nwd_setup_1_2),
		TEST(faults_make_calls_slow, nwd_setup_1_2),
		TEST(faults_are_set_by_messages_too, nwd_setup_1_2),
		TEST(faults_spare_what_sets_them, nwd_setup_1_2),
		TEST(faults_of_answers_wait_for_the_answer, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("ctx", tests, NULL, NULL);
}
