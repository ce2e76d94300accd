// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* FFA_MEM_RECLAIM. What comes back when a VM ends is in mem.c. */
#include "mem.h"

enum vffa_ret vffa_mem_reclaim(struct vffa_vcpu *vcpu, uint64_t handle, uint32_t flags)
{
	struct vffa_vm *vm = vcpu->vm;
	struct vffa_mem *mem;
	enum vffa_ret ret;

	if (flags & ~(FFA_MEM_FLAG_ZERO | FFA_MEM_FLAG_TIME_SLICE))
		return VFFA_INVALID_PARAMETERS;
	ret = vffa_mem_take(vm, handle, VFFA_MEM_LIVE, &mem);
	if (ret)
		return ret;

	ret = vffa_mem_recall(mem, flags);
	if (ret) {
		(void)vffa_mem_put(mem, VFFA_MEM_LIVE);
		return ret;
	}
	if (!mem->revoked) {
		vffa_mem_destroy(mem);
		return VFFA_OK;
	}

	mem->state = VFFA_MEM_BACK;
	vcpu->mem = mem;
	return VFFA_PARKED;
}
