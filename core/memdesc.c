// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * Memory transaction descriptors on the wire (FF-A 1.2, "Memory transaction descriptor" and what
 * it consists of). Structures are copied out of the buffer before they are looked at: nothing in
 * it is aligned. Sums of what a descriptor states are made in 64 bits, where they cannot wrap.
 */
#include "memdesc.h"

/* Where the receivers are, and how large each is. */
struct layout {
	uint32_t offset;
	uint32_t stride;
};

static uint32_t header_size(uint32_t minor)
{
	return minor ? sizeof(struct ffa_mem_transaction) : sizeof(struct ffa_mem_transaction_1_0);
}

static uint32_t receiver_size(uint32_t minor)
{
	return minor >= 2 ? FFA_MEM_RECEIVER_SIZE_1_2 : FFA_MEM_RECEIVER_SIZE_1_0;
}

static enum vffa_ret decode_header_1_0(const void *buf, struct vffa_mem_desc *desc,
				       struct layout *at)
{
	struct ffa_mem_transaction_1_0 head;

	memcpy(&head, buf, sizeof(head));
	if (head.mbz_3 || vffa_le32_get(head.mbz_24))
		return VFFA_INVALID_PARAMETERS;

	desc->sender = vffa_le16_get(head.sender);
	desc->attrs = head.attrs;
	desc->flags = vffa_le32_get(head.flags);
	desc->handle = vffa_le64_get(head.handle);
	desc->tag = vffa_le64_get(head.tag);
	desc->nr_receivers = vffa_le32_get(head.nr_receivers);
	at->offset = sizeof(head);
	at->stride = FFA_MEM_RECEIVER_SIZE_1_0;
	return VFFA_OK;
}

/* Without receivers, there is nothing to say about where they are. */
static bool is_layout_valid(const struct layout *at, uint32_t nr_receivers)
{
	if (!nr_receivers)
		return !at->offset && !at->stride;
	return at->offset >= sizeof(struct ffa_mem_transaction) && !(at->offset % 16) &&
	       (at->stride == FFA_MEM_RECEIVER_SIZE_1_0 || at->stride == FFA_MEM_RECEIVER_SIZE_1_2);
}

static enum vffa_ret decode_header_1_1(const void *buf, struct vffa_mem_desc *desc,
				       struct layout *at)
{
	struct ffa_mem_transaction head;

	memcpy(&head, buf, sizeof(head));
	if (vffa_le32_get(head.mbz_36[0]) || vffa_le32_get(head.mbz_36[1]) ||
	    vffa_le32_get(head.mbz_36[2]))
		return VFFA_INVALID_PARAMETERS;

	desc->sender = vffa_le16_get(head.sender);
	desc->attrs = vffa_le16_get(head.attrs);
	desc->flags = vffa_le32_get(head.flags);
	desc->handle = vffa_le64_get(head.handle);
	desc->tag = vffa_le64_get(head.tag);
	desc->nr_receivers = vffa_le32_get(head.nr_receivers);
	at->offset = vffa_le32_get(head.receivers_offset);
	at->stride = vffa_le32_get(head.receiver_size);
	if (!is_layout_valid(at, desc->nr_receivers))
		return VFFA_INVALID_PARAMETERS;
	if (!desc->nr_receivers)
		at->offset = sizeof(head);
	return VFFA_OK;
}

static enum vffa_ret decode_receiver(const uint8_t *buf, uint32_t stride, uint32_t minor,
				     struct vffa_mem_access *access, uint32_t *composite)
{
	struct ffa_mem_receiver entry = { 0 };

	memcpy(&entry, buf, stride);
	access->id = vffa_le16_get(entry.id);
	access->perms = entry.perms;
	access->flags = entry.flags;
	access->impdef[0] = vffa_le64_get(entry.impdef[0]);
	access->impdef[1] = vffa_le64_get(entry.impdef[1]);
	*composite = vffa_le32_get(entry.composite_offset);

	if (vffa_le64_get(entry.mbz_24))
		return VFFA_INVALID_PARAMETERS;
	/* Whose version or whose entries have no place for these bytes has them reserved. */
	if ((minor < 2 || stride < FFA_MEM_RECEIVER_SIZE_1_2) &&
	    (access->impdef[0] || access->impdef[1]))
		return VFFA_INVALID_PARAMETERS;
	return VFFA_OK;
}

/* @composite: out: what all receivers name; 0 = none, or no receivers */
static enum vffa_ret decode_receivers(const uint8_t *buf, const struct layout *at, uint32_t minor,
				      struct vffa_mem_desc *desc, uint32_t *composite)
{
	uint32_t first = 0;

	for (uint32_t i = 0; i < desc->nr_receivers; i++) {
		enum vffa_ret ret = decode_receiver(buf + at->offset + i * at->stride, at->stride,
						    minor, &desc->receivers[i], composite);

		if (ret)
			return ret;
		if (!i)
			first = *composite;
		if (*composite != first)
			return VFFA_INVALID_PARAMETERS;
	}
	*composite = first;
	return VFFA_OK;
}

/* @from: where the receivers end; @at: where the composite descriptor begins */
static enum vffa_ret decode_composite(const uint8_t *buf, uint32_t len, uint32_t total,
				      uint32_t from, uint32_t at, struct vffa_mem_desc *desc)
{
	struct ffa_mem_composite head;
	uint64_t end;

	if (at < from || at % 8 || (uint64_t)at + sizeof(head) > len)
		return VFFA_INVALID_PARAMETERS;
	memcpy(&head, buf + at, sizeof(head));
	if (vffa_le64_get(head.mbz_8))
		return VFFA_INVALID_PARAMETERS;

	desc->has_ranges = true;
	desc->nr_ranges = vffa_le32_get(head.nr_ranges);
	desc->nr_pages = vffa_le32_get(head.nr_pages);
	desc->ranges_at = at + (uint32_t)sizeof(head);
	end = desc->ranges_at + (uint64_t)desc->nr_ranges * VFFA_MEM_RANGE_SIZE;
	if (!desc->nr_ranges || end != total)
		return VFFA_INVALID_PARAMETERS;
	return VFFA_OK;
}

enum vffa_ret vffa_mem_desc_decode(const void *buf, uint32_t len, uint32_t total, uint32_t minor,
				   struct vffa_mem_desc *desc)
{
	struct layout at;
	enum vffa_ret ret;
	uint32_t composite;
	uint64_t end;

	if (len < header_size(minor) || len > total)
		return VFFA_INVALID_PARAMETERS;
	memset(desc, 0, sizeof(*desc));
	ret = minor ? decode_header_1_1(buf, desc, &at) : decode_header_1_0(buf, desc, &at);
	if (ret)
		return ret;

	end = at.offset + (uint64_t)desc->nr_receivers * at.stride;
	if (end > len)
		return VFFA_INVALID_PARAMETERS;
	if (desc->nr_receivers > VFFA_MEM_MAX_RECEIVERS)
		return VFFA_NO_MEMORY;
	ret = decode_receivers(buf, &at, minor, desc, &composite);
	if (ret)
		return ret;
	if (composite)
		return decode_composite(buf, len, total, (uint32_t)end, composite, desc);
	return end == total ? VFFA_OK : VFFA_INVALID_PARAMETERS;
}

/* Where the composite descriptor goes: right behind the receivers. */
static uint32_t composite_offset(const struct vffa_mem_desc *desc, uint32_t minor)
{
	return header_size(minor) + desc->nr_receivers * receiver_size(minor);
}

uint32_t vffa_mem_desc_head_size(const struct vffa_mem_desc *desc, uint32_t minor)
{
	uint32_t size = composite_offset(desc, minor);

	return desc->has_ranges ? size + (uint32_t)sizeof(struct ffa_mem_composite) : size;
}

static void encode_header_1_0(const struct vffa_mem_desc *desc, void *buf)
{
	const struct ffa_mem_transaction_1_0 head = {
		.sender = vffa_le16_make(desc->sender),
		.attrs = (uint8_t)desc->attrs,
		.flags = vffa_le32_make(desc->flags),
		.handle = vffa_le64_make(desc->handle),
		.tag = vffa_le64_make(desc->tag),
		.nr_receivers = vffa_le32_make(desc->nr_receivers),
	};

	memcpy(buf, &head, sizeof(head));
}

static void encode_header_1_1(const struct vffa_mem_desc *desc, uint32_t minor, void *buf)
{
	struct ffa_mem_transaction head = {
		.sender = vffa_le16_make(desc->sender),
		.attrs = vffa_le16_make(desc->attrs),
		.flags = vffa_le32_make(desc->flags),
		.handle = vffa_le64_make(desc->handle),
		.tag = vffa_le64_make(desc->tag),
		.nr_receivers = vffa_le32_make(desc->nr_receivers),
	};

	if (desc->nr_receivers) {
		head.receiver_size = vffa_le32_make(receiver_size(minor));
		head.receivers_offset = vffa_le32_make(sizeof(head));
	}
	memcpy(buf, &head, sizeof(head));
}

static void encode_receiver(const struct vffa_mem_access *access, uint32_t composite,
			    uint32_t minor, uint8_t *buf)
{
	struct ffa_mem_receiver entry = {
		.id = vffa_le16_make(access->id),
		.perms = access->perms,
		.flags = access->flags,
		.composite_offset = vffa_le32_make(composite),
	};

	if (minor >= 2) {
		entry.impdef[0] = vffa_le64_make(access->impdef[0]);
		entry.impdef[1] = vffa_le64_make(access->impdef[1]);
	}
	memcpy(buf, &entry, receiver_size(minor));
}

static void encode_composite(const struct vffa_mem_desc *desc, uint8_t *buf)
{
	const struct ffa_mem_composite head = {
		.nr_pages = vffa_le32_make(desc->nr_pages),
		.nr_ranges = vffa_le32_make(desc->nr_ranges),
	};

	memcpy(buf, &head, sizeof(head));
}

void vffa_mem_desc_encode(const struct vffa_mem_desc *desc, uint32_t minor, void *buf)
{
	uint32_t composite = composite_offset(desc, minor);
	uint8_t *at = (uint8_t *)buf + header_size(minor);

	if (minor)
		encode_header_1_1(desc, minor, buf);
	else
		encode_header_1_0(desc, buf);
	for (uint32_t i = 0; i < desc->nr_receivers; i++, at += receiver_size(minor))
		encode_receiver(&desc->receivers[i], desc->has_ranges ? composite : 0, minor, at);
	if (desc->has_ranges)
		encode_composite(desc, at);
}

enum vffa_ret vffa_mem_relinquish_decode(const void *buf, uint32_t len,
					 struct vffa_mem_relinquish *req)
{
	struct ffa_mem_relinquish head;
	const uint8_t *at = (const uint8_t *)buf + sizeof(head);

	if (len < sizeof(head))
		return VFFA_INVALID_PARAMETERS;
	memcpy(&head, buf, sizeof(head));
	req->handle = vffa_le64_get(head.handle);
	req->flags = vffa_le32_get(head.flags);
	req->nr_ids = vffa_le32_get(head.nr_ids);
	if (!req->nr_ids || req->nr_ids > (len - sizeof(head)) / sizeof(vffa_le16))
		return VFFA_INVALID_PARAMETERS;
	if (req->nr_ids > VFFA_MEM_MAX_RECEIVERS)
		return VFFA_NO_MEMORY;

	for (uint32_t i = 0; i < req->nr_ids; i++, at += sizeof(vffa_le16)) {
		vffa_le16 id;

		memcpy(&id, at, sizeof(id));
		req->ids[i] = vffa_le16_get(id);
	}
	return VFFA_OK;
}

uint32_t vffa_mem_relinquish_size(const struct vffa_mem_relinquish *req)
{
	return (uint32_t)(sizeof(struct ffa_mem_relinquish) + req->nr_ids * sizeof(vffa_le16));
}

void vffa_mem_relinquish_encode(const struct vffa_mem_relinquish *req, void *buf)
{
	const struct ffa_mem_relinquish head = {
		.handle = vffa_le64_make(req->handle),
		.flags = vffa_le32_make(req->flags),
		.nr_ids = vffa_le32_make(req->nr_ids),
	};
	uint8_t *at = (uint8_t *)buf + sizeof(head);

	memcpy(buf, &head, sizeof(head));
	for (uint32_t i = 0; i < req->nr_ids; i++, at += sizeof(vffa_le16)) {
		const vffa_le16 id = vffa_le16_make(req->ids[i]);

		memcpy(at, &id, sizeof(id));
	}
}
