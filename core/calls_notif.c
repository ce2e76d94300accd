// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Calls of guests about notifications: registers to arguments, results to registers. */
#include "calls.h"

#include "abi_call.h"
#include "abi_notif.h"
#include "notif.h"

enum vffa_ret vffa_call_notif_bind(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_notif_args args;
	enum vffa_ret ret;

	if (!vffa_vm_npi(vcpu->vm))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_notif_bind_decode(regs, &args);
	if (!ret)
		ret = vffa_notif_bind(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

enum vffa_ret vffa_call_notif_unbind(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_notif_args args;
	enum vffa_ret ret;

	if (!vffa_vm_npi(vcpu->vm))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_notif_unbind_decode(regs, &args);
	if (!ret)
		ret = vffa_notif_unbind(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

enum vffa_ret vffa_call_notif_set(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_notif_args args;
	enum vffa_ret ret;

	if (!vffa_vm_npi(vcpu->vm))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_notif_set_decode(regs, &args);
	if (!ret)
		ret = vffa_notif_set(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

enum vffa_ret vffa_call_notif_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_notif_get_args args;
	struct vffa_notif_bits bits;
	enum vffa_ret ret;

	if (!vffa_vm_npi(vcpu->vm))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_notif_get_decode(regs, &args);
	if (!ret)
		ret = vffa_notif_get(vcpu->vm, &args, &bits);
	if (!ret)
		vffa_notif_bits_encode(&bits, regs);
	return ret;
}
