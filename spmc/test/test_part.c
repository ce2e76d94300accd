// SPDX-License-Identifier: GPL-2.0-only
/* FFA_PARTITION_INFO_GET and _REGS, and FFA_RXTX_MAP and its kin, which the first needs. */
#include "nwd.h"

#define TEXT_UUID "\x3c\x3a\xf0\x9a\x9c\x21\x4d\x34\xbc\xf1\x31\xb2\xb6\xdc\xbd"

static void uuid_words(uint8_t last, uint32_t *w)
{
	uint8_t uuid[16];

	memcpy(uuid, TEXT_UUID, 15);
	uuid[15] = last;
	for (unsigned int i = 0; i < 4; i++)
		w[i] = get32(uuid + 4 * i);
}

static struct vffa_regs get_info(struct nwd *n, uint8_t last, uint32_t flags)
{
	uint32_t w[4] = { 0 };

	if (last)
		uuid_words(last, w);
	return CALL(n, FID32(FN_PARTITION_INFO_GET), w[0], w[1], w[2], w[3], flags);
}

static const uint8_t *find_entry(const uint8_t *list, unsigned int nr, unsigned int size,
				 uint16_t id)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (get16(list + i * size) == id)
			return list + i * size;
	}
	fail_msg("0x%x is not in the list", id);
	return NULL;
}

static void part_info_1_0_has_8_bytes(void **state)
{
	struct nwd *n = *state;
	const uint8_t *e;

	expect(get_info(n, 0, 0), FID32(FN_SUCCESS), 0, SP_NR_PARTS);
	e = find_entry(n->rx, SP_NR_PARTS, 8, SP_ID_ECHO);
	assert_int_equal(get16(e + 2), 2);
	assert_int_equal(get32(e + 4), 0x3);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(get_info(n, 0, 1), E_INVALID);
}

static void part_info_1_1_has_24_bytes_and_one_uuid(void **state)
{
	struct nwd *n = *state;
	const uint8_t *e;

	expect(get_info(n, 0, 0), FID32(FN_SUCCESS), 0, SP_NR_PARTS, 24);
	e = find_entry(n->rx, SP_NR_PARTS, 24, SP_ID_HOSTILE);
	assert_int_equal(get16(e + 2), 1);
	assert_int_equal(get32(e + 4), 0x1C1);
	assert_memory_equal(e + 8, TEXT_UUID "\x06", 16);
}

static void part_info_1_2_has_every_uuid(void **state)
{
	struct nwd *n = *state;
	const uint8_t *e;

	expect(get_info(n, 0, 0), FID32(FN_SUCCESS), 0, SP_NR_SERVICES, 24);
	e = find_entry(n->rx, SP_NR_SERVICES, 24, SP_ID_ECHO);
	assert_memory_equal(e + 8, TEXT_UUID "\x01", 16);
	assert_int_equal(get16(e + 24), SP_ID_ECHO);
	assert_memory_equal(e + 32, TEXT_UUID "\x02", 16);
	assert_int_equal(get32(e + 4), 0x303);
}

static void part_info_by_uuid_leaves_it_out(void **state)
{
	static const uint8_t zero[16];
	struct nwd *n = *state;

	expect(get_info(n, 2, 0), FID32(FN_SUCCESS), 0, 1, 24);
	assert_int_equal(get16(n->rx), SP_ID_ECHO);
	assert_memory_equal(n->rx + 8, zero, 16);
}

static void part_info_count_leaves_rx_alone(void **state)
{
	struct nwd *n = *state;

	expect(get_info(n, 0, 1), FID32(FN_SUCCESS), 0, SP_NR_SERVICES);
	expect(get_info(n, 2, 1), FID32(FN_SUCCESS), 0, 1);
	expect_error(CALL(n, FID32(FN_RX_RELEASE)), E_DENIED);
}

static void part_info_refuses(void **state)
{
	struct nwd *n = *state;

	expect_error(get_info(n, 0x99, 0), E_INVALID);
	expect_error(get_info(n, 0, 2), E_INVALID);
	expect_error(CALL(n, FID32(FN_PARTITION_INFO_GET), 0, 0, 0, 0, 0, 1), E_INVALID);
	expect(get_info(n, 0, 0), FID32(FN_SUCCESS), 0, SP_NR_SERVICES, 24);
	expect_error(get_info(n, 0, 0), E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	expect_error(get_info(n, 0, 0), E_BUSY);
}

static struct vffa_regs get_regs(struct nwd *n, uint64_t x1, uint64_t x2, uint64_t x3)
{
	return CALL(n, FID64(FN_PARTITION_INFO_GET_REGS), x1, x2, x3);
}

static void part_regs_come_in_pages_of_five(void **state)
{
	struct nwd *n = *state;
	unsigned int start = 0;

	while (start < SP_NR_SERVICES) {
		unsigned int rest = SP_NR_SERVICES - start;
		unsigned int here = rest < 5 ? rest : 5;
		struct vffa_regs regs = get_regs(n, 0, 0, start);

		assert_int_equal(regs.x[0], FID64(FN_SUCCESS));
		assert_int_equal(regs.x[1], 0);
		assert_true(regs.x[2] ==
			    (24ull << 48 | (start + here - 1) << 16 | (SP_NR_SERVICES - 1)));
		for (unsigned int i = 3; i < 3 + 3 * here; i++)
			assert_int_not_equal(regs.x[i], 0);
		for (unsigned int i = 3 + 3 * here; i < VFFA_NR_REGS; i++)
			assert_int_equal(regs.x[i], 0);
		start += here;
	}
}

static void part_regs_by_uuid(void **state)
{
	struct nwd *n = *state;
	struct vffa_regs regs;
	uint32_t w[4];

	uuid_words(6, w);
	regs = get_regs(n, w[0] | (uint64_t)w[1] << 32, w[2] | (uint64_t)w[3] << 32, 0);
	expect(regs, FID64(FN_SUCCESS), 0, 24ull << 48, 0x7C1ull << 32 | 1 << 16 | SP_ID_HOSTILE);
}

static void part_regs_refuse(void **state)
{
	struct nwd *n = *state;

	expect_error(get_regs(n, 1, 0, 0), E_INVALID);
	expect_error(get_regs(n, 0, 0, SP_NR_SERVICES), E_INVALID);
	expect_error(get_regs(n, 0, 0, 0x10000), E_INVALID);
	expect_error(get_regs(n, 0, 0, 0x10001), E_RETRY);
	expect_error(get_regs(n, 0, 0, 1ull << 32), E_INVALID);
	expect_error(CALL(n, FID64(FN_PARTITION_INFO_GET_REGS), 0, 0, 0, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_PARTITION_INFO_GET_REGS), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
			  0, 0, 0, 0, 1),
		     E_INVALID);
}

static void rxtx_map_maps_once(void **state)
{
	struct nwd *n = *state;

	assert_int_equal(spmc_inproc_nr_mapped(n->p), 2);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 1), E_DENIED);
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 0);
	expect_error(CALL(n, FID32(FN_RXTX_UNMAP)), E_INVALID);
	expect_error(CALL(n, FID32(FN_RX_RELEASE)), E_DENIED);
	expect_success(CALL(n, FID32(FN_RXTX_MAP), NWD_TX, NWD_RX, 16));
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 32);
}

static void rxtx_map_refuses(void **state)
{
	struct nwd *n = *state;
	uint64_t end = SPMC_INPROC_RAM_BASE + 4096 * 4096ull;

	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX + 0x100, NWD_RX, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX + 0x100, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_TX, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_TX + 0x1000, 2), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX + 0x1000, NWD_TX, 2), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 0), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 64), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 1ull << 32 | 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), 0, NWD_RX, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, end, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, end - 0x1000, 2), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, ~0xFFFull, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 1, 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_RXTX_UNMAP), 0, 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_RX_RELEASE), 0, 1), E_INVALID);
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 0);
}

static void rxtx_granule_is_kept(void **state)
{
	const struct spmc_inproc_options opt = { .rxtx_granule = 1, .rxtx_max_pages = 32 };
	struct nwd *n = nwd_start(&opt);

	*state = n;
	(void)CALL(n, FID32(FN_VERSION), FFA_VERSION_1(2));
	expect(CALL(n, FID32(FN_FEATURES), FID64(FN_RXTX_MAP)), FID32(FN_SUCCESS), 0, 32 << 16 | 1);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX + 0x1000, NWD_RX, 16), E_INVALID);
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 48), E_INVALID);
	expect_success(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(part_info_1_0_has_8_bytes, nwd_setup_1_0),
		TEST(part_info_1_1_has_24_bytes_and_one_uuid, nwd_setup_1_1),
		TEST(part_info_1_2_has_every_uuid, nwd_setup_1_2),
		TEST(part_info_by_uuid_leaves_it_out, nwd_setup_1_1),
		TEST(part_info_by_uuid_leaves_it_out, nwd_setup_1_2),
		TEST(part_info_count_leaves_rx_alone, nwd_setup_1_2),
		TEST(part_info_refuses, nwd_setup_1_2),
		TEST(part_regs_come_in_pages_of_five, nwd_setup_1_2),
		TEST(part_regs_by_uuid, nwd_setup_1_2),
		TEST(part_regs_refuse, nwd_setup_1_2),
		TEST(rxtx_map_maps_once, nwd_setup_1_0),
		TEST(rxtx_map_maps_once, nwd_setup_1_1),
		TEST(rxtx_map_maps_once, nwd_setup_1_2),
		TEST(rxtx_map_refuses, nwd_setup_1_0),
		TEST(rxtx_map_refuses, nwd_setup_1_1),
		TEST(rxtx_map_refuses, nwd_setup_1_2),
		TEST(rxtx_granule_is_kept, nwd_setup_none),
	};

	return cmocka_run_group_tests_name("part", tests, NULL, NULL);
}
