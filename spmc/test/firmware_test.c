// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware that lies, or never comes to an end: each call the relay makes to the SPMC, answered by
 * everything that is not the answer, once and for ever, through a relay's and a VM's whole life.
 *
 * Whatever it says, the relay starts or says why not, a VM begins or comes to its end, what the
 * secure world does not give back keeps the VM's id, and when the SPMC is honest again everything
 * that was left is taken back.
 */
#include "world.h"

#include "ffa.h"
#include "inproc_port.h"
#include "sp/proto.h"

#define TX_PA (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA (SPMC_INPROC_RAM_BASE + 0x20000)
#define ALL   0 /* calls; and for ever */

/* What wants to be called again for ever is not: a home puts it off. */
#define MAX_SRI_ROUNDS 16

#define HOSTILE_HOURS (100 * VFFA_WORK_RETRY_NS)

/* The port's smc() gets no more than the fake port. */
static struct spmc_inproc *spmc;
static struct vffa_port_ops relay_ops;

static enum vffa_ret relay_smc(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	(void)port;
	if (*cpu == VFFA_CPU_ANY)
		*cpu = 0;
	return spmc_inproc_smc(spmc, regs, cpu);
}

static void *va_of(uint64_t pa)
{
	return spmc_inproc_ram(spmc, pa);
}

static int setup(void **state)
{
	const struct spmc_inproc_options opt = { .version_minor = 3 };
	struct world *w;

	if (world_setup(state))
		return -1;
	w = *state;
	w->npi = FAKE_NPI;
	spmc = spmc_inproc_create(&opt);
	if (!spmc)
		return -1;
	relay_ops = fake_ops;
	relay_ops.smc = relay_smc;
	w->port.va_of = va_of;
	w->config.ops = &relay_ops;
	w->config.tx = spmc_inproc_ram(spmc, TX_PA);
	w->config.rx = spmc_inproc_ram(spmc, RX_PA);
	w->config.tx_pa.addr = TX_PA;
	w->config.rx_pa.addr = RX_PA;
	return 0;
}

static int teardown(void **state)
{
	int err;

	spmc_fault_clear(spmc_inproc_spmc(spmc));
	err = world_teardown(state);
	assert_int_equal(spmc_inproc_nr_mapped(spmc), 0);
	spmc_inproc_destroy(spmc);
	return err;
}

static void set_fault(uint32_t fid, enum fault_kind kind, uint32_t index, uint64_t value,
		      uint32_t times)
{
	const struct spmc_fault fault = {
		.fid = fid,
		.kind = kind,
		.index = index,
		.value = value,
		.times = times,
	};

	assert_int_equal(spmc_fault_set(spmc_inproc_spmc(spmc), &fault), 0);
}

static void be_honest(void)
{
	spmc_fault_clear(spmc_inproc_spmc(spmc));
}

/* Tell a partition something behind the relay's back. */
static struct vffa_regs tell(uint16_t sp, uint64_t cmd, uint64_t a0, uint64_t a1, uint64_t a2)
{
	struct vffa_regs regs = { { FID32(FN_DIRECT_REQ), sp, 0, cmd, a0, a1, a2 } };

	spmc_inproc_call(spmc, 0, &regs);
	assert_int_equal(regs.x[0], FID32(FN_DIRECT_RESP));
	return regs;
}

/* How many VMs the partition knows that wants to know of them. */
static uint64_t nr_vms_known(void)
{
	return tell(SP_ID_HOSTILE, HOSTILE_VMS, 0, 0, 0).x[4];
}

static uint32_t ids(const struct fake_vm *vm, uint16_t sp)
{
	return ids_word(vm->vm.id, sp);
}

/*
 * It has bound one notification, and may be shown no other, nor what VMs and the hypervisor set. Return:
 * has it come?
 */
static bool live_with_notifications(struct fake_vm *vm)
{
	struct vffa_regs regs;

	(void)CALL(vm, FFA_NOTIFICATION_BIND, ids_word(SP_ID_NOTIFIER, vm->vm.id), 0, 1);
	(void)CALL(vm, FFA_MSG_SEND_DIRECT_REQ_32, ids(vm, SP_ID_NOTIFIER), 0, NOTIFIER_SET,
		   vm->vm.id, 0, 1);
	for (unsigned int i = 0; i < MAX_SRI_ROUNDS && vm->vm.relay->spmc.sri; i++) {
		if (!vffa_sri(vm->vm.relay))
			break;
	}
	(void)CALL(vm, FFA_NOTIFICATION_SET, ids(vm, SP_ID_NOTIFIER), 0, 2);
	regs = CALL(vm, FFA_NOTIFICATION_GET, vm->vm.id, FFA_NOTIF_GET_ALL);
	if (regs.x[0] == FFA_ERROR)
		return false;
	assert_int_equal(regs.x[0], FFA_SUCCESS_32);
	assert_true(regs.x[2] <= 1);
	for (unsigned int i = 3; i < 8; i++)
		assert_int_equal(regs.x[i], 0);
	return regs.x[2];
}

/* What a guest does in a short life. Its answers are errors, or what they should be. */
static void live(struct fake_vm *vm)
{
	struct vffa_regs regs;

	(void)CALL(vm, FFA_VERSION, FFA_VERSION_1_2);
	(void)CALL(vm, FFA_PARTITION_INFO_GET_REGS);
	(void)CALL(vm, FFA_SPM_ID_GET);
	regs = CALL(vm, FFA_MSG_SEND_DIRECT_REQ_32, ids(vm, SP_ID_YIELDER), 0, SP_YIELD, 2);
	assert_true(regs.x[0] == FFA_ERROR || regs.x[0] == FFA_INTERRUPT ||
		    regs.x[0] == FFA_MSG_SEND_DIRECT_RESP_32);
	if (regs.x[0] == FFA_INTERRUPT)
		regs = CALL(vm, FFA_RUN, regs.x[1]);
	assert_true(regs.x[0] == FFA_ERROR || regs.x[0] == FFA_INTERRUPT ||
		    (uint32_t)regs.x[1] >> 16 == SP_ID_YIELDER);
	(void)live_with_notifications(vm);
}

/* A VM's end, as far as the SPMC lets it come. */
static void end(struct fake_vm *vm)
{
	vffa_vm_stop(&vm->vm);
	vffa_vm_work(&vm->vm);
	fake_work(vm, HOSTILE_HOURS);
	/* In quarantine, or gone; never in between, and nobody is let in. */
	assert_int_not_equal(vffa_vm_state(&vm->vm), VFFA_VM_READY);
	assert_false(vffa_vm_enter(&vm->vm));
	assert_int_equal(vm->nr_pinned, 0);
	assert_true(vm->vm.id || !vm->vm.relay);
}

static void expect_unmapped(void)
{
	struct vffa_regs regs = { { FID32(FN_RXTX_UNMAP) } };

	spmc_inproc_call(spmc, 0, &regs);
	assert_int_equal(regs.x[0], FFA_ERROR);
	assert_int_equal(spmc_inproc_nr_mapped(spmc), 0);
}

/* From the first call to the last, with the SPMC as it is; then it is honest. */
static void live_through(struct world *w)
{
	struct fake_vm *vm = &w->vms[0];
	bool started = !vffa_relay_start(&w->relay, &w->config);

	/* A guest that does not wait for ever in a partition that yields for ever. */
	w->port.must_leave = false;
	w->port.leave_after = 50;
	if (started) {
		if (!world_start_vm(w, 0))
			live(vm);
		end(vm);
	}
	be_honest();
	if (started) {
		fake_work(vm, UINT64_MAX / 2);
		assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
		vffa_vm_fini(&vm->vm);
		memset(&vm->vm, 0, sizeof(vm->vm));
	}
	assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	expect_unmapped();
	memset(&w->relay, 0, sizeof(w->relay));
}

/* Every call the relay makes, but for memory and indirect messages. */
static const uint32_t calls[] = {
	ALL,
	FFA_VERSION,
	FFA_ID_GET,
	FFA_FEATURES,
	FFA_SPM_ID_GET,
	FFA_RXTX_MAP_64,
	FFA_PARTITION_INFO_GET,
	FFA_RX_RELEASE,
	FFA_MSG_SEND_DIRECT_REQ_32,
	FFA_RUN,
	FFA_RXTX_UNMAP,
	FFA_NOTIFICATION_BITMAP_CREATE,
	FFA_NOTIFICATION_BITMAP_DESTROY,
	FFA_NOTIFICATION_BIND,
	FFA_NOTIFICATION_UNBIND,
	FFA_NOTIFICATION_SET,
	FFA_NOTIFICATION_GET,
	FFA_NOTIFICATION_INFO_GET_64,
};

#define for_each_call(fid)                                                                         \
	for (const uint32_t *fid = calls; fid < calls + sizeof(calls) / sizeof(calls[0]); fid++)

static void any_completion_to_any_call(void **state)
{
	static const uint64_t completions[] = {
		0,
		FFA_ERROR,
		FFA_SUCCESS_32,
		FFA_SUCCESS_64,
		FFA_INTERRUPT,
		FFA_YIELD,
		FFA_MSG_WAIT,
		FFA_MSG_SEND_DIRECT_RESP_32,
		FFA_MSG_SEND_DIRECT_RESP_64,
		FFA_MEM_FRAG_RX,
		0x840000FF,
		0xC40000FF,
		FFA_VERSION_1_1,
		0x20000,
		UINT64_MAX,
	};
	struct world *w = *state;

	for_each_call(fid)
	{
		for (unsigned int i = 0; i < sizeof(completions) / sizeof(completions[0]); i++) {
			/* A refusal that was none cannot be told from one. */
			if (*fid == FFA_RXTX_MAP_64 && completions[i] == FFA_ERROR)
				continue;
			set_fault(*fid, FAULT_REG, 0, completions[i], 1);
			live_through(w);
			set_fault(*fid, FAULT_REG, 0, completions[i], ALL);
			live_through(w);
		}
	}
}

static void any_result_of_any_call(void **state)
{
	static const uint64_t values[] = { 0,	       1,	   8,	       23,
					   4096,       0x8000,	   0x80010000, 0x80000007,
					   UINT32_MAX, 1ull << 32, UINT64_MAX };
	struct world *w = *state;

	for_each_call(fid)
	{
		for (unsigned int reg = 1; reg < 4; reg++) {
			for (unsigned int i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
				set_fault(*fid, FAULT_REG, reg, values[i], ALL);
				live_through(w);
			}
		}
	}
}

static void any_error_for_ever(void **state)
{
	struct world *w = *state;

	for_each_call(fid)
	{
		for (int err = E_NO_DATA; err <= E_NOT_SUPPORTED; err++) {
			set_fault(*fid, FAULT_ERROR, 0, (uint64_t)err, ALL);
			live_through(w);
			/* Done, and denied. */
			if (*fid == FFA_MSG_SEND_DIRECT_REQ_32 || *fid == FFA_RUN) {
				set_fault(*fid, FAULT_ERROR_AFTER, 0, (uint64_t)err, 1);
				live_through(w);
			}
		}
	}
}

/* Else the others would show nothing of notifications. */
static void who_does_not_lie_notifies(void **state)
{
	struct world *w = *state;

	assert_int_equal(world_start(w), 0);
	assert_true(live_with_notifications(&w->vms[0]));
}

static void expect_quarantine(struct world *w)
{
	struct fake_vm *vm = &w->vms[0];

	end(vm);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	/* Its id is nobody else's, and its worker goes on asking. */
	assert_true(w->relay.ids[0] & 1);
	assert_true(vm->scheduled);
}

static void expect_release(struct world *w)
{
	struct fake_vm *vm = &w->vms[0];

	fake_work(vm, 10 * VFFA_WORK_RETRY_NS);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPED);
	assert_int_equal(nr_vms_known(), 1);
}

static void interrupts_for_ever_at_the_end_of_a_vm(void **state)
{
	static const uint32_t stops[] = { FFA_INTERRUPT, FFA_YIELD };
	struct world *w = *state;

	assert_int_equal(world_start(w), 0);
	for (unsigned int i = 0; i < 2; i++) {
		set_fault(FFA_MSG_SEND_DIRECT_REQ_32, FAULT_REG, 0, stops[i], 1);
		set_fault(FFA_MSG_SEND_DIRECT_REQ_32, FAULT_REG, 1, SP_ID_HOSTILE << 16, 1);
		set_fault(FFA_RUN, FAULT_REG, 0, stops[i], ALL);
		set_fault(FFA_RUN, FAULT_REG, 1, SP_ID_HOSTILE << 16, ALL);
		expect_quarantine(w);
		be_honest();
		expect_release(w);
		assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	}
}

static void denied_for_ever_at_the_end_of_a_vm(void **state)
{
	struct world *w = *state;

	assert_int_equal(world_start(w), 0);
	(void)tell(SP_ID_HOSTILE, HOSTILE_AVAIL, 0, (uint32_t)VFFA_DENIED, 0);
	expect_quarantine(w);
	/* Who is well goes on: the other VM is served, and comes to its end only in its own time. */
	expect_regs(CALL(&w->vms[1], FFA_MSG_SEND_DIRECT_REQ_32, ids(&w->vms[1], SP_ID_ECHO), 0, 7),
		    FFA_MSG_SEND_DIRECT_RESP_32, ids_word(SP_ID_ECHO, w->vms[1].vm.id), 0, 7);
	(void)tell(SP_ID_HOSTILE, HOSTILE_AVAIL, 0, 0, 0);
	expect_release(w);
}

static void request_that_never_ends_in_a_vm_that_does(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	assert_int_equal(world_start(w), 0);
	w->port.leave_after = 5;
	assert_int_equal(CALL(vm, FFA_MSG_SEND_DIRECT_REQ_32, ids(vm, SP_ID_YIELDER), 0, SP_YIELD,
			      1000000000)
				 .x[0],
			 FFA_INTERRUPT);
	w->port.must_leave = false;
	expect_quarantine(w);
	/* A context that is busy, one that denies having been stopped, one that stops for ever. */
	for (int err = E_RETRY; err <= E_BUSY; err++) {
		if (err == E_DENIED)
			continue;
		set_fault(FFA_RUN, FAULT_ERROR, 0, (uint64_t)err, ALL);
		expect_quarantine(w);
		be_honest();
	}
	set_fault(FFA_RUN, FAULT_ERROR, 0, (uint64_t)E_ABORTED, 1);
	expect_release(w);
}

#define FIRMWARE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIRMWARE_TEST(any_completion_to_any_call),
		FIRMWARE_TEST(any_result_of_any_call),
		FIRMWARE_TEST(any_error_for_ever),
		FIRMWARE_TEST(who_does_not_lie_notifies),
		FIRMWARE_TEST(interrupts_for_ever_at_the_end_of_a_vm),
		FIRMWARE_TEST(denied_for_ever_at_the_end_of_a_vm),
		FIRMWARE_TEST(request_that_never_ends_in_a_vm_that_does),
	};

	return cmocka_run_group_tests_name("firmware", tests, NULL, NULL);
}
