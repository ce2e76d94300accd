/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is behind the library's opaque handles. */
#ifndef LIBVFFA_INTERNAL_H
#define LIBVFFA_INTERNAL_H

#include <stdbool.h>

#include <libvffa.h>

#include "revoke.h"

/* FF-A function ids (FF-A 1.2, "FF-A function identifiers"), in the SMC32 and SMC64 ranges. */
#define FFA_ID_FIRST 0x84000060u
#define FFA_ID_LAST  0x840000efu
#define SMC64_BIT    0x40000000u
#define SVE_HINT_BIT 0x00010000u /* SMCCC 1.3: says nothing about the function */

struct libvffa {
	int fd; /* /dev/vffa */
};

struct libvffa_vm {
	int fd; /* from VFFA_CREATE_VM */
	uint16_t id;
	uint32_t npi;  /* INTID; 0 = none */
	bool forwards; /* calls come by exits; set before vCPUs run */
	struct libvffa_access access;
	void *window; /* NULL = none */
	size_t window_len;
};

#endif /* LIBVFFA_INTERNAL_H */
