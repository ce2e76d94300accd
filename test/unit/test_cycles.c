// SPDX-License-Identifier: GPL-2.0-only
/* FFA_MSG_WAIT and FFA_YIELD of VMs: the CPU is given up, and nothing leaves the relay. */
#include "world.h"

#define TX FAKE_RAM_IPA
#define RX (FAKE_RAM_IPA + 0x10000)

SPEC("1.2", "FFA_MSG_WAIT")
static void msg_wait_sleeps_unless_the_vcpu_has_something_to_take(void **state)
{
	struct world *w = *state;
	unsigned int calls = w->port.nr_calls;

	expect_regs(CALL_ON(&w->vms[1], 3, FFA_MSG_WAIT), FFA_RUN, 2 << 16 | 3);
	assert_int_equal(w->port.nr_slept, 1);
	w->port.must_leave = true;
	expect_regs(CALL(&w->vms[0], FFA_MSG_WAIT), FFA_RUN, 1 << 16);
	assert_int_equal(w->port.nr_slept, 1);
	assert_int_equal(w->port.nr_calls, calls);
}

SPEC("1.2", "FFA_MSG_WAIT")
static void msg_wait_gives_rx_back_unless_it_is_kept(void **state)
{
	struct world *w = *state;

	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	expect_regs(CALL(&w->vms[0], FFA_MSG_WAIT, 0, FFA_MSG_WAIT_KEEP_RX), FFA_RUN, 1 << 16);
	expect_refused(w, &w->vms[0], VFFA_BUSY, FFA_PARTITION_INFO_GET);
	expect_regs(CALL(&w->vms[0], FFA_MSG_WAIT), FFA_RUN, 1 << 16);
	assert_int_equal(CALL(&w->vms[0], FFA_PARTITION_INFO_GET).x[0], FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_MSG_WAIT")
static void a_killed_waiter_does_not_wait(void **state)
{
	struct world *w = *state;

	fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
	expect_refused(w, &w->vms[0], VFFA_INTERRUPTED, FFA_MSG_WAIT);
	assert_int_equal(w->port.nr_slept, 0);
}

SPEC("1.2", "FFA_YIELD")
static void yield_lets_the_host_schedule(void **state)
{
	struct world *w = *state;
	unsigned int calls = w->port.nr_calls;

	expect_regs(CALL(&w->vms[0], FFA_YIELD, 0, 5, 6), FFA_SUCCESS_32);
	assert_int_equal(w->port.nr_relaxed, 1);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_YIELD, 1);
	assert_int_equal(w->port.nr_relaxed, 1);
	assert_int_equal(w->port.nr_calls, calls);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(msg_wait_sleeps_unless_the_vcpu_has_something_to_take, world_setup_1_2),
		TEST(msg_wait_gives_rx_back_unless_it_is_kept, world_setup_1_2),
		TEST(a_killed_waiter_does_not_wait, world_setup_1_2),
		TEST(yield_lets_the_host_schedule, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
