// SPDX-License-Identifier: GPL-2.0-only
/* Discovery of partitions, by buffer and by registers. */
#include "world.h"

#define TX FAKE_RAM_IPA
#define RX (FAKE_RAM_IPA + 0x10000)

/* What guests of each version see of the partitions of fake_spmc_init(), by offset (8 + 16 bytes). */
struct want {
	uint16_t id;
	uint16_t nr_contexts;
	uint32_t props[3]; /* by minor */
};

static const struct want wants[FAKE_NR_SPS] = {
	/* takes REQ (0), indirect messages (2; since 1.1), AArch64 (8), takes REQ2 (9) */
	[FAKE_SP_ECHO] = { 0x8001, 1, { 0x001, 0x105, 0x305 } },
	/* VM_CREATED (6) and VM_DESTROYED (7) are between it and the hypervisor */
	[FAKE_SP_SUBSCRIBER] = { 0x8002, 1, { 0x001, 0x101, 0x101 } },
	/* that it can send (1) is no use to a VM */
	[FAKE_SP_PINNED] = { 0x8003, 4, { 0x001, 0x001, 0x201 } },
	/* notifications (3) are not relayed */
	[FAKE_SP_MUTE] = { 0x8004, 1, { 0, 0, 0 } },
};

static void map(struct world *w)
{
	assert_int_equal(CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1).x[0], FFA_SUCCESS_32);
}

static const uint8_t *rx_of(struct world *w)
{
	return w->vms[0].ram + (RX - FAKE_RAM_IPA);
}

static uint32_t load(const uint8_t *bytes, unsigned int len)
{
	uint32_t value = 0;

	while (len--)
		value = value << 8 | bytes[len];
	return value;
}

static void expect_descriptor(const uint8_t *desc, unsigned int sp, uint32_t minor,
			      const struct vffa_uuid *uuid)
{
	assert_int_equal(load(desc, 2), wants[sp].id);
	assert_int_equal(load(desc + 2, 2), wants[sp].nr_contexts);
	assert_int_equal(load(desc + 4, 4), wants[sp].props[minor]);
	if (minor)
		assert_memory_equal(desc + 8, uuid->b, 16);
}

static void check_list(struct world *w, uint32_t minor)
{
	uint32_t size = minor ? 24 : 8;

	map(w);
	expect_regs(CALL(&w->vms[0], FFA_PARTITION_INFO_GET), FFA_SUCCESS_32, 0, FAKE_NR_SPS,
		    minor ? size : 0);
	for (unsigned int i = 0; i < FAKE_NR_SPS; i++)
		expect_descriptor(rx_of(w) + i * size, i, minor, &w->port.spmc.parts[i].uuid);
	/* Nothing behind the list was touched. */
	assert_int_equal(rx_of(w)[FAKE_NR_SPS * size], 0xA5);
}

SPEC("1.0", "FFA_PARTITION_INFO_GET")
static void part_info_lists_8_byte_entries_to_1_0(void **state)
{
	check_list(*state, 0);
}

SPEC("1.1", "FFA_PARTITION_INFO_GET")
static void part_info_lists_24_byte_entries_to_1_1(void **state)
{
	check_list(*state, 1);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET")
static void part_info_lists_24_byte_entries_to_1_2(void **state)
{
	check_list(*state, 2);
}

static struct vffa_regs info_by_uuid(struct world *w, const struct vffa_uuid *uuid, uint32_t flags)
{
	const uint8_t *b = uuid->b;

	return CALL(&w->vms[0], FFA_PARTITION_INFO_GET, load(b, 4), load(b + 4, 4), load(b + 8, 4),
		    load(b + 12, 4), flags);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET")
static void part_info_of_a_uuid_lists_its_partition(void **state)
{
	static const struct vffa_uuid nil;
	struct world *w = *state;
	const struct fake_part *part = &w->port.spmc.parts[FAKE_SP_PINNED];

	map(w);
	expect_regs(info_by_uuid(w, &part->uuid, 1), FFA_SUCCESS_32, 0, 1);
	expect_regs(info_by_uuid(w, &part->uuid, 0), FFA_SUCCESS_32, 0, 1, 24);
	/* The caller knows the UUID: the entry has none. */
	expect_descriptor(rx_of(w), FAKE_SP_PINNED, 2, &nil);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET")
static void part_info_of_an_unknown_uuid_is_invalid(void **state)
{
	struct world *w = *state;

	map(w);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET, 1, 2, 3, 4);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET, 1, 2, 3, 4,
		       1);
}

SPEC("1.1", "FFA_PARTITION_INFO_GET")
static void part_info_count_needs_no_buffer(void **state)
{
	struct world *w = *state;

	expect_regs(CALL(&w->vms[0], FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1), FFA_SUCCESS_32, 0,
		    FAKE_NR_SPS);
	map(w);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	/* Nor does it mind that RX is full. */
	expect_regs(CALL(&w->vms[0], FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1), FFA_SUCCESS_32, 0,
		    FAKE_NR_SPS);
}

SPEC("1.0", "FFA_PARTITION_INFO_GET")
static void part_info_of_1_0_has_no_flags(void **state)
{
	struct world *w = *state;

	map(w);
	for (unsigned int bit = 0; bit < 32; bit++)
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET, 0, 0,
			       0, 0, 1u << bit);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET")
static void part_info_checks_every_reserved_bit(void **state)
{
	struct world *w = *state;

	map(w);
	for (unsigned int bit = 1; bit < 32; bit++)
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET, 0, 0,
			       0, 0, 1u << bit);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET, 0, 0, 0, 0,
		       0, 1);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET, 0, 0, 0, 0,
		       0, 0, 1);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET")
static void part_info_is_busy_without_a_free_rx(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_BUSY, FFA_PARTITION_INFO_GET);
	map(w);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	expect_refused(w, &w->vms[0], VFFA_BUSY, FFA_PARTITION_INFO_GET);
	CALL(&w->vms[0], FFA_RX_RELEASE);
	assert_int_equal(CALL(&w->vms[0], FFA_PARTITION_INFO_GET).x[0], FFA_SUCCESS_32);
}

/* A relay whose SPMC lists @nr partitions that @make fills in, and a VM of 1.@minor on it. */
static void start_with(struct world *w, unsigned int nr,
		       void (*make)(struct fake_part *part, unsigned int i), uint32_t minor)
{
	w->port.spmc.nr_parts = nr;
	for (unsigned int i = 0; i < nr; i++) {
		w->port.spmc.parts[i] = (struct fake_part){ .nr_contexts = 1 };
		make(&w->port.spmc.parts[i], i);
	}
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, minor);
}

static uint64_t count(struct world *w)
{
	return CALL(&w->vms[0], FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1).x[2];
}

/* Three partitions of two UUIDs each, listed in no order. */
static void make_two_uuids_each(struct fake_part *part, unsigned int i)
{
	part->id = (vffa_id_t)(0x8003 - i % 3);
	part->uuid.b[0] = (uint8_t)(i + 1);
}

SPEC("1.2", "Partition information descriptor")
static void part_info_of_1_2_has_an_entry_for_each_uuid(void **state)
{
	static const uint8_t uuid_order[] = { 3, 6, 2, 5, 1, 4 };
	struct world *w = *state;

	start_with(w, 6, make_two_uuids_each, 2);
	map(w);
	assert_int_equal(CALL(&w->vms[0], FFA_PARTITION_INFO_GET).x[2], 6);
	for (unsigned int i = 0; i < 6; i++) {
		assert_int_equal(load(rx_of(w) + 24 * i, 2), 0x8001 + i / 2);
		assert_int_equal(rx_of(w)[24 * i + 8], uuid_order[i]);
	}
}

SPEC("1.1", "Partition information descriptor")
static void part_info_before_1_2_has_one_entry_for_each_partition(void **state)
{
	struct world *w = *state;

	start_with(w, 6, make_two_uuids_each, 1);
	assert_int_equal(count(w), 3);
	for (unsigned int i = 0; i < 6; i++)
		expect_regs(info_by_uuid(w, &w->port.spmc.parts[i].uuid, 1), FFA_SUCCESS_32, 0, 1);
}

static void make_odd(struct fake_part *part, unsigned int i)
{
	part->id = (vffa_id_t)(i == 0 ? 0x0007 : 0x8000 + i);
	part->props = i < 5 ? (i & 3) << 4 : 0;
	part->uuid.b[0] = (uint8_t)(i + 1);
}

SPEC("1.1", "Partition information descriptor")
static void part_info_hides_devices_and_ids_of_the_normal_world(void **state)
{
	struct world *w = *state;

	/* 0: a VM's id; 1 to 3: stream ids of devices; 4 and 5 are endpoints. */
	start_with(w, 6, make_odd, 1);
	assert_int_equal(w->relay.spmc.nr_hidden, 1);
	assert_int_equal(count(w), 2);
	expect_error(CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, 0x00018001),
		     VFFA_INVALID_PARAMETERS);
}

static void make_plain(struct fake_part *part, unsigned int i)
{
	part->id = (vffa_id_t)(0x8001 + i);
	part->uuid.b[0] = (uint8_t)(i + 1);
	part->props = FFA_PART_DIRECT_REQ_RECV;
}

static void part_info_counts_what_does_not_fit_the_table(void **state)
{
	struct world *w = *state;

	start_with(w, VFFA_MAX_PARTS + 5, make_plain, 2);
	assert_int_equal(w->relay.spmc.nr_parts, VFFA_MAX_PARTS);
	assert_int_equal(w->relay.spmc.nr_hidden, 5);
	assert_int_equal(count(w), VFFA_MAX_PARTS);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET")
static void part_info_without_partitions_is_an_empty_list(void **state)
{
	struct world *w = *state;

	w->port.spmc.version = 0;
	start_with(w, 0, make_plain, 2);
	assert_int_equal(count(w), 0);
	map(w);
	expect_regs(CALL(&w->vms[0], FFA_PARTITION_INFO_GET), FFA_SUCCESS_32, 0, 0, 24);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET_REGS);
}

static void check_page(struct world *w, uint64_t start, uint64_t current, unsigned int nr)
{
	struct vffa_regs regs = CALL(&w->vms[0], FFA_PARTITION_INFO_GET_REGS, 0, 0, start);

	assert_int_equal(regs.x[0], FFA_SUCCESS_64);
	assert_int_equal(regs.x[1], 0);
	assert_true(regs.x[2] == (24ull << 48 | current << 16 | 11));
	for (unsigned int i = 0; i < 5; i++) {
		const uint64_t *entry = &regs.x[3 + 3 * i];
		uint64_t n = start + i;

		if (i >= nr) {
			assert_true(!entry[0] && !entry[1] && !entry[2]);
			continue;
		}
		assert_true(entry[0] == (1ull << 32 | 1ull << 16 | (0x8001 + n)));
		assert_true(entry[1] == n + 1);
		assert_true(entry[2] == 0);
	}
}

SPEC("1.2", "FFA_PARTITION_INFO_GET_REGS")
static void part_regs_gives_five_entries_at_a_time(void **state)
{
	struct world *w = *state;

	start_with(w, 12, make_plain, 2);
	check_page(w, 0, 4, 5);
	check_page(w, 5, 9, 5);
	check_page(w, 10, 11, 2);
	check_page(w, 11, 11, 1);
	check_page(w, 3, 7, 5);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET_REGS")
static void part_regs_finds_a_uuid(void **state)
{
	struct world *w = *state;
	struct vffa_regs regs;
	uint64_t uuid[2];

	memcpy(uuid, w->port.spmc.parts[FAKE_SP_PINNED].uuid.b, sizeof(uuid));
	regs = CALL(&w->vms[0], FFA_PARTITION_INFO_GET_REGS, uuid[0], uuid[1]);
	expect_regs(regs, FFA_SUCCESS_64, 0, 24ull << 48, 0x201ull << 32 | 4 << 16 | 0x8003);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET_REGS, 5, 5);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET_REGS")
static void part_regs_refuses_bad_positions(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET_REGS, 0, 0,
		       FAKE_NR_SPS);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET_REGS, 0, 0,
		       0xFFFF);
	/* A tag at the start names no list; later, one that is not there any more. */
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET_REGS, 0, 0,
		       1 << 16);
	expect_refused(w, &w->vms[0], VFFA_RETRY, FFA_PARTITION_INFO_GET_REGS, 0, 0, 1 << 16 | 1);
}

SPEC("1.2", "FFA_PARTITION_INFO_GET_REGS")
static void part_regs_checks_every_reserved_register(void **state)
{
	struct world *w = *state;

	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET_REGS, 0, 0,
		       1ull << 32);
	for (unsigned int i = 4; i < VFFA_NR_REGS; i++) {
		struct vffa_regs regs = { { FFA_PARTITION_INFO_GET_REGS } };

		regs.x[i] = 1ull << 40;
		expect_error(guest_call(&w->vms[0], 0, regs), VFFA_INVALID_PARAMETERS);
	}
}

SPEC("1.2", "Partition properties")
static void part_info_hides_messages_that_are_not_relayed(void **state)
{
	struct world *w = *state;

	w->port.spmc.no_features[0] = FFA_MSG_SEND_DIRECT_REQ_32;
	w->port.spmc.no_features[1] = FFA_MSG_SEND_DIRECT_REQ_64;
	w->port.spmc.no_features[2] = FFA_MSG_SEND2;
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, 2);
	map(w);
	CALL(&w->vms[0], FFA_PARTITION_INFO_GET);
	assert_int_equal(load(rx_of(w) + 4, 4), FFA_PART_AARCH64 | FFA_PART_DIRECT_REQ2_RECV);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(part_info_lists_8_byte_entries_to_1_0, world_setup_1_0),
		TEST(part_info_lists_24_byte_entries_to_1_1, world_setup_1_1),
		TEST(part_info_lists_24_byte_entries_to_1_2, world_setup_1_2),
		TEST(part_info_of_a_uuid_lists_its_partition, world_setup_1_2),
		TEST(part_info_of_an_unknown_uuid_is_invalid, world_setup_1_2),
		TEST(part_info_count_needs_no_buffer, world_setup_1_1),
		TEST(part_info_of_1_0_has_no_flags, world_setup_1_0),
		TEST(part_info_checks_every_reserved_bit, world_setup_1_2),
		TEST(part_info_is_busy_without_a_free_rx, world_setup_1_2),
		TEST(part_info_of_1_2_has_an_entry_for_each_uuid, world_setup),
		TEST(part_info_before_1_2_has_one_entry_for_each_partition, world_setup),
		TEST(part_info_hides_devices_and_ids_of_the_normal_world, world_setup),
		TEST(part_info_counts_what_does_not_fit_the_table, world_setup),
		TEST(part_info_without_partitions_is_an_empty_list, world_setup),
		TEST(part_regs_gives_five_entries_at_a_time, world_setup),
		TEST(part_regs_finds_a_uuid, world_setup_1_2),
		TEST(part_regs_refuses_bad_positions, world_setup_1_2),
		TEST(part_regs_checks_every_reserved_register, world_setup_1_2),
		TEST(part_info_hides_messages_that_are_not_relayed, world_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
