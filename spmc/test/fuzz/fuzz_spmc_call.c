// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of the normal world, as a fuzzer makes them up, in any order and on any CPU, with anything
 * in the buffers. Looks for what sanitizers find, and for a state that cannot be.
 *
 * An input is a sequence of operations; see step(). Interrupts always pend, so that no partition
 * computes for long.
 */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../invariants.h"

uint16_t take_id(struct run *r)
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
	uint8_t n = (uint8_t)take(&r->in, 1);

	return n < sizeof(ids) / sizeof(ids[0]) ? ids[n] : (uint16_t)take(&r->in, 2);
}

uint64_t take_reg(struct run *r)
{
	uint32_t from;

	switch (take(&r->in, 1) % 10) {
	case 8:
		return (uint32_t)r->handle;
	case 9:
		return r->handle >> 32;
	case 0:
	case 1:
		return 0;
	case 2:
		return take(&r->in, 1);
	case 3:
		from = take_id(r);
		return from << 16 | take_id(r);
	case 4:
		return SPMC_INPROC_RAM_BASE + (take(&r->in, 2) << 12);
	case 5:
		return take(&r->in, 2);
	case 6:
		return 0x80000000u | take(&r->in, 1);
	default:
		return take(&r->in, 8);
	}
}

void note_handle(struct run *r, const struct vffa_regs *regs)
{
	if (regs->x[0] == FID32(FN_SUCCESS) && regs->x[2] & 0xFFFF)
		r->handle = regs->x[2] | regs->x[3] << 32;
	else if (regs->x[0] == FID32(FN_MEM_FRAG_RX) || regs->x[0] == FID32(FN_MEM_OP_PAUSE))
		r->handle = regs->x[1] | regs->x[2] << 32;
}

void spoil(uint8_t *tx, struct run *r)
{
	uint8_t offset = (uint8_t)take(&r->in, 1);

	if (take(&r->in, 1) & 1)
		tx[offset] = (uint8_t)(tx[offset] + take(&r->in, 1));
}

uint8_t *clear_tx(struct run *r)
{
	return memset(spmc_inproc_ram(r->p, TX_PA), 0, 512);
}

void request(struct run *r, struct vffa_regs *regs)
{
	for (unsigned int i = 0; i < 8; i++) {
		spmc_inproc_call(r->p, 0, regs);
		if (regs->x[0] != FID32(FN_INTERRUPT) && regs->x[0] != FID32(FN_YIELD))
			break;
		*regs = (struct vffa_regs){ { FID32(FN_RUN), regs->x[1] } };
	}
}

static void call(struct run *r)
{
	uint8_t how = (uint8_t)take(&r->in, 1);
	uint32_t fn = (uint32_t)take(&r->in, 1);
	unsigned int nr = how >> 3 & 15;
	struct vffa_regs regs = { { how & 1 ? FID64(fn) : FID32(fn) } };

	for (unsigned int i = 1; i <= nr; i++)
		regs.x[i] = take_reg(r);
	spmc_inproc_call(r->p, how >> 1 & (NR_CPUS - 1), &regs);
	if (fn >= FN_MEM_DONATE && fn <= FN_MEM_FRAG_TX)
		note_handle(r, &regs);
}

static void write_tx(struct run *r)
{
	uint8_t *tx = spmc_inproc_ram(r->p, TX_PA);
	unsigned int offset = (unsigned int)take(&r->in, 1) * 4;
	unsigned int len = (unsigned int)take(&r->in, 1);

	for (unsigned int i = 0; i < len && offset + i < PAGE_SIZE_4K; i++)
		tx[offset + i] = (uint8_t)take(&r->in, 1);
}

static void tell_partition(struct run *r)
{
	struct vffa_regs regs = { { FID32(FN_DIRECT_REQ), ids_word(1, take_id(r)), 0,
				    take(&r->in, 1) & 7 } };

	for (unsigned int i = 4; i < 8; i++)
		regs.x[i] = (uint32_t)take_reg(r);
	request(r, &regs);
}

/* The buffers of a VM, a page each. */
static void map_vm(struct run *r)
{
	uint8_t *tx = clear_tx(r);
	struct vffa_regs regs = { { FID64(FN_RXTX_MAP) } };

	put16(tx, 1);
	put32(tx + 4, 16);
	put32(tx + 8, 48);
	for (unsigned int i = 16; i <= 48; i += 32) {
		put32(tx + i, 1);
		put32(tx + i + 4, 1);
		put64(tx + i + 16, VM_PA + i * 4096ull);
		put32(tx + i + 24, 1);
	}
	spoil(tx, r);
	spmc_inproc_call(r->p, 0, &regs);
}

/* A message of that VM's, or the hypervisor's, to the mailer, which then returns it. */
static void send_message(struct run *r)
{
	bool of_vm = take(&r->in, 1) & 1;
	uint8_t *tx = spmc_inproc_ram(r->p, of_vm ? VM_PA + 48 * 4096 : TX_PA);
	struct vffa_regs regs = { { FID32(FN_MSG_SEND2), (uint64_t)of_vm << 16 } };

	memset(tx, 0, 64);
	put32(tx + 8, 40);
	put16(tx + 12, SP_ID_MAILER);
	put16(tx + 14, of_vm);
	put32(tx + 16, 8);
	spoil(tx, r);
	spmc_inproc_call(r->p, 0, &regs);
	regs = (struct vffa_regs){ { FID32(FN_RUN), ids_word(SP_ID_MAILER, 0) } };
	request(r, &regs);
}

/* Not the one that makes calls slow. */
static void change_faults(struct run *r)
{
	uint32_t fid = FID32(take(&r->in, 1));
	uint32_t kind = take(&r->in, 1) % FAULT_PAUSE;
	const struct spmc_fault fault = {
		.fid = fid,
		.kind = kind == FAULT_SLOW ? FAULT_PAUSE : kind,
		.index = (uint32_t)take(&r->in, 1),
		.value = take_reg(r),
		.times = take(&r->in, 1) & 3,
	};

	if (!fault.times || spmc_fault_set(spmc_inproc_spmc(r->p), &fault))
		spmc_fault_clear(spmc_inproc_spmc(r->p));
}

static void step(struct run *r)
{
	static void (*const steps[])(struct run *) = {
		write_tx,
		change_faults,
		send_region,
		reclaim,
		tell_borrower,
		tell_partition,
		map_vm,
		send_message,
		retrieve_for_vm,
		relinquish_for_vm,
		tell_borrower,
		call,
		call,
		call,
	};

	take_of(&r->in, steps)(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vffa_regs version = { { FID32(FN_VERSION) } };
	struct vffa_regs map = { { FID64(FN_RXTX_MAP), TX_PA, RX_PA, 1 } };
	const struct spmc_inproc_options opt = { .nr_cpus = NR_CPUS, .ram_pages = 256 };
	struct run r = { .p = spmc_inproc_create(&opt), .in = { data, size } };
	const char *wrong;

	if (!r.p)
		return 0;
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		spmc_inproc_irq(r.p, cpu, -1);
	r.minor = 2 - (unsigned int)take(&r.in, 1) % 3;
	version.x[1] = FFA_VERSION_1(r.minor);
	spmc_inproc_call(r.p, 0, &version);
	spmc_inproc_call(r.p, 0, &map);
	for (unsigned int i = 0; i < MAX_STEPS && r.in.size; i++)
		step(&r);
	wrong = spmc_find_inconsistency(spmc_inproc_spmc(r.p));
	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		abort();
	}
	spmc_inproc_destroy(r.p);
	return 0;
}
