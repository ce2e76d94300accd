/* SPDX-License-Identifier: GPL-2.0-only */
/* This kernel as a home of the relay. */
#ifndef VFFA_KMOD_PORT_H
#define VFFA_KMOD_PORT_H

#include <vffa/port.h>

extern const struct vffa_port_ops vffa_kernel_port_ops;

#endif /* VFFA_KMOD_PORT_H */
