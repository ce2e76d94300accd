/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * A VM's RX/TX buffers at the SPMC, where that has indirect messages: RX of the VM, which both it and
 * the relay write, and in TX's place memory that only the relay writes.
 *
 * Context of all: the VM's lock is held; the SPMC itself serves these calls, and no partition runs.
 */
#ifndef VFFA_MAILBOX_SPMC_H
#define VFFA_MAILBOX_SPMC_H

#include <vffa/relay.h>

/**
 * vffa_mailbox_spmc_map() - FFA_RXTX_MAP in the name of a VM
 * @vm: rx, out and nr_pages of its mailbox are set
 *
 * Return: VFFA_OK; VFFA_INTERRUPTED killed; VFFA_ABORTED the answer made no sense: the SPMC may have
 * the buffers; or the SPMC's own code.
 * Spec: FF-A 1.2, "Endpoint RX/TX descriptor".
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_spmc_map(struct vffa_vm *vm);

/**
 * vffa_mailbox_spmc_unmap() - FFA_RXTX_UNMAP in the name of a VM
 *
 * Return: VFFA_OK: the SPMC has no buffers of the VM; VFFA_ABORTED the answer made no sense; or the
 * SPMC's own code.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_spmc_unmap(struct vffa_vm *vm);

/**
 * vffa_mailbox_spmc_acquire() - FFA_RX_ACQUIRE: the relay is going to write RX
 *
 * Return: VFFA_OK; VFFA_BUSY RX has a message; VFFA_ABORTED the SPMC failed, or its answer made no
 * sense: RX may be the relay's until the guest releases it.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_spmc_acquire(struct vffa_vm *vm);

/**
 * vffa_mailbox_spmc_release() - FFA_RX_RELEASE in the name of a VM
 *
 * Return: VFFA_OK; VFFA_DENIED RX is the SPMC's; VFFA_ABORTED the answer made no sense; or the SPMC's
 * own code.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_spmc_release(struct vffa_vm *vm);

#endif /* VFFA_MAILBOX_SPMC_H */
