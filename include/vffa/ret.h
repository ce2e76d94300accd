/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* The core's status codes, and the scalar types every part of the relay shares. */
#ifndef VFFA_RET_H
#define VFFA_RET_H

#include <vffa/env.h>

/**
 * enum vffa_ret - outcome of an operation of the relay
 *
 * The values are the FF-A codes (FF-A 1.2, "Function return codes"), asserted in core/ret.c.
 * VFFA_PARKED is ours: the call waits for the VMM, see vffa_call().
 */
enum vffa_ret {
	VFFA_PARKED = 1,
	VFFA_OK = 0,
	VFFA_NOT_SUPPORTED = -1,
	VFFA_INVALID_PARAMETERS = -2,
	VFFA_NO_MEMORY = -3,
	VFFA_BUSY = -4,
	VFFA_INTERRUPTED = -5,
	VFFA_DENIED = -6,
	VFFA_RETRY = -7,
	VFFA_ABORTED = -8,
	VFFA_NO_DATA = -9,
	VFFA_NOT_READY = -10,
};

/**
 * vffa_ret_str() - the specification's name of a status
 * @ret: any value
 *
 * Return: a constant string; "UNKNOWN" for a value that is none of enum vffa_ret.
 */
const char *vffa_ret_str(enum vffa_ret ret);

/**
 * vffa_ret_from_wire() - the status that a partner's FFA_ERROR carries in w2
 * @w2: the register as received
 *
 * Return: the status; VFFA_ABORTED for a value that no version defines, and for zero (an error
 * without a code), so that a partner's nonsense never reads as success.
 */
enum vffa_ret vffa_ret_from_wire(uint64_t w2);

/* 16-bit endpoint id (FF-A 1.2, "Partition identification and discovery"). */
typedef uint16_t vffa_id_t;

/* Addresses of different spaces never mix: a guest's intermediate physical, the host's physical. */
struct vffa_ipa {
	uint64_t addr;
};

struct vffa_hpa {
	uint64_t addr;
};

struct vffa_uuid {
	uint8_t b[16];
};

/**
 * struct vffa_range - pages that follow each other
 * @addr:     of the first byte, 4 KiB aligned; in which address space, the user says
 * @nr_pages: of 4 KiB
 */
struct vffa_range {
	uint64_t addr;
	uint32_t nr_pages;
};

#endif /* VFFA_RET_H */
