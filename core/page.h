/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * What each page of the host is used for, across all VMs: one page can be seen by several of them,
 * or at several addresses of one. A page nobody claims belongs to whoever has it mapped.
 */
#ifndef VFFA_PAGE_H
#define VFFA_PAGE_H

#include <vffa/relay.h>

/**
 * enum vffa_page_use - what a page is claimed for
 * @VFFA_PAGE_SHARED: by its owner, any number of times, with rights no larger than at first
 * @VFFA_PAGE_LENT:   lent, or on its way to be donated: once
 * @VFFA_PAGE_RXTX:   an RX or TX buffer: once
 * @VFFA_PAGE_GIVEN:  donated: once; VMs may borrow it from its new owner, any number of times
 */
enum vffa_page_use {
	VFFA_PAGE_SHARED = 1,
	VFFA_PAGE_LENT,
	VFFA_PAGE_RXTX,
	VFFA_PAGE_GIVEN,
};

/**
 * struct vffa_page_claim - who claims, for what
 * @owner:    a VM
 * @use:      for what
 * @writable: SHARED: others may write
 * @tag:      of the transaction under way: vffa_page_tag(); 0 = none
 */
struct vffa_page_claim {
	vffa_id_t owner;
	enum vffa_page_use use;
	bool writable;
	uint32_t tag;
};

/**
 * vffa_pages_lock() - keep everybody else from claiming and releasing
 *
 * Nothing waits while it is held.
 *
 * Return: VFFA_OK; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_pages_lock(struct vffa_relay *relay);

/** vffa_pages_lock_always() - vffa_pages_lock() where giving up is not possible */
void vffa_pages_lock_always(struct vffa_relay *relay);

/** vffa_pages_unlock() - undo either */
void vffa_pages_unlock(struct vffa_relay *relay);

/** vffa_page_tag() - a tag that no other transaction under way has */
uint32_t vffa_page_tag(struct vffa_relay *relay);

/**
 * vffa_page_claim() - claim pages, all or none
 * @relay: keeps the words
 * @claim: who and for what
 * @pa, @nr_pages: which
 *
 * Context: pages locked.
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS this very transaction has claimed one of them,
 * which shows unless another transaction has claimed it since (vffa_page_tag_again()); VFFA_DENIED one is claimed in a way that excludes this; VFFA_NO_MEMORY.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_page_claim(struct vffa_relay *relay,
					      const struct vffa_page_claim *claim,
					      struct vffa_hpa pa, uint32_t nr_pages);

/**
 * vffa_page_tag_again() - give pages another tag, and tell whether one has it already
 * @claim: as claimed, but for a new @tag
 * @pa, @nr_pages: as claimed
 *
 * For a transaction that may have lost its tag on some page, because another under way claimed that,
 * too (relay->nr_retagged). With all of its pages, one call after the other under one lock, it finds
 * the page that the transaction names twice. The old tag is nowhere then, found or not.
 *
 * Context: pages locked.
 * Return: false: one of them was among these, or among those of an earlier call.
 */
bool VFFA_MUST_CHECK vffa_page_tag_again(struct vffa_relay *relay,
					 const struct vffa_page_claim *claim, struct vffa_hpa pa,
					 uint32_t nr_pages);

/**
 * vffa_page_settle() - the transaction is complete: its tag may be used again
 * @claim, @pa, @nr_pages: as claimed
 *
 * Context: pages locked.
 */
void vffa_page_settle(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		      struct vffa_hpa pa, uint32_t nr_pages);

/**
 * vffa_page_release() - undo one vffa_page_claim(), or a part of one
 * @claim, @pa, @nr_pages: as claimed
 *
 * Context: pages locked.
 */
void vffa_page_release(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		       struct vffa_hpa pa, uint32_t nr_pages);

/**
 * vffa_page_give() - pages that were donated may be borrowed by VMs
 * @claim: as claimed, for VFFA_PAGE_LENT
 * @pa, @nr_pages: which
 *
 * Context: pages locked.
 */
void vffa_page_give(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		    struct vffa_hpa pa, uint32_t nr_pages);

/**
 * vffa_page_withdraw() - undo vffa_page_give()
 * @claim, @pa, @nr_pages: as given
 *
 * Context: pages locked.
 * Return: false: a VM has borrowed one of them, and nothing has changed.
 */
bool VFFA_MUST_CHECK vffa_page_withdraw(struct vffa_relay *relay,
					const struct vffa_page_claim *claim, struct vffa_hpa pa,
					uint32_t nr_pages);

/**
 * vffa_page_borrow() - a VM is to have pages that a partition says are its own
 * @pa, @nr_pages: which; any value
 *
 * Only what VMs have donated, all or none. Pages of the host that nobody has given away are refused,
 * whatever the SPMC says of them.
 *
 * Context: pages locked.
 * Return: VFFA_OK; VFFA_DENIED one was not donated; VFFA_NO_MEMORY one is borrowed too often.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_page_borrow(struct vffa_relay *relay, struct vffa_hpa pa,
					       uint32_t nr_pages);

/** vffa_page_return() - undo one vffa_page_borrow(), or a part of one. Context: pages locked. */
void vffa_page_return(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages);

#endif /* VFFA_PAGE_H */
