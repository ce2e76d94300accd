/* SPDX-License-Identifier: GPL-2.0-only */
/* The list of partitions. */
#ifndef SPMC_PART_H
#define SPMC_PART_H

#include "call.h"

int do_part_info(struct call *c);
int do_part_info_regs(struct call *c);

/* NULL when there is none. */
struct spmc_part *part_find(struct spmc *s, uint16_t id);

/* Is @uuid one of the partition's? The nil UUID is everyone's. */
bool part_has_uuid(const struct spmc_part *part, const uint8_t *uuid);

/* The context that takes a message on @cpu: that CPU's, or the only one. NULL = no such CPU. */
struct spmc_ctx *part_ctx(struct spmc_part *part, unsigned int cpu);

/* Does each of its contexts stay on the CPU of the same number? */
static inline bool part_is_pinned(const struct spmc_part *part)
{
	return part->nr_ctxs > 1;
}

#endif /* SPMC_PART_H */
