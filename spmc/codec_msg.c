// SPDX-License-Identifier: GPL-2.0-only
/*
 * The header of an indirect message (FF-A 1.2, "Partition message header").
 *
 * offset  size
 *      0     4  flags, zero
 *      4     4  zero
 *      8     4  offset of the payload
 *     12     2  receiver
 *     14     2  sender
 *     16     4  size of the payload
 *     20     4  zero, since 1.2
 *     24    16  UUID, since 1.2
 */
#include "codec_msg.h"

#include "bytes.h"

#define SIZE_1_1 20u
#define SIZE_1_2 40u

uint32_t msg_header_size(unsigned int minor)
{
	return minor >= 2 ? SIZE_1_2 : SIZE_1_1;
}

bool msg_header_decode(const uint8_t *in, unsigned int minor, struct msg_header *h)
{
	*h = (struct msg_header){
		.flags = get32(in),
		.offset = get32(in + 8),
		.receiver = get16(in + 12),
		.sender = get16(in + 14),
		.size = get32(in + 16),
	};
	h->has_uuid = minor >= 2 && h->offset >= SIZE_1_2;
	if (h->has_uuid)
		memcpy(h->uuid, in + 24, 16);
	if (get32(in + 4) || (h->has_uuid && get32(in + 20)))
		return false;
	return h->offset >= SIZE_1_1;
}

void msg_header_encode(const struct msg_header *h, unsigned int minor, uint8_t *out)
{
	memset(out, 0, msg_header_size(minor));
	put32(out, h->flags);
	put32(out + 8, h->offset);
	put16(out + 12, h->receiver);
	put16(out + 14, h->sender);
	put32(out + 16, h->size);
	if (minor >= 2)
		memcpy(out + 24, h->uuid, 16);
}
