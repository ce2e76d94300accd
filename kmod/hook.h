/* SPDX-License-Identifier: GPL-2.0-only */
/* The hook in KVM: which calls of which KVM VMs come to the relay. */
#ifndef VFFA_KMOD_HOOK_H
#define VFFA_KMOD_HOOK_H

#include <linux/types.h>

struct vffa_guest;

/**
 * vffa_hook_register() - put the hook into KVM
 *
 * Where that is not possible the log says why, and guests are served by VFFA_VM_CALL alone.
 */
void vffa_hook_register(void);

/**
 * vffa_hook_unregister() - take the hook out of KVM
 *
 * Every guest is gone. Waits until no thread runs code of ours any more.
 */
void vffa_hook_unregister(void);

/** vffa_hook_is_registered() - can guests be bound */
bool vffa_hook_is_registered(void);

/**
 * vffa_hook_bind() - serve the calls of a KVM VM
 * @guest:  the caller holds guest->setup
 * @kvm_fd: from user space, any value
 *
 * Return: 0; -EOPNOTSUPP there is no hook; -EBADF; -EINVAL not a KVM VM, or the guest's NPI is one of
 * its timers'; -EBUSY @guest or the KVM VM is bound already.
 */
int __must_check vffa_hook_bind(struct vffa_guest *guest, int kvm_fd);

/** vffa_hook_unbind() - undo vffa_hook_bind(), if there was one; calls may still be inside */
void vffa_hook_unbind(struct vffa_guest *guest);

#endif /* VFFA_KMOD_HOOK_H */
