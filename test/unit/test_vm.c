// SPDX-License-Identifier: GPL-2.0-only
/* A VM's life: ids, calls let in and kept out, stop, restart. */
#include <stdlib.h>

#include "world.h"

#define TX FAKE_RAM_IPA
#define RX (FAKE_RAM_IPA + 0x10000)

static void vm_needs_1_to_512_vcpus(void **state)
{
	static const uint16_t bad[] = { 0, VFFA_MAX_VCPUS + 1, 0xFFFF };
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	for (unsigned int i = 0; i < 3; i++) {
		const struct vffa_vm_config config = {
			.lock = &vm->lock,
			.nr_vcpus = bad[i],
			.vcpus = vm->vcpus,
		};

		assert_int_equal(vffa_vm_init(&vm->vm, &w->relay, &config),
				 VFFA_INVALID_PARAMETERS);
		assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
		assert_false(vffa_vm_enter(&vm->vm));
		vffa_vm_fini(&vm->vm);
	}
	/* None of them has taken an id. */
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(vm->vm.id, 1);
}

static void killed_creator_takes_no_id(void **state)
{
	struct world *w = *state;

	fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
	assert_int_equal(world_start_vm(w, 0), VFFA_INTERRUPTED);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	vffa_vm_fini(&w->vms[0].vm);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(w->vms[0].vm.id, 1);
}

static void vcpus_know_their_vm_and_index(void **state)
{
	struct world *w = *state;

	for (uint16_t i = 0; i < FAKE_NR_VCPUS; i++) {
		assert_ptr_equal(w->vms[0].vcpus[i].vm, &w->vms[0].vm);
		assert_int_equal(w->vms[0].vcpus[i].index, i);
	}
}

SPEC("1.2", "Partition identification and discovery")
static void id_is_the_lowest_that_is_free(void **state)
{
	struct world *w = *state;

	assert_int_equal(w->vms[0].vm.id, 1);
	assert_int_equal(w->vms[1].vm.id, 2);
	world_stop_vm(w, 0);
	vffa_vm_fini(&w->vms[0].vm);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(w->vms[0].vm.id, 1);
}

SPEC("1.2", "Partition identification and discovery")
static void ids_come_to_an_end(void **state)
{
	struct world *w = *state;
	struct vffa_vm *vms = calloc(VFFA_MAX_VMS + 1, sizeof(*vms));
	struct vffa_vcpu vcpu[2] = { 0 };
	struct vffa_vm_config config = {
		.lock = &w->vms[0].lock,
		.nr_vcpus = 1,
		.vcpus = vcpu,
	};

	assert_non_null(vms);
	/* Nobody subscribes: this is about ids alone. */
	w->relay.spmc.nr_parts = 0;
	for (unsigned int i = 0; i < VFFA_MAX_VMS; i++) {
		assert_int_equal(vffa_vm_init(&vms[i], &w->relay, &config), VFFA_OK);
		assert_int_equal(vms[i].id, i + 1);
	}
	assert_int_equal(vffa_vm_init(&vms[VFFA_MAX_VMS], &w->relay, &config), VFFA_NO_MEMORY);
	vffa_vm_fini(&vms[VFFA_MAX_VMS]);

	vffa_vm_fini(&vms[99]);
	assert_int_equal(vffa_vm_init(&vms[99], &w->relay, &config), VFFA_OK);
	assert_int_equal(vms[99].id, 100);
	for (unsigned int i = 0; i < VFFA_MAX_VMS; i++)
		vffa_vm_fini(&vms[i]);
	free(vms);
}

static void stop_keeps_new_calls_out(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	vffa_vm_stop(&vm->vm);
	assert_false(vffa_vm_enter(&vm->vm));
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	assert_true(vm->scheduled);
	/* Once more, and again after the end: nothing. */
	vffa_vm_stop(&vm->vm);
	world_stop_vm(w, 0);
	vffa_vm_stop(&vm->vm);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
	assert_false(vm->scheduled);
	/* The other VM lives on. */
	expect_regs(CALL(&w->vms[1], FFA_ID_GET), FFA_SUCCESS_32, 0, 2);
}

static void stop_waits_for_the_calls_inside(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	CALL(vm, FFA_RXTX_MAP_64, TX, RX, 1);
	assert_true(vffa_vm_enter(&vm->vm));
	assert_true(vffa_vm_enter(&vm->vm));
	vffa_vm_stop(&vm->vm);
	fake_work(vm, 100000000);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	assert_int_equal(vm->nr_pinned, 2);
	vffa_vm_leave(&vm->vm);
	fake_work(vm, 100000000);
	assert_int_equal(vm->nr_pinned, 2);
	vffa_vm_leave(&vm->vm);
	world_stop_vm(w, 0);
}

/* It may wait for memory of its VMM, for as long as that likes. */
static void a_call_that_stays_inside_costs_the_worker_little(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	uint64_t first_ns = 0;

	assert_true(vffa_vm_enter(&vm->vm));
	vffa_vm_stop(&vm->vm);
	for (unsigned int i = 0; i < 20; i++) {
		vm->scheduled = false;
		vffa_vm_work(&vm->vm);
		assert_true(vm->scheduled);
		if (!i)
			first_ns = vm->scheduled_ns - w->port.now_ns;
	}
	assert_true(vm->scheduled_ns - w->port.now_ns >= 100 * first_ns);
	vffa_vm_leave(&vm->vm);
	world_stop_vm(w, 0);
}

static void work_on_an_idle_vm_is_nothing(void **state)
{
	struct world *w = *state;
	uint64_t before = world_hash(w);

	vffa_vm_work(&w->vms[0].vm);
	assert_true(world_hash(w) == before);
	assert_false(w->vms[0].scheduled);
}

static void restart_is_for_stopped_vms(void **state)
{
	struct world *w = *state;

	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_BUSY);
	vffa_vm_stop(&w->vms[0].vm);
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_BUSY);
}

static void restarted_vm_is_as_new_with_the_same_id(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	CALL(vm, FFA_RXTX_MAP_64, TX, RX, 1);
	CALL(vm, FFA_PARTITION_INFO_GET);
	w->port.spmc.parts[FAKE_SP_ECHO].stops = 1;
	w->port.must_leave = true;
	CALL(vm, FFA_MSG_SEND_DIRECT_REQ_32, 0x00018001);
	w->port.must_leave = false;
	world_stop_vm(w, 0);

	assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_OK);
	assert_int_equal(vm->vm.id, 1);
	assert_int_equal(vffa_vm_version(&vm->vm), 0);
	expect_error(CALL(vm, FFA_ID_GET), VFFA_NOT_SUPPORTED);
	world_negotiate(w, 0, 0);
	expect_error(CALL(vm, FFA_RX_RELEASE), VFFA_DENIED);
	expect_error(CALL(vm, FFA_RUN, 0x80010000), VFFA_DENIED);
	expect_regs(CALL(vm, FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	assert_true(w->port.spmc.parts[FAKE_SP_SUBSCRIBER].known >> 1 & 1);
}

static void failed_restart_can_be_tried_again(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	world_stop_vm(w, 0);
	fake_fail(&w->port, FAKE_OP_SMC, 1, VFFA_DENIED);
	assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_DENIED);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
	assert_false(vffa_vm_enter(&vm->vm));
	assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_OK);
	assert_true(vffa_vm_enter(&vm->vm));
	vffa_vm_leave(&vm->vm);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(vm_needs_1_to_512_vcpus, world_setup_relay),
		TEST(killed_creator_takes_no_id, world_setup_relay),
		TEST(vcpus_know_their_vm_and_index, world_setup_vm),
		TEST(id_is_the_lowest_that_is_free, world_setup_vm),
		TEST(ids_come_to_an_end, world_setup_relay),
		TEST(stop_keeps_new_calls_out, world_setup_1_2),
		TEST(stop_waits_for_the_calls_inside, world_setup_1_2),
		TEST(a_call_that_stays_inside_costs_the_worker_little, world_setup_1_2),
		TEST(work_on_an_idle_vm_is_nothing, world_setup_1_2),
		TEST(restart_is_for_stopped_vms, world_setup_vm),
		TEST(restarted_vm_is_as_new_with_the_same_id, world_setup_1_2),
		TEST(failed_restart_can_be_tried_again, world_setup_vm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
