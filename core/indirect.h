/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Indirect messages of VMs to partitions.
 *
 * What partitions send the SPMC writes into the VM's RX itself, and tells the VM by a notification. Only
 * the header may have to be another (docs/decisions/0007-rx-header.md).
 */
#ifndef VFFA_INDIRECT_H
#define VFFA_INDIRECT_H

#include <vffa/relay.h>

/**
 * vffa_indirect_send() - FFA_MSG_SEND2
 * @vm: the caller
 *
 * The message is in the caller's TX. What is checked is a copy, and the copy is what the SPMC gets,
 * in its own version: it reads memory of the relay's, because a guest that could still write the
 * header would send to whom it may not see.
 *
 * Context: takes the VM's lock; calls the SPMC, which runs no partition.
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the header is wrong: reserved fields, the sender, a receiver
 * that is unknown, invisible or the sender, a payload outside TX, a service the receiver has not;
 * VFFA_DENIED the caller has no buffers, or the receiver takes no such messages; VFFA_NO_MEMORY the
 * message does not fit with the header that the SPMC wants, or into the receiver's RX; VFFA_BUSY the
 * receiver has yet to release its RX; VFFA_INTERRUPTED killed; VFFA_ABORTED the SPMC's answer made no
 * sense; or the SPMC's own code.
 * Spec: FF-A 1.2, FFA_MSG_SEND2.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_indirect_send(struct vffa_vm *vm);

/**
 * vffa_indirect_present() - a guest is about to be told that RX has a message of a partition's
 * @vm: whose
 *
 * A message of a partition that the VM may not see is erased, and RX released at the SPMC.
 *
 * Where the guest speaks 1.2 and the SPMC does not, the header becomes one of 1.2, and the payload moves
 * behind it; a message that is too long for that stays as it is.
 *
 * Context: takes the VM's lock; calls the SPMC, which runs no partition.
 * Return: true; false = there is nothing that the guest may hear of.
 */
bool VFFA_MUST_CHECK vffa_indirect_present(struct vffa_vm *vm);

#endif /* VFFA_INDIRECT_H */
