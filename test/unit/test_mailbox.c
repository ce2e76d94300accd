// SPDX-License-Identifier: GPL-2.0-only
/* RX/TX buffers of VMs: mapping, and who owns RX. */
#include "world.h"

#define TX    FAKE_RAM_IPA
#define RX    (FAKE_RAM_IPA + 0x10000)
#define DIRTY 0xDEADBEEF00000000ull

SPEC("1.2", "FFA_RXTX_MAP")
static void rxtx_map_takes_both_widths_and_1_to_16_pages(void **state)
{
	static const uint32_t fids[] = { FFA_RXTX_MAP_32, FFA_RXTX_MAP_64 };
	struct world *w = *state;

	for (unsigned int i = 0; i < 2; i++) {
		for (unsigned int pages = 1; pages <= 16; pages++) {
			expect_regs(CALL(&w->vms[0], fids[i], TX, RX, pages), FFA_SUCCESS_32);
			assert_int_equal(w->vms[0].nr_pinned, 2 * pages);
			expect_regs(CALL(&w->vms[0], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
			assert_int_equal(w->vms[0].nr_pinned, 0);
		}
	}
}

SPEC("1.2", "FFA_RXTX_MAP")
static void rxtx_map_32_ignores_upper_halves(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_RXTX_MAP_32, DIRTY | TX, DIRTY | RX, DIRTY | 1, DIRTY),
		    FFA_SUCCESS_32);
}

/* Arguments that are wrong whatever the state: x1 (TX), x2 (RX), x3 (pages). */
static const uint64_t bad_maps[][3] = {
	{ TX, RX, 0 },
	{ TX, RX, 17 },
	{ TX, RX, 63 },
	{ TX, RX, 0x41 },	       /* a reserved bit of w3 */
	{ TX, RX, 0x80000001 },
	{ TX + 0x100, RX, 1 },
	{ TX, RX + 0x100, 1 },
	{ TX + 1, RX, 1 },
	{ TX, TX, 1 },
	{ TX, TX + 0x1000, 2 },	       /* TX ends inside RX */
	{ TX + 0x1000, TX, 2 },
	{ FAKE_RAM_IPA - 0x1000, RX, 1 },
	{ TX, 0, 1 },
	{ FAKE_ROM_IPA, RX, 1 },       /* read-only */
	{ TX, FAKE_ROM_IPA, 1 },
	{ TX, FAKE_ROM_IPA - 0x1000, 2 }, /* the last page of it */
	{ FAKE_ROM_IPA + 0x1000, RX, 1 },
};

SPEC("1.2", "FFA_RXTX_MAP")
static void rxtx_map_refuses_bad_buffers(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(bad_maps) / sizeof(bad_maps[0]); i++) {
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_RXTX_MAP_32,
			       bad_maps[i][0], bad_maps[i][1], bad_maps[i][2]);
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_RXTX_MAP_64,
			       bad_maps[i][0], bad_maps[i][1], bad_maps[i][2]);
	}
}

SPEC("1.2", "FFA_RXTX_MAP")
static void rxtx_map_64_uses_whole_registers(void **state)
{
	static const uint64_t bad[][3] = {
		{ DIRTY | TX, RX, 1 },
		{ TX, DIRTY | RX, 1 },
		{ TX, RX, DIRTY | 1 },
		{ TX, UINT64_MAX - 0xFFF, 1 }, /* the end is not a number */
		{ UINT64_MAX - 0x1FFF, RX, 3 },
	};
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_RXTX_MAP_64, bad[i][0],
			       bad[i][1], bad[i][2]);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void rxtx_map_denies_second_pair(void **state)
{
	struct world *w = *state;

	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RXTX_MAP_64, TX, RX, 1);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RXTX_MAP_32, TX + 0x4000, RX + 0x4000, 1);
	/* Another VM has a pair of its own. */
	expect_regs(CALL(&w->vms[1], FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
}

/* While a vCPU waits for memory of its VMM, another maps a pair, and whoever looks at the VM may. */
static enum vffa_ret map_slowly(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				struct vffa_mapping *map)
{
	struct fake_vm *fake = (struct fake_vm *)((char *)vm - offsetof(struct fake_vm, vm));
	static bool is_inside;
	enum vffa_mailbox_state state;
	uint32_t nr;

	if (!is_inside) {
		is_inside = true;
		assert_int_equal(vffa_vm_buffers(vm, &state, &nr), VFFA_OK);
		(void)guest_call(
			fake, 1,
			(struct vffa_regs){ { FFA_RXTX_MAP_64, TX + 0x4000, RX + 0x4000, 1 } });
		is_inside = false;
	}
	return fake_ops.map_guest(vm, ipa, nr_pages, map);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void rxtx_map_that_waits_for_memory_keeps_nobody_waiting(void **state)
{
	struct world *w = *state;
	struct vffa_port_ops ops = fake_ops;

	ops.map_guest = map_slowly;
	w->relay.cfg.ops = &ops;
	expect_error(CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 2), VFFA_DENIED);
	w->relay.cfg.ops = &fake_ops;
	/* The other's is the one that counts. */
	assert_int_equal(w->vms[0].nr_pinned, 2);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
	assert_int_equal(w->vms[0].nr_pinned, 0);
}

SPEC("1.2", "FFA_RXTX_MAP, FFA_RXTX_UNMAP, FFA_RX_RELEASE")
static void buffer_calls_check_every_reserved_register(void **state)
{
	static const struct {
		struct vffa_regs regs;
		unsigned int first;
	} calls[] = {
		{ { { FFA_RXTX_MAP_32, TX, RX, 1 } }, 4 },
		{ { { FFA_RXTX_MAP_64, TX, RX, 1 } }, 4 },
		{ { { FFA_RXTX_UNMAP } }, 2 },
		{ { { FFA_RX_RELEASE } }, 1 },
	};
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		for (unsigned int r = calls[i].first; r < VFFA_NR_REGS_SHORT; r++) {
			struct vffa_regs regs = calls[i].regs;

			regs.x[r] = 1;
			expect_error(guest_call(&w->vms[0], 0, regs), VFFA_INVALID_PARAMETERS);
		}
	}
}

SPEC("1.2", "FFA_RXTX_MAP")
static void rxtx_map_undoes_everything_when_a_step_fails(void **state)
{
	struct world *w = *state;
	unsigned int n = 0;
	bool failed;

	do {
		uint64_t before = world_hash(w);
		struct vffa_regs regs;

		fake_fail(&w->port, FAKE_OP_MAP, ++n, VFFA_NO_MEMORY);
		regs = CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 4);
		failed = fake_failed(&w->port, FAKE_OP_MAP);
		if (failed) {
			expect_error(regs, VFFA_NO_MEMORY);
			assert_true(world_hash(w) == before);
		}
	} while (failed);
	assert_int_equal(n, 4);
	assert_int_equal(w->vms[0].nr_pinned, 8);
	assert_int_equal(w->vms[0].nr_own, 4);
}

SPEC("1.2", "FFA_RXTX_MAP, FFA_RXTX_UNMAP, FFA_RX_RELEASE, FFA_PARTITION_INFO_GET")
static void killed_caller_changes_nothing(void **state)
{
	static const uint32_t fids[] = { FFA_RXTX_UNMAP, FFA_RX_RELEASE, FFA_PARTITION_INFO_GET };
	struct world *w = *state;

	fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
	expect_refused(w, &w->vms[0], VFFA_INTERRUPTED, FFA_RXTX_MAP_64, TX, RX, 1);
	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	for (unsigned int i = 0; i < 3; i++) {
		fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
		expect_refused(w, &w->vms[0], VFFA_INTERRUPTED, fids[i]);
	}
}

SPEC("1.2", "FFA_RXTX_UNMAP")
static void rxtx_unmap_without_a_pair_is_invalid(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_RXTX_UNMAP);
}

SPEC("1.2", "FFA_RXTX_UNMAP")
static void rxtx_unmap_takes_no_id_but_the_callers(void **state)
{
	static const uint32_t bad[] = { 2 << 16, 0x80000000, 1, 1 << 16 | 1 };
	struct world *w = *state;

	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	CALL(&w->vms[1], FFA_RXTX_MAP_64, TX, RX, 1);
	for (unsigned int i = 0; i < 4; i++)
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_RXTX_UNMAP, bad[i]);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_UNMAP, 1 << 16), FFA_SUCCESS_32);
	assert_int_equal(w->vms[1].nr_pinned, 2);
}

SPEC("1.2", "FFA_RXTX_UNMAP")
static void rxtx_unmap_gives_up_a_full_rx(void **state)
{
	struct world *w = *state;

	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	expect_regs(CALL(&w->vms[0], FFA_RXTX_UNMAP), FFA_SUCCESS_32);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RX_RELEASE);
	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	assert_int_equal(CALL(&w->vms[0], FFA_PARTITION_INFO_GET).x[0], FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_RX_RELEASE")
static void rx_release_denies_what_the_caller_does_not_own(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RX_RELEASE);
	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RX_RELEASE);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RX_RELEASE);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void rxtx_pair_ends_with_the_vm(void **state)
{
	struct world *w = *state;

	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 16);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	world_stop_vm(w, 0); /* expects nothing pinned */
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	world_negotiate(w, 0, 2);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_RXTX_UNMAP);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(rxtx_map_takes_both_widths_and_1_to_16_pages, world_setup_1_2),
		TEST(rxtx_map_32_ignores_upper_halves, world_setup_1_0),
		TEST(rxtx_map_refuses_bad_buffers, world_setup_1_2),
		TEST(rxtx_map_64_uses_whole_registers, world_setup_1_0),
		TEST(rxtx_map_denies_second_pair, world_setup_1_2),
		TEST(rxtx_map_that_waits_for_memory_keeps_nobody_waiting, world_setup_1_2),
		TEST(buffer_calls_check_every_reserved_register, world_setup_1_2),
		TEST(rxtx_map_undoes_everything_when_a_step_fails, world_setup_1_2),
		TEST(killed_caller_changes_nothing, world_setup_1_2),
		TEST(rxtx_unmap_without_a_pair_is_invalid, world_setup_1_2),
		TEST(rxtx_unmap_takes_no_id_but_the_callers, world_setup_1_2),
		TEST(rxtx_unmap_gives_up_a_full_rx, world_setup_1_2),
		TEST(rx_release_denies_what_the_caller_does_not_own, world_setup_1_2),
		TEST(rxtx_pair_ends_with_the_vm, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
