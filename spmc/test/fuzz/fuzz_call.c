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
#define VM_PA	  (SPMC_INPROC_RAM_BASE + 0x40000)

struct input {
	uint64_t handle;    /* of the last transaction */
	unsigned int minor; /* negotiated */
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
					SP_ID_NOTIFIER,
					SP_ID_MAILER };
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

/* Half of what is built to be right gets a byte that is not. */
static void spoil(uint8_t *tx, struct input *in)
{
	uint8_t offset = (uint8_t)take(in, 1);

	if (take(in, 1) & 1)
		tx[offset] = (uint8_t)(tx[offset] + take(in, 1));
}

static void clear(uint8_t *tx)
{
	for (unsigned int i = 0; i < 512; i++)
		tx[i] = 0;
}

/* Share, lend or donate three ranges to one or two borrowers, whole or in two fragments. */
static void send_region(struct spmc_inproc *p, struct input *in)
{
	uint8_t *tx = spmc_inproc_ram(p, TX_PA);
	uint32_t how = (uint32_t)take(in, 1);
	uint32_t fn = FN_MEM_DONATE + how % 3;
	uint32_t nr = 1 + (how >> 2 & 1);
	uint32_t size = in->minor >= 2 ? 32 : 16;
	uint32_t emads = in->minor ? 48 : 32;
	uint32_t comp = emads + nr * size;
	uint32_t total = comp + 64;
	struct vffa_regs regs = { { FID32(fn), total, how & 8 ? total - 16 : total } };

	clear(tx);
	put16(tx, 1);
	tx[2] = fn == FN_MEM_SHARE || nr > 1 ? 0x2F : 0;
	tx[4] = fn != FN_MEM_SHARE && how & 16;
	put64(tx + 16, 7);
	put32(tx + 28, nr);
	if (in->minor) {
		put32(tx + 24, size);
		put32(tx + 32, emads);
	}
	for (uint32_t i = 0; i < nr; i++) {
		put16(tx + emads + i * size, i ? SP_ID_BORROWER2 : SP_ID_BORROWER);
		tx[emads + i * size + 2] = fn == FN_MEM_DONATE ? 0 : 1 + (how >> 5 & 1);
		put32(tx + emads + i * size + 4, comp);
	}
	put32(tx + comp, 3);
	put32(tx + comp + 4, 3);
	for (uint32_t i = 0; i < 3; i++) {
		put64(tx + comp + 16 + 16 * i,
		      SPMC_INPROC_RAM_BASE + 0x30000 + ((how >> 6 & 3) + 2 * i) * 4096);
		put32(tx + comp + 24 + 16 * i, 1);
	}
	spoil(tx, in);
	spmc_inproc_call(p, 0, &regs);
	note_handle(in, &regs);
	if (regs.x[0] != FID32(FN_MEM_FRAG_RX) || how & 16)
		return;
	for (uint32_t i = 0; i < 16; i++)
		tx[i] = tx[total - 16 + i];
	spoil(tx, in);
	regs = (struct vffa_regs){ { FID32(FN_MEM_FRAG_TX), regs.x[1], regs.x[2], 16, regs.x[4] } };
	spmc_inproc_call(p, 0, &regs);
	note_handle(in, &regs);
}

static void reclaim(struct spmc_inproc *p, struct input *in)
{
	struct vffa_regs regs = { { FID32(FN_MEM_RECLAIM), (uint32_t)in->handle, in->handle >> 32,
				    take(in, 1) & 3 } };

	spmc_inproc_call(p, 0, &regs);
}

/* Make a request, and resume it some times if it stops. */
static void request(struct spmc_inproc *p, struct vffa_regs regs)
{
	for (unsigned int i = 0; i < 8; i++) {
		spmc_inproc_call(p, 0, &regs);
		if (regs.x[0] != FID32(FN_INTERRUPT) && regs.x[0] != FID32(FN_YIELD))
			break;
		regs = (struct vffa_regs){ { FID32(FN_RUN), regs.x[1] } };
	}
}

/* Have a borrower do something with the last region. */
static void tell_borrower(struct spmc_inproc *p, struct input *in)
{
	uint8_t how = (uint8_t)take(in, 1);
	uint32_t ids = ids_word(1, how & 128 ? SP_ID_BORROWER2 : SP_ID_BORROWER);
	uint64_t a2 = how & 64 ? take(in, 4) : how & 32 ? 1 | 2 << 16 | 4 << 24 : 1 | 2 << 16;

	request(p, (struct vffa_regs){ { FID64(FN_DIRECT_REQ), ids, 0, how & 7,
					 (uint32_t)in->handle, in->handle >> 32, a2, 7 } });
}

static void tell_partition(struct spmc_inproc *p, struct input *in)
{
	struct vffa_regs regs = { { FID32(FN_DIRECT_REQ), ids_word(1, take_id(in)), 0,
				    take(in, 1) & 7 } };

	for (unsigned int i = 4; i < 8; i++)
		regs.x[i] = (uint32_t)take_reg(in);
	request(p, regs);
}

/* The buffers of a VM, a page each. */
static void map_vm(struct spmc_inproc *p, struct input *in)
{
	uint8_t *tx = spmc_inproc_ram(p, TX_PA);
	struct vffa_regs regs = { { FID64(FN_RXTX_MAP) } };

	clear(tx);
	put16(tx, 1);
	put32(tx + 4, 16);
	put32(tx + 8, 48);
	for (unsigned int i = 16; i <= 48; i += 32) {
		put32(tx + i, 1);
		put32(tx + i + 4, 1);
		put64(tx + i + 16, VM_PA + i * 4096ull);
		put32(tx + i + 24, 1);
	}
	spoil(tx, in);
	spmc_inproc_call(p, 0, &regs);
}

/* A message of that VM's, or the hypervisor's, to the mailer, which then returns it. */
static void send_message(struct spmc_inproc *p, struct input *in)
{
	bool of_vm = take(in, 1) & 1;
	uint8_t *tx = spmc_inproc_ram(p, of_vm ? VM_PA + 48 * 4096 : TX_PA);
	struct vffa_regs regs = { { FID32(FN_MSG_SEND2), (uint64_t)of_vm << 16 } };

	clear(tx);
	put32(tx + 8, 40);
	put16(tx + 12, SP_ID_MAILER);
	put16(tx + 14, of_vm);
	put32(tx + 16, 8);
	spoil(tx, in);
	spmc_inproc_call(p, 0, &regs);
	request(p, (struct vffa_regs){ { FID32(FN_RUN), ids_word(SP_ID_MAILER, 0) } });
}

/* Not the one that makes calls slow. */
static void change_faults(struct spmc_inproc *p, struct input *in)
{
	const struct spmc_fault fault = {
		.fid = FID32(take(in, 1)),
		.kind = take(in, 1) % FAULT_SLOW,
		.index = (uint32_t)take(in, 1),
		.value = take_reg(in),
		.times = take(in, 1) & 3,
	};

	if (!fault.times || spmc_fault_set(spmc_inproc_spmc(p), &fault))
		spmc_fault_clear(spmc_inproc_spmc(p));
}

static void step(struct spmc_inproc *p, struct input *in)
{
	switch (take(in, 1) % 12) {
	case 0:
		write_tx(p, in);
		break;
	case 1:
		change_faults(p, in);
		break;
	case 2:
		send_region(p, in);
		break;
	case 3:
		reclaim(p, in);
		break;
	case 4:
		tell_borrower(p, in);
		break;
	case 5:
		tell_partition(p, in);
		break;
	case 6:
		map_vm(p, in);
		break;
	case 7:
		send_message(p, in);
		break;
	default:
		call(p, in);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .data = data, .size = size };
	struct vffa_regs version = { { FID32(FN_VERSION) } };
	struct vffa_regs map = { { FID64(FN_RXTX_MAP), TX_PA, RX_PA, 1 } };
	const struct spmc_inproc_options opt = { .nr_cpus = NR_CPUS, .ram_pages = 256 };
	struct spmc_inproc *p = spmc_inproc_create(&opt);
	const char *wrong;

	if (!p)
		return 0;
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		spmc_inproc_irq(p, cpu, -1);
	in.minor = 2 - (unsigned int)take(&in, 1) % 3;
	version.x[1] = FFA_VERSION_1(in.minor);
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
