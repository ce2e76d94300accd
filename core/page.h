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
 * @VFFA_PAGE_SHARED: by its owner, any number of times, with no more rights than others have of it then
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
 * @writable: SHARED: others may write. A page that is shared can be shared so once more only while
 *	      they may
 * @again:    out: one of the pages was claimed before, and is claimed once more. It may be one that
 *	      this very transaction names twice (vffa_page_mark())
 */
struct vffa_page_claim {
	vffa_id_t owner;
	enum vffa_page_use use;
	bool writable;
	bool again;
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

/**
 * vffa_page_claim() - claim pages, all or none
 * @relay: keeps the words
 * @claim: who and for what; @claim->again may be set
 * @pa, @nr_pages: which
 *
 * Context: pages locked.
 * Return: VFFA_OK; VFFA_DENIED one is claimed in a way that excludes this; VFFA_NO_MEMORY.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_page_claim(struct vffa_relay *relay,
					      struct vffa_page_claim *claim, struct vffa_hpa pa,
					      uint32_t nr_pages);

/**
 * vffa_page_claim_extents() - vffa_page_claim() of one extent after the other, up to the first that fails
 * @relay, @claim: as vffa_page_claim()
 * @extents, @nr: which
 * @nr_done: out: so many have been claimed
 *
 * Context: pages locked.
 * Return: VFFA_OK all have; else as vffa_page_claim(), of extent @nr_done.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_page_claim_extents(struct vffa_relay *relay,
						      struct vffa_page_claim *claim,
						      const struct vffa_extent *extents,
						      uint32_t nr, uint32_t *nr_done);

/**
 * vffa_page_release() - undo one vffa_page_claim(), or a part of one
 * @claim: as it was then
 *
 * Context: pages locked.
 */
void vffa_page_release(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		       struct vffa_hpa pa, uint32_t nr_pages);

/** vffa_page_release_extents() - vffa_page_release() of @nr extents. Context: pages locked. */
void vffa_page_release_extents(struct vffa_relay *relay, const struct vffa_page_claim *claim,
			       const struct vffa_extent *extents, uint32_t nr);

/**
 * vffa_page_mark() - mark pages, to find those that one transaction names twice
 * @pa, @nr_pages: claimed
 *
 * All of a transaction's pages are marked, one call after the other, and then unmarked: under one lock.
 *
 * Context: pages locked.
 * Return: false: one of them had its mark already.
 */
bool VFFA_MUST_CHECK vffa_page_mark(struct vffa_relay *relay, struct vffa_hpa pa,
				    uint32_t nr_pages);

/** vffa_page_unmark() - undo vffa_page_mark(), whatever it returned. Context: pages locked. */
void vffa_page_unmark(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages);

/**
 * vffa_page_give() - pages that were donated may be borrowed by VMs
 * @pa, @nr_pages: claimed for VFFA_PAGE_LENT
 *
 * Context: pages locked.
 */
void vffa_page_give(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages);

/**
 * vffa_page_withdraw() - undo vffa_page_give()
 * @pa, @nr_pages: as given
 *
 * Context: pages locked.
 * Return: false: a VM has borrowed one of them, and nothing has changed.
 */
bool VFFA_MUST_CHECK vffa_page_withdraw(struct vffa_relay *relay, struct vffa_hpa pa,
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
