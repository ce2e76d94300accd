/* SPDX-License-Identifier: GPL-2.0-only */
/* The descriptor of a VM's RX/TX buffers on the wire. Pure. */
#ifndef SPMC_CODEC_RXTX_H
#define SPMC_CODEC_RXTX_H

#include "state.h"

/**
 * struct rxtx_desc - a VM's buffers
 * @vm:	      whose
 * @nr_pages: of each buffer
 * @tx, @rx:  physical address of each page
 */
struct rxtx_desc {
	uint16_t vm;
	uint32_t nr_pages;
	uint64_t tx[SPMC_MAX_VM_BUFFER_PAGES];
	uint64_t rx[SPMC_MAX_VM_BUFFER_PAGES];
};

/**
 * rxtx_desc_decode() - read a descriptor
 * @buf:   where it begins; the normal world may change it meanwhile
 * @size:  of the buffer it is in
 * @minor: FF-A 1.@minor is what its writer speaks
 * @desc:  out
 *
 * Return: 0; E_INVALID malformed; E_NO_MEMORY the buffers are larger than a VM's may be.
 */
int rxtx_desc_decode(const uint8_t *buf, uint32_t size, unsigned int minor, struct rxtx_desc *desc);

#endif /* SPMC_CODEC_RXTX_H */
