/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory transaction descriptors on the wire, of every version. Pure. */
#ifndef SPMC_CODEC_MEM_H
#define SPMC_CODEC_MEM_H

#include "state.h"

/**
 * struct mem_desc - a descriptor without its ranges
 * @end: where the EMADs end
 */
struct mem_desc {
	uint16_t sender;
	uint16_t attrs;
	uint32_t flags;
	uint64_t handle;
	uint64_t tag;
	uint32_t nr_emads;
	struct mem_emad emads[SPMC_MAX_BORROWERS];
	uint32_t end;
};

#define MEM_COMPOSITE_SIZE 16u
#define MEM_RANGE_SIZE	   16u

/* How long a descriptor with this many EMADs is, up to its composite descriptor. */
uint32_t mem_desc_size(unsigned int minor, uint32_t nr_emads);

/**
 * mem_desc_decode() - read header and EMADs
 * @buf:   private memory
 * @len:   bytes in it
 * @minor: version of who wrote it
 * @d:	   out
 *
 * Return: 0; E_INVALID malformed, or a reserved field is not zero; E_NO_MEMORY more EMADs than
 * SPMC_MAX_BORROWERS.
 */
int mem_desc_decode(const uint8_t *buf, uint32_t len, unsigned int minor, struct mem_desc *d);

/* The EMAD of an endpoint; NULL: there is none. */
const struct mem_emad *mem_desc_emad(const struct mem_desc *d, uint16_t id);

/* Write mem_desc_size() bytes. Each EMAD's composite follows. */
void mem_desc_encode(const struct mem_desc *d, unsigned int minor, uint8_t *out);

/* False: a reserved field is not zero. */
bool mem_composite_decode(const uint8_t *buf, struct mem_composite *comp);
void mem_composite_encode(const struct mem_composite *comp, uint8_t *out);

bool mem_range_decode(const uint8_t *buf, struct spmc_range *range);
void mem_range_encode(const struct spmc_range *range, uint8_t *out);

/**
 * struct mem_relinquish - descriptor of FFA_MEM_RELINQUISH, for one endpoint
 */
struct mem_relinquish {
	uint64_t handle;
	uint32_t flags;
	uint32_t count;
	uint16_t id;
};

#define MEM_RELINQUISH_SIZE 18u

void mem_relinquish_decode(const uint8_t *buf, struct mem_relinquish *r);
void mem_relinquish_encode(const struct mem_relinquish *r, uint8_t *out);

#endif /* SPMC_CODEC_MEM_H */
