/* SPDX-License-Identifier: GPL-2.0-only */
/* What /dev/vffa tells of the relay, partitions and VMs: the ioctls behind vffactl. */
#ifndef VFFA_KMOD_ADMIN_H
#define VFFA_KMOD_ADMIN_H

struct vffa_partition;
struct vffa_status;
struct vffa_vm_status;

/** vffa_admin_get_status() - VFFA_GET_STATUS. Return: 0; -EFAULT */
long vffa_admin_get_status(struct vffa_status __user *arg);

/**
 * vffa_admin_get_partition() - VFFA_GET_PARTITION
 * @arg: in and out; any values
 *
 * Return: 0; -EFAULT; -EINVAL pad is not zero; -ENOENT no such index.
 */
long vffa_admin_get_partition(struct vffa_partition __user *arg);

/**
 * vffa_admin_find_vm() - VFFA_FIND_VM
 * @arg: in and out; any values
 *
 * Who is not an administrator (CAP_SYS_ADMIN) finds the VMs of its own user only. Waits neither
 * for partitions nor for a VMM: for a VM's lock, which is held across neither.
 *
 * Return: 0; -EFAULT; -ENOENT no VM has that id or a higher one; -ENOMEM; -EINTR killed.
 */
long vffa_admin_find_vm(struct vffa_vm_status __user *arg);

#endif /* VFFA_KMOD_ADMIN_H */
