// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Direct messages of VMs: who may send what to whom. How a request runs is in run.c. */
#include "msg.h"

#include "part.h"
#include "run.h"

/* The partition a request is for; NULL = the ids in it are wrong. */
static const struct vffa_part *find_receiver(const struct vffa_vm *vm, struct vffa_msg_args args)
{
	if (args.src != vm->id || args.dst == vm->id)
		return NULL;
	return vffa_part_find(vm, args.dst);
}

enum vffa_ret vffa_msg_send_direct(struct vffa_vcpu *vcpu, struct vffa_msg_args args,
				   struct vffa_regs *msg)
{
	const struct vffa_part *receiver = find_receiver(vcpu->vm, args);

	if (!receiver)
		return VFFA_INVALID_PARAMETERS;
	if (!(receiver->props & FFA_PART_DIRECT_REQ_RECV))
		return VFFA_DENIED;
	return vffa_run_request(vcpu, receiver, args.answer, msg);
}

enum vffa_ret vffa_msg_send_direct2(struct vffa_vcpu *vcpu, struct vffa_msg_args args,
				    const struct vffa_uuid *uuid, struct vffa_regs *msg)
{
	const struct vffa_part *receiver = find_receiver(vcpu->vm, args);

	if (!receiver || !vffa_part_has_uuid(vcpu->vm, receiver, uuid))
		return VFFA_INVALID_PARAMETERS;
	if (!(receiver->props & FFA_PART_DIRECT_REQ2_RECV))
		return VFFA_DENIED;
	return vffa_run_request(vcpu, receiver, args.answer, msg);
}
