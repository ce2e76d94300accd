/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Notifications. The SPMC keeps what partitions bind and set, for VMs too; the relay stands between. What
 * the SPMC says of itself comes by vffa_sri(). The relay has none of its own: the hypervisor's half of the
 * framework's is about messages between VMs, which do not see each other.
 */
#ifndef VFFA_NOTIF_H
#define VFFA_NOTIF_H

#include <vffa/relay.h>

#include "abi_notif.h"

/**
 * vffa_notif_begin() - have the SPMC keep notifications for a VM
 * @vm: being brought up, and announced to partitions
 *
 * Where it keeps none for this VM, or VMs at all, the VM has no notifications (vffa_vm_npi()).
 *
 * Context: may sleep; no locks.
 * Return: VFFA_OK; VFFA_BUSY it does not let go of those of an earlier VM with this id; VFFA_ABORTED
 * its answer made no sense; or the code with which it refused for now, such as VFFA_NO_MEMORY. On
 * failure as on success vffa_notif_end() is to be called.
 * Spec: FF-A 1.2, FFA_NOTIFICATION_BITMAP_CREATE.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_begin(struct vffa_vm *vm);

/**
 * vffa_notif_end() - have the SPMC forget a VM's notifications, pending ones too
 * @vm: no call is inside
 *
 * Context: may sleep; no locks.
 * Return: true when it keeps nothing of the VM; false = call again later.
 * Spec: FF-A 1.2, FFA_NOTIFICATION_BITMAP_DESTROY.
 */
bool VFFA_MUST_CHECK vffa_notif_end(struct vffa_vm *vm);

/** vffa_notif_is_held() - may the SPMC keep notifications of a VM that is brought up or down */
bool vffa_notif_is_held(const struct vffa_vm *vm);

/**
 * vffa_notif_bind() - FFA_NOTIFICATION_BIND
 * @vm:	  the caller
 * @args: decoded
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the receiver is not the caller, or the sender is no
 * partition that it sees: VMs do not see each other; VFFA_DENIED a notification is bound to another or
 * pending, or the SPMC has none for single vCPUs; VFFA_INTERRUPTED killed; VFFA_ABORTED the SPMC's
 * answer made no sense; or another code of the SPMC's.
 * Spec: FF-A 1.2, FFA_NOTIFICATION_BIND.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_bind(struct vffa_vm *vm,
					      const struct vffa_notif_args *args);

/** vffa_notif_unbind() - FFA_NOTIFICATION_UNBIND; as vffa_notif_bind() */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_unbind(struct vffa_vm *vm,
						const struct vffa_notif_args *args);

/**
 * vffa_notif_set() - FFA_NOTIFICATION_SET
 * @vm:	  the caller
 * @args: decoded
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the sender is not the caller, the receiver no partition that
 * it sees, or the vCPU none of its contexts; VFFA_DENIED it takes no notifications, or has not bound
 * these to the VM; VFFA_ABORTED the SPMC's answer made no sense; or another code of the SPMC's.
 * Spec: FF-A 1.2, FFA_NOTIFICATION_SET.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_set(struct vffa_vm *vm,
					     const struct vffa_notif_args *args);

/**
 * vffa_notif_get() - FFA_NOTIFICATION_GET
 * @vm:	  the caller
 * @args: decoded
 * @bits: out: what was pending, and is not any more
 *
 * What is told of the VM meanwhile comes with another interrupt.
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the receiver is not the caller, or the vCPU none of its own;
 * VFFA_ABORTED the SPMC's answer made no sense; or another code of the SPMC's.
 * Spec: FF-A 1.2, FFA_NOTIFICATION_GET.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_get(struct vffa_vm *vm,
					     const struct vffa_notif_get_args *args,
					     struct vffa_notif_bits *bits);

/**
 * vffa_notif_tell() - something is pending for a VM: interrupt it
 * @vm:	  READY, with notifications
 * @vcpu: below its nr_vcpus, or VFFA_VCPU_ANY
 *
 * Context: any; locks of the core may be held.
 */
void vffa_notif_tell(struct vffa_vm *vm, uint16_t vcpu);

#endif /* VFFA_NOTIF_H */
