/* SPDX-License-Identifier: GPL-2.0-only */
/* What the relay keeps about pages of the host: a sparse table of leaves. */
#ifndef VFFA_KMOD_LEAVES_H
#define VFFA_KMOD_LEAVES_H

#include <linux/compiler_attributes.h>

#include <vffa/port.h>

/** vffa_leaves_init() - once, when the module is loaded. Return: 0 or -ENOMEM */
int __must_check vffa_leaves_init(void);

/** vffa_leaves_exit() - once, when no VM is left: there should be no leaf, either */
void vffa_leaves_exit(void);

/** vffa_leaves_get() - struct vffa_port_ops.leaf_get */
struct vffa_leaf *vffa_leaves_get(u64 nr, bool create);

/** vffa_leaves_drop() - struct vffa_port_ops.leaf_drop */
void vffa_leaves_drop(u64 nr);

#endif /* VFFA_KMOD_LEAVES_H */
