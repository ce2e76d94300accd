// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* What a borrower may say in the descriptor of a retrieve. What it is about, only the SPMC knows. */
#include "borrow.h"

#include "mem.h"
#include "part.h"

static enum vffa_ret check_flags(const struct vffa_vm *vm, uint32_t flags)
{
	uint32_t allowed = FFA_MEM_FLAG_ZERO | FFA_MEM_FLAG_TIME_SLICE | FFA_MEM_FLAG_ZERO_AFTER |
			   FFA_MEM_FLAG_TYPE_MASK | FFA_MEM_FLAG_ALIGNMENT;

	if (vffa_vm_version(vm) >= FFA_VERSION_1_1)
		allowed |= FFA_MEM_FLAG_BYPASS;
	if (flags & FFA_MEM_FLAG_ALIGNMENT)
		allowed |= FFA_MEM_FLAG_ALIGNMENT_MASK;
	return flags & ~allowed ? VFFA_INVALID_PARAMETERS : VFFA_OK;
}

static bool is_named_before(const struct vffa_mem_desc *desc, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (desc->receivers[i].id == desc->receivers[n].id)
			return true;
	}
	return false;
}

/* The caller asks for itself; of others it only says that they are there. */
static enum vffa_ret check_receivers(const struct vffa_vm *vm, const struct vffa_mem_desc *desc)
{
	bool found = false;

	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		const struct vffa_mem_access *access = &desc->receivers[i];
		bool own = access->id == vm->id;

		if (access->flags & ~(own ? 0 : FFA_MEM_NON_RETRIEVAL) ||
		    access->perms & FFA_MEM_PERMS_MBZ || is_named_before(desc, i))
			return VFFA_INVALID_PARAMETERS;
		found |= own;
	}
	return found ? VFFA_OK : VFFA_INVALID_PARAMETERS;
}

/* SPEC-GAP: a VM does not choose the addresses: they are in the window that its VMM keeps. */
enum vffa_ret vffa_borrow_check(const struct vffa_vm *vm, const struct vffa_mem_desc *desc)
{
	enum vffa_ret ret;

	if (!vffa_part_find(vm, desc->sender) || desc->handle == FFA_MEM_HANDLE_INVALID)
		return VFFA_INVALID_PARAMETERS;
	if (!vffa_mem_has_room(vm->relay, desc))
		return VFFA_INVALID_PARAMETERS;
	if (desc->has_ranges || desc->attrs & FFA_MEM_NON_SECURE)
		return VFFA_INVALID_PARAMETERS;
	ret = check_flags(vm, desc->flags);
	return ret ? ret : check_receivers(vm, desc);
}
