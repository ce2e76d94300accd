// SPDX-License-Identifier: GPL-2.0-only
/* Status codes, and the helpers of env.h. */
#include "world.h"

static const struct {
	enum vffa_ret ret;
	const char *name;
} codes[] = {
	{ VFFA_OK, "OK" },
	{ VFFA_NOT_SUPPORTED, "NOT_SUPPORTED" },
	{ VFFA_INVALID_PARAMETERS, "INVALID_PARAMETERS" },
	{ VFFA_NO_MEMORY, "NO_MEMORY" },
	{ VFFA_BUSY, "BUSY" },
	{ VFFA_INTERRUPTED, "INTERRUPTED" },
	{ VFFA_DENIED, "DENIED" },
	{ VFFA_RETRY, "RETRY" },
	{ VFFA_ABORTED, "ABORTED" },
	{ VFFA_NO_DATA, "NO_DATA" },
	{ VFFA_NOT_READY, "NOT_READY" },
};

#define NR_CODES (sizeof(codes) / sizeof(codes[0]))

SPEC("1.2", "Function return codes")
static void ret_str_names_every_code(void **state)
{
	for (unsigned int i = 0; i < NR_CODES; i++)
		assert_non_null(strstr(vffa_ret_str(codes[i].ret), codes[i].name));
	assert_string_equal(vffa_ret_str((enum vffa_ret)(-11)), "UNKNOWN");
	assert_string_equal(vffa_ret_str((enum vffa_ret)42), "UNKNOWN");
}

SPEC("1.2", "Function return codes")
static void ret_from_wire_knows_every_code(void **state)
{
	for (unsigned int i = 1; i < NR_CODES; i++) {
		uint32_t w2 = (uint32_t)codes[i].ret;

		assert_int_equal(vffa_ret_from_wire(w2), codes[i].ret);
		/* FFA_ERROR is an SMC32 answer: the upper half says nothing. */
		assert_int_equal(vffa_ret_from_wire(w2 | 0xDEAD00000000ull), codes[i].ret);
	}
}

SPEC("1.2", "Function return codes")
static void ret_from_wire_takes_nonsense_for_aborted(void **state)
{
	static const uint64_t nonsense[] = { 0,		 1,	      2,	    0x7FFFFFFF,
					     0x80000000, (uint32_t)-11, (uint32_t)-100, 1ull << 32 };

	for (unsigned int i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		assert_int_equal(vffa_ret_from_wire(nonsense[i]), VFFA_ABORTED);
}

static void add_u64_notices_overflow(void **state)
{
	uint64_t sum = 7;

	assert_true(vffa_add_u64(UINT64_MAX - 1, 1, &sum));
	assert_true(sum == UINT64_MAX);
	assert_false(vffa_add_u64(UINT64_MAX, 1, &sum));
	assert_false(vffa_add_u64(1, UINT64_MAX, &sum));
	assert_true(sum == UINT64_MAX);
}

static void le_fields_are_little_endian(void **state)
{
	vffa_le16 v16 = vffa_le16_make(0x0201);
	vffa_le32 v32 = vffa_le32_make(0x04030201);
	vffa_le64 v64 = vffa_le64_make(0x0807060504030201ull);
	static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	assert_memory_equal(&v16, bytes, sizeof(v16));
	assert_memory_equal(&v32, bytes, sizeof(v32));
	assert_memory_equal(&v64, bytes, sizeof(v64));
	assert_int_equal(vffa_le16_get(v16), 0x0201);
	assert_int_equal(vffa_le32_get(v32), 0x04030201);
	assert_true(vffa_le64_get(v64) == 0x0807060504030201ull);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ret_str_names_every_code),
		cmocka_unit_test(ret_from_wire_knows_every_code),
		cmocka_unit_test(ret_from_wire_takes_nonsense_for_aborted),
		cmocka_unit_test(add_u64_notices_overflow),
		cmocka_unit_test(le_fields_are_little_endian),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
