/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory management: the calls, and the records of transactions. */
#ifndef SPMC_MEM_H
#define SPMC_MEM_H

#include "call.h"
#include "codec_mem.h"

/* mem_send.c: the owner's side */
int do_mem_send(struct call *c);
int do_mem_reclaim(struct call *c);
int send_props(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3);

/* mem_receive.c: anyone's */
int do_mem_frag_tx(struct call *c);

/* mem_retrieve.c, mem_reply.c: the borrower's */
int do_mem_retrieve(struct call *c);
int do_mem_frag_rx(struct call *c);
int do_mem_relinquish(struct call *c);
int retrieve_props(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3);

/* mem_pause.c: operations that were paused */

/* FFA_MEM_OP_RESUME */
int do_mem_op_resume(struct call *c);

/**
 * mem_pause() - keep a call until it has been resumed
 * @s:	   locked
 * @regs:  of the call; FFA_MEM_OP_PAUSE is its answer
 * @times: so many calls of FFA_MEM_OP_RESUME
 *
 * Return: false when it is no operation on memory, or SPMC_MAX_PAUSED are paused.
 */
bool mem_pause(struct spmc *s, struct vffa_regs *regs, uint64_t times);

/* Forget all of them. */
void mem_pause_clear(struct spmc *s);

/* mem_ranges.c: lists of ranges; zeroes are an empty one */

/* All ranges are in the pool. */
void ranges_init_pool(struct spmc *s);

/* Append a range. Returns 0 or E_NO_MEMORY. */
int ranges_add(struct spmc *s, struct range_list *l, const struct spmc_range *range);

/* Empty a list. */
void ranges_free(struct spmc *s, struct range_list *l);

/* The @i-th range; asking for them in order is cheap. */
const struct spmc_range *ranges_nth(struct spmc *s, struct range_list *l, uint32_t i);

/* The address of the @i-th page; asking for them in order is cheap. */
uint64_t ranges_page(struct spmc *s, struct range_list *l, uint32_t i);

/* Which page of the list is at an address? False: none. */
bool ranges_find(struct spmc *s, struct range_list *l, uint64_t address, uint32_t *page);

/* mem_region.c: records */

/* A new record, with nothing in it but a handle, 0 = a new one; NULL when there are too many. */
struct mem_region *region_create(struct spmc *s, uint64_t handle);
void region_destroy(struct spmc *s, struct mem_region *r);

/* The record with this handle; NULL when there is none. */
struct mem_region *region_find(struct spmc *s, uint64_t handle);
struct mem_borrower *region_borrower(struct mem_region *r, uint16_t id);

/* Overwrite a region with zeroes. */
void region_zero(struct spmc *s, struct mem_region *r);

/* mem_pages.c: who owns which page, and who else has it */

/**
 * pages_take() - have the sender give up or share a region's pages
 * @s: locked
 * @r: all ranges are there
 *
 * Return: 0; E_DENIED a page is not the sender's to give; E_INVALID two ranges overlap. Nothing
 * changes on error.
 */
int pages_take(struct spmc *s, const struct mem_region *r);

/* Undo pages_take(). */
void pages_give_back(struct spmc *s, const struct mem_region *r);

/* After pages_take() for a donation: they are the one borrower's now. */
void pages_donate(struct spmc *s, const struct mem_region *r);

/* Was this page donated to a partition, which has not lent it? */
bool pages_is_owned(const struct spmc *s, uint64_t pa, uint16_t id);

/* Are these pages the RX/TX buffers of someone, or otherwise spoken for? */
bool pages_are_free(const struct spmc *s, uint64_t pa, uint32_t nr_pages);

/* Is all of this memory that the normal world has? */
bool pages_may_be_read(const struct spmc *s, uint64_t pa, uint32_t nr_pages);

/* Keep pages as RX/TX buffers; and let go of them. */
void pages_keep(struct spmc *s, uint64_t pa, uint32_t nr_pages, bool keep);

/* mem_reply.c: descriptors to borrowers */

/**
 * reply_begin() - write the beginning of a descriptor to the caller's RX
 * @c:	 the call; FFA_MEM_RETRIEVE_RESP is its answer
 * @r:	 region
 * @b:	 the borrower; NULL = the hypervisor wants to see all of them
 *
 * RX was free. What does not fit is fetched by FFA_MEM_FRAG_RX.
 */
void reply_begin(struct call *c, struct mem_region *r, struct mem_borrower *b);

/* Is a borrower's descriptor fully fetched? */
bool reply_is_done(const struct mem_reply *reply);

/*
 * Is the caller in the middle of fetching a region's descriptor? FFA_MEM_FRAG_RX does not say for
 * whom the hypervisor fetches, so that it can do so for one at a time.
 */
bool reply_is_under_way(const struct call *c, struct mem_region *r);

#endif /* SPMC_MEM_H */
