// SPDX-License-Identifier: GPL-2.0-only
/* The list of partitions (FF-A 1.2, "Partition discovery"). Its wire formats: codec_part.c. */
#include "part.h"

#include "codec_part.h"
#include "mailbox.h"

struct spmc_part *part_find(struct spmc *s, uint16_t id)
{
	for (unsigned int i = 0; i < s->nr_parts; i++) {
		if (s->parts[i].id == id)
			return &s->parts[i];
	}
	return NULL;
}

static bool is_nil(const uint8_t *uuid)
{
	static const uint8_t nil[16];

	return !memcmp(uuid, nil, sizeof(nil));
}

bool part_has_uuid(const struct spmc_part *part, const uint8_t *uuid)
{
	for (unsigned int i = 0; i < part->nr_uuids; i++) {
		if (!memcmp(part->uuids[i], uuid, 16))
			return true;
	}
	return is_nil(uuid);
}

struct spmc_ctx *part_ctx(struct spmc_part *part, unsigned int cpu)
{
	if (!part_is_pinned(part))
		return &part->ctxs[0];
	return cpu < part->nr_ctxs ? &part->ctxs[cpu] : NULL;
}

static uint32_t props_for(const struct spmc_part *part, unsigned int minor)
{
	static const uint32_t defined[] = { 0x7, 0x1FF, 0x7FF };

	return part->props & defined[minor];
}

/* A walk over the entries that one query gets. */
struct walk {
	struct spmc *spmc;
	unsigned int minor;
	const uint8_t *uuid;
	bool any;
	unsigned int part;
	unsigned int nth_uuid;
};

static struct walk walk_begin(const struct call *c, const uint8_t *uuid)
{
	return (struct walk){
		.spmc = c->spmc, .minor = c->minor, .uuid = uuid, .any = is_nil(uuid)
	};
}

/*
 * Under the nil UUID a partition has one entry for each of its UUIDs since 1.2, and one before;
 * where the query names a UUID, the entries do not repeat it.
 */
static bool walk_next(struct walk *w, struct part_entry *e)
{
	const struct spmc_part *part;
	const uint8_t *uuid;

	for (; w->part < w->spmc->nr_parts; w->part++, w->nth_uuid = 0) {
		part = &w->spmc->parts[w->part];
		if (!w->any && (w->nth_uuid || !part_has_uuid(part, w->uuid)))
			continue;
		if (w->nth_uuid >= (w->any && w->minor >= 2 ? part->nr_uuids : 1))
			continue;

		uuid = w->any ? part->uuids[w->nth_uuid] : NULL;
		w->nth_uuid++;
		*e = (struct part_entry){ part->id, part->nr_ctxs, props_for(part, w->minor),
					  uuid };
		return true;
	}
	return false;
}

static uint32_t count_entries(struct walk w)
{
	struct part_entry e;
	uint32_t n = 0;

	while (walk_next(&w, &e))
		n++;
	return n;
}

int do_part_info(struct call *c)
{
	struct mailbox *mb = call_mailbox(c);
	uint32_t size = part_entry_size(c->minor);
	uint32_t flags = (uint32_t)c->regs->x[5];
	struct part_entry e;
	uint8_t uuid[16];
	struct walk w;
	uint32_t n;
	int err;

	/* Before 1.1 there is no flag. */
	if (!mbz(c, 6, 7) || flags & ~(c->minor ? PART_INFO_COUNT_ONLY : 0))
		return E_INVALID;
	uuid_from_w(&c->regs->x[1], uuid);
	w = walk_begin(c, uuid);
	n = count_entries(w);
	if (!n && !w.any)
		return E_INVALID;

	if (!flags) {
		err = mailbox_can_write(mb, (uint64_t)n * size);
		if (err)
			return err;
		for (uint8_t *out = mb->rx; walk_next(&w, &e); out += size)
			part_entry_encode(&e, c->minor, out);
		mailbox_fill(mb);
	}

	reply_success(c);
	c->regs->x[2] = n;
	c->regs->x[3] = c->minor && !flags ? size : 0;
	return 0;
}

int do_part_info_regs(struct call *c)
{
	uint32_t start = (uint16_t)c->regs->x[3];
	uint16_t tag = (uint16_t)(c->regs->x[3] >> 16);
	uint64_t x[3 * PART_REGS_MAX_ENTRIES] = { 0 };
	struct part_entry e;
	uint8_t uuid[16];
	uint32_t total;
	struct walk w;
	uint32_t n = 0;

	if (c->regs->x[3] >> 32 || !mbz(c, 4, VFFA_NR_REGS - 1))
		return E_INVALID;
	uuid_from_x(&c->regs->x[1], uuid);
	w = walk_begin(c, uuid);
	total = count_entries(w);
	if (start >= total || (!start && tag))
		return E_INVALID;
	/* The list never changes: its tag is always zero. */
	if (tag)
		return E_RETRY;

	for (uint32_t i = 0; i < start; i++)
		(void)walk_next(&w, &e);
	while (n < PART_REGS_MAX_ENTRIES && walk_next(&w, &e))
		part_entry_to_regs(&e, &x[3 * n++]);

	reply_success_64(c);
	c->regs->x[2] =
		(uint64_t)part_entry_size(c->minor) << 48 | (start + n - 1) << 16 | (total - 1);
	memcpy(&c->regs->x[3], x, sizeof(x));
	return 0;
}
