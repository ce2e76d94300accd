// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of the normal world, as a fuzzer makes them up, in any order and on any CPU, with anything
 * in the buffers. Looks for what sanitizers find, and
 * for a state that cannot be.
 *
 * An input is a sequence of operations; see step(). Interrupts always pend, so that no partition
 * computes for long.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bytes.h"
#include "ffa.h"
#include "inproc.h"
#include "invariants.h"
#include "sp/proto.h"

#define NR_CPUS	  2u
#define MAX_STEPS 64u
#define TX_PA	  (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA	  (SPMC_INPROC_RAM_BASE + 0x20000)

struct input {
	uint64_t handle; /* of the last transaction */
	const uint8_t *data;
	size_t size;
};

static uint64_t take(struct input *in, unsigned int nr_bytes)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < nr_bytes && in->size; i++) {
		v |= (uint64_t)*in->data++ << (8 * i);
		in->size--;
	}
	return v;
}

static uint16_t take_id(struct input *in)
{
	static const uint16_t ids[] = { 0,
					1,
					2,
					0x8000,
					SP_ID_ECHO,
					SP_ID_FORWARDER,
					SP_ID_YIELDER,
					SP_ID_HOSTILE,
					SP_ID_SILENT,
					SP_ID_CONTROL };
	uint8_t n = (uint8_t)take(in, 1);

	return n < sizeof(ids) / sizeof(ids[0]) ? ids[n] : (uint16_t)take(in, 2);
}

/* Registers are mostly small, or ids, or addresses. */
static uint64_t take_reg(struct input *in)
{
	uint32_t from;

	switch (take(in, 1) % 10) {
	case 8:
		return (uint32_t)in->handle;
	case 9:
		return in->handle >> 32;
	case 0:
	case 1:
		return 0;
	case 2:
		return take(in, 1);
	case 3:
		from = take_id(in);
		return from << 16 | take_id(in);
	case 4:
		return SPMC_INPROC_RAM_BASE + (take(in, 2) << 12);
	case 5:
		return take(in, 2);
	case 6:
		return 0x80000000u | take(in, 1);
	default:
		return take(in, 8);
	}
}

/* A handle is in x2 and x3 of FFA_SUCCESS, in x1 and x2 of FFA_MEM_FRAG_RX. */
static void note_handle(struct input *in, const struct vffa_regs *regs)
{
	if (regs->x[0] == FID32(FN_SUCCESS) && regs->x[2] & 0xFFFF)
		in->handle = regs->x[2] | regs->x[3] << 32;
	else if (regs->x[0] == FID32(FN_MEM_FRAG_RX))
		in->handle = regs->x[1] | regs->x[2] << 32;
}

static void call(struct spmc_inproc *p, struct input *in)
{
	uint8_t how = (uint8_t)take(in, 1);
	uint32_t fn = (uint32_t)take(in, 1);
	unsigned int nr = how >> 3 & 15;
	struct vffa_regs regs = { { how & 1 ? FID64(fn) : FID32(fn) } };

	for (unsigned int i = 1; i <= nr; i++)
		regs.x[i] = take_reg(in);
	spmc_inproc_call(p, how >> 1 & (NR_CPUS - 1), &regs);
	if (fn >= FN_MEM_DONATE && fn <= FN_MEM_FRAG_TX)
		note_handle(in, &regs);
}

static void write_tx(struct spmc_inproc *p, struct input *in)
{
	uint8_t *tx = spmc_inproc_ram(p, TX_PA);
	unsigned int offset = (unsigned int)take(in, 1) * 4;
	unsigned int len = (unsigned int)take(in, 1);

	for (unsigned int i = 0; i < len && offset + i < PAGE_SIZE_4K; i++)
		tx[offset + i] = (uint8_t)take(in, 1);
}

/* A region of three ranges in TX, good for FFA_MEM_LEND from 1.1 on, unless it is spoiled. */
static void write_region(struct spmc_inproc *p, struct input *in)
{
	uint8_t *tx = spmc_inproc_ram(p, TX_PA);
	uint32_t size = take(in, 1) & 1 ? 32 : 16;
	uint32_t base = (uint32_t)take(in, 1);
	uint32_t spoil = (uint32_t)take(in, 1);
	uint32_t comp = 48 + size;

	for (unsigned int i = 0; i < 256; i++)
		tx[i] = 0;
	put16(tx, (uint16_t)take(in, 1));
	tx[2] = (uint8_t)take(in, 1);
	put32(tx + 24, size);
	put32(tx + 28, 1);
	put32(tx + 32, 48);
	put16(tx + 48, SP_ID_BORROWER);
	tx[50] = (uint8_t)take(in, 1);
	put32(tx + 52, comp);
	put32(tx + comp, 3);
	put32(tx + comp + 4, 3);
	for (unsigned int i = 0; i < 3; i++) {
		put64(tx + comp + 16 + 16 * i, SPMC_INPROC_RAM_BASE + ((base + 2 * i) << 12));
		put32(tx + comp + 24 + 16 * i, 1);
	}
	tx[spoil] = (uint8_t)(tx[spoil] + take(in, 1));
}

/* Have the borrower do something with the last region. */
static void tell_borrower(struct spmc_inproc *p, struct input *in)
{
	uint64_t cmd = take(in, 1) % 8;
	struct vffa_regs regs = { { FID64(FN_DIRECT_REQ), ids_word(1, SP_ID_BORROWER), 0, cmd,
				    (uint32_t)in->handle, in->handle >> 32, take(in, 4),
				    take(in, 1) } };

	do {
		spmc_inproc_call(p, 0, &regs);
		regs.x[0] = regs.x[0] == FID32(FN_INTERRUPT) ? FID32(FN_RUN) : 0;
	} while (regs.x[0]);
}

static void step(struct spmc_inproc *p, struct input *in)
{
	switch (take(in, 1) % 16) {
	case 2:
	case 3:
		write_region(p, in);
		break;
	case 4:
	case 5:
		tell_borrower(p, in);
		break;
	case 0:
		write_tx(p, in);
		break;
	case 1:
		spmc_fault_clear(spmc_inproc_spmc(p));
		break;
	default:
		call(p, in);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { 0, data, size };
	struct vffa_regs version = { { FID32(FN_VERSION), FFA_VERSION_1(take(&in, 1) % 3) } };
	struct vffa_regs map = { { FID64(FN_RXTX_MAP), TX_PA, RX_PA, 1 } };
	const struct spmc_inproc_options opt = { .nr_cpus = NR_CPUS, .ram_pages = 256 };
	struct spmc_inproc *p = spmc_inproc_create(&opt);
	const char *wrong;

	if (!p)
		return 0;
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		spmc_inproc_irq(p, cpu, -1);
	spmc_inproc_call(p, 0, &version);
	spmc_inproc_call(p, 0, &map);
	for (unsigned int i = 0; i < MAX_STEPS && in.size; i++)
		step(p, &in);
	wrong = spmc_find_inconsistency(spmc_inproc_spmc(p));
	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		abort();
	}
	spmc_inproc_destroy(p);
	return 0;
}
