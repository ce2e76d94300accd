// SPDX-License-Identifier: GPL-2.0-only
/* Memory that the host's drivers share with partitions, or lend them. */
#include "bus.h"

#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/string.h>
#include <linux/wordpart.h>

#include "../host_end.h"

#define SHARED_ATTRS (FFA_MEM_NORMAL | FFA_MEM_WRITE_BACK | FFA_MEM_INNER_SHAREABLE)

/**
 * struct sending - a transaction on its way through TX
 * @tx:	    buffer, which is ours
 * @fid:    function of the first fragment
 * @total:  bytes of the whole descriptor
 * @used:   of this fragment
 * @sent:   of those before
 * @handle: of the transaction, once there is one
 */
struct sending {
	void *tx;
	u32 fid;
	u32 total;
	u32 used;
	u32 sent;
	u64 handle;
};

/* Where constituents begin; 0 = so many receivers do not fit. */
static u32 size_of_head(u32 nr_receivers)
{
	size_t size = struct_size_t(struct ffa_composite_mem_region, constituents, 0);

	size = size_add(size, sizeof(struct ffa_mem_region));
	size = size_add(size, size_mul(nr_receivers, sizeof(struct ffa_mem_region_attributes)));
	return size > BUS_BUFFER_SIZE ? 0 : size;
}

static int measure(struct scatterlist *sg, u32 *nr_ranges, u32 *nr_pages)
{
	*nr_ranges = 0;
	*nr_pages = 0;
	for (; sg; sg = sg_next(sg)) {
		if (!IS_ALIGNED(sg_phys(sg) | sg->length, FFA_PAGE_SIZE) || !sg->length)
			return -EINVAL;
		*nr_ranges += 1;
		if (check_add_overflow(*nr_pages, (u32)(sg->length / FFA_PAGE_SIZE), nr_pages))
			return -EINVAL;
	}
	return *nr_ranges ? 0 : -EINVAL;
}

static void write_head(struct sending *s, const struct ffa_mem_ops_args *args, u32 head,
		       u32 nr_ranges, u32 nr_pages)
{
	struct ffa_mem_region *region = s->tx;
	struct ffa_mem_region_attributes *receivers = s->tx + sizeof(*region);
	struct ffa_composite_mem_region *composite;
	u32 offset = head - struct_size_t(struct ffa_composite_mem_region, constituents, 0);
	u32 i;

	*region = (struct ffa_mem_region){
		.sender_id = vffa_host_id(),
		/* Who lends says nothing about how others map it. */
		.attributes = s->fid == FFA_FN64_MEM_SHARE ? SHARED_ATTRS : 0,
		.flags = args->flags,
		.tag = args->tag,
		.ep_mem_size = sizeof(*receivers),
		.ep_count = args->nattrs,
		.ep_mem_offset = sizeof(*region),
	};
	for (i = 0; i < args->nattrs; i++) {
		receivers[i] = (struct ffa_mem_region_attributes){
			.receiver = args->attrs[i].receiver,
			.attrs = args->attrs[i].attrs,
			.composite_off = offset,
		};
		memcpy(receivers[i].impdef_val, args->attrs[i].impdef_val,
		       sizeof(receivers[i].impdef_val));
	}
	composite = s->tx + offset;
	*composite = (struct ffa_composite_mem_region){
		.total_pg_cnt = nr_pages,
		.addr_range_cnt = nr_ranges,
	};
	s->used = head;
}

/* The relay has taken all of a fragment or nothing. */
static int take_answer(struct sending *s, const struct vffa_regs *regs)
{
	s->sent += s->used;
	s->used = 0;
	switch (lower_32_bits(regs->x[0])) {
	case FFA_SUCCESS:
		if (s->sent != s->total)
			return -EPROTO;
		s->handle = PACK_HANDLE(regs->x[2], regs->x[3]);
		return 0;
	case FFA_MEM_FRAG_RX:
		if (s->sent == s->total || lower_32_bits(regs->x[3]) != s->sent)
			return -EPROTO;
		s->handle = PACK_HANDLE(regs->x[1], regs->x[2]);
		return 0;
	default:
		return -EPROTO;
	}
}

static int send_fragment(struct sending *s)
{
	struct vffa_regs regs = { .x = { s->fid, s->total, s->used } };
	int err;

	if (s->sent)
		regs = (struct vffa_regs){ .x = { FFA_MEM_FRAG_TX, HANDLE_LOW(s->handle),
						  HANDLE_HIGH(s->handle), s->used } };
	err = vffa_bus_call(&regs);
	return err ?: take_answer(s, &regs);
}

static int send_ranges(struct sending *s, struct scatterlist *sg)
{
	struct ffa_mem_region_addr_range *range;
	int err;

	for (; sg; sg = sg_next(sg)) {
		if (s->used + sizeof(*range) > BUS_BUFFER_SIZE) {
			err = send_fragment(s);
			if (err)
				return err;
		}
		range = s->tx + s->used;
		*range = (struct ffa_mem_region_addr_range){
			.address = sg_phys(sg),
			.pg_cnt = sg->length / FFA_PAGE_SIZE,
		};
		s->used += sizeof(*range);
	}
	return send_fragment(s);
}

static int send_memory(u32 fid, struct ffa_mem_ops_args *args)
{
	u32 head = size_of_head(args->nattrs);
	struct sending s = { .fid = fid };
	u32 nr_ranges, nr_pages;
	int err;

	err = measure(args->sg, &nr_ranges, &nr_pages);
	if (err)
		return err;
	if (!head ||
	    check_mul_overflow(nr_ranges, (u32)sizeof(struct ffa_mem_region_addr_range),
			       &s.total) ||
	    check_add_overflow(s.total, head, &s.total))
		return -EINVAL;

	/* Whatever a driver says about another buffer: this one is there. */
	s.tx = vffa_bus_tx_lock();
	write_head(&s, args, head, nr_ranges, nr_pages);
	err = send_ranges(&s, args->sg);
	vffa_bus_tx_unlock();
	if (!err)
		args->g_handle = s.handle;

	return err;
}

static int share(struct ffa_mem_ops_args *args)
{
	return send_memory(FFA_FN64_MEM_SHARE, args);
}

static int lend(struct ffa_mem_ops_args *args)
{
	return send_memory(FFA_FN64_MEM_LEND, args);
}

static int reclaim(u64 handle, u32 flags)
{
	struct vffa_regs regs = { .x = { FFA_MEM_RECLAIM, HANDLE_LOW(handle), HANDLE_HIGH(handle),
					 flags } };

	return vffa_bus_call(&regs);
}

const struct ffa_mem_ops vffa_bus_mem_ops = {
	.memory_reclaim = reclaim,
	.memory_share = share,
	.memory_lend = lend,
};
