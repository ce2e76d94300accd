/* SPDX-License-Identifier: GPL-2.0-only */
/* One call of a guest, by any way in: the hook, an ioctl, or a driver of the host. */
#ifndef VFFA_KMOD_CALL_H
#define VFFA_KMOD_CALL_H

#include <linux/types.h>

struct kvm_vcpu;
struct vffa_call_regs;
struct vffa_guest;
struct vffa_parked_call;
struct vffa_regs;
struct vffa_resume_call;
struct vffa_vcpu;

/**
 * vffa_call_from_kvm() - takes the place of kvm_smccc_call_handler() for a call of ours
 * @kvm_vcpu: in its own thread; its vcpu_id is below guest->vm.nr_vcpus
 * @guest:    entered with vffa_vm_enter(), which this function undoes
 *
 * Context: the vCPU's KVM_RUN; may sleep.
 * Return: 1 back to the guest; 0 to user space, with an exit prepared.
 */
int vffa_call_from_kvm(struct kvm_vcpu *kvm_vcpu, struct vffa_guest *guest);

/**
 * vffa_call_from_ioctl() - VFFA_VM_CALL
 * @guest: of the calling process
 * @call:  in and out; from user space, any values
 *
 * Return: 0; -EINVAL @call makes no sense; -EBUSY a call of this vCPU is inside or parked;
 * -ESHUTDOWN the VM takes no calls.
 */
int __must_check vffa_call_from_ioctl(struct vffa_guest *guest, struct vffa_call_regs *call);

/**
 * vffa_call_resume() - VFFA_VM_RESUME
 * @guest: of the calling process
 * @call:  in and out; from user space, any values
 *
 * Return: as vffa_call_from_ioctl(), with -EBUSY only for a call that is inside; -ENOENT no call
 * of this vCPU is parked.
 */
int __must_check vffa_call_resume(struct vffa_guest *guest, struct vffa_resume_call *call);

/**
 * vffa_call_get_exit() - VFFA_VM_GET_EXIT
 * @guest: of the calling process
 * @call:  in and out; from user space, any values
 *
 * Return: as vffa_call_resume(); -ENOMEM; -EFAULT @call->ranges is not in memory.
 */
int __must_check vffa_call_get_exit(struct vffa_guest *guest, struct vffa_parked_call *call);

/**
 * vffa_call_from_host() - a call of the host's own endpoint
 * @guest: the endpoint
 * @regs:  in and out
 *
 * As many calls at a time as the endpoint has vCPUs; more wait. Signals do not end it.
 *
 * Context: may sleep; runs partition code.
 * Return: 0; -ESHUTDOWN the endpoint takes no calls.
 */
int __must_check vffa_call_from_host(struct vffa_guest *guest, struct vffa_regs *regs);

/** vffa_call_must_leave() - struct vffa_port_ops.vcpu_must_leave */
bool vffa_call_must_leave(const struct vffa_vcpu *vcpu);

#endif /* VFFA_KMOD_CALL_H */
