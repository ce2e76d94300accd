// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * Descriptors that come from the SPMC, and giving memory back, at the NS physical instance. Each
 * fragment is copied out of RX, which is released, before anything in it is looked at.
 */
#include "borrow.h"

#include "mem.h"
#include "smc.h"

static uint32_t rx_size(const struct vffa_relay *relay)
{
	return relay->cfg.nr_pages << FFA_PAGE_SHIFT;
}

static void release_rx_locked(struct vffa_relay *relay)
{
	struct vffa_regs regs = { .x = { FFA_RX_RELEASE } };

	vffa_smc(relay, &regs);
}

/* The SPMC says that a fragment of @len bytes is in RX. */
static enum vffa_ret take_rx_locked(struct vffa_fetch *f, uint64_t len)
{
	enum vffa_ret ret = VFFA_ABORTED;

	if (len && len <= rx_size(f->relay) && len <= f->total - f->got) {
		if (f->buf)
			memcpy(f->buf, f->relay->cfg.rx, len);
		f->len = (uint32_t)len;
		f->got += f->len;
		ret = VFFA_OK;
	}
	release_rx_locked(f->relay);
	return ret;
}

static void request_locked(struct vffa_relay *relay, const struct vffa_mem_desc *req,
			   struct vffa_regs *regs)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	uint32_t minor = relay->spmc.version & 0xFFFFu;
	uint32_t len = vffa_mem_desc_head_size(req, minor);

	vffa_mem_desc_encode(req, minor, cfg->tx);
	vffa_regs_clear(regs, 0);
	regs->x[0] = relay->spmc.retrieve_fid;
	regs->x[1] = len;
	regs->x[2] = len;
	vffa_mem_smc(relay, regs);
}

static enum vffa_ret take_first_locked(struct vffa_fetch *f, const struct vffa_regs *regs,
				       bool *agreed)
{
	enum vffa_ret ret;

	*agreed = (uint32_t)regs->x[0] != FFA_ERROR;
	if (!*agreed)
		return vffa_ret_from_wire(regs->x[2]);
	if ((uint32_t)regs->x[0] != FFA_MEM_RETRIEVE_RESP)
		return VFFA_ABORTED;
	f->total = (uint32_t)regs->x[1];
	f->got = 0;
	ret = take_rx_locked(f, (uint32_t)regs->x[2]);
	if (ret)
		f->total = 0;
	return ret;
}

enum vffa_ret vffa_fetch_first(struct vffa_fetch *f, const struct vffa_mem_desc *req, bool *agreed)
{
	const struct vffa_relay_config *cfg = &f->relay->cfg;
	struct vffa_regs regs;
	enum vffa_ret ret;

	*agreed = false;
	ret = cfg->ops->lock(cfg->port, cfg->tx_lock);
	if (ret)
		return ret;
	ret = cfg->ops->lock(cfg->port, cfg->rx_lock);
	if (!ret) {
		request_locked(f->relay, req, &regs);
		ret = take_first_locked(f, &regs, agreed);
		cfg->ops->unlock(cfg->port, cfg->rx_lock);
	}
	cfg->ops->unlock(cfg->port, cfg->tx_lock);
	return ret;
}

static enum vffa_ret take_next_locked(struct vffa_fetch *f, const struct vffa_regs *regs)
{
	if ((uint32_t)regs->x[0] == FFA_ERROR)
		return vffa_ret_from_wire(regs->x[2]);
	if ((uint32_t)regs->x[0] != FFA_MEM_FRAG_TX || vffa_regs_pair(regs, 1) != f->handle)
		return VFFA_ABORTED;
	return take_rx_locked(f, (uint32_t)regs->x[3]);
}

enum vffa_ret vffa_fetch_next(struct vffa_fetch *f)
{
	const struct vffa_relay_config *cfg = &f->relay->cfg;
	struct vffa_regs regs = { .x = { FFA_MEM_FRAG_RX } };
	enum vffa_ret ret;

	vffa_regs_set_pair(&regs, 1, f->handle);
	regs.x[3] = f->got;
	regs.x[4] = (uint32_t)f->owner << 16;
	cfg->ops->relax(cfg->port);
	ret = cfg->ops->lock(cfg->port, cfg->rx_lock);
	if (ret)
		return ret;
	vffa_mem_smc(f->relay, &regs);
	ret = take_next_locked(f, &regs);
	cfg->ops->unlock(cfg->port, cfg->rx_lock);
	if (ret)
		f->total = f->got;
	return ret;
}

bool vffa_borrow_fetch_rest(struct vffa_borrow *b, uint64_t end_ns)
{
	const struct vffa_relay_config *cfg = &b->vm->relay->cfg;
	struct vffa_fetch f = {
		.relay = b->vm->relay,
		.handle = b->handle,
		.owner = b->owner,
		.total = b->total,
		.got = b->got,
	};

	while (f.got < f.total && cfg->ops->now_ns(cfg->port) < end_ns) {
		if (vffa_fetch_next(&f) == VFFA_INTERRUPTED)
			break;
	}
	b->total = f.total;
	b->got = f.got;
	return f.got == f.total;
}

enum vffa_ret vffa_borrow_spmc_relinquish(const struct vffa_borrow *b, uint32_t flags)
{
	struct vffa_relay *relay = b->vm->relay;
	const struct vffa_relay_config *cfg = &relay->cfg;
	const struct vffa_mem_relinquish req = {
		.handle = b->handle,
		.flags = flags,
		.nr_ids = 1,
		.ids = { b->vm->id },
	};
	struct vffa_regs regs = { .x = { FFA_MEM_RELINQUISH } };

	cfg->ops->lock_always(cfg->port, cfg->tx_lock);
	vffa_mem_relinquish_encode(&req, cfg->tx);
	vffa_mem_smc(relay, &regs);
	cfg->ops->unlock(cfg->port, cfg->tx_lock);
	return vffa_smc_status(&regs);
}
