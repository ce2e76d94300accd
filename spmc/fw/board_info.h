/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs from one start of the machine to the next. */
#ifndef SPMC_FW_BOARD_INFO_H
#define SPMC_FW_BOARD_INFO_H

#include <vffa/env.h>

/**
 * struct board_info - what the device trees say
 * @spmc_id, @minor: of the SPMC's manifest, as the SPMD read it, too
 * @ram_base, @ram_pages: the normal world's memory, in pages of 4 KiB
 */
struct board_info {
	uint16_t spmc_id;
	unsigned int minor;
	unsigned int nr_cpus;
	uint64_t ram_base;
	uint32_t ram_pages;
};

/** board_read() - read both device trees; panics where they make no sense */
void board_read(const void *manifest, struct board_info *info);

#endif /* SPMC_FW_BOARD_INFO_H */
