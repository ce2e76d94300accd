// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of the normal world, as a fuzzer makes them up, in any order and on any CPU, with anything
 * in the buffers. Looks for what sanitizers find.
 *
 * An input is a sequence of operations; see step(). Interrupts always pend, so that no partition
 * computes for long.
 */
#include "ffa.h"
#include "inproc.h"
#include "sp/proto.h"

#define NR_CPUS	  2u
#define MAX_STEPS 64u
#define TX_PA	  (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA	  (SPMC_INPROC_RAM_BASE + 0x20000)

struct input {
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

	switch (take(in, 1) % 8) {
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

static void call(struct spmc_inproc *p, struct input *in)
{
	uint8_t how = (uint8_t)take(in, 1);
	uint32_t fn = (uint32_t)take(in, 1);
	unsigned int nr = how >> 3 & 15;
	struct vffa_regs regs = { { how & 1 ? FID64(fn) : FID32(fn) } };

	for (unsigned int i = 1; i <= nr; i++)
		regs.x[i] = take_reg(in);
	spmc_inproc_call(p, how >> 1 & (NR_CPUS - 1), &regs);
}

static void write_tx(struct spmc_inproc *p, struct input *in)
{
	uint8_t *tx = spmc_inproc_ram(p, TX_PA);
	unsigned int offset = (unsigned int)take(in, 1) * 4;
	unsigned int len = (unsigned int)take(in, 1);

	for (unsigned int i = 0; i < len && offset + i < PAGE_SIZE_4K; i++)
		tx[offset + i] = (uint8_t)take(in, 1);
}

static void step(struct spmc_inproc *p, struct input *in)
{
	switch (take(in, 1) % 8) {
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
	struct input in = { data, size };
	struct vffa_regs version = { { FID32(FN_VERSION), FFA_VERSION_1(take(&in, 1) % 3) } };
	struct vffa_regs map = { { FID64(FN_RXTX_MAP), TX_PA, RX_PA, 1 } };
	const struct spmc_inproc_options opt = { .nr_cpus = NR_CPUS, .ram_pages = 256 };
	struct spmc_inproc *p = spmc_inproc_create(&opt);

	if (!p)
		return 0;
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		spmc_inproc_irq(p, cpu, -1);
	spmc_inproc_call(p, 0, &version);
	spmc_inproc_call(p, 0, &map);
	for (unsigned int i = 0; i < MAX_STEPS && in.size; i++)
		step(p, &in);
	spmc_inproc_destroy(p);
	return 0;
}
