// SPDX-License-Identifier: GPL-2.0-only
/* FFA_VERSION, FFA_FEATURES and the ids. */
#include "world.h"

#define NOT_SUPPORTED_W0 0xFFFFFFFFu

static struct vffa_regs ask_version(struct fake_vm *vm, uint64_t wanted)
{
	return CALL(vm, FFA_VERSION, wanted);
}

SPEC("SMCCC 1.2", "SMCCC_VERSION")
static void smccc_version_is_1_2_from_the_start(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs = CALL(&w->vms[0], SMCCC_VERSION, 1, 2, 3);

	assert_int_equal(regs.x[0], SMCCC_VERSION_1_2);
	assert_int_equal(vffa_vm_version(&w->vms[0].vm), 0);
}

SPEC("1.2", "FFA_VERSION")
static void version_answers_own_and_takes_the_callers(void **state)
{
	struct world *w = *state;

	for (uint32_t minor = 0; minor <= 2; minor++) {
		uint32_t wanted = FFA_VERSION_MAKE(1, minor);

		expect_regs(ask_version(&w->vms[0], wanted), FFA_VERSION_1_2);
		assert_int_equal(vffa_vm_version(&w->vms[0].vm), wanted);
	}
}

SPEC("1.2", "FFA_VERSION")
static void version_offers_own_to_a_caller_that_wants_more(void **state)
{
	struct world *w = *state;

	expect_regs(ask_version(&w->vms[0], FFA_VERSION_MAKE(1, 3)), FFA_VERSION_1_2);
	expect_regs(ask_version(&w->vms[0], FFA_VERSION_MAKE(1, 0xFFFF)), FFA_VERSION_1_2);
	assert_int_equal(vffa_vm_version(&w->vms[0].vm), FFA_VERSION_1_2);
}

SPEC("1.2", "FFA_VERSION")
static void version_refuses_other_majors_and_bit_31(void **state)
{
	static const uint32_t wrong[] = { 0, 0x00000002, 0x00020000, 0x7FFF0000, 0x80010001 };
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		expect_regs(ask_version(&w->vms[0], wrong[i]), NOT_SUPPORTED_W0);
		assert_int_equal(vffa_vm_version(&w->vms[0].vm), 0);
	}
}

SPEC("1.2", "FFA_VERSION")
static void version_ignores_the_upper_half(void **state)
{
	struct world *w = *state;

	expect_regs(ask_version(&w->vms[0], 0xABCD00000000ull | FFA_VERSION_1_1), FFA_VERSION_1_2);
	assert_int_equal(vffa_vm_version(&w->vms[0].vm), FFA_VERSION_1_1);
}

SPEC("1.2", "FFA_VERSION")
static void version_is_fixed_by_the_first_other_call(void **state)
{
	struct world *w = *state;

	world_negotiate(w, 0, 1);
	expect_regs(ask_version(&w->vms[0], FFA_VERSION_1_2), NOT_SUPPORTED_W0);
	expect_regs(ask_version(&w->vms[0], FFA_VERSION_1_0), NOT_SUPPORTED_W0);
	expect_regs(ask_version(&w->vms[0], FFA_VERSION_1_1), FFA_VERSION_1_2);
	assert_int_equal(vffa_vm_version(&w->vms[0].vm), FFA_VERSION_1_1);
}

SPEC("1.2", "FFA_VERSION")
static void version_is_fixed_by_a_call_that_fails_too(void **state)
{
	struct world *w = *state;

	ask_version(&w->vms[0], FFA_VERSION_1_1);
	expect_error(CALL(&w->vms[0], FFA_MSG_POLL), VFFA_NOT_SUPPORTED);
	expect_regs(ask_version(&w->vms[0], FFA_VERSION_1_2), NOT_SUPPORTED_W0);
}

SPEC("1.2", "FFA_VERSION")
static void version_is_each_vms_own(void **state)
{
	struct world *w = *state;

	world_negotiate(w, 0, 0);
	assert_int_equal(vffa_vm_version(&w->vms[1].vm), 0);
	world_negotiate(w, 1, 2);
	assert_int_equal(vffa_vm_version(&w->vms[0].vm), FFA_VERSION_1_0);
}

SPEC("1.2", "FFA_VERSION")
static void nothing_is_supported_before_version(void **state)
{
	struct world *w = *state;

	for (uint32_t fn = FFA_FN_FIRST; fn <= FFA_FN_LAST; fn++) {
		uint32_t fid = FFA_FID_BASE | fn;

		if (fid == FFA_VERSION)
			continue;
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, fid);
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, fid | SMCCC_64);
	}
	/* None of that has begun anything. */
	expect_regs(ask_version(&w->vms[0], FFA_VERSION_1_0), FFA_VERSION_1_2);
}

/* What a guest may hear of, and since when. Everything else is NOT_SUPPORTED. */
static const struct {
	uint32_t fid;
	uint32_t since;
} features[] = {
	{ FFA_ERROR, 0 },
	{ FFA_SUCCESS_32, 0 },
	{ FFA_SUCCESS_64, 0 },
	{ FFA_INTERRUPT, 0 },
	{ FFA_VERSION, 0 },
	{ FFA_FEATURES, 0 },
	{ FFA_RX_RELEASE, 0 },
	{ FFA_RXTX_MAP_32, 0 },
	{ FFA_RXTX_MAP_64, 0 },
	{ FFA_RXTX_UNMAP, 0 },
	{ FFA_PARTITION_INFO_GET, 0 },
	{ FFA_ID_GET, 0 },
	{ FFA_MSG_WAIT, 0 },
	{ FFA_YIELD, 0 },
	{ FFA_RUN, 0 },
	{ FFA_MSG_SEND_DIRECT_REQ_32, 0 },
	{ FFA_MSG_SEND_DIRECT_REQ_64, 0 },
	{ FFA_MSG_SEND_DIRECT_RESP_32, 0 },
	{ FFA_MSG_SEND_DIRECT_RESP_64, 0 },
	{ FFA_MEM_DONATE_32, 0 },
	{ FFA_MEM_DONATE_64, 0 },
	{ FFA_MEM_LEND_32, 0 },
	{ FFA_MEM_LEND_64, 0 },
	{ FFA_MEM_SHARE_32, 0 },
	{ FFA_MEM_SHARE_64, 0 },
	{ FFA_MEM_RETRIEVE_REQ_32, 0 },
	{ FFA_MEM_RETRIEVE_REQ_64, 0 },
	{ FFA_MEM_RETRIEVE_RESP, 0 },
	{ FFA_MEM_RELINQUISH, 0 },
	{ FFA_MEM_RECLAIM, 0 },
	{ FFA_MEM_FRAG_RX, 0 },
	{ FFA_MEM_FRAG_TX, 0 },
	{ FFA_SPM_ID_GET, 1 },
	{ FFA_MSG_SEND2, 1 },
	{ FFA_CONSOLE_LOG_32, 2 },
	{ FFA_CONSOLE_LOG_64, 2 },
	{ FFA_PARTITION_INFO_GET_REGS, 2 },
	{ FFA_MSG_SEND_DIRECT_REQ2, 2 },
	{ FFA_MSG_SEND_DIRECT_RESP2, 2 },
};

static bool is_feature(uint32_t fid, uint32_t minor)
{
	for (unsigned int i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (features[i].fid == fid)
			return minor >= features[i].since;
	}
	return false;
}

static void check_feature(struct world *w, uint32_t fid, uint32_t minor)
{
	uint64_t props = 0;

	if (!is_feature(fid, minor)) {
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_FEATURES, fid);
		return;
	}
	/* Granule 4 KiB (0); since 1.2 the largest size in w2[31:16]. */
	if ((fid & ~SMCCC_64) == FFA_RXTX_MAP_32 && minor >= 2)
		props = 16ull << 16;
	expect_regs(CALL(&w->vms[0], FFA_FEATURES, fid), FFA_SUCCESS_32, 0, props);
}

static void check_features(struct world *w, uint32_t minor)
{
	for (uint32_t fn = FFA_FN_FIRST; fn <= FFA_FN_LAST; fn++) {
		check_feature(w, FFA_FID_BASE | fn, minor);
		check_feature(w, FFA_FID_BASE | SMCCC_64 | fn, minor);
	}
}

SPEC("1.0", "FFA_FEATURES")
static void features_lists_what_1_0_has(void **state)
{
	check_features(*state, 0);
}

SPEC("1.1", "FFA_FEATURES")
static void features_lists_what_1_1_has(void **state)
{
	check_features(*state, 1);
}

SPEC("1.2", "FFA_FEATURES")
static void features_lists_what_1_2_has(void **state)
{
	check_features(*state, 2);
}

SPEC("1.2", "FFA_FEATURES")
static void features_refuses_ids_that_are_not_ffa(void **state)
{
	static const uint32_t ids[] = { SMCCC_VERSION, 0x84000000, 0x8400005F, 0x84000100,
					0xC4000000,    0x85000063, 0xFFFFFFFF, 0x84010063 };
	struct world *w = *state;

	for (unsigned int i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_FEATURES, ids[i]);
}

SPEC("1.2", "FFA_FEATURES")
static void features_has_no_interrupts_for_guests(void **state)
{
	struct world *w = *state;

	for (uint32_t id = 0; id <= 5; id++)
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_FEATURES, id);
	expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_FEATURES, 0x100 | FFA_FEATURE_SRI);
}

SPEC("1.2", "FFA_FEATURES")
static void features_answers_wrong_arguments_by_not_supported(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 2; i < VFFA_NR_REGS_SHORT; i++) {
		struct vffa_regs regs = { { FFA_FEATURES, FFA_ID_GET } };

		regs.x[i] = 1;
		expect_error(guest_call(&w->vms[0], 0, regs), VFFA_NOT_SUPPORTED);
	}
}

SPEC("1.2", "FFA_FEATURES")
static void features_follow_what_the_spmc_offers(void **state)
{
	struct world *w = *state;
	static const uint32_t gone[] = { FFA_MSG_SEND_DIRECT_REQ_64, FFA_MSG_SEND_DIRECT_RESP_64,
					 FFA_MSG_SEND_DIRECT_REQ2, FFA_MSG_SEND_DIRECT_RESP2 };

	w->port.spmc.no_features[0] = FFA_MSG_SEND_DIRECT_REQ_64;
	w->port.spmc.no_features[1] = FFA_MSG_SEND_DIRECT_REQ2;
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, 2);

	for (unsigned int i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_FEATURES, gone[i]);
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, gone[i], 0x00018001);
	}
	expect_regs(CALL(&w->vms[0], FFA_FEATURES, FFA_MSG_SEND_DIRECT_REQ_32), FFA_SUCCESS_32);
	expect_regs(CALL(&w->vms[0], FFA_FEATURES, FFA_RUN), FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_FEATURES")
static void features_without_an_spmc_have_no_messages(void **state)
{
	struct world *w = *state;
	static const uint32_t gone[] = { FFA_MSG_SEND_DIRECT_REQ_32, FFA_MSG_SEND_DIRECT_REQ_64,
					 FFA_MSG_SEND_DIRECT_REQ2, FFA_RUN, FFA_SPM_ID_GET };

	w->port.spmc.version = 0;
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, 2);

	for (unsigned int i = 0; i < sizeof(gone) / sizeof(gone[0]); i++) {
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_FEATURES, gone[i]);
		expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, gone[i], 0x00018001);
	}
}

SPEC("1.2", "FFA_ID_GET")
static void id_get_tells_each_vm_its_id(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_ID_GET), FFA_SUCCESS_32, 0, 1);
	expect_regs(CALL_ON(&w->vms[0], 3, FFA_ID_GET), FFA_SUCCESS_32, 0, 1);
	expect_regs(CALL(&w->vms[1], FFA_ID_GET), FFA_SUCCESS_32, 0, 2);
}

SPEC("1.1", "FFA_SPM_ID_GET")
static void spm_id_get_tells_the_spmc_id(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_SPM_ID_GET), FFA_SUCCESS_32, 0, 0x8000);
}

SPEC("1.0", "FFA_SPM_ID_GET")
static void spm_id_get_is_not_in_1_0(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_SPM_ID_GET);
}

SPEC("1.2", "FFA_ID_GET, FFA_SPM_ID_GET")
static void id_calls_check_every_reserved_register(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 1; i < VFFA_NR_REGS_SHORT; i++) {
		struct vffa_regs regs = { { FFA_ID_GET } };

		regs.x[i] = 0x80;
		expect_error(guest_call(&w->vms[0], 0, regs), VFFA_INVALID_PARAMETERS);
		regs.x[0] = FFA_SPM_ID_GET;
		expect_error(guest_call(&w->vms[0], 0, regs), VFFA_INVALID_PARAMETERS);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(smccc_version_is_1_2_from_the_start, world_setup_vm),
		TEST(version_answers_own_and_takes_the_callers, world_setup_vm),
		TEST(version_offers_own_to_a_caller_that_wants_more, world_setup_vm),
		TEST(version_refuses_other_majors_and_bit_31, world_setup_vm),
		TEST(version_ignores_the_upper_half, world_setup_vm),
		TEST(version_is_fixed_by_the_first_other_call, world_setup_vm),
		TEST(version_is_fixed_by_a_call_that_fails_too, world_setup_vm),
		TEST(version_is_each_vms_own, world_setup_vm),
		TEST(nothing_is_supported_before_version, world_setup_vm),
		TEST(features_lists_what_1_0_has, world_setup_1_0),
		TEST(features_lists_what_1_1_has, world_setup_1_1),
		TEST(features_lists_what_1_2_has, world_setup_1_2),
		TEST(features_refuses_ids_that_are_not_ffa, world_setup_1_2),
		TEST(features_has_no_interrupts_for_guests, world_setup_1_2),
		TEST(features_answers_wrong_arguments_by_not_supported, world_setup_1_2),
		TEST(features_follow_what_the_spmc_offers, world_setup),
		TEST(features_without_an_spmc_have_no_messages, world_setup),
		TEST(id_get_tells_each_vm_its_id, world_setup_1_2),
		TEST(spm_id_get_tells_the_spmc_id, world_setup_1_1),
		TEST(spm_id_get_is_not_in_1_0, world_setup_1_0),
		TEST(id_calls_check_every_reserved_register, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
