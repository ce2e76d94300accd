// SPDX-License-Identifier: GPL-2.0-only
/* Direct messages: between worlds, between partitions, and the framework's. */
#include "nwd.h"

#define VM 3u

/* What makes the yielder issue a call and report w0-w3 of the answer. */
static struct vffa_regs sp_call(struct nwd *n, uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3)
{
	return CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_YIELDER), 0, SP_CALL, w0, w1, w2,
		    w3);
}

static void expect_sp_error_at(struct vffa_regs regs, int status, const char *file, int line)
{
	const struct vffa_regs want = { { FID64(FN_DIRECT_RESP), ids_word(SP_ID_YIELDER, VM), 0, 0,
					  FID32(FN_ERROR), 0, (uint32_t)status } };

	expect_regs_at(regs, want, file, line);
}

#define expect_sp_error(regs, status) expect_sp_error_at(regs, status, __FILE__, __LINE__)

static void direct_req_32_carries_five_words(void **state)
{
	struct nwd *n = *state;

	expect_resp(REQ(n, VM, SP_ID_ECHO, 1, 0x200000002, 3, 4, 5), VM, SP_ID_ECHO, 1, 2, 3, 4, 5);
	expect_resp(REQ(n, 0, SP_ID_ECHO, 9), 0, SP_ID_ECHO, 9);
}

static void direct_req_64_carries_five_registers(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_ECHO), 0, ~0ull, 2, 3, 4, 5, 0xBAD),
	       FID64(FN_DIRECT_RESP), ids_word(SP_ID_ECHO, VM), 0, ~0ull, 2, 3, 4, 5);
}

static void direct_req2_carries_fourteen_registers(void **state)
{
	struct nwd *n = *state;
	struct vffa_regs in = { { FID64(FN_DIRECT_REQ2), ids_word(VM, SP_ID_ECHO) } };
	struct vffa_regs want = { { FID64(FN_DIRECT_RESP2), ids_word(SP_ID_ECHO, VM) } };

	for (unsigned int i = 4; i < VFFA_NR_REGS; i++)
		want.x[i] = in.x[i] = i * 0x1111111111111111u;
	expect_regs_at(nwd_call(n, 0, in), want, __FILE__, __LINE__);

	/* The second service, by its UUID. */
	in.x[2] = 0x344D219C9AF03A3Cu;
	in.x[3] = 0x02BDDCB6B231F1BCu;
	expect_regs_at(nwd_call(n, 0, in), want, __FILE__, __LINE__);
	in.x[3]++;
	expect_error(nwd_call(n, 0, in), E_INVALID);
}

static void direct_req2_needs_1_2(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID64(FN_DIRECT_REQ2), ids_word(VM, SP_ID_ECHO)), E_NOT_SUPPORTED);
}

static void direct_req_checks_ids(void **state)
{
	struct nwd *n = *state;

	expect_error(REQ(n, SP_ID_ECHO, VM, 1), E_INVALID);
	expect_error(REQ(n, SP_ID_ECHO, SP_ID_ECHO, 1), E_INVALID);
	expect_error(REQ(n, VM, VM, 1), E_INVALID);
	expect_error(REQ(n, VM, VM + 1, 1), E_INVALID);
	expect_error(REQ(n, VM, 0x8000, 1), E_INVALID);
	expect_error(REQ(n, VM, 0x8123, 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_DIRECT_REQ), ids_word(VM, SP_ID_ECHO), 1), E_INVALID);
}

static void direct_req_needs_the_receivers_property(void **state)
{
	struct nwd *n = *state;

	expect_error(REQ(n, VM, SP_ID_SILENT, 1), E_DENIED);
	expect_error(CALL(n, FID64(FN_DIRECT_REQ2), ids_word(VM, SP_ID_SILENT)), E_DENIED);
}

static void direct_req_needs_the_senders_property(void **state)
{
	struct nwd *n = *state;

	expect_sp_error(sp_call(n, FID32(FN_DIRECT_REQ), ids_word(SP_ID_YIELDER, SP_ID_ECHO), 0, 0),
			E_DENIED);
}

static void partitions_speak_for_themselves_and_to_partitions(void **state)
{
	struct nwd *n = *state;

	expect_sp_error(
		sp_call(n, FID32(FN_DIRECT_REQ), ids_word(SP_ID_ECHO, SP_ID_FORWARDER), 0, 0),
		E_INVALID);
	expect_sp_error(sp_call(n, FID32(FN_DIRECT_REQ), ids_word(SP_ID_YIELDER, VM), 0, 0),
			E_INVALID);
	expect_sp_error(
		sp_call(n, FID32(FN_DIRECT_REQ), ids_word(SP_ID_YIELDER, SP_ID_YIELDER), 0, 0),
		E_INVALID);
}

static void responses_must_fit_their_request(void **state)
{
	struct nwd *n = *state;
	uint32_t ids = ids_word(SP_ID_YIELDER, VM);

	expect_sp_error(sp_call(n, FID64(FN_DIRECT_RESP), ids_word(VM, SP_ID_YIELDER), 0, 0),
			E_INVALID);
	expect_sp_error(sp_call(n, FID64(FN_DIRECT_RESP), ids + 1, 0, 0), E_INVALID);
	expect_sp_error(sp_call(n, FID64(FN_DIRECT_RESP), ids, 1, 0), E_INVALID);
	expect_sp_error(sp_call(n, FID32(FN_DIRECT_RESP), ids, 0, 0), E_INVALID);
	expect_sp_error(sp_call(n, FID64(FN_DIRECT_RESP), ids, MSG_VM_CREATED_RESP, 0), E_DENIED);
	expect_sp_error(sp_call(n, FID64(FN_DIRECT_RESP2), ids, 0, 0), E_DENIED);
	expect_sp_error(sp_call(n, FID32(FN_MSG_WAIT), 0, 0, 0), E_DENIED);
	expect_sp_error(sp_call(n, FID32(FN_ERROR), 0, (uint32_t)E_ABORTED, 0), E_DENIED);
	expect_sp_error(sp_call(n, FID32(FN_MSG_WAIT), 1, 0, 0), E_INVALID);
	expect_sp_error(sp_call(n, FID32(FN_MSG_WAIT), 0, 2, 0), E_INVALID);
	expect_sp_error(sp_call(n, FID32(FN_YIELD), 1, 0, 0), E_INVALID);
}

static void partitions_have_no_hypervisor_calls(void **state)
{
	struct nwd *n = *state;

	expect_sp_error(sp_call(n, FID32(FN_RUN), ids_word(SP_ID_ECHO, 0), 0, 0), E_NOT_SUPPORTED);
}

static void partitions_see_their_own_id(void **state)
{
	struct nwd *n = *state;
	uint32_t ids = ids_word(SP_ID_YIELDER, VM);

	expect(sp_call(n, FID32(FN_ID_GET), 0, 0, 0), FID64(FN_DIRECT_RESP), ids, 0, 0,
	       FID32(FN_SUCCESS), 0, SP_ID_YIELDER);
	expect(sp_call(n, FID32(FN_SPM_ID_GET), 0, 0, 0), FID64(FN_DIRECT_RESP), ids, 0, 0,
	       FID32(FN_SUCCESS), 0, 0x8000);
	expect(sp_call(n, FID32(FN_VERSION), FFA_VERSION_1(2), 0, 0), FID64(FN_DIRECT_RESP), ids, 0,
	       0, FFA_VERSION_1(2));
	expect(sp_call(n, FID32(FN_FEATURES), FID32(FN_YIELD), 0, 0), FID64(FN_DIRECT_RESP), ids, 0,
	       0, FID32(FN_SUCCESS));
	expect_sp_error(sp_call(n, FID32(FN_FEATURES), FID32(FN_RUN), 0, 0), E_NOT_SUPPORTED);
}

static void console_log_checks_its_length(void **state)
{
	struct nwd *n = *state;
	uint32_t ids = ids_word(SP_ID_YIELDER, VM);

	expect(sp_call(n, FID32(FN_CONSOLE_LOG), 5, 0x6C6C6568, 0x6F), FID64(FN_DIRECT_RESP), ids,
	       0, 0, FID32(FN_SUCCESS));
	assert_string_equal(spmc_inproc_console(n->p), "hello");
	expect(sp_call(n, FID64(FN_CONSOLE_LOG), 10, 0x2D2D2D2D6F6C6C65, 0x2A2B),
	       FID64(FN_DIRECT_RESP), ids, 0, 0, FID32(FN_SUCCESS));
	assert_string_equal(spmc_inproc_console(n->p), "helloello----+*");
	expect_sp_error(sp_call(n, FID32(FN_CONSOLE_LOG), 0, 0, 0), E_INVALID);
	expect_sp_error(sp_call(n, FID32(FN_CONSOLE_LOG), 30, 0, 0), E_INVALID);
	expect_sp_error(sp_call(n, FID64(FN_CONSOLE_LOG), 130, 0, 0), E_INVALID);
}

static void forwarder_reaches_the_next_partition(void **state)
{
	struct nwd *n = *state;

	expect_resp(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_ECHO, 7, 8, 9), VM,
		    SP_ID_FORWARDER, 0, 7, 8, 9);
	expect(CALL(n, FID64(FN_DIRECT_REQ2), ids_word(VM, SP_ID_FORWARDER), 0, 0, SP_FORWARD,
		    SP_ID_ECHO, 7, 8, 9),
	       FID64(FN_DIRECT_RESP2), ids_word(SP_ID_FORWARDER, VM), 0, 0, 0, 7, 8, 9);
	expect_resp(REQ(n, VM, SP_ID_FORWARDER, SP_FORWARD, SP_ID_SILENT), VM, SP_ID_FORWARDER,
		    (uint32_t)E_DENIED);
	expect_resp(REQ(n, VM, SP_ID_FORWARDER, 99), VM, SP_ID_FORWARDER, (uint32_t)E_INVALID);
}

static struct vffa_regs avail(struct nwd *n, uint32_t what, uint16_t sp, uint16_t vm)
{
	return CALL(n, FID32(FN_DIRECT_REQ), sp, what, 0, 0, vm);
}

static void expect_avail_at(struct vffa_regs regs, uint32_t what, uint32_t status, const char *file,
			    int line)
{
	const struct vffa_regs want = { { FID32(FN_DIRECT_RESP), ids_word(SP_ID_HOSTILE, 0),
					  what + 1, status, 0, regs.x[5] } };

	expect_regs_at(regs, want, file, line);
}

#define expect_avail(regs, what, status)                                                           \
	expect_avail_at(regs, what, (uint32_t)(status), __FILE__, __LINE__)

static void vms_are_announced(void **state)
{
	struct nwd *n = *state;

	expect_avail(avail(n, MSG_VM_CREATED, SP_ID_HOSTILE, VM), MSG_VM_CREATED, 0);
	expect_avail(avail(n, MSG_VM_CREATED, SP_ID_HOSTILE, VM), MSG_VM_CREATED, E_INVALID);
	expect_resp(REQ(n, VM, SP_ID_HOSTILE, HOSTILE_VMS), VM, SP_ID_HOSTILE, 0, 1);
	expect_avail(avail(n, MSG_VM_DESTROYED, SP_ID_HOSTILE, VM), MSG_VM_DESTROYED, 0);
	expect_avail(avail(n, MSG_VM_DESTROYED, SP_ID_HOSTILE, VM), MSG_VM_DESTROYED, E_INVALID);
}

static void vms_are_refused_on_request(void **state)
{
	struct nwd *n = *state;

	expect_resp(REQ(n, VM, SP_ID_HOSTILE, HOSTILE_AVAIL, (uint32_t)E_DENIED, 0, 1), VM,
		    SP_ID_HOSTILE, 0, (uint32_t)E_DENIED, 0, 1);
	expect_avail(avail(n, MSG_VM_CREATED, SP_ID_HOSTILE, VM), MSG_VM_CREATED, E_DENIED);
	expect_avail(avail(n, MSG_VM_CREATED, SP_ID_HOSTILE, VM), MSG_VM_CREATED, 0);
}

static void framework_messages_are_the_hypervisors(void **state)
{
	struct nwd *n = *state;

	expect_error(CALL(n, FID32(FN_DIRECT_REQ), ids_word(VM, SP_ID_HOSTILE), MSG_VM_CREATED),
		     E_INVALID);
	expect_error(CALL(n, FID64(FN_DIRECT_REQ), SP_ID_HOSTILE, MSG_VM_CREATED), E_INVALID);
	expect_error(avail(n, MSG_VM_CREATED, SP_ID_ECHO, VM), E_INVALID);
	expect_error(avail(n, 0x80000000, SP_ID_HOSTILE, VM), E_INVALID);
	expect_error(avail(n, MSG_VM_CREATED_RESP, SP_ID_HOSTILE, VM), E_INVALID);
	expect_sp_error(sp_call(n, FID32(FN_DIRECT_REQ), ids_word(SP_ID_YIELDER, SP_ID_HOSTILE),
				MSG_VM_CREATED, 0),
			E_INVALID);
}

static void framework_messages_need_1_1(void **state)
{
	struct nwd *n = *state;

	expect_error(avail(n, MSG_VM_CREATED, SP_ID_HOSTILE, VM), E_INVALID);
}

static void lies_pass(void **state)
{
	struct nwd *n = *state;

	expect(REQ(n, VM, SP_ID_HOSTILE, HOSTILE_LIE, 1, 0x12345678), FID32(FN_DIRECT_RESP),
	       0x12345678, 0, 0, 1, 0x12345678);
	expect(REQ(n, VM, SP_ID_HOSTILE, HOSTILE_LIE, 0, 0xC4000099), 0xC4000099,
	       ids_word(SP_ID_HOSTILE, VM), 0, 0, 0, 0xC4000099);
	expect_resp(REQ(n, VM, SP_ID_HOSTILE, HOSTILE_VMS), VM, SP_ID_HOSTILE, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(direct_req_32_carries_five_words, nwd_setup_1_0),
		TEST(direct_req_32_carries_five_words, nwd_setup_1_1),
		TEST(direct_req_32_carries_five_words, nwd_setup_1_2),
		TEST(direct_req_64_carries_five_registers, nwd_setup_1_2),
		TEST(direct_req2_carries_fourteen_registers, nwd_setup_1_2),
		TEST(direct_req2_needs_1_2, nwd_setup_1_0),
		TEST(direct_req2_needs_1_2, nwd_setup_1_1),
		TEST(direct_req_checks_ids, nwd_setup_1_0),
		TEST(direct_req_checks_ids, nwd_setup_1_1),
		TEST(direct_req_checks_ids, nwd_setup_1_2),
		TEST(direct_req_needs_the_receivers_property, nwd_setup_1_2),
		TEST(direct_req_needs_the_senders_property, nwd_setup_1_0),
		TEST(direct_req_needs_the_senders_property, nwd_setup_1_1),
		TEST(direct_req_needs_the_senders_property, nwd_setup_1_2),
		TEST(partitions_speak_for_themselves_and_to_partitions, nwd_setup_1_0),
		TEST(partitions_speak_for_themselves_and_to_partitions, nwd_setup_1_1),
		TEST(partitions_speak_for_themselves_and_to_partitions, nwd_setup_1_2),
		TEST(responses_must_fit_their_request, nwd_setup_1_2),
		TEST(partitions_have_no_hypervisor_calls, nwd_setup_1_0),
		TEST(partitions_have_no_hypervisor_calls, nwd_setup_1_1),
		TEST(partitions_have_no_hypervisor_calls, nwd_setup_1_2),
		TEST(partitions_see_their_own_id, nwd_setup_1_2),
		TEST(console_log_checks_its_length, nwd_setup_1_2),
		TEST(forwarder_reaches_the_next_partition, nwd_setup_1_2),
		TEST(vms_are_announced, nwd_setup_1_1),
		TEST(vms_are_announced, nwd_setup_1_2),
		TEST(vms_are_refused_on_request, nwd_setup_1_1),
		TEST(vms_are_refused_on_request, nwd_setup_1_2),
		TEST(framework_messages_are_the_hypervisors, nwd_setup_1_0),
		TEST(framework_messages_are_the_hypervisors, nwd_setup_1_1),
		TEST(framework_messages_are_the_hypervisors, nwd_setup_1_2),
		TEST(framework_messages_need_1_1, nwd_setup_1_0),
		TEST(lies_pass, nwd_setup_1_0),
		TEST(lies_pass, nwd_setup_1_1),
		TEST(lies_pass, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("msg", tests, NULL, NULL);
}
