// SPDX-License-Identifier: GPL-2.0-only
/* RX/TX buffers that are shared with the SPMC: what it is told, and what comes of its answers. */
#include "world.h"

#define TX FAKE_RAM_IPA
#define RX (FAKE_RAM_IPA + 0x10000)

static struct vffa_regs map(struct world *w, uint32_t nr_pages)
{
	return CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, nr_pages);
}

static struct fake_pair *pair_of(struct world *w)
{
	return fake_spmc_pair(&w->port.spmc, 1);
}

static void script_error(struct world *w, uint32_t fid, enum vffa_ret ret)
{
	const struct vffa_regs answer = { { FFA_ERROR, 0, (uint32_t)ret } };

	fake_spmc_script(&w->port.spmc, fid, answer);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void the_spmc_gets_rx_and_memory_that_no_guest_has(void **state)
{
	struct world *w = *state;

	for (uint32_t nr_pages = 1; nr_pages <= 16; nr_pages++) {
		const struct fake_pair *pair;

		expect_regs(map(w, nr_pages), FFA_SUCCESS_32);
		pair = pair_of(w);
		assert_non_null(pair);
		assert_int_equal(pair->nr_pages, nr_pages);
		/* Pages of the fake host are never neighbours, those of the relay are. */
		assert_int_equal(pair->nr_ranges, nr_pages + 1);
		for (uint32_t i = 0; i < nr_pages; i++) {
			assert_int_equal(pair->rx[i], fake_pa(&w->vms[0], RX + i * FFA_PAGE_SIZE));
			assert_int_equal(pair->tx[i],
					 w->vms[0].vm.mailbox.out.pa[0].addr + i * FFA_PAGE_SIZE);
		}
		expect_regs(CALL(&w->vms[0], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
		assert_null(pair_of(w));
		assert_int_equal(w->vms[0].nr_own, 0);
	}
}

SPEC("1.2", "FFA_RXTX_MAP")
static void pages_that_follow_each_other_are_one_range(void **state)
{
	struct world *w = *state;

	fake_host_init(&w->port.host, FAKE_HOST_PAGES, FAKE_HOST_PAGES);
	expect_regs(map(w, 16), FFA_SUCCESS_32);
	assert_int_equal(pair_of(w)->nr_ranges, 2);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void what_the_spmc_does_not_take_is_not_mapped(void **state)
{
	static const enum vffa_ret rets[] = { VFFA_NO_MEMORY, VFFA_INVALID_PARAMETERS, VFFA_DENIED,
					      VFFA_BUSY };
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(rets) / sizeof(rets[0]); i++) {
		uint64_t before = world_hash(w);

		script_error(w, FFA_RXTX_MAP_64, rets[i]);
		expect_error(map(w, 4), rets[i]);
		assert_true(world_hash(w) == before);
	}
	expect_regs(map(w, 4), FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void a_killed_mapper_leaves_nothing(void **state)
{
	struct world *w = *state;
	unsigned int n = 0;
	bool failed;

	/* Locks of the VM twice, of pages twice, of the hypervisor's TX. */
	do {
		uint64_t before = world_hash(w);
		struct vffa_regs regs;

		fake_fail(&w->port, FAKE_OP_LOCK, ++n, VFFA_OK);
		regs = map(w, 2);
		failed = fake_failed(&w->port, FAKE_OP_LOCK);
		if (failed) {
			expect_error(regs, VFFA_INTERRUPTED);
			assert_true(world_hash(w) == before);
		}
	} while (failed);
	assert_int_equal(n, 6);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void an_answer_without_sense_is_undone(void **state)
{
	const struct vffa_regs nonsense = { { FFA_INTERRUPT } };
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_RXTX_MAP_64, nonsense);
	expect_error(map(w, 1), VFFA_ABORTED);
	assert_int_equal(w->vms[0].nr_pinned, 0);
	assert_int_equal(fake_last_call(&w->port)->in.x[0], FFA_RXTX_UNMAP);
	expect_regs(map(w, 1), FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void what_may_be_the_spmcs_stays_pinned(void **state)
{
	const struct vffa_regs nonsense = { { FFA_INTERRUPT } };
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_RXTX_MAP_64, nonsense);
	script_error(w, FFA_RXTX_UNMAP, VFFA_BUSY);
	expect_error(map(w, 1), VFFA_ABORTED);
	assert_int_equal(w->vms[0].nr_pinned, 2);
	assert_int_equal(w->vms[0].nr_own, 1);
	/* It is a pair all the same, and can be unmapped when the SPMC knows what it has. */
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RXTX_MAP_64, TX, RX, 1);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
	assert_int_equal(w->vms[0].nr_pinned, 0);
}

SPEC("1.2", "FFA_RXTX_UNMAP")
static void what_the_spmc_keeps_stays_mapped(void **state)
{
	static const enum vffa_ret rets[] = { VFFA_DENIED, VFFA_BUSY, VFFA_ABORTED };
	struct world *w = *state;

	map(w, 1);
	for (unsigned int i = 0; i < sizeof(rets) / sizeof(rets[0]); i++) {
		script_error(w, FFA_RXTX_UNMAP, rets[i]);
		expect_refused(w, &w->vms[0], rets[i], FFA_RXTX_UNMAP);
	}
	assert_int_equal(w->vms[0].nr_pinned, 2);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RXTX_UNMAP")
static void what_the_spmc_has_lost_is_unmapped(void **state)
{
	struct world *w = *state;

	map(w, 1);
	*pair_of(w) = (struct fake_pair){ 0 };
	expect_regs(CALL(&w->vms[0], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RX_ACQUIRE, FFA_RX_RELEASE")
static void rx_is_acquired_before_the_relay_writes_it(void **state)
{
	struct world *w = *state;

	map(w, 1);
	assert_int_equal(CALL(&w->vms[0], FFA_PARTITION_INFO_GET).x[0], FFA_SUCCESS_32);
	assert_int_equal(pair_of(w)->state, FAKE_RX_ELSEWHERE);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
	assert_int_equal(pair_of(w)->state, FAKE_RX_EMPTY);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RX_RELEASE);
}

SPEC("1.2", "FFA_RX_RELEASE")
static void a_message_in_rx_is_the_guests_until_it_releases(void **state)
{
	struct world *w = *state;

	map(w, 1);
	pair_of(w)->state = FAKE_RX_FULL;
	expect_refused(w, &w->vms[0], VFFA_BUSY, FFA_PARTITION_INFO_GET);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
	assert_int_equal(pair_of(w)->state, FAKE_RX_EMPTY);
	assert_int_equal(CALL(&w->vms[0], FFA_PARTITION_INFO_GET).x[0], FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RX_RELEASE")
static void a_release_that_the_spmc_refuses_changes_nothing(void **state)
{
	static const enum vffa_ret rets[] = { VFFA_DENIED, VFFA_ABORTED, VFFA_INVALID_PARAMETERS };
	struct world *w = *state;

	map(w, 1);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	for (unsigned int i = 0; i < sizeof(rets) / sizeof(rets[0]); i++) {
		script_error(w, FFA_RX_RELEASE, rets[i]);
		expect_refused(w, &w->vms[0], rets[i], FFA_RX_RELEASE);
	}
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RX_ACQUIRE")
static void an_acquire_without_sense_loses_no_message(void **state)
{
	const struct vffa_regs nonsense = { { FFA_MSG_WAIT } };
	struct world *w = *state;

	map(w, 1);
	fake_spmc_script(&w->port.spmc, FFA_RX_ACQUIRE, nonsense);
	pair_of(w)->state = FAKE_RX_FULL;
	expect_refused(w, &w->vms[0], VFFA_ABORTED, FFA_PARTITION_INFO_GET);
	assert_int_equal(pair_of(w)->state, FAKE_RX_FULL);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
	script_error(w, FFA_RX_ACQUIRE, VFFA_INVALID_PARAMETERS);
	expect_refused(w, &w->vms[0], VFFA_ABORTED, FFA_PARTITION_INFO_GET);
	assert_int_equal(CALL(&w->vms[0], FFA_PARTITION_INFO_GET).x[0], FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void the_spmc_says_how_large_a_buffer_may_be(void **state)
{
	struct world *w = *state;

	w->port.spmc.rxtx_props = 3 << FFA_RXTX_MAX_PAGES_SHIFT;
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, 2);
	expect_regs(CALL(&w->vms[0], FFA_FEATURES, FFA_RXTX_MAP_64), FFA_SUCCESS_32, 0,
		    3 << FFA_RXTX_MAX_PAGES_SHIFT);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_RXTX_MAP_64, TX, RX, 4);
	expect_regs(map(w, 3), FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RXTX_UNMAP")
static void the_end_of_a_vm_takes_its_buffers_from_the_spmc(void **state)
{
	struct world *w = *state;

	map(w, 4);
	pair_of(w)->state = FAKE_RX_FULL;
	world_stop_vm(w, 0);
	assert_null(pair_of(w));
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	world_negotiate(w, 0, 2);
	expect_regs(map(w, 4), FFA_SUCCESS_32);
}

/* Quarantine: what the SPMC may still write to stays pinned, and the id taken, until it lets go. */
SPEC("1.2", "FFA_RXTX_UNMAP")
static void buffers_that_the_spmc_keeps_hold_up_the_end_of_their_vm(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	enum vffa_mailbox_state rx;
	struct vffa_vm_held held;
	uint32_t nr_pages;

	map(w, 4);
	script_error(w, FFA_RXTX_UNMAP, VFFA_BUSY);
	script_error(w, FFA_RXTX_UNMAP, VFFA_DENIED);
	vffa_vm_stop(&vm->vm);
	fake_work(vm, VFFA_WORK_RETRY_NS / 2);
	assert_int_equal(vffa_vm_state(&vm->vm), VFFA_VM_STOPPING);
	assert_int_equal(vm->nr_pinned, 8);
	assert_int_equal(vm->nr_own, 4);
	assert_int_equal(vffa_vm_held(&vm->vm, &held), VFFA_OK);
	assert_int_equal(held.nr_tries, 1);
	assert_int_equal(vffa_vm_buffers(&vm->vm, &rx, &nr_pages), VFFA_OK);
	assert_int_equal(nr_pages, 4);
	assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_BUSY);

	world_stop_vm(w, 0);
	assert_int_equal(held.nr_tries, 1);
	assert_null(pair_of(w));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_spmc_gets_rx_and_memory_that_no_guest_has, world_setup_1_2),
		TEST(pages_that_follow_each_other_are_one_range, world_setup_1_1),
		TEST(what_the_spmc_does_not_take_is_not_mapped, world_setup_1_2),
		TEST(a_killed_mapper_leaves_nothing, world_setup_1_2),
		TEST(an_answer_without_sense_is_undone, world_setup_1_2),
		TEST(what_may_be_the_spmcs_stays_pinned, world_setup_1_2),
		TEST(what_the_spmc_keeps_stays_mapped, world_setup_1_2),
		TEST(what_the_spmc_has_lost_is_unmapped, world_setup_1_2),
		TEST(rx_is_acquired_before_the_relay_writes_it, world_setup_1_2),
		TEST(a_message_in_rx_is_the_guests_until_it_releases, world_setup_1_2),
		TEST(a_release_that_the_spmc_refuses_changes_nothing, world_setup_1_2),
		TEST(an_acquire_without_sense_loses_no_message, world_setup_1_2),
		TEST(the_spmc_says_how_large_a_buffer_may_be, world_setup),
		TEST(the_end_of_a_vm_takes_its_buffers_from_the_spmc, world_setup_1_2),
		TEST(buffers_that_the_spmc_keeps_hold_up_the_end_of_their_vm, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
