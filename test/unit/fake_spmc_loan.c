// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that partitions of the fake SPMC send to VMs: retrieved, in fragments where RX is too small, and
 * relinquished. Offsets are those of the specification's tables; little-endian hosts only.
 */
#include "fake_spmc_loan.h"

#include <string.h>

#include "fake_spmc_mem.h"

static uint64_t get(const uint8_t *p, unsigned int size)
{
	uint64_t v = 0;

	memcpy(&v, p, size);
	return v;
}

static void put(uint8_t *p, uint64_t v, unsigned int size)
{
	memcpy(p, &v, size);
}

static struct vffa_regs error(int code)
{
	return (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)code } };
}

static struct fake_loan *find(struct fake_spmc *spmc, uint64_t handle)
{
	for (unsigned int i = 0; i < FAKE_MAX_LOANS; i++) {
		if (spmc->loans[i].used && spmc->loans[i].handle == handle)
			return &spmc->loans[i];
	}
	return NULL;
}

const struct fake_region *fake_spmc_donate(struct fake_spmc *spmc, unsigned int nth)
{
	for (unsigned int i = 0; i < FAKE_MAX_REGIONS; i++) {
		struct fake_region *r = &spmc->regions[(nth + i) % FAKE_MAX_REGIONS];

		if (!r->used || !r->whole || (r->fid & ~SMCCC_64) != FFA_MEM_DONATE_32)
			continue;
		r->donated = true;
		return r;
	}
	return NULL;
}

struct fake_loan *fake_spmc_lend(struct fake_spmc *spmc, vffa_id_t owner, vffa_id_t to,
				 uint32_t type, uint8_t perms)
{
	for (unsigned int i = 0; i < FAKE_MAX_LOANS; i++) {
		struct fake_loan *loan = &spmc->loans[i];

		if (loan->used)
			continue;
		memset(loan, 0, sizeof(*loan));
		loan->used = true;
		loan->owner = owner;
		loan->to = to;
		loan->type = type;
		loan->perms = perms;
		loan->handle = ++spmc->last_handle;
		return loan;
	}
	return NULL;
}

unsigned int fake_spmc_nr_loans(const struct fake_spmc *spmc)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < FAKE_MAX_LOANS; i++)
		nr += spmc->loans[i].used && spmc->loans[i].retrieved;
	return nr;
}

static uint8_t *rx_of(const struct fake_spmc *spmc)
{
	return (uint8_t *)(uintptr_t)spmc->rx_pa;
}

static uint32_t receivers_at(const struct fake_spmc *spmc)
{
	return spmc->version == FFA_VERSION_1_0 ? 32 : 48;
}

static uint32_t receiver_size(const struct fake_spmc *spmc)
{
	return spmc->version >= FFA_VERSION_1_2 ? 32 : 16;
}

static uint32_t room(const struct fake_spmc *spmc)
{
	return spmc->fragment ? spmc->fragment : spmc->rxtx_pages * FFA_PAGE_SIZE;
}

/* As many ranges as fit behind @at. Returns the fragment's length. */
static uint32_t put_ranges(struct fake_spmc *spmc, struct fake_loan *loan, uint32_t at)
{
	uint8_t *rx = rx_of(spmc);

	for (; loan->sent_ranges < loan->nr_ranges && at + 16 <= room(spmc); at += 16) {
		const struct vffa_range *range =
			&loan->ranges[loan->sent_ranges++ % FAKE_LOAN_RANGES];

		put(rx + at, range->addr, 8);
		put(rx + at + 8, range->nr_pages, 8);
	}
	loan->sent += at;
	spmc->rx_full = true;
	if (spmc->corrupt)
		rx[spmc->corrupt_at % at] ^= spmc->corrupt;
	return at;
}

static uint32_t put_head(struct fake_spmc *spmc, const struct fake_loan *loan, uint8_t perms)
{
	uint32_t receiver = receivers_at(spmc);
	uint32_t composite = receiver + receiver_size(spmc);
	uint8_t *rx = rx_of(spmc);
	uint32_t nr_pages = 0;

	for (uint32_t i = 0; i < loan->nr_ranges; i++)
		nr_pages += loan->ranges[i % FAKE_LOAN_RANGES].nr_pages;
	memset(rx, 0, composite + 16);
	put(rx, loan->owner, 2);
	put(rx + 2, FFA_MEM_ATTRS_NORMAL, 2);
	put(rx + 4, loan->type, 4);
	put(rx + 8, loan->handle, 8);
	put(rx + 28, 1, 4);
	if (spmc->version != FFA_VERSION_1_0) {
		put(rx + 2, FFA_MEM_ATTRS_NORMAL | FFA_MEM_NON_SECURE, 2);
		put(rx + 24, receiver_size(spmc), 4);
		put(rx + 32, receiver, 4);
	}
	put(rx + receiver, loan->to, 2);
	put(rx + receiver + 2, perms | FFA_MEM_INSTR_NX, 1);
	put(rx + receiver + 4, composite, 4);
	put(rx + composite, nr_pages, 4);
	put(rx + composite + 4, loan->nr_ranges, 4);
	return composite + 16;
}

static uint8_t asked_of(const struct fake_spmc *spmc, const uint8_t *tx, vffa_id_t id)
{
	uint32_t nr = (uint32_t)get(tx + 28, 4);

	for (uint32_t i = 0; i < nr; i++) {
		const uint8_t *receiver = tx + receivers_at(spmc) + i * receiver_size(spmc);

		if (get(receiver, 2) == id)
			return receiver[2] & FFA_MEM_DATA_MASK;
	}
	return UINT8_MAX;
}

static struct vffa_regs retrieve(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	const uint8_t *tx = (const uint8_t *)(uintptr_t)spmc->tx_pa;
	struct fake_loan *loan = find(spmc, get(tx + 8, 8));
	uint8_t asked;
	uint32_t head;
	uint32_t len;

	if (in->x[1] != in->x[2] || in->x[1] > spmc->rxtx_pages * FFA_PAGE_SIZE)
		fake_spmc_complain(spmc, "a request that TX cannot hold");
	if (spmc->rx_full) {
		fake_spmc_complain(spmc, "a request while RX is full");
		return error(FFA_RET_BUSY);
	}
	if (!loan || get(tx, 2) != loan->owner)
		return error(FFA_RET_INVALID_PARAMETERS);
	asked = asked_of(spmc, tx, loan->to);
	if (asked == UINT8_MAX)
		return error(FFA_RET_INVALID_PARAMETERS);
	if (loan->retrieved || asked > loan->perms)
		return error(FFA_RET_DENIED);
	loan->retrieved = true;
	loan->sent_ranges = 0;
	loan->sent = 0;
	head = put_head(spmc, loan, asked ? asked : loan->perms);
	loan->total = head + loan->nr_ranges * 16;
	len = put_ranges(spmc, loan, head);
	return (struct vffa_regs){ { FFA_MEM_RETRIEVE_RESP, loan->total, len } };
}

/* A donation is over when all of it has been told. */
static void end_if_given(struct fake_loan *loan)
{
	if (loan->sent == loan->total && loan->type == FFA_MEM_FLAG_TYPE_DONATE)
		loan->used = false;
}

static struct vffa_regs frag_rx(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct fake_loan *loan = find(spmc, (uint32_t)in->x[1] | in->x[2] << 32);
	uint32_t len;

	/* Tests have loans that nobody knows but they. */
	if (!loan)
		return error(FFA_RET_INVALID_PARAMETERS);
	if (!loan->retrieved || in->x[3] != loan->sent || loan->sent == loan->total ||
	    in->x[4] != (uint64_t)loan->owner << 16 || spmc->rx_full) {
		fake_spmc_complain(spmc, "a fragment that nobody awaits");
		return error(FFA_RET_INVALID_PARAMETERS);
	}
	len = put_ranges(spmc, loan, 0);
	return (struct vffa_regs){ { FFA_MEM_FRAG_TX, (uint32_t)loan->handle, loan->handle >> 32,
				     len, in->x[4] } };
}

static struct vffa_regs relinquish(struct fake_spmc *spmc)
{
	const uint8_t *tx = (const uint8_t *)(uintptr_t)spmc->tx_pa;
	struct fake_loan *loan = find(spmc, get(tx, 8));

	if (spmc->agrees && (!loan || !loan->retrieved))
		return (struct vffa_regs){ { FFA_SUCCESS_32 } };
	if (!loan)
		return error(FFA_RET_DENIED);
	if (!loan->retrieved || get(tx + 12, 4) != 1 || get(tx + 16, 2) != loan->to ||
	    loan->sent != loan->total) {
		fake_spmc_complain(spmc, "a relinquish of what the VM does not have");
		return error(FFA_RET_DENIED);
	}
	if (get(tx + 8, 4) & FFA_MEM_FLAG_ZERO && loan->type == FFA_MEM_FLAG_TYPE_SHARE)
		return error(FFA_RET_INVALID_PARAMETERS);
	loan->retrieved = false;
	return (struct vffa_regs){ { FFA_SUCCESS_32 } };
}

struct vffa_regs fake_spmc_loan_call(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct vffa_regs out;

	if (in->x[0] == FFA_MEM_RELINQUISH)
		return relinquish(spmc);
	out = in->x[0] == FFA_MEM_FRAG_RX ? frag_rx(spmc, in) : retrieve(spmc, in);
	for (unsigned int i = 0; i < FAKE_MAX_LOANS && out.x[0] != FFA_ERROR; i++) {
		if (spmc->loans[i].used && spmc->loans[i].retrieved)
			end_if_given(&spmc->loans[i]);
	}
	return out;
}
