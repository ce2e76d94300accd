// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Direct messages of VMs: who may send what to whom. How a request runs is in run.c. */
#include "msg.h"

#include "part.h"
#include "run.h"

static enum vffa_ret check_direct(const struct vffa_vm *vm, const struct vffa_msg_args *args,
				  const struct vffa_part **receiver)
{
	uint32_t needs = args->has_uuid ? FFA_PART_DIRECT_REQ2_RECV : FFA_PART_DIRECT_REQ_RECV;
	const struct vffa_part *part;

	if (args->src != vm->id || args->dst == vm->id)
		return VFFA_INVALID_PARAMETERS;
	part = vffa_part_find(vm, args->dst);
	if (!part)
		return VFFA_INVALID_PARAMETERS;
	if (args->has_uuid && !vffa_part_has_uuid(vm, part, &args->uuid))
		return VFFA_INVALID_PARAMETERS;
	if (!(part->props & needs))
		return VFFA_DENIED;

	*receiver = part;
	return VFFA_OK;
}

enum vffa_ret vffa_msg_send_direct(struct vffa_vcpu *vcpu, const struct vffa_msg_args *args,
				   struct vffa_regs *msg)
{
	const struct vffa_part *receiver;
	enum vffa_ret ret;

	ret = check_direct(vcpu->vm, args, &receiver);
	if (ret)
		return ret;
	return vffa_run_request(vcpu, receiver, args->answer, msg);
}
