// SPDX-License-Identifier: GPL-2.0-only
/*
 * Partition information, both forms: whatever the SPMC lists, in whatever layout, a guest of any
 * version is shown what a list made the slow, obvious way would show it.
 *
 * An input is the SPMC's version and size of entries, its partitions, and then queries.
 */
#include <string.h>

#include "stage.h"

#define MAX_QUERIES 32
#define RX_IPA	    (FAKE_RAM_IPA + 16 * FFA_PAGE_SIZE)
#define MAX_ENTRIES FAKE_MAX_PARTS

static struct stage *stage;

/* An entry as a guest reads it. */
struct entry {
	uint16_t id;
	uint16_t nr_contexts;
	uint32_t props;
	uint8_t uuid[16];
};

struct list {
	unsigned int nr;
	struct entry entries[MAX_ENTRIES];
};

/* Few ids and UUIDs, so that many partitions have the same. */
static void describe_spmc(struct fake_spmc *spmc, struct input *in)
{
	static const uint32_t versions[] = { FFA_VERSION_1_2, FFA_VERSION_1_1, FFA_VERSION_1_0 };

	spmc->version = take_of(in, versions);
	spmc->desc_size = take(in, 1) & 1 ? 48 : 24;
	if (spmc->version == FFA_VERSION_1_0)
		spmc->desc_size = FFA_PARTITION_INFO_SIZE_1_0;
	spmc->nr_parts = take_below(in, FAKE_MAX_PARTS + 1);
	for (unsigned int i = 0; i < spmc->nr_parts; i++) {
		uint8_t who = (uint8_t)take(in, 1);
		struct fake_part *part = &spmc->parts[i];

		memset(part, 0, sizeof(*part));
		part->id = (vffa_id_t)((who & 128 ? 0 : FFA_ID_SECURE) | (who & 31));
		part->nr_contexts = who >> 5 & 3;
		part->props = (uint32_t)take(in, 2);
		part->uuid.b[15] = (uint8_t)take(in, 1) & 7;
		/* Nobody is to be told of VMs here. */
		part->props &= ~(FFA_PART_VM_CREATED | FFA_PART_VM_DESTROYED);
	}
	if (!spmc->nr_parts)
		spmc->parts[spmc->nr_parts++] = (struct fake_part){ .id = FAKE_ID(0) };
}

static struct vffa_regs call(unsigned int n, struct vffa_regs regs)
{
	stage_call(stage, n, 0, &regs, false);
	return regs;
}

/* Is a function there for a guest of FF-A 1.@minor? */
static bool has(uint32_t minor, uint32_t fid)
{
	return call(2 - minor, (struct vffa_regs){ { FFA_FEATURES, fid } }).x[0] == FFA_SUCCESS_32;
}

/* What a guest of FF-A 1.@minor may see of the properties: the masks of the specification's table. */
static uint32_t props_for(uint32_t minor, uint32_t props)
{
	static const uint32_t defined[] = { 0x7, 0x1FF, 0x7FF };

	/* It cannot be sent requests by an SP; VM messages are the hypervisor's. */
	props &= defined[minor] & ~(0x2u | 0x400u | 0x40u | 0x80u);
	/* What it can do is of no use without the function. */
	if (!has(minor, FFA_MSG_SEND2))
		props &= ~0x4u;
	if (!has(minor, FFA_NOTIFICATION_SET))
		props &= ~0x8u;
	return stage->port.spmc.version < FFA_VERSION_1_2 ? props & ~0x200u : props;
}

static bool is_same(const uint8_t a[16], const uint8_t b[16])
{
	return !memcmp(a, b, 16);
}

/* The partitions the relay has room for, by id; those with the same id as they were listed. */
static void all_parts(struct list *all)
{
	const struct fake_spmc *spmc = &stage->port.spmc;
	unsigned int room = VFFA_MAX_PARTS;
	bool has_uuid = spmc->version != FFA_VERSION_1_0;
	bool taken[FAKE_MAX_PARTS] = { false };

	for (unsigned int i = 0; i < spmc->nr_parts; i++) {
		if (spmc->parts[i].id & FFA_ID_SECURE && room) {
			taken[i] = true;
			room--;
		}
	}
	all->nr = 0;
	for (uint32_t id = FFA_ID_SECURE; id <= 0xFFFF; id++) {
		for (unsigned int i = 0; i < spmc->nr_parts; i++) {
			const struct fake_part *p = &spmc->parts[i];
			struct entry e = { p->id, p->nr_contexts, p->props, { 0 } };

			if (!taken[i] || p->id != id)
				continue;
			if (has_uuid)
				memcpy(e.uuid, p->uuid.b, 16);
			all->entries[all->nr++] = e;
		}
		if (id == FFA_ID_SECURE + 31)
			break;
	}
}

/* What a query is to be answered with. */
static void expected(const struct list *all, uint32_t minor, const uint8_t uuid[16],
		     struct list *want)
{
	static const uint8_t nil[16];
	bool any = is_same(uuid, nil);

	want->nr = 0;
	for (unsigned int i = 0; i < all->nr; i++) {
		struct entry e = all->entries[i];

		if (e.props & 0x30)
			continue;
		if (!any && !is_same(e.uuid, uuid))
			continue;
		if (any && minor < 2 && i && all->entries[i - 1].id == e.id)
			continue;
		e.props = props_for(minor, e.props);
		if (!any)
			memset(e.uuid, 0, 16);
		want->entries[want->nr++] = e;
	}
}

static void must_fail(const struct vffa_regs *regs, int32_t code)
{
	must(regs->x[0] == FFA_ERROR && regs->x[2] == (uint32_t)code);
}

static void load_uuid(struct vffa_regs *regs, const uint8_t uuid[16], unsigned int per)
{
	for (unsigned int i = 0; i < 16; i++)
		regs->x[1 + i / per] |= (uint64_t)uuid[i] << (8 * (i % per));
}

static void by_buffer(unsigned int n, uint32_t minor, const uint8_t uuid[16], bool count_only,
		      const struct list *want)
{
	const uint8_t *rx;
	struct vffa_regs regs = { { FFA_PARTITION_INFO_GET } };
	uint32_t size = minor ? 24 : 8;

	load_uuid(&regs, uuid, 4);
	regs.x[5] = count_only;
	regs = call(n, regs);
	if (count_only && !minor)
		return must_fail(&regs, FFA_RET_INVALID_PARAMETERS);
	if (!want->nr && !is_same(uuid, (const uint8_t[16]){ 0 }))
		return must_fail(&regs, FFA_RET_INVALID_PARAMETERS);
	must(regs.x[0] == FFA_SUCCESS_32 && regs.x[2] == want->nr);
	if (count_only) {
		must(!regs.x[3]);
		return;
	}
	must(regs.x[3] == (minor ? size : 0));
	rx = stage_read_rx(stage, n);
	for (unsigned int i = 0; i < want->nr; i++)
		must(!memcmp(rx + i * size, &want->entries[i], size));
	regs = call(n, (struct vffa_regs){ { FFA_PARTITION_INFO_GET } });
	must_fail(&regs, FFA_RET_BUSY);
	regs = call(n, (struct vffa_regs){ { FFA_RX_RELEASE } });
	must(regs.x[0] == FFA_SUCCESS_32);
}

/* From one index on, as far as one call goes. */
static void by_registers(unsigned int n, const uint8_t uuid[16], uint16_t start,
			 const struct list *want)
{
	struct vffa_regs regs = { { FFA_PARTITION_INFO_GET_REGS } };
	unsigned int nr = want->nr - start < 5 ? want->nr - start : 5;

	load_uuid(&regs, uuid, 8);
	regs.x[3] = start;
	regs = call(n, regs);
	if (start >= want->nr)
		return must_fail(&regs, FFA_RET_INVALID_PARAMETERS);
	must(regs.x[0] == FFA_SUCCESS_64 && !regs.x[1]);
	must((uint16_t)regs.x[2] == want->nr - 1);
	must((uint16_t)(regs.x[2] >> 16) == start + nr - 1);
	must(regs.x[2] >> 32 == 24ull << 16);
	must(!memcmp(&regs.x[3], &want->entries[start], nr * 24));
	for (unsigned int i = 3 + 3 * nr; i < VFFA_NR_REGS; i++)
		must(!regs.x[i]);
}

static void query(struct input *in, const struct list *all)
{
	unsigned int n = take_below(in, STAGE_NR_VMS);
	uint32_t minor = 2 - n;
	uint8_t how = (uint8_t)take(in, 1);
	uint8_t uuid[16] = { 0 };
	static struct list want;

	uuid[15] = how & 7;
	expected(all, minor, uuid, &want);
	if (how & 8 && minor == 2)
		by_registers(n, uuid, (uint16_t)take(in, 1), &want);
	else
		by_buffer(n, minor, uuid, how & 16, &want);
	stage_check(stage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage *st = stage_set();
	struct input in = { data, size };
	static struct list all;

	stage = st;
	describe_spmc(&st->port.spmc, &in);
	/* Three pages: room for the longest list in the largest entries. */
	st->config.nr_pages = 4;
	must(!vffa_relay_start(&st->relay, &st->config));
	all_parts(&all);
	must(st->relay.spmc.nr_parts == all.nr);
	must(st->relay.spmc.nr_hidden == st->port.spmc.nr_parts - all.nr);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		stage_create(st, n);
		(void)call(n, (struct vffa_regs){ { FFA_VERSION, FFA_VERSION_MAKE(1, 2 - n) } });
		(void)call(n, (struct vffa_regs){ { FFA_RXTX_MAP_64, FAKE_RAM_IPA, RX_IPA, 1 } });
	}
	for (unsigned int i = 0; i < MAX_QUERIES && in.size; i++)
		query(&in, &all);
	stage_strike(st);
	must(!vffa_relay_stop(&st->relay));
	return 0;
}
