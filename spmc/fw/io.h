/* SPDX-License-Identifier: GPL-2.0-only */
/* Device registers. */
#ifndef SPMC_FW_IO_H
#define SPMC_FW_IO_H

#include <vffa/env.h>

static inline uint32_t io_read32(uint64_t address)
{
	return *(volatile uint32_t *)address;
}

static inline uint64_t io_read64(uint64_t address)
{
	return *(volatile uint64_t *)address;
}

static inline void io_write32(uint64_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

#endif /* SPMC_FW_IO_H */
