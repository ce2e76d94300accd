// SPDX-License-Identifier: GPL-2.0-only
/* Memory, the sender's side: what may be sent and reclaimed, and what runs out. */
#include "region.h"

#include <time.h>

/* Every field of a descriptor that could be wrong, once. Offsets are of 1.2's layout. */
static void sends_are_checked(void **state)
{
	static const struct {
		uint32_t fn;
		uint32_t offset;
		uint32_t value;
		int status;
	} bad[] = {
		{ FN_MEM_SHARE, 0, SP_ID_ECHO | 0x2F << 16, E_DENIED },
		{ FN_MEM_SHARE, 0, VM, E_INVALID },		 /* no type of memory */
		{ FN_MEM_SHARE, 0, VM | 0x6F << 16, E_INVALID }, /* NS */
		{ FN_MEM_SHARE, 0, VM | 0x12F << 16, E_INVALID },
		{ FN_MEM_SHARE, 0, VM | 0x3F << 16, E_INVALID },
		{ FN_MEM_SHARE, 0, VM | 0x27 << 16, E_DENIED }, /* non-cacheable */
		{ FN_MEM_SHARE, 0, VM | 0x10 << 16, E_DENIED }, /* device */
		{ FN_MEM_LEND, 0, VM | 0x2F << 16, E_INVALID },
		{ FN_MEM_DONATE, 0, VM | 0x2F << 16, E_INVALID },
		{ FN_MEM_SHARE, 4, 1, E_INVALID }, /* zero */
		{ FN_MEM_LEND, 4, 4, E_INVALID },
		{ FN_MEM_LEND, 4, 0x10, E_INVALID },
		{ FN_MEM_SHARE, 8, 1, E_INVALID },   /* handle */
		{ FN_MEM_SHARE, 24, 16, E_INVALID }, /* size of an EMAD */
		{ FN_MEM_SHARE, 28, 0, E_INVALID },  /* EMADs */
		{ FN_MEM_SHARE, 28, 2, E_INVALID },
		{ FN_MEM_SHARE, 28, 0xFFFFFFFF, E_INVALID },
		{ FN_MEM_SHARE, 32, 32, E_INVALID }, /* where they are */
		{ FN_MEM_SHARE, 32, 56, E_INVALID },
		{ FN_MEM_SHARE, 32, 0xFFFFFFF0, E_INVALID },
		{ FN_MEM_SHARE, 36, 1, E_INVALID },
		{ FN_MEM_SHARE, 44, 1, E_INVALID },
		{ FN_MEM_SHARE, 48, VM | RW << 16, E_INVALID },	 /* to itself */
		{ FN_MEM_SHARE, 48, VM2 | RW << 16, E_INVALID }, /* not ours */
		{ FN_MEM_SHARE, 48, 0x8123 | RW << 16, E_INVALID },
		{ FN_MEM_SHARE, 48, SP_ID_BORROWER, E_INVALID },
		{ FN_MEM_SHARE, 48, SP_ID_BORROWER | 3 << 16, E_INVALID },
		{ FN_MEM_SHARE, 48, SP_ID_BORROWER | 6 << 16, E_INVALID },
		{ FN_MEM_LEND, 48, SP_ID_BORROWER | 6 << 16, E_INVALID },
		{ FN_MEM_DONATE, 48, SP_ID_BORROWER | 2 << 16, E_INVALID },
		{ FN_MEM_SHARE, 48, SP_ID_BORROWER | 0x12 << 16, E_INVALID },
		{ FN_MEM_SHARE, 48, SP_ID_BORROWER | 0x10002 << 8, E_INVALID },
		{ FN_MEM_SHARE, 52, 0, E_INVALID }, /* where the ranges are */
		{ FN_MEM_SHARE, 52, 48, E_INVALID },
		{ FN_MEM_SHARE, 52, 81, E_INVALID },
		{ FN_MEM_SHARE, 52, 96, E_INVALID },
		{ FN_MEM_SHARE, 52, 0xFFFFFFF8, E_INVALID },
		{ FN_MEM_SHARE, 72, 1, E_INVALID },
		{ FN_MEM_SHARE, 80, 1, E_INVALID }, /* pages in all */
		{ FN_MEM_SHARE, 80, 3, E_INVALID },
		{ FN_MEM_SHARE, 80, 0, E_INVALID },
		{ FN_MEM_SHARE, 84, 1, E_INVALID }, /* ranges */
		{ FN_MEM_SHARE, 84, 3, E_INVALID },
		{ FN_MEM_SHARE, 84, 0, E_INVALID },
		{ FN_MEM_SHARE, 84, 0xFFFFFFFF, E_INVALID },
		{ FN_MEM_SHARE, 88, 1, E_INVALID },
		{ FN_MEM_SHARE, 96, 1, E_INVALID }, /* an address */
		{ FN_MEM_SHARE, 96, 0, E_DENIED },
		{ FN_MEM_SHARE, 100, 1, E_DENIED },
		{ FN_MEM_SHARE, 104, 0, E_INVALID }, /* its pages */
		{ FN_MEM_SHARE, 104, 0xFFFFFFFF, E_INVALID },
		{ FN_MEM_SHARE, 108, 1, E_INVALID },
		{ FN_MEM_SHARE, 112, VM_RAM, E_INVALID }, /* twice */
		{ FN_MEM_SHARE, 112, NWD_TX, E_DENIED },  /* a buffer */
	};
	struct nwd *n = *state;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct region r = region_usual(bad[i].fn);
		uint32_t len = region_encode(n, &r, n->tx);
		struct vffa_regs regs;

		put32(n->tx + bad[i].offset, bad[i].value);
		regs = mem_send_raw(n, bad[i].fn, len, len);
		if (regs.x[2] != (uint32_t)bad[i].status)
			print_error("case %u\n", i);
		expect_error(regs, bad[i].status);
		expect_success(mem_reclaim(n, handle_in(region_send(n, &r)), 0));
	}
}

static void lengths_are_checked(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);
	uint32_t len = region_encode(n, &r, n->tx);

	expect_error(mem_send_raw(n, FN_MEM_SHARE, len + 16, len + 16), E_INVALID);
	expect_error(mem_send_raw(n, FN_MEM_SHARE, len - 16, len - 16), E_INVALID);
	expect_error(mem_send_raw(n, FN_MEM_SHARE, len, len + 1), E_INVALID);
	expect_error(mem_send_raw(n, FN_MEM_SHARE, len, len - 1), E_INVALID);
	expect_error(mem_send_raw(n, FN_MEM_SHARE, len, 0), E_INVALID);
	expect_error(mem_send_raw(n, FN_MEM_SHARE, len, 80), E_INVALID);
	expect_error(mem_send_raw(n, FN_MEM_SHARE, 8192, 8192), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_SHARE), len, len, VM_RAM, 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_SHARE), len, len, 0, 0, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_MEM_SHARE), 1ull << 32 | len, len), E_INVALID);
	(void)handle_in(CALL(n, FID64(FN_MEM_SHARE), len, len));
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	expect_error(mem_send_raw(n, FN_MEM_SHARE, len, len), E_INVALID);
}

static void pages_have_one_owner(void **state)
{
	struct region share = region_usual(FN_MEM_SHARE);
	struct region lend = region_usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t first = handle_in(region_send(n, &share));
	uint64_t second = handle_in(region_send(n, &share));

	/* Shared with more, but by nobody else, and not lent. */
	expect_error(region_send(n, &lend), E_DENIED);
	share.sender = VM2;
	expect_error(region_send(n, &share), E_DENIED);
	expect_success(mem_reclaim(n, first, 0));
	expect_error(region_send(n, &lend), E_DENIED);
	expect_success(mem_reclaim(n, second, 0));
	first = handle_in(region_send(n, &lend));
	expect_error(region_send(n, &lend), E_DENIED);
	expect_error(region_send(n, &share), E_DENIED);
	expect_error(CALL(n, FID64(FN_RXTX_UNMAP)), E_NOT_SUPPORTED);
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, VM_RAM, 1), E_INVALID);
	expect_success(mem_reclaim(n, first, 0));
	expect_success(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, VM_RAM, 1));
}

static void receivers_are_named_once(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);

	r.to[1] = SP_ID_BORROWER;
	r.nr_to = 2;
	expect_error(region_send(n, &r), E_INVALID);
	r.fn = FN_MEM_DONATE;
	r.to[1] = SP_ID_BORROWER2;
	r.perms = 0;
	r.attrs = 0;
	expect_error(region_send(n, &r), E_INVALID);
}

static void reclaim_refuses(void **state)
{
	struct region r = region_usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = handle_in(region_send(n, &r));

	expect_error(mem_reclaim(n, handle, 4), E_INVALID);
	expect_error(mem_reclaim(n, ~0ull, 0), E_INVALID);
	expect_error(mem_reclaim(n, 0, 0), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RECLAIM), handle, handle >> 32, 0, 1), E_INVALID);
	assert_int_equal(
		sp_answer(tell_borrower(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)),
		E_DENIED);
	expect_success(mem_reclaim(n, handle, 0));
}

static void set_reclaim_fault(struct nwd *n, enum fault_kind kind, uint64_t value)
{
	const struct spmc_fault fault = {
		.fid = FID32(FN_MEM_RECLAIM),
		.kind = kind,
		.value = value,
		.times = 1,
	};

	assert_int_equal(spmc_fault_set(spmc_inproc_spmc(n->p), &fault), 0);
}

/* Refused before or after it was served: the one leaves the memory where it is, the other does not. */
static void a_reclaim_is_refused_when_told_to(void **state)
{
	struct region lend = region_usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t handle = handle_in(region_send(n, &lend));

	set_reclaim_fault(n, FAULT_ERROR, (uint32_t)E_DENIED);
	expect_error(mem_reclaim(n, handle, 0), E_DENIED);
	expect_error(region_send(n, &lend), E_DENIED);
	expect_success(mem_reclaim(n, handle, 0));

	handle = handle_in(region_send(n, &lend));
	set_reclaim_fault(n, FAULT_ERROR_AFTER, (uint32_t)E_DENIED);
	expect_error(mem_reclaim(n, handle, 0), E_DENIED);
	expect_error(mem_reclaim(n, handle, 0), E_INVALID);
	expect_success(mem_reclaim(n, handle_in(region_send(n, &lend)), 0));
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void a_reclaim_is_slow_when_told_to(void **state)
{
	static const uint64_t slow_ns = 2000000;
	struct region lend = region_usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t handle = handle_in(region_send(n, &lend));
	uint64_t begin;

	set_reclaim_fault(n, FAULT_SLOW, slow_ns);
	begin = now_ns();
	expect_success(mem_reclaim(n, handle, 0));
	/* Never less; how much more is the machine's business. */
	assert_true(now_ns() - begin >= slow_ns);
	expect_error(mem_reclaim(n, handle, 0), E_INVALID);
}

static void resources_end(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);
	uint64_t handle = 0;

	r.nr_ranges = 1;
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS - 1; i++) {
		r.base = VM_RAM + 4096ull * i;
		handle = handle_in(region_send(n, &r));
	}
	r.base += 4096;
	(void)handle_in(region_send(n, &r));
	r.base += 4096;
	expect_error(region_send(n, &r), E_NO_MEMORY);
	expect_success(mem_reclaim(n, handle, 0));
	(void)handle_in(region_send(n, &r));
}

static void ranges_end(void **state)
{
	const struct spmc_inproc_options opt = { .ram_pages = 1024 };
	struct region r = region_usual(FN_MEM_SHARE);
	struct nwd *n = nwd_start(&opt);
	uint64_t handle;

	*state = n;
	nwd_negotiate(n, 2);
	r.nr_ranges = 200;
	r.gap = 2;
	handle = handle_in(region_send(n, &r));
	for (unsigned int i = 1; i < 5; i++)
		(void)handle_in(region_send(n, &r));
	expect_error(region_send(n, &r), E_NO_MEMORY);
	expect_success(mem_reclaim(n, handle, 0));
	(void)handle_in(region_send(n, &r));
}

static void features_of_memory(void **state)
{
	struct nwd *n = *state;

	expect(CALL(n, FID32(FN_FEATURES), FID64(FN_MEM_SHARE)), FID32(FN_SUCCESS), 0, 1);
	expect(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_RETRIEVE_REQ)), FID32(FN_SUCCESS), 0, 5);
	expect(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_RETRIEVE_REQ), 2), FID32(FN_SUCCESS), 0, 7);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_RETRIEVE_REQ), 1), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_SHARE), 1), E_NOT_SUPPORTED);
	expect(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_OP_RESUME)), FID32(FN_SUCCESS));
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_OP_PAUSE)), E_NOT_SUPPORTED);
}

/* For what its guest sends in fragments, before the SPMC has seen it. */
static void the_hypervisor_may_choose_the_handle(void **state)
{
	const uint64_t chosen = MEM_HANDLE_HYP | 0x123456789;
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);
	uint64_t ours = handle_in(region_send(n, &r));

	r.handle = chosen;
	assert_true(handle_in(region_send(n, &r)) == chosen);
	expect_error(region_send(n, &r), E_INVALID);
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, chosen, RW, 0), &r, 1);
	expect_error(mem_reclaim(n, chosen, 0), E_DENIED);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, chosen, 0), 0);
	expect(hyp_look_up(n, chosen), FID32(FN_MEM_RETRIEVE_RESP), region_composite(n, &r) + 48,
	       region_composite(n, &r) + 48);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_success(mem_reclaim(n, chosen, 0));
	assert_true(region_send_in_fragments(n, &r, region_composite(n, &r) + 32) == chosen);
	expect_success(mem_reclaim(n, chosen, 0));

	r.handle = ~0ull;
	expect_error(region_send(n, &r), E_INVALID);
	r.handle = ours;
	expect_error(region_send(n, &r), E_INVALID);
	r.handle = 77;
	expect_error(region_send(n, &r), E_INVALID);
	expect_success(mem_reclaim(n, ours, 0));
}

/* One that is under way is taken, too. */
static void a_chosen_handle_is_taken_while_fragments_are_missing(void **state)
{
	const uint64_t chosen = MEM_HANDLE_HYP | 1;
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	uint32_t first = region_composite(n, &r) + 32;
	uint64_t handle;

	r.handle = chosen;
	(void)region_encode(n, &r, n->tx);
	expect_frag_rx(mem_send_raw(n, FN_MEM_LEND, first + 16, first), &handle, first);
	assert_true(handle == chosen);
	expect_error(region_send(n, &r), E_INVALID);
	memset(n->tx, 0xFF, 16);
	expect_error(mem_frag_tx(n, chosen, 16), E_INVALID);
	assert_true(handle_in(region_send(n, &r)) == chosen);
	expect_success(mem_reclaim(n, chosen, 0));
}

#define OTHER (VM_RAM + 0x40000)

static void descriptors_may_be_in_other_memory(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	uint8_t *other = spmc_inproc_ram(n->p, OTHER);
	uint32_t len = region_encode(n, &r, other);
	unsigned int mapped = spmc_inproc_nr_mapped(n->p);
	uint64_t handle;

	handle = handle_in(CALL(n, FID64(FN_MEM_LEND), len, len, OTHER, 1));
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 1);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(mem_reclaim(n, handle, 0));

	/* 400 ranges do not fit one page, but two. */
	r.nr_ranges = 400;
	r.gap = 2;
	r.base = VM_RAM + 0x100000;
	len = region_encode(n, &r, other);
	expect_error(CALL(n, FID64(FN_MEM_LEND), len, len, OTHER, 1), E_INVALID);
	handle = handle_in(CALL(n, FID32(FN_MEM_LEND), len, len, OTHER, 2));
	expect_listing(sp_retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 2);
	assert_int_equal(sp_relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(mem_reclaim(n, handle, 0));
	assert_int_equal(spmc_inproc_nr_mapped(n->p), mapped);
}

/* Further fragments come where the first one was. */
static void fragments_may_be_in_other_memory(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_SHARE);
	uint8_t *other = spmc_inproc_ram(n->p, OTHER);
	uint32_t total = region_encode(n, &r, other);
	struct vffa_regs regs = CALL(n, FID64(FN_MEM_SHARE), total, total - 16, OTHER, 1);
	uint64_t handle;

	expect_frag_rx(regs, &handle, total - 16);
	memmove(other, other + total - 16, 16);
	assert_true(handle_in(mem_frag_tx(n, handle, 16)) == handle);
	expect_success(mem_reclaim(n, handle, 0));
}

static void other_memory_is_checked(void **state)
{
	struct nwd *n = *state;
	struct region r = region_usual(FN_MEM_LEND);
	uint32_t len = region_encode(n, &r, spmc_inproc_ram(n->p, OTHER));

	expect_error(CALL(n, FID64(FN_MEM_LEND), len, len, OTHER, 0), E_INVALID);
	expect_error(CALL(n, FID64(FN_MEM_LEND), len, len, 0, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_MEM_LEND), len, len, OTHER + 8, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_MEM_LEND), len, len, 0x1000, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_MEM_LEND), len, len, OTHER, 1ull << 40), E_INVALID);
	expect_error(CALL(n, FID64(FN_MEM_LEND), 64 << 12, 64 << 12, OTHER, 64), E_NO_MEMORY);
	spmc_inproc_fail_map(n->p, 1);
	expect_error(CALL(n, FID64(FN_MEM_LEND), len, len, OTHER, 1), E_NO_MEMORY);
	/* What a partition was given is not the normal world's to read. */
	(void)handle_in(region_send(n, &r));
	expect_error(CALL(n, FID64(FN_MEM_LEND), len, len, VM_RAM, 1), E_DENIED);
	expect_error(CALL(n, FID64(FN_MEM_RETRIEVE_REQ), len, len, VM_RAM, 1), E_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sends_are_checked, nwd_setup_1_2),
		TEST(lengths_are_checked, nwd_setup_1_2),
		TEST(pages_have_one_owner, nwd_setup_1_0),
		TEST(pages_have_one_owner, nwd_setup_1_1),
		TEST(pages_have_one_owner, nwd_setup_1_2),
		TEST(receivers_are_named_once, nwd_setup_1_0),
		TEST(receivers_are_named_once, nwd_setup_1_1),
		TEST(receivers_are_named_once, nwd_setup_1_2),
		TEST(reclaim_refuses, nwd_setup_1_0),
		TEST(reclaim_refuses, nwd_setup_1_1),
		TEST(reclaim_refuses, nwd_setup_1_2),
		TEST(a_reclaim_is_refused_when_told_to, nwd_setup_1_2),
		TEST(a_reclaim_is_slow_when_told_to, nwd_setup_1_2),
		TEST(resources_end, nwd_setup_1_0),
		TEST(resources_end, nwd_setup_1_1),
		TEST(resources_end, nwd_setup_1_2),
		TEST(features_of_memory, nwd_setup_1_1),
		TEST(features_of_memory, nwd_setup_1_2),
		TEST(the_hypervisor_may_choose_the_handle, nwd_setup_1_1),
		TEST(the_hypervisor_may_choose_the_handle, nwd_setup_1_2),
		TEST(a_chosen_handle_is_taken_while_fragments_are_missing, nwd_setup_1_0),
		TEST(a_chosen_handle_is_taken_while_fragments_are_missing, nwd_setup_1_1),
		TEST(a_chosen_handle_is_taken_while_fragments_are_missing, nwd_setup_1_2),
		TEST(descriptors_may_be_in_other_memory, nwd_setup_1_0),
		TEST(descriptors_may_be_in_other_memory, nwd_setup_1_1),
		TEST(descriptors_may_be_in_other_memory, nwd_setup_1_2),
		TEST(fragments_may_be_in_other_memory, nwd_setup_1_0),
		TEST(fragments_may_be_in_other_memory, nwd_setup_1_1),
		TEST(fragments_may_be_in_other_memory, nwd_setup_1_2),
		TEST(other_memory_is_checked, nwd_setup_1_0),
		TEST(other_memory_is_checked, nwd_setup_1_1),
		TEST(other_memory_is_checked, nwd_setup_1_2),
		TEST(ranges_end, nwd_setup_none),
	};

	return cmocka_run_group_tests_name("mem_send", tests, NULL, NULL);
}
