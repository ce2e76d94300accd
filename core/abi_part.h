/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Partition information descriptors of every version: bytes and registers to struct and back. */
#ifndef VFFA_ABI_PART_H
#define VFFA_ABI_PART_H

#include <vffa/abi.h>
#include <vffa/relay.h>

/**
 * vffa_part_desc_size() - size of a descriptor
 * @minor: of the reader's FF-A 1.x
 *
 * Return: bytes.
 */
uint32_t vffa_part_desc_size(uint32_t minor);

/**
 * vffa_part_desc_decode() - read one descriptor
 * @desc: at least vffa_part_desc_size() bytes of private memory
 * @minor: of the writer's FF-A 1.x; before 1.1 there is no UUID: it reads as nil
 * @part: out
 */
void vffa_part_desc_decode(const void *desc, uint32_t minor, struct vffa_part *part);

/**
 * vffa_part_desc_encode() - write one descriptor
 * @part: what the reader shall see
 * @minor: of the reader's FF-A 1.x
 * @desc: out: vffa_part_desc_size() bytes; may be memory the reader changes meanwhile
 */
void vffa_part_desc_encode(const struct vffa_part *part, uint32_t minor, void *desc);

/**
 * vffa_part_regs_encode() - one entry of FFA_PARTITION_INFO_GET_REGS
 * @part: what the reader shall see
 * @x: out: three registers
 */
void vffa_part_regs_encode(const struct vffa_part *part, uint64_t x[3]);

#endif /* VFFA_ABI_PART_H */
