/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Codec of the header of an indirect message ("Partition message header"). Pure. */
#ifndef VFFA_ABI_MSG_H
#define VFFA_ABI_MSG_H

#include <vffa/abi.h>
#include <vffa/ret.h>

/**
 * struct vffa_msg_header - head of an indirect message in a TX or RX buffer
 * @src, @dst: endpoints
 * @offset: of the payload, from the start of the buffer
 * @size: of the payload, in bytes
 * @uuid: of the service; nil = the receiver decides, or the header has none
 */
struct vffa_msg_header {
	vffa_id_t src;
	vffa_id_t dst;
	uint32_t offset;
	uint32_t size;
	struct vffa_uuid uuid;
};

/** vffa_msg_header_size() - bytes of a header of FF-A 1.@minor */
static inline uint32_t vffa_msg_header_size(uint32_t minor)
{
	return minor >= 2 ? FFA_MSG_HEADER_SIZE_1_2 : FFA_MSG_HEADER_SIZE_1_1;
}

/**
 * vffa_msg_header_decode() - read a header
 * @wire: a copy that nobody else writes
 * @minor: of the FF-A 1.x of who wrote it
 * @h: out
 *
 * SPEC-NOTE: the reserved word before the UUID is not looked at. Linux's driver leaves there what TX had
 * before, and nobody is shown it.
 *
 * SPEC-NOTE: a sender of 1.2 whose payload begins before the end of 1.2's header has written 1.1's.
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS flags or reserved fields are set, or the payload begins
 * inside the header.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_msg_header_decode(const struct ffa_msg_header *wire,
						     uint32_t minor, struct vffa_msg_header *h);

/**
 * vffa_msg_header_encode() - write a header of FF-A 1.@minor
 * @h: what it says; before 1.2 the UUID is left out
 * @buf: out: vffa_msg_header_size() bytes
 */
void vffa_msg_header_encode(const struct vffa_msg_header *h, uint32_t minor, uint8_t *buf);

#endif /* VFFA_ABI_MSG_H */
