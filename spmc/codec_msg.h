/* SPDX-License-Identifier: GPL-2.0-only */
/* The header of an indirect message on the wire. Pure. */
#ifndef SPMC_CODEC_MSG_H
#define SPMC_CODEC_MSG_H

#include <vffa/env.h>

#define MSG_HEADER_MAX_SIZE 40u

/**
 * struct msg_header - header of an indirect message
 * @flags:    zero in every version so far
 * @offset:   of the payload in the buffer
 * @has_uuid: the header is 1.2's; else @uuid is nil
 */
struct msg_header {
	uint32_t flags;
	uint32_t offset;
	uint16_t receiver;
	uint16_t sender;
	uint32_t size;
	bool has_uuid;
	uint8_t uuid[16];
};

uint32_t msg_header_size(unsigned int minor);

/**
 * msg_header_decode() - read a header
 * @in:	   MSG_HEADER_MAX_SIZE bytes
 * @minor: of who wrote it
 * @h:	   out
 *
 * A 1.2 sender whose payload begins before the end of a 1.2 header has written the older one.
 *
 * Return: false: a reserved field is not zero, or the payload overlaps the header.
 */
bool msg_header_decode(const uint8_t *in, unsigned int minor, struct msg_header *h);

/* Write msg_header_size() bytes. */
void msg_header_encode(const struct msg_header *h, unsigned int minor, uint8_t *out);

#endif /* SPMC_CODEC_MSG_H */
