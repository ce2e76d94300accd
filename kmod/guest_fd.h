/* SPDX-License-Identifier: GPL-2.0-only */
/* The descriptor of a guest, and its ioctls. */
#ifndef VFFA_KMOD_GUEST_FD_H
#define VFFA_KMOD_GUEST_FD_H

#include <linux/compiler.h>

struct vffa_create_vm;

/**
 * vffa_guest_fd_create() - VFFA_CREATE_VM
 * @arg: in and out
 *
 * Return: a descriptor; or -EFAULT, -EINVAL, -EMFILE, or as vffa_guest_create().
 */
long vffa_guest_fd_create(struct vffa_create_vm __user *arg);

#endif /* VFFA_KMOD_GUEST_FD_H */
