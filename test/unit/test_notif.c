// SPDX-License-Identifier: GPL-2.0-only
/* Notifications of a VM: its bitmap at the SPMC, what it is told, and by whom. */
#include "world.h"

#include "notif.h"

#define SRI  8u
#define ECHO 0x80010001u /* from the echo, to the first VM */

static struct fake_notif *notif(struct world *w, unsigned int n)
{
	return &w->port.spmc.notifs[w->vms[n].vm.id];
}

static int setup_home(void **state)
{
	struct world *w;

	if (world_setup(state))
		return -1;
	w = *state;
	w->port.spmc.sri = SRI;
	w->npi = FAKE_NPI;
	return 0;
}

static int setup_relay(void **state)
{
	struct world *w;

	if (setup_home(state))
		return -1;
	w = *state;
	return vffa_relay_start(&w->relay, &w->config);
}

static int setup_vms(void **state)
{
	struct world *w;

	if (setup_relay(state))
		return -1;
	w = *state;
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		if (world_start_vm(w, i))
			return -1;
		world_negotiate(w, i, 2);
	}
	return 0;
}

static void script(struct world *w, uint32_t fid, enum vffa_ret ret)
{
	fake_spmc_script(&w->port.spmc, fid, (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)ret } });
}

static unsigned int take_npis(struct fake_vm *vm)
{
	unsigned int nr = vm->nr_npis_any;

	vm->nr_npis_any = 0;
	return nr;
}

static void expect_without(struct world *w)
{
	assert_int_equal(vffa_vm_npi(&w->vms[0].vm), 0);
	world_negotiate(w, 0, 2);
	expect_error(CALL(&w->vms[0], FFA_FEATURES, FFA_FEATURE_NPI), VFFA_NOT_SUPPORTED);
	expect_error(CALL(&w->vms[0], FFA_FEATURES, FFA_NOTIFICATION_GET), VFFA_NOT_SUPPORTED);
	expect_error(CALL(&w->vms[0], FFA_NOTIFICATION_GET, 1, 1), VFFA_NOT_SUPPORTED);
	expect_error(CALL(&w->vms[0], FFA_NOTIFICATION_BIND, ECHO, 0, 1), VFFA_NOT_SUPPORTED);
	assert_int_equal(take_npis(&w->vms[0]), 0);
}

SPEC("1.1", "FFA_FEATURES")
static void relay_learns_of_the_interrupt(void **state)
{
	struct world *w = *state;

	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(w->relay.spmc.sri, SRI);
	assert_int_equal(w->relay.spmc.info_get_fid, FFA_NOTIFICATION_INFO_GET_64);
	assert_true(w->relay.spmc.offers & VFFA_SPMC_NOTIF);
}

static void expect_no_notifications(struct world *w)
{
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(w->relay.spmc.sri, 0);
	assert_false(w->relay.spmc.offers & VFFA_SPMC_NOTIF);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(fake_nr_calls(&w->port, FFA_NOTIFICATION_BITMAP_CREATE), 0);
	expect_without(w);
}

static void without_an_interrupt_there_are_none(void **state)
{
	struct world *w = *state;

	w->port.spmc.sri = 0;
	expect_no_notifications(w);
}

static void without_bitmaps_there_are_none(void **state)
{
	struct world *w = *state;

	w->port.spmc.no_features[0] = FFA_NOTIFICATION_BITMAP_CREATE;
	expect_no_notifications(w);
}

static void without_info_get_there_are_none(void **state)
{
	struct world *w = *state;

	w->port.spmc.no_features[0] = FFA_NOTIFICATION_INFO_GET_32;
	w->port.spmc.no_features[1] = FFA_NOTIFICATION_INFO_GET_64;
	expect_no_notifications(w);
}

static void before_1_1_there_are_none(void **state)
{
	struct world *w = *state;

	w->port.spmc.version = FFA_VERSION_1_0;
	w->port.spmc.desc_size = FFA_PARTITION_INFO_SIZE_1_0;
	expect_no_notifications(w);
}

static void narrow_info_get_will_do(void **state)
{
	struct world *w = *state;

	w->port.spmc.no_features[0] = FFA_NOTIFICATION_INFO_GET_64;
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(w->relay.spmc.info_get_fid, FFA_NOTIFICATION_INFO_GET_32);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	notif(w, 0)->pending = 1;
	assert_false(vffa_sri(&w->relay));
	assert_int_equal(take_npis(&w->vms[0]), 1);
	notif(w, 0)->pending = 0;
}

SPEC("1.1", "FFA_NOTIFICATION_BITMAP_CREATE")
static void vm_has_a_bitmap_from_begin_to_end(void **state)
{
	struct world *w = *state;

	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_true(notif(w, 0)->created);
	assert_int_equal(notif(w, 0)->nr_vcpus, FAKE_NR_VCPUS);
	assert_int_equal(vffa_vm_npi(&w->vms[0].vm), FAKE_NPI);
	/* A partition that knows VMs by their announcement hears of this one first. */
	expect_regs(fake_last_call(&w->port)->in, FFA_NOTIFICATION_BITMAP_CREATE, 1, FAKE_NR_VCPUS);
	world_stop_vm(w, 0);
	assert_int_equal(fake_spmc_nr_bitmaps(&w->port.spmc), 0);
	/* And of its end last. */
	expect_regs(w->port.calls[w->port.nr_calls - 2].in, FFA_NOTIFICATION_BITMAP_DESTROY, 1);
	assert_int_equal(vffa_vm_npi(&w->vms[0].vm), 0);
}

static void vm_that_wants_none_has_none(void **state)
{
	struct world *w = *state;

	w->npi = 0;
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(fake_spmc_nr_bitmaps(&w->port.spmc), 0);
	expect_without(w);
}

/* OP-TEE without virtualization, and others that keep no bitmap for this VM. */
static void vm_for_which_there_is_none_goes_without(void **state)
{
	static const enum vffa_ret never[] = { VFFA_NOT_SUPPORTED, VFFA_INVALID_PARAMETERS };
	struct world *w = *state;

	for (unsigned int i = 0; i < 2; i++) {
		script(w, FFA_NOTIFICATION_BITMAP_CREATE, never[i]);
		assert_int_equal(world_start_vm(w, 0), VFFA_OK);
		expect_without(w);
		world_stop_vm(w, 0);
		assert_int_equal(fake_nr_calls(&w->port, FFA_NOTIFICATION_BITMAP_DESTROY), 0);
		vffa_vm_fini(&w->vms[0].vm);
	}
}

/* It comes to its end without having been READY. */
static void expect_end(struct world *w)
{
	vffa_vm_work(&w->vms[0].vm);
	fake_work(&w->vms[0], 10 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	assert_int_equal(fake_spmc_nr_bitmaps(&w->port.spmc), 0);
	assert_int_equal(w->port.spmc.parts[FAKE_SP_SUBSCRIBER].known, 0);
}

static void vm_is_refused_where_that_may_change(void **state)
{
	static const enum vffa_ret now[] = { VFFA_NO_MEMORY, VFFA_BUSY, VFFA_RETRY,
					     VFFA_INTERRUPTED };
	struct world *w = *state;

	for (unsigned int i = 0; i < 4; i++) {
		script(w, FFA_NOTIFICATION_BITMAP_CREATE, now[i]);
		assert_int_equal(world_start_vm(w, 0), now[i]);
		expect_end(w);
		vffa_vm_fini(&w->vms[0].vm);
	}
}

/* It may have been meant as success. */
static void answer_without_sense_is_undone(void **state)
{
	struct world *w = *state;

	w->port.spmc.notifs[1].created = true;
	fake_spmc_script(&w->port.spmc, FFA_NOTIFICATION_BITMAP_CREATE,
			 (struct vffa_regs){ { FFA_INTERRUPT } });
	assert_int_equal(world_start_vm(w, 0), VFFA_ABORTED);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
	expect_end(w);

	/* Or not: then there is nothing to undo, and the SPMC says DENIED to that. */
	fake_spmc_script(&w->port.spmc, FFA_NOTIFICATION_BITMAP_CREATE,
			 (struct vffa_regs){ { FFA_INTERRUPT } });
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_ABORTED);
	expect_end(w);
}

/* A host that crashed has left a bitmap, with bits pending, for this id. */
static void bitmap_of_an_earlier_host_is_replaced(void **state)
{
	struct world *w = *state;

	w->port.spmc.notifs[1] = (struct fake_notif){
		.created = true, .nr_vcpus = 4, .bound = 3, .pending = 1, .pending_vcpu = { 0, 2 }
	};
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_true(notif(w, 0)->created && !notif(w, 0)->bound && !notif(w, 0)->pending);
	assert_int_equal(vffa_vm_npi(&w->vms[0].vm), FAKE_NPI);
}

static void bitmap_of_an_earlier_host_that_stays_is_not_inherited(void **state)
{
	struct world *w = *state;

	w->port.spmc.keeps_bound = true;
	w->port.spmc.notifs[1] = (struct fake_notif){ .created = true, .nr_vcpus = 4, .bound = 3 };
	assert_int_equal(world_start_vm(w, 0), VFFA_BUSY);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
	w->port.spmc.keeps_bound = false;
	expect_end(w);
}

SPEC("1.1", "FFA_NOTIFICATION_BITMAP_DESTROY")
static void what_is_pending_does_not_outlive_the_vm(void **state)
{
	struct world *w = *state;

	notif(w, 0)->pending = 4;
	notif(w, 0)->pending_vcpu[FAKE_NR_VCPUS - 1] = 8;
	notif(w, 0)->framework = 1;
	world_stop_vm(w, 0);
	assert_int_equal(fake_nr_calls(&w->port, FFA_NOTIFICATION_BITMAP_DESTROY), 2);
	assert_int_equal(fake_nr_calls(&w->port, FFA_NOTIFICATION_GET), FAKE_NR_VCPUS);
}

static void what_is_bound_is_unbound_where_it_must_be(void **state)
{
	struct world *w = *state;

	w->port.spmc.keeps_bound = true;
	expect_regs(CALL(&w->vms[0], FFA_NOTIFICATION_BIND, 0x80010001, 0, 5), FFA_SUCCESS_32);
	expect_regs(CALL(&w->vms[0], FFA_NOTIFICATION_BIND, 0x80030001, 1, 2), FFA_SUCCESS_32);
	expect_regs(CALL(&w->vms[0], FFA_NOTIFICATION_BIND, 0x80010001, 0, 8, 0x80000000),
		    FFA_SUCCESS_32);
	expect_regs(CALL(&w->vms[0], FFA_NOTIFICATION_UNBIND, 0x80010001, 0, 4), FFA_SUCCESS_32);
	world_stop_vm(w, 0);
	/* Each partition's in one call. */
	assert_int_equal(fake_nr_calls(&w->port, FFA_NOTIFICATION_UNBIND), 3);
}

static void bitmap_that_is_not_destroyed_keeps_the_vm(void **state)
{
	struct world *w = *state;
	struct vffa_vm *vm = &w->vms[0].vm;
	struct vffa_vm_held held;

	for (unsigned int i = 0; i < 4; i++)
		script(w, FFA_NOTIFICATION_BITMAP_DESTROY, VFFA_BUSY);
	vffa_vm_stop(vm);
	fake_work(&w->vms[0], 0);
	assert_int_equal(vffa_vm_state(vm), VFFA_VM_STOPPING);
	assert_int_equal(vffa_vm_held(vm, &held), VFFA_OK);
	assert_int_equal(held.nr_tries, 1);
	assert_true(held.has_notifs);
	/* Partitions hear of the VM's end all the same. */
	assert_int_equal(held.nr_parts, 0);
	assert_int_equal(vffa_vm_restart(vm), VFFA_BUSY);
	fake_work(&w->vms[0], 2 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(vm), VFFA_VM_STOPPED);
}

/* OP-TEE forgets a VM's bitmap with the VM. */
static void bitmap_of_a_vm_that_is_unknown_is_gone(void **state)
{
	static const enum vffa_ret unknown[] = { VFFA_INVALID_PARAMETERS, VFFA_NOT_SUPPORTED };
	struct world *w = *state;

	for (unsigned int i = 0; i < 2; i++) {
		script(w, FFA_NOTIFICATION_BITMAP_DESTROY, unknown[i]);
		vffa_vm_stop(&w->vms[i].vm);
		fake_work(&w->vms[i], 0);
		assert_int_equal(vffa_vm_state(&w->vms[i].vm), VFFA_VM_STOPPED);
		notif(w, i)->created = false;
	}
}

static void reset_leaves_nothing(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	expect_regs(CALL(vm, FFA_NOTIFICATION_BIND, ECHO, 0, 3), FFA_SUCCESS_32);
	notif(w, 0)->pending = 1;
	world_stop_vm(w, 0);
	assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_OK);
	world_negotiate(w, 0, 2);
	assert_true(notif(w, 0)->created && !notif(w, 0)->bound);
	/* Not bound by this guest: not shown to it. */
	notif(w, 0)->pending = 1;
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 1, FFA_NOTIF_GET_ALL), FFA_SUCCESS_32);
}

/* The hypervisor has nothing to say: VMs do not see each other. */
SPEC("1.1", "FFA_NOTIFICATION_GET")
static void get_has_the_spmcs(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	expect_regs(CALL(vm, FFA_NOTIFICATION_BIND, ECHO, 0, 3, 0x80000000), FFA_SUCCESS_32);
	notif(w, 0)->pending = 0x80000000FFFFFFFEull;
	notif(w, 0)->pending_vcpu[2] = 1;
	notif(w, 0)->framework = 0xFF;
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 0x20001, FFA_NOTIF_GET_HYP), FFA_SUCCESS_32);
	assert_int_equal(fake_nr_calls(&w->port, FFA_NOTIFICATION_GET), 0);
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 0x20001, FFA_NOTIF_GET_ALL), FFA_SUCCESS_32, 0,
		    3, 0x80000000, 0, 0, FFA_NOTIF_RX_FULL);
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 0x20001, FFA_NOTIF_GET_ALL), FFA_SUCCESS_32);
}

static void refused_get_leaves_all_pending(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	notif(w, 0)->framework = FFA_NOTIF_RX_FULL;
	script(w, FFA_NOTIFICATION_GET, VFFA_BUSY);
	expect_error(CALL(vm, FFA_NOTIFICATION_GET, 1, FFA_NOTIF_GET_ALL), VFFA_BUSY);
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 1, FFA_NOTIF_GET_ALL), FFA_SUCCESS_32, 0, 0, 0,
		    0, 0, FFA_NOTIF_RX_FULL);
}

static void errors_of_binding_change_nothing(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	expect_regs(CALL(vm, FFA_NOTIFICATION_BIND, ECHO, 0, 1), FFA_SUCCESS_32);
	notif(w, 0)->pending = 1;
	expect_refused(w, vm, VFFA_DENIED, FFA_NOTIFICATION_BIND, ECHO, 0, 3);
	expect_refused(w, vm, VFFA_DENIED, FFA_NOTIFICATION_UNBIND, ECHO, 0, 1);
	fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
	expect_refused(w, vm, VFFA_INTERRUPTED, FFA_NOTIFICATION_BIND, ECHO, 0, 2);
	fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
	expect_refused(w, vm, VFFA_INTERRUPTED, FFA_NOTIFICATION_UNBIND, ECHO, 0, 2);
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 1, 1), FFA_SUCCESS_32, 0, 1);
}

/* Another vCPU's call while this one's is at the SPMC. */
struct meanwhile {
	struct world *w;
	struct vffa_regs call;
	struct vffa_regs answer;
};

static void call_meanwhile(void *arg)
{
	struct meanwhile *m = arg;

	m->w->port.during_smc = NULL;
	m->answer = guest_call(&m->w->vms[0], 1, m->call);
}

static void expect_meanwhile(struct world *w, struct vffa_regs first, enum vffa_ret ret,
			     struct vffa_regs second, enum vffa_ret second_ret)
{
	struct meanwhile m = { .w = w, .call = second };
	struct vffa_regs regs;

	w->port.during_smc = call_meanwhile;
	w->port.during_arg = &m;
	regs = guest_call(&w->vms[0], 0, first);
	assert_int_equal((int32_t)regs.x[2], ret);
	assert_int_equal((int32_t)m.answer.x[2], second_ret);
}

/* Of two vCPUs that claim a bit, the one that does not get it does not take it from the other. */
static void bit_that_is_bound_is_shown_whoever_else_wanted_it(void **state)
{
	const struct vffa_regs bind = { { FFA_NOTIFICATION_BIND, ECHO, 0, 1 } };
	const struct vffa_regs unbind = { { FFA_NOTIFICATION_UNBIND, ECHO, 0, 1 } };
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	expect_meanwhile(w, bind, VFFA_OK, bind, VFFA_OK);
	notif(w, 0)->pending = 1;
	/* Refused, because it is pending, while it is looked for. */
	expect_meanwhile(w, unbind, VFFA_DENIED, bind, VFFA_DENIED);
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 1, 1), FFA_SUCCESS_32, 0, 1);
	/* What remains is bound, for the SPMC and for us. */
	expect_meanwhile(w, unbind, VFFA_OK, bind, VFFA_OK);
	expect_regs(CALL(vm, FFA_NOTIFICATION_BIND, ECHO, 0, 1), FFA_SUCCESS_32);
	notif(w, 0)->pending = 1;
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 1, 1), FFA_SUCCESS_32, 0, 1);
}

/* The SPMC may have bound it, and the partition set it, before the call is back. */
static void bit_is_shown_while_it_is_bound(void **state)
{
	const struct vffa_regs bind = { { FFA_NOTIFICATION_BIND, ECHO, 0, 1 } };
	struct world *w = *state;
	struct meanwhile m = { .w = w, .call = { { FFA_NOTIFICATION_GET, 1, 1 } } };

	notif(w, 0)->pending = 1;
	w->port.during_smc = call_meanwhile;
	w->port.during_arg = &m;
	expect_regs(guest_call(&w->vms[0], 0, bind), FFA_SUCCESS_32);
	expect_regs(m.answer, FFA_SUCCESS_32, 0, 1);
}

static void bind_in_vain_and_get(void *arg)
{
	struct world *w = arg;

	w->port.during_smc = NULL;
	expect_error(CALL_ON(&w->vms[0], 1, FFA_NOTIFICATION_BIND, ECHO, 0, 1), VFFA_DENIED);
	expect_regs(CALL_ON(&w->vms[0], 1, FFA_NOTIFICATION_GET, 1, 1), FFA_SUCCESS_32, 0, 1);
	notif(w, 0)->pending = 1;
}

static void bit_is_shown_while_its_unbinding_may_fail(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_NOTIFICATION_BIND, ECHO, 0, 1), FFA_SUCCESS_32);
	notif(w, 0)->pending = 1;
	w->port.during_smc = bind_in_vain_and_get;
	w->port.during_arg = w;
	expect_error(CALL(&w->vms[0], FFA_NOTIFICATION_UNBIND, ECHO, 0, 1), VFFA_DENIED);
	expect_regs(CALL(&w->vms[0], FFA_NOTIFICATION_GET, 1, 1), FFA_SUCCESS_32, 0, 1);
}

static void tell_meanwhile(void *arg)
{
	struct world *w = arg;

	w->port.during_smc = NULL;
	vffa_notif_tell(&w->vms[0].vm, VFFA_VCPU_ANY);
	vffa_notif_tell(&w->vms[0].vm, 2);
	vffa_notif_tell(&w->vms[0].vm, 3);
}

/* The handler may be past the point where it looks, and its interrupt lost on it. */
static void what_comes_while_a_vcpu_looks_interrupts_again(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	w->port.during_smc = tell_meanwhile;
	w->port.during_arg = w;
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 0x20001, 1), FFA_SUCCESS_32);
	assert_int_equal(take_npis(vm), 2);
	assert_int_equal(vm->nr_npis[2], 2);
	assert_int_equal(vm->nr_npis[3], 1);
	/* Once: nothing has come since. */
	expect_regs(CALL(vm, FFA_NOTIFICATION_GET, 0x20001, 1), FFA_SUCCESS_32);
	assert_int_equal(take_npis(vm), 0);
	assert_int_equal(vm->nr_npis[2], 2);
}

SPEC("1.1", "FFA_NOTIFICATION_INFO_GET")
static void everyone_who_is_named_is_told(void **state)
{
	struct world *w = *state;

	assert_false(vffa_sri(&w->relay));
	notif(w, 0)->pending = 1;
	notif(w, 1)->framework = 1;
	assert_false(vffa_sri(&w->relay));
	assert_int_equal(take_npis(&w->vms[0]), 1);
	assert_int_equal(take_npis(&w->vms[1]), 1);
	assert_int_equal(vffa_counter_read(&w->relay.notifs.lists), 2);
	assert_int_equal(vffa_counter_read(&w->relay.notifs.strays), 0);
}

static void say(struct world *w, uint64_t x2, uint64_t x3, uint64_t x4)
{
	fake_spmc_script(&w->port.spmc, FFA_NOTIFICATION_INFO_GET_64,
			 (struct vffa_regs){ { FFA_SUCCESS_64, 0, x2, x3, x4 } });
}

static void vcpus_are_told_one_by_one(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	/* Its vCPUs 0, 1, 3 and then 2; and the second VM's 1. */
	say(w, 3 << 7 | 3 << 12 | 1 << 14 | 1 << 16, 0x0003000100000001, 0x0001000200020001);
	assert_false(vffa_sri(&w->relay));
	for (unsigned int i = 0; i < FAKE_NR_VCPUS; i++) {
		assert_int_equal(vm->nr_npis[i], 1);
		assert_int_equal(w->vms[1].nr_npis[i], i == 1);
	}
	assert_int_equal(take_npis(vm), 0);
}

static void who_is_not_there_is_counted(void **state)
{
	struct world *w = *state;

	/* A VM that is none, a partition that is none, the hypervisor, and a vCPU that is none. */
	say(w, 4 << 7 | 1ull << 18, 0x0001000080770007, FAKE_NR_VCPUS);
	assert_false(vffa_sri(&w->relay));
	assert_int_equal(vffa_counter_read(&w->relay.notifs.lists), 4);
	assert_int_equal(vffa_counter_read(&w->relay.notifs.strays), 4);
	for (unsigned int i = 0; i < FAKE_NR_VCPUS; i++)
		assert_int_equal(w->vms[0].nr_npis[i], 0);
}

static void vm_that_ends_is_not_told(void **state)
{
	struct world *w = *state;

	script(w, FFA_NOTIFICATION_BITMAP_DESTROY, VFFA_BUSY);
	vffa_vm_stop(&w->vms[0].vm);
	say(w, 1 << 7, 1, 0);
	assert_false(vffa_sri(&w->relay));
	fake_work(&w->vms[0], UINT64_MAX / 2);
	say(w, 1 << 7, 1, 0);
	assert_false(vffa_sri(&w->relay));
	assert_int_equal(take_npis(&w->vms[0]), 0);
	assert_int_equal(vffa_counter_read(&w->relay.notifs.strays), 2);
}

/* OP-TEE: as long as nobody looks, the first VMs are all it names. */
static void answer_that_is_repeated_is_put_off(void **state)
{
	struct world *w = *state;

	w->relay.spmc.quirks |= VFFA_QUIRK_NOTIF_REPEATS;
	say(w, 1 << 7 | 1, 1, 0);
	say(w, 1 << 7 | 1, 1, 0);
	assert_true(vffa_sri(&w->relay));
	assert_int_equal(take_npis(&w->vms[0]), 1);
}

/* Others tell once: it was fetched between the two, and is pending again. */
static void answer_that_is_the_same_is_news(void **state)
{
	struct world *w = *state;

	say(w, 1 << 7 | 1, 1, 0);
	say(w, 1 << 7 | 1, 1, 0);
	say(w, 1 << 7, 1, 0);
	assert_false(vffa_sri(&w->relay));
	assert_int_equal(take_npis(&w->vms[0]), 3);
}

/* Whoever delivers interrupts learns here whether one has been answered. */
static void who_was_told_is_known_until_it_looks(void **state)
{
	struct world *w = *state;
	struct vffa_vm *vm = &w->vms[0].vm;

	say(w, 1 << 7, 1, 0);
	assert_false(vffa_sri(&w->relay));
	assert_true(vffa_vm_is_told(vm, VFFA_VCPU_ANY));
	assert_false(vffa_vm_is_told(vm, 1));
	/* Nobody looks for what partitions set. */
	expect_regs(CALL(&w->vms[0], FFA_NOTIFICATION_GET, vm->id, FFA_NOTIF_GET_HYP),
		    FFA_SUCCESS_32);
	assert_true(vffa_vm_is_told(vm, VFFA_VCPU_ANY));
	expect_regs(CALL(&w->vms[0], FFA_NOTIFICATION_GET, vm->id, FFA_NOTIF_GET_SPS),
		    FFA_SUCCESS_32);
	assert_false(vffa_vm_is_told(vm, VFFA_VCPU_ANY));
}

static void say_more(void *arg)
{
	struct world *w = arg;

	w->port.spmc.nr_scripts = 0;
	say(w, 1 << 7 | 1, 1 + (w->port.nr_calls & 1), 0);
}

static void what_has_no_end_is_bounded(void **state)
{
	struct world *w = *state;
	unsigned int nr;

	w->port.during_smc = say_more;
	w->port.during_arg = w;
	assert_true(vffa_sri(&w->relay));
	w->port.during_smc = NULL;
	nr = take_npis(&w->vms[0]) + take_npis(&w->vms[1]);
	assert_int_equal(nr, VFFA_SRI_MAX_ANSWERS);
}

static void more_of_nobody_is_nonsense(void **state)
{
	struct world *w = *state;

	say(w, 1, 1, 0);
	assert_false(vffa_sri(&w->relay));
	assert_int_equal(take_npis(&w->vms[0]), 0);
}

static void spmc_that_cannot_answer_is_asked_again(void **state)
{
	struct world *w = *state;

	for (int ret = VFFA_NOT_READY; ret < VFFA_OK; ret++) {
		script(w, FFA_NOTIFICATION_INFO_GET_64, (enum vffa_ret)ret);
		assert_int_equal(vffa_sri(&w->relay), ret == VFFA_BUSY || ret == VFFA_RETRY ||
							      ret == VFFA_INTERRUPTED ||
							      ret == VFFA_NOT_READY);
	}
	say(w, 1 << 7, 1, 0);
	w->port.spmc.scripts[w->port.spmc.nr_scripts - 1].answer.x[0] = FFA_INTERRUPT;
	assert_false(vffa_sri(&w->relay));
	assert_int_equal(take_npis(&w->vms[0]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(relay_learns_of_the_interrupt, setup_home),
		TEST(without_an_interrupt_there_are_none, setup_home),
		TEST(without_bitmaps_there_are_none, setup_home),
		TEST(without_info_get_there_are_none, setup_home),
		TEST(before_1_1_there_are_none, setup_home),
		TEST(narrow_info_get_will_do, setup_home),
		TEST(vm_has_a_bitmap_from_begin_to_end, setup_relay),
		TEST(vm_that_wants_none_has_none, setup_relay),
		TEST(vm_for_which_there_is_none_goes_without, setup_relay),
		TEST(vm_is_refused_where_that_may_change, setup_relay),
		TEST(answer_without_sense_is_undone, setup_relay),
		TEST(bitmap_of_an_earlier_host_is_replaced, setup_relay),
		TEST(bitmap_of_an_earlier_host_that_stays_is_not_inherited, setup_relay),
		TEST(what_is_pending_does_not_outlive_the_vm, setup_vms),
		TEST(what_is_bound_is_unbound_where_it_must_be, setup_vms),
		TEST(bitmap_that_is_not_destroyed_keeps_the_vm, setup_vms),
		TEST(bitmap_of_a_vm_that_is_unknown_is_gone, setup_vms),
		TEST(reset_leaves_nothing, setup_vms),
		TEST(get_has_the_spmcs, setup_vms),
		TEST(refused_get_leaves_all_pending, setup_vms),
		TEST(errors_of_binding_change_nothing, setup_vms),
		TEST(bit_that_is_bound_is_shown_whoever_else_wanted_it, setup_vms),
		TEST(bit_is_shown_while_it_is_bound, setup_vms),
		TEST(bit_is_shown_while_its_unbinding_may_fail, setup_vms),
		TEST(what_comes_while_a_vcpu_looks_interrupts_again, setup_vms),
		TEST(everyone_who_is_named_is_told, setup_vms),
		TEST(vcpus_are_told_one_by_one, setup_vms),
		TEST(who_is_not_there_is_counted, setup_vms),
		TEST(vm_that_ends_is_not_told, setup_vms),
		TEST(answer_that_is_repeated_is_put_off, setup_vms),
		TEST(answer_that_is_the_same_is_news, setup_vms),
		TEST(who_was_told_is_known_until_it_looks, setup_vms),
		TEST(what_has_no_end_is_bounded, setup_vms),
		TEST(more_of_nobody_is_nonsense, setup_vms),
		TEST(spmc_that_cannot_answer_is_asked_again, setup_vms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
