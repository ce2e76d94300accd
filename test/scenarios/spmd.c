// SPDX-License-Identifier: GPL-2.0-only
/* What TF-A's SPMD answers the normal world by itself. */
#include "spmd.h"

#include <string.h>

#include "ffa.h"

#define FIRST_FN 0x60u
#define LAST_FN	 0x8Eu
#define SPMC_ID	 0x8000u

/* Numbers that only the SPMD's own table knows. */
#define FN_MSG_SEND	       0x6Eu
#define FN_NORMAL_WORLD_RESUME 0x7Cu

static bool answer_error(struct vffa_regs *regs, int status)
{
	memset(regs, 0, VFFA_NR_REGS_SHORT * sizeof(regs->x[0]));
	regs->x[0] = FID32(FN_ERROR);
	regs->x[2] = (uint32_t)status;
	return true;
}

static bool answer_id(struct vffa_regs *regs, uint16_t id)
{
	memset(regs, 0, VFFA_NR_REGS_SHORT * sizeof(regs->x[0]));
	regs->x[0] = FID32(FN_SUCCESS);
	regs->x[2] = id;
	return true;
}

/* One that speaks FF-A 1.0 is not asked. */
static bool answers_version(struct vffa_regs *regs, unsigned int minor)
{
	bool is_bad = regs->x[1] >> 31 & 1;

	if (!is_bad && minor)
		return false;
	memset(regs, 0, VFFA_NR_REGS_SHORT * sizeof(regs->x[0]));
	regs->x[0] = is_bad ? (uint32_t)E_NOT_SUPPORTED : FFA_VERSION_1(minor);
	return true;
}

/* What it takes for a call of the normal world's, in the widths it knows. */
static bool is_passed_on(uint32_t fid)
{
	switch (fid) {
	case FID32(FN_ERROR):
	case FID32(FN_SUCCESS):
	case FID64(FN_SUCCESS):
	case FID32(FN_FEATURES):
	case FID32(FN_RX_RELEASE):
	case FID32(FN_RXTX_MAP):
	case FID64(FN_RXTX_MAP):
	case FID32(FN_RXTX_UNMAP):
	case FID32(FN_PARTITION_INFO_GET):
	case FID64(FN_PARTITION_INFO_GET_REGS):
	case FID32(FN_RUN):
	case FID32(FN_MSG_SEND):
	case FID32(FN_DIRECT_REQ):
	case FID64(FN_DIRECT_REQ):
	case FID64(FN_DIRECT_REQ2):
	case FID32(FN_DIRECT_RESP):
	case FID64(FN_DIRECT_RESP):
	case FID64(FN_DIRECT_RESP2):
	case FID32(FN_MEM_DONATE):
	case FID64(FN_MEM_DONATE):
	case FID32(FN_MEM_LEND):
	case FID64(FN_MEM_LEND):
	case FID32(FN_MEM_SHARE):
	case FID64(FN_MEM_SHARE):
	case FID32(FN_MEM_RETRIEVE_REQ):
	case FID64(FN_MEM_RETRIEVE_REQ):
	case FID32(FN_MEM_RETRIEVE_RESP):
	case FID32(FN_MEM_RELINQUISH):
	case FID32(FN_MEM_RECLAIM):
	case FID32(FN_MEM_FRAG_RX):
	case FID32(FN_MEM_FRAG_TX):
	case FID32(FN_NOTIFICATION_BITMAP_CREATE):
	case FID32(FN_NOTIFICATION_BITMAP_DESTROY):
	case FID32(FN_NOTIFICATION_BIND):
	case FID32(FN_NOTIFICATION_UNBIND):
	case FID32(FN_NOTIFICATION_SET):
	case FID32(FN_NOTIFICATION_GET):
	case FID32(FN_NOTIFICATION_INFO_GET):
	case FID64(FN_NOTIFICATION_INFO_GET):
	case FID32(FN_RX_ACQUIRE):
	case FID32(FN_MSG_SEND2):
		return true;
	default:
		return false;
	}
}

static bool is_request(uint32_t fid)
{
	return fid == FID32(FN_DIRECT_REQ) || fid == FID64(FN_DIRECT_REQ) ||
	       fid == FID64(FN_DIRECT_REQ2);
}

bool spmd_answers(struct vffa_regs *regs, unsigned int minor)
{
	uint32_t fid = (uint32_t)regs->x[0] & ~FID_SVE_HINT;

	if ((fid & FID_FN_MASK) < FIRST_FN || (fid & FID_FN_MASK) > LAST_FN) {
		regs->x[0] = UINT64_MAX;
		return true;
	}
	switch (fid) {
	case FID32(FN_VERSION):
		return answers_version(regs, minor);
	case FID32(FN_ID_GET):
		return answer_id(regs, ID_HYPERVISOR);
	case FID32(FN_SPM_ID_GET):
		return answer_id(regs, SPMC_ID);
	case FID32(FN_NORMAL_WORLD_RESUME):
		return answer_error(regs, E_DENIED);
	default:
		if (!is_passed_on(fid))
			return answer_error(regs, E_NOT_SUPPORTED);
		return is_request(fid) && ids_from(regs->x[1]) & ID_SECURE &&
		       answer_error(regs, E_INVALID);
	}
}
