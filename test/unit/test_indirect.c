// SPDX-License-Identifier: GPL-2.0-only
/* Indirect messages of VMs: what is checked, what the SPMC gets, and what comes of its answers. */
#include "world.h"

#define TX FAKE_RAM_IPA
#define RX (FAKE_RAM_IPA + 0x10000)

static const struct vffa_uuid nil;
static const struct vffa_uuid echo = { { 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
					 15 } };
static const struct vffa_uuid other = { { 0x20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
					  15 } };

/* A message as a guest writes it. */
struct message {
	uint32_t flags;
	uint32_t mbz_4;
	uint32_t offset;
	uint16_t dst;
	uint16_t src;
	uint32_t size;
	uint32_t mbz_20;
	struct vffa_uuid uuid;
};

static struct message good_message(uint32_t offset)
{
	return (struct message){
		.offset = offset, .dst = FAKE_ID(FAKE_SP_ECHO), .src = 1, .size = 5
	};
}

/* Before 1.2 a header is 20 bytes: what follows is anything. */
static void write_message(struct fake_vm *vm, const struct message *msg, uint32_t header_size)
{
	uint8_t *tx = vm->ram;

	memcpy(tx, &msg->flags, 4);
	memcpy(tx + 4, &msg->mbz_4, 4);
	memcpy(tx + 8, &msg->offset, 4);
	memcpy(tx + 12, &msg->dst, 2);
	memcpy(tx + 14, &msg->src, 2);
	memcpy(tx + 16, &msg->size, 4);
	if (header_size > 20) {
		memcpy(tx + 20, &msg->mbz_20, 4);
		memcpy(tx + 24, msg->uuid.b, 16);
	}
	if (msg->offset <= FFA_PAGE_SIZE - 5)
		memcpy(tx + msg->offset, "hello", 5);
}

static void map(struct world *w, uint32_t nr_pages)
{
	expect_regs(CALL(&w->vms[0], FFA_RXTX_MAP_64, TX, RX, nr_pages), FFA_SUCCESS_32);
}

/* The SPMC got "hello" from VM 1 for echo. */
static void expect_mail(struct world *w, uint32_t header_size, const struct vffa_uuid *uuid)
{
	const struct fake_mail *mail = &w->port.spmc.mail;
	struct message want = good_message(header_size);

	want.uuid = *uuid;
	assert_int_equal(w->port.spmc.parts[FAKE_SP_ECHO].mail, 1);
	assert_memory_equal(mail->header, &want, header_size);
	assert_int_equal(mail->size, 5);
	assert_memory_equal(mail->payload, "hello", 6);
	/* As if the partition had read it. */
	w->port.spmc.parts[FAKE_SP_ECHO].mail = 0;
	w->port.spmc.parts[FAKE_SP_ECHO].rx_full = false;
}

SPEC("1.1", "FFA_MSG_SEND2")
static void a_1_1_message_gets_the_header_of_the_spmc(void **state)
{
	static const uint32_t offsets[] = { 20, 24, 40, 100, FFA_PAGE_SIZE - 5 };
	struct world *w = *state;

	map(w, 1);
	memset(w->vms[0].ram, 0xEE, FFA_PAGE_SIZE);
	for (unsigned int i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		const struct message msg = good_message(offsets[i]);

		write_message(&w->vms[0], &msg, 20);
		expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
		expect_mail(w, 40, &nil);
	}
}

SPEC("1.2", "FFA_MSG_SEND2")
static void a_1_2_message_names_a_service(void **state)
{
	struct world *w = *state;
	struct message msg = good_message(40);

	map(w, 1);
	write_message(&w->vms[0], &msg, 40);
	/* The sender may say who it is in w1, too. */
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2, 1 << 16), FFA_SUCCESS_32);
	expect_mail(w, 40, &nil);
	msg.uuid = echo;
	write_message(&w->vms[0], &msg, 40);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
	expect_mail(w, 40, &echo);
	/* Linux leaves something there. It goes no further. */
	msg.mbz_20 = 0xFFFFFFFF;
	write_message(&w->vms[0], &msg, 40);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
	expect_mail(w, 40, &echo);

	msg.uuid = other;
	write_message(&w->vms[0], &msg, 40);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND2);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void a_1_2_sender_may_write_the_older_header(void **state)
{
	struct world *w = *state;
	const struct message msg = good_message(24);

	map(w, 1);
	memset(w->vms[0].ram, 0xEE, FFA_PAGE_SIZE);
	write_message(&w->vms[0], &msg, 20);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
	expect_mail(w, 40, &nil);
}

/* The SPMC's header has no UUID: the relay has seen to it that the receiver has the service. */
SPEC("1.2", "FFA_MSG_SEND2")
static void a_1_1_spmc_gets_its_own_header(void **state)
{
	struct world *w = *state;
	struct message msg = good_message(40);

	w->port.spmc.version = FFA_VERSION_1_1;
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, 2);
	map(w, 1);
	msg.uuid = echo;
	write_message(&w->vms[0], &msg, 40);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
	expect_mail(w, 20, &nil);
	msg.uuid = other;
	write_message(&w->vms[0], &msg, 40);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND2);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void a_message_without_payload_is_one(void **state)
{
	struct world *w = *state;
	struct message msg = good_message(FFA_PAGE_SIZE);

	map(w, 1);
	msg.size = 0;
	write_message(&w->vms[0], &msg, 40);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
	assert_int_equal(w->port.spmc.mail.size, 0);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void a_wrong_header_reaches_nobody(void **state)
{
	const struct message good = good_message(40);
	struct message bad[13];
	struct world *w = *state;
	unsigned int nr = 0;
	unsigned int calls;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		bad[i] = good;
	bad[nr++].flags = 1;
	bad[nr++].flags = 0x80000000;
	bad[nr++].mbz_4 = 1;
	bad[nr++].offset = 0;
	bad[nr++].offset = 19;
	bad[nr++].offset = FFA_PAGE_SIZE + 1;
	bad[nr++].offset = UINT32_MAX;
	bad[nr++].size = FFA_PAGE_SIZE - 39;
	bad[nr++].size = UINT32_MAX;
	bad[nr++].src = 2;
	bad[nr++].dst = 1; /* itself */
	bad[nr++].dst = 2; /* another VM */
	bad[nr++].dst = FAKE_ID(FAKE_NR_SPS);
	map(w, 1);
	calls = w->port.nr_calls;
	for (unsigned int i = 0; i < nr; i++) {
		write_message(&w->vms[0], &bad[i], 40);
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND2);
	}
	assert_int_equal(w->port.nr_calls, calls);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void who_takes_no_messages_gets_none(void **state)
{
	struct world *w = *state;
	struct message msg = good_message(40);

	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_MSG_SEND2);
	map(w, 1);
	msg.dst = FAKE_ID(FAKE_SP_PINNED);
	write_message(&w->vms[0], &msg, 40);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_MSG_SEND2);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void who_is_not_seen_gets_none(void **state)
{
	const struct vffa_part_rule rule = { .allow = true, .uuid = other };
	const struct vffa_part_rules rules = { &rule, 1 };
	const struct message msg = good_message(40);
	struct world *w = *state;

	assert_int_equal(world_start_vm_seeing(w, 0, &rules, NULL), VFFA_OK);
	world_negotiate(w, 0, 2);
	map(w, 1);
	write_message(&w->vms[0], &msg, 40);
	expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND2);
}

/* A message of 1.1 that fills TX has no room for the longer header. */
SPEC("1.1", "FFA_MSG_SEND2")
static void a_message_too_long_for_its_new_header_is_no_memory(void **state)
{
	struct world *w = *state;
	struct message msg = good_message(20);

	map(w, 2);
	msg.size = 2 * FFA_PAGE_SIZE - 20;
	write_message(&w->vms[0], &msg, 20);
	expect_refused(w, &w->vms[0], VFFA_NO_MEMORY, FFA_MSG_SEND2);
	msg.size -= 20;
	write_message(&w->vms[0], &msg, 20);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
	assert_int_equal(w->port.spmc.mail.size, 2 * FFA_PAGE_SIZE - 40);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void reserved_registers_are_checked(void **state)
{
	static const uint64_t bad_w1[] = { 1, 2 << 16, 1 << 16 | 1, 0x80000000 };
	const struct message msg = good_message(40);
	struct world *w = *state;

	map(w, 1);
	write_message(&w->vms[0], &msg, 40);
	for (unsigned int i = 0; i < sizeof(bad_w1) / sizeof(bad_w1[0]); i++)
		expect_refused(w, &w->vms[0], VFFA_INVALID_PARAMETERS, FFA_MSG_SEND2, bad_w1[i]);
	for (unsigned int i = 2; i < VFFA_NR_REGS_SHORT; i++) {
		struct vffa_regs regs = { { FFA_MSG_SEND2 } };

		/* In w2 that would be the flag of partitions. */
		regs.x[i] = 2;
		expect_error(guest_call(&w->vms[0], 0, regs), VFFA_INVALID_PARAMETERS);
	}
	assert_int_equal(w->port.spmc.parts[FAKE_SP_ECHO].mail, 0);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void a_receiver_that_has_not_released_is_busy(void **state)
{
	const struct message msg = good_message(40);
	struct world *w = *state;

	map(w, 1);
	write_message(&w->vms[0], &msg, 40);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
	expect_error(CALL(&w->vms[0], FFA_MSG_SEND2), VFFA_BUSY);
	expect_mail(w, 40, &nil);
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void answers_of_the_spmc_reach_the_sender(void **state)
{
	static const struct {
		struct vffa_regs answer;
		enum vffa_ret ret;
	} answers[] = {
		{ { { FFA_ERROR, 0, (uint32_t)VFFA_RETRY } }, VFFA_RETRY },
		{ { { FFA_ERROR, 0, (uint32_t)VFFA_NO_MEMORY } }, VFFA_NO_MEMORY },
		{ { { FFA_ERROR, 0, 77 } }, VFFA_ABORTED },
		{ { { FFA_INTERRUPT, 0x80010000 } }, VFFA_ABORTED },
		{ { { 0 } }, VFFA_ABORTED },
	};
	const struct message msg = good_message(40);
	struct world *w = *state;

	map(w, 1);
	write_message(&w->vms[0], &msg, 40);
	for (unsigned int i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		fake_spmc_script(&w->port.spmc, FFA_MSG_SEND2, answers[i].answer);
		expect_error(CALL(&w->vms[0], FFA_MSG_SEND2), answers[i].ret);
	}
	fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
	expect_error(CALL(&w->vms[0], FFA_MSG_SEND2), VFFA_INTERRUPTED);
	assert_int_equal(w->port.spmc.parts[FAKE_SP_ECHO].mail, 0);
}

/* Writes another receiver while the SPMC has the message, as another vCPU would. */
static void change_header(void *arg)
{
	struct world *w = arg;
	uint16_t dst = FAKE_ID(FAKE_SP_PINNED);

	memcpy(w->vms[0].ram + 12, &dst, 2);
}

SPEC("1.2", "FFA_MSG_SEND2")
static void a_header_that_changes_meanwhile_is_not_what_the_spmc_reads(void **state)
{
	const struct message msg = good_message(40);
	struct world *w = *state;

	map(w, 1);
	write_message(&w->vms[0], &msg, 40);
	w->port.during_smc = change_header;
	w->port.during_arg = w;
	expect_regs(CALL(&w->vms[0], FFA_MSG_SEND2), FFA_SUCCESS_32);
	expect_mail(w, 40, &nil);
}

SPEC("1.0", "FFA_MSG_SEND2")
static void before_1_1_there_are_no_such_messages(void **state)
{
	struct world *w = *state;

	map(w, 1);
	expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_MSG_SEND2);
	assert_null(fake_spmc_pair(&w->port.spmc, 1));
	assert_int_equal(w->vms[0].nr_own, 0);
}

static void expect_none(struct world *w)
{
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_false(w->relay.spmc.offers & VFFA_SPMC_INDIRECT);
	assert_int_equal(world_start_vm(w, 0), VFFA_OK);
	world_negotiate(w, 0, 2);
	map(w, 1);
	expect_refused(w, &w->vms[0], VFFA_NOT_SUPPORTED, FFA_MSG_SEND2);
	assert_null(fake_spmc_pair(&w->port.spmc, 1));
}

SPEC("1.2", "FFA_FEATURES")
static void there_are_none_where_the_spmc_has_none(void **state)
{
	struct world *w = *state;

	w->port.spmc.no_features[0] = FFA_MSG_SEND2;
	expect_none(w);
}

SPEC("1.2", "FFA_FEATURES")
static void there_are_none_where_the_spmc_does_not_track_rx(void **state)
{
	struct world *w = *state;

	w->port.spmc.no_features[0] = FFA_RX_ACQUIRE;
	expect_none(w);
}

SPEC("1.2", "FFA_FEATURES")
static void there_are_none_where_the_spmc_wants_large_buffers(void **state)
{
	static uint8_t buffers[2][4 * FFA_PAGE_SIZE] __attribute__((aligned(4 * FFA_PAGE_SIZE)));
	struct world *w = *state;

	/* 16 KiB, as the relay's own buffers have to be, too. */
	w->port.spmc.rxtx_props = FFA_RXTX_GRANULE_16K;
	w->config.tx = buffers[0];
	w->config.rx = buffers[1];
	w->config.tx_pa.addr = (uintptr_t)buffers[0];
	w->config.rx_pa.addr = (uintptr_t)buffers[1];
	w->config.nr_pages = 4;
	expect_none(w);
}

/* A guest of 1.@minor with notifications that sees @service alone, or all, over an SPMC of @version. */
static void start_receiver(struct world *w, uint32_t version, uint32_t minor,
			   const struct vffa_uuid *service)
{
	const struct vffa_part_rule rule = { .allow = true, .uuid = service ? *service : nil };
	const struct vffa_part_rules rules = { &rule, 1 };

	w->port.spmc.version = version;
	w->port.spmc.sri = 8;
	w->npi = FAKE_NPI;
	assert_int_equal(vffa_relay_start(&w->relay, &w->config), VFFA_OK);
	assert_int_equal(world_start_vm_seeing(w, 0, service ? &rules : NULL, NULL), VFFA_OK);
	world_negotiate(w, 0, minor);
	map(w, 1);
}

/* The SPMC has sent it "hello" from a partition. */
static void deliver(struct world *w, unsigned int sp, uint32_t offset, uint32_t size)
{
	struct message msg = { .offset = offset, .dst = 1, .src = FAKE_ID(sp), .size = size };
	uint8_t *rx = w->vms[0].ram + (RX - FAKE_RAM_IPA);

	memset(rx, 0xEE, FFA_PAGE_SIZE);
	memcpy(rx, &msg, 20);
	memcpy(rx + offset, "hello", 5);
	fake_spmc_pair(&w->port.spmc, 1)->state = FAKE_RX_FULL;
	w->port.spmc.notifs[1].framework = FFA_NOTIF_RX_FULL;
}

static void receive(struct world *w, uint32_t version, uint32_t minor, uint32_t offset,
		    uint32_t size)
{
	start_receiver(w, version, minor, NULL);
	deliver(w, FAKE_SP_ECHO, offset, size);
}

static void expect_received(struct world *w, uint32_t offset, uint32_t size)
{
	const struct message want = {
		.offset = offset, .dst = 1, .src = FAKE_ID(FAKE_SP_ECHO), .size = size
	};
	const uint8_t *rx = w->vms[0].ram + (RX - FAKE_RAM_IPA);

	assert_memory_equal(rx, &want, offset < 40 ? 20 : 40);
	assert_memory_equal(rx + offset, "hello", 5);
}

#define GET_SPM(w)     CALL(&(w)->vms[0], FFA_NOTIFICATION_GET, 1, FFA_NOTIF_GET_SPM)
#define expect_full(w) expect_regs(GET_SPM(w), FFA_SUCCESS_32, 0, 0, 0, 0, 0, FFA_NOTIF_RX_FULL)

SPEC("1.2", "FFA_NOTIFICATION_GET")
static void a_1_2_guest_gets_its_own_header(void **state)
{
	struct world *w = *state;

	receive(w, FFA_VERSION_1_1, 2, 20, 5);
	expect_full(w);
	expect_received(w, 40, 5);
	/* Once: it is right now, and the guest's. */
	w->port.spmc.notifs[1].framework = FFA_NOTIF_RX_FULL;
	expect_full(w);
	expect_received(w, 40, 5);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
}

/* It may come while the guest is on its way to wait for it. */
static void message_is_kept_until_the_guest_hears_of_it(struct world *w, uint32_t minor)
{
	receive(w, FFA_VERSION_1_2, minor, 40, 5);
	assert_int_equal(CALL(&w->vms[0], FFA_MSG_WAIT).x[0], FFA_RUN);
	assert_int_equal(fake_spmc_pair(&w->port.spmc, 1)->state, FAKE_RX_FULL);
	expect_full(w);
	assert_int_equal(CALL(&w->vms[0], FFA_MSG_WAIT).x[0], FFA_RUN);
	assert_int_not_equal(fake_spmc_pair(&w->port.spmc, 1)->state, FAKE_RX_FULL);
	/* And the next again. */
	deliver(w, FAKE_SP_ECHO, 40, 5);
	assert_int_equal(CALL(&w->vms[0], FFA_MSG_WAIT).x[0], FFA_RUN);
	assert_int_equal(fake_spmc_pair(&w->port.spmc, 1)->state, FAKE_RX_FULL);
}

/* It has read and released one before it was told: what it is told then is not about the next. */
SPEC("1.2", "FFA_MSG_WAIT")
static void what_is_told_late_is_about_the_message_before(void **state)
{
	struct world *w = *state;

	receive(w, FFA_VERSION_1_2, 2, 40, 5);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
	expect_full(w);
	deliver(w, FAKE_SP_ECHO, 40, 5);
	assert_int_equal(CALL(&w->vms[0], FFA_MSG_WAIT).x[0], FFA_RUN);
	assert_int_equal(fake_spmc_pair(&w->port.spmc, 1)->state, FAKE_RX_FULL);
}

SPEC("1.1", "FFA_MSG_WAIT")
static void message_is_kept_until_a_1_1_guest_hears_of_it(void **state)
{
	message_is_kept_until_the_guest_hears_of_it(*state, 1);
}

SPEC("1.2", "FFA_MSG_WAIT")
static void message_is_kept_until_a_1_2_guest_hears_of_it(void **state)
{
	message_is_kept_until_the_guest_hears_of_it(*state, 2);
}

SPEC("1.2", "FFA_NOTIFICATION_GET")
static void room_for_the_header_is_cleared(void **state)
{
	struct world *w = *state;

	receive(w, FFA_VERSION_1_1, 2, 40, 5);
	expect_full(w);
	expect_received(w, 40, 5);
}

static void a_message_that_fills_rx_stays_as_it_is(void **state)
{
	struct world *w = *state;

	receive(w, FFA_VERSION_1_1, 2, 20, FFA_PAGE_SIZE - 39);
	expect_full(w);
	expect_received(w, 20, FFA_PAGE_SIZE - 39);
}

static void a_message_with_a_header_for_the_guest_stays_as_it_is(void **state)
{
	struct world *w = *state;

	receive(w, FFA_VERSION_1_1, 1, 20, 5);
	expect_full(w);
	expect_received(w, 20, 5);
	assert_int_equal(fake_nr_calls(&w->port, FFA_RX_ACQUIRE), 0);
}

/* Then the SPMC may be writing the next one. */
static void rx_that_the_guest_has_released_is_not_touched(void **state)
{
	struct world *w = *state;

	receive(w, FFA_VERSION_1_1, 2, 20, 5);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
	expect_full(w);
	expect_received(w, 20, 5);
	assert_int_equal(fake_spmc_pair(&w->port.spmc, 1)->state, FAKE_RX_EMPTY);
}

/* What is in RX may be the guest's own nonsense: it stays within RX. */
static void nonsense_in_rx_harms_nobody(void **state)
{
	static const uint32_t sizes[] = { 0, FFA_PAGE_SIZE - 40, FFA_PAGE_SIZE, UINT32_MAX };
	struct world *w = *state;
	uint8_t *rx = w->vms[0].ram + (RX - FAKE_RAM_IPA);
	const uint16_t src = FAKE_ID(FAKE_SP_ECHO);

	receive(w, FFA_VERSION_1_1, 2, 20, 5);
	memset(rx + FFA_PAGE_SIZE, 0x77, FFA_PAGE_SIZE);
	for (uint32_t offset = 0; offset < 48; offset++) {
		for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			memset(rx, 0, 20);
			memcpy(rx + 8, &offset, 4);
			memcpy(rx + 14, &src, 2);
			memcpy(rx + 16, &sizes[i], 4);
			w->port.spmc.notifs[1].framework = FFA_NOTIF_RX_FULL;
			expect_full(w);
		}
	}
	for (unsigned int i = 0; i < FFA_PAGE_SIZE; i++)
		assert_int_equal(rx[FFA_PAGE_SIZE + i], 0x77);
}

#define expect_nothing(w) expect_regs(GET_SPM(w), FFA_SUCCESS_32)

static void a_message_of_who_is_not_seen_is_gone(struct world *w, uint32_t version, uint32_t minor)
{
	const uint8_t *rx = w->vms[0].ram + (RX - FAKE_RAM_IPA);

	start_receiver(w, version, minor, &echo);
	deliver(w, FAKE_SP_PINNED, 20, 5);
	expect_nothing(w);
	assert_int_equal(fake_spmc_pair(&w->port.spmc, 1)->state, FAKE_RX_EMPTY);
	for (unsigned int i = 0; i < FFA_PAGE_SIZE; i++)
		assert_int_equal(rx[i], 0);
	expect_refused(w, &w->vms[0], VFFA_DENIED, FFA_RX_RELEASE);

	/* RX is free for others. */
	deliver(w, FAKE_SP_ECHO, 20, 5);
	expect_full(w);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
	/* Who is not in the list nobody sees, and neither does who has no id of a partition. */
	deliver(w, FAKE_NR_SPS, 20, 5);
	expect_nothing(w);
	deliver(w, 0x7FFF, 20, 5);
	expect_nothing(w);
}

SPEC("1.2", "FFA_NOTIFICATION_GET")
static void who_is_not_seen_sends_nothing(void **state)
{
	a_message_of_who_is_not_seen_is_gone(*state, FFA_VERSION_1_2, 2);
}

SPEC("1.1", "FFA_NOTIFICATION_GET")
static void who_is_not_seen_sends_nothing_to_a_1_1_guest(void **state)
{
	a_message_of_who_is_not_seen_is_gone(*state, FFA_VERSION_1_2, 1);
}

SPEC("1.1", "FFA_NOTIFICATION_GET")
static void who_is_not_seen_sends_nothing_by_a_1_1_spmc(void **state)
{
	a_message_of_who_is_not_seen_is_gone(*state, FFA_VERSION_1_1, 2);
}

/* Without a message RX is the guest's memory, whatever is in it. */
static void rx_without_a_message_is_not_erased(void **state)
{
	struct world *w = *state;
	const uint8_t *rx = w->vms[0].ram + (RX - FAKE_RAM_IPA);

	start_receiver(w, FFA_VERSION_1_2, 2, &echo);
	deliver(w, FAKE_SP_PINNED, 20, 5);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
	expect_full(w);
	assert_memory_equal(rx + 20, "hello", 5);

	/* Nor is what the relay has written for the guest. */
	assert_int_equal(CALL(&w->vms[0], FFA_PARTITION_INFO_GET).x[0], FFA_SUCCESS_32);
	w->port.spmc.notifs[1].framework = FFA_NOTIF_RX_FULL;
	expect_full(w);
	assert_int_equal(fake_spmc_pair(&w->port.spmc, 1)->state, FAKE_RX_ELSEWHERE);
}

/* RX stays full, as long as the SPMC wants it so; but nobody hears of it. */
static void a_hidden_message_that_cannot_be_released_stays_hidden(void **state)
{
	const struct vffa_regs denied = { { FFA_ERROR, 0, (uint32_t)VFFA_DENIED } };
	struct world *w = *state;

	start_receiver(w, FFA_VERSION_1_2, 2, &echo);
	deliver(w, FAKE_SP_PINNED, 20, 5);
	fake_spmc_script(&w->port.spmc, FFA_RX_RELEASE, denied);
	expect_nothing(w);
	expect_regs(CALL(&w->vms[0], FFA_RX_RELEASE), FFA_SUCCESS_32);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_1_1_message_gets_the_header_of_the_spmc, world_setup_1_1),
		TEST(a_1_2_message_names_a_service, world_setup_1_2),
		TEST(a_1_2_sender_may_write_the_older_header, world_setup_1_2),
		TEST(a_1_1_spmc_gets_its_own_header, world_setup),
		TEST(a_message_without_payload_is_one, world_setup_1_2),
		TEST(a_wrong_header_reaches_nobody, world_setup_1_2),
		TEST(who_takes_no_messages_gets_none, world_setup_1_2),
		TEST(who_is_not_seen_gets_none, world_setup_relay),
		TEST(a_message_too_long_for_its_new_header_is_no_memory, world_setup_1_1),
		TEST(reserved_registers_are_checked, world_setup_1_2),
		TEST(a_receiver_that_has_not_released_is_busy, world_setup_1_2),
		TEST(answers_of_the_spmc_reach_the_sender, world_setup_1_2),
		TEST(a_header_that_changes_meanwhile_is_not_what_the_spmc_reads, world_setup_1_2),
		TEST(before_1_1_there_are_no_such_messages, world_setup_1_0),
		TEST(there_are_none_where_the_spmc_has_none, world_setup),
		TEST(there_are_none_where_the_spmc_does_not_track_rx, world_setup),
		TEST(there_are_none_where_the_spmc_wants_large_buffers, world_setup),
		TEST(a_1_2_guest_gets_its_own_header, world_setup),
		TEST(message_is_kept_until_a_1_1_guest_hears_of_it, world_setup),
		TEST(what_is_told_late_is_about_the_message_before, world_setup),
		TEST(message_is_kept_until_a_1_2_guest_hears_of_it, world_setup),
		TEST(room_for_the_header_is_cleared, world_setup),
		TEST(a_message_that_fills_rx_stays_as_it_is, world_setup),
		TEST(a_message_with_a_header_for_the_guest_stays_as_it_is, world_setup),
		TEST(rx_that_the_guest_has_released_is_not_touched, world_setup),
		TEST(nonsense_in_rx_harms_nobody, world_setup),
		TEST(who_is_not_seen_sends_nothing, world_setup),
		TEST(who_is_not_seen_sends_nothing_to_a_1_1_guest, world_setup),
		TEST(who_is_not_seen_sends_nothing_by_a_1_1_spmc, world_setup),
		TEST(rx_without_a_message_is_not_erased, world_setup),
		TEST(a_hidden_message_that_cannot_be_released_stays_hidden, world_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
