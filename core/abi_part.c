// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Partition information descriptors (FF-A 1.2, "Partition information descriptor"). */
#include "abi_part.h"

uint32_t vffa_part_desc_size(uint32_t minor)
{
	return minor ? FFA_PARTITION_INFO_SIZE_1_1 : FFA_PARTITION_INFO_SIZE_1_0;
}

void vffa_part_desc_decode(const void *desc, uint32_t minor, struct vffa_part *part)
{
	struct ffa_partition_info info = { 0 };

	memcpy(&info, desc, vffa_part_desc_size(minor));
	part->id = vffa_le16_get(info.id);
	part->nr_contexts = vffa_le16_get(info.nr_contexts);
	part->props = vffa_le32_get(info.properties);
	memcpy(part->uuid.b, info.uuid, sizeof(part->uuid.b));
}

void vffa_part_desc_encode(const struct vffa_part *part, uint32_t minor, void *desc)
{
	struct ffa_partition_info info = {
		.id = vffa_le16_make(part->id),
		.nr_contexts = vffa_le16_make(part->nr_contexts),
		.properties = vffa_le32_make(part->props),
	};

	memcpy(info.uuid, part->uuid.b, sizeof(info.uuid));
	memcpy(desc, &info, vffa_part_desc_size(minor));
}

static uint64_t load_le64(const uint8_t *b)
{
	vffa_le64 v;

	memcpy(&v, b, sizeof(v));
	return vffa_le64_get(v);
}

void vffa_part_regs_encode(const struct vffa_part *part, uint64_t x[3])
{
	x[0] = (uint64_t)part->id | (uint64_t)part->nr_contexts << 16 | (uint64_t)part->props << 32;
	x[1] = load_le64(&part->uuid.b[0]);
	x[2] = load_le64(&part->uuid.b[8]);
}
