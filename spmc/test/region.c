// SPDX-License-Identifier: GPL-2.0-only
/* Descriptors, written out byte by byte, and the calls that go with them. */
#include "region.h"

#include <stdlib.h>

static uint32_t emad_size(const struct nwd *n)
{
	return n->minor >= 2 ? 32 : 16;
}

static uint32_t header_size(const struct nwd *n)
{
	return n->minor ? 48 : 32;
}

uint32_t region_composite(const struct nwd *n, const struct region *r)
{
	return header_size(n) + r->nr_to * emad_size(n);
}

struct region region_usual(uint32_t fn)
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

uint32_t region_encode(const struct nwd *n, const struct region *r, uint8_t *d)
{
	uint32_t comp = region_composite(n, r);
	uint32_t emads = header_size(n);

	memset(d, 0, comp + 16);
	put16(d, r->sender);
	put16(d + 2, r->attrs);
	put32(d + 4, r->flags);
	put64(d + 8, r->handle);
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

struct vffa_regs mem_send_raw(struct nwd *n, uint32_t fn, uint32_t total, uint32_t len)
{
	return CALL(n, FID32(fn), total, len);
}

struct vffa_regs region_send(struct nwd *n, const struct region *r)
{
	uint32_t len = region_encode(n, r, n->tx);

	return mem_send_raw(n, r->fn, len, len);
}

uint64_t handle_in(struct vffa_regs regs)
{
	assert_int_equal(regs.x[0], FID32(FN_SUCCESS));
	assert_int_not_equal(regs.x[2] | regs.x[3], 0);
	return regs.x[2] | regs.x[3] << 32;
}

struct vffa_regs mem_reclaim(struct nwd *n, uint64_t handle, uint32_t flags)
{
	return CALL(n, FID32(FN_MEM_RECLAIM), (uint32_t)handle, handle >> 32, flags);
}

struct vffa_regs tell_borrower(struct nwd *n, uint16_t sp, uint32_t cmd, uint64_t handle,
			       uint64_t a2, uint64_t a3)
{
	struct vffa_regs regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, sp), 0, cmd,
				     (uint32_t)handle, handle >> 32, a2, a3);

	assert_int_equal(regs.x[0], FID64(FN_DIRECT_RESP));
	return regs;
}

int sp_answer(struct vffa_regs regs)
{
	return (int)(uint32_t)regs.x[3];
}

struct vffa_regs sp_retrieve(struct nwd *n, uint16_t sp, uint64_t handle, uint32_t perms,
			     uint32_t flags)
{
	return tell_borrower(n, sp, BORROWER_RETRIEVE, handle, VM | perms << 16 | flags << 24, TAG);
}

int sp_relinquish(struct nwd *n, uint16_t sp, uint64_t handle, uint32_t flags)
{
	return sp_answer(tell_borrower(n, sp, BORROWER_RELINQUISH, handle, flags, 0));
}

void sp_place(struct nwd *n, uint16_t sp, struct place at)
{
	struct vffa_regs regs =
		CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, sp), 0, BORROWER_PLACE, at.address >> 12,
		     at.nr_ranges | at.pages_per_range << 16, at.gap, at.per_fragment);

	assert_int_equal(sp_answer(regs), 0);
}

uint64_t sp_read(struct nwd *n, uint16_t sp, uint64_t address)
{
	struct vffa_regs regs =
		CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, sp), 0, BORROWER_READ_AT, address >> 12);

	assert_int_equal(sp_answer(regs), 0);
	return regs.x[4] | regs.x[5] << 32;
}

uint64_t *region_va(struct nwd *n, const struct region *r, uint32_t range)
{
	return spmc_inproc_ram(n->p, r->base + (uint64_t)range * r->gap * 4096);
}

/* What the borrower should hear: h = h * 31 + page, h = h * 31 + pages. */
static uint32_t region_hash(const struct region *r)
{
	uint32_t h = 0;

	for (uint32_t i = 0; i < r->nr_ranges; i++) {
		h = h * 31 + (uint32_t)((r->base >> 12) + i * r->gap);
		h = h * 31 + r->pages_per_range;
	}
	return h;
}

void expect_listing(struct vffa_regs regs, const struct region *r, uint32_t nr_fragments)
{
	assert_int_equal(sp_answer(regs), 0);
	assert_int_equal(regs.x[4], r->nr_ranges * r->pages_per_range);
	assert_int_equal(regs.x[5], r->nr_ranges);
	assert_int_equal(regs.x[6], region_hash(r));
	assert_int_equal(regs.x[7], nr_fragments);
}

void expect_frag_rx(struct vffa_regs regs, uint64_t *handle, uint32_t offset)
{
	*handle = regs.x[1] | regs.x[2] << 32;
	expect(regs, FID32(FN_MEM_FRAG_RX), (uint32_t)*handle, *handle >> 32, offset, VM << 16);
}

struct vffa_regs mem_frag_tx(struct nwd *n, uint64_t handle, uint32_t len)
{
	return CALL(n, FID32(FN_MEM_FRAG_TX), (uint32_t)handle, handle >> 32, len, VM << 16);
}

uint64_t region_send_in_fragments(struct nwd *n, const struct region *r, uint32_t max)
{
	uint8_t *d = malloc(region_composite(n, r) + 16 + 16 * (size_t)r->nr_ranges);
	uint32_t total = region_encode(n, r, d);
	struct vffa_regs regs;
	uint32_t sent = max;
	uint64_t handle;

	memcpy(n->tx, d, max);
	regs = mem_send_raw(n, r->fn, total, max);
	while (sent < total) {
		uint32_t len = total - sent < max ? total - sent : max;

		expect_frag_rx(regs, &handle, sent);
		memcpy(n->tx, d + sent, len);
		regs = mem_frag_tx(n, handle, len);
		sent += len;
	}
	free(d);
	assert_true(handle == handle_in(regs));
	return handle;
}

struct vffa_regs hyp_look_up(struct nwd *n, uint64_t handle)
{
	memset(n->tx, 0, 48);
	put64(n->tx + 8, handle);
	return CALL(n, FID32(FN_MEM_RETRIEVE_REQ), 48, 48);
}

struct vffa_regs hyp_retrieve(struct nwd *n, uint64_t handle, uint16_t vm)
{
	uint32_t len = header_size(n) + emad_size(n);

	memset(n->tx, 0, len);
	put16(n->tx, SP_ID_BORROWER);
	put64(n->tx + 8, handle);
	put64(n->tx + 16, TAG);
	put32(n->tx + 28, 1);
	if (n->minor) {
		put32(n->tx + 24, emad_size(n));
		put32(n->tx + 32, 48);
	}
	put16(n->tx + header_size(n), vm);
	n->tx[header_size(n) + 2] = RW;
	return CALL(n, FID64(FN_MEM_RETRIEVE_REQ), len, len);
}

struct vffa_regs hyp_relinquish(struct nwd *n, uint64_t handle, uint16_t vm)
{
	put64(n->tx, handle);
	put32(n->tx + 8, 0);
	put32(n->tx + 12, 1);
	put16(n->tx + 16, vm);
	return CALL(n, FID32(FN_MEM_RELINQUISH));
}

uint64_t sp_lend_to_vm2(struct nwd *n)
{
	struct region r = region_usual(FN_MEM_DONATE);
	struct vffa_regs regs;

	r.nr_ranges = 1;
	assert_int_equal(
		sp_answer(sp_retrieve(n, SP_ID_BORROWER, handle_in(region_send(n, &r)), RW, 0)), 0);
	regs = CALL(n, FID64(FN_DIRECT_REQ), ids_word(VM, SP_ID_BORROWER), 0, BORROWER_PASS_ON,
		    VM2 | FN_MEM_LEND << 16, VM_RAM >> 12, 1, TAG);
	assert_int_equal(sp_answer(regs), 0);
	return regs.x[4] | regs.x[5] << 32;
}
