// SPDX-License-Identifier: GPL-2.0-only
/*
 * The relay and the SPMC in one process, each with its own reading of FF-A: what a guest of the one
 * sees of the other. Numbers are the relay's here (abi.h); ffa.h clashes with nothing in it.
 */
#include "world.h"

#include "ffa.h"
#include "inproc_port.h"
#include "sp/proto.h"

#define TX_PA (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA (SPMC_INPROC_RAM_BASE + 0x20000)

/* The port's smc() gets no more than the fake port. */
static struct spmc_inproc *spmc;

/* A thread of a test is a CPU of the machine. */
static _Thread_local uint32_t this_cpu;

static enum vffa_ret relay_smc(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	if (*cpu == VFFA_CPU_ANY)
		*cpu = this_cpu;
	return spmc_inproc_smc(spmc, regs, cpu);
}

static struct vffa_port_ops relay_ops;

static void *va_of(uint64_t pa)
{
	return spmc_inproc_ram(spmc, pa);
}

static int setup(void **state, unsigned int minor)
{
	const struct spmc_inproc_options opt = { .version_minor = minor + 1 };
	struct world *w;

	if (world_setup(state))
		return -1;
	w = *state;
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

static int setup_stopped(void **state)
{
	return setup(state, 2);
}

static int setup_vms(void **state, unsigned int minor)
{
	struct world *w;

	if (setup(state, minor))
		return -1;
	w = *state;
	return world_start(w);
}

static int setup_1_0(void **state)
{
	return setup_vms(state, 0);
}

static int setup_1_1(void **state)
{
	return setup_vms(state, 1);
}

static int setup_1_2(void **state)
{
	return setup_vms(state, 2);
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

static void set_fault(struct spmc_fault fault)
{
	assert_int_equal(spmc_fault_set(spmc_inproc_spmc(spmc), &fault), 0);
}

/* Tell a partition something behind the relay's back. */
static struct vffa_regs tell(uint16_t sp, uint64_t cmd, uint64_t a0, uint64_t a1, uint64_t a2)
{
	struct vffa_regs regs = { { FID32(FN_DIRECT_REQ), sp, 0, cmd, a0, a1, a2 } };

	spmc_inproc_call(spmc, 0, &regs);
	assert_int_equal(regs.x[0], FID32(FN_DIRECT_RESP));
	return regs;
}

static uint32_t ids(const struct fake_vm *vm, uint16_t sp)
{
	return ids_word(vm->vm.id, sp);
}

static uint32_t ids_back(const struct fake_vm *vm, uint16_t sp)
{
	return ids_word(sp, vm->vm.id);
}

#define REQ(vm, sp, ...) CALL(vm, FFA_MSG_SEND_DIRECT_REQ_32, ids(vm, sp), 0, __VA_ARGS__)
#define expect_resp(regs, vm, sp, ...)                                                             \
	expect_regs(regs, FFA_MSG_SEND_DIRECT_RESP_32, ids_back(vm, sp), 0, __VA_ARGS__)

/* Page by page; the relay sorts them by id. */
static void a_guest_finds_every_service_in_pages(void **state)
{
	struct world *w = *state;
	unsigned int start = 0;
	struct vffa_regs regs;
	unsigned int here;

	regs = CALL(&w->vms[0], FFA_PARTITION_INFO_GET_REGS);
	assert_int_equal(regs.x[3] & 0xFFFF, SP_ID_ECHO);
	assert_int_equal(regs.x[3] >> 16 & 0xFFFF, 2);
	/* 3c3af09a-9c21-4d34-bcf1-31b2b6dcbd01 */
	assert_true(regs.x[4] == 0x344D219C9AF03A3Cu);
	assert_true(regs.x[5] == 0x01BDDCB6B231F1BCu);

	for (; start < SP_NR_SERVICES; start += here) {
		here = SP_NR_SERVICES - start < 5 ? SP_NR_SERVICES - start : 5;
		regs = CALL(&w->vms[0], FFA_PARTITION_INFO_GET_REGS, 0, 0, start);
		assert_int_equal(regs.x[0], FFA_SUCCESS_64);
		assert_true(regs.x[2] ==
			    (24ull << 48 | (start + here - 1) << 16 | (SP_NR_SERVICES - 1)));
	}
	assert_int_equal(regs.x[3 * here] & 0xFFFF, SP_ID_CONTROL);
}

static void echo_answers_every_kind_of_request(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		struct fake_vm *vm = &w->vms[i];

		expect_resp(REQ(vm, SP_ID_ECHO, 1, 2, 3, 4, 5), vm, SP_ID_ECHO, 1, 2, 3, 4, 5);
		expect_regs(CALL(vm, FFA_MSG_SEND_DIRECT_REQ_64, ids(vm, SP_ID_ECHO), 0, ~0ull, 2),
			    FFA_MSG_SEND_DIRECT_RESP_64, ids_back(vm, SP_ID_ECHO), 0, ~0ull, 2);
		expect_regs(CALL(vm, FFA_MSG_SEND_DIRECT_REQ2, ids(vm, SP_ID_ECHO),
				 0x344D219C9AF03A3Cu, 0x02BDDCB6B231F1BCu, 4, 5, 6, 7, 8, 9, 10, 11,
				 12, 13, 14, 15, 16, ~0ull),
			    FFA_MSG_SEND_DIRECT_RESP2, ids_back(vm, SP_ID_ECHO), 0, 0, 4, 5, 6, 7,
			    8, 9, 10, 11, 12, 13, 14, 15, 16, ~0ull);
	}
}

static void an_older_spmc_serves_what_it_has(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	expect_resp(REQ(vm, SP_ID_ECHO, 1, 2, 3, 4, 5), vm, SP_ID_ECHO, 1, 2, 3, 4, 5);
	expect_error(CALL(vm, FFA_MSG_SEND_DIRECT_REQ2, ids(vm, SP_ID_ECHO)), VFFA_NOT_SUPPORTED);
	/* Silent, too, but one entry for both services of echo. */
	assert_int_equal(CALL(vm, FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1).x[2], SP_NR_PARTS);
}

static void yields_are_the_relays_to_bear(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	expect_resp(REQ(vm, SP_ID_YIELDER, SP_YIELD, 3), vm, SP_ID_YIELDER, 0, 3);
	assert_int_equal(w->port.nr_slept, 3);
}

static void interrupts_are_the_relays_unless_the_vcpu_must_leave(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	uint32_t target = ids_word(SP_ID_YIELDER, 0);

	spmc_inproc_irq(spmc, 0, 1);
	expect_resp(REQ(vm, SP_ID_YIELDER, SP_SPIN, 1), vm, SP_ID_YIELDER, 0, 1);
	assert_int_equal(w->port.nr_relaxed, 1);

	w->port.must_leave = true;
	spmc_inproc_irq(spmc, 0, 1);
	expect_regs(REQ(vm, SP_ID_YIELDER, SP_SPIN, 1), FFA_INTERRUPT, target);
	expect_error(REQ(&w->vms[1], SP_ID_YIELDER, SP_SPIN, 1), VFFA_BUSY);
	expect_error(CALL(&w->vms[1], FFA_RUN, target), VFFA_DENIED);
	expect_resp(CALL(vm, FFA_RUN, target), vm, SP_ID_YIELDER, 0, 1);
	w->port.must_leave = false;
}

static void a_chain_is_resumed_where_it_stopped(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	spmc_inproc_irq(spmc, 0, 1);
	expect_resp(REQ(vm, SP_ID_FORWARDER, SP_FORWARD, SP_ID_YIELDER, SP_SPIN, 1), vm,
		    SP_ID_FORWARDER, 0, 0, 1);
	expect_resp(REQ(vm, SP_ID_FORWARDER, SP_FORWARD, SP_ID_YIELDER, SP_YIELD, 2), vm,
		    SP_ID_FORWARDER, 0, 0, 2);
}

struct guest {
	struct fake_vm *vm;
	uint32_t cpu;
	unsigned int nr_wrong;
};

/* Echo has a context here; the yielder has one for all, which may be busy. */
static void *run_guest(void *arg)
{
	struct guest *g = arg;
	struct fake_vm *vm = g->vm;
	struct vffa_regs regs;

	this_cpu = g->cpu;
	for (unsigned int i = 0; i < 500; i++) {
		spmc_inproc_irq(spmc, g->cpu, i % 2);
		regs = REQ(vm, SP_ID_ECHO, i);
		g->nr_wrong += regs.x[0] != FFA_MSG_SEND_DIRECT_RESP_32 || regs.x[3] != i;
		regs = REQ(vm, SP_ID_YIELDER, i % 4 ? SP_SPIN : SP_YIELD, 1, i);
		if (regs.x[0] == FFA_ERROR)
			g->nr_wrong += regs.x[2] != (uint32_t)VFFA_BUSY;
		else
			g->nr_wrong += regs.x[1] != ids_back(vm, SP_ID_YIELDER) || regs.x[5] != i;
	}
	return NULL;
}

static void vms_call_at_once(void **state)
{
	struct world *w = *state;
	struct guest guests[2] = { { &w->vms[0], 0, 0 }, { &w->vms[1], 1, 0 } };
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, run_guest, &guests[1]), 0);
	run_guest(&guests[0]);
	pthread_join(thread, NULL);
	assert_int_equal(guests[0].nr_wrong, 0);
	assert_int_equal(guests[1].nr_wrong, 0);
}

static void refused_vms_do_not_start(void **state)
{
	struct world *w = *state;
	uint32_t denied = (uint32_t)VFFA_DENIED;

	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	(void)tell(SP_ID_HOSTILE, HOSTILE_AVAIL, denied, 0, 1);
	assert_int_equal(world_start_vm(w, 0), VFFA_DENIED);
	/* The notifier wants to hear of its end. */
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
	vffa_vm_work(&w->vms[0].vm);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	assert_int_equal(world_start_vm(w, 1), VFFA_OK);
	assert_int_equal(tell(SP_ID_HOSTILE, HOSTILE_VMS, 0, 0, 0).x[4], 1);
}

static void announcements_may_yield_and_be_repeated(void **state)
{
	struct world *w = *state;

	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	(void)tell(SP_ID_HOSTILE, HOSTILE_AVAIL, (uint32_t)VFFA_RETRY, (uint32_t)VFFA_RETRY, 2);
	(void)tell(SP_ID_HOSTILE, HOSTILE_AVAIL_YIELD, 3, 3, 0);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(tell(SP_ID_HOSTILE, HOSTILE_VMS, 0, 0, 0).x[4], 1);
	world_stop_vm(w, 0);
	assert_int_equal(tell(SP_ID_HOSTILE, HOSTILE_VMS, 0, 0, 0).x[4], 0);
}

static void lying_answers_are_aborted(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	const uint64_t lies[][2] = {
		{ 0, FID64(FN_DIRECT_RESP) },	/* wrong width */
		{ 0, FID32(FN_SUCCESS) },	/* no response at all */
		{ 0, FID32(FN_MSG_WAIT) },	/* completes no request */
		{ 0, 0xC40000FF },		/* unknown */
		{ 0, 0 },			/* not FF-A */
		{ 1, SP_ID_HOSTILE },		/* for nobody */
		{ 1, ids_word(SP_ID_ECHO, 1) }, /* from another */
		{ 2, MSG_VM_CREATED_RESP },	/* from the framework */
	};

	for (unsigned int i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		expect_error(REQ(vm, SP_ID_HOSTILE, HOSTILE_LIE, lies[i][0], lies[i][1]),
			     VFFA_ABORTED);
	/* Stopped, it says, in the normal world. */
	set_fault((struct spmc_fault){ .fid = FID32(FN_DIRECT_REQ),
				       .kind = FAULT_STOP,
				       .value = FID32(FN_INTERRUPT),
				       .times = 1 });
	set_fault((struct spmc_fault){ .fid = FID32(FN_RUN),
				       .kind = FAULT_REG,
				       .index = 1,
				       .value = 0x10000,
				       .times = 1 });
	set_fault((struct spmc_fault){ .fid = FID32(FN_RUN),
				       .kind = FAULT_REG,
				       .index = 0,
				       .value = FID32(FN_INTERRUPT),
				       .times = 1 });
	expect_error(REQ(vm, SP_ID_HOSTILE, HOSTILE_VMS), VFFA_ABORTED);
	expect_resp(REQ(vm, SP_ID_ECHO, 1), vm, SP_ID_ECHO, 1);
}

static void any_error_reaches_the_guest(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	for (int err = E_NO_DATA; err <= E_NOT_SUPPORTED; err++) {
		set_fault((struct spmc_fault){ .fid = FID32(FN_DIRECT_REQ),
					       .kind = FAULT_ERROR,
					       .value = (uint64_t)err,
					       .times = 1 });
		expect_error(REQ(vm, SP_ID_ECHO, 1), (enum vffa_ret)err);
	}
}

/* The relay starts, or says why not; it never believes a length. */
static void lying_lists_do_not_start(void **state)
{
	struct world *w = *state;
	static const struct {
		uint32_t reg;
		uint64_t value;
	} lies[] = { { 2, 171 },	{ 2, 0xFFFFFFFF },	    { 3, 0 }, { 3, 8 }, { 3, 4097 },
		     { 3, 0xFFFFFFFF }, { 0, FID32(FN_INTERRUPT) }, { 0, 0 } };

	for (unsigned int i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		set_fault((struct spmc_fault){ .fid = FID32(FN_PARTITION_INFO_GET),
					       .kind = FAULT_REG,
					       .index = lies[i].reg,
					       .value = lies[i].value,
					       .times = 1 });
		assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_ABORTED);
	}
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
}

/* It makes a dozen; whichever fails, nothing stays mapped. */
static void every_call_of_the_start_may_fail(void **state)
{
	struct world *w = *state;
	unsigned int nr_failed = 0;

	for (unsigned int skip = 0; skip < 32; skip++) {
		enum vffa_ret ret;

		set_fault((struct spmc_fault){ .kind = FAULT_ERROR,
					       .value = (uint64_t)E_NO_MEMORY,
					       .skip = skip,
					       .times = 1 });
		ret = vffa_relay_start(&w->relay, &w->config);
		spmc_fault_clear(spmc_inproc_spmc(spmc));
		nr_failed += ret != VFFA_OK;
		if (!ret)
			assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
		assert_int_equal(spmc_inproc_nr_mapped(spmc), 0);
	}
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_true(nr_failed >= 3);
}

#define RELAY_TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RELAY_TEST(a_guest_finds_every_service_in_pages, setup_1_2),
		RELAY_TEST(echo_answers_every_kind_of_request, setup_1_2),
		RELAY_TEST(an_older_spmc_serves_what_it_has, setup_1_0),
		RELAY_TEST(an_older_spmc_serves_what_it_has, setup_1_1),
		RELAY_TEST(yields_are_the_relays_to_bear, setup_1_2),
		RELAY_TEST(interrupts_are_the_relays_unless_the_vcpu_must_leave, setup_1_2),
		RELAY_TEST(a_chain_is_resumed_where_it_stopped, setup_1_2),
		RELAY_TEST(vms_call_at_once, setup_1_2),
		RELAY_TEST(refused_vms_do_not_start, setup_stopped),
		RELAY_TEST(announcements_may_yield_and_be_repeated, setup_stopped),
		RELAY_TEST(lying_answers_are_aborted, setup_1_2),
		RELAY_TEST(any_error_reaches_the_guest, setup_1_2),
		RELAY_TEST(lying_lists_do_not_start, setup_stopped),
		RELAY_TEST(every_call_of_the_start_may_fail, setup_stopped),
	};

	return cmocka_run_group_tests_name("relay", tests, NULL, NULL);
}
