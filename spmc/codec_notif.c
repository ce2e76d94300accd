// SPDX-License-Identifier: GPL-2.0-only
/* The lists of FFA_NOTIFICATION_INFO_GET in registers (FF-A 1.2, "FFA_NOTIFICATION_INFO_GET"). */
#include "codec_notif.h"

bool notif_lists_add(struct notif_lists *l, uint16_t id, const uint16_t *vcpus, unsigned int nr)
{
	if (l->nr_ids + 1 + nr > l->max_ids)
		return false;
	l->ids[l->nr_ids++] = id;
	for (unsigned int i = 0; i < nr; i++)
		l->ids[l->nr_ids++] = vcpus[i];
	l->nr_vcpus[l->nr++] = (uint8_t)nr;
	return true;
}

void notif_lists_encode(const struct notif_lists *l, bool more, bool is64, struct vffa_regs *regs)
{
	unsigned int per_reg = is64 ? 4 : 2;

	regs->x[2] = (more ? NOTIF_INFO_MORE : 0) | l->nr << NOTIF_INFO_NR_SHIFT;
	for (unsigned int i = 0; i < l->nr; i++)
		regs->x[2] |= (uint64_t)l->nr_vcpus[i] << (NOTIF_INFO_IDS_SHIFT + 2 * i);
	for (unsigned int i = 0; i < l->nr_ids; i++)
		regs->x[3 + i / per_reg] |= (uint64_t)l->ids[i] << (i % per_reg * 16);
}
