// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory: sharing, lending, donating, retrieving, relinquishing, reclaiming, in fragments, by
 * several borrowers and both ways. Descriptors are written out here, byte by byte.
 */
#include <stdlib.h>

#include "nwd.h"

#define VM  3u
#define VM2 4u
#define TAG 0xABCDu
#define RW  0x2u
#define RO  0x1u

/* A region to be sent: pages spread over the VM's memory, every @gap pages. */
struct region {
	uint32_t fn;
	uint16_t sender;
	uint16_t to[3];
	uint32_t nr_to;
	uint8_t perms;
	uint16_t attrs;
	uint32_t flags;
	uint64_t base;
	uint32_t nr_ranges;
	uint32_t pages_per_range;
	uint32_t gap;
};

static struct region usual(uint32_t fn)
{
	return (struct region){
		.fn = fn,
		.sender = VM,
		.to = { SP_ID_BORROWER },
		.nr_to = 1,
		.perms = fn == FN_MEM_DONATE ? 0 : RW,
		.attrs = fn == FN_MEM_SHARE ? 0x2F : 0,
		.base = VM_RAM,
		.nr_ranges = 2,
		.pages_per_range = 1,
		.gap = 3,
	};
}

static uint32_t emad_size(const struct nwd *n)
{
	return n->minor >= 2 ? 32 : 16;
}

/* Where the composite descriptor is. */
static uint32_t composite_offset(const struct nwd *n, const struct region *r)
{
	return (n->minor ? 48 : 32) + r->nr_to * emad_size(n);
}

/* Write a whole descriptor to @d; returns its length. */
static uint32_t encode(const struct nwd *n, const struct region *r, uint8_t *d)
{
	uint32_t comp = composite_offset(n, r);
	uint32_t emads = n->minor ? 48 : 32;

	memset(d, 0, comp + 16);
	put16(d, r->sender);
	put16(d + 2, r->attrs);
	put32(d + 4, r->flags);
	put64(d + 16, TAG);
	put32(d + 28, r->nr_to);
	if (n->minor) {
		put32(d + 24, emad_size(n));
		put32(d + 32, 48);
	}
	for (uint32_t i = 0; i < r->nr_to; i++) {
		uint8_t *e = d + emads + i * emad_size(n);

		put16(e, r->to[i]);
		e[2] = r->perms;
		put32(e + 4, comp);
	}
	put32(d + comp, r->nr_ranges * r->pages_per_range);
	put32(d + comp + 4, r->nr_ranges);
	for (uint32_t i = 0; i < r->nr_ranges; i++) {
		put64(d + comp + 16 + 16 * i, r->base + (uint64_t)i * r->gap * 4096);
		put64(d + comp + 24 + 16 * i, r->pages_per_range);
	}
	return comp + 16 + 16 * r->nr_ranges;
}

static struct vffa_regs send_raw(struct nwd *n, uint32_t fn, uint32_t total, uint32_t len)
{
	return CALL(n, FID32(fn), total, len);
}

static struct vffa_regs send(struct nwd *n, const struct region *r)
{
	uint32_t len = encode(n, r, n->tx);

	return send_raw(n, r->fn, len, len);
}

static uint64_t handle_in(struct vffa_regs regs)
{
	assert_int_equal(regs.x[0], FID32(FN_SUCCESS));
	assert_int_not_equal(regs.x[2] | regs.x[3], 0);
	return regs.x[2] | regs.x[3] << 32;
}

static struct vffa_regs reclaim(struct nwd *n, uint64_t handle, uint32_t flags)
{
	return CALL(n, FID32(FN_MEM_RECLAIM), (uint32_t)handle, handle >> 32, flags);
}

/* A command to a borrower that takes a handle. */
static struct vffa_regs tell(struct nwd *n, uint16_t sp, uint32_t cmd, uint64_t handle, uint64_t a2,
			     uint64_t a3)
{
	struct vffa_regs regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, sp), 0, cmd,
				     (uint32_t)handle, handle >> 32, a2, a3);

	assert_int_equal(regs.x[0], FID64(FN_DIRECT_RESP));
	return regs;
}

static int status(struct vffa_regs regs)
{
	return (int)(uint32_t)regs.x[3];
}

static struct vffa_regs retrieve(struct nwd *n, uint16_t sp, uint64_t handle, uint32_t perms,
				 uint32_t flags)
{
	return tell(n, sp, BORROWER_RETRIEVE, handle, VM | perms << 16 | flags << 24, TAG);
}

static int relinquish(struct nwd *n, uint16_t sp, uint64_t handle, uint32_t flags)
{
	return status(tell(n, sp, BORROWER_RELINQUISH, handle, flags, 0));
}

static uint64_t *vm_page(struct nwd *n, const struct region *r, uint32_t range)
{
	return spmc_inproc_ram(n->p, r->base + (uint64_t)range * r->gap * 4096);
}

/* What the borrower should hear: h = h * 31 + page, h = h * 31 + pages. */
static uint32_t hash_of(const struct region *r)
{
	uint32_t h = 0;

	for (uint32_t i = 0; i < r->nr_ranges; i++) {
		h = h * 31 + (uint32_t)((r->base >> 12) + i * r->gap);
		h = h * 31 + r->pages_per_range;
	}
	return h;
}

static void expect_listing(struct vffa_regs regs, const struct region *r, uint32_t nr_fragments)
{
	assert_int_equal(status(regs), 0);
	assert_int_equal(regs.x[4], r->nr_ranges * r->pages_per_range);
	assert_int_equal(regs.x[5], r->nr_ranges);
	assert_int_equal(regs.x[6], hash_of(r));
	assert_int_equal(regs.x[7], nr_fragments);
}

/* The whole life of a region, of each kind, whatever the version. */
static void shared_and_lent_memory_is_used_and_returned(void **state)
{
	static const uint32_t fns[] = { FN_MEM_SHARE, FN_MEM_LEND };
	struct nwd *n = *state;

	for (unsigned int i = 0; i < 2; i++) {
		struct region r = usual(fns[i]);
		uint64_t handle = handle_in(send(n, &r));

		assert_int_equal(handle >> 63, 0);
		expect_listing(retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 1);
		expect_error(reclaim(n, handle, 0), E_DENIED);
		assert_int_equal(status(tell(n, SP_ID_BORROWER, BORROWER_FILL, handle, 100, 0)), 0);
		assert_int_equal(vm_page(n, &r, 0)[5], 105);
		assert_int_equal(vm_page(n, &r, 1)[0], 612);
		assert_int_equal(tell(n, SP_ID_BORROWER, BORROWER_SUM, handle, 0, 0).x[4],
				 1024 * 100 + 1023 * 512);
		assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 0), 0);
		assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 0), E_DENIED);
		assert_int_equal(status(tell(n, SP_ID_BORROWER, BORROWER_SUM, handle, 0, 0)),
				 E_DENIED);
		expect_success(reclaim(n, handle, 0));
		expect_error(reclaim(n, handle, 0), E_INVALID);
		assert_int_equal(vm_page(n, &r, 0)[5], 105);
	}
	assert_int_equal(spmc_inproc_nr_mapped(n->p), 2);
}

static void donated_memory_stays(void **state)
{
	struct region r = usual(FN_MEM_DONATE);
	struct region again = usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = handle_in(send(n, &r));

	expect_success(reclaim(n, handle, 0));
	handle = handle_in(send(n, &r));
	expect_error(send(n, &again), E_DENIED);
	expect_listing(retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 1);
	expect_error(reclaim(n, handle, 0), E_INVALID);
	expect_error(send(n, &again), E_DENIED);
	expect_error(CALL(n, FID64(FN_RXTX_UNMAP)), E_NOT_SUPPORTED);
}

static void a_read_only_borrower_cannot_write(void **state)
{
	struct region r = usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t handle;

	r.perms = RO;
	handle = handle_in(send(n, &r));
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW, 0)), E_DENIED);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RO, 0)), 0);
	assert_int_equal(status(tell(n, SP_ID_BORROWER, BORROWER_FILL, handle, 0, 0)), E_DENIED);
	assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 1), E_DENIED);
	assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 4), E_INVALID);
	assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 0), 0);
}

static void zeroes_on_request(void **state)
{
	struct region r = usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t handle;

	vm_page(n, &r, 1)[7] = 99;
	handle = handle_in(send(n, &r));
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_ZERO)), E_DENIED);
	expect_success(reclaim(n, handle, 0));
	assert_int_equal(vm_page(n, &r, 1)[7], 99);

	r.flags = 1;
	handle = handle_in(send(n, &r));
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_ZERO)), 0);
	assert_int_equal(vm_page(n, &r, 1)[7], 0);
	vm_page(n, &r, 1)[7] = 99;
	assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 1), 0);
	assert_int_equal(vm_page(n, &r, 1)[7], 0);
	vm_page(n, &r, 1)[7] = 99;
	expect_success(reclaim(n, handle, 1));
	assert_int_equal(vm_page(n, &r, 1)[7], 0);

	r.flags = 0;
	handle = handle_in(send(n, &r));
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_ZERO_AFTER)), 0);
	vm_page(n, &r, 1)[7] = 99;
	assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	assert_int_equal(vm_page(n, &r, 1)[7], 0);
}

static void several_borrowers_each_have_it(void **state)
{
	struct region r = usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t handle;

	r.to[1] = SP_ID_BORROWER2;
	r.nr_to = 2;
	expect_error(send(n, &r), E_INVALID); /* of which type? */
	r.attrs = 0x2F;
	handle = handle_in(send(n, &r));
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW, 0)), E_INVALID);
	expect_listing(retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_BYPASS), &r, 1);
	expect_listing(retrieve(n, SP_ID_BORROWER2, handle, RO, BORROWER_BYPASS), &r, 1);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER2, handle, RO, BORROWER_BYPASS)),
			 E_DENIED);
	assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_error(reclaim(n, handle, 0), E_DENIED);
	/* Later, when it gets cycles. */
	assert_int_equal(status(tell(n, SP_ID_BORROWER2, BORROWER_RELINQUISH_LATER, handle, 0, 0)),
			 0);
	expect_error(reclaim(n, handle, 0), E_DENIED);
	(void)CALL(n, FID32(FN_RUN), ids_word(SP_ID_BORROWER2, 0));
	expect_success(reclaim(n, handle, 0));
}

static void only_what_was_offered_is_retrieved(void **state)
{
	struct region r = usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = handle_in(send(n, &r));

	assert_int_equal(status(retrieve(n, SP_ID_BORROWER2, handle, RW, 0)), E_DENIED);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle + 1, RW, 0)), E_INVALID);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle | 1ull << 63, RW, 0)),
			 E_INVALID);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, 0, 0)), E_INVALID);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, 3, 0)), E_INVALID);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW | 8, 0)), E_INVALID);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW | 0x10, 0)), E_INVALID);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_ZERO)), E_INVALID);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW, BORROWER_BYPASS)),
			 E_INVALID);
	assert_int_equal(
		status(tell(n, SP_ID_BORROWER, BORROWER_RETRIEVE, handle, VM | RW << 16, TAG + 1)),
		E_INVALID);
	assert_int_equal(
		status(tell(n, SP_ID_BORROWER, BORROWER_RETRIEVE, handle, VM2 | RW << 16, TAG)),
		E_INVALID);
	expect_listing(retrieve(n, SP_ID_BORROWER, handle, RW | 4, 0), &r, 1);
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle, RW, 0)), E_DENIED);
}

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
		struct region r = usual(bad[i].fn);
		uint32_t len = encode(n, &r, n->tx);
		struct vffa_regs regs;

		put32(n->tx + bad[i].offset, bad[i].value);
		regs = send_raw(n, bad[i].fn, len, len);
		if (regs.x[2] != (uint32_t)bad[i].status)
			print_error("case %u\n", i);
		expect_error(regs, bad[i].status);
		expect_success(reclaim(n, handle_in(send(n, &r)), 0));
	}
}

static void lengths_are_checked(void **state)
{
	struct nwd *n = *state;
	struct region r = usual(FN_MEM_SHARE);
	uint32_t len = encode(n, &r, n->tx);

	expect_error(send_raw(n, FN_MEM_SHARE, len + 16, len + 16), E_INVALID);
	expect_error(send_raw(n, FN_MEM_SHARE, len - 16, len - 16), E_INVALID);
	expect_error(send_raw(n, FN_MEM_SHARE, len, len + 1), E_INVALID);
	expect_error(send_raw(n, FN_MEM_SHARE, len, len - 1), E_INVALID);
	expect_error(send_raw(n, FN_MEM_SHARE, len, 0), E_INVALID);
	expect_error(send_raw(n, FN_MEM_SHARE, len, 80), E_INVALID);
	expect_error(send_raw(n, FN_MEM_SHARE, 8192, 8192), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_SHARE), len, len, VM_RAM, 1), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_SHARE), len, len, 0, 0, 1), E_INVALID);
	expect_error(CALL(n, FID64(FN_MEM_SHARE), 1ull << 32 | len, len), E_INVALID);
	(void)handle_in(CALL(n, FID64(FN_MEM_SHARE), len, len));
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	expect_error(send_raw(n, FN_MEM_SHARE, len, len), E_INVALID);
}

static void pages_have_one_owner(void **state)
{
	struct region share = usual(FN_MEM_SHARE);
	struct region lend = usual(FN_MEM_LEND);
	struct nwd *n = *state;
	uint64_t first = handle_in(send(n, &share));
	uint64_t second = handle_in(send(n, &share));

	/* Shared with more, but by nobody else, and not lent. */
	expect_error(send(n, &lend), E_DENIED);
	share.sender = VM2;
	expect_error(send(n, &share), E_DENIED);
	expect_success(reclaim(n, first, 0));
	expect_error(send(n, &lend), E_DENIED);
	expect_success(reclaim(n, second, 0));
	first = handle_in(send(n, &lend));
	expect_error(send(n, &lend), E_DENIED);
	expect_error(send(n, &share), E_DENIED);
	expect_error(CALL(n, FID64(FN_RXTX_UNMAP)), E_NOT_SUPPORTED);
	expect_success(CALL(n, FID32(FN_RXTX_UNMAP)));
	expect_error(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, VM_RAM, 1), E_INVALID);
	expect_success(reclaim(n, first, 0));
	expect_success(CALL(n, FID64(FN_RXTX_MAP), NWD_TX, VM_RAM, 1));
}

static void reclaim_refuses(void **state)
{
	struct region r = usual(FN_MEM_SHARE);
	struct nwd *n = *state;
	uint64_t handle = handle_in(send(n, &r));

	expect_error(reclaim(n, handle, 4), E_INVALID);
	expect_error(reclaim(n, ~0ull, 0), E_INVALID);
	expect_error(reclaim(n, 0, 0), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RECLAIM), handle, handle >> 32, 0, 1), E_INVALID);
	assert_int_equal(status(tell(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)), E_DENIED);
	expect_success(reclaim(n, handle, 0));
}

static void expect_frag_rx(struct vffa_regs regs, uint64_t *handle, uint32_t offset)
{
	*handle = regs.x[1] | regs.x[2] << 32;
	expect(regs, FID32(FN_MEM_FRAG_RX), (uint32_t)*handle, *handle >> 32, offset, VM << 16);
}

static struct vffa_regs frag_tx(struct nwd *n, uint64_t handle, uint32_t len)
{
	return CALL(n, FID32(FN_MEM_FRAG_TX), (uint32_t)handle, handle >> 32, len, VM << 16);
}

/* Send a region in fragments of at most @max bytes. */
static uint64_t send_in_fragments(struct nwd *n, const struct region *r, uint32_t max)
{
	uint8_t *d = malloc(composite_offset(n, r) + 16 + 16 * (size_t)r->nr_ranges);
	uint32_t total = encode(n, r, d);
	struct vffa_regs regs;
	uint32_t sent = max;
	uint64_t handle;

	memcpy(n->tx, d, max);
	regs = send_raw(n, r->fn, total, max);
	while (sent < total) {
		uint32_t len = total - sent < max ? total - sent : max;

		expect_frag_rx(regs, &handle, sent);
		memcpy(n->tx, d + sent, len);
		regs = frag_tx(n, handle, len);
		sent += len;
	}
	free(d);
	assert_true(handle == handle_in(regs));
	return handle;
}

static void fragments_go_both_ways(void **state)
{
	struct nwd *n = *state;
	struct region r = usual(FN_MEM_SHARE);
	uint64_t handle;

	r.nr_ranges = 1000;
	r.gap = 2;
	handle = send_in_fragments(n, &r, 4096);
	expect_listing(retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 4);
	assert_int_equal(status(tell(n, SP_ID_BORROWER, BORROWER_FILL, handle, 0, 0)), 0);
	assert_int_equal(vm_page(n, &r, 999)[1], 999 * 512 + 1);
	assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(reclaim(n, handle, 0));

	r.fn = FN_MEM_DONATE;
	r.attrs = 0;
	r.perms = 0;
	handle = send_in_fragments(n, &r, 160);
	expect_listing(retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 4);
	expect_error(reclaim(n, handle, 0), E_INVALID);
}

/* 1 GiB in pages that do not touch: it must not take time that grows with the square. */
static void a_gibibyte_of_scattered_pages(void **state)
{
	const struct spmc_inproc_options opt = { .ram_pages = 2 * 262144 + 1024 };
	struct region r = usual(FN_MEM_LEND);
	struct nwd *n = nwd_start(&opt);
	uint64_t handle;

	*state = n;
	nwd_negotiate(n, 2);
	r.nr_ranges = 262144;
	r.gap = 2;
	handle = send_in_fragments(n, &r, 4096);
	expect_listing(retrieve(n, SP_ID_BORROWER, handle, RW, 0), &r, 1025);
	assert_int_equal(relinquish(n, SP_ID_BORROWER, handle, 0), 0);
	expect_success(reclaim(n, handle, 0));
}

static void fragments_are_checked(void **state)
{
	struct nwd *n = *state;
	struct region r = usual(FN_MEM_SHARE);
	uint32_t first = composite_offset(n, &r) + 32;
	uint64_t handle;

	(void)encode(n, &r, n->tx);
	expect_frag_rx(send_raw(n, FN_MEM_SHARE, first + 16, first), &handle, first);
	expect_error(reclaim(n, handle, 0), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_FRAG_TX), handle, handle >> 32, 16), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_FRAG_TX), handle, handle >> 32, 16, VM << 16, 1),
		     E_INVALID);
	/* A bad fragment is the end of it. */
	expect_error(frag_tx(n, handle, 32), E_INVALID);
	expect_error(frag_tx(n, handle, 16), E_INVALID);

	expect_frag_rx(send_raw(n, FN_MEM_SHARE, first + 16, first), &handle, first);
	memset(n->tx, 0xFF, 16);
	expect_error(frag_tx(n, handle, 16), E_INVALID);
	expect_error(frag_tx(n, handle, 16), E_INVALID);
	expect_success(reclaim(n, handle_in(send(n, &r)), 0));
}

static void resources_end(void **state)
{
	struct nwd *n = *state;
	struct region r = usual(FN_MEM_SHARE);
	uint64_t handle = 0;

	r.nr_ranges = 1;
	for (unsigned int i = 0; i < SPMC_MAX_REGIONS - 1; i++) {
		r.base = VM_RAM + 4096ull * i;
		handle = handle_in(send(n, &r));
	}
	r.base += 4096;
	(void)handle_in(send(n, &r));
	r.base += 4096;
	expect_error(send(n, &r), E_NO_MEMORY);
	expect_success(reclaim(n, handle, 0));
	(void)handle_in(send(n, &r));
}

/* A bare header with a handle. */
static struct vffa_regs look_up(struct nwd *n, uint64_t handle)
{
	memset(n->tx, 0, 48);
	put64(n->tx + 8, handle);
	return CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 48, 48);
}

static void the_hypervisor_looks_a_region_up(void **state)
{
	struct nwd *n = *state;
	struct region r = usual(FN_MEM_LEND);
	uint32_t head = composite_offset(n, &r) + 16;
	uint32_t total;
	uint64_t handle;

	r.nr_ranges = 400;
	r.gap = 2;
	handle = send_in_fragments(n, &r, 4096);
	total = head + 400 * 16;
	expect(look_up(n, handle), FID32(FN_MEM_RETRIEVE_RESP), total, 4096);
	assert_int_equal(get16(n->rx), VM);
	assert_int_equal(get32(n->rx + 4), 2 << 3);
	assert_true(get64(n->rx + 8) == handle);
	assert_int_equal(get64(n->rx + 16), TAG);
	assert_int_equal(get32(n->rx + 28), 1);
	assert_int_equal(get16(n->rx + 48), SP_ID_BORROWER);
	assert_int_equal(get32(n->rx + head - 16), 400);
	assert_true(get64(n->rx + head) == VM_RAM);
	expect_error(look_up(n, handle), E_DENIED);
	expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4096, VM << 16), E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4095, VM << 16),
		     E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4096), E_INVALID);
	expect(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4096, VM << 16),
	       FID32(FN_MEM_FRAG_TX), (uint32_t)handle, handle >> 32, total - 4096, VM << 16);
	assert_true(get64(n->rx) == VM_RAM + (4096ull - head) / 16 * 2 * 4096);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, total, VM << 16),
		     E_INVALID);
	expect_success(reclaim(n, handle, 0));
	expect_error(look_up(n, handle), E_INVALID);
}

/* The hypervisor's request for a VM, with one EMAD. */
static struct vffa_regs retrieve_for_vm(struct nwd *n, uint64_t handle, uint16_t vm)
{
	memset(n->tx, 0, 80);
	put16(n->tx, SP_ID_BORROWER);
	put64(n->tx + 8, handle);
	put64(n->tx + 16, TAG);
	put32(n->tx + 24, 32);
	put32(n->tx + 28, 1);
	put32(n->tx + 32, 48);
	put16(n->tx + 48, vm);
	n->tx[50] = RW;
	return CALL(n, FID64(FN_MEM_RETRIEVE_REQ), 80, 80);
}

static struct vffa_regs relinquish_for_vm(struct nwd *n, uint64_t handle, uint16_t vm)
{
	put64(n->tx, handle);
	put32(n->tx + 8, 0);
	put32(n->tx + 12, 1);
	put16(n->tx + 16, vm);
	return CALL(n, FID32(FN_MEM_RELINQUISH));
}

static void a_partition_passes_memory_on_to_a_vm(void **state)
{
	struct nwd *n = *state;
	struct region r = usual(FN_MEM_DONATE);
	struct vffa_regs regs;
	uint64_t handle;

	r.nr_ranges = 1;
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle_in(send(n, &r)), RW, 0)), 0);
	regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0, BORROWER_PASS_ON,
		    VM2 | FN_MEM_LEND << 16, VM_RAM >> 12, 1, TAG);
	assert_int_equal(status(regs), 0);
	handle = regs.x[4] | regs.x[5] << 32;

	expect_error(retrieve_for_vm(n, handle, VM), E_INVALID);
	expect(retrieve_for_vm(n, handle, VM2), FID32(FN_MEM_RETRIEVE_RESP), 112, 112);
	assert_int_equal(get16(n->rx + 2), 0x6F); /* normal memory, Non-secure */
	assert_int_equal(n->rx[50], RW | 4);
	assert_true(get64(n->rx + 96) == VM_RAM);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(reclaim(n, handle, 0), E_DENIED);
	assert_int_equal(status(tell(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)), E_DENIED);
	expect_error(relinquish_for_vm(n, handle, VM), E_DENIED);
	expect_error(relinquish_for_vm(n, handle, SP_ID_BORROWER), E_INVALID);
	expect_success(relinquish_for_vm(n, handle, VM2));
	assert_int_equal(status(tell(n, SP_ID_BORROWER, BORROWER_RECLAIM, handle, 0, 0)), 0);

	/* And back for good. */
	regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0, BORROWER_PASS_ON,
		    VM | FN_MEM_DONATE << 16, VM_RAM >> 12, 1, TAG);
	assert_int_equal(status(regs), 0);
	expect(retrieve_for_vm(n, regs.x[4] | regs.x[5] << 32, VM), FID32(FN_MEM_RETRIEVE_RESP),
	       112, 112);
	(void)handle_in(send(n, &r));
}

/* Have the borrower lend a page of its own to VM2. */
static uint64_t lend_to_vm2(struct nwd *n)
{
	struct region r = usual(FN_MEM_DONATE);
	struct vffa_regs regs;

	r.nr_ranges = 1;
	assert_int_equal(status(retrieve(n, SP_ID_BORROWER, handle_in(send(n, &r)), RW, 0)), 0);
	regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0, BORROWER_PASS_ON,
		    VM2 | FN_MEM_LEND << 16, VM_RAM >> 12, 1, TAG);
	assert_int_equal(status(regs), 0);
	return regs.x[4] | regs.x[5] << 32;
}

/* Every field of a request that could be wrong, once. Offsets are of 1.2's layout. */
static void retrieves_are_checked(void **state)
{
	static const struct {
		uint32_t offset;
		uint32_t value;
		int status;
	} bad[] = {
		{ 0, VM, E_DENIED },			       /* not the owner */
		{ 0, SP_ID_BORROWER | 0x6F << 16, E_INVALID }, /* NS */
		{ 0, SP_ID_BORROWER | 0x80 << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x10 << 16, E_DENIED }, /* device */
		{ 0, SP_ID_BORROWER | 0x30 << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x0F << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x2E << 16, E_DENIED }, /* outer shareable */
		{ 0, SP_ID_BORROWER | 0x2D << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x23 << 16, E_INVALID },
		{ 0, SP_ID_BORROWER | 0x2F << 16, 0 },
		{ 0, SP_ID_BORROWER | 0x27 << 16, 0 },
		{ 4, 1, E_DENIED },	  /* zero */
		{ 4, 1 << 3, E_INVALID }, /* share */
		{ 4, 3 << 3, E_INVALID }, /* donate */
		{ 4, 2 << 3, 0 },	  /* lend */
		{ 4, 2, 0 },
		{ 4, 4, 0 },
		{ 4, 1 << 5, E_INVALID }, /* hints */
		{ 4, 1 << 9, E_INVALID },
		{ 4, 1 << 10, E_INVALID }, /* bypass */
		{ 4, 1 << 11, E_INVALID },
		{ 8, 0, E_INVALID },
		{ 12, 1, E_INVALID },
		{ 16, TAG + 1, E_INVALID },
		{ 24, 16, E_INVALID },
		{ 28, 2, E_INVALID },
		{ 32, 64, E_INVALID },
		{ 36, 1, E_INVALID },
		{ 48, VM | RW << 16, E_INVALID },
		{ 48, SP_ID_BORROWER | RW << 16, E_INVALID },
		{ 48, VM2, E_INVALID },
		{ 48, VM2 | 3 << 16, E_INVALID },
		{ 48, VM2 | (RW | 8) << 16, E_DENIED }, /* executable */
		{ 48, VM2 | (RW | 12) << 16, E_INVALID },
		{ 48, VM2 | 0x12 << 16, E_INVALID },
		{ 48, VM2 | RW << 16 | 1 << 24, E_INVALID },
		{ 48, VM2 | RW << 16 | 2 << 24, E_INVALID },
		{ 48, VM2 | RO << 16, 0 },
		{ 52, 96, E_INVALID },
		{ 56, 1, E_INVALID },
		{ 72, 1, E_INVALID },
	};
	struct nwd *n = *state;
	uint64_t handle = lend_to_vm2(n);

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct vffa_regs regs = retrieve_for_vm(n, handle, VM);

		expect_error(regs, E_INVALID);
		put16(n->tx + 48, VM2);
		put32(n->tx + bad[i].offset, bad[i].value);
		regs = CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 80, 80);
		if (bad[i].status) {
			if (regs.x[2] != (uint32_t)bad[i].status)
				print_error("case %u\n", i);
			expect_error(regs, bad[i].status);
			continue;
		}
		expect(regs, FID32(FN_MEM_RETRIEVE_RESP), 112, 112);
		expect_success(CALL(n, FID32(FN_RX_RELEASE)));
		expect_success(relinquish_for_vm(n, handle, VM2));
	}
}

static void requests_have_one_length(void **state)
{
	struct nwd *n = *state;
	uint64_t handle = lend_to_vm2(n);

	expect(retrieve_for_vm(n, handle, VM2), FID32(FN_MEM_RETRIEVE_RESP), 112, 112);
	expect_success(relinquish_for_vm(n, handle, VM2));
	expect_error(retrieve_for_vm(n, handle, VM2), E_BUSY);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 80, 64), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 96, 96), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 47, 47), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 8192, 8192), E_INVALID);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 80, 80, VM_RAM, 1), E_INVALID);
	put32(n->tx + 28, 17);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 592, 592), E_NO_MEMORY);
	expect_error(CALL(n, FID32(FN_MEM_RELINQUISH), 1), E_INVALID);
	expect(look_up(n, handle), FID32(FN_MEM_RETRIEVE_RESP), 112, 112);
	expect_error(look_up(n, handle), E_BUSY);
	put32(n->tx + 4, 1);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 48, 48), E_INVALID);
}

/* Lent to a partition and to a VM: who asks names them all, itself without the flag. */
static void a_vm_is_one_of_several_borrowers(void **state)
{
	struct nwd *n = *state;
	struct region r = usual(FN_MEM_LEND);
	uint8_t *second = n->tx + 80;
	uint64_t handle;

	r.to[1] = VM2;
	r.nr_to = 2;
	r.attrs = 0x2F;
	r.nr_ranges = 300;
	r.gap = 2;
	handle = send_in_fragments(n, &r, 4096);
	(void)retrieve_for_vm(n, handle, VM2);
	put16(n->tx, VM);
	put32(n->tx + 28, 2);
	memset(second, 0, 32);
	put16(second, SP_ID_ECHO);
	second[2] = RW;
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 112, 112), E_DENIED);
	put16(second, VM);
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 112, 112), E_INVALID);
	put16(second, VM2);
	second[3] = 1;
	expect_error(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 112, 112), E_INVALID);
	put16(second, SP_ID_BORROWER);
	expect(CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 112, 112), FID32(FN_MEM_RETRIEVE_RESP),
	       96 + 4800, 4096);
	expect_success(CALL(n, FID32(FN_RX_RELEASE)));

	/* Not before the whole descriptor was fetched. */
	expect_error(relinquish_for_vm(n, handle, VM2), E_INVALID);
	expect(CALL(n, FID32(FN_MEM_FRAG_RX), handle, handle >> 32, 4096, VM << 16),
	       FID32(FN_MEM_FRAG_TX), (uint32_t)handle, handle >> 32, 800, VM << 16);
	expect_success(relinquish_for_vm(n, handle, VM2));
	put32(n->tx + 12, 2);
	expect_error(CALL(n, FID32(FN_MEM_RELINQUISH)), E_INVALID);
	put32(n->tx + 12, 1);
	put32(n->tx + 8, 4);
	expect_error(CALL(n, FID32(FN_MEM_RELINQUISH)), E_INVALID);
	expect_success(reclaim(n, handle, 0));
}

static void receivers_are_named_once(void **state)
{
	struct nwd *n = *state;
	struct region r = usual(FN_MEM_SHARE);

	r.to[1] = SP_ID_BORROWER;
	r.nr_to = 2;
	expect_error(send(n, &r), E_INVALID);
	r.fn = FN_MEM_DONATE;
	r.to[1] = SP_ID_BORROWER2;
	r.perms = 0;
	r.attrs = 0;
	expect_error(send(n, &r), E_INVALID);
}

static void ranges_end(void **state)
{
	const struct spmc_inproc_options opt = { .ram_pages = 1024 };
	struct region r = usual(FN_MEM_SHARE);
	struct nwd *n = nwd_start(&opt);
	uint64_t handle;

	*state = n;
	nwd_negotiate(n, 2);
	r.nr_ranges = 200;
	r.gap = 2;
	handle = handle_in(send(n, &r));
	for (unsigned int i = 1; i < 5; i++)
		(void)handle_in(send(n, &r));
	expect_error(send(n, &r), E_NO_MEMORY);
	expect_success(reclaim(n, handle, 0));
	(void)handle_in(send(n, &r));
}

static void features_of_memory(void **state)
{
	struct nwd *n = *state;

	expect_success(CALL(n, FID32(FN_FEATURES), FID64(FN_MEM_SHARE)));
	expect(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_RETRIEVE_REQ)), FID32(FN_SUCCESS), 0, 4);
	expect(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_RETRIEVE_REQ), 2), FID32(FN_SUCCESS), 0, 6);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_RETRIEVE_REQ), 1), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(FN_MEM_SHARE), 1), E_NOT_SUPPORTED);
	expect_error(CALL(n, FID32(FN_FEATURES), FID32(0x79)), E_NOT_SUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_0),
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_1),
		TEST(shared_and_lent_memory_is_used_and_returned, nwd_setup_1_2),
		TEST(donated_memory_stays, nwd_setup_1_2),
		TEST(a_read_only_borrower_cannot_write, nwd_setup_1_2),
		TEST(zeroes_on_request, nwd_setup_1_2),
		TEST(several_borrowers_each_have_it, nwd_setup_1_1),
		TEST(several_borrowers_each_have_it, nwd_setup_1_2),
		TEST(only_what_was_offered_is_retrieved, nwd_setup_1_2),
		TEST(sends_are_checked, nwd_setup_1_2),
		TEST(lengths_are_checked, nwd_setup_1_2),
		TEST(pages_have_one_owner, nwd_setup_1_2),
		TEST(reclaim_refuses, nwd_setup_1_2),
		TEST(fragments_go_both_ways, nwd_setup_1_2),
		cmocka_unit_test_teardown(a_gibibyte_of_scattered_pages, nwd_teardown),
		TEST(fragments_are_checked, nwd_setup_1_2),
		TEST(resources_end, nwd_setup_1_2),
		TEST(the_hypervisor_looks_a_region_up, nwd_setup_1_2),
		TEST(a_partition_passes_memory_on_to_a_vm, nwd_setup_1_2),
		TEST(retrieves_are_checked, nwd_setup_1_2),
		TEST(requests_have_one_length, nwd_setup_1_2),
		TEST(a_vm_is_one_of_several_borrowers, nwd_setup_1_2),
		TEST(receivers_are_named_once, nwd_setup_1_2),
		cmocka_unit_test_teardown(ranges_end, nwd_teardown),
		TEST(features_of_memory, nwd_setup_1_2),
	};

	return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
