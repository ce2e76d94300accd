// SPDX-License-Identifier: GPL-2.0-only
/* FFA_NOTIFICATION_INFO_GET: who has something pending, for the scheduler in the normal world. */
#include "codec_notif.h"
#include "notif.h"

/* Tell of one receiver. False when there is no room for all of it. */
static bool tell(struct notif *n, uint16_t id, struct notif_lists *lists)
{
	uint16_t vcpus[NOTIF_INFO_MAX_VCPUS];
	uint64_t told;
	unsigned int nr;

	if (n->news) {
		if (!notif_lists_add(lists, id, NULL, 0))
			return false;
		n->news = false;
	}

	while (n->news_vcpus) {
		told = 0;
		nr = 0;
		for (unsigned int v = 0; v < n->nr_vcpus && nr < NOTIF_INFO_MAX_VCPUS; v++) {
			if (!(n->news_vcpus >> v & 1))
				continue;
			vcpus[nr++] = (uint16_t)v;
			told |= 1ull << v;
		}
		if (!notif_lists_add(lists, id, vcpus, nr))
			return false;
		n->news_vcpus &= ~told;
	}
	return true;
}

/* What is told is not told again. Returns false when more is left. */
static bool tell_all(struct spmc *s, struct notif_lists *lists)
{
	for (unsigned int i = 0; i < SPMC_MAX_VMS; i++) {
		if (s->vms[i].used && !tell(&s->vms[i].notif, s->vms[i].id, lists))
			return false;
	}
	for (unsigned int i = 0; i < s->nr_parts; i++) {
		if (!tell(&s->parts[i].notif, s->parts[i].id, lists))
			return false;
	}
	return true;
}

int do_notif_info_get(struct call *c)
{
	struct notif_lists lists = { .max_ids = c->is64 ? 20 : 10 };
	bool all;

	if (!mbz(c, 1, 7))
		return E_INVALID;
	all = tell_all(c->spmc, &lists);
	if (!lists.nr_ids)
		return E_NO_DATA;

	if (c->is64)
		reply_success_64(c);
	else
		reply_success(c);
	notif_lists_encode(&lists, !all, c->is64, c->regs);
	return 0;
}
