/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Pages of one RX or TX buffer of a VM. */
#ifndef VFFA_BUFFER_H
#define VFFA_BUFFER_H

#include <vffa/relay.h>

/**
 * vffa_buffer_map_locked() - pin, map and claim guest memory that is to be a buffer
 * @vm: whose; locked
 * @ipa: first page
 * @nr_pages: of 4 KiB, up to VFFA_MAILBOX_MAX_PAGES
 * @map: out
 *
 * A page that is claimed can neither be given away nor be a buffer twice.
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS it is not RAM, or cannot be written; VFFA_DENIED a page is
 * in use; VFFA_NO_MEMORY a limit; VFFA_INTERRUPTED killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_buffer_map_locked(struct vffa_vm *vm, struct vffa_ipa ipa,
						     uint32_t nr_pages, struct vffa_mapping *map);

/** vffa_buffer_unmap_locked() - undo vffa_buffer_map_locked(); from any process */
void vffa_buffer_unmap_locked(struct vffa_vm *vm, uint32_t nr_pages, struct vffa_mapping *map);

#endif /* VFFA_BUFFER_H */
