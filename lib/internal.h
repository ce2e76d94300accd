/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is behind the library's opaque handles. */
#ifndef LIBVFFA_INTERNAL_H
#define LIBVFFA_INTERNAL_H

#include <libvffa.h>

struct libvffa {
	int fd; /* /dev/vffa */
};

struct libvffa_vm {
	int fd; /* from VFFA_CREATE_VM */
	uint16_t id;
};

#endif /* LIBVFFA_INTERNAL_H */
