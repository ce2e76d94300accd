/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory transactions for tests: descriptors written out byte by byte, by a third hand, and the
 * calls that go with them. Of whatever version was negotiated.
 */
#ifndef SPMC_TEST_REGION_H
#define SPMC_TEST_REGION_H

#include "nwd.h"

#define VM  3u
#define VM2 4u
#define TAG 0xABCDu
#define RW  0x2u
#define RO  0x1u

/* A region to be sent: ranges spread over the VM's memory, one every @gap pages. */
struct region {
	uint32_t fn;
	uint64_t handle;
	uint16_t sender;
	uint16_t to[3];
	uint32_t nr_to;
	uint8_t perms;
	uint16_t attrs;
	uint32_t flags;
	uint64_t base;
	uint32_t nr_ranges;
	uint32_t pages_per_range;
	uint32_t gap;
};

/* Two pages that do not touch, from VM to the borrower, with all that @fn demands. */
struct region region_usual(uint32_t fn);

/* Where the composite descriptor is. */
uint32_t region_composite(const struct nwd *n, const struct region *r);

/* Write the whole descriptor to @d; returns its length. */
uint32_t region_encode(const struct nwd *n, const struct region *r, uint8_t *d);

/* The memory at the beginning of a range. */
uint64_t *region_va(struct nwd *n, const struct region *r, uint32_t range);

/* Share, lend or donate what is in TX; and a region, whole. */
struct vffa_regs mem_send_raw(struct nwd *n, uint32_t fn, uint32_t total, uint32_t len);
struct vffa_regs region_send(struct nwd *n, const struct region *r);

/* The same in fragments of at most @max bytes, all of which are accepted. Returns the handle. */
uint64_t region_send_in_fragments(struct nwd *n, const struct region *r, uint32_t max);
void expect_frag_rx(struct vffa_regs regs, uint64_t *handle, uint32_t offset);
struct vffa_regs mem_frag_tx(struct nwd *n, uint64_t handle, uint32_t len);

/* The handle that came with success. */
uint64_t handle_in(struct vffa_regs regs);

struct vffa_regs mem_reclaim(struct nwd *n, uint64_t handle, uint32_t flags);

/* A command to a borrower that takes a handle; and the status in its answer. */
struct vffa_regs tell_borrower(struct nwd *n, uint16_t sp, uint32_t cmd, uint64_t handle,
			       uint64_t a2, uint64_t a3);
int sp_answer(struct vffa_regs regs);

/* Have a partition retrieve: @flags are BORROWER_ZERO...; and relinquish. */
struct vffa_regs sp_retrieve(struct nwd *n, uint16_t sp, uint64_t handle, uint32_t perms,
			     uint32_t flags);
int sp_relinquish(struct nwd *n, uint16_t sp, uint64_t handle, uint32_t flags);

/* Where a partition is to ask for what it retrieves next; @per_fragment ranges at a time. */
struct place {
	uint64_t address;
	uint32_t nr_ranges;
	uint32_t pages_per_range;
	uint32_t gap;
	uint32_t per_fragment;
};

void sp_place(struct nwd *n, uint16_t sp, struct place at);

/* What a partition reads at an address; it must have something there. */
uint64_t sp_read(struct nwd *n, uint16_t sp, uint64_t address);

/* A partition's answer to BORROWER_RETRIEVE says that it has exactly this. */
void expect_listing(struct vffa_regs regs, const struct region *r, uint32_t nr_fragments);

/* Have the borrower lend a page of its own to VM2. Returns the handle. */
uint64_t sp_lend_to_vm2(struct nwd *n);

/* The hypervisor's requests for a VM, with one EMAD, of memory of the borrower's. */
struct vffa_regs hyp_retrieve(struct nwd *n, uint64_t handle, uint16_t vm);
struct vffa_regs hyp_relinquish(struct nwd *n, uint64_t handle, uint16_t vm);

/* The hypervisor's request for itself: a bare header with a handle. */
struct vffa_regs hyp_look_up(struct nwd *n, uint64_t handle);

#endif /* SPMC_TEST_REGION_H */
