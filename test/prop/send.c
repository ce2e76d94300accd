// SPDX-License-Identifier: GPL-2.0-only
/* Descriptors of guests, written out byte by byte. */
#include "send.h"

#include <string.h>

#include "sp/proto.h"

/* Few pages, so that ranges meet. */
#define NR_BULK_PAGES 24u

static struct vffa_range random_range(struct rng *rng)
{
	struct vffa_range range = { .nr_pages = 1 + below(rng, 4) };

	switch (below(rng, 16)) {
	case 0:
		range.addr =
			FAKE_RAM_IPA + below(rng, FAKE_RAM_PAGES + 2) * (uint64_t)FFA_PAGE_SIZE;
		break;
	case 1:
	case 2:
		range.addr =
			FAKE_ALIAS_IPA + below(rng, FAKE_ALIAS_PAGES) * (uint64_t)FFA_PAGE_SIZE;
		break;
	case 3:
		range.addr = FAKE_BULK_IPA +
			     (NR_BULK_PAGES + 4 + below(rng, 16)) * (uint64_t)FFA_PAGE_SIZE;
		range.nr_pages = 1 + below(rng, 400);
		break;
	default:
		range.addr = FAKE_BULK_IPA + below(rng, NR_BULK_PAGES) * (uint64_t)FFA_PAGE_SIZE;
	}
	return range;
}

uint16_t send_to(uint32_t n)
{
	static const uint16_t ids[MODEL_MAX_TO] = {
		SP_ID_BORROWER,	     SP_ID_BORROWER2,	  SP_ID_BORROWER3,     SP_ID_BORROWER3 + 1,
		SP_ID_BORROWER3 + 2, SP_ID_BORROWER3 + 3, SP_ID_BORROWER3 + 4, SP_ID_BORROWER8,
		SP_ID_ECHO,	     SP_ID_NOTIFIER,
	};

	return ids[n];
}

/* One, or up to all of them; one that does not retrieve it is not alone. */
static void random_receivers(struct rng *rng, struct mem *mem)
{
	uint32_t first = below(rng, SEND_NR_BORROWERS);

	mem->nr_to = mem->type == DONATE || !one_in(rng, 3) ? 1 : 2 + below(rng, MODEL_MAX_TO - 1);
	for (uint32_t i = 0; i < mem->nr_to; i++)
		mem->to[i] = send_to((first + i) % MODEL_MAX_TO);
	for (uint32_t i = 0; i < mem->nr_to; i++)
		mem->perms[i] = mem->type == DONATE ? 0
				: one_in(rng, 3)    ? FFA_MEM_DATA_RO
						    : FFA_MEM_DATA_RW;
}

void send_random(struct model *m, struct rng *rng, unsigned int vm, struct mem *mem)
{
	mem->vm = vm;
	mem->type = one_in(rng, 6) ? DONATE : below(rng, 2);
	mem->sender = m->p->vms[vm].vm.id;
	random_receivers(rng, mem);
	mem->attrs = mem->type == SHARE || mem->nr_to > 1 ? FFA_MEM_ATTRS_NORMAL : 0;
	mem->flags = one_in(rng, 4) ? FFA_MEM_FLAG_TIME_SLICE : 0;
	mem->flags |= mem->type != SHARE && one_in(rng, 4) ? FFA_MEM_FLAG_ZERO : 0;
	mem->tag = one_in(rng, 2) ? rng_next(rng) : 0;
	if (m->p->minor[vm] == 2 && m->p->spmc_minor == 2 && one_in(rng, 4))
		mem->impdef[below(rng, mem->nr_to)][below(rng, 2)] = rng_next(rng);
	mem->nr_ranges = 1 + below(rng, one_in(rng, 4) ? MODEL_MAX_RANGES : 3);
	for (uint32_t i = 0; i < mem->nr_ranges; i++) {
		mem->ranges[i] = random_range(rng);
		mem->nr_pages += mem->ranges[i].nr_pages;
	}
}

void send_donation(struct model *m, struct rng *rng, unsigned int vm, struct mem *mem)
{
	mem->vm = vm;
	mem->type = DONATE;
	mem->sender = m->p->vms[vm].vm.id;
	random_receivers(rng, mem);
	mem->nr_ranges = 1;
	mem->nr_pages = 1 + below(rng, 8);
	mem->ranges[0].addr =
		FAKE_BULK_IPA + (NR_BULK_PAGES + 8 + below(rng, 380)) * (uint64_t)FFA_PAGE_SIZE;
	mem->ranges[0].nr_pages = mem->nr_pages;
}

uint32_t send_spoil(struct model *m, struct rng *rng, struct mem *mem, uint32_t *total)
{
	switch (below(rng, 10)) {
	case 0:
		mem->sender += 1 + (uint16_t)below(rng, 3);
		return ERR(VFFA_DENIED);
	case 1:
		mem->nr_pages += one_in(rng, 2) ? 1 : UINT32_MAX;
		return mem->nr_pages ? 0 : ERR(VFFA_INVALID_PARAMETERS);
	case 2:
		mem->perms[0] |= one_in(rng, 2) ? FFA_MEM_INSTR_NX : FFA_MEM_DATA_MASK;
		break;
	case 3:
		mem->to[0] = one_in(rng, 2) ? mem->sender : 0x8FF0;
		break;
	case 4:
		mem->flags |= mem->type == SHARE ? FFA_MEM_FLAG_ZERO : FFA_MEM_FLAG_ZERO_AFTER;
		break;
	case 5:
		mem->attrs ^= FFA_MEM_TYPE_NORMAL;
		break;
	case 6:
		*total += one_in(rng, 2) ? 16 : 8;
		break;
	case 7:
		*total -= one_in(rng, 2) ? 16 : 8;
		break;
	case 8:
		mem->handle = 1 + below(rng, 100);
		break;
	default:
		/* Twice the same receiver; or two receivers of a donation. */
		mem->nr_to = 2;
		mem->to[1] = mem->to[0];
		mem->perms[1] = mem->perms[0];
		*total = send_head_size(m, mem) + mem->nr_ranges * 16;
		/* Attributes are for many, or for one. */
		return ERR(VFFA_INVALID_PARAMETERS);
	}
	return ERR(VFFA_INVALID_PARAMETERS);
}

static void put(uint8_t *at, uint64_t value, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t receivers_at(const struct model *m, const struct mem *mem)
{
	return m->p->minor[mem->vm] ? 48 : 32;
}

static uint32_t receiver_size(const struct model *m, const struct mem *mem)
{
	return m->p->minor[mem->vm] == 2 ? 32 : 16;
}

uint32_t send_head_size(const struct model *m, const struct mem *mem)
{
	return receivers_at(m, mem) + mem->nr_to * receiver_size(m, mem) + 16;
}

uint32_t send_encode_ranges(const struct mem *mem, uint32_t first, uint32_t end, uint8_t *buf)
{
	for (uint32_t i = first; i < end; i++, buf += 16) {
		put(buf, mem->ranges[i].addr, 8);
		put(buf + 8, mem->ranges[i].nr_pages, 8);
	}
	return (end - first) * 16;
}

/* Up to where the ranges begin, whose head is at @composite; 0 = there are none. Returns the end. */
static uint8_t *encode_head(const struct model *m, const struct mem *mem, uint32_t composite,
			    uint8_t *buf)
{
	uint8_t *at = buf + receivers_at(m, mem);

	memset(buf, 0, send_head_size(m, mem));
	put(buf, mem->sender, 2);
	put(buf + 2, mem->attrs, 2);
	put(buf + 4, mem->flags, 4);
	put(buf + 8, mem->handle, 8);
	put(buf + 16, mem->tag, 8);
	put(buf + 28, mem->nr_to, 4);
	if (m->p->minor[mem->vm]) {
		put(buf + 24, receiver_size(m, mem), 4);
		put(buf + 32, receivers_at(m, mem), 4);
	}
	for (uint32_t i = 0; i < mem->nr_to; i++, at += receiver_size(m, mem)) {
		put(at, mem->to[i], 2);
		put(at + 2, mem->perms[i], 1);
		put(at + 4, composite, 4);
		put(at + 8, mem->impdef[i][0], 8);
		if (m->p->minor[mem->vm] == 2)
			put(at + 16, mem->impdef[i][1], 8);
	}
	return at;
}

uint32_t send_encode_request(const struct model *m, const struct mem *mem, uint8_t *buf)
{
	return (uint32_t)(encode_head(m, mem, 0, buf) - buf);
}

uint32_t send_encode(const struct model *m, const struct mem *mem, uint32_t end, uint8_t *buf)
{
	uint32_t head = send_head_size(m, mem);
	uint8_t *at = encode_head(m, mem, head - 16, buf);

	put(at, mem->nr_pages, 4);
	put(at + 4, mem->nr_ranges, 4);
	return head + send_encode_ranges(mem, 0, end, buf + head);
}
