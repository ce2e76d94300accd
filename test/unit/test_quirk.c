// SPDX-License-Identifier: GPL-2.0-only
/* Partners' defects: who is recognised, and that what is known is kept in mind. */
#include "world.h"

#define VM_1 (1ull << 1)

#define OPTEE_ALWAYS                                                                               \
	(VFFA_QUIRK_NO_FRAGMENTS | VFFA_QUIRK_HANDLE_0 | VFFA_QUIRK_PLAIN_SHARES |                 \
	 VFFA_QUIRK_LEND_TAG | VFFA_QUIRK_NOTIF_BOUND | VFFA_QUIRK_NOTIF_REPEATS)
#define OPTEE_FOR_VMS (VFFA_QUIRK_VM_SLOTS | VFFA_QUIRK_VM_TWICE | VFFA_QUIRK_VM_LEAKS)

static const struct vffa_uuid optee_uuid = { { 0x48, 0x61, 0x78, 0xe0, 0xe7, 0xf8, 0x11, 0xe3, 0xbc,
					       0x5e, 0, 2, 0xa5, 0xd5, 0xc5, 0x1b } };

/* What OP-TEE lists: itself alone. It wants to hear of VMs when it is built for several. */
static struct fake_part *be_optee(struct world *w, bool for_vms)
{
	struct fake_spmc *spmc = &w->port.spmc;

	spmc->no_features[0] = FFA_PARTITION_INFO_GET_REGS;
	spmc->nr_parts = 1;
	spmc->parts[0].uuid = optee_uuid;
	spmc->parts[0].props = FFA_PART_DIRECT_REQ_RECV | FFA_PART_AARCH64;
	if (for_vms)
		spmc->parts[0].props |= FFA_PART_VM_CREATED | FFA_PART_VM_DESTROYED;
	return &spmc->parts[0];
}

static void start_relay(struct world *w)
{
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
}

static void nothing_is_known_against_a_stranger(void **state)
{
	struct world *w = *state;

	w->port.spmc.no_features[0] = FFA_PARTITION_INFO_GET_REGS;
	start_relay(w);
	assert_int_equal(w->relay.spmc.quirks, 0);
}

static void optee_for_vms_is_recognised(void **state)
{
	struct world *w = *state;

	be_optee(w, true);
	start_relay(w);
	assert_int_equal(w->relay.spmc.quirks, OPTEE_ALWAYS | OPTEE_FOR_VMS | VFFA_QUIRK_MAP_FIRST |
						       VFFA_QUIRK_HANDLES_PER_VM);
}

static void optee_for_the_host_alone_is_recognised(void **state)
{
	struct world *w = *state;

	be_optee(w, false);
	start_relay(w);
	assert_int_equal(w->relay.spmc.quirks, OPTEE_ALWAYS | VFFA_QUIRK_HANDLES_IN_ALL);
}

static void old_optee_is_recognised(void **state)
{
	struct world *w = *state;

	be_optee(w, true);
	w->port.spmc.version = FFA_VERSION_1_1;
	start_relay(w);
	assert_true(w->relay.spmc.quirks & VFFA_QUIRK_NO_FRAGMENTS);
}

/* What is wrong with it as an SPMC is not, then. */
static void optee_below_another_spmc_is_a_partition(void **state)
{
	struct world *w = *state;

	be_optee(w, true);
	w->port.spmc.no_features[0] = 0;
	start_relay(w);
	assert_int_equal(w->relay.spmc.quirks, OPTEE_FOR_VMS);
}

static void quirks_have_names_without_gaps(void **state)
{
	uint32_t all = OPTEE_ALWAYS | OPTEE_FOR_VMS | VFFA_QUIRK_MAP_FIRST |
		       VFFA_QUIRK_HANDLES_PER_VM | VFFA_QUIRK_HANDLES_IN_ALL;
	unsigned int n = 0;

	(void)state;
	for (; vffa_quirk_name(1u << n); n++) {
		assert_true(all & 1u << n);
		for (unsigned int i = 0; i < n; i++)
			assert_string_not_equal(vffa_quirk_name(1u << i), vffa_quirk_name(1u << n));
	}
	assert_int_equal(all, (1u << n) - 1);
	assert_null(vffa_quirk_name(0));
	assert_null(vffa_quirk_name(3));
}

/* A host that crashed has left a VM with this id; told again, OP-TEE would count it twice. */
static void vm_of_an_earlier_host_is_forgotten_first(void **state)
{
	struct world *w = *state;
	struct fake_part *optee = be_optee(w, true);

	start_relay(w);
	optee->known = VM_1;
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 2);
	expect_regs(w->port.calls[w->port.nr_calls - 2].in, FFA_MSG_SEND_DIRECT_REQ_32, 0x00008001,
		    0x80000006, 0, 0, 1);
	expect_regs(fake_last_call(&w->port)->in, FFA_MSG_SEND_DIRECT_REQ_32, 0x00008001,
		    0x80000004, 0, 0, 1);
	assert_true(optee->known == VM_1);
}

static void vm_nobody_knows_need_not_be_forgotten(void **state)
{
	struct world *w = *state;
	struct fake_part *optee = be_optee(w, true);

	start_relay(w);
	optee->status = FFA_RET_INVALID_PARAMETERS;
	optee->nr_status = 1;
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_true(optee->known == VM_1);
}

/* Until it has been answered nothing else may be said, and the VM does not begin. */
static void vm_waits_until_the_earlier_one_is_forgotten(void **state)
{
	struct world *w = *state;
	struct fake_part *optee = be_optee(w, true);

	start_relay(w);
	optee->known = VM_1;
	optee->stops = 100000;
	assert_int_equal(world_start_vm(w, 0), VFFA_RETRY);
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 1);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);

	optee->stops = 0;
	w->port.spmc.requests[0].stops_left = 1;
	vffa_vm_work(&w->vms[0].vm);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	assert_int_equal(optee->known, 0);
}

/* An answer that makes no sense may be that to a VM_CREATED: the VM has to be ended. */
static void vm_does_not_begin_on_a_senseless_answer(void **state)
{
	struct world *w = *state;

	be_optee(w, true);
	start_relay(w);
	fake_spmc_script(&w->port.spmc, FFA_MSG_SEND_DIRECT_REQ_32,
			 (struct vffa_regs){ { FFA_RX_RELEASE } });
	assert_int_equal(world_start_vm(w, 0), VFFA_ABORTED);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPING);
	vffa_vm_work(&w->vms[0].vm);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
}

static void vm_without_a_slot_is_denied(void **state)
{
	struct world *w = *state;
	struct fake_part *optee = be_optee(w, true);

	start_relay(w);
	optee->status = FFA_RET_DENIED;
	optee->nr_status = 2;
	assert_int_equal(world_start_vm(w, 0), VFFA_DENIED);
	assert_int_equal(vffa_vm_state(&w->vms[0].vm), VFFA_VM_STOPPED);
	/* Not asked again: nothing frees a slot but the end of another VM. */
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 2);
}

static void expect_spent(struct world *w, unsigned int n, enum vffa_ret ret, enum vffa_spent spent)
{
	unsigned int calls = w->port.nr_calls;

	assert_int_equal(ret, VFFA_DENIED);
	assert_int_equal(w->vms[n].vm.spent, spent);
	/* Nobody has heard of it: there is nothing to undo. */
	assert_int_equal(vffa_vm_state(&w->vms[n].vm), VFFA_VM_STOPPED);
	assert_int_equal(w->port.nr_calls, calls);
}

static void a_vm_is_reset_as_often_as_its_share_allows(void **state)
{
	struct world *w = *state;

	be_optee(w, true);
	w->config.announce = (struct vffa_announce_limits){ .in_all = 8, .per_vm = 3 };
	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	for (unsigned int i = 0; i < 2; i++) {
		world_stop_vm(w, 0);
		assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
		assert_int_equal(w->vms[0].vm.spent, VFFA_SPENT_NOT);
	}
	world_stop_vm(w, 0);
	expect_spent(w, 0, vffa_vm_restart(&w->vms[0].vm), VFFA_SPENT_VM);
	expect_spent(w, 0, vffa_vm_restart(&w->vms[0].vm), VFFA_SPENT_VM);

	/* What it has not got is there for others, and for a new one in its place. */
	assert_int_equal(world_start_vm(w, 1), VFFA_OK);
	vffa_vm_fini(&w->vms[0].vm);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
}

static void all_vms_have_one_number_of_announcements(void **state)
{
	struct world *w = *state;

	be_optee(w, true);
	w->config.announce = (struct vffa_announce_limits){ .in_all = 3 };
	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_stop_vm(w, 0);
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	assert_int_equal(world_start_vm(w, 1), VFFA_OK);
	world_stop_vm(w, 1);
	expect_spent(w, 1, vffa_vm_restart(&w->vms[1].vm), VFFA_SPENT_IN_ALL);
	/* The end of a VM gives nothing back. */
	vffa_vm_fini(&w->vms[1].vm);
	expect_spent(w, 1, world_start_vm(w, 1), VFFA_SPENT_IN_ALL);

	/* Who lives goes on, and ends as usual. */
	world_negotiate(w, 0, 2);
	world_stop_vm(w, 0);
	expect_spent(w, 0, vffa_vm_restart(&w->vms[0].vm), VFFA_SPENT_IN_ALL);
	/* A relay that starts anew cannot know. */
	vffa_vm_fini(&w->vms[0].vm);
	vffa_vm_fini(&w->vms[1].vm);
	assert_int_equal(vffa_relay_stop(&w->relay), VFFA_OK);
	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
}

/* Asked for or not: it may have lost memory all the same. */
static void an_announcement_that_was_refused_counts(void **state)
{
	struct world *w = *state;
	struct fake_part *optee = be_optee(w, true);

	w->config.announce = (struct vffa_announce_limits){ .in_all = 1 };
	start_relay(w);
	optee->status = FFA_RET_DENIED;
	optee->nr_status = 2;
	assert_int_equal(world_start_vm(w, 0), VFFA_DENIED);
	assert_int_equal(w->vms[0].vm.spent, VFFA_SPENT_NOT);
	expect_spent(w, 1, world_start_vm(w, 1), VFFA_SPENT_IN_ALL);
}

static void vms_that_nobody_is_told_of_are_not_counted(void **state)
{
	const struct vffa_part_rules nobody = { NULL, 0 };
	struct world *w = *state;

	be_optee(w, true);
	w->config.announce = (struct vffa_announce_limits){ .in_all = 1, .per_vm = 1 };
	start_relay(w);
	assert_int_equal(world_start_vm_seeing(w, 0, &nobody, NULL), VFFA_OK);
	for (unsigned int i = 0; i < 3; i++) {
		world_stop_vm(w, 0);
		assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	}
	assert_int_equal(world_start_vm(w, 1), VFFA_OK);
}

static void who_does_not_lose_memory_bears_any_number(void **state)
{
	struct world *w = *state;

	w->config.announce = (struct vffa_announce_limits){ .in_all = 1, .per_vm = 1 };
	start_relay(w);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	assert_int_equal(world_start_vm(w, 1), VFFA_OK);
	world_stop_vm(w, 0);
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(nothing_is_known_against_a_stranger, world_setup),
		TEST(optee_for_vms_is_recognised, world_setup),
		TEST(optee_for_the_host_alone_is_recognised, world_setup),
		TEST(old_optee_is_recognised, world_setup),
		TEST(optee_below_another_spmc_is_a_partition, world_setup),
		TEST(quirks_have_names_without_gaps, world_setup),
		TEST(vm_of_an_earlier_host_is_forgotten_first, world_setup),
		TEST(vm_nobody_knows_need_not_be_forgotten, world_setup),
		TEST(vm_waits_until_the_earlier_one_is_forgotten, world_setup),
		TEST(vm_does_not_begin_on_a_senseless_answer, world_setup),
		TEST(vm_without_a_slot_is_denied, world_setup),
		TEST(a_vm_is_reset_as_often_as_its_share_allows, world_setup),
		TEST(all_vms_have_one_number_of_announcements, world_setup),
		TEST(an_announcement_that_was_refused_counts, world_setup),
		TEST(vms_that_nobody_is_told_of_are_not_counted, world_setup),
		TEST(who_does_not_lose_memory_bears_any_number, world_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
