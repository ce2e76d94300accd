// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Register codecs. Nothing here has an effect, and nothing here knows a VM. */
#include "abi_call.h"

/* A UUID travels as little-endian loads of its bytes in text order (FF-A 1.2, PARTITION_INFO_GET). */
static void uuid_from_u32(struct vffa_uuid *uuid, const uint64_t *w)
{
	for (unsigned int i = 0; i < sizeof(uuid->b); i++)
		uuid->b[i] = (uint8_t)(w[i / 4] >> (8 * (i % 4)));
}

static void uuid_from_u64(struct vffa_uuid *uuid, const uint64_t *x)
{
	for (unsigned int i = 0; i < sizeof(uuid->b); i++)
		uuid->b[i] = (uint8_t)(x[i / 8] >> (8 * (i % 8)));
}

bool vffa_uuid_is_nil(const struct vffa_uuid *uuid)
{
	static const struct vffa_uuid nil;

	return vffa_uuid_equal(uuid, &nil);
}

bool vffa_uuid_equal(const struct vffa_uuid *a, const struct vffa_uuid *b)
{
	return !memcmp(a->b, b->b, sizeof(a->b));
}

enum vffa_ret vffa_rxtx_map_decode(const struct vffa_regs *regs, struct vffa_rxtx_map_args *args)
{
	if (!regs->x[3] || regs->x[3] & ~(uint64_t)FFA_RXTX_MAP_PAGES_MASK)
		return VFFA_INVALID_PARAMETERS;

	args->tx.addr = regs->x[1];
	args->rx.addr = regs->x[2];
	args->nr_pages = (uint32_t)regs->x[3];
	return VFFA_OK;
}

enum vffa_ret vffa_part_info_decode(const struct vffa_regs *regs, uint32_t minor,
				    struct vffa_part_info_args *args)
{
	uint64_t known = minor >= 1 ? FFA_PARTITION_INFO_COUNT_ONLY : 0;

	if (regs->x[5] & ~known)
		return VFFA_INVALID_PARAMETERS;

	uuid_from_u32(&args->uuid, &regs->x[1]);
	args->count_only = regs->x[5] & FFA_PARTITION_INFO_COUNT_ONLY;
	return VFFA_OK;
}

enum vffa_ret vffa_part_regs_decode(const struct vffa_regs *regs, struct vffa_part_regs_args *args)
{
	if (regs->x[3] >> 32)
		return VFFA_INVALID_PARAMETERS;

	uuid_from_u64(&args->uuid, &regs->x[1]);
	args->start = (uint16_t)(regs->x[3] & FFA_PARTITION_REGS_INDEX_MASK);
	args->tag = (uint16_t)(regs->x[3] >> FFA_PARTITION_REGS_TAG_IN_SHIFT);
	if (!args->start && args->tag)
		return VFFA_INVALID_PARAMETERS;
	return VFFA_OK;
}

enum vffa_ret vffa_msg2_decode(const struct vffa_regs *regs, struct vffa_msg_args *args,
			       struct vffa_uuid *uuid)
{
	if (regs->x[1] >> 32)
		return VFFA_INVALID_PARAMETERS;

	args->src = (vffa_id_t)(regs->x[1] >> 16);
	args->dst = (vffa_id_t)regs->x[1];
	args->answer = FFA_MSG_SEND_DIRECT_RESP2;
	uuid_from_u64(uuid, &regs->x[2]);
	return VFFA_OK;
}

enum vffa_ret vffa_mem_args_decode(const struct vffa_regs *regs, struct vffa_mem_args *args)
{
	if (regs->x[3] || (uint32_t)regs->x[4])
		return VFFA_INVALID_PARAMETERS;
	args->total = (uint32_t)regs->x[1];
	args->len = (uint32_t)regs->x[2];
	return args->len <= args->total ? VFFA_OK : VFFA_INVALID_PARAMETERS;
}

enum vffa_ret vffa_console_decode(const struct vffa_regs *regs, struct vffa_console_args *args)
{
	bool is_64 = (uint32_t)regs->x[0] & SMCCC_64;
	unsigned int width = is_64 ? 8 : 4;

	if (!regs->x[1] || regs->x[1] > (is_64 ? FFA_CONSOLE_MAX_64 : FFA_CONSOLE_MAX_32))
		return VFFA_INVALID_PARAMETERS;

	args->len = (uint32_t)regs->x[1];
	for (unsigned int i = 0; i < args->len; i++)
		args->chars[i] = (char)(regs->x[2 + i / width] >> (8 * (i % width)));
	return VFFA_OK;
}
