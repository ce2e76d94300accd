// SPDX-License-Identifier: GPL-2.0-only
/* Who sees which partition: rules, and that what is hidden does not exist on any interface. */
#include "world.h"

#define TX FAKE_RAM_IPA
#define RX (FAKE_RAM_IPA + 0x10000)

#define ALLOW(n)                                                                                   \
	{                                                                                          \
		UUID(n), true                                                                      \
	}
#define DENY(n)                                                                                    \
	{                                                                                          \
		UUID(n), false                                                                     \
	}
#define UUID(n)                                                                                    \
	{                                                                                          \
		{                                                                                  \
			n                                                                          \
		}                                                                                  \
	}

#define MAX_RULES 4

/*
 * Six entries of four partitions: A has the UUIDs 1 and 2, B has 3, C does not say its own, D is a
 * device with the UUID 4.
 */
static void list_partitions(struct fake_spmc *spmc)
{
	static const struct {
		vffa_id_t id;
		uint8_t uuid;
		uint32_t props;
	} entries[] = {
		{ 0x8001, 1, FFA_PART_DIRECT_REQ_RECV },
		{ 0x8001, 2, FFA_PART_DIRECT_REQ_RECV },
		{ 0x8002, 3, FFA_PART_DIRECT_REQ_RECV },
		{ 0x8003, 0, FFA_PART_DIRECT_REQ_RECV },
		{ 0x8004, 4, 0x10 },
	};

	spmc->nr_parts = sizeof(entries) / sizeof(entries[0]);
	for (unsigned int i = 0; i < spmc->nr_parts; i++) {
		spmc->parts[i] = (struct fake_part){
			.id = entries[i].id,
			.nr_contexts = 1,
			.props = entries[i].props,
			.uuid = UUID(entries[i].uuid),
		};
	}
}

/* As letters: the partitions that VM 0 can address. */
static void expect_visible(struct world *w, const char *letters)
{
	for (char c = 'A'; c <= 'D'; c++) {
		uint32_t w1 = 1u << 16 | (uint32_t)(0x8001 + c - 'A');
		struct vffa_regs regs = CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, w1);

		if (strchr(letters, c))
			assert_int_equal(regs.x[0], FFA_MSG_SEND_DIRECT_RESP_32);
		else
			expect_error(regs, VFFA_INVALID_PARAMETERS);
	}
}

static void the_first_rule_that_fits_decides(void **state)
{
	static const struct {
		uint16_t nr;
		struct vffa_part_rule rules[MAX_RULES];
		const char *visible;
	} cases[] = {
		{ 0, { ALLOW(0) }, "" },
		{ 1, { ALLOW(0) }, "ABC" },
		{ 1, { DENY(0) }, "" },
		/* One of its UUIDs is enough, for the whole partition. */
		{ 1, { ALLOW(1) }, "A" },
		{ 1, { ALLOW(2) }, "A" },
		{ 2, { DENY(2), ALLOW(0) }, "B" },
		{ 2, { ALLOW(0), DENY(2) }, "ABC" },
		{ 3, { ALLOW(1), DENY(2), ALLOW(0) }, "AB" },
		{ 3, { DENY(1), ALLOW(2), ALLOW(3) }, "B" },
		{ 2, { ALLOW(1), ALLOW(3) }, "AB" },
		/* The one that does not say its UUID may be any. */
		{ 2, { DENY(9), ALLOW(0) }, "AB" },
		{ 3, { ALLOW(3), DENY(9), ALLOW(0) }, "AB" },
		/* A device is no one to talk to. */
		{ 1, { ALLOW(4) }, "" },
		{ 1, { ALLOW(9) }, "" },
	};
	struct world *w = *state;

	list_partitions(&w->port.spmc);
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vffa_part_rules rules = { cases[i].rules, cases[i].nr };
		struct vffa_part_rules all = { (struct vffa_part_rule[]){ ALLOW(0) }, 1 };

		/* It is the same for either side. */
		for (unsigned int side = 0; side < 4; side++) {
			const struct vffa_part_rules *other = side & 2 ? &all : NULL;

			assert_int_equal(side & 1 ? world_start_vm_seeing(w, 0, &rules, other)
						  : world_start_vm_seeing(w, 0, other, &rules),
					 VFFA_OK);
			world_negotiate(w, 0, 2);
			expect_visible(w, cases[i].visible);
			world_stop_vm(w, 0);
			vffa_vm_fini(&w->vms[0].vm);
		}
	}
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, 2);
	expect_visible(w, "ABC");
}

static void what_either_side_hides_is_hidden(void **state)
{
	static const struct vffa_part_rule first[] = { ALLOW(1), ALLOW(3) };
	static const struct vffa_part_rule second[] = { DENY(2), ALLOW(0) };
	const struct vffa_part_rules wanted = { first, 2 };
	const struct vffa_part_rules limit = { second, 2 };
	struct world *w = *state;

	list_partitions(&w->port.spmc);
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm_seeing(w, 0, &wanted, &limit), VFFA_OK);
	world_negotiate(w, 0, 2);
	expect_visible(w, "B");
}

/* VM 0 sees all but @sp, VM 1 sees all. */
static void start_without(struct world *w, unsigned int sp)
{
	const struct vffa_part_rule rules[] = {
		{ w->port.spmc.parts[sp].uuid, false },
		{ UUID(0), true },
	};
	const struct vffa_part_rules limit = { rules, 2 };

	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm_seeing(w, 0, NULL, &limit), VFFA_OK);
	assert_int_equal(world_start_vm(w, 1), VFFA_OK);
	world_negotiate(w, 0, 2);
	world_negotiate(w, 1, 2);
}

/* The answers about @id, with @uuid where one is asked for, are those about what is not there. */
static void expect_not_there(struct world *w, vffa_id_t id, const struct vffa_uuid *uuid)
{
	struct fake_vm *vm = &w->vms[0];
	uint32_t w1 = 1u << 16 | id;
	uint32_t part[4];
	uint64_t service[2];

	memcpy(part, uuid->b, sizeof(part));
	memcpy(service, uuid->b, sizeof(service));
	expect_refused(w, vm, VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ_32, w1);
	expect_refused(w, vm, VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ_64, w1);
	expect_refused(w, vm, VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ2, w1);
	expect_refused(w, vm, VFFA_INVALID_PARAMETERS, FFA_MSG_SEND_DIRECT_REQ2, w1, service[0],
		       service[1]);
	expect_refused(w, vm, VFFA_INVALID_PARAMETERS, FFA_RUN, (uint32_t)id << 16);
	expect_refused(w, vm, VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET, part[0], part[1],
		       part[2], part[3], 0);
	expect_refused(w, vm, VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET, part[0], part[1],
		       part[2], part[3], 1);
	expect_refused(w, vm, VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET_REGS, service[0],
		       service[1]);
}

static uint64_t count(struct fake_vm *vm)
{
	return CALL(vm, FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1).x[2];
}

static void a_hidden_partition_does_not_exist(void **state)
{
	static const struct vffa_uuid unknown = UUID(0xEE);
	struct world *w = *state;

	start_without(w, FAKE_SP_ECHO);
	expect_not_there(w, FAKE_ID(FAKE_SP_ECHO), &w->port.spmc.parts[FAKE_SP_ECHO].uuid);
	expect_not_there(w, 0x8077, &unknown);
	assert_int_equal(count(&w->vms[0]), FAKE_NR_SPS - 1);
}

static void a_list_leaves_out_what_is_hidden(void **state)
{
	struct world *w = *state;
	const uint8_t *rx = w->vms[0].ram + (RX - FAKE_RAM_IPA);
	struct vffa_regs regs;

	start_without(w, FAKE_SP_ECHO);
	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	expect_regs(CALL(&w->vms[0], FFA_PARTITION_INFO_GET), FFA_SUCCESS_32, 0, FAKE_NR_SPS - 1,
		    24);
	assert_int_equal(rx[0] | rx[1] << 8, FAKE_ID(FAKE_SP_SUBSCRIBER));
	regs = CALL(&w->vms[0], FFA_PARTITION_INFO_GET_REGS);
	assert_int_equal(regs.x[2] & 0xFFFF, FAKE_NR_SPS - 2);
	assert_int_equal(regs.x[3] & 0xFFFF, FAKE_ID(FAKE_SP_SUBSCRIBER));
}

static void what_one_vm_does_not_see_another_does(void **state)
{
	struct world *w = *state;

	start_without(w, FAKE_SP_ECHO);
	assert_int_equal(count(&w->vms[1]), FAKE_NR_SPS);
	assert_int_equal(
		CALL(&w->vms[1], FFA_MSG_SEND_DIRECT_REQ_32, 2u << 16 | FAKE_ID(FAKE_SP_ECHO)).x[0],
		FFA_MSG_SEND_DIRECT_RESP_32);
}

SPEC("1.1", "VM availability messages")
static void a_hidden_partition_does_not_hear_of_the_vm(void **state)
{
	struct world *w = *state;
	struct fake_part *subscriber = &w->port.spmc.parts[FAKE_SP_SUBSCRIBER];

	start_without(w, FAKE_SP_SUBSCRIBER);
	assert_true(subscriber->known == 1ull << 2);
	world_stop_vm(w, 0);
	/* VM_CREATED for the other, and nothing else. */
	assert_int_equal(fake_nr_calls(&w->port, FFA_MSG_SEND_DIRECT_REQ_32), 1);
}

static void a_vm_may_see_nothing_at_all(void **state)
{
	static const struct vffa_part_rules none;
	struct world *w = *state;

	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm_seeing(w, 0, &none, NULL), VFFA_OK);
	world_negotiate(w, 0, 2);
	assert_int_equal(count(&w->vms[0]), 0);
	CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, 1);
	expect_regs(CALL(&w->vms[0], FFA_PARTITION_INFO_GET), FFA_SUCCESS_32, 0, 0, 24);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_PARTITION_INFO_GET_REGS);
}

static void a_reset_changes_nothing_of_it(void **state)
{
	struct world *w = *state;

	start_without(w, FAKE_SP_ECHO);
	world_stop_vm(w, 0);
	assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	world_negotiate(w, 0, 2);
	assert_int_equal(count(&w->vms[0]), FAKE_NR_SPS - 1);
	expect_not_there(w, FAKE_ID(FAKE_SP_ECHO), &w->port.spmc.parts[FAKE_SP_ECHO].uuid);
}

static void fill_list(struct fake_spmc *spmc)
{
	spmc->nr_parts = VFFA_MAX_PARTS;
	for (unsigned int i = 0; i < VFFA_MAX_PARTS; i++) {
		spmc->parts[i] = (struct fake_part){
			.id = (vffa_id_t)(0x8001 + i),
			.nr_contexts = 1,
			.props = FFA_PART_DIRECT_REQ_RECV,
			.uuid = UUID((uint8_t)(i + 1)),
		};
	}
}

static void every_place_in_a_full_list_can_be_hidden(void **state)
{
	struct world *w = *state;

	fill_list(&w->port.spmc);
	start_without(w, VFFA_MAX_PARTS - 1);
	assert_int_equal(count(&w->vms[0]), VFFA_MAX_PARTS - 1);
	for (unsigned int i = 0; i < VFFA_MAX_PARTS; i++) {
		struct vffa_regs regs =
			CALL(&w->vms[0], FFA_MSG_SEND_DIRECT_REQ_32, 1u << 16 | (0x8001 + i));

		assert_int_equal(regs.x[0],
				 i < VFFA_MAX_PARTS - 1 ? FFA_MSG_SEND_DIRECT_RESP_32 : FFA_ERROR);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_first_rule_that_fits_decides, world_setup),
		TEST(what_either_side_hides_is_hidden, world_setup),
		TEST(a_hidden_partition_does_not_exist, world_setup),
		TEST(a_list_leaves_out_what_is_hidden, world_setup),
		TEST(what_one_vm_does_not_see_another_does, world_setup),
		TEST(a_hidden_partition_does_not_hear_of_the_vm, world_setup),
		TEST(a_vm_may_see_nothing_at_all, world_setup),
		TEST(a_reset_changes_nothing_of_it, world_setup),
		TEST(every_place_in_a_full_list_can_be_hidden, world_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
