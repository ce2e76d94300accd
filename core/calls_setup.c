// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Calls of guests about the FF-A instance itself: registers to arguments, results to registers. */
#include "calls.h"

#include "abi_call.h"
#include "abi_part.h"
#include "mailbox.h"
#include "part.h"
#include "setup.h"

enum vffa_ret vffa_call_version(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	uint32_t answer = vffa_version(vcpu->vm, (uint32_t)regs->x[1]);

	/* The one function whose answer, error or not, is in w0 itself. */
	vffa_regs_answer(regs, answer);
	return VFFA_OK;
}

/* The one function that callers tell something about: that they know the NS attribute. */
static bool may_tell(uint32_t minor, uint32_t id, uint32_t input)
{
	return minor && (id & ~SMCCC_64) == FFA_MEM_RETRIEVE_REQ_32 && input == FFA_RETRIEVE_NS;
}

enum vffa_ret vffa_call_features(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	uint32_t id = (uint32_t)regs->x[1];
	uint32_t input = (uint32_t)regs->x[2];
	uint32_t props;
	enum vffa_ret ret;

	/* What the caller could not call is not there. */
	if (vcpu->aarch32 && id & SMCCC_64)
		return VFFA_NOT_SUPPORTED;
	if (input && !may_tell(vffa_vcpu_minor(vcpu), id, input))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_features(vcpu->vm, vffa_vcpu_minor(vcpu), id, &props);
	if (ret)
		return ret;

	vffa_regs_success(regs);
	regs->x[2] = props | input;
	return VFFA_OK;
}

enum vffa_ret vffa_call_id_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	regs->x[2] = vcpu->vm->id;
	return VFFA_OK;
}

enum vffa_ret vffa_call_spm_id_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	regs->x[2] = vcpu->vm->relay->spmc.id;
	return VFFA_OK;
}

enum vffa_ret vffa_call_rxtx_map(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_rxtx_map_args args;
	enum vffa_ret ret;

	ret = vffa_rxtx_map_decode(regs, &args);
	if (!ret)
		ret = vffa_mailbox_map(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

enum vffa_ret vffa_call_rxtx_unmap(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	/*
	 * SPEC-NOTE: the id in w1[31:16] is the hypervisor's, for an unmap on a VM's behalf, and
	 * must be zero from a VM. Linux puts its own id there all the same, so that is taken too.
	 */
	uint64_t own = (uint64_t)vcpu->vm->id << 16;

	if (regs->x[1] && regs->x[1] != own)
		return VFFA_INVALID_PARAMETERS;

	vffa_regs_success(regs);
	return vffa_mailbox_unmap(vcpu->vm);
}

enum vffa_ret vffa_call_rx_release(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	return vffa_mailbox_release(vcpu->vm);
}

enum vffa_ret vffa_call_part_info(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_part_info_args args;
	struct vffa_part_info_reply reply;
	enum vffa_ret ret;

	ret = vffa_part_info_decode(regs, vffa_vcpu_minor(vcpu), &args);
	if (ret)
		return ret;
	ret = vffa_part_info_get(vcpu->vm, vffa_vcpu_minor(vcpu), &args, &reply);
	if (ret)
		return ret;

	vffa_regs_success(regs);
	regs->x[2] = reply.nr_entries;
	regs->x[3] = reply.entry_size;
	return VFFA_OK;
}

enum vffa_ret vffa_call_part_regs(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_part_regs_args args;
	struct vffa_part_regs_reply reply;
	enum vffa_ret ret;

	ret = vffa_part_regs_decode(regs, &args);
	if (ret)
		return ret;
	ret = vffa_part_info_get_regs(vcpu->vm, vffa_vcpu_minor(vcpu), &args, &reply);
	if (ret)
		return ret;

	vffa_regs_clear(regs, 1);
	regs->x[0] = FFA_SUCCESS_64;
	regs->x[2] = reply.last | (uint64_t)reply.current << FFA_PARTITION_REGS_CURRENT_SHIFT |
		     (uint64_t)FFA_PARTITION_INFO_SIZE_1_1 << FFA_PARTITION_REGS_SIZE_SHIFT;
	memcpy(&regs->x[3], reply.x, sizeof(reply.x));
	return VFFA_OK;
}
