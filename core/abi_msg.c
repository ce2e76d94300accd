// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* The header of an indirect message on the wire. */
#include "abi_msg.h"

enum vffa_ret vffa_msg_header_decode(const struct ffa_msg_header *wire, uint32_t minor,
				     struct vffa_msg_header *h)
{
	bool has_uuid;

	*h = (struct vffa_msg_header){
		.src = vffa_le16_get(wire->sender),
		.dst = vffa_le16_get(wire->receiver),
		.offset = vffa_le32_get(wire->offset),
		.size = vffa_le32_get(wire->size),
	};
	has_uuid = minor >= 2 && h->offset >= FFA_MSG_HEADER_SIZE_1_2;
	if (vffa_le32_get(wire->flags) || vffa_le32_get(wire->mbz_4))
		return VFFA_INVALID_PARAMETERS;
	if (h->offset < FFA_MSG_HEADER_SIZE_1_1)
		return VFFA_INVALID_PARAMETERS;

	if (has_uuid)
		memcpy(h->uuid.b, wire->uuid, sizeof(h->uuid.b));
	return VFFA_OK;
}

void vffa_msg_header_encode(const struct vffa_msg_header *h, uint32_t minor, uint8_t *buf)
{
	struct ffa_msg_header wire = {
		.offset = vffa_le32_make(h->offset),
		.receiver = vffa_le16_make(h->dst),
		.sender = vffa_le16_make(h->src),
		.size = vffa_le32_make(h->size),
	};

	memcpy(wire.uuid, h->uuid.b, sizeof(wire.uuid));
	memcpy(buf, &wire, vffa_msg_header_size(minor));
}
