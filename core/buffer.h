/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Pages of one RX or TX buffer of a VM. */
#ifndef VFFA_BUFFER_H
#define VFFA_BUFFER_H

#include <vffa/relay.h>

/**
 * vffa_buffer_claim_locked() - claim guest memory that is to be a buffer
 * @vm: whose; locked
 * @nr_pages: of 4 KiB, up to VFFA_MAILBOX_MAX_PAGES
 * @map: mapped
 *
 * Whoever has the page of a buffer can neither give it away nor make it a buffer twice.
 *
 * Return: VFFA_OK; else none is claimed: VFFA_DENIED a page is in use; VFFA_NO_MEMORY;
 * VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_buffer_claim_locked(struct vffa_vm *vm, uint32_t nr_pages,
						       const struct vffa_mapping *map);

/** vffa_buffer_release_locked() - undo vffa_buffer_claim_locked(); from any process */
void vffa_buffer_release_locked(struct vffa_vm *vm, uint32_t nr_pages,
				const struct vffa_mapping *map);

#endif /* VFFA_BUFFER_H */
