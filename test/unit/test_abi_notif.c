// SPDX-License-Identifier: GPL-2.0-only
/* Registers of notifications: guests' calls, and what an SPMC says, true or not. */
#include "world.h"

#include "abi_notif.h"

#define REGS(...) (&(const struct vffa_regs){ { __VA_ARGS__ } })

SPEC("1.1", "FFA_NOTIFICATION_BIND")
static void bind_names_sender_receiver_and_bits(void **state)
{
	struct vffa_notif_args args;

	assert_int_equal(
		vffa_notif_bind_decode(
			REGS(FFA_NOTIFICATION_BIND, 0x80030001, 1, 0x89ABCDEF, 0x01234567), &args),
		VFFA_OK);
	assert_int_equal(args.sender, 0x8003);
	assert_int_equal(args.receiver, 1);
	assert_true(args.per_vcpu);
	assert_int_equal(args.vcpu, 0);
	assert_true(args.bits == 0x0123456789ABCDEFull);
}

SPEC("1.1", "FFA_NOTIFICATION_BIND")
static void bind_has_one_flag(void **state)
{
	struct vffa_notif_args args;

	for (unsigned int bit = 1; bit < 32; bit++)
		assert_int_equal(vffa_notif_bind_decode(REGS(0, 0x80030001, 1u << bit, 1), &args),
				 VFFA_INVALID_PARAMETERS);
	assert_int_equal(vffa_notif_bind_decode(REGS(0, 0x80030001, 0, 0, 1), &args), VFFA_OK);
	assert_false(args.per_vcpu);
	assert_int_equal(vffa_notif_bind_decode(REGS(0, 0x80030001), &args),
			 VFFA_INVALID_PARAMETERS);
}

SPEC("1.1", "FFA_NOTIFICATION_UNBIND")
static void unbind_has_no_flag(void **state)
{
	struct vffa_notif_args args;

	for (unsigned int bit = 0; bit < 32; bit++)
		assert_int_equal(vffa_notif_unbind_decode(REGS(0, 0x80030001, 1u << bit, 1), &args),
				 VFFA_INVALID_PARAMETERS);
	assert_int_equal(vffa_notif_unbind_decode(REGS(0, 0x80030001, 0, 1), &args), VFFA_OK);
	assert_int_equal(vffa_notif_unbind_decode(REGS(0, 0x80030001), &args),
			 VFFA_INVALID_PARAMETERS);
}

SPEC("1.1", "FFA_NOTIFICATION_SET")
static void set_names_a_vcpu_only_where_it_is_for_one(void **state)
{
	struct vffa_notif_args args;

	assert_int_equal(vffa_notif_set_decode(REGS(0, 0x18003, 0xABCD0001, 1), &args), VFFA_OK);
	assert_true(args.per_vcpu);
	assert_int_equal(args.vcpu, 0xABCD);
	assert_int_equal(vffa_notif_set_decode(REGS(0, 0x18003, 0x10000, 1), &args),
			 VFFA_INVALID_PARAMETERS);
	for (unsigned int bit = 1; bit < 16; bit++)
		assert_int_equal(vffa_notif_set_decode(REGS(0, 0x18003, 1u << bit | 1, 1), &args),
				 VFFA_INVALID_PARAMETERS);
	assert_int_equal(vffa_notif_set_decode(REGS(0, 0x18003, 1), &args),
			 VFFA_INVALID_PARAMETERS);
}

static void what_is_decoded_is_encoded_again(void **state)
{
	static const struct vffa_regs calls[] = {
		{ { FFA_NOTIFICATION_SET, 0x18003, 0xFFFF0001, 0xFFFFFFFF, 0x80000000 } },
		{ { FFA_NOTIFICATION_SET, 0x7FFFFFFF, 0, 0, 1 } },
	};
	const struct vffa_regs get = { { FFA_NOTIFICATION_GET, 0xFFFE0001, 15 } };
	struct vffa_notif_get_args get_args;
	struct vffa_notif_args args;
	struct vffa_regs regs;

	for (unsigned int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		memset(&regs, 0xFF, sizeof(regs));
		assert_int_equal(vffa_notif_set_decode(&calls[i], &args), VFFA_OK);
		vffa_notif_args_encode(FFA_NOTIFICATION_SET, &args, &regs);
		assert_memory_equal(&regs, &calls[i], sizeof(regs));
	}
	memset(&regs, 0xFF, sizeof(regs));
	assert_int_equal(vffa_notif_get_decode(&get, &get_args), VFFA_OK);
	assert_int_equal(get_args.receiver, 1);
	assert_int_equal(get_args.vcpu, 0xFFFE);
	vffa_notif_get_encode(&get_args, &regs);
	assert_memory_equal(&regs, &get, sizeof(regs));
}

SPEC("1.1", "FFA_NOTIFICATION_GET")
static void get_has_four_flags(void **state)
{
	struct vffa_notif_get_args args;

	for (unsigned int bit = 0; bit < 32; bit++)
		assert_int_equal(vffa_notif_get_decode(REGS(0, 1, 1u << bit), &args),
				 bit < 4 ? VFFA_OK : VFFA_INVALID_PARAMETERS);
}

SPEC("1.1", "FFA_NOTIFICATION_GET")
static void bits_are_where_the_table_has_them(void **state)
{
	const struct vffa_notif_bits bits = { 0x1111111122222222, 0x3333333344444444, 5, 6 };
	struct vffa_notif_bits back;
	struct vffa_regs regs = { 0 };

	vffa_notif_bits_encode(&bits, &regs);
	expect_regs(regs, FFA_SUCCESS_32, 0, 0x22222222, 0x11111111, 0x44444444, 0x33333333, 5, 6);
	/* Upper halves are no part of an SMC32 answer. */
	for (unsigned int i = 2; i < 8; i++)
		regs.x[i] |= 0xEEEEEEEE00000000;
	vffa_notif_bits_decode(&regs, &back);
	assert_true(back.sps == bits.sps && back.vms == bits.vms);
	assert_true(back.spm == bits.spm && back.hyp == bits.hyp);
}

static void expect_list(const struct vffa_notif_info *info, unsigned int i, vffa_id_t id,
			unsigned int nr_vcpus, uint16_t a, uint16_t b, uint16_t c)
{
	const uint16_t want[] = { a, b, c };

	assert_true(i < info->nr_lists);
	assert_int_equal(info->lists[i].id, id);
	assert_int_equal(info->lists[i].nr_vcpus, nr_vcpus);
	for (unsigned int k = 0; k < nr_vcpus; k++)
		assert_int_equal(info->lists[i].vcpus[k], want[k]);
}

/* Endpoint 0's vCPUs 0, 2, 3, 4, 6; endpoint 2; endpoint 3's vCPU 1. */
static void expect_four_lists(const struct vffa_regs *regs)
{
	struct vffa_notif_info info;

	vffa_notif_info_decode(regs, &info);
	assert_int_equal(info.nr_lists, 4);
	assert_false(info.more);
	assert_false(info.is_cut);
	expect_list(&info, 0, 0, 3, 0, 2, 3);
	expect_list(&info, 1, 0, 2, 4, 6, 0);
	expect_list(&info, 2, 2, 0, 0, 0, 0);
	expect_list(&info, 3, 3, 1, 1, 0, 0);
}

SPEC("1.1", "FFA_NOTIFICATION_INFO_GET")
static void lists_span_registers_of_either_width(void **state)
{
	expect_four_lists(REGS(FFA_SUCCESS_64, 0, 0x4B200, 0x0003000200000000, 0x0002000600040000,
			       0x0000000000010003));
	expect_four_lists(REGS(FFA_SUCCESS_32, 0, 0x4B200, 0x00000000, 0x00030002, 0x00040000,
			       0x00020006, 0x00010003));
}

SPEC("1.1", "FFA_NOTIFICATION_INFO_GET")
static void as_many_lists_as_there_are_ids_are_taken(void **state)
{
	struct vffa_notif_info info;
	struct vffa_regs regs = { { FFA_SUCCESS_64, 0, 20 << 7 | 1 } };

	for (unsigned int i = 0; i < 20; i++)
		regs.x[3 + i / 4] |= (uint64_t)(i + 1) << (16 * (i % 4));
	vffa_notif_info_decode(&regs, &info);
	assert_true(info.more);
	assert_false(info.is_cut);
	assert_int_equal(info.nr_lists, 20);
	for (unsigned int i = 0; i < 20; i++)
		expect_list(&info, i, (vffa_id_t)(i + 1), 0, 0, 0, 0);
}

static void lists_beyond_the_registers_are_cut(void **state)
{
	struct vffa_notif_info info;

	/* Three lists of four ids: the last one would need two more in the narrow form. */
	vffa_notif_info_decode(REGS(FFA_SUCCESS_32, 0, 3 << 7 | 0x3F << 12, 1, 2, 3, 4, 5), &info);
	assert_int_equal(info.nr_lists, 2);
	assert_true(info.is_cut);
	vffa_notif_info_decode(REGS(FFA_SUCCESS_32, 0, 11 << 7, 1, 2, 3, 4, 5), &info);
	assert_int_equal(info.nr_lists, 10);
	assert_true(info.is_cut);
	vffa_notif_info_decode(REGS(FFA_SUCCESS_64, 0, 31 << 7), &info);
	assert_int_equal(info.nr_lists, 20);
	assert_true(info.is_cut);
	vffa_notif_info_decode(
		REGS(FFA_SUCCESS_64, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull), &info);
	assert_int_equal(info.nr_lists, 5);
	assert_true(info.is_cut && info.more);
	expect_list(&info, 4, 0xFFFF, 3, 0xFFFF, 0xFFFF, 0xFFFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bind_names_sender_receiver_and_bits),
		cmocka_unit_test(bind_has_one_flag),
		cmocka_unit_test(unbind_has_no_flag),
		cmocka_unit_test(set_names_a_vcpu_only_where_it_is_for_one),
		cmocka_unit_test(what_is_decoded_is_encoded_again),
		cmocka_unit_test(get_has_four_flags),
		cmocka_unit_test(bits_are_where_the_table_has_them),
		cmocka_unit_test(lists_span_registers_of_either_width),
		cmocka_unit_test(as_many_lists_as_there_are_ids_are_taken),
		cmocka_unit_test(lists_beyond_the_registers_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
