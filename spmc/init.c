// SPDX-License-Identifier: GPL-2.0-only
/* How an SPMC comes up. */
#include "ctx.h"
#include "manifest.h"
#include "mem.h"
#include "part.h"

static bool is_sane(const struct spmc_config *cfg)
{
	if (cfg->minor > SPMC_MAX_MINOR || !cfg->nr_cpus || cfg->nr_cpus > SPMC_MAX_CPUS)
		return false;
	if (cfg->rxtx_granule > 2 || cfg->rxtx_max_pages > RXTX_PAGES_MASK)
		return false;
	if (cfg->sri_intid > 15)
		return false;
	return cfg->nr_manifests <= SPMC_MAX_PARTS && cfg->id & ID_SECURE;
}

static int add_part(struct spmc *s, const struct spmc_manifest *m)
{
	struct spmc_part *part = &s->parts[s->nr_parts];
	int err;

	err = manifest_read(s, m, part);
	if (err)
		return err;
	/* The entry itself is not in the list yet. */
	if (part_find(s, part->id)) {
		spmc_log(s, "two partitions with one id\n");
		return E_INVALID;
	}
	err = ctx_create_all(s, part);
	if (err)
		return err;
	s->nr_parts++;
	return 0;
}

int spmc_init(struct spmc *s, const struct spmc_config *cfg)
{
	int err;

	if (!is_sane(cfg))
		return E_INVALID;
	memset(s, 0, sizeof(*s));
	s->cfg = *cfg;
	ranges_init_pool(s);
	for (unsigned int i = 0; i < cfg->nr_manifests; i++) {
		err = add_part(s, &cfg->manifests[i]);
		if (err)
			return err;
	}
	return 0;
}
