// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Status codes: their names, and the way in from the wire. */
#include <vffa/abi.h>
#include <vffa/ret.h>

static_assert((int)VFFA_OK == FFA_RET_OK);
static_assert((int)VFFA_NOT_SUPPORTED == FFA_RET_NOT_SUPPORTED);
static_assert((int)VFFA_INVALID_PARAMETERS == FFA_RET_INVALID_PARAMETERS);
static_assert((int)VFFA_NO_MEMORY == FFA_RET_NO_MEMORY);
static_assert((int)VFFA_BUSY == FFA_RET_BUSY);
static_assert((int)VFFA_INTERRUPTED == FFA_RET_INTERRUPTED);
static_assert((int)VFFA_DENIED == FFA_RET_DENIED);
static_assert((int)VFFA_RETRY == FFA_RET_RETRY);
static_assert((int)VFFA_ABORTED == FFA_RET_ABORTED);
static_assert((int)VFFA_NO_DATA == FFA_RET_NO_DATA);
static_assert((int)VFFA_NOT_READY == FFA_RET_NOT_READY);

const char *vffa_ret_str(enum vffa_ret ret)
{
	switch (ret) {
	case VFFA_PARKED:
		return "PARKED";
	case VFFA_OK:
		return "OK";
	case VFFA_NOT_SUPPORTED:
		return "NOT_SUPPORTED";
	case VFFA_INVALID_PARAMETERS:
		return "INVALID_PARAMETERS";
	case VFFA_NO_MEMORY:
		return "NO_MEMORY";
	case VFFA_BUSY:
		return "BUSY";
	case VFFA_INTERRUPTED:
		return "INTERRUPTED";
	case VFFA_DENIED:
		return "DENIED";
	case VFFA_RETRY:
		return "RETRY";
	case VFFA_ABORTED:
		return "ABORTED";
	case VFFA_NO_DATA:
		return "NO_DATA";
	case VFFA_NOT_READY:
		return "NOT_READY";
	}

	return "UNKNOWN";
}

enum vffa_ret vffa_ret_from_wire(uint64_t w2)
{
	int32_t code = (int32_t)(uint32_t)w2;

	if (code >= VFFA_OK || code < VFFA_NOT_READY)
		return VFFA_ABORTED;
	return (enum vffa_ret)code;
}
