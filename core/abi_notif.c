// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Register codecs of notifications. Nothing here has an effect, and nothing here knows a VM. */
#include "abi_notif.h"

#include "abi_call.h"

/* What BIND, UNBIND and SET have in common. */
static enum vffa_ret decode_args(const struct vffa_regs *regs, struct vffa_notif_args *args)
{
	args->sender = (vffa_id_t)(regs->x[1] >> 16);
	args->receiver = (vffa_id_t)regs->x[1];
	args->per_vcpu = regs->x[2] & FFA_NOTIF_PER_VCPU;
	args->vcpu = 0;
	args->bits = vffa_regs_pair(regs, 3);
	return args->bits ? VFFA_OK : VFFA_INVALID_PARAMETERS;
}

enum vffa_ret vffa_notif_bind_decode(const struct vffa_regs *regs, struct vffa_notif_args *args)
{
	if (regs->x[2] & ~(uint64_t)FFA_NOTIF_PER_VCPU)
		return VFFA_INVALID_PARAMETERS;
	return decode_args(regs, args);
}

enum vffa_ret vffa_notif_unbind_decode(const struct vffa_regs *regs, struct vffa_notif_args *args)
{
	if (regs->x[2])
		return VFFA_INVALID_PARAMETERS;
	return decode_args(regs, args);
}

enum vffa_ret vffa_notif_set_decode(const struct vffa_regs *regs, struct vffa_notif_args *args)
{
	uint64_t flags = regs->x[2] & FFA_NOTIF_FLAGS_MASK;
	uint16_t vcpu = (uint16_t)(regs->x[2] >> FFA_NOTIF_VCPU_SHIFT);
	enum vffa_ret ret;

	if (flags & ~(uint64_t)FFA_NOTIF_PER_VCPU || (vcpu && !flags))
		return VFFA_INVALID_PARAMETERS;
	ret = decode_args(regs, args);
	args->vcpu = vcpu;
	return ret;
}

void vffa_notif_args_encode(uint32_t fid, const struct vffa_notif_args *args,
			    struct vffa_regs *regs)
{
	vffa_regs_clear(regs, 0);
	regs->x[0] = fid;
	regs->x[1] = (uint32_t)args->sender << 16 | args->receiver;
	regs->x[2] = (uint32_t)args->vcpu << FFA_NOTIF_VCPU_SHIFT |
		     (args->per_vcpu ? FFA_NOTIF_PER_VCPU : 0);
	vffa_regs_set_pair(regs, 3, args->bits);
}

enum vffa_ret vffa_notif_get_decode(const struct vffa_regs *regs, struct vffa_notif_get_args *args)
{
	if (regs->x[2] & ~(uint64_t)FFA_NOTIF_GET_ALL)
		return VFFA_INVALID_PARAMETERS;
	args->receiver = (vffa_id_t)regs->x[1];
	args->vcpu = (uint16_t)(regs->x[1] >> 16);
	args->flags = (uint32_t)regs->x[2];
	return VFFA_OK;
}

void vffa_notif_get_encode(const struct vffa_notif_get_args *args, struct vffa_regs *regs)
{
	vffa_regs_clear(regs, 0);
	regs->x[0] = FFA_NOTIFICATION_GET;
	regs->x[1] = (uint32_t)args->vcpu << 16 | args->receiver;
	regs->x[2] = args->flags;
}

void vffa_notif_bits_encode(const struct vffa_notif_bits *bits, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	vffa_regs_set_pair(regs, 2, bits->sps);
	vffa_regs_set_pair(regs, 4, bits->vms);
	regs->x[6] = bits->spm;
	regs->x[7] = bits->hyp;
}

void vffa_notif_bits_decode(const struct vffa_regs *regs, struct vffa_notif_bits *bits)
{
	bits->sps = vffa_regs_pair(regs, 2);
	bits->vms = vffa_regs_pair(regs, 4);
	bits->spm = (uint32_t)regs->x[6];
	bits->hyp = (uint32_t)regs->x[7];
}

static uint16_t nth_id(const struct vffa_regs *regs, bool is_64, unsigned int n)
{
	unsigned int per_reg = is_64 ? 4 : 2;

	return (uint16_t)(regs->x[3 + n / per_reg] >> (16 * (n % per_reg)));
}

void vffa_notif_info_decode(const struct vffa_regs *regs, struct vffa_notif_info *info)
{
	bool is_64 = (uint32_t)regs->x[0] == FFA_SUCCESS_64;
	unsigned int max_ids = is_64 ? FFA_NOTIF_INFO_MAX_IDS_64 : FFA_NOTIF_INFO_MAX_IDS_32;
	unsigned int nr_lists = regs->x[2] >> FFA_NOTIF_INFO_NR_SHIFT & FFA_NOTIF_INFO_NR_MASK;
	uint64_t sizes = regs->x[2] >> FFA_NOTIF_INFO_SIZE_SHIFT;
	unsigned int n = 0;

	memset(info, 0, sizeof(*info));
	info->more = regs->x[2] & FFA_NOTIF_INFO_MORE;
	for (; info->nr_lists < nr_lists; info->nr_lists++, sizes >>= 2) {
		struct vffa_notif_list *list = &info->lists[info->nr_lists];
		unsigned int size = sizes & FFA_NOTIF_INFO_SIZE_MASK;

		if (n + 1 + size > max_ids)
			break;
		list->id = nth_id(regs, is_64, n++);
		for (; list->nr_vcpus < size; list->nr_vcpus++)
			list->vcpus[list->nr_vcpus] = nth_id(regs, is_64, n++);
	}
	info->is_cut = info->nr_lists < nr_lists;
}
