/* SPDX-License-Identifier: GPL-2.0-only */
/* How descriptors of memory arrive: from TX or from a buffer that the call names, in fragments. */
#ifndef SPMC_MEM_RECEIVE_H
#define SPMC_MEM_RECEIVE_H

#include "mem.h"

/* Bytes of a descriptor, and of its first fragment. */
struct mem_lengths {
	uint32_t total;
	uint32_t first;
};

/**
 * mem_buffer_decode() - which buffer a call names in x3 and x4
 * @c:	 the call
 * @buf: out
 *
 * Return: 0; E_INVALID one of the two is zero, that is no memory, or a partition calls.
 */
int mem_buffer_decode(const struct call *c, struct mem_buffer *buf);

/**
 * mem_copy() - take a private copy, in spmc.scratch
 * @c:	 the call
 * @buf: where it is
 * @len: its first bytes
 *
 * Return: 0; E_INVALID no TX, or not so long; E_DENIED @buf is not the caller's to read; E_NO_MEMORY.
 */
int mem_copy(struct call *c, const struct mem_buffer *buf, uint64_t len);

/**
 * mem_composite_find() - read the head of the ranges
 * @c:	    whose spmc.scratch has the first fragment
 * @d:	    what comes before
 * @offset: of the head
 * @lens:   as the call has them
 * @comp:   out
 *
 * Return: 0; E_INVALID: it does not fit the lengths, or has no ranges.
 */
int mem_composite_find(const struct call *c, const struct mem_desc *d, uint32_t offset,
		       struct mem_lengths lens, struct mem_composite *comp);

/* Ask for the next fragment. */
void reply_frag_rx(struct call *c, const struct mem_region *r, uint32_t received);

/* mem_send.c, mem_retrieve.c: FFA_MEM_FRAG_TX of a region that is sent, and of a request */
int send_continue(struct call *c, struct mem_region *r);
int retrieve_continue(struct call *c, struct mem_region *r);

/* The handle in w1 and w2. */
static inline uint64_t mem_handle_arg(const struct call *c)
{
	return (uint32_t)c->regs->x[1] | c->regs->x[2] << 32;
}

#endif /* SPMC_MEM_RECEIVE_H */
