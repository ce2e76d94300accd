// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * From a guest's registers to a handler and back: look up, admit, bring registers into the handler's
 * form, and write the answer back.
 *
 * What each function makes of its registers is in calls_*.c, what it does is elsewhere.
 */
#include "dispatch.h"

#include "abi_call.h"
#include "calls.h"
#include "count.h"
#include "func.h"
#include "setup.h"

/*
 * Copy arguments in the form decoders expect: the upper halves of an SMC32 call's registers are not
 * part of it, and neither is x8-x17 of most functions. Narrow SMC32 calls, the common ones, cost
 * seven loads and stores.
 */
static void take_args(const struct vffa_func *func, uint32_t fid, const struct vffa_regs *regs,
		      struct vffa_regs *args)
{
	args->x[0] = fid;
	if (!(fid & SMCCC_64)) {
#pragma GCC unroll 8
		for (unsigned int i = 1; i < VFFA_NR_REGS_SHORT; i++)
			args->x[i] = (uint32_t)regs->x[i];
		return;
	}

	memcpy(&args->x[1], &regs->x[1], (VFFA_NR_REGS - 1) * sizeof(regs->x[0]));
	if (!(func->flags & VFFA_FN_WIDE))
		vffa_regs_clear_high(args);
}

static enum vffa_ret check_mbz(const struct vffa_func *func, const struct vffa_regs *args)
{
	uint64_t bits = 0;

	for (unsigned int i = func->mbz_first; i && i <= func->mbz_last; i++)
		bits |= args->x[i];
	if (!bits)
		return VFFA_OK;
	return func->flags & VFFA_FN_QUERY ? VFFA_NOT_SUPPORTED : VFFA_INVALID_PARAMETERS;
}

/*
 * The row of a call that this guest may make now; NULL = NOT_SUPPORTED. Ends the negotiation of the
 * version (vffa_version()).
 */
static const struct vffa_func *admit(struct vffa_vcpu *vcpu, uint32_t fid)
{
	bool negotiates = fid == FFA_VERSION;
	uint32_t version = negotiates ? vffa_vm_version(vcpu->vm) : vffa_version_use(vcpu->vm);
	const struct vffa_func *func;

	if (!version && !negotiates)
		return NULL;
	if (vcpu->aarch32 && fid & SMCCC_64)
		return NULL;

	func = vffa_func_find(vcpu->vm->relay, version & 0xFFFFu, fid);
	return func && !(func->flags & VFFA_FN_ANSWER) ? func : NULL;
}

/*
 * Registers the caller has not given up are left alone: x8-x17 belong to SMC64 from FF-A 1.2 on,
 * and then they are results, zero where the completion defines none. Inline, as what follows,
 * because it is on the way of every call.
 */
static inline void write_back(const struct vffa_vcpu *vcpu, uint32_t fid, struct vffa_regs *regs)
{
	const struct vffa_regs *answer = &vcpu->regs;
	uint32_t completion = (uint32_t)answer->x[0];

	memcpy(regs->x, answer->x, VFFA_NR_REGS_SHORT * sizeof(regs->x[0]));
	if (vffa_vcpu_minor(vcpu) < 2 || !((fid | completion) & SMCCC_64))
		return;
	/* AArch32 has other modes' registers there; w0 of FFA_VERSION is not a completion. */
	if (vcpu->aarch32 || fid == FFA_VERSION)
		return;

	if (completion == FFA_SUCCESS_64 || completion == FFA_MSG_SEND_DIRECT_RESP2)
		memcpy(&regs->x[VFFA_NR_REGS_SHORT], &answer->x[VFFA_NR_REGS_SHORT],
		       (VFFA_NR_REGS - VFFA_NR_REGS_SHORT) * sizeof(regs->x[0]));
	else
		vffa_regs_clear_high(regs);
}

static inline enum vffa_action finish(struct vffa_vcpu *vcpu, enum vffa_ret ret, uint32_t fid,
				      const struct vffa_func *func, struct vffa_regs *regs)
{
	if (ret == VFFA_PARKED) {
		vcpu->parked = func;
		vcpu->parked_fid = fid;
		return VFFA_EXIT_TO_VMM;
	}
	vffa_count_call(&vcpu->counters, fid, ret);
	if (ret)
		vffa_regs_error(&vcpu->regs, ret);
	write_back(vcpu, fid, regs);
	return VFFA_RESUME_GUEST;
}

enum vffa_action vffa_call(struct vffa_vcpu *vcpu, struct vffa_regs *regs, bool aarch32)
{
	uint32_t fid = (uint32_t)regs->x[0] & ~SMCCC_SVE_HINT;
	enum vffa_ret ret = VFFA_NOT_SUPPORTED;
	const struct vffa_func *func;

	/* KVM says 1.1, and FF-A drivers do not begin below 1.2. */
	if (fid == SMCCC_VERSION) {
		regs->x[0] = SMCCC_VERSION_1_2;
		return VFFA_RESUME_GUEST;
	}

	vcpu->aarch32 = aarch32;
	func = admit(vcpu, fid);
	if (func) {
		take_args(func, fid, regs, &vcpu->regs);
		ret = check_mbz(func, &vcpu->regs);
	}
	if (!ret)
		ret = func->call(vcpu, &vcpu->regs);
	return finish(vcpu, ret, fid, func, regs);
}

enum vffa_action vffa_resume(struct vffa_vcpu *vcpu, enum vffa_ret result, struct vffa_regs *regs)
{
	const struct vffa_func *func = vcpu->parked;
	enum vffa_ret ret;

	vcpu->parked = NULL;
	vffa_regs_clear(&vcpu->regs, 0);
	ret = func->resume(vcpu, result, &vcpu->regs);
	return finish(vcpu, ret, vcpu->parked_fid, func, regs);
}

void vffa_vcpu_cancel(struct vffa_vcpu *vcpu)
{
	const struct vffa_func *func = vcpu->parked;

	vcpu->parked = NULL;
	if (func && func->cancel)
		func->cancel(vcpu);
}
