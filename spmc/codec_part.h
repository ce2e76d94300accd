/* SPDX-License-Identifier: GPL-2.0-only */
/* Partition information descriptors on the wire. Pure. */
#ifndef SPMC_CODEC_PART_H
#define SPMC_CODEC_PART_H

#include "state.h"

/* Entries that fit the registers x3-x17 of FFA_PARTITION_INFO_GET_REGS. */
#define PART_REGS_MAX_ENTRIES 5u

/**
 * struct part_entry - one entry of a list of partitions
 * @uuid: NULL = left zero
 */
struct part_entry {
	uint16_t id;
	uint16_t nr_ctxs;
	uint32_t props;
	const uint8_t *uuid;
};

uint32_t part_entry_size(unsigned int minor);

/* Write part_entry_size() bytes. */
void part_entry_encode(const struct part_entry *e, unsigned int minor, uint8_t *out);

/* Write three registers. */
void part_entry_to_regs(const struct part_entry *e, uint64_t *x);

/* The 16 bytes of a UUID from four 32-bit, or from two 64-bit registers. */
void uuid_from_w(const uint64_t *w, uint8_t *uuid);
void uuid_from_x(const uint64_t *x, uint8_t *uuid);

#endif /* SPMC_CODEC_PART_H */
