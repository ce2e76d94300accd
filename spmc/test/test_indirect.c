// SPDX-License-Identifier: GPL-2.0-only
/* RX/TX buffers of VMs, and indirect messages. Layouts are written out here, byte by byte. */
#include "nwd.h"

#define VM    3u
#define VM_TX VM_RAM
#define VM_RX (VM_RAM + 0x10000)

static void put_range(uint8_t *at, uint64_t pa, uint32_t nr_pages)
{
	put64(at, pa);
	put32(at + 8, nr_pages);
	put32(at + 12, 0);
}

/* Two pages each, of which RX's are scattered. */
static struct vffa_regs map_vm(struct nwd *n, uint16_t vm)
{
	uint8_t *d = n->tx;

	memset(d, 0, 256);
	put16(d, vm);
	put32(d + 4, 16);
	put32(d + 8, 64);
	put32(d + 16, 2);
	put32(d + 20, 2);
	put_range(d + 32, VM_RX, 1);
	put_range(d + 48, VM_RX + 0x4000, 1);
	put32(d + 64, 2);
	put32(d + 68, 1);
	put_range(d + 80, VM_TX, 2);
	return CALL(n, FID64(FN_RXTX_MAP));
}

static void vm_buffers_are_registered(void **state)
{
	struct nwd *n = *state;

	expect_success(map_vm(n, VM));
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 6);
	expect_error(map_vm(n, VM), E_DENIED);
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP), VM << 16));
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 2);
	expect_error(CALL(n, FID32(FN_RXTX_UNMAP), VM << 16), E_INVALID);
	expect_error(CALL(n, FID32(FN_RXTX_UNMAP), VM << 16 | 1), E_INVALID);
}

/* The same buffers as map_vm()'s. */
static void write_1_0(struct nwd *n, uint16_t vm)
{
	uint8_t *d = n->tx;

	memset(d, 0, 256);
	put16(d, vm);
	put32(d + 4, 2);
	put32(d + 8, 1);
	put_range(d + 12, VM_RX, 1);
	put_range(d + 28, VM_RX + 0x4000, 1);
	put_range(d + 44, VM_TX, 2);
}

static void vm_buffers_are_registered_in_1_0(void **state)
{
	struct nwd *n = *state;

	write_1_0(n, VM);
	expect_success(CALL(n, FID64(FN_RXTX_MAP)));
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 6);
	expect_error(CALL(n, FID64(FN_RXTX_MAP)), E_DENIED);
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP), VM << 16));
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 2);
	expect_error(CALL(n, FID32(FN_RX_RELEASE), VM), E_INVALID);
	/* Another version's descriptor. */
	expect_error(map_vm(n, VM), E_INVALID);
}

static void vm_buffers_are_checked_in_1_0(void **state)
{
	static const struct {
		uint32_t offset;
		uint32_t value;
		int status;
	} bad[] = {
		{ 0, 0, E_INVALID },
		{ 0, 0x8001, E_INVALID },
		{ 0, 1 << 16 | VM, E_INVALID },
		{ 4, 0, E_INVALID },
		{ 4, 3, E_INVALID },
		{ 4, 255, E_INVALID },
		{ 4, 0xFFFFFFFF, E_INVALID },
		{ 8, 0, E_INVALID },
		{ 8, 254, E_INVALID },
		{ 8, 0xFFFFFFFF, E_INVALID },
		{ 12, 1, E_INVALID },
		{ 16, 1, E_INVALID },
		{ 20, 0, E_INVALID },
		{ 20, 2, E_INVALID },
		{ 20, 17, E_NO_MEMORY },
		{ 24, 1, E_INVALID },
		{ 52, 1, E_INVALID },
	};
	struct nwd *n = *state;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_1_0(n, VM);
		put32(n->tx + bad[i].offset, bad[i].value);
		expect_error(CALL(n, FID64(FN_RXTX_MAP)), bad[i].status);
		assert_int_equal(spmc_inproc_nr_mapped(n->p), 2);
	}
}

/* Every byte of the descriptor that could be wrong, once. */
static void vm_buffers_are_checked(void **state)
{
	static const struct {
		uint32_t offset;
		uint32_t value;
		int status;
	} bad[] = {
		{ 0, 0, E_INVALID },  { 0, 0x8001, E_INVALID }, { 0, 1 << 16 | VM, E_INVALID },
		{ 4, 12, E_INVALID }, { 4, 4096, E_INVALID },	{ 8, 0xFFFFFFF8, E_INVALID },
		{ 16, 3, E_INVALID }, { 20, 0, E_INVALID },	{ 20, 0xFFFFFFFF, E_INVALID },
		{ 24, 1, E_INVALID }, { 32, 1, E_INVALID },	{ 36, 1, E_INVALID },
		{ 40, 0, E_INVALID }, { 40, 17, E_NO_MEMORY },	{ 40, 0xFFFFFFFF, E_NO_MEMORY },
		{ 44, 1, E_INVALID }, { 64, 1, E_INVALID },	{ 88, 1, E_INVALID },
	};
	struct nwd *n = *state;
	struct vffa_regs regs;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect_success(map_vm(n, VM));
		expect_success(CALL(n, FID32(FN_RXTX_UNMAP), VM << 16));
		put32(n->tx + bad[i].offset, bad[i].value);
		regs = CALL(n, FID64(FN_RXTX_MAP));
		expect_error(regs, bad[i].status);
		assert_int_equal(spmc_inproc_nr_mapped(n->p), 2);
	}
}

static void buffers_need_mappings(void **state)
{
	struct nwd *n = *state;

	for (unsigned int nth = 1; nth <= 4; nth++) {
		expect_success(map_vm(n, VM));
		expect_success(CALL(n, FID32(FN_RXTX_UNMAP), VM << 16));
		spmc_inproc_fail_map(n->p, nth);
		expect_error(map_vm(n, VM), E_NO_MEMORY);
		assert_int_equal(spmc_inproc_nr_mapped(n->p), 2);
	}
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	expect_error(map_vm(n, VM), E_INVALID);
	for (unsigned int nth = 1; nth <= 2; nth++) {
		spmc_inproc_fail_map(n->p, nth);
		expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 1), E_NO_MEMORY);
	}
	expect_success(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, NWD_RX, 1));
}

static void rx_of_a_vm_changes_hands(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID32(FN_RX_ACQUIRE), VM), E_INVALID);
	expect_error(CALL(n, FID32(FN_RX_RELEASE), VM), E_INVALID);
	expect_success(map_vm(n, VM));
	expect_error(CALL(n, FID32(FN_RX_RELEASE), VM), E_DENIED);
	expect_success(CALL(n, FID32(FN_RX_ACQUIRE), VM));
	expect_error(CALL(n, FID32(FN_RX_ACQUIRE), VM), E_DENIED);
	expect_success(CALL(n, FID32(FN_RX_RELEASE), VM));
	expect_error(CALL(n, FID32(FN_RX_ACQUIRE), 0), E_INVALID);
	expect_error(CALL(n, FID32(FN_RX_ACQUIRE), 0x10003), E_INVALID);
	expect_error(CALL(n, FID32(FN_RX_ACQUIRE), VM, 1), E_INVALID);
}

/* A message in the VM's TX, with the header of a version; its payload crosses a page. */
static struct vffa_regs send(struct nwd *n, uint32_t header, uint16_t to, uint32_t size)
{
	uint8_t *tx = spmc_inproc_ram(n->p, VM_TX);

	memset(tx, 0, 0x2000);
	put32(tx + 8, header);
	put16(tx + 12, to);
	put16(tx + 14, VM);
	put32(tx + 16, size);
	for (uint32_t i = 0; i < size && header + i < 0x2000; i++)
		tx[header + i] = (uint8_t)(i * 7);
	return CALL(n, FID32(FN_MSG_SEND2), VM << 16);
}

/* It keeps its RX while it waits, where it can say so. */
static void run_mailer(struct nwd *n)
{
	struct vffa_regs regs = CALL(n, FID32(FN_RUN), ids_word(SP_ID_MAILER, 0));

	assert_int_equal(regs.x[2] & ~(uint64_t)MSG_WAIT_RETAIN_RX, 0);
	regs.x[2] = 0;
	expect(regs, FID32(FN_MSG_WAIT), ids_word(SP_ID_MAILER, 0));
}

static void expect_mail(struct nwd *n, uint32_t header, uint32_t size)
{
	const uint8_t *rx[2] = { spmc_inproc_ram(n->p, VM_RX),
				 spmc_inproc_ram(n->p, VM_RX + 0x4000) };

	assert_int_equal(get32(rx[0]), 0);
	assert_int_equal(get32(rx[0] + 8), header);
	assert_int_equal(get16(rx[0] + 12), VM);
	assert_int_equal(get16(rx[0] + 14), SP_ID_MAILER);
	assert_int_equal(get32(rx[0] + 16), size);
	for (uint32_t i = header; i < header + size; i++)
		assert_int_equal(rx[i / 4096][i % 4096], (uint8_t)((i - header) * 7));
}

static void a_message_goes_there_and_back(void **state)
{
	struct nwd *n = *state;

	expect_success(map_vm(n, VM));
	expect_success(CALL(n, FID32(FN_NOTIFICATION_BITMAP_CREATE), VM, 1));
	expect_success(send(n, 40, SP_ID_MAILER, 4000));
	expect(CALL(n, FID64(FN_NOTIFICATION_INFO_GET)), FID64(FN_SUCCESS), 0, 1 << 7,
	       SP_ID_MAILER);
	expect_error(send(n, 40, SP_ID_MAILER, 1), E_BUSY);
	run_mailer(n);
	expect_mail(n, 40, 4000);
	expect(CALL(n, FID64(FN_NOTIFICATION_INFO_GET)), FID64(FN_SUCCESS), 0, 1 << 7, VM);
	expect(CALL(n, FID32(FN_NOTIFICATION_GET), VM, NOTIF_GET_SPM), FID32(FN_SUCCESS), 0, 0, 0,
	       0, 0, NOTIF_RX_FULL);

	/* RX is the VM's until it lets go. */
	expect_error(CALL(n, FID32(FN_RX_ACQUIRE), VM), E_DENIED);
	expect_success(send(n, 40, SP_ID_MAILER, 8));
	run_mailer(n);
	expect_resp(REQ(n, VM, SP_ID_MAILER, 0), VM, SP_ID_MAILER, (uint32_t)E_BUSY);
	expect_mail(n, 40, 4000);
	/* Two wait: one in the mailer's TX, one in its RX. Nobody else is heard, and none is lost. */
	expect_success(send(n, 20, SP_ID_MAILER, 9));
	run_mailer(n);
	expect_error(send(n, 40, SP_ID_MAILER, 1), E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE), VM));
	run_mailer(n);
	expect_mail(n, 40, 8);
	expect_success(CALL(n, FID32(FN_RX_RELEASE), VM));
	expect_resp(REQ(n, VM, SP_ID_MAILER, 0), VM, SP_ID_MAILER);
	expect_mail(n, 40, 9);
}

/* Nobody asks the mailer, and nobody gives it cycles: its timer does. */
static void an_answer_is_tried_again(void **state)
{
	struct nwd *n = *state;

	expect_success(map_vm(n, VM));
	expect_success(CALL(n, FID32(FN_RX_ACQUIRE), VM));
	expect_success(send(n, 20, SP_ID_MAILER, 8));
	run_mailer(n);
	for (unsigned int i = 0; i < 3; i++)
		assert_true(spmc_inproc_timer(n->p, 0));
	expect_success(CALL(n, FID32(FN_RX_RELEASE), VM));
	assert_true(spmc_inproc_timer(n->p, 0));
	expect_mail(n, 20, 8);
	assert_false(spmc_inproc_timer(n->p, 0));
}

/* The next VM with the id does not get it. */
static void an_answer_is_not_kept_for_a_vm_that_ends(void **state)
{
	struct nwd *n = *state;

	expect_success(map_vm(n, VM));
	expect_success(CALL(n, FID32(FN_RX_ACQUIRE), VM));
	expect_success(send(n, 40, SP_ID_MAILER, 8));
	run_mailer(n);
	expect(CALL(n, FID32(FN_DIRECT_REQ), SP_ID_MAILER, MSG_VM_DESTROYED, 0, 0, VM),
	       FID32(FN_DIRECT_RESP), ids_word(SP_ID_MAILER, 0), MSG_VM_DESTROYED + 1, 0, 0, VM);
	expect_success(CALL(n, FID32(FN_RX_RELEASE), VM));
	run_mailer(n);
	expect_success(CALL(n, FID32(FN_RX_ACQUIRE), VM));
}

static void a_1_1_header_has_20_bytes(void **state)
{
	struct nwd *n = *state;

	expect_success(map_vm(n, VM));
	expect_success(send(n, 20, SP_ID_MAILER, 100));
	run_mailer(n);
	expect_mail(n, 20, 100);
}

/* The next VM with the id has nothing to do with it. */
static void mail_of_a_vm_that_ends_is_not_returned(void **state)
{
	struct nwd *n = *state;

	expect_success(map_vm(n, VM));
	expect_success(send(n, 20, SP_ID_MAILER, 100));
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP), VM << 16));
	expect(CALL(n, FID32(FN_DIRECT_REQ), SP_ID_MAILER, MSG_VM_DESTROYED, 0, 0, VM),
	       FID32(FN_DIRECT_RESP), ids_word(SP_ID_MAILER, 0), MSG_VM_DESTROYED + 1, 0, 0, VM);
	expect_success(map_vm(n, VM));
	run_mailer(n);
	expect_success(CALL(n, FID32(FN_RX_ACQUIRE), VM));
	expect_success(CALL(n, FID32(FN_RX_RELEASE), VM));
	expect_success(send(n, 20, SP_ID_MAILER, 8));
	run_mailer(n);
	expect_mail(n, 20, 8);
}

/* Another's is. */
static void mail_of_others_stays(void **state)
{
	struct nwd *n = *state;

	expect_success(map_vm(n, VM));
	expect_success(send(n, 20, SP_ID_MAILER, 100));
	expect(CALL(n, FID32(FN_DIRECT_REQ), SP_ID_MAILER, MSG_VM_DESTROYED, 0, 0, VM + 1),
	       FID32(FN_DIRECT_RESP), ids_word(SP_ID_MAILER, 0), MSG_VM_DESTROYED + 1, 0, 0,
	       VM + 1);
	/* It was told of that, and will not be again. */
	assert_true(spmc_inproc_timer(n->p, 0));
	expect_mail(n, 20, 100);
}

static void send2_refuses(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16), E_DENIED);
	expect_success(map_vm(n, VM));
	expect_error(send(n, 40, VM, 8), E_INVALID);
	expect_error(send(n, 40, VM + 1, 8), E_INVALID);
	expect_error(send(n, 40, 0x8123, 8), E_INVALID);
	expect_error(send(n, 40, SP_ID_ECHO, 8), E_DENIED);
	expect_error(send(n, 16, SP_ID_MAILER, 8), E_INVALID);
	expect_error(send(n, 40, SP_ID_MAILER, 0x2000 - 39), E_INVALID);
	expect_error(send(n, 0x2001, SP_ID_MAILER, 0), E_INVALID);
	expect_error(send(n, 40, SP_ID_MAILER, 0xFFFFFFFF), E_INVALID);
	expect_error(send(n, 40, SP_ID_MAILER, 4096), E_NO_MEMORY);
	expect_error(send(n, 40, 0, 8), E_INVALID);
	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16, 2), E_INVALID);
	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16 | 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16, 0, 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_MSG_SEND2), (uint32_t)SP_ID_ECHO << 16), E_INVALID);
	expect_success(send(n, 40, SP_ID_MAILER, 8));
	expect_error(send(n, 40, SP_ID_MAILER, 8), E_BUSY);
}

static void send2_reads_every_field(void **state)
{
	struct nwd *n = *state;
	uint8_t *tx = spmc_inproc_ram(n->p, VM_TX);

	expect_success(map_vm(n, VM));
	expect_error(send(n, 40, SP_ID_ECHO, 8), E_DENIED);
	put16(tx + 12, SP_ID_MAILER);
	put32(tx, 1); /* flags */
	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16), E_INVALID);
	put32(tx, 0);
	put32(tx + 4, 1);
	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16), E_INVALID);
	put32(tx + 4, 0);
	put32(tx + 20, 1);
	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16), E_INVALID);
	put32(tx + 20, 0);
	tx[24] = 1; /* not a service of the mailer's */
	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16), E_INVALID);
	memcpy(tx + 24, "\x3c\x3a\xf0\x9a\x9c\x21\x4d\x34\xbc\xf1\x31\xb2\xb6\xdc\xbd\x08", 16);
	put16(tx + 14, VM + 1);
	expect_error(CALL(n, FID32(FN_MSG_SEND2), VM << 16), E_INVALID);
	put16(tx + 14, VM);
	expect_success(CALL(n, FID32(FN_MSG_SEND2), VM << 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(vm_buffers_are_registered, nwd_setup_1_1),
		TEST(vm_buffers_are_registered, nwd_setup_1_2),
		TEST(vm_buffers_are_checked, nwd_setup_1_1),
		TEST(vm_buffers_are_checked, nwd_setup_1_2),
		TEST(vm_buffers_are_registered_in_1_0, nwd_setup_1_0),
		TEST(vm_buffers_are_checked_in_1_0, nwd_setup_1_0),
		TEST(buffers_need_mappings, nwd_setup_1_1),
		TEST(buffers_need_mappings, nwd_setup_1_2),
		TEST(rx_of_a_vm_changes_hands, nwd_setup_1_1),
		TEST(rx_of_a_vm_changes_hands, nwd_setup_1_2),
		TEST(a_message_goes_there_and_back, nwd_setup_1_2),
		TEST(a_1_1_header_has_20_bytes, nwd_setup_1_1),
		TEST(mail_of_a_vm_that_ends_is_not_returned, nwd_setup_1_1),
		TEST(mail_of_others_stays, nwd_setup_1_1),
		TEST(an_answer_is_tried_again, nwd_setup_1_1),
		TEST(an_answer_is_not_kept_for_a_vm_that_ends, nwd_setup_1_1),
		TEST(send2_refuses, nwd_setup_1_1),
		TEST(send2_refuses, nwd_setup_1_2),
		TEST(send2_reads_every_field, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("indirect", tests, NULL, NULL);
}
