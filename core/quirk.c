// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* The one table of partners' defects. What each of them is, is in <vffa/quirk.h>. */
#include "quirk.h"

#include "abi_call.h"

/* 486178e0-e7f8-11e3-bc5e-0002a5d5c51b */
static const struct vffa_uuid optee = { { 0x48, 0x61, 0x78, 0xe0, 0xe7, 0xf8, 0x11, 0xe3, 0xbc,
					  0x5e, 0x00, 0x02, 0xa5, 0xd5, 0xc5, 0x1b } };

/**
 * struct quirk_row - a partner, and what it does wrong
 * @uuid:      of a partition in its list
 * @has, @has_not: properties of that partition (FFA_PART_*) that tell one build from another
 * @offers_not: interfaces (VFFA_SPMC_*) that would show that the SPMC is another
 * @quirks:    VFFA_QUIRK_*
 */
struct quirk_row {
	const struct vffa_uuid *uuid;
	uint32_t has;
	uint32_t has_not;
	uint16_t offers_not;
	uint32_t quirks;
};

/*
 * OP-TEE lists itself, and wants to hear of VMs when it is built for several of them. Below another
 * SPMC it would be a partition with the same UUID: those have FFA_PARTITION_INFO_GET_REGS, OP-TEE
 * does not.
 */
static const struct quirk_row rows[] = {
	{
		.uuid = &optee,
		.has = FFA_PART_VM_CREATED,
		.quirks = VFFA_QUIRK_VM_SLOTS | VFFA_QUIRK_VM_TWICE | VFFA_QUIRK_VM_LEAKS,
	},
	{
		.uuid = &optee,
		.has = FFA_PART_VM_CREATED,
		.offers_not = VFFA_SPMC_INFO_REGS,
		.quirks = VFFA_QUIRK_MAP_FIRST | VFFA_QUIRK_HANDLES_PER_VM,
	},
	{
		.uuid = &optee,
		.has_not = FFA_PART_VM_CREATED,
		.offers_not = VFFA_SPMC_INFO_REGS,
		.quirks = VFFA_QUIRK_HANDLES_IN_ALL,
	},
	{
		.uuid = &optee,
		.offers_not = VFFA_SPMC_INFO_REGS,
		.quirks = VFFA_QUIRK_NO_FRAGMENTS | VFFA_QUIRK_HANDLE_0 | VFFA_QUIRK_PLAIN_SHARES |
			  VFFA_QUIRK_LEND_TAG | VFFA_QUIRK_NOTIF_BOUND | VFFA_QUIRK_NOTIF_REPEATS,
	},
};

static bool row_matches(const struct quirk_row *row, const struct vffa_spmc *spmc,
			const struct vffa_part *part)
{
	if (spmc->offers & row->offers_not)
		return false;
	if ((part->props & row->has) != row->has || part->props & row->has_not)
		return false;
	return vffa_uuid_equal(&part->uuid, row->uuid);
}

uint32_t vffa_quirk_find(const struct vffa_spmc *spmc)
{
	uint32_t quirks = 0;

	for (uint16_t i = 0; i < spmc->nr_parts; i++) {
		for (unsigned int r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
			if (row_matches(&rows[r], spmc, &spmc->parts[i]))
				quirks |= rows[r].quirks;
		}
	}
	return quirks;
}

const char *vffa_quirk_name(uint32_t quirk)
{
	switch (quirk) {
	case VFFA_QUIRK_VM_SLOTS:
		return "vm-slots";
	case VFFA_QUIRK_VM_TWICE:
		return "vm-twice";
	case VFFA_QUIRK_MAP_FIRST:
		return "map-first";
	case VFFA_QUIRK_NO_FRAGMENTS:
		return "no-fragments";
	case VFFA_QUIRK_HANDLE_0:
		return "handle-0";
	case VFFA_QUIRK_HANDLES_PER_VM:
		return "handles-per-vm";
	case VFFA_QUIRK_HANDLES_IN_ALL:
		return "handles-in-all";
	case VFFA_QUIRK_PLAIN_SHARES:
		return "plain-shares";
	case VFFA_QUIRK_LEND_TAG:
		return "lend-tag";
	case VFFA_QUIRK_NOTIF_BOUND:
		return "notif-bound";
	case VFFA_QUIRK_NOTIF_REPEATS:
		return "notif-repeats";
	case VFFA_QUIRK_VM_LEAKS:
		return "vm-leaks";
	}
	return NULL;
}
