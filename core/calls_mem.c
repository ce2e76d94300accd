// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Calls of guests about memory: registers to arguments, results to registers. */
#include "calls.h"

#include "abi_call.h"
#include "borrow.h"
#include "mem.h"

static enum vffa_ret reply_to_mem(const struct vffa_mem_reply *reply, enum vffa_ret ret,
				  struct vffa_regs *regs)
{
	if (ret)
		return ret;
	if (reply->more) {
		vffa_regs_answer(regs, FFA_MEM_FRAG_RX);
		vffa_regs_set_pair(regs, 1, reply->handle);
		regs->x[3] = reply->offset;
	} else {
		vffa_regs_success(regs);
		vffa_regs_set_pair(regs, 2, reply->handle);
	}
	return VFFA_OK;
}

static enum vffa_ret call_mem_send(struct vffa_vcpu *vcpu, enum vffa_mem_type type,
				   struct vffa_regs *regs)
{
	struct vffa_mem_args args;
	struct vffa_mem_reply reply;
	enum vffa_ret ret;

	ret = vffa_mem_args_decode(regs, &args);
	if (!ret)
		ret = vffa_mem_send(vcpu, type, &args, &reply);
	return reply_to_mem(&reply, ret, regs);
}

enum vffa_ret vffa_call_mem_share(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	return call_mem_send(vcpu, VFFA_MEM_SHARE, regs);
}

enum vffa_ret vffa_call_mem_lend(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	return call_mem_send(vcpu, VFFA_MEM_LEND, regs);
}

enum vffa_ret vffa_call_mem_donate(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	return call_mem_send(vcpu, VFFA_MEM_DONATE, regs);
}

enum vffa_ret vffa_call_mem_frag_tx(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_mem_reply reply;
	enum vffa_ret ret;

	ret = vffa_mem_frag_tx(vcpu, vffa_regs_pair(regs, 1), (uint32_t)regs->x[3], &reply);
	return reply_to_mem(&reply, ret, regs);
}

enum vffa_ret vffa_call_mem_reclaim(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	const struct vffa_mem_reply nothing = { 0 };
	enum vffa_ret ret;

	ret = vffa_mem_reclaim(vcpu, vffa_regs_pair(regs, 1), (uint32_t)regs->x[3]);
	return reply_to_mem(&nothing, ret, regs);
}

enum vffa_ret vffa_resume_mem(struct vffa_vcpu *vcpu, enum vffa_ret result, struct vffa_regs *regs)
{
	struct vffa_mem_reply reply;
	enum vffa_ret ret;

	ret = vffa_mem_resume(vcpu, result, &reply);
	return reply_to_mem(&reply, ret, regs);
}

enum vffa_ret vffa_call_mem_retrieve(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_mem_args args;
	enum vffa_ret ret;
	uint32_t len;

	ret = vffa_mem_args_decode(regs, &args);
	if (!ret)
		ret = vffa_mem_retrieve(vcpu, &args, &len);
	if (ret)
		return ret;

	vffa_regs_answer(regs, FFA_MEM_RETRIEVE_RESP);
	regs->x[1] = len;
	regs->x[2] = len;
	return VFFA_OK;
}

enum vffa_ret vffa_call_mem_relinquish(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	return vffa_mem_relinquish(vcpu);
}

/* What is retrieved is one range of the window: nothing is ever left to fetch. */
enum vffa_ret vffa_call_mem_frag_rx(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	(void)vcpu;
	(void)regs;
	return VFFA_INVALID_PARAMETERS;
}
