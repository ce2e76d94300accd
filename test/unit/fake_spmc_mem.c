// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory management of the fake SPMC: it takes transactions, in fragments or not, and gives them
 * back. Offsets are those of the specification's tables; little-endian hosts only.
 */
#include "fake_spmc_mem.h"

#include <string.h>

#define HASH_PRIME 31u

static uint16_t get16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t handle_in(const struct vffa_regs *in)
{
	return (uint32_t)in->x[1] | in->x[2] << 32;
}

static struct vffa_regs error(int code)
{
	return (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)code } };
}

struct fake_region *fake_spmc_region(struct fake_spmc *spmc, uint64_t handle)
{
	for (unsigned int i = 0; i < FAKE_MAX_REGIONS; i++) {
		if (spmc->regions[i].used && spmc->regions[i].handle == handle)
			return &spmc->regions[i];
	}
	return NULL;
}

unsigned int fake_spmc_nr_regions(const struct fake_spmc *spmc)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < FAKE_MAX_REGIONS; i++)
		nr += spmc->regions[i].used && !spmc->regions[i].donated;
	return nr;
}

static struct fake_region *new_region(struct fake_spmc *spmc)
{
	for (unsigned int i = 0; i < FAKE_MAX_REGIONS; i++) {
		if (!spmc->regions[i].used) {
			memset(&spmc->regions[i], 0, sizeof(spmc->regions[i]));
			spmc->regions[i].used = true;
			return &spmc->regions[i];
		}
	}
	return NULL;
}

static void add_range(struct fake_region *r, const uint8_t *range)
{
	uint64_t pa = get64(range);
	uint32_t nr = get32(range + 8);

	if (r->nr_ranges < FAKE_REGION_RANGES)
		r->ranges[r->nr_ranges] = (struct vffa_range){ pa, nr };
	r->nr_ranges++;
	for (uint32_t i = 0; i < nr; i++)
		r->hash = r->hash * HASH_PRIME + (pa >> FFA_PAGE_SHIFT) + i;
	r->nr_pages += nr;
}

/* Its ranges, from @at on; no fragment divides one. */
static struct vffa_regs take_ranges(struct fake_spmc *spmc, struct fake_region *r, uint32_t at,
				    uint32_t len)
{
	const uint8_t *tx = (const uint8_t *)(uintptr_t)spmc->tx_pa;

	for (; at + 16 <= len; at += 16)
		add_range(r, tx + at);
	r->received += len;
	r->nr_fragments++;
	if (r->received < r->total)
		return (struct vffa_regs){ { FFA_MEM_FRAG_RX, (uint32_t)r->handle, r->handle >> 32,
					     r->received, (uint64_t)r->owner << 16 } };
	if (at != len || r->received > r->total || r->nr_pages != r->stated_pages)
		fake_spmc_complain(spmc, "a descriptor's lengths do not agree");
	r->whole = true;
	return (struct vffa_regs){ { FFA_SUCCESS_32, 0, (uint32_t)r->handle, r->handle >> 32 } };
}

static void take_head(struct fake_spmc *spmc, struct fake_region *r, uint32_t len)
{
	const uint8_t *tx = (const uint8_t *)(uintptr_t)spmc->tx_pa;
	bool is_1_0 = spmc->version == FFA_VERSION_1_0;
	uint32_t receivers = is_1_0 ? 32 : get32(tx + 32);

	memcpy(r->head, tx, len < sizeof(r->head) ? len : sizeof(r->head));
	r->owner = get16(tx);
	r->handle = get64(tx + 8);
	r->tag = get64(tx + 16);
	r->composite = get32(tx + receivers + 4);
	r->stated_pages = get32(tx + r->composite);
}

static struct vffa_regs send(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	uint32_t total = (uint32_t)in->x[1];
	uint32_t len = (uint32_t)in->x[2];
	struct fake_region *r;

	if (!spmc->mapped || !len || len > total || len > spmc->rxtx_pages * FFA_PAGE_SIZE)
		fake_spmc_complain(spmc, "a descriptor that TX cannot hold");
	for (unsigned int i = 3; i < VFFA_NR_REGS; i++) {
		if (in->x[i])
			fake_spmc_complain(spmc, "a register that must be zero is not");
	}
	r = new_region(spmc);
	if (!r)
		return error(FFA_RET_NO_MEMORY);
	r->fid = (uint32_t)in->x[0];
	r->total = total;
	take_head(spmc, r, len);
	if (!r->handle)
		r->handle = ++spmc->last_handle;
	return take_ranges(spmc, r, r->composite + 16, len);
}

static struct vffa_regs frag_tx(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct fake_region *r = fake_spmc_region(spmc, handle_in(in));

	if (!r || r->whole || in->x[4] != (uint64_t)r->owner << 16)
		return error(FFA_RET_INVALID_PARAMETERS);
	return take_ranges(spmc, r, 0, (uint32_t)in->x[3]);
}

static struct vffa_regs reclaim(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct fake_region *r = fake_spmc_region(spmc, handle_in(in));
	const struct vffa_regs ok = { { FFA_SUCCESS_32 } };

	if (!r)
		return spmc->agrees ? ok : error(FFA_RET_INVALID_PARAMETERS);
	if (!r->whole || r->donated)
		return error(FFA_RET_INVALID_PARAMETERS);
	if (r->held && !spmc->agrees)
		return error(FFA_RET_DENIED);
	spmc->last_reclaim_flags = (uint32_t)in->x[3];
	r->used = false;
	return ok;
}

static struct vffa_regs act(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	switch (in->x[0]) {
	case FFA_MEM_FRAG_TX:
		return frag_tx(spmc, in);
	case FFA_MEM_RECLAIM:
		return reclaim(spmc, in);
	default:
		return send(spmc, in);
	}
}

static struct vffa_regs pause(struct fake_spmc *spmc)
{
	spmc->pauses_left--;
	return (struct vffa_regs){ { FFA_MEM_OP_PAUSE, (uint32_t)FAKE_PAUSED_HANDLE,
				     FAKE_PAUSED_HANDLE >> 32 } };
}

static struct vffa_regs resume(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	const struct vffa_regs paused = spmc->paused;

	if (!paused.x[0] || handle_in(in) != FAKE_PAUSED_HANDLE) {
		fake_spmc_complain(spmc, "an operation resumed that was not paused");
		return error(FFA_RET_INVALID_PARAMETERS);
	}
	if (spmc->pauses_left)
		return pause(spmc);
	spmc->paused.x[0] = 0;
	return act(spmc, &paused);
}

/* One operation is paused at a time; others go through meanwhile. */
struct vffa_regs fake_spmc_mem_call(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	if (in->x[0] == FFA_MEM_OP_RESUME)
		return resume(spmc, in);
	if (!spmc->mem_pauses || spmc->paused.x[0])
		return act(spmc, in);
	spmc->paused = *in;
	spmc->pauses_left = spmc->mem_pauses;
	return pause(spmc);
}
