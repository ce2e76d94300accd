/* SPDX-License-Identifier: GPL-2.0-only */
/* The lists of FFA_NOTIFICATION_INFO_GET in registers. Pure. */
#ifndef SPMC_CODEC_NOTIF_H
#define SPMC_CODEC_NOTIF_H

#include "state.h"

#define NOTIF_LISTS_MAX_IDS 20u

/**
 * struct notif_lists - lists, each an endpoint's id and up to three vCPUs
 * @max_ids: room in the registers: 10 or 20
 * @nr_ids:  used
 * @ids:     all lists, one behind the other
 * @nr:	     lists
 * @nr_vcpus: of each list
 */
struct notif_lists {
	unsigned int max_ids;
	unsigned int nr_ids;
	uint16_t ids[NOTIF_LISTS_MAX_IDS];
	unsigned int nr;
	uint8_t nr_vcpus[NOTIF_LISTS_MAX_IDS];
};

/* Add a list. False, and nothing is added, when it does not fit. */
bool notif_lists_add(struct notif_lists *l, uint16_t id, const uint16_t *vcpus, unsigned int nr);

/* Write x2-x7. */
void notif_lists_encode(const struct notif_lists *l, bool more, bool is64, struct vffa_regs *regs);

#endif /* SPMC_CODEC_NOTIF_H */
