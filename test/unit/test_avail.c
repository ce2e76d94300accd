// SPDX-License-Identifier: GPL-2.0-only
/* VM_CREATED and VM_DESTROYED: who is told, and what becomes of a VM that is not taken. */
#include "world.h"

#define VM_1 (1ull << 1)

static struct fake_part *part(struct world *w, unsigned int sp)
{
	return &w->port.spmc.parts[sp];
}

/* Make a second partition subscribe, before the relay is started. */
static void add_subscriber(struct world *w, unsigned int sp)
{
	part(w, sp)->props |= FFA_PART_VM_CREATED | FFA_PART_VM_DESTROYED;
}

static void start_relay(struct world *w)
{
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
}

/* A VM that could not be brought up comes to its end without having been READY. */
static void expect_end(struct world *w)
{
	struct fake_vm *vm = &w->vms[0];

	vffa_vm_work(&vm->vm);
	fake_work(vm, 10 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
	assert_false(vffa_vm_enter(&vm->vm));
	for (unsigned int i = 0; i < w->port.spmc.nr_parts; i++)
		assert_int_equal(part(w, i)->known, 0);
}

SPEC("1.1", "VM availability messages")
static void created_goes_to_subscribers_only(void **state)
{
	struct world *w = *state;

	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 1);
	expect_regs(fake_last_call(&w->port)->in, FFA_MSG_SEND_DIRECT_REQ_32, 0x00008002,
		    0x80000004, 0, 0, 1);
	assert_true(part(w, FAKE_SP_SUBSCRIBER)->known == VM_1);
}

SPEC("1.1", "VM availability messages")
static void destroyed_goes_to_who_was_told(void **state)
{
	struct world *w = *state;

	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_stop_vm(w, 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 2);
	expect_regs(fake_last_call(&w->port)->in, FFA_MSG_SEND_DIRECT_REQ_32, 0x00008002,
		    0x80000006, 0, 0, 1);
}

SPEC("1.1", "VM availability messages")
static void destroyed_goes_to_who_wants_nothing_else(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_ECHO)->props |= FFA_PART_VM_DESTROYED;
	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(part(w, FAKE_SP_ECHO)->known, 0);
	world_stop_vm(w, 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 3);
	expect_regs(w->port.calls[w->port.nr_calls - 2].in, FFA_MSG_SEND_DIRECT_REQ_32, 0x00008001,
		    0x80000006, 0, 0, 1);
}

SPEC("1.1", "VM availability messages")
static void created_alone_is_enough_to_subscribe(void **state)
{
	struct world *w = *state;

	part(w, FAKE_SP_SUBSCRIBER)->props &= ~FFA_PART_VM_DESTROYED;
	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	vffa_vm_stop(&w->vms[0].vm);
	fake_work(&w->vms[0], VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 1);
	part(w, FAKE_SP_SUBSCRIBER)->known = 0;
}

SPEC("1.1", "VM availability messages")
static void who_takes_no_requests_cannot_subscribe(void **state)
{
	struct world *w = *state;

	add_subscriber(w, FAKE_SP_MUTE);
	add_subscriber(w, FAKE_SP_ECHO);
	part(w, FAKE_SP_ECHO)->props |= 0x10; /* a device */
	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(part(w, FAKE_SP_ECHO)->known, 0);
	world_stop_vm(w, 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 2);
}

SPEC("1.2", "Partition information descriptor")
static void partition_of_two_uuids_is_told_once(void **state)
{
	struct world *w = *state;
	struct fake_spmc *spmc = &w->port.spmc;

	spmc->parts[spmc->nr_parts] = spmc->parts[FAKE_SP_SUBSCRIBER];
	spmc->parts[spmc->nr_parts++].uuid.b[0]++;
	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 1);
	world_stop_vm(w, 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 2);
}

SPEC("1.1", "VM availability messages")
static void vm_that_a_partition_denies_does_not_begin(void **state)
{
	struct world *w = *state;

	add_subscriber(w, FAKE_SP_PINNED);
	start_relay(w);
	/* The second of two; the first has accepted and must hear of the end. */
	part(w, FAKE_SP_PINNED)->status = FFA_RET_DENIED;
	part(w, FAKE_SP_PINNED)->nr_status = 1;
	assert_int_equal(world_start_vm(w, 0), VFFA_DENIED);
	assert_true(part(w, FAKE_SP_SUBSCRIBER)->known == VM_1);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
	expect_end(w);
}

SPEC("1.1", "VM availability messages")
static void vm_that_nobody_took_is_stopped_at_once(void **state)
{
	struct world *w = *state;

	start_relay(w);
	part(w, FAKE_SP_SUBSCRIBER)->status = FFA_RET_DENIED;
	part(w, FAKE_SP_SUBSCRIBER)->nr_status = 1;
	assert_int_equal(world_start_vm(w, 0), VFFA_DENIED);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	/* The partition that refused the VM need not hear of its end. */
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 1);
}

SPEC("1.1", "VM availability messages")
static void created_is_sent_again_when_asked_for(void **state)
{
	static const int32_t again[] = { FFA_RET_RETRY, FFA_RET_INTERRUPTED };
	struct world *w = *state;

	start_relay(w);
	for (unsigned int i = 0; i < 2; i++) {
		part(w, FAKE_SP_SUBSCRIBER)->status = again[i];
		part(w, FAKE_SP_SUBSCRIBER)->nr_status = 3;
		assert_int_equal(world_start_vm(w, i), VFFA_OK);
	}
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 8);
	assert_int_not_equal(w->port.nr_slept, 0);
}

SPEC("1.2", "FFA_MSG_SEND_DIRECT_REQ")
static void created_is_sent_again_to_a_partition_at_work(void **state)
{
	struct world *w = *state;

	start_relay(w);
	fake_fail(&w->port, FAKE_OP_SMC, 1, VFFA_BUSY);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 2);
}

/* The SPMC answers for it. It knows no VM, and does not keep anybody from having one. */
SPEC("1.1", "VM availability messages")
static void crashed_partition_is_no_obstacle(void **state)
{
	struct world *w = *state;

	start_relay(w);
	fake_fail(&w->port, FAKE_OP_SMC, 1, VFFA_ABORTED);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(part(w, FAKE_SP_SUBSCRIBER)->known, 0);
	world_stop_vm(w, 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 1);
}

SPEC("1.1", "VM availability messages")
static void partition_that_crashed_has_forgotten_the_vm(void **state)
{
	struct world *w = *state;

	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	fake_fail(&w->port, FAKE_OP_SMC, 1, VFFA_ABORTED);
	vffa_vm_stop(&w->vms[0].vm);
	vffa_vm_work(&w->vms[0].vm);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	part(w, FAKE_SP_SUBSCRIBER)->known = 0; /* a crash is this, too */
}

SPEC("1.1", "VM availability messages")
static void created_is_not_sent_for_ever(void **state)
{
	struct world *w = *state;

	start_relay(w);
	part(w, FAKE_SP_SUBSCRIBER)->status = FFA_RET_RETRY;
	part(w, FAKE_SP_SUBSCRIBER)->nr_status = 1000000;
	assert_int_not_equal(world_start_vm(w, 0), VFFA_OK);
	assert_true(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32) < 1000);
	part(w, FAKE_SP_SUBSCRIBER)->nr_status = 0;
	expect_end(w);
}

SPEC("1.1", "VM availability messages")
static void created_is_resumed_when_it_is_preempted(void **state)
{
	struct world *w = *state;

	start_relay(w);
	part(w, FAKE_SP_SUBSCRIBER)->stops = 5;
	w->port.must_leave = true; /* of vCPUs; nobody's here */
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 5);
	world_stop_vm(w, 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RUN), 10);
}

SPEC("1.1", "VM availability messages")
static void created_that_never_ends_is_ended_before_anything_else(void **state)
{
	struct world *w = *state;

	start_relay(w);
	part(w, FAKE_SP_SUBSCRIBER)->stops = 1000000;
	assert_int_not_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 1);

	/* It accepts, late: that counts, and it is told of the end. */
	part(w, FAKE_SP_SUBSCRIBER)->stops = 0;
	w->port.spmc.requests[0].stops_left = 0;
	expect_end(w);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 2);
}

SPEC("1.1", "VM availability messages")
static void created_without_a_sensible_answer_may_have_been_taken(void **state)
{
	struct world *w = *state;

	start_relay(w);
	part(w, FAKE_SP_SUBSCRIBER)->known = VM_1;
	fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ_32,
			 (struct vffa_regs){ { FFA_MSG_SEND_DIRECT_RESP_32, 0x80020000, 0 } });
	assert_int_equal(world_start_vm(w, 0), VFFA_ABORTED);
	expect_end(w);
}

SPEC("1.1", "VM availability messages")
static void vm_stays_while_a_partition_refuses_its_end(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(world_start_vm(w, 1), VFFA_OK);
	part(w, FAKE_SP_SUBSCRIBER)->status = FFA_RET_DENIED;
	part(w, FAKE_SP_SUBSCRIBER)->nr_status = 5;
	vffa_vm_stop(&vm->vm);
	fake_work(vm, 0);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_BUSY);

	/* The sixth time it lets go. */
	fake_work(vm, 3 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	fake_work(vm, 2 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
	assert_int_equal(part(w, FAKE_SP_SUBSCRIBER)->known, 1 << 2);
}

SPEC("1.1", "VM availability messages")
static void partition_that_does_not_know_the_vm_has_forgotten_it(void **state)
{
	struct world *w = *state;

	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	part(w, FAKE_SP_SUBSCRIBER)->status = FFA_RET_INVALID_PARAMETERS;
	part(w, FAKE_SP_SUBSCRIBER)->nr_status = 1;
	part(w, FAKE_SP_SUBSCRIBER)->known = 0;
	world_stop_vm(w, 0);
}

/* Every SMC of a VM's beginning fails once; whatever was done by then is undone. */
static void failed_beginning_leaves_nothing(void **state)
{
	struct world *w = *state;
	bool failed = true;
	unsigned int n;

	add_subscriber(w, FAKE_SP_ECHO);
	add_subscriber(w, FAKE_SP_PINNED);
	start_relay(w);
	for (n = 1; failed; n++) {
		enum vffa_ret ret;

		fake_fail(&w->port, FAKE_OP_SMC, n, VFFA_NO_MEMORY);
		ret = world_start_vm(w, 0);
		failed = fake_failed(&w->port, FAKE_OP_SMC);
		assert_int_equal(ret, failed ? VFFA_NO_MEMORY : VFFA_OK);
		if (failed) {
			expect_end(w);
			vffa_vm_fini(&w->vms[0].vm);
		}
	}
	assert_int_equal(n, 5); /* three partitions, and the time nothing failed */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(created_goes_to_subscribers_only, world_setup),
		TEST(destroyed_goes_to_who_was_told, world_setup),
		TEST(destroyed_goes_to_who_wants_nothing_else, world_setup),
		TEST(created_alone_is_enough_to_subscribe, world_setup),
		TEST(who_takes_no_requests_cannot_subscribe, world_setup),
		TEST(partition_of_two_uuids_is_told_once, world_setup),
		TEST(vm_that_a_partition_denies_does_not_begin, world_setup),
		TEST(vm_that_nobody_took_is_stopped_at_once, world_setup),
		TEST(created_is_sent_again_when_asked_for, world_setup),
		TEST(created_is_sent_again_to_a_partition_at_work, world_setup),
		TEST(crashed_partition_is_no_obstacle, world_setup),
		TEST(partition_that_crashed_has_forgotten_the_vm, world_setup),
		TEST(created_is_not_sent_for_ever, world_setup),
		TEST(created_is_resumed_when_it_is_preempted, world_setup),
		TEST(created_that_never_ends_is_ended_before_anything_else, world_setup),
		TEST(created_without_a_sensible_answer_may_have_been_taken, world_setup),
		TEST(vm_stays_while_a_partition_refuses_its_end, world_setup),
		TEST(partition_that_does_not_know_the_vm_has_forgotten_it, world_setup),
		TEST(failed_beginning_leaves_nothing, world_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
