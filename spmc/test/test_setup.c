// SPDX-License-Identifier: GPL-2.0-only
/* FFA_VERSION, FFA_FEATURES, ids, and what the dispatcher makes of strange calls. */
#include "nwd.h"

#define NOT_SUPPORTED_W0 0xFFFFFFFFu

static void version_answers_its_own(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(0)), FFA_VERSION_1(2));
	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(2)), FFA_VERSION_1(2));
	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(9)), FFA_VERSION_1(2));
}

static void version_refuses_other_majors_and_bit_31(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, FID32(FN_VERSION), 0x00020000), NOT_SUPPORTED_W0);
	expect(CALL(n, FID32(FN_VERSION), 0x00000001), NOT_SUPPORTED_W0);
	expect(CALL(n, FID32(FN_VERSION), 0x80010001), NOT_SUPPORTED_W0);
	expect(CALL(n, FID32(FN_VERSION), 0x00010001, 1), NOT_SUPPORTED_W0);
}

static void version_is_fixed_by_the_next_call(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(1)), FFA_VERSION_1(2));
	expect(CALL(n, FID32(FN_ID_GET)), FID32(FN_SUCCESS));
	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(2)), NOT_SUPPORTED_W0);
	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(3)), NOT_SUPPORTED_W0);
	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(1)), FFA_VERSION_1(2));
}

static void version_is_what_was_configured(void **state)
{
	const struct spmc_inproc_options opt = { .version_minor = 2 };
	struct nwd *n = nwd_start(&opt);

	*state = n;
	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(2)), FFA_VERSION_1(1));
	/* That has settled it, as Linux does not ask again. */
	expect(CALL(n, FID32(FN_SPM_ID_GET)), FID32(FN_SUCCESS), 0, 0x8000);
	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(1)), FFA_VERSION_1(1));
	expect_error(CALL(n, FID64(FN_PARTITION_INFO_GET_REGS)), E_NOT_SUPPORTED);
}

static void version_is_1_0_before_it_is_negotiated(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID32(FN_SPM_ID_GET)), E_NOT_SUPPORTED);
	expect(CALL(n, FID32(FN_VERSION), FFA_VERSION_1(2)), NOT_SUPPORTED_W0);
}

static void features_follow_version_and_world(void **state)
{
	struct nwd *n = *state;

	expect_success(CALL(n, FID32(FN_FEATURES), FID32(FN_VERSION)));
	expect_success(CALL(n, FID32(FN_FEATURES), FID32(FN_ERROR)));
	expect_success(CALL(n, FID32(FN_FEATURES), FID64(FN_SUCCESS)));
	expect_success(CALL(n, FID32(FN_FEATURES), FID32(FN_DIRECT_REQ)));
	expect_success(CALL(n, FID32(FN_FEATURES), FID64(FN_DIRECT_REQ)));
	expect_success(CALL(n, FID32(FN_FEATURES), FID64(FN_DIRECT_REQ2)));
	expect_success(CALL(n, FID32(FN_FEATURES), FID32(FN_RUN)));
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_DIRECT_REQ2)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID64(FN_RUN)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_MSG_WAIT)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_YIELD)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_DIRECT_RESP)), E_NOT_SUPPORTED);
	expect_success(CALL(n, FID32(FN_FEATURES), FID32(FN_CONSOLE_LOG)));
	expect_success(CALL(n, FID32(FN_FEATURES), FID64(FN_CONSOLE_LOG)));
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(0x7C)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(0xFF)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), 0x80000063), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_VERSION), 1), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_VERSION), 0, 1), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), 1), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), 3), E_NOT_SUPPORTED);
}

static void features_hide_what_is_newer(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_SPM_ID_GET)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID64(FN_DIRECT_REQ2)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID64(FN_PARTITION_INFO_GET_REGS)),
		     E_NOT_SUPPORTED);
}

/* Whatever FEATURES denies answers NOT_SUPPORTED when it is called, and nothing else does. */
static void features_tell_what_is_there(void **state)
{
	struct nwd *n = *state;

	for (unsigned int fn = FN_VERSION; fn < 0xF0; fn++) {
		for (unsigned int wide = 0; wide < 2; wide++) {
			uint32_t fid = wide ? FID64(fn) : FID32(fn);
			struct vffa_regs told = CALL(n, FID32(FN_FEATURES), fid);
			struct vffa_regs got;

			if (fn == FN_RXTX_UNMAP || fn == FN_VERSION)
				continue;
			got = CALL(n, fid, 0, 0, 0, 0, 0, 0, 0xBAD);
			assert_int_equal(told.x[2] == (uint32_t)E_NOT_SUPPORTED,
					 got.x[2] == (uint32_t)E_NOT_SUPPORTED &&
						 fid != FID32(FN_FEATURES));
		}
	}
}

static void ids_are_told(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, FID32(FN_ID_GET)), FID32(FN_SUCCESS), 0, 0);
	expect(CALL(n, FID32(FN_SPM_ID_GET)), FID32(FN_SUCCESS), 0, 0x8000);
	expect_error(CALL(n, FID32(FN_ID_GET), 0, 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_SPM_ID_GET), 1), E_INVALID);
}

static void unknown_functions_are_not_supported(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID32(0x60)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(0xEF)), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID64(FN_VERSION), FFA_VERSION_1(2)), E_NOT_SUPPORTED);
	expect_error(CALL(n, 0), E_NOT_SUPPORTED);
	expect_error(CALL(n, 0xFFFFFFFF), E_NOT_SUPPORTED);
}

/* Each function number in both widths. FFA_FEATURES itself is another test's. */
static void what_is_not_there_is_not_supported(void **state)
{
	struct nwd *n = *state;

	for (unsigned int fn = FN_ERROR; fn < 0xF0; fn++) {
		for (unsigned int wide = 0; wide < 2; wide++) {
			uint32_t fid = wide ? FID64(fn) : FID32(fn);
			bool is_answer = fn <= FN_INTERRUPT;

			if (!is_answer &&
			    CALL(n, FID32(FN_FEATURES), fid).x[0] == FID32(FN_SUCCESS))
				continue;
			expect_error(CALL(n, fid), E_NOT_SUPPORTED);
			expect_error(CALL(n, fid, 1, 2, 3, 4, 5, 6, 7), E_NOT_SUPPORTED);
		}
	}
}

static void sve_hint_is_ignored(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, FID32(FN_ID_GET) | FID_SVE_HINT), FID32(FN_SUCCESS), 0, 0);
}

static void smc32_ignores_upper_halves(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, 0xFFFFFFFF00000000u | FID32(FN_ID_GET), 0xABCD00000000u), FID32(FN_SUCCESS),
	       0, 0);
}

/* x8-x17 are results of SMC64 calls since 1.2 only. */
static void upper_registers_are_preserved(void **state)
{
	struct nwd *n = *state;
	struct vffa_regs in = { { FID32(FN_ID_GET) } };
	struct vffa_regs want = { { FID32(FN_SUCCESS) } };

	for (unsigned int i = 8; i < VFFA_NR_REGS; i++)
		want.x[i] = in.x[i] = i * 0x0101010101010101u;
	expect_regs_at(nwd_call(n, 0, in), want, __FILE__, __LINE__);
}

static void the_hypervisor_logs_too(void **state)
{
	struct nwd *n = *state;
	struct vffa_regs all = { { FID64(FN_CONSOLE_LOG), 128 } };

	expect_success(CALL(n, FID32(FN_CONSOLE_LOG), 5, 0x6C6C6568, 0x6F));
	assert_string_equal(spmc_inproc_console(n->p), "hello");
	expect_success(CALL(n, FID32(FN_CONSOLE_LOG), 24, 0x20202020, 0x20202020, 0x20202020,
			    0x20202020, 0x20202020, 0x7A797877));
	assert_string_equal(spmc_inproc_console(n->p) + 25, "wxyz");
	for (unsigned int i = 2; i < VFFA_NR_REGS; i++)
		all.x[i] = 0x6162636465666768;
	assert_int_equal(nwd_call(n, 0, all).x[0], FID32(FN_SUCCESS));
	assert_string_equal(spmc_inproc_console(n->p) + 29 + 120, "hgfedcba");
	expect_error(CALL(n, FID32(FN_CONSOLE_LOG), 0), E_INVALID);
	expect_error(CALL(n, FID32(FN_CONSOLE_LOG), 25), E_INVALID);
	expect_error(CALL(n, FID32(FN_CONSOLE_LOG), 0x105), E_INVALID);
	expect_error(CALL(n, FID64(FN_CONSOLE_LOG), 0), E_INVALID);
	expect_error(CALL(n, FID64(FN_CONSOLE_LOG), 129), E_INVALID);
}

static void logging_needs_1_2(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID32(FN_CONSOLE_LOG), 1, 0x61), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID64(FN_CONSOLE_LOG), 1, 0x61), E_NOT_SUPPORTED);
	assert_string_equal(spmc_inproc_console(n->p), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(version_answers_its_own, nwd_setup),
		TEST(version_refuses_other_majors_and_bit_31, nwd_setup),
		TEST(version_is_fixed_by_the_next_call, nwd_setup),
		TEST(version_is_1_0_before_it_is_negotiated, nwd_setup),
		TEST(features_follow_version_and_world, nwd_setup_1_2),
		TEST(features_hide_what_is_newer, nwd_setup_1_0),
		TEST(features_tell_what_is_there, nwd_setup_1_0),
		TEST(features_tell_what_is_there, nwd_setup_1_1),
		TEST(features_tell_what_is_there, nwd_setup_1_2),
		TEST(ids_are_told, nwd_setup_1_1),
		TEST(ids_are_told, nwd_setup_1_2),
		TEST(unknown_functions_are_not_supported, nwd_setup_1_0),
		TEST(unknown_functions_are_not_supported, nwd_setup_1_1),
		TEST(unknown_functions_are_not_supported, nwd_setup_1_2),
		TEST(the_hypervisor_logs_too, nwd_setup_1_2),
		TEST(logging_needs_1_2, nwd_setup_1_0),
		TEST(logging_needs_1_2, nwd_setup_1_1),
		TEST(what_is_not_there_is_not_supported, nwd_setup_1_0),
		TEST(what_is_not_there_is_not_supported, nwd_setup_new_with_1_0),
		TEST(what_is_not_there_is_not_supported, nwd_setup_1_1),
		TEST(what_is_not_there_is_not_supported, nwd_setup_new_with_1_1),
		TEST(what_is_not_there_is_not_supported, nwd_setup_1_2),
		TEST(sve_hint_is_ignored, nwd_setup_1_0),
		TEST(sve_hint_is_ignored, nwd_setup_1_1),
		TEST(sve_hint_is_ignored, nwd_setup_1_2),
		TEST(smc32_ignores_upper_halves, nwd_setup_1_0),
		TEST(smc32_ignores_upper_halves, nwd_setup_1_1),
		TEST(smc32_ignores_upper_halves, nwd_setup_1_2),
		TEST(upper_registers_are_preserved, nwd_setup_1_0),
		TEST(upper_registers_are_preserved, nwd_setup_1_1),
		TEST(upper_registers_are_preserved, nwd_setup_1_2),
		TEST(version_is_what_was_configured, nwd_setup_none),
	};

	return cmocka_run_group_tests_name("setup", tests, NULL, NULL);
}
