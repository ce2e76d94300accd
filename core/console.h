/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* FFA_CONSOLE_LOG: what a guest logs, in lines, for its home. */
#ifndef VFFA_CONSOLE_H
#define VFFA_CONSOLE_H

#include <vffa/relay.h>

#include "abi_call.h"

/**
 * vffa_console_log() - FFA_CONSOLE_LOG
 * @vm: the caller
 * @args: decoded
 *
 * Complete lines go to the home at once, the last one when it ends or is VFFA_CONSOLE_LINE long.
 * What is not a printable character of ASCII becomes a '?'; tabs become blanks.
 *
 * Return: VFFA_OK; VFFA_INTERRUPTED killed.
 * Spec: FF-A 1.2, FFA_CONSOLE_LOG.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_console_log(struct vffa_vm *vm,
					       const struct vffa_console_args *args);

/**
 * vffa_console_end() - teardown: the line that the guest has not ended
 * @vm: no call is inside
 */
void vffa_console_end(struct vffa_vm *vm);

#endif /* VFFA_CONSOLE_H */
