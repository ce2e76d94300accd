// SPDX-License-Identifier: GPL-2.0-only
/* Steps of memory transactions: descriptors that are right, or almost. */
#include "run.h"

#include <string.h>

#define OWNER	  1u
#define OTHER_VM  2u
#define TAG	  7u
#define REGION_PA (SPMC_INPROC_RAM_BASE + 0x30000)
#define NR_RANGES 3u

/* Sizes of a version's descriptors, with so many EMADs. */
struct layout {
	uint32_t emads;
	uint32_t size;
	uint32_t comp;
};

static struct layout layout_of(const struct run *r, uint32_t nr_emads)
{
	struct layout l = { r->minor ? 48 : 32, r->minor >= 2 ? 32 : 16, 0 };

	l.comp = l.emads + nr_emads * l.size;
	return l;
}

static void put_header(const struct run *r, uint8_t *tx, uint16_t sender, uint32_t nr_emads)
{
	struct layout l = layout_of(r, nr_emads);

	put16(tx, sender);
	put64(tx + 16, TAG);
	put32(tx + 28, nr_emads);
	if (r->minor) {
		put32(tx + 24, l.size);
		put32(tx + 32, l.emads);
	}
}

static void put_ranges(uint8_t *comp, uint64_t base)
{
	put32(comp, NR_RANGES);
	put32(comp + 4, NR_RANGES);
	for (uint32_t i = 0; i < NR_RANGES; i++) {
		put64(comp + 16 + 16 * i, base + 2ull * i * PAGE_SIZE_4K);
		put32(comp + 24 + 16 * i, 1);
	}
}

/* What @how asks for. Returns the length. */
static uint32_t put_region(const struct run *r, uint8_t *tx, uint32_t fn, uint32_t how)
{
	uint32_t nr = 1 + (how >> 2 & 1);
	struct layout l = layout_of(r, nr);

	put_header(r, tx, OWNER, nr);
	tx[2] = fn == FN_MEM_SHARE || nr > 1 ? 0x2F : 0;
	tx[4] = fn != FN_MEM_SHARE && how & 16;
	if (how & 0x100)
		put64(tx + 8, MEM_HANDLE_HYP | how);
	for (uint32_t i = 0; i < nr; i++) {
		uint8_t *e = tx + l.emads + i * l.size;

		put16(e, !i ? SP_ID_BORROWER : how & 0x200 ? OTHER_VM : SP_ID_BORROWER2);
		e[2] = fn == FN_MEM_DONATE ? 0 : 1 + (how >> 5 & 1);
		put32(e + 4, l.comp);
	}
	put_ranges(tx + l.comp, REGION_PA + (how >> 6 & 3) * PAGE_SIZE_4K);
	return l.comp + 16 + 16 * NR_RANGES;
}

/* Share, lend or donate to one or two borrowers, whole or in two fragments, from TX or not. */
void send_region(struct run *r)
{
	uint32_t how = (uint32_t)take(&r->in, 2);
	uint32_t fn = FN_MEM_DONATE + how % 3;
	uint8_t *tx = clear_tx(r);
	uint32_t total = put_region(r, tx, fn, how);
	struct vffa_regs regs = { { FID64(fn), total, how & 8 ? total - 16 : total } };

	if (how & 0x400)
		regs.x[3] = how & 0x800 ? VM_PA : TX_PA;
	regs.x[4] = how >> 10 & 1;
	spoil(tx, r);
	if (how & 0x800)
		memcpy(spmc_inproc_ram(r->p, VM_PA), tx, total);
	spmc_inproc_call(r->p, 0, &regs);
	note_handle(r, &regs);
	if (regs.x[0] != FID32(FN_MEM_FRAG_RX) || how & 16)
		return;
	memmove(tx, tx + total - 16, 16);
	spoil(tx, r);
	regs = (struct vffa_regs){ { FID32(FN_MEM_FRAG_TX), regs.x[1], regs.x[2], 16, regs.x[4] } };
	spmc_inproc_call(r->p, 0, &regs);
	note_handle(r, &regs);
}

void reclaim(struct run *r)
{
	struct vffa_regs regs = { { FID32(FN_MEM_RECLAIM), (uint32_t)r->handle, r->handle >> 32,
				    take(&r->in, 1) & 3 } };

	spmc_inproc_call(r->p, 0, &regs);
}

/* Or a look at a region: without EMADs. */
void retrieve_for_vm(struct run *r)
{
	uint32_t how = (uint32_t)take(&r->in, 1);
	uint32_t nr = (how & 3) % 3;
	struct layout l = layout_of(r, nr);
	struct vffa_regs regs = { { FID32(FN_MEM_RETRIEVE_REQ), l.comp, l.comp } };
	uint8_t *tx = clear_tx(r);

	put64(tx + 8, r->handle);
	if (nr) {
		put_header(r, tx, how & 4 ? OWNER : SP_ID_BORROWER, nr);
		put16(tx + l.emads, OTHER_VM);
		tx[l.emads + 2] = 1 + (how >> 3 & 1);
	}
	if (nr > 1) {
		put16(tx + l.emads + l.size, SP_ID_BORROWER);
		tx[l.emads + l.size + 2] = 1;
	}
	tx[5] = nr == 1 && how & 16 ? MEM_BYPASS >> 8 : 0;
	spoil(tx, r);
	spmc_inproc_call(r->p, 0, &regs);
	if (how & 32)
		return;
	regs = (struct vffa_regs){ { FID32(FN_RX_RELEASE) } };
	spmc_inproc_call(r->p, 0, &regs);
}

void relinquish_for_vm(struct run *r)
{
	struct vffa_regs regs = { { FID32(FN_MEM_RELINQUISH) } };
	uint8_t *tx = clear_tx(r);

	put64(tx, r->handle);
	put32(tx + 8, (uint32_t)take(&r->in, 1) & 1);
	put32(tx + 12, 1);
	put16(tx + 16, OTHER_VM);
	spoil(tx, r);
	spmc_inproc_call(r->p, 0, &regs);
}

/* Where the next request wants the three pages: rarely elsewhere than in the window. */
static void take_place(struct run *r, struct vffa_regs *regs)
{
	uint8_t how = (uint8_t)take(&r->in, 1);

	regs->x[4] = (how & 128 ? REGION_PA : SPMC_WINDOW_BASE) >> PAGE_SHIFT_4K;
	regs->x[4] += (how & 64 ? SPMC_WINDOW_PAGES - 4 : 0) + (how & 3);
	regs->x[5] = how & 4 ? 1 | NR_RANGES << 16 : NR_RANGES | 1 << 16;
	regs->x[6] = how >> 3 & 3;
	regs->x[7] = how >> 5 & 1;
}

/* Have a borrower do something, mostly with the last region. */
void tell_borrower(struct run *r)
{
	uint32_t how = (uint32_t)take(&r->in, 2);
	uint32_t ids = ids_word(OWNER, how & 128 ? SP_ID_BORROWER2 : SP_ID_BORROWER);
	uint32_t cmd = 1 + (how & 15) % BORROWER_WRITE_AT;
	uint64_t flags =
		(how & 32 ? BORROWER_BYPASS : 0) |
		(how & 0x100 ? BORROWER_HINT | (how >> 9 & 15) << BORROWER_ALIGN_SHIFT : 0);
	struct vffa_regs regs = { { FID64(FN_DIRECT_REQ), ids, 0, cmd, (uint32_t)r->handle,
				    r->handle >> 32, OWNER | 2 << 16 | flags << 24, TAG } };

	if (how & 64)
		regs.x[6] = take(&r->in, 4);
	if (cmd == BORROWER_PLACE) {
		take_place(r, &regs);
	} else if (cmd == BORROWER_PASS_ON) {
		regs.x[4] = OTHER_VM | (uint64_t)(FN_MEM_DONATE + (how >> 8) % 3) << 16;
		regs.x[5] = REGION_PA >> PAGE_SHIFT_4K;
		regs.x[6] = 1 | (how >> 10 & 3) << 16;
	} else if (cmd >= BORROWER_READ_AT) {
		regs.x[4] = (SPMC_WINDOW_BASE >> PAGE_SHIFT_4K) + (how >> 8 & 3);
	}
	request(r, &regs);
	/* It tells a new handle as FFA_SUCCESS does, two registers further on. */
	if (cmd == BORROWER_PASS_ON && regs.x[0] == FID64(FN_DIRECT_RESP) && !regs.x[3])
		r->handle = regs.x[4] | regs.x[5] << 32;
}
