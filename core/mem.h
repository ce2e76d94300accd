/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Memory transactions of VMs: the relay's own record of each, from the first fragment until every
 * page is back (docs/state-machines.md). Sending is in mem_send.c, taking back in mem_reclaim.c,
 * talking to the SPMC in mem_spmc.c.
 */
#ifndef VFFA_MEM_H
#define VFFA_MEM_H

#include <vffa/relay.h>

#include "abi_call.h"
#include "extent.h"
#include "memdesc.h"
#include "page.h"

/**
 * enum vffa_mem_type - what the owner does with the memory
 */
enum vffa_mem_type {
	VFFA_MEM_SHARE,
	VFFA_MEM_LEND,
	VFFA_MEM_DONATE,
};

/**
 * enum vffa_mem_state - where a transaction is
 * @VFFA_MEM_BUILDING: a call is at work on it, and the SPMC has not heard of it
 * @VFFA_MEM_PARTIAL:  the owner has fragments to send yet
 * @VFFA_MEM_LIVE:     the SPMC has it
 * @VFFA_MEM_BACK:     nobody else has the pages; the VMM has to let the guest at them. They stay
 *		       claimed until it has: lent once more meanwhile, the guest would get at them
 * @VFFA_MEM_LOST:     the SPMC gave no sensible answer: nobody knows who has the pages, so they
 *		       stay as they are until the SPMC gives them back. It is asked when the VM ends,
 *		       if there is a handle by which it may have them; else they stay for ever
 */
enum vffa_mem_state {
	VFFA_MEM_BUILDING,
	VFFA_MEM_PARTIAL,
	VFFA_MEM_LIVE,
	VFFA_MEM_BACK,
	VFFA_MEM_LOST,
};

/**
 * struct vffa_mem_batch - pages that are pinned together
 * @nr_ranges, @ranges: of the VM, each of a page or more
 * @nr_pages: in these ranges
 * @pa: where each page is
 */
struct vffa_mem_batch {
	uint32_t nr_ranges;
	uint32_t nr_pages;
	struct vffa_range ranges[VFFA_PIN_BATCH];
	struct vffa_hpa pa[VFFA_PIN_BATCH];
};

/**
 * struct vffa_mem - a transaction
 *
 * Whoever takes it out of the VM's table, or has not put it there yet, has it alone and needs no
 * lock; who is in the table does not change.
 *
 * @next:     of the VM's table
 * @vm:	      the owner
 * @handle:   0 until it is known; FFA_MEM_HANDLE_INVALID: LOST, and it never was
 * @type, @state: what and where
 * @revoked:  the VMM took the pages away from the guest
 * @error:    BACK: what the guest is told when the VMM is done
 * @desc:     as the owner sent it
 * @claim:    on the pages
 * @extents:  the pages, in the order in which they were sent
 * @nr_seen:  constituents received
 * @total, @received: bytes of the descriptor
 * @due_ns:   PARTIAL: when the relay loses patience
 * @batch:    pages on their way into @extents
 */
struct vffa_mem {
	struct vffa_mem *next;
	struct vffa_vm *vm;
	uint64_t handle;
	enum vffa_mem_type type;
	enum vffa_mem_state state;
	bool revoked;
	enum vffa_ret error;
	struct vffa_mem_desc desc;
	struct vffa_page_claim claim;
	struct vffa_extents extents;
	uint32_t nr_seen;
	uint32_t total;
	uint32_t received;
	uint64_t due_ns;
	struct vffa_mem_batch batch;
};

/**
 * vffa_mem_charge() - one more of a VM's limited number of transactions
 * @vm: whose
 *
 * Return: VFFA_OK; VFFA_NO_MEMORY it has as many as it, or the SPMC, may; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_charge(struct vffa_vm *vm);

/** vffa_mem_uncharge() - undo vffa_mem_charge() */
void vffa_mem_uncharge(struct vffa_vm *vm);

/**
 * vffa_mem_create() - a new transaction: BUILDING, and the caller's alone
 * @vm:	   the owner
 * @mem: out
 *
 * Return: VFFA_OK; VFFA_NO_MEMORY, also when the VM has as many as it may; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_create(struct vffa_vm *vm, struct vffa_mem **mem);

/**
 * vffa_mem_destroy() - forget a transaction; its pages are released
 * @mem: the caller's
 */
void vffa_mem_destroy(struct vffa_mem *mem);

/**
 * vffa_mem_put() - put a transaction into the table, or back into it
 * @mem:   the caller's; it may be gone when this returns
 * @state: from now on: LIVE or LOST
 *
 * Return: true; false = another transaction of the VM's has its handle by now, so whatever is
 * done by that is done to the other one: it is LOST.
 */
bool vffa_mem_put(struct vffa_mem *mem, enum vffa_mem_state state);

/**
 * vffa_mem_put_partial() - vffa_mem_put() of a transaction that waits for its next fragment
 * @mem: the caller's; after VFFA_OK it may be gone
 *
 * Return: VFFA_OK; VFFA_NO_MEMORY as many as may are waiting; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_put_partial(struct vffa_mem *mem);

/**
 * vffa_mem_take() - take a transaction out of the table
 * @vm:	    the caller
 * @handle: as it states it
 * @state:  in which the transaction must be
 * @mem:    out
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the VM has no such transaction in that state;
 * VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_take(struct vffa_vm *vm, uint64_t handle,
					    enum vffa_mem_state state, struct vffa_mem **mem);

/** vffa_mem_is_used() - does a transaction of the VM have this handle already */
bool vffa_mem_is_used(struct vffa_vm *vm, uint64_t handle);

/** vffa_mem_give() - a donation is the SPMC's now: VMs may borrow its pages from the new owner */
void vffa_mem_give(struct vffa_mem *mem);

/**
 * vffa_mem_recall() - have the SPMC give a transaction back
 * @mem:   LIVE before, the caller's
 * @flags: FFA_MEM_FLAG_ZERO, FFA_MEM_FLAG_TIME_SLICE
 *
 * Return: as vffa_mem_spmc_reclaim(); VFFA_DENIED also where a VM has borrowed what was donated.
 * Nothing has changed but after VFFA_OK.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_recall(struct vffa_mem *mem, uint32_t flags);

/**
 * vffa_mem_finish_overdue() - worker: give up sends whose next fragment does not come
 * @vm: READY
 *
 * Return: nanoseconds until the next one is due; 0 = none waits.
 */
uint64_t vffa_mem_finish_overdue(struct vffa_vm *vm);

/**
 * vffa_mem_finish_all() - worker: take everything back
 * @vm: no call is inside
 *
 * Return: true when nothing is left.
 */
bool VFFA_MUST_CHECK vffa_mem_finish_all(struct vffa_vm *vm);

/**
 * struct vffa_mem_reply - how a call about memory goes on
 * @handle: of the transaction
 * @more:   the relay wants the fragment at @offset: FFA_MEM_FRAG_RX
 * @offset: bytes received so far
 */
struct vffa_mem_reply {
	uint64_t handle;
	bool more;
	uint32_t offset;
};

/**
 * vffa_mem_send() - FFA_MEM_SHARE, LEND, DONATE
 * @vcpu: the caller
 * @type: which
 * @args: decoded
 * @reply: out
 *
 * Return: VFFA_OK; VFFA_PARKED the VMM must revoke or restore the guest's access;
 * VFFA_INVALID_PARAMETERS the descriptor, or no TX buffer; VFFA_DENIED a page is not RAM or not the
 * VM's to give, the sender is not the caller, rights or attributes beyond the owner's, donation is
 * not allowed, or too many pieces; VFFA_NO_MEMORY a limit; VFFA_INTERRUPTED killed; VFFA_ABORTED the
 * SPMC's answer made no sense; or the SPMC's own code. Nothing has changed on any of them, but on
 * VFFA_ABORTED by the SPMC: then the pages are lost to the VM, unless the SPMC gives them back at once.
 * Spec: FF-A 1.2 (DEN0140), FFA_MEM_DONATE, FFA_MEM_LEND, FFA_MEM_SHARE.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_send(struct vffa_vcpu *vcpu, enum vffa_mem_type type,
					    const struct vffa_mem_args *args,
					    struct vffa_mem_reply *reply);

/**
 * vffa_mem_frag_tx() - FFA_MEM_FRAG_TX: the next fragment of a send
 * @vcpu: the caller
 * @handle: of the transaction
 * @len: bytes in TX
 * @reply: out
 *
 * Return: as vffa_mem_send(). An error, but for an unknown handle, ends the transaction.
 * Spec: FF-A 1.2 (DEN0140), FFA_MEM_FRAG_TX.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_frag_tx(struct vffa_vcpu *vcpu, uint64_t handle,
					       uint32_t len, struct vffa_mem_reply *reply);

/**
 * vffa_mem_reclaim() - FFA_MEM_RECLAIM
 * @vcpu: the caller
 * @handle: of the transaction
 * @flags: w3
 *
 * Return: VFFA_OK; VFFA_PARKED the VMM must restore the guest's access; VFFA_INVALID_PARAMETERS
 * unknown handle or reserved flags; VFFA_DENIED a borrower has the memory; VFFA_INTERRUPTED killed;
 * VFFA_ABORTED the SPMC's answer made no sense; or the SPMC's own code.
 * Spec: FF-A 1.2 (DEN0140), FFA_MEM_RECLAIM.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_reclaim(struct vffa_vcpu *vcpu, uint64_t handle,
					       uint32_t flags);

/**
 * vffa_mem_resume() - go on with a parked call
 * @vcpu: whose
 * @result: of the VMM
 * @reply: out, for a send
 *
 * Return: as the call that was parked; @result where it was not VFFA_OK, as VFFA_DENIED when access
 * could not be revoked, as VFFA_ABORTED when it could not be restored.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_resume(struct vffa_vcpu *vcpu, enum vffa_ret result,
					      struct vffa_mem_reply *reply);

/** vffa_mem_cancel() - worker: undo a parked call of a vCPU that ends */
void vffa_mem_cancel(struct vffa_vcpu *vcpu);

/**
 * vffa_mem_check_send() - may this VM send this
 * @vm:	  the caller
 * @type: how
 * @desc: what, decoded
 *
 * Return: VFFA_OK, VFFA_INVALID_PARAMETERS or VFFA_DENIED, as vffa_mem_send().
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_check_send(const struct vffa_vm *vm,
						  enum vffa_mem_type type,
						  const struct vffa_mem_desc *desc);

/**
 * vffa_mem_has_room() - can the SPMC be told what a descriptor says to receivers (impdef)
 * @relay: any
 * @desc:  decoded
 *
 * Before FF-A 1.2 it has no place for that, and nobody would know that it is missing.
 */
bool VFFA_MUST_CHECK vffa_mem_has_room(const struct vffa_relay *relay,
				       const struct vffa_mem_desc *desc);

/**
 * vffa_mem_spmc_send() - hand a transaction to the SPMC
 * @mem: the caller's; complete. Its handle is set where it was zero
 *
 * Return: VFFA_OK; VFFA_ABORTED, and @mem->state is LOST where the SPMC may have it all the same,
 * and @mem->handle the one by which it may;
 * VFFA_NO_MEMORY the SPMC takes no descriptor of that size; or the SPMC's own code.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_spmc_send(struct vffa_mem *mem);

/**
 * vffa_mem_cross_check() - for debugging: does the SPMC have what it was sent
 * @mem: the caller's; the SPMC has just taken it
 *
 * Return: VFFA_OK, also where the SPMC cannot be asked; VFFA_ABORTED it has something else: the home was
 * told, and @mem is LOST.
 * Spec: FF-A 1.2 (DEN0140), FFA_MEM_RETRIEVE_REQ by a hypervisor.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_cross_check(struct vffa_mem *mem);

/**
 * vffa_mem_smc() - one operation of memory management at the NS physical instance, to its end
 * @relay: caller
 * @regs:  in and out; FFA_MEM_OP_PAUSE is answered by FFA_MEM_OP_RESUME, for a while
 */
void vffa_mem_smc(struct vffa_relay *relay, struct vffa_regs *regs);

/**
 * vffa_mem_spmc_reclaim() - FFA_MEM_RECLAIM at the NS physical instance
 *
 * Return: VFFA_OK; VFFA_ABORTED the answer made no sense; or the SPMC's own code.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_spmc_reclaim(struct vffa_relay *relay, uint64_t handle,
						    uint32_t flags);

#endif /* VFFA_MEM_H */
