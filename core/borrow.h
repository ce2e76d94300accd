/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Memory that secure partitions share with, lend or donate to VMs: retrieved, shown to the guest in
 * the window its VMM keeps for that, and relinquished. What the SPMC is told is in borrow_spmc.c.
 */
#ifndef VFFA_BORROW_H
#define VFFA_BORROW_H

#include <vffa/relay.h>

#include "abi_call.h"
#include "extent.h"
#include "memdesc.h"

/**
 * struct vffa_borrow - what a VM has retrieved
 *
 * Whoever takes it out of the VM's list, or has not put it there yet, has it alone.
 *
 * @next:     of the VM's list
 * @vm:	      the borrower
 * @handle:   of the SPMC's transaction
 * @owner:    a partition
 * @writable: the guest may write to it
 * @is_given: it was donated: there is nothing to relinquish
 * @is_mapped: the guest has access
 * @ipa, @nr_pages: its place in the window; no pages: it has none
 * @extents:  the pages, in the SPMC's order: each is borrowed (core/page.h)
 * @total, @got: bytes of the SPMC's answer, and how many have come. Before all have, it takes nothing
 *	      back
 */
struct vffa_borrow {
	struct vffa_borrow *next;
	struct vffa_vm *vm;
	uint64_t handle;
	vffa_id_t owner;
	bool writable;
	bool is_given;
	bool is_mapped;
	struct vffa_ipa ipa;
	uint32_t nr_pages;
	struct vffa_extents extents;
	uint32_t total;
	uint32_t got;
};

/**
 * vffa_mem_retrieve() - FFA_MEM_RETRIEVE_REQ
 * @vcpu: the caller
 * @args: decoded
 * @len:  out: bytes of the descriptor in the guest's RX: all of it
 *
 * The pages follow each other in the window, so that the answer has one range and needs no fragments. It
 * begins where the request's alignment hint says.
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the descriptor, or no TX buffer; VFFA_BUSY the guest owns
 * RX; VFFA_DENIED retrieved already, or memory that was never given away, or that the host cannot show a
 * guest, or room in the window, but none so aligned; VFFA_NO_MEMORY a limit, or
 * no room in the window; VFFA_INTERRUPTED killed; VFFA_ABORTED the SPMC's answer made no sense; or
 * the SPMC's own code. The guest has access after VFFA_OK alone.
 * Spec: FF-A 1.2 (DEN0140), FFA_MEM_RETRIEVE_REQ.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_retrieve(struct vffa_vcpu *vcpu,
						const struct vffa_mem_args *args, uint32_t *len);

/**
 * vffa_mem_relinquish() - FFA_MEM_RELINQUISH
 * @vcpu: the caller; the descriptor is in its TX
 *
 * Access ends before the SPMC hears of it, and comes back when that refuses.
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the descriptor, no TX buffer, or nothing retrieved by that
 * handle; VFFA_INTERRUPTED killed; VFFA_ABORTED the SPMC's answer made no sense, and access is gone;
 * or the SPMC's own code.
 * Spec: FF-A 1.2 (DEN0140), FFA_MEM_RELINQUISH.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_relinquish(struct vffa_vcpu *vcpu);

/**
 * vffa_borrow_finish_all() - worker: relinquish everything
 * @vm: no call is inside
 *
 * Return: true when nothing is left.
 */
bool VFFA_MUST_CHECK vffa_borrow_finish_all(struct vffa_vm *vm);

/**
 * vffa_borrow_create() - a new record, the caller's alone
 *
 * Return: VFFA_OK; VFFA_NO_MEMORY, also when the VM has as many as it may; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_borrow_create(struct vffa_vm *vm, struct vffa_borrow **b);

/** vffa_borrow_destroy() - forget it, and whatever it stands for here */
void vffa_borrow_destroy(struct vffa_borrow *b);

/**
 * vffa_borrow_map() - let the guest access all of it; vffa_borrow_unmap() - the opposite
 *
 * Return: VFFA_OK; VFFA_DENIED the host cannot: it has access to nothing of it.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_borrow_map(struct vffa_borrow *b);
void vffa_borrow_unmap(struct vffa_borrow *b);

/** vffa_borrow_let_go() - end access, return pages and room; the SPMC may think otherwise */
void vffa_borrow_let_go(struct vffa_borrow *b);

/** vffa_borrow_put() - put it into the VM's list; vffa_borrow_put_locked() with the VM's lock */
void vffa_borrow_put(struct vffa_borrow *b);
void vffa_borrow_put_locked(struct vffa_borrow *b);

/**
 * vffa_borrow_find_locked() - the link to the one with a handle; to NULL: there is none
 *
 * What was donated has no handle any more, not even its old one.
 */
struct vffa_borrow **vffa_borrow_find_locked(struct vffa_vm *vm, uint64_t handle);

/**
 * vffa_borrow_check() - may this VM ask for this
 * @vm:	  the caller
 * @desc: what it says, decoded
 *
 * What the transaction must be like the SPMC knows, and checks.
 *
 * Return: VFFA_OK or VFFA_INVALID_PARAMETERS.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_borrow_check(const struct vffa_vm *vm,
						const struct vffa_mem_desc *desc);

/**
 * struct vffa_fetch - a descriptor on its way from the SPMC
 * @relay:  who asks
 * @handle: of the transaction
 * @owner:  of the memory
 * @buf:    room for what RX holds: the fragment that came last. NULL = nobody wants it
 * @len:    of it
 * @total, @got: bytes of the descriptor, and how many of them have come
 */
struct vffa_fetch {
	struct vffa_relay *relay;
	uint64_t handle;
	vffa_id_t owner;
	uint8_t *buf;
	uint32_t len;
	uint32_t total;
	uint32_t got;
};

/**
 * vffa_fetch_first() - FFA_MEM_RETRIEVE_REQ at the NS physical instance
 * @f:	    @relay, @handle, @owner and @buf are set
 * @req:    without ranges
 * @agreed: out: the SPMC may have agreed, whatever the status
 *
 * Return: VFFA_OK; VFFA_INTERRUPTED killed; VFFA_ABORTED the answer made no sense; or the SPMC's own
 * code.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_fetch_first(struct vffa_fetch *f,
					       const struct vffa_mem_desc *req, bool *agreed);

/**
 * vffa_fetch_next() - FFA_MEM_FRAG_RX at the NS physical instance; less than @total has come
 *
 * There may be very many, and the SPMC may lie about that: who fetches all of them looks at the clock.
 *
 * Return: as vffa_fetch_first(). After any error but VFFA_INTERRUPTED no more will come: @total is @got.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_fetch_next(struct vffa_fetch *f);

/**
 * vffa_borrow_fetch_rest() - fetch what has not come of the SPMC's answer; nobody wants it any more
 * @b:	    the caller's
 * @end_ns: until when
 *
 * Return: false: more is to come, and the SPMC takes nothing back before.
 */
bool VFFA_MUST_CHECK vffa_borrow_fetch_rest(struct vffa_borrow *b, uint64_t end_ns);

/**
 * vffa_borrow_spmc_relinquish() - FFA_MEM_RELINQUISH at the NS physical instance
 *
 * Return: VFFA_OK; VFFA_ABORTED the answer made no sense; or the SPMC's own code.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_borrow_spmc_relinquish(const struct vffa_borrow *b,
							  uint32_t flags);

#endif /* VFFA_BORROW_H */
