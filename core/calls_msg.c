// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Calls of guests that send messages or give up the CPU: registers to arguments and back. */
#include "calls.h"

#include "abi_call.h"
#include "console.h"
#include "cycles.h"
#include "indirect.h"
#include "msg.h"
#include "run.h"

enum vffa_ret vffa_call_msg_wait(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	uint64_t known = vffa_vcpu_minor(vcpu) >= 2 ? FFA_MSG_WAIT_KEEP_RX : 0;
	uint64_t flags = regs->x[2];

	if (regs->x[1] || flags & ~known)
		return VFFA_INVALID_PARAMETERS;

	vffa_regs_answer(regs, FFA_RUN);
	regs->x[1] = (uint32_t)vcpu->vm->id << 16 | vcpu->index;
	return vffa_cycles_wait(vcpu, flags & FFA_MSG_WAIT_KEEP_RX);
}

enum vffa_ret vffa_call_yield(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	/* The time-out came with 1.2. */
	if (regs->x[1] || (vffa_vcpu_minor(vcpu) < 2 && regs->x[2] | regs->x[3]))
		return VFFA_INVALID_PARAMETERS;

	vffa_regs_success(regs);
	vffa_cycles_yield(vcpu);
	return VFFA_OK;
}

enum vffa_ret vffa_call_console_log(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_console_args args;
	enum vffa_ret ret;

	ret = vffa_console_decode(regs, &args);
	if (!ret)
		ret = vffa_console_log(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

enum vffa_ret vffa_call_msg_send2(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	/*
	 * SPEC-NOTE: the sender in w1[31:16] is for the hypervisor to state; some guests state
	 * themselves, as in FFA_RXTX_UNMAP. The flag in w2 is partitions'.
	 */
	uint64_t own = (uint64_t)vcpu->vm->id << 16;

	if ((regs->x[1] && regs->x[1] != own) || regs->x[2])
		return VFFA_INVALID_PARAMETERS;

	vffa_regs_success(regs);
	return vffa_indirect_send(vcpu->vm);
}

enum vffa_ret vffa_call_direct_req(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	if (!vffa_msg_is_valid(regs))
		return VFFA_INVALID_PARAMETERS;

	/* Ids and flags are w1 and w2 in either width: their upper halves mean nothing. */
	regs->x[1] = (uint32_t)regs->x[1];
	regs->x[2] = 0;
	/* Not part of an SMC32 request: another partition's answer to an earlier call. */
	vffa_regs_clear_high(regs);
	return vffa_msg_send_direct(vcpu, vffa_msg_decode(regs), regs);
}

enum vffa_ret vffa_call_direct_req2(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_msg_args args;
	struct vffa_uuid uuid;
	enum vffa_ret ret;

	ret = vffa_msg2_decode(regs, &args, &uuid);
	if (ret)
		return ret;
	return vffa_msg_send_direct2(vcpu, args, &uuid, regs);
}

enum vffa_ret vffa_call_run(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	return vffa_run_again(vcpu, (uint32_t)regs->x[1], regs);
}
