/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Codec of the descriptor by which the SPMC learns of a VM's buffers. Pure. */
#ifndef VFFA_ABI_RXTX_H
#define VFFA_ABI_RXTX_H

#include <vffa/abi.h>
#include <vffa/port.h>

/* Bytes of a descriptor at most: no two pages of a buffer follow each other. */
#define VFFA_RXTX_DESC_MAX_SIZE                                                                    \
	(sizeof(struct ffa_rxtx) + 2 * sizeof(struct ffa_mem_composite) +                          \
	 2 * VFFA_MAILBOX_MAX_PAGES * sizeof(struct ffa_mem_range))

/**
 * vffa_rxtx_desc_encode() - write an endpoint RX/TX descriptor of FF-A 1.1 and later
 * @vm:	      whose buffers
 * @rx, @tx:  where each page of them is
 * @nr_pages: of each; 1 to VFFA_MAILBOX_MAX_PAGES
 * @buf:      out: up to VFFA_RXTX_DESC_MAX_SIZE bytes
 *
 * Pages that follow each other are one range.
 */
void vffa_rxtx_desc_encode(vffa_id_t vm, const struct vffa_hpa *rx, const struct vffa_hpa *tx,
			   uint32_t nr_pages, uint8_t *buf);

#endif /* VFFA_ABI_RXTX_H */
