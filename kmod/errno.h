/* SPDX-License-Identifier: GPL-2.0-only */
/* The one place where the core's status and the kernel's error numbers meet. */
#ifndef VFFA_KMOD_ERRNO_H
#define VFFA_KMOD_ERRNO_H

#include <vffa/ret.h>

/**
 * vffa_ret_to_errno() - the error number a caller of ours gets for a status
 * @ret: any
 *
 * Return: 0 or a negated errno.
 */
int vffa_ret_to_errno(enum vffa_ret ret);

/**
 * vffa_ret_from_errno() - the status that stands for a VMM's error
 * @err: 0 or a negated errno, from user space: any value
 *
 * Return: VFFA_ABORTED for what has no status of its own.
 */
enum vffa_ret vffa_ret_from_errno(int err);

#endif /* VFFA_KMOD_ERRNO_H */
