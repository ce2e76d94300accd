// SPDX-License-Identifier: GPL-2.0-only
/* Partition information descriptors on the wire (FF-A 1.2, "Partition information descriptor"). */
#include "codec_part.h"

#include "bytes.h"

/*
 * offset  size
 *      0     2  id
 *      2     2  execution contexts
 *      4     4  properties
 *      8    16  UUID, since 1.1; zero when the query named one
 */
#define SIZE_1_0 8u
#define SIZE_1_1 24u

uint32_t part_entry_size(unsigned int minor)
{
	return minor ? SIZE_1_1 : SIZE_1_0;
}

void part_entry_encode(const struct part_entry *e, unsigned int minor, uint8_t *out)
{
	put16(out, e->id);
	put16(out + 2, e->nr_ctxs);
	put32(out + 4, e->props);
	if (!minor)
		return;
	if (e->uuid)
		memcpy(out + 8, e->uuid, 16);
	else
		memset(out + 8, 0, 16);
}

void part_entry_to_regs(const struct part_entry *e, uint64_t *x)
{
	uint8_t desc[SIZE_1_1];

	part_entry_encode(e, 1, desc);
	for (unsigned int i = 0; i < 3; i++)
		x[i] = get64(desc + 8 * i);
}

void uuid_from_w(const uint64_t *w, uint8_t *uuid)
{
	for (unsigned int i = 0; i < 4; i++)
		put32(uuid + 4 * i, (uint32_t)w[i]);
}

void uuid_from_x(const uint64_t *x, uint8_t *uuid)
{
	put64(uuid, x[0]);
	put64(uuid + 8, x[1]);
}
