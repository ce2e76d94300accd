// SPDX-License-Identifier: GPL-2.0-only
/*
 * FF-A manifests of partitions (FF-A 1.2, "Partition manifest"), as device trees. The only user of
 * libfdt.
 */
#include "manifest.h"

#include <libfdt.h>

#define NS_ACTION_QUEUED   0u
#define NS_ACTION_SIGNALED 2u

/* One manifest being read, and what was wrong with it first. */
struct reader {
	const void *dtb;
	const char *bad;
};

static uint32_t read_u32(struct reader *r, const char *name, uint32_t otherwise)
{
	int len;
	const void *prop = fdt_getprop(r->dtb, 0, name, &len);

	if (!prop)
		return otherwise;
	if (len != 4) {
		r->bad = name;
		return 0;
	}
	return fdt32_ld(prop);
}

static uint32_t need_u32(struct reader *r, const char *name)
{
	if (!fdt_getprop(r->dtb, 0, name, NULL))
		r->bad = name;
	return read_u32(r, name, 0);
}

/* The cells of a UUID hold its bytes in the order of the text, and so do we. */
static void read_uuids(struct reader *r, struct spmc_part *part)
{
	int len = 0;
	const void *prop = fdt_getprop(r->dtb, 0, "uuid", &len);

	if (!prop || !len || len % 16 || len / 16 > SPMC_MAX_UUIDS) {
		r->bad = "uuid";
		return;
	}
	part->nr_uuids = (unsigned int)len / 16;
	memcpy(part->uuids, prop, (size_t)len);
}

static bool is_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static void read_image(struct reader *r, const struct spmc_config *cfg, struct spmc_part *part)
{
	const char *name = fdt_stringlist_get(r->dtb, 0, "vffa,image", 0, NULL);

	for (unsigned int i = 0; name && i < cfg->nr_images; i++) {
		if (is_same(cfg->images[i].name, name))
			part->image = &cfg->images[i];
	}
	if (!part->image)
		r->bad = "vffa,image";
}

/* A partition speaks no newer version than the SPMC. */
static void read_version(struct reader *r, const struct spmc_config *cfg, struct spmc_part *part)
{
	uint32_t version = need_u32(r, "ffa-version");
	uint32_t minor = version & 0xFFFFu;

	if (version >> 16 != 1)
		r->bad = "ffa-version";
	part->version.minor = (uint8_t)(minor < cfg->minor ? minor : cfg->minor);
}

/* One context, which migrates, or one for each CPU. */
static void read_contexts(struct reader *r, const struct spmc_config *cfg, struct spmc_part *part)
{
	uint32_t n = need_u32(r, "execution-ctx-count");

	if (!n || (n > 1 && n < cfg->nr_cpus))
		r->bad = "execution-ctx-count";
	part->nr_ctxs = (uint16_t)(n > 1 ? cfg->nr_cpus : 1);
}

/* SPEC-GAP: a managed exit needs a virtual interrupt, which partitions here do not take. */
static void read_ns_action(struct reader *r, struct spmc_part *part)
{
	uint32_t action = read_u32(r, "ns-interrupts-action", NS_ACTION_SIGNALED);

	if (action != NS_ACTION_QUEUED && action != NS_ACTION_SIGNALED)
		r->bad = "ns-interrupts-action";
	part->queue_ns_irqs = action == NS_ACTION_QUEUED;
}

static void read_props(struct reader *r, struct spmc_part *part)
{
	uint32_t messaging = need_u32(r, "messaging-method");
	uint32_t vm = read_u32(r, "vm-availability-messages", 0);

	if (messaging & ~PROP_MESSAGING)
		r->bad = "messaging-method";
	if (vm & ~3u || (vm && !(messaging & PROP_DIRECT_REQ_RECV)))
		r->bad = "vm-availability-messages";

	if (part->version.minor < 2)
		messaging &= ~(PROP_DIRECT_REQ2_RECV | PROP_DIRECT_REQ2_SEND);
	part->props = messaging | PROP_AARCH64;
	if (part->version.minor < 1)
		return;
	if (fdt_getprop(r->dtb, 0, "notification-support", NULL)) {
		part->props |= PROP_NOTIFICATION;
		part->notif.nr_vcpus = part->nr_ctxs;
	}
	part->props |= vm & 1 ? PROP_VM_CREATED : 0;
	part->props |= vm & 2 ? PROP_VM_DESTROYED : 0;
}

void spmc_log(const struct spmc *s, const char *text)
{
	size_t len = 0;

	while (text[len])
		len++;
	s->cfg.ops->log(s->cfg.home, text, len);
}

int manifest_read(struct spmc *s, const struct spmc_manifest *m, struct spmc_part *part)
{
	struct reader r = { .dtb = m->dtb };
	uint32_t id;

	if (fdt_check_full(m->dtb, m->size) ||
	    fdt_node_check_compatible(m->dtb, 0, "arm,ffa-manifest-1.0")) {
		spmc_log(s, "not an FF-A manifest\n");
		return E_INVALID;
	}

	id = need_u32(&r, "id");
	if (id > 0xFFFFu || !(id & ID_SECURE) || id == s->cfg.id)
		r.bad = "id";
	part->id = (uint16_t)id;
	read_version(&r, &s->cfg, part);
	read_uuids(&r, part);
	read_image(&r, &s->cfg, part);
	read_contexts(&r, &s->cfg, part);
	read_ns_action(&r, part);
	read_props(&r, part);
	if (!r.bad)
		return 0;

	spmc_log(s, "partition manifest: bad ");
	spmc_log(s, r.bad);
	spmc_log(s, "\n");
	return E_INVALID;
}
