/* SPDX-License-Identifier: GPL-2.0-only */
/* RX/TX buffers and who owns RX. */
#ifndef SPMC_MAILBOX_H
#define SPMC_MAILBOX_H

#include "call.h"

int do_rxtx_map(struct call *c);
int do_rxtx_map_sp(struct call *c);
int do_rxtx_unmap(struct call *c);
int do_rx_release(struct call *c);
int do_rx_acquire(struct call *c);
int rxtx_props(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3);

/**
 * mailbox_can_write() - may the SPMC write this much to RX now
 * @mb:	 any
 * @len: bytes
 *
 * Return: 0; E_BUSY RX is the endpoint's, or not there; E_NO_MEMORY RX is smaller.
 */
int mailbox_can_write(const struct mailbox *mb, uint64_t len);

/* Hand RX, just written, to its endpoint. */
void mailbox_fill(struct mailbox *mb);

/* Give RX back to the SPMC if its endpoint has it. */
void mailbox_release(struct mailbox *mb);

/* Where the SPMC finds the @i-th page of a mapped pair. */
uint8_t *mailbox_tx_page(const struct mailbox *mb, uint32_t i);
uint8_t *mailbox_rx_page(const struct mailbox *mb, uint32_t i);

/* Are these pages all memory of the normal world, and @pa aligned? */
bool is_ram(const struct spmc *s, uint64_t pa, uint64_t nr_pages);

static inline uint32_t mailbox_size(const struct mailbox *mb)
{
	return mb->nr_pages * PAGE_SIZE_4K;
}

#endif /* SPMC_MAILBOX_H */
