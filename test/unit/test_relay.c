// SPDX-License-Identifier: GPL-2.0-only
/* The hypervisor's own endpoint: start and stop against SPMCs of every kind, honest or not. */
#include "world.h"

static enum vffa_ret start(struct world *w)
{
	return vffa_relay_start(&w->relay, &w->config);
}

/* A failed start leaves nothing behind and names the call. */
static void expect_no_start(struct world *w, enum vffa_ret ret, uint32_t fid)
{
	assert_int_equal(start(w), ret);
	assert_int_equal(w->relay.failed_fid, fid);
	assert_false(w->port.spmc.mapped);
	assert_false(w->port.spmc.rx_full);
}

SPEC("1.2", "Setup and discovery interfaces")
static void start_learns_about_the_spmc(void **state)
{
	struct world *w = *state;
	const struct vffa_spmc *spmc = &w->relay.spmc;

	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(spmc->version, FFA_VERSION_1_2);
	assert_int_equal(spmc->id, 0x8000);
	assert_int_equal(spmc->offers, VFFA_SPMC_ID_GET | VFFA_SPMC_DIRECT_32 |
					       VFFA_SPMC_DIRECT_64 | VFFA_SPMC_DIRECT2 |
					       VFFA_SPMC_INFO_REGS | VFFA_SPMC_SHARE |
					       VFFA_SPMC_LEND | VFFA_SPMC_DONATE |
					       VFFA_SPMC_RETRIEVE | VFFA_SPMC_INDIRECT);
	assert_int_equal(spmc->nr_parts, FAKE_NR_SPS);
	for (unsigned int i = 0; i < FAKE_NR_SPS; i++) {
		const struct fake_part *want = &w->port.spmc.parts[i];

		assert_int_equal(spmc->parts[i].id, want->id);
		assert_int_equal(spmc->parts[i].nr_contexts, want->nr_contexts);
		assert_int_equal(spmc->parts[i].props, want->props);
		assert_memory_equal(&spmc->parts[i].uuid, &want->uuid, sizeof(want->uuid));
	}
	assert_int_equal(w->relay.failed_fid, 0);
	assert_false(w->port.spmc.rx_full);
}

SPEC("1.2", "FFA_VERSION")
static void start_speaks_an_older_spmcs_version(void **state)
{
	struct world *w = *state;

	w->port.spmc.version = FFA_VERSION_1_1;
	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(w->relay.spmc.version, FFA_VERSION_1_1);
	assert_false(w->relay.spmc.offers & VFFA_SPMC_DIRECT2);
	/* Asked for 1.2, told 1.1, asked for 1.1. */
	assert_int_equal(fake_nr_calls(&w->port, FFA_VERSION), 2);
	assert_int_equal(w->port.calls[1].in.x[1], FFA_VERSION_1_1);
}

SPEC("1.0", "Partition information descriptor")
static void start_reads_1_0_descriptors(void **state)
{
	struct world *w = *state;

	w->port.spmc.version = FFA_VERSION_1_0;
	w->port.spmc.desc_size = 8;
	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(w->relay.spmc.version, FFA_VERSION_1_0);
	assert_int_equal(w->relay.spmc.id, 0);
	assert_int_equal(w->relay.spmc.nr_parts, FAKE_NR_SPS);
	assert_int_equal(w->relay.spmc.parts[2].id, 0x8003);
}

SPEC("1.2", "Partition information descriptor")
static void start_steps_by_the_size_it_is_told(void **state)
{
	struct world *w = *state;

	w->port.spmc.desc_size = 48;
	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(w->relay.spmc.parts[3].id, 0x8004);
	assert_int_equal(w->relay.spmc.parts[3].uuid.b[0], 0x40);
}

SPEC("1.2", "FFA_VERSION")
static void start_is_content_with_a_newer_spmc(void **state)
{
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_VERSION, (struct vffa_regs){ { 0x00010003 } });
	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(w->relay.spmc.version, FFA_VERSION_1_2);
}

SPEC("1.2", "FFA_VERSION")
static void start_works_without_an_spmc(void **state)
{
	struct world *w = *state;

	w->port.spmc.version = 0;
	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(w->relay.spmc.version, 0);
	assert_int_equal(w->port.nr_calls, 1);
	assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	assert_int_equal(w->port.nr_calls, 1);
}

SPEC("1.2", "FFA_VERSION")
static void start_refuses_another_major(void **state)
{
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_VERSION, (struct vffa_regs){ { 0x00020000 } });
	expect_no_start(w, VFFA_NOT_SUPPORTED, FFA_VERSION);
	assert_int_equal(w->relay.spmc_says, 0x00020000);
}

SPEC("1.2", "FFA_VERSION")
static void start_refuses_a_version_that_changes_its_mind(void **state)
{
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_VERSION, (struct vffa_regs){ { 0x00010001 } });
	fake_spmc_script(&w->port.spmc, FFA_VERSION, (struct vffa_regs){ { 0x00010000 } });
	expect_no_start(w, VFFA_ABORTED, FFA_VERSION);
}

SPEC("1.2", "FFA_ID_GET")
static void start_refuses_to_be_anyone_but_the_hypervisor(void **state)
{
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_ID_GET, (struct vffa_regs){ { FFA_SUCCESS_32, 0, 1 } });
	expect_no_start(w, VFFA_ABORTED, FFA_ID_GET);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void start_tells_when_another_driver_owns_the_buffers(void **state)
{
	struct world *w = *state;

	w->port.spmc.mapped = true;
	assert_int_equal(start(w), VFFA_DENIED);
	assert_int_equal(w->relay.failed_fid, FFA_RXTX_MAP_64);
	/* They are still the other's. */
	assert_true(w->port.spmc.mapped);
	w->port.spmc.mapped = false;
}

SPEC("1.2", "FFA_FEATURES of FFA_RXTX_MAP")
static void start_refuses_buffers_below_the_spmcs_granule(void **state)
{
	struct world *w = *state;

	w->port.spmc.rxtx_props = FFA_RXTX_GRANULE_64K;
	expect_no_start(w, VFFA_NOT_SUPPORTED, FFA_RXTX_MAP_64);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RXTX_MAP_64), 0);
}

SPEC("1.2", "FFA_FEATURES of FFA_RXTX_MAP")
static void start_maps_no_more_than_the_spmc_takes(void **state)
{
	struct world *w = *state;

	w->config.nr_pages = 4; /* only the first is there; the fake writes no further */
	w->port.spmc.rxtx_props = 2 << FFA_RXTX_MAX_PAGES_SHIFT;
	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(w->port.spmc.rxtx_pages, 2);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void start_maps_less_when_so_much_is_refused(void **state)
{
	struct world *w = *state;

	w->config.nr_pages = 4;
	w->port.spmc.rxtx_limit = 1; /* as KVM's protected mode, which FFA_FEATURES does not know */
	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(w->port.spmc.rxtx_pages, 1);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RXTX_MAP_64), 3);
}

SPEC("1.2", "FFA_RXTX_MAP")
static void start_maps_whole_granules_only(void **state)
{
	struct world *w = *state;

	w->config.nr_pages = 16;
	w->port.spmc.rxtx_props = FFA_RXTX_GRANULE_16K;
	w->port.spmc.rxtx_limit = 1;
	expect_no_start(w, VFFA_INVALID_PARAMETERS, FFA_RXTX_MAP_64);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RXTX_MAP_64), 3); /* 16, 8, 4 */
}

/* Before 1.2 nobody tells what is too large. */
SPEC("1.2", "FFA_RXTX_MAP")
static void start_maps_as_much_as_the_call_can_say_and_the_spmc_takes(void **state)
{
	static const struct {
		uint32_t minor;
		uint32_t props;
		uint32_t limit;
		uint32_t pages;
		unsigned int nr_tries;
	} cases[] = {
		{ 0, 0, 0, 63, 1 },
		{ 1, 0, 0, 63, 1 },
		{ 2, 0, 0, 63, 1 },
		{ 2, 40 << FFA_RXTX_MAX_PAGES_SHIFT, 0, 40, 1 },
		{ 1, 0, 16, 16, 3 }, /* 63, 32, 16 */
		{ 2, 0, 1, 1, 7 },
		{ 2, FFA_RXTX_GRANULE_16K, 0, 60, 1 },
		{ 2, FFA_RXTX_GRANULE_16K, 8, 8, 4 }, /* 60, 32, 16, 8 */
		{ 2, FFA_RXTX_GRANULE_64K, 0, 48, 1 },
		{ 2, FFA_RXTX_GRANULE_64K, 31, 16, 3 }, /* 48, 32, 16 */
	};
	struct world *w = *state;

	w->config.nr_pages = FFA_RXTX_MAP_PAGES_MASK; /* as above */
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned int before = fake_nr_calls(&w->port, FFA_RXTX_MAP_64);

		w->port.spmc.version = FFA_VERSION_MAKE(1, cases[i].minor);
		w->port.spmc.rxtx_props = cases[i].props;
		w->port.spmc.rxtx_limit = cases[i].limit;
		assert_int_equal(start(w), VFFA_OK);
		assert_int_equal(w->relay.cfg.nr_pages, cases[i].pages);
		assert_int_equal(w->port.spmc.rxtx_pages, cases[i].pages);
		assert_int_equal(fake_nr_calls(&w->port, FFA_RXTX_MAP_64) - before,
				 cases[i].nr_tries);
		assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	}
}

SPEC("1.2", "FFA_RXTX_MAP")
static void start_maps_less_when_the_spmc_has_no_room_for_so_much(void **state)
{
	const struct vffa_regs full = { { FFA_ERROR, 0, (uint32_t)FFA_RET_NO_MEMORY } };
	struct world *w = *state;

	w->config.nr_pages = FFA_RXTX_MAP_PAGES_MASK; /* as above */
	fake_spmc_script(&w->port.spmc, FFA_RXTX_MAP_64, full);
	assert_int_equal(start(w), VFFA_OK);
	assert_int_equal(w->port.spmc.rxtx_pages, 32);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET")
static void start_distrusts_the_partition_list(void **state)
{
	static const uint32_t lies[][2] = {
		/* count, size of an entry */
		{ 1, 8 },					     /* below the version's size */
		{ 1, 0 },	    { 1, 23 },		{ 171, 24 }, /* beyond the buffer */
		{ 0xFFFFFFFF, 24 }, { 0x10000000, 48 }, /* their product does not fit 32 bits */
		{ 1, 4097 },	    { 1, 0xFFFFFFFF },
	};
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		fake_spmc_script(
			&w->port.spmc, FFA_PARTITION_INFO_GET,
			(struct vffa_regs){ { FFA_SUCCESS_32, 0, lies[i][0], lies[i][1] } });
		expect_no_start(w, VFFA_ABORTED, FFA_PARTITION_INFO_GET);
	}
}

SPEC("1.2", "Completion functions")
static void start_takes_an_unknown_answer_for_aborted(void **state)
{
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_RXTX_MAP_64, (struct vffa_regs){ { 0x12345678 } });
	expect_no_start(w, VFFA_ABORTED, FFA_RXTX_MAP_64);
	fake_spmc_script(&w->port.spmc, FFA_PARTITION_INFO_GET, (struct vffa_regs){ { 0 } });
	expect_no_start(w, VFFA_ABORTED, FFA_PARTITION_INFO_GET);
}

/*
 * Every SMC of a start fails once. Some may (optional features): then the start succeeds and the
 * stop has to put everything right; the others leave nothing.
 */
static void start_leaves_nothing_whatever_fails(void **state)
{
	struct world *w = *state;
	unsigned int nr_failed_starts = 0;
	bool failed = true;

	for (unsigned int n = 1; failed; n++) {
		enum vffa_ret ret;

		fake_fail(&w->port, FAKE_OP_SMC, n, VFFA_NO_MEMORY);
		ret = start(w);
		failed = fake_failed(&w->port, FAKE_OP_SMC);
		if (ret) {
			nr_failed_starts++;
			assert_int_equal(ret, VFFA_NO_MEMORY);
			assert_int_not_equal(w->relay.failed_fid, 0);
		} else {
			/* FFA_RX_RELEASE is among what may fail. */
			w->port.spmc.rx_full = false;
			assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
		}
		assert_false(w->port.spmc.mapped);
	}
	/* FFA_ID_GET, FFA_RXTX_MAP, FFA_PARTITION_INFO_GET. */
	assert_int_equal(nr_failed_starts, 3);
}

SPEC("1.2", "FFA_RXTX_UNMAP")
static void stop_tells_when_the_spmc_keeps_the_buffers(void **state)
{
	struct world *w = *state;

	assert_int_equal(start(w), VFFA_OK);
	fake_fail(&w->port, FAKE_OP_SMC, 1, VFFA_BUSY);
	assert_int_equal(vffa_relay_stop(&w->relay), VFFA_BUSY);
	assert_true(w->port.spmc.mapped);
	/* Tried again, it goes. */
	assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	assert_false(w->port.spmc.mapped);
}

SPEC("1.2", "FFA_RXTX_UNMAP")
static void stop_tells_that_a_failed_start_left_the_buffers(void **state)
{
	struct world *w = *state;
	struct vffa_regs busy = { .x = { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } };

	fake_spmc_script(&w->port.spmc, FFA_PARTITION_INFO_GET, busy);
	fake_spmc_script(&w->port.spmc, FFA_RXTX_UNMAP, busy);
	assert_int_equal(start(w), VFFA_BUSY);
	assert_true(w->port.spmc.mapped);
	assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	assert_false(w->port.spmc.mapped);
}

/* The SPMC may have mapped them all the same: they must not be used for anything else. */
SPEC("1.2", "FFA_RXTX_MAP")
static void start_takes_buffers_back_after_an_answer_that_makes_no_sense(void **state)
{
	struct world *w = *state;

	fake_spmc_script(&w->port.spmc, FFA_RXTX_MAP_64, (struct vffa_regs){ { FFA_INTERRUPT } });
	w->port.spmc.mapped = true;
	assert_int_equal(start(w), VFFA_ABORTED);
	assert_int_equal(w->relay.failed_fid, FFA_RXTX_MAP_64);
	assert_false(w->port.spmc.mapped);

	fake_spmc_script(&w->port.spmc, FFA_RXTX_MAP_64, (struct vffa_regs){ { FFA_INTERRUPT } });
	fake_spmc_script(&w->port.spmc, FFA_RXTX_UNMAP, (struct vffa_regs){ { FFA_INTERRUPT } });
	w->port.spmc.mapped = true;
	assert_int_equal(start(w), VFFA_ABORTED);
	assert_int_equal(w->relay.failed_fid, FFA_RXTX_MAP_64);
	assert_true(w->port.spmc.mapped);
	assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	assert_false(w->port.spmc.mapped);
}

static void start_can_follow_stop(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(start(w), VFFA_OK);
		assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(start_learns_about_the_spmc, world_setup),
		TEST(start_speaks_an_older_spmcs_version, world_setup),
		TEST(start_reads_1_0_descriptors, world_setup),
		TEST(start_steps_by_the_size_it_is_told, world_setup),
		TEST(start_is_content_with_a_newer_spmc, world_setup),
		TEST(start_works_without_an_spmc, world_setup),
		TEST(start_refuses_another_major, world_setup),
		TEST(start_refuses_a_version_that_changes_its_mind, world_setup),
		TEST(start_refuses_to_be_anyone_but_the_hypervisor, world_setup),
		TEST(start_tells_when_another_driver_owns_the_buffers, world_setup),
		TEST(start_refuses_buffers_below_the_spmcs_granule, world_setup),
		TEST(start_maps_no_more_than_the_spmc_takes, world_setup),
		TEST(start_maps_less_when_so_much_is_refused, world_setup),
		TEST(start_maps_whole_granules_only, world_setup),
		TEST(start_maps_as_much_as_the_call_can_say_and_the_spmc_takes, world_setup),
		TEST(start_maps_less_when_the_spmc_has_no_room_for_so_much, world_setup),
		TEST(start_distrusts_the_partition_list, world_setup),
		TEST(start_takes_an_unknown_answer_for_aborted, world_setup),
		TEST(start_leaves_nothing_whatever_fails, world_setup),
		TEST(stop_tells_when_the_spmc_keeps_the_buffers, world_setup),
		TEST(stop_tells_that_a_failed_start_left_the_buffers, world_setup),
		TEST(start_takes_buffers_back_after_an_answer_that_makes_no_sense, world_setup),
		TEST(start_can_follow_stop, world_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
