/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Codecs of the memory management descriptors, FF-A 1.0 to 1.2, and the one form the relay keeps
 * them in. Pure functions: what a descriptor may say is in mem_check.c.
 */
#ifndef VFFA_MEMDESC_H
#define VFFA_MEMDESC_H

#include <vffa/abi.h>
#include <vffa/ret.h>

#define VFFA_MEM_MAX_RECEIVERS 32

/**
 * struct vffa_mem_access - one receiver ("endpoint memory access descriptor")
 * @id:	    endpoint
 * @perms:  FFA_MEM_DATA_* and FFA_MEM_INSTR_*
 * @flags:  FFA_MEM_NON_RETRIEVAL
 * @impdef: sender's word to this receiver, since 1.2; zero before
 */
struct vffa_mem_access {
	vffa_id_t id;
	uint8_t perms;
	uint8_t flags;
	uint64_t impdef[2];
};

/**
 * struct vffa_mem_desc - a memory transaction descriptor, without its ranges
 * @sender, @attrs, @flags, @handle, @tag: as on the wire
 * @nr_receivers: entries of @receivers; 0 in a hypervisor's retrieve request
 * @receivers:	  in the sender's order
 * @has_ranges:	  there is a composite descriptor; the three fields below are its
 * @nr_ranges:	  constituents
 * @nr_pages:	  in all, as stated
 * @ranges_at:	  byte offset of the first constituent
 */
struct vffa_mem_desc {
	vffa_id_t sender;
	uint16_t attrs;
	uint32_t flags;
	uint64_t handle;
	uint64_t tag;
	uint32_t nr_receivers;
	struct vffa_mem_access receivers[VFFA_MEM_MAX_RECEIVERS];
	bool has_ranges;
	uint32_t nr_ranges;
	uint32_t nr_pages;
	uint32_t ranges_at;
};

/**
 * vffa_mem_desc_decode() - the first fragment of a descriptor
 * @buf:   private copy; @len bytes
 * @len:   of the fragment: has the header, the receivers, and the head of the composite descriptor
 * @total: bytes of all fragments
 * @minor: version of who wrote it
 * @desc:  out
 *
 * Sizes and offsets are taken from the descriptor, as 1.1 has them: a 1.2 endpoint may still write
 * entries of 16 bytes. Every receiver must name the same composite descriptor, or none.
 * @total must be exactly what the composite descriptor with its stated ranges needs.
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS reserved fields are not zero, a size or an offset is
 * wrong, something lies beyond @len or @total, or receivers name different composite descriptors;
 * VFFA_NO_MEMORY more than VFFA_MEM_MAX_RECEIVERS.
 * Spec: FF-A 1.2 (DEN0140), "Memory transaction descriptor".
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_desc_decode(const void *buf, uint32_t len, uint32_t total,
						   uint32_t minor, struct vffa_mem_desc *desc);

/**
 * vffa_mem_desc_head_size() - bytes in front of the first range
 * @desc:  what will be encoded
 * @minor: version of the reader
 */
uint32_t vffa_mem_desc_head_size(const struct vffa_mem_desc *desc, uint32_t minor);

/**
 * vffa_mem_desc_encode() - write what stands in front of the ranges
 * @desc:  @desc->ranges_at is not read
 * @minor: version of the reader
 * @buf:   vffa_mem_desc_head_size() bytes, every one of which is written
 *
 * What an older reader has no place for is left out: impdef before 1.2, attributes above bit 7
 * before 1.1.
 */
void vffa_mem_desc_encode(const struct vffa_mem_desc *desc, uint32_t minor, void *buf);

#define VFFA_MEM_RANGE_SIZE 16u /* on the wire */

/**
 * vffa_mem_range_decode() - a constituent memory region descriptor
 * @buf:   VFFA_MEM_RANGE_SIZE bytes
 * @range: out
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS no pages, not aligned, wraps round, or reserved bits.
 */
static inline VFFA_MUST_CHECK enum vffa_ret vffa_mem_range_decode(const void *buf,
								  struct vffa_range *range)
{
	struct ffa_mem_range wire;
	uint64_t end;

	memcpy(&wire, buf, sizeof(wire));
	range->addr = vffa_le64_get(wire.addr);
	range->nr_pages = vffa_le32_get(wire.nr_pages);
	if (vffa_le32_get(wire.mbz_12) || !range->nr_pages || range->addr % FFA_PAGE_SIZE ||
	    !vffa_add_u64(range->addr, (uint64_t)range->nr_pages * FFA_PAGE_SIZE, &end))
		return VFFA_INVALID_PARAMETERS;
	return VFFA_OK;
}

/** vffa_mem_range_encode() - the opposite; writes all VFFA_MEM_RANGE_SIZE bytes */
static inline void vffa_mem_range_encode(const struct vffa_range *range, void *buf)
{
	const struct ffa_mem_range wire = {
		.addr = vffa_le64_make(range->addr),
		.nr_pages = vffa_le32_make(range->nr_pages),
	};

	memcpy(buf, &wire, sizeof(wire));
}

/**
 * struct vffa_mem_relinquish - FFA_MEM_RELINQUISH
 * @handle, @flags: as on the wire
 * @nr_ids: entries of @ids, at least 1
 */
struct vffa_mem_relinquish {
	uint64_t handle;
	uint32_t flags;
	uint32_t nr_ids;
	vffa_id_t ids[VFFA_MEM_MAX_RECEIVERS];
};

/**
 * vffa_mem_relinquish_decode() - the descriptor of FFA_MEM_RELINQUISH
 * @buf: private copy; @len bytes, of which the descriptor may use less
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS no ids, or they lie beyond @len; VFFA_NO_MEMORY too many.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_relinquish_decode(const void *buf, uint32_t len,
							 struct vffa_mem_relinquish *req);

/** vffa_mem_relinquish_size() - bytes of an encoded request */
uint32_t vffa_mem_relinquish_size(const struct vffa_mem_relinquish *req);

/** vffa_mem_relinquish_encode() - writes vffa_mem_relinquish_size() bytes */
void vffa_mem_relinquish_encode(const struct vffa_mem_relinquish *req, void *buf);

#endif /* VFFA_MEMDESC_H */
