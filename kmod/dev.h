/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/vffa. */
#ifndef VFFA_KMOD_DEV_H
#define VFFA_KMOD_DEV_H

/** vffa_dev_register() - let user space in. Return: 0 or a negated errno */
int __must_check vffa_dev_register(void);

/** vffa_dev_unregister() - undo vffa_dev_register() */
void vffa_dev_unregister(void);

#endif /* VFFA_KMOD_DEV_H */
