// SPDX-License-Identifier: GPL-2.0-only
/*
 * How descriptors of memory arrive: from TX or from a buffer that the call names, whole or in
 * fragments. The first fragment has everything up to the first range, each a whole number of them.
 */
#include "mem_receive.h"

#include "mailbox.h"

/*
 * SPEC-GAP: partitions have no memory of their own to name: what was donated to them they cannot
 * write.
 */
int mem_buffer_decode(const struct call *c, struct mem_buffer *buf)
{
	uint64_t pa = c->regs->x[3];
	uint64_t nr_pages = c->regs->x[4];

	*buf = (struct mem_buffer){ 0 };
	if (!pa && !nr_pages)
		return 0;
	if (c->ctx || !pa || !nr_pages || !is_ram(c->spmc, pa, nr_pages))
		return E_INVALID;
	*buf = (struct mem_buffer){ .pa = pa, .nr_pages = (uint32_t)nr_pages };
	return 0;
}

static int copy_page(struct spmc *s, uint64_t pa, uint8_t *to, uint64_t len)
{
	void *va = s->cfg.ops->map(s->cfg.home, pa, 1, 0);

	if (!va)
		return E_NO_MEMORY;
	memcpy(to, va, len);
	s->cfg.ops->unmap(s->cfg.home, va, 1);
	return 0;
}

static int copy_named(struct call *c, const struct mem_buffer *buf, uint64_t len)
{
	int err = 0;

	if (len > (uint64_t)buf->nr_pages * PAGE_SIZE_4K)
		return E_INVALID;
	if (len > SPMC_SCRATCH_SIZE)
		return E_NO_MEMORY;
	if (!pages_may_be_read(c->spmc, buf->pa, buf->nr_pages))
		return E_DENIED;
	for (uint64_t done = 0; done < len && !err; done += PAGE_SIZE_4K) {
		uint64_t rest = len - done;

		err = copy_page(c->spmc, buf->pa + done, c->spmc->scratch + done,
				rest < PAGE_SIZE_4K ? rest : PAGE_SIZE_4K);
	}
	return err;
}

int mem_copy(struct call *c, const struct mem_buffer *buf, uint64_t len)
{
	const struct mailbox *mb = call_mailbox(c);

	if (!len)
		return E_INVALID;
	if (buf->nr_pages)
		return copy_named(c, buf, len);
	if (mb->state == MAILBOX_NONE || len > mailbox_size(mb))
		return E_INVALID;
	memcpy(c->spmc->scratch, mb->tx, len);
	return 0;
}

int mem_composite_find(const struct call *c, const struct mem_desc *d, uint32_t offset,
		       struct mem_lengths lens, struct mem_composite *comp)
{
	if (offset % 8 || offset < d->end || offset > lens.first ||
	    lens.first - offset < MEM_COMPOSITE_SIZE)
		return E_INVALID;
	if (!mem_composite_decode(c->spmc->scratch + offset, comp) || !comp->nr_ranges || !comp->nr_pages)
		return E_INVALID;
	if (lens.total != offset + MEM_COMPOSITE_SIZE + (uint64_t)comp->nr_ranges * MEM_RANGE_SIZE)
		return E_INVALID;
	return (lens.first - offset) % MEM_RANGE_SIZE ? E_INVALID : 0;
}

/* The owner is named only between hypervisor and SPMC. */
void reply_frag_rx(struct call *c, const struct mem_region *r, uint32_t received)
{
	regs_zero(c->regs, 0, VFFA_NR_REGS - 1);
	c->regs->x[0] = FID32(FN_MEM_FRAG_RX);
	c->regs->x[1] = (uint32_t)r->handle;
	c->regs->x[2] = r->handle >> 32;
	c->regs->x[3] = received;
	c->regs->x[4] = c->ctx ? 0 : (uint32_t)r->sender << 16;
}

/* Of a region that is being sent, or of a borrower's request. */
int do_mem_frag_tx(struct call *c)
{
	struct mem_region *r = region_find(c->spmc, mem_handle_arg(c));

	if (!r || !mbz(c, 5, 7))
		return E_INVALID;
	if (c->regs->x[4] != (c->ctx ? 0 : (uint32_t)r->sender << 16))
		return E_INVALID;
	return r->state == REGION_SENDING ? send_continue(c, r) : retrieve_continue(c, r);
}
