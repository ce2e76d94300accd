// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* What an owner may say in the descriptor of a send. Its pages are not looked at here. */
#include "mem.h"

#include <vffa/quirk.h>

#include "part.h"

/* The receivers tell the attributes when they retrieve: of a donation, and of a loan to one. */
static bool is_exclusive(enum vffa_mem_type type, const struct vffa_mem_desc *desc)
{
	return type == VFFA_MEM_DONATE || (type == VFFA_MEM_LEND && desc->nr_receivers == 1);
}

static enum vffa_ret check_flags(enum vffa_mem_type type, const struct vffa_mem_desc *desc)
{
	uint32_t allowed = FFA_MEM_FLAG_TIME_SLICE;

	if (type != VFFA_MEM_SHARE)
		allowed |= FFA_MEM_FLAG_ZERO;
	return desc->flags & ~allowed ? VFFA_INVALID_PARAMETERS : VFFA_OK;
}

/* Guest memory is normal, write-back and inner shareable, and nothing else is offered. */
static enum vffa_ret check_attrs(enum vffa_mem_type type, const struct vffa_mem_desc *desc)
{
	uint32_t kind = desc->attrs & FFA_MEM_TYPE_MASK;
	uint32_t known = FFA_MEM_TYPE_MASK | FFA_MEM_CACHEABILITY_MASK | FFA_MEM_SHAREABILITY_MASK;

	/* FFA_MEM_NON_SECURE included: the relayer says that. */
	if (desc->attrs & ~known)
		return VFFA_INVALID_PARAMETERS;
	if (is_exclusive(type, desc))
		return desc->attrs ? VFFA_INVALID_PARAMETERS : VFFA_OK;
	if (kind == FFA_MEM_TYPE_DEVICE)
		return VFFA_DENIED;
	if (kind != FFA_MEM_TYPE_NORMAL)
		return VFFA_INVALID_PARAMETERS;
	return desc->attrs == FFA_MEM_ATTRS_NORMAL ? VFFA_OK : VFFA_DENIED;
}

static enum vffa_ret check_perms(enum vffa_mem_type type, const struct vffa_mem_access *access)
{
	uint32_t data = access->perms & FFA_MEM_DATA_MASK;

	if (access->flags || access->perms & ~FFA_MEM_DATA_MASK)
		return VFFA_INVALID_PARAMETERS;
	if (type == VFFA_MEM_DONATE)
		return data == FFA_MEM_DATA_NONE ? VFFA_OK : VFFA_INVALID_PARAMETERS;
	return data == FFA_MEM_DATA_RO || data == FFA_MEM_DATA_RW ? VFFA_OK
								  : VFFA_INVALID_PARAMETERS;
}

static bool is_named_before(const struct vffa_mem_desc *desc, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (desc->receivers[i].id == desc->receivers[n].id)
			return true;
	}
	return false;
}

static enum vffa_ret check_receivers(const struct vffa_vm *vm, enum vffa_mem_type type,
				     const struct vffa_mem_desc *desc)
{
	enum vffa_ret ret;

	if (!desc->nr_receivers || (type == VFFA_MEM_DONATE && desc->nr_receivers != 1))
		return VFFA_INVALID_PARAMETERS;

	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		if (!vffa_part_find(vm, desc->receivers[i].id) || is_named_before(desc, i))
			return VFFA_INVALID_PARAMETERS;
		ret = check_perms(type, &desc->receivers[i]);
		if (ret)
			return ret;
	}
	return VFFA_OK;
}

/* What is right, but not by this SPMC. */
static enum vffa_ret check_quirks(uint32_t quirks, enum vffa_mem_type type,
				  const struct vffa_mem_desc *desc)
{
	if (type == VFFA_MEM_LEND && quirks & VFFA_QUIRK_LEND_TAG && desc->tag)
		return VFFA_DENIED;
	if (type != VFFA_MEM_SHARE || !(quirks & VFFA_QUIRK_PLAIN_SHARES))
		return VFFA_OK;
	if (desc->tag || desc->receivers[0].perms != FFA_MEM_DATA_RW)
		return VFFA_DENIED;
	return VFFA_OK;
}

bool vffa_mem_has_room(const struct vffa_relay *relay, const struct vffa_mem_desc *desc)
{
	uint64_t any = 0;

	for (uint32_t i = 0; i < desc->nr_receivers; i++)
		any |= desc->receivers[i].impdef[0] | desc->receivers[i].impdef[1];
	return !any || relay->spmc.version >= FFA_VERSION_1_2;
}

enum vffa_ret vffa_mem_check_send(const struct vffa_vm *vm, enum vffa_mem_type type,
				  const struct vffa_mem_desc *desc)
{
	enum vffa_ret ret;

	if (desc->sender != vm->id)
		return VFFA_DENIED;
	if (desc->handle || !desc->has_ranges || !desc->nr_ranges || !desc->nr_pages)
		return VFFA_INVALID_PARAMETERS;
	ret = check_flags(type, desc);
	if (ret)
		return ret;
	ret = check_receivers(vm, type, desc);
	if (ret)
		return ret;
	ret = check_attrs(type, desc);
	if (ret)
		return ret;
	if (type == VFFA_MEM_DONATE && !vm->mem_limits.may_donate)
		return VFFA_DENIED;
	if (!vffa_mem_has_room(vm->relay, desc))
		return VFFA_DENIED;
	return check_quirks(vm->relay->spmc.quirks, type, desc);
}
