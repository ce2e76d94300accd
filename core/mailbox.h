/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* A VM's RX/TX buffers, and who owns RX (docs/state-machines.md). */
#ifndef VFFA_MAILBOX_H
#define VFFA_MAILBOX_H

#include <vffa/relay.h>

#include "abi_call.h"

/** vffa_mailbox_features() - w2 of FFA_FEATURES(FFA_RXTX_MAP) for a guest of FF-A 1.@minor */
uint32_t vffa_mailbox_features(const struct vffa_relay *relay, uint32_t minor);

/**
 * vffa_mailbox_map() - FFA_RXTX_MAP: NONE → FREE
 * @vm: the caller
 * @args: decoded
 *
 * A guest that has indirect messages shares the pair with the SPMC: RX itself, and in the place of
 * TX memory of the relay's own (indirect.h).
 *
 * Nothing changes on error, but where the SPMC gives no answer that makes sense and keeps the pair:
 * then it is mapped, though the caller hears ABORTED.
 *
 * Context: takes the VM's lock, but not while memory is pinned; calls the SPMC.
 * Return: VFFA_OK; VFFA_DENIED a pair is mapped; VFFA_INVALID_PARAMETERS a buffer is not aligned, is
 * too large, wraps round, overlaps the other, is not RAM or cannot be written; VFFA_NO_MEMORY a
 * limit; VFFA_INTERRUPTED killed; or why the SPMC does not take the pair.
 * Spec: FF-A 1.2, FFA_RXTX_MAP.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_map(struct vffa_vm *vm,
					       const struct vffa_rxtx_map_args *args);

/**
 * vffa_mailbox_unmap() - FFA_RXTX_UNMAP: FREE or FULL → NONE
 * @vm: the caller
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS no pair is mapped; VFFA_INTERRUPTED killed; or why the SPMC
 * does not give its share back: nothing changes then.
 * Spec: FF-A 1.2, FFA_RXTX_UNMAP.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_unmap(struct vffa_vm *vm);

/**
 * vffa_mailbox_drop() - teardown: unmap what is mapped
 * @vm: no call is inside
 *
 * Return: true when no pair is mapped; false = the SPMC does not give its share back.
 */
bool VFFA_MUST_CHECK vffa_mailbox_drop(struct vffa_vm *vm);

/**
 * vffa_mailbox_release() - FFA_RX_RELEASE: FULL → FREE
 * @vm: the caller
 *
 * Return: VFFA_OK; VFFA_DENIED the caller does not own an RX buffer; VFFA_INTERRUPTED killed; or why
 * the SPMC does not take RX back.
 * Spec: FF-A 1.2, FFA_RX_RELEASE.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_release(struct vffa_vm *vm);

/**
 * vffa_mailbox_wait() - a guest waits for a message: RX is released, but for what it has not been told of
 * @vm: the caller
 *
 * Return: VFFA_OK, also where RX was not the guest's; VFFA_INTERRUPTED killed; or what the SPMC says.
 * Spec: FF-A 1.2, FFA_MSG_WAIT.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_wait(struct vffa_vm *vm);

/**
 * vffa_mailbox_begin() - get the RX buffer to write @len bytes: FREE, with the VM's lock held
 * @vm: whose
 * @len: bytes that will be written
 * @rx: out: where
 *
 * After VFFA_OK the caller writes and calls vffa_mailbox_end().
 *
 * Return: VFFA_OK; VFFA_BUSY no pair is mapped, or the guest owns RX, which has a message where the
 * SPMC says so; VFFA_NO_MEMORY RX is smaller than @len; VFFA_INTERRUPTED killed; VFFA_ABORTED the
 * SPMC's answer made no sense. The lock is held after VFFA_OK alone.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_begin(struct vffa_vm *vm, uint64_t len, void **rx);

/**
 * vffa_mailbox_end() - hand RX to the guest: FREE → FULL, and drop the lock
 * @vm: vffa_mailbox_begin() succeeded
 */
void vffa_mailbox_end(struct vffa_vm *vm);

/**
 * vffa_mailbox_dup_tx() - vffa_mailbox_copy_tx() into new memory
 * @vm: whose; pays for it
 * @len: from the start of TX; any value
 * @buf: out: to be freed by the caller; NULL on failure, unless @len makes no sense
 *
 * Return: as vffa_mailbox_copy_tx(), also for no bytes or more than any TX has; VFFA_NO_MEMORY.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_dup_tx(struct vffa_vm *vm, uint32_t len, uint8_t **buf);

/**
 * vffa_mailbox_copy_tx() - take a private copy of what the guest has put into TX
 * @vm: whose
 * @buf: out: @len bytes
 * @len: from the start of TX
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS no pair is mapped, or TX is smaller; VFFA_INTERRUPTED
 * killed.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mailbox_copy_tx(struct vffa_vm *vm, void *buf, uint32_t len);

#endif /* VFFA_MAILBOX_H */
