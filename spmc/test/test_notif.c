// SPDX-License-Identifier: GPL-2.0-only
/* Notifications, global and per vCPU, both ways; and what the scheduler is told. */
#include <pthread.h>

#include "nwd.h"

#define VM  3u
#define VM2 4u

#define CREATE(n, vm, nr)      CALL(n, FID32(FN_NOTIFICATION_BITMAP_CREATE), vm, nr)
#define DESTROY(n, vm)	       CALL(n, FID32(FN_NOTIFICATION_BITMAP_DESTROY), vm)
#define BIND(n, from, to, ...) CALL(n, FID32(FN_NOTIFICATION_BIND), ids_word(from, to), __VA_ARGS__)
#define UNBIND(n, from, to, ...)                                                                   \
	CALL(n, FID32(FN_NOTIFICATION_UNBIND), ids_word(from, to), __VA_ARGS__)
#define SET(n, from, to, ...)	CALL(n, FID32(FN_NOTIFICATION_SET), ids_word(from, to), __VA_ARGS__)
#define GET(n, vcpu, id, flags) CALL(n, FID32(FN_NOTIFICATION_GET), ids_word(vcpu, id), flags)
#define INFO_32(n)		CALL(n, FID32(FN_NOTIFICATION_INFO_GET))
#define INFO_64(n)		CALL(n, FID64(FN_NOTIFICATION_INFO_GET))

/* A command to the notifier; returns the status in its answer. */
static uint32_t notifier(struct nwd *n, uint64_t cmd, uint64_t peer, uint64_t flags, uint64_t low,
			 uint64_t high)
{
	struct vffa_regs regs = REQ(n, VM, SP_ID_NOTIFIER, cmd, peer, flags, low, high);

	assert_int_equal(regs.x[0], FID32(FN_DIRECT_RESP));
	return (uint32_t)regs.x[3];
}

static void bitmaps_are_created_once_and_destroyed(void **state)
{
	struct nwd *n = *state;

	expect_error(DESTROY(n, VM), E_DENIED);
	expect_success(CREATE(n, VM, 4));
	expect_error(CREATE(n, VM, 4), E_DENIED);
	expect_success(DESTROY(n, VM));
	expect_error(DESTROY(n, VM), E_DENIED);
	expect_success(CREATE(n, 0, SPMC_MAX_VCPUS));
	expect_success(DESTROY(n, 0));
}

static void bitmap_create_refuses(void **state)
{
	struct nwd *n = *state;

	expect_error(CREATE(n, SP_ID_ECHO, 1), E_INVALID);
	expect_error(CREATE(n, 0x10001, 1), E_INVALID);
	expect_error(CREATE(n, VM, 0), E_INVALID);
	expect_error(CREATE(n, VM, SPMC_MAX_VCPUS + 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_NOTIFICATION_BITMAP_CREATE), VM, 1, 1), E_INVALID);
	expect_error(DESTROY(n, SP_ID_ECHO), E_INVALID);
	expect_error(CALL(n, FID32(FN_NOTIFICATION_BITMAP_DESTROY), VM, 1), E_INVALID);
	for (unsigned int id = 1; id <= SPMC_MAX_VMS; id++)
		expect_success(CREATE(n, id, 1));
	expect_error(CREATE(n, SPMC_MAX_VMS + 1, 1), E_NO_MEMORY);
}

static void bind_is_all_or_nothing(void **state)
{
	struct nwd *n = *state;

	expect_error(BIND(n, SP_ID_NOTIFIER, VM, 0, 1), E_DENIED);
	expect_success(CREATE(n, VM, 2));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 3));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 3));
	expect_error(BIND(n, SP_ID_ECHO, VM, 0, 6), E_DENIED);
	expect_success(BIND(n, SP_ID_ECHO, VM, 0, 4));
	expect_error(UNBIND(n, SP_ID_NOTIFIER, VM, 0, 7), E_DENIED);
	expect_error(UNBIND(n, SP_ID_NOTIFIER, VM, 0, 8), E_DENIED);
	expect_success(UNBIND(n, SP_ID_NOTIFIER, VM, 0, 3));
}

static void bind_refuses(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 2));
	expect_error(BIND(n, SP_ID_NOTIFIER, VM, 0, 0, 0), E_INVALID);
	expect_error(BIND(n, SP_ID_NOTIFIER, VM, 2, 1), E_INVALID);
	expect_error(BIND(n, SP_ID_NOTIFIER, VM, 0, 1, 0, 1), E_INVALID);
	expect_error(BIND(n, 0x8123, VM, 0, 1), E_INVALID);
	expect_error(BIND(n, VM2, VM, 0, 1), E_INVALID);
	expect_error(BIND(n, VM, VM, 0, 1), E_INVALID);
	expect_error(BIND(n, VM, SP_ID_NOTIFIER, 0, 1), E_INVALID);
	expect_error(UNBIND(n, SP_ID_NOTIFIER, VM, 0, 0), E_INVALID);
	expect_error(UNBIND(n, SP_ID_NOTIFIER, VM, 1, 1), E_INVALID);
	expect_error(UNBIND(n, SP_ID_NOTIFIER, SP_ID_ECHO, 0, 1), E_INVALID);
	assert_int_equal(notifier(n, NOTIFIER_BIND, SP_ID_NOTIFIER, 0, 1, 0), (uint32_t)E_INVALID);
}

static void a_partition_notifies_a_vm(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 2));
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, 0, 1, 0), (uint32_t)E_DENIED);
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 5, 0x80000000));
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, 0, 4, 0x80000000), 0);
	assert_int_equal(spmc_inproc_nr_sris(n->p), 1);
	/* What pends already is no news. */
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, 0, 4, 0), 0);
	assert_int_equal(spmc_inproc_nr_sris(n->p), 1);
	expect_error(UNBIND(n, SP_ID_NOTIFIER, VM, 0, 4), E_DENIED);
	expect_error(BIND(n, SP_ID_NOTIFIER, VM, 0, 4), E_DENIED);
	expect_error(DESTROY(n, VM), E_DENIED);
	expect(INFO_64(n), FID64(FN_SUCCESS), 0, 1 << 7, VM);
	expect_error(INFO_64(n), E_NO_DATA);
	expect(GET(n, 1, VM, NOTIF_GET_SPS), FID32(FN_SUCCESS), 0, 4, 0x80000000);
	expect(GET(n, 1, VM, NOTIF_GET_SPS | NOTIF_GET_SPM), FID32(FN_SUCCESS));
	expect_success(DESTROY(n, VM));
}

static void per_vcpu_bits_are_the_vcpus_own(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 3));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, NOTIF_PER_VCPU, 2));
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, 0, 2, 0), (uint32_t)E_INVALID);
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, 1 << 16, 2, 0), (uint32_t)E_INVALID);
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, 3 << 16 | 1, 2, 0), (uint32_t)E_INVALID);
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, 2 << 16 | 1, 2, 0), 0);
	expect(INFO_32(n), FID32(FN_SUCCESS), 0, 1 << 7 | 1 << 12, VM | 2 << 16);
	expect(GET(n, 0, VM, NOTIF_GET_SPS), FID32(FN_SUCCESS));
	expect(GET(n, 2, VM, NOTIF_GET_SPS), FID32(FN_SUCCESS), 0, 2);
	expect_error(GET(n, 3, VM, NOTIF_GET_SPS), E_INVALID);
}

static void get_refuses(void **state)
{
	struct nwd *n = *state;

	expect_error(GET(n, 0, VM, NOTIF_GET_SPS), E_INVALID);
	expect_success(CREATE(n, VM, 1));
	expect_error(GET(n, 0, VM, NOTIF_GET_VMS), E_INVALID);
	expect_error(GET(n, 0, VM, NOTIF_GET_HYP), E_INVALID);
	expect_error(GET(n, 0, VM, 0x10), E_INVALID);
	expect_error(GET(n, 0, SP_ID_NOTIFIER, NOTIF_GET_SPS), E_INVALID);
	expect_error(CALL(n, FID32(FN_NOTIFICATION_GET), VM, 1, 1), E_INVALID);
}

static void a_vm_notifies_a_partition(void **state)
{
	struct nwd *n = *state;

	expect_error(SET(n, VM, SP_ID_NOTIFIER, 0, 1), E_DENIED);
	assert_int_equal(notifier(n, NOTIFIER_BIND, VM, 0, 9, 0), 0);
	expect_error(SET(n, VM2, SP_ID_NOTIFIER, 0, 1), E_DENIED);
	expect_error(SET(n, VM, SP_ID_NOTIFIER, 0, 2), E_DENIED);
	expect_error(SET(n, VM, SP_ID_NOTIFIER, NOTIF_DELAY_SRI, 1), E_INVALID);
	expect_error(SET(n, VM, SP_ID_NOTIFIER, NOTIF_PER_VCPU, 1), E_INVALID);
	expect_error(SET(n, VM, SP_ID_NOTIFIER, 0, 0), E_INVALID);
	expect_error(SET(n, VM, 0x8123, 0, 1), E_INVALID);
	expect_error(SET(n, VM, SP_ID_ECHO, 0, 1), E_DENIED);
	expect_error(SET(n, VM, VM2, 0, 1), E_INVALID);
	expect_error(SET(n, SP_ID_ECHO, SP_ID_NOTIFIER, 0, 1), E_INVALID);
	expect_success(SET(n, VM, SP_ID_NOTIFIER, 0, 8));
	expect(INFO_32(n), FID32(FN_SUCCESS), 0, 1 << 7, SP_ID_NOTIFIER);
	expect_resp(REQ(n, VM, SP_ID_NOTIFIER, NOTIFIER_GET), VM, SP_ID_NOTIFIER, 0, 0, 8);
	assert_int_equal(notifier(n, NOTIFIER_UNBIND, VM, 0, 9, 0), 0);
}

/* Another VM may get its id. */
static void a_partition_forgets_a_vm_that_ends(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 1));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 1));
	assert_int_equal(notifier(n, NOTIFIER_BIND, VM, 0, 9, 0), 0);
	assert_int_equal(notifier(n, NOTIFIER_BIND, VM2, 0, 2, 0), 0);
	assert_int_equal(notifier(n, NOTIFIER_SET_LATER, VM, 0, 1, 0), 0);
	expect_success(SET(n, VM, SP_ID_NOTIFIER, 0, 8));
	expect_success(SET(n, VM2, SP_ID_NOTIFIER, 0, 2));

	expect(CALL(n, FID32(FN_DIRECT_REQ), SP_ID_NOTIFIER, MSG_VM_DESTROYED, 0, 0, VM),
	       FID32(FN_DIRECT_RESP), ids_word(SP_ID_NOTIFIER, 0), MSG_VM_DESTROYED + 1, 0, 0, VM);
	expect_error(SET(n, VM, SP_ID_NOTIFIER, 0, 1), E_DENIED);
	expect_success(SET(n, VM2, SP_ID_NOTIFIER, 0, 2));
	expect_resp(REQ(n, VM2, SP_ID_NOTIFIER, NOTIFIER_GET), VM2, SP_ID_NOTIFIER, 0, 0, 2);
	expect(CALL(n, FID32(FN_RUN), ids_word(SP_ID_NOTIFIER, 0)), FID32(FN_MSG_WAIT),
	       ids_word(SP_ID_NOTIFIER, 0));
	expect(GET(n, 0, VM, NOTIF_GET_SPS), FID32(FN_SUCCESS));
	assert_int_equal(notifier(n, NOTIFIER_BIND, VM2, 0, 1, 0), 0);
}

static void a_delayed_sri_comes_with_the_return(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 1));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 1));
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, NOTIF_DELAY_SRI, 1, 0), 0);
	assert_int_equal(spmc_inproc_nr_sris(n->p), 1);
}

static void a_partition_notifies_when_it_is_run(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 1));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 1));
	assert_int_equal(notifier(n, NOTIFIER_SET_LATER, VM, 0, 1, 0), 0);
	expect_error(INFO_64(n), E_NO_DATA);
	expect(CALL(n, FID32(FN_RUN), ids_word(SP_ID_NOTIFIER, 0)), FID32(FN_MSG_WAIT),
	       ids_word(SP_ID_NOTIFIER, 0));
	expect(INFO_64(n), FID64(FN_SUCCESS), 0, 1 << 7, VM);
}

static uint32_t set_timed(struct nwd *n, uint64_t bitmap, uint64_t ms)
{
	return notifier(n, NOTIFIER_SET_TIMED, VM, 0, bitmap, ms);
}

static void a_timer_notifies_while_the_normal_world_runs(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 1));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 3));
	assert_false(spmc_inproc_timer(n->p, 0));
	assert_int_equal(set_timed(n, 1, 3600000), 0);
	expect_error(INFO_64(n), E_NO_DATA);
	assert_true(spmc_inproc_timer(n->p, 0));
	assert_int_equal(spmc_inproc_nr_sris(n->p), 1);
	expect(INFO_64(n), FID64(FN_SUCCESS), 0, 1 << 7, VM);
	expect(GET(n, 0, VM, NOTIF_GET_SPS), FID32(FN_SUCCESS), 0, 1);
	/* Once; and whoever was interrupted is at work again. */
	assert_false(spmc_inproc_timer(n->p, 0));
	assert_int_equal(notifier(n, NOTIFIER_SET, VM, 0, 2, 0), 0);
}

static void a_timer_is_set_again(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 1));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 3));
	assert_int_equal(set_timed(n, 1, 3600000), 0);
	assert_int_equal(set_timed(n, 2, 7200000), 0);
	assert_true(spmc_inproc_timer(n->p, 0));
	assert_false(spmc_inproc_timer(n->p, 0));
	expect(GET(n, 0, VM, NOTIF_GET_SPS), FID32(FN_SUCCESS), 0, 2);
}

static void a_timer_fires_on_the_cpu_it_was_set_on(void **state)
{
	struct vffa_regs regs = { { FID32(FN_DIRECT_REQ), ids_word(VM, SP_ID_NOTIFIER), 0,
				    NOTIFIER_SET_TIMED, VM, 0, 1, 1000 } };
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 1));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 1));
	expect_resp(nwd_call(n, 1, regs), VM, SP_ID_NOTIFIER, 0, VM, 0, 1, 1000);
	assert_false(spmc_inproc_timer(n->p, 0));
	assert_true(spmc_inproc_timer(n->p, 1));
	expect(GET(n, 0, VM, NOTIF_GET_SPS), FID32(FN_SUCCESS), 0, 1);
}

/* The partition that runs goes on as if nothing had been. */
static void a_timer_notifies_while_a_partition_runs(void **state)
{
	struct nwd *n = *state;

	expect_success(CREATE(n, VM, 1));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 1));
	assert_int_equal(set_timed(n, 1, 5), 0);
	expect_resp(REQ(n, VM, SP_ID_YIELDER, SP_SPIN, 20000000), VM, SP_ID_YIELDER, 0, 20000000);
	assert_int_equal(spmc_inproc_nr_sris(n->p), 1);
	expect(GET(n, 0, VM, NOTIF_GET_SPS), FID32(FN_SUCCESS), 0, 1);
}

/* Until it is preempted; the timer's interrupt is served first. */
static void *compute(void *arg)
{
	struct nwd *n = arg;
	struct vffa_regs regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_YIELDER), 0,
				     SP_SPIN, 3600000000000);

	return (void *)(uintptr_t)regs.x[0];
}

/* To the normal world, and on that CPU: others come and go meanwhile. */
static void a_delayed_sri_waits_for_its_own_cpus_return(void **state)
{
	struct nwd *n = *state;
	struct vffa_regs regs;
	pthread_t thread;
	void *answer;

	expect_success(CREATE(n, VM, 1));
	expect_success(BIND(n, SP_ID_NOTIFIER, VM, 0, 1));
	assert_int_equal(notifier(n, NOTIFIER_SET_TIMED, VM, NOTIF_DELAY_SRI, 1, 1), 0);
	assert_int_equal(pthread_create(&thread, NULL, compute, n), 0);
	do {
		regs = CALL_ON(n, 1, FID64(FN_NOTIFICATION_INFO_GET));
	} while (regs.x[0] == FID32(FN_ERROR));
	expect_success(CALL_ON(n, 1, FID32(FN_FEATURES), FID32(FN_VERSION)));
	assert_int_equal(spmc_inproc_nr_sris(n->p), 0);
	spmc_inproc_irq(n->p, 0, 1);
	assert_int_equal(pthread_join(thread, &answer), 0);
	assert_int_equal((uintptr_t)answer, FID32(FN_INTERRUPT));
	assert_int_equal(spmc_inproc_nr_sris(n->p), 1);
}

/* The worked example of the specification's lists. */
static void info_get_packs_lists(void **state)
{
	static const uint8_t vcpus[] = { 0, 2, 3, 4, 6 };
	struct nwd *n = *state;

	for (unsigned int id = 0; id < 4; id++) {
		expect_success(CREATE(n, id, 8));
		expect_success(BIND(n, SP_ID_NOTIFIER, id, id != 2, 1));
	}
	for (unsigned int i = 0; i < sizeof(vcpus); i++)
		assert_int_equal(notifier(n, NOTIFIER_SET, 0, (uint32_t)vcpus[i] << 16 | 1, 1, 0),
				 0);
	assert_int_equal(notifier(n, NOTIFIER_SET, 2, 0, 1, 0), 0);
	assert_int_equal(notifier(n, NOTIFIER_SET, 3, 1 << 16 | 1, 1, 0), 0);
	expect(INFO_64(n), FID64(FN_SUCCESS), 0, 0x4B200, 0x0003000200000000, 0x0002000600040000,
	       0x10003);
}

static void info_get_says_when_there_is_more(void **state)
{
	struct nwd *n = *state;
	struct vffa_regs regs;

	for (unsigned int id = 1; id <= 12; id++) {
		expect_success(CREATE(n, id, 1));
		expect_success(BIND(n, SP_ID_NOTIFIER, id, 0, 1));
		assert_int_equal(notifier(n, NOTIFIER_SET, id, 0, 1, 0), 0);
	}
	regs = INFO_32(n);
	assert_int_equal(regs.x[2], 10 << 7 | 1);
	assert_int_equal(regs.x[7], 10 << 16 | 9);
	expect(INFO_32(n), FID32(FN_SUCCESS), 0, 2 << 7, 12 << 16 | 11);
	expect_error(INFO_32(n), E_NO_DATA);
	expect_error(CALL(n, FID32(FN_NOTIFICATION_INFO_GET), 1), E_INVALID);
}

static void features_name_the_sri(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, FID32(FN_FEATURES), FEATURE_SRI), FID32(FN_SUCCESS), 0, SPMC_INPROC_SRI);
	expect_error(CALL(n, FID32(FN_FEATURES), FEATURE_SRI, 1), E_NOT_SUPPORTED);
	expect(REQ(n, VM, SP_ID_YIELDER, SP_CALL, FID32(FN_FEATURES), FEATURE_SRI),
	       FID32(FN_DIRECT_RESP), ids_word(SP_ID_YIELDER, VM), 0, 0, FID32(FN_ERROR), 0,
	       (uint32_t)E_NOT_SUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bitmaps_are_created_once_and_destroyed, nwd_setup_1_1),
		TEST(bitmaps_are_created_once_and_destroyed, nwd_setup_1_2),
		TEST(bitmap_create_refuses, nwd_setup_1_1),
		TEST(bitmap_create_refuses, nwd_setup_1_2),
		TEST(bind_is_all_or_nothing, nwd_setup_1_1),
		TEST(bind_is_all_or_nothing, nwd_setup_1_2),
		TEST(bind_refuses, nwd_setup_1_1),
		TEST(bind_refuses, nwd_setup_1_2),
		TEST(a_partition_notifies_a_vm, nwd_setup_1_1),
		TEST(a_partition_notifies_a_vm, nwd_setup_1_2),
		TEST(per_vcpu_bits_are_the_vcpus_own, nwd_setup_1_1),
		TEST(per_vcpu_bits_are_the_vcpus_own, nwd_setup_1_2),
		TEST(get_refuses, nwd_setup_1_1),
		TEST(get_refuses, nwd_setup_1_2),
		TEST(a_vm_notifies_a_partition, nwd_setup_1_1),
		TEST(a_partition_forgets_a_vm_that_ends, nwd_setup_1_1),
		TEST(a_vm_notifies_a_partition, nwd_setup_1_2),
		TEST(a_delayed_sri_comes_with_the_return, nwd_setup_1_1),
		TEST(a_delayed_sri_comes_with_the_return, nwd_setup_1_2),
		TEST(a_delayed_sri_waits_for_its_own_cpus_return, nwd_setup_1_1),
		TEST(a_delayed_sri_waits_for_its_own_cpus_return, nwd_setup_1_2),
		TEST(a_partition_notifies_when_it_is_run, nwd_setup_1_1),
		TEST(a_partition_notifies_when_it_is_run, nwd_setup_1_2),
		TEST(a_timer_notifies_while_the_normal_world_runs, nwd_setup_1_1),
		TEST(a_timer_notifies_while_the_normal_world_runs, nwd_setup_1_2),
		TEST(a_timer_is_set_again, nwd_setup_1_1),
		TEST(a_timer_is_set_again, nwd_setup_1_2),
		TEST(a_timer_fires_on_the_cpu_it_was_set_on, nwd_setup_1_1),
		TEST(a_timer_fires_on_the_cpu_it_was_set_on, nwd_setup_1_2),
		TEST(a_timer_notifies_while_a_partition_runs, nwd_setup_1_1),
		TEST(a_timer_notifies_while_a_partition_runs, nwd_setup_1_2),
		TEST(info_get_packs_lists, nwd_setup_1_1),
		TEST(info_get_packs_lists, nwd_setup_1_2),
		TEST(info_get_says_when_there_is_more, nwd_setup_1_1),
		TEST(info_get_says_when_there_is_more, nwd_setup_1_2),
		TEST(features_name_the_sri, nwd_setup_1_1),
		TEST(features_name_the_sri, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("notif", tests, NULL, NULL);
}
