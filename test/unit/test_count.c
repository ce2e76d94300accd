// SPDX-License-Identifier: GPL-2.0-only
/* What is counted of calls, and what is told of a VM that does not come to its end. */
#include "mem.h"
#include "world.h"

#define INDEX(fid) ((fid & FFA_FN_MASK) - FFA_FN_FIRST)
#define TO(sp)	   (1u << 16 | FAKE_ID(sp))

static struct vffa_counts counts(struct world *w)
{
	struct vffa_counts c;

	vffa_vm_counts(&w->vms[0].vm, &c);
	return c;
}

static uint64_t total(const uint64_t *n, unsigned int nr)
{
	uint64_t sum = 0;

	while (nr--)
		sum += n[nr];
	return sum;
}

static void calls_count_by_function_over_all_vcpus(void **state)
{
	struct world *w = *state;
	uint64_t before = counts(w).calls[INDEX(FFA_ID_GET)];

	CALL_ON(&w->vms[0], 0, FFA_ID_GET);
	CALL_ON(&w->vms[0], 1, FFA_ID_GET);
	CALL_ON(&w->vms[0], 1, FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO));
	CALL_ON(&w->vms[0], 0, FFA_MSG_SEND_DIRECT_REQ_64, TO(FAKE_SP_ECHO));
	assert_int_equal(counts(w).calls[INDEX(FFA_ID_GET)], before + 2);
	assert_int_equal(counts(w).calls[INDEX(FFA_MSG_SEND_DIRECT_REQ_32)], 2);
	assert_int_equal(total(counts(w).failed, VFFA_NR_COUNTED_FUNCS), 0);
	assert_int_equal(total(counts(w).errors, VFFA_NR_COUNTED_ERRORS), 0);
}

static void errors_count_by_function_and_by_code(void **state)
{
	struct world *w = *state;

	CALL(&w->vms[0], FFA_RX_RELEASE, 1);
	CALL(&w->vms[0], FFA_RX_RELEASE);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	assert_int_equal(counts(w).calls[INDEX(FFA_RX_RELEASE)], 2);
	assert_int_equal(counts(w).failed[INDEX(FFA_RX_RELEASE)], 2);
	assert_int_equal(counts(w).failed[INDEX(FFA_PARTITION_INFO_GET)], 1);
	assert_int_equal(counts(w).errors[-VFFA_INVALID_PARAMETERS], 1);
	assert_int_equal(counts(w).errors[-VFFA_DENIED], 1);
	assert_int_equal(counts(w).errors[-VFFA_BUSY], 1);
	assert_int_equal(total(counts(w).errors, VFFA_NR_COUNTED_ERRORS), 3);
}

static void functions_beyond_the_table_count_as_its_last(void **state)
{
	struct world *w = *state;

	for (uint32_t fn = FFA_FN_FIRST + VFFA_NR_COUNTED_FUNCS - 1; fn <= FFA_FN_LAST; fn++)
		CALL(&w->vms[0], (FFA_ERROR & ~(uint64_t)FFA_FN_MASK) | fn);
	assert_int_equal(counts(w).calls[VFFA_NR_COUNTED_FUNCS - 1],
			 FFA_FN_LAST - FFA_FN_FIRST - VFFA_NR_COUNTED_FUNCS + 2);
	assert_int_equal(counts(w).errors[-VFFA_NOT_SUPPORTED],
			 counts(w).calls[VFFA_NR_COUNTED_FUNCS - 1]);
}

static void a_call_that_is_stopped_counts_as_preempted(void **state)
{
	struct world *w = *state;

	w->port.spmc.parts[FAKE_SP_ECHO].stops = 2;
	w->port.must_leave = true;
	assert_int_equal(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO)).x[0],
			 FFA_INTERRUPT);
	assert_int_equal(counts(w).preempted, 1);
	w->port.must_leave = false;
	assert_int_equal(CALL(&w->vms[0], FFA_RUN, (uint32_t)FAKE_ID(FAKE_SP_ECHO) << 16).x[0],
			 FFA_MSG_SEND_DIRECT_RESP_32);
	assert_int_equal(counts(w).preempted, 1);
	assert_int_equal(counts(w).calls[INDEX(FFA_RUN)], 1);
}

static void a_reset_begins_to_count_anew(void **state)
{
	struct world *w = *state;

	CALL(&w->vms[0], FFA_RX_RELEASE);
	world_stop_vm(w, 0);
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	assert_int_equal(total(counts(w).calls, VFFA_NR_COUNTED_FUNCS), 0);
	assert_int_equal(total(counts(w).errors, VFFA_NR_COUNTED_ERRORS), 0);
}

static struct vffa_vm_held held(struct world *w)
{
	struct vffa_vm_held h;

	assert_int_equal(vffa_vm_held(&w->vms[0].vm, &h), VFFA_OK);
	return h;
}

static void what_is_refused_is_held(void **state)
{
	struct world *w = *state;
	struct fake_part *part = &w->port.spmc.parts[FAKE_SP_SUBSCRIBER];

	assert_int_equal(held(w).nr_tries, 0);
	part->status = VFFA_DENIED;
	part->nr_status = 3;
	vffa_vm_stop(&w->vms[0].vm);
	fake_work(&w->vms[0], 0);
	assert_int_equal(held(w).nr_tries, 1);
	assert_int_equal(held(w).nr_parts, 1);
	assert_int_equal(held(w).nr_runs, 0);
	fake_work(&w->vms[0], VFFA_WORK_RETRY_NS);
	assert_int_equal(held(w).nr_tries, 2);
	assert_true(held(w).for_ns == VFFA_WORK_RETRY_NS);

	fake_work(&w->vms[0], 10 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	assert_int_equal(held(w).nr_tries, 0);
	/* It is not remembered by the next life. */
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	assert_int_equal(held(w).nr_tries, 0);
}

static void a_partition_that_never_answers_holds_a_context(void **state)
{
	struct world *w = *state;

	w->port.spmc.parts[FAKE_SP_ECHO].stops = 1000;
	w->port.must_leave = true;
	CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO));
	vffa_vm_stop(&w->vms[0].vm);
	fake_work(&w->vms[0], 0);
	if (!held(w).nr_tries)
		fail_msg("the worker resumed a context without end");
	assert_int_equal(held(w).nr_runs, 1);
	assert_int_equal(held(w).nr_parts, 1);
	fake_work(&w->vms[0], 1000 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
}

static struct vffa_vm_now now(struct world *w)
{
	struct vffa_vm_now n;

	vffa_vm_now(&w->vms[0].vm, &n);
	return n;
}

struct look {
	struct world *w;
	struct vffa_vm_now now;
};

static void look_during_smc(void *arg)
{
	struct look *look = arg;

	look->now = now(look->w);
}

static void a_request_is_seen_at_work_and_when_it_is_stopped(void **state)
{
	struct world *w = *state;
	struct look look = { .w = w };

	w->port.spmc.parts[FAKE_SP_ECHO].stops = 1;
	w->port.must_leave = true;
	w->port.during_smc = look_during_smc;
	w->port.during_arg = &look;
	CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, TO(FAKE_SP_ECHO));
	w->port.during_smc = NULL;
	assert_int_equal(look.now.nr_active, 1);
	assert_int_equal(look.now.nr_stopped, 0);
	assert_int_equal(now(w).nr_active, 0);
	assert_int_equal(now(w).nr_stopped, 1);
	assert_int_equal(now(w).nr_parked, 0);
}

static void calls_inside_are_counted_while_a_vm_ends_too(void **state)
{
	struct world *w = *state;
	struct vffa_vm *vm = &w->vms[0].vm;

	assert_int_equal(now(w).nr_inside, 0);
	assert_true(vffa_vm_enter(vm));
	assert_int_equal(now(w).nr_inside, 1);
	vffa_vm_stop(vm);
	assert_int_equal(now(w).nr_inside, 1);
	vffa_vm_leave(vm);
	assert_int_equal(now(w).nr_inside, 0);
}

static struct vffa_vm_mems mems(struct world *w)
{
	struct vffa_vm_mems m;

	assert_int_equal(vffa_vm_mems(&w->vms[0].vm, &m), VFFA_OK);
	return m;
}

static void transactions_are_counted_beside_their_limits(void **state)
{
	const struct vffa_mem_limits limits = FAKE_MEM_LIMITS;
	struct world *w = *state;
	struct vffa_mem *first;
	struct vffa_mem *second;

	assert_int_equal(mems(w).nr_handles, 0);
	assert_int_equal(mems(w).max_handles, limits.nr_handles);
	assert_int_equal(mems(w).max_fragmented, limits.nr_fragmented);
	assert_int_equal(vffa_mem_create(&w->vms[0].vm, &first), VFFA_OK);
	assert_int_equal(vffa_mem_create(&w->vms[0].vm, &second), VFFA_OK);
	assert_int_equal(vffa_mem_put_partial(first), VFFA_OK);
	assert_int_equal(mems(w).nr_handles, 2);
	assert_int_equal(mems(w).nr_fragmented, 1);

	vffa_mem_destroy(second);
	assert_int_equal(vffa_mem_take(&w->vms[0].vm, 0, VFFA_MEM_PARTIAL, &first), VFFA_OK);
	vffa_mem_destroy(first);
	assert_int_equal(mems(w).nr_handles, 0);
	assert_int_equal(mems(w).nr_fragmented, 0);
}

/* The SPMC does not know the handle, and gives nothing back. */
static void a_transaction_that_is_not_back_is_held(void **state)
{
	struct world *w = *state;
	struct vffa_mem *mem;

	assert_int_equal(vffa_mem_create(&w->vms[0].vm, &mem), VFFA_OK);
	mem->handle = 77;
	vffa_mem_put(mem, VFFA_MEM_LIVE);
	vffa_vm_stop(&w->vms[0].vm);
	fake_work(&w->vms[0], 0);
	assert_int_equal(held(w).nr_tries, 1);
	assert_int_equal(held(w).nr_mems, 1);
	assert_int_equal(held(w).nr_parts, 0);

	assert_int_equal(vffa_mem_take(&w->vms[0].vm, 77, VFFA_MEM_LIVE, &mem), VFFA_OK);
	vffa_mem_destroy(mem);
	fake_work(&w->vms[0], VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	assert_int_equal(held(w).nr_mems, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(calls_count_by_function_over_all_vcpus, world_setup_1_2),
		TEST(errors_count_by_function_and_by_code, world_setup_1_2),
		TEST(functions_beyond_the_table_count_as_its_last, world_setup_1_2),
		TEST(a_call_that_is_stopped_counts_as_preempted, world_setup_1_2),
		TEST(a_reset_begins_to_count_anew, world_setup_1_2),
		TEST(what_is_refused_is_held, world_setup_1_2),
		TEST(a_partition_that_never_answers_holds_a_context, world_setup_1_2),
		TEST(a_request_is_seen_at_work_and_when_it_is_stopped, world_setup_1_2),
		TEST(calls_inside_are_counted_while_a_vm_ends_too, world_setup_1_2),
		TEST(transactions_are_counted_beside_their_limits, world_setup_1_2),
		TEST(a_transaction_that_is_not_back_is_held, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
