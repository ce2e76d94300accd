// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fake SPMC's RX/TX buffers of VMs. Offsets as in the specification's tables; little-endian hosts
 * only. A message is read where the hypervisor says that TX is, and believed to be whole.
 */
#include "fake_spmc_rxtx.h"

#include <string.h>

#include "fake_spmc_mem.h"

static struct vffa_regs done(int code)
{
	if (code)
		return (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)code } };
	return (struct vffa_regs){ { FFA_SUCCESS_32 } };
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint16_t get16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

struct fake_pair *fake_spmc_pair(struct fake_spmc *spmc, vffa_id_t vm)
{
	for (unsigned int i = 0; i < FAKE_MAX_PAIRS; i++) {
		if (spmc->pairs[i].vm == vm)
			return &spmc->pairs[i];
	}
	return NULL;
}

/* Pages of a composite descriptor; 0 = it makes no sense. */
static uint32_t get_pages(const uint8_t *at, uint64_t *pages, uint32_t *nr_ranges)
{
	uint32_t nr = get32(at + 4);
	uint32_t total = 0;

	for (uint32_t i = 0; i < nr && nr <= VFFA_MAILBOX_MAX_PAGES; i++) {
		uint32_t n = get32(at + 16 + 16 * i + 8);
		uint64_t addr;

		memcpy(&addr, at + 16 + 16 * i, sizeof(addr));
		if (!n || n > VFFA_MAILBOX_MAX_PAGES - total)
			return 0;
		for (uint32_t k = 0; k < n; k++)
			pages[total++] = addr + (uint64_t)k * FFA_PAGE_SIZE;
	}
	*nr_ranges += nr;
	return total == get32(at) && !get32(at + 8) && !get32(at + 12) ? total : 0;
}

static int map(struct fake_spmc *spmc)
{
	const uint8_t *desc = (const uint8_t *)(uintptr_t)spmc->tx_pa;
	vffa_id_t vm = get16(desc);
	struct fake_pair pair = { .vm = vm };
	struct fake_pair *slot = fake_spmc_pair(spmc, 0);

	if (!spmc->mapped || !vm || vm & FFA_ID_SECURE || get16(desc + 2) || get32(desc + 4) % 8 ||
	    get32(desc + 8) % 8)
		return FFA_RET_INVALID_PARAMETERS;
	pair.nr_pages = get_pages(desc + get32(desc + 4), pair.rx, &pair.nr_ranges);
	if (!pair.nr_pages ||
	    pair.nr_pages != get_pages(desc + get32(desc + 8), pair.tx, &pair.nr_ranges))
		return FFA_RET_INVALID_PARAMETERS;
	if (fake_spmc_pair(spmc, vm))
		return FFA_RET_DENIED;
	if (!slot)
		return FFA_RET_NO_MEMORY;
	*slot = pair;
	return 0;
}

static int unmap(struct fake_spmc *spmc, vffa_id_t vm)
{
	struct fake_pair *pair = fake_spmc_pair(spmc, vm);

	if (!vm || !pair)
		return FFA_RET_INVALID_PARAMETERS;
	*pair = (struct fake_pair){ 0 };
	return 0;
}

static int acquire(struct fake_spmc *spmc, vffa_id_t vm)
{
	struct fake_pair *pair = fake_spmc_pair(spmc, vm);

	if (!vm || !pair)
		return FFA_RET_INVALID_PARAMETERS;
	if (pair->state != FAKE_RX_EMPTY)
		return FFA_RET_DENIED;
	pair->state = FAKE_RX_ELSEWHERE;
	return 0;
}

static int release(struct fake_spmc *spmc, vffa_id_t vm)
{
	struct fake_pair *pair = fake_spmc_pair(spmc, vm);

	if (!vm || !pair)
		return FFA_RET_INVALID_PARAMETERS;
	if (pair->state == FAKE_RX_EMPTY)
		return FFA_RET_DENIED;
	pair->state = FAKE_RX_EMPTY;
	return 0;
}

static struct fake_part *receiver_of(struct fake_spmc *spmc, const uint8_t *tx)
{
	for (unsigned int i = 0; i < spmc->nr_parts; i++) {
		if (spmc->parts[i].id == get16(tx + 12))
			return &spmc->parts[i];
	}
	return NULL;
}

/* The relay has checked all of this. */
static void check_message(struct fake_spmc *spmc, const struct fake_pair *pair, const uint8_t *tx,
			  uint32_t header_size)
{
	const struct fake_part *part = receiver_of(spmc, tx);
	uint32_t room = pair->nr_pages * FFA_PAGE_SIZE - header_size;

	if (get16(tx + 14) != pair->vm)
		fake_spmc_complain(spmc, "an indirect message in another's name");
	if (!part || !(part->props & FFA_PART_INDIRECT_MSG))
		fake_spmc_complain(spmc, "an indirect message to who takes none");
	if (get32(tx) || get32(tx + 4) || (header_size > 20 && get32(tx + 20)))
		fake_spmc_complain(spmc, "reserved fields of a message are not zero");
	if (get32(tx + 8) != header_size || get32(tx + 16) > room)
		fake_spmc_complain(spmc, "a message that is not where its header says");
}

static int send(struct fake_spmc *spmc, vffa_id_t vm)
{
	uint32_t header_size = spmc->version >= FFA_VERSION_1_2 ? 40 : 20;
	const struct fake_pair *pair = fake_spmc_pair(spmc, vm);
	struct fake_mail *mail = &spmc->mail;
	const char *complaint = spmc->complaint;
	struct fake_part *part;
	const uint8_t *tx;

	if (!vm || !pair) {
		fake_spmc_complain(spmc, "an indirect message of who has no buffers");
		return FFA_RET_DENIED;
	}
	tx = (const uint8_t *)(uintptr_t)pair->tx[0];
	check_message(spmc, pair, tx, header_size);
	if (spmc->complaint != complaint)
		return FFA_RET_INVALID_PARAMETERS;
	part = receiver_of(spmc, tx);
	if (part->rx_full)
		return FFA_RET_BUSY;

	part->rx_full = true;
	part->mail++;
	memset(mail, 0, sizeof(*mail));
	memcpy(mail->header, tx, header_size);
	mail->size = get32(tx + 16);
	memcpy(mail->payload, tx + header_size,
	       mail->size < sizeof(mail->payload) ? mail->size : sizeof(mail->payload));
	return 0;
}

static void check_zero(struct fake_spmc *spmc, const struct vffa_regs *in, unsigned int first)
{
	for (unsigned int i = first; i < VFFA_NR_REGS_SHORT; i++) {
		if (in->x[i])
			fake_spmc_complain(spmc, "a register that must be zero is not");
	}
}

struct vffa_regs fake_spmc_rxtx_call(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	vffa_id_t high = (vffa_id_t)(in->x[1] >> 16);
	vffa_id_t low = (vffa_id_t)in->x[1];
	bool is_high = in->x[0] == FFA_RXTX_UNMAP || in->x[0] == FFA_MSG_SEND2;

	check_zero(spmc, in, 2);
	if (is_high ? low : high)
		fake_spmc_complain(spmc, "an id in the wrong half of w1");
	if (spmc->version < FFA_VERSION_1_1)
		return done(FFA_RET_NOT_SUPPORTED);
	switch (in->x[0]) {
	case FFA_RXTX_MAP_64:
		return done(map(spmc));
	case FFA_RXTX_UNMAP:
		return done(unmap(spmc, high));
	case FFA_RX_ACQUIRE:
		return done(acquire(spmc, low));
	case FFA_RX_RELEASE:
		return done(release(spmc, low));
	default:
		return done(send(spmc, high));
	}
}
