/* SPDX-License-Identifier: GPL-2.0-only */
/* What this host is, apart from its firmware: is there KVM, and in which mode. */
#ifndef VFFA_KMOD_HOST_H
#define VFFA_KMOD_HOST_H

#include <linux/types.h>

/**
 * vffa_host_check() - can this host have guests
 *
 * What it lacks is in the log.
 *
 * Return: 0; -ENODEV there is no KVM.
 */
int __must_check vffa_host_check(void);

/** vffa_host_is_protected() - is there a hypervisor at EL2 that filters this kernel's FF-A calls */
bool vffa_host_is_protected(void);

#endif /* VFFA_KMOD_HOST_H */
