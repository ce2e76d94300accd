// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * Memory transactions at the NS physical instance: the SPMC's version, the host's addresses, the
 * hypervisor's TX buffer. The SPMC may answer anything: what it may have taken is never released.
 */
#include "mem.h"

#include <vffa/quirk.h>

#include "abi_call.h"
#include "smc.h"

/* How long an SPMC may pause an operation again and again before it is given up. */
#define PAUSED_MAX_NS 10000000000ull

/* One operation; the SPMC may pause it where the owner allowed time slicing. */
void vffa_mem_smc(struct vffa_relay *relay, struct vffa_regs *regs)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	uint64_t end_ns = cfg->ops->now_ns(cfg->port) + PAUSED_MAX_NS;

	vffa_smc(relay, regs);
	while ((uint32_t)regs->x[0] == FFA_MEM_OP_PAUSE) {
		uint64_t handle = vffa_regs_pair(regs, 1);

		if (cfg->ops->now_ns(cfg->port) > end_ns)
			return;
		cfg->ops->relax(cfg->port);
		vffa_regs_clear(regs, 0);
		regs->x[0] = FFA_MEM_OP_RESUME;
		vffa_regs_set_pair(regs, 1, handle);
		vffa_smc(relay, regs);
	}
}

static bool is_success(const struct vffa_regs *regs)
{
	return (uint32_t)regs->x[0] == FFA_SUCCESS_32 || (uint32_t)regs->x[0] == FFA_SUCCESS_64;
}

/* May the SPMC have allocated a handle? Those of the relay's own are others, and none is in use. */
static bool is_new_handle(const struct vffa_mem *mem, uint64_t handle)
{
	return !(handle & FFA_MEM_HANDLE_HYPERVISOR) && !vffa_mem_is_used(mem->vm, handle);
}

static enum vffa_ret lost(struct vffa_mem *mem, uint64_t handle)
{
	mem->state = VFFA_MEM_LOST;
	mem->handle = handle;
	return VFFA_ABORTED;
}

/* A transaction on its way: what has been sent of it. */
struct sending {
	struct vffa_mem *mem;
	struct vffa_extent_walk walk;
	uint32_t minor;
	uint32_t tx_size;
	uint32_t total;
	uint32_t sent;
	uint64_t handle; /* the SPMC's, once it has named it */
};

static enum vffa_ret begin(struct vffa_mem *mem, struct sending *s)
{
	const struct vffa_relay *relay = mem->vm->relay;
	uint64_t total;

	*s = (struct sending){
		.mem = mem,
		.walk = vffa_extents_walk(&mem->extents),
		.minor = relay->spmc.version & 0xFFFFu,
		.tx_size = relay->cfg.nr_pages << FFA_PAGE_SHIFT,
	};
	mem->desc.handle = mem->handle;
	mem->desc.nr_pages = mem->extents.nr_pages;
	mem->desc.nr_ranges = mem->extents.nr_pa;
	total = vffa_mem_desc_head_size(&mem->desc, s->minor) +
		(uint64_t)mem->desc.nr_ranges * VFFA_MEM_RANGE_SIZE;
	if (total > UINT32_MAX)
		return VFFA_NO_MEMORY;
	s->total = (uint32_t)total;
	if (total > s->tx_size && relay->spmc.quirks & VFFA_QUIRK_NO_FRAGMENTS)
		return VFFA_NO_MEMORY;
	return VFFA_OK;
}

/* Fill TX with what comes next; its length. */
static uint32_t write_fragment_locked(struct sending *s, uint8_t *tx)
{
	struct vffa_range range;
	uint32_t len = 0;

	if (!s->sent) {
		vffa_mem_desc_encode(&s->mem->desc, s->minor, tx);
		len = vffa_mem_desc_head_size(&s->mem->desc, s->minor);
	}
	while (s->tx_size - len >= VFFA_MEM_RANGE_SIZE && vffa_extents_next_pa(&s->walk, &range)) {
		vffa_mem_range_encode(&range, tx + len);
		len += VFFA_MEM_RANGE_SIZE;
	}
	return len;
}

static void call_with_fragment(struct sending *s, uint32_t len, struct vffa_regs *regs)
{
	struct vffa_relay *relay = s->mem->vm->relay;

	vffa_regs_clear(regs, 0);
	if (!s->sent) {
		regs->x[0] = relay->spmc.mem_fids[s->mem->type];
		regs->x[1] = s->total;
		regs->x[2] = len;
	} else {
		regs->x[0] = FFA_MEM_FRAG_TX;
		vffa_regs_set_pair(regs, 1, s->handle);
		regs->x[3] = len;
		regs->x[4] = (uint32_t)s->mem->vm->id << 16;
	}
	vffa_mem_smc(relay, regs);
}

static enum vffa_ret send_fragment(struct sending *s, struct vffa_regs *regs)
{
	const struct vffa_relay_config *cfg = &s->mem->vm->relay->cfg;
	enum vffa_ret ret = VFFA_OK;
	uint32_t len;

	/* Only a transaction the SPMC has not heard of can be given up. */
	if (s->sent)
		cfg->ops->lock_always(cfg->port, cfg->tx_lock);
	else
		ret = cfg->ops->lock(cfg->port, cfg->tx_lock);
	if (ret)
		return ret;
	len = write_fragment_locked(s, cfg->tx);
	call_with_fragment(s, len, regs);
	cfg->ops->unlock(cfg->port, cfg->tx_lock);

	s->sent += len;
	return VFFA_OK;
}

/* The SPMC wants more: of this transaction, and what comes next. */
static bool wants_more(struct sending *s, const struct vffa_regs *regs)
{
	uint64_t handle = vffa_regs_pair(regs, 1);

	if ((uint32_t)regs->x[0] != FFA_MEM_FRAG_RX || s->sent == s->total)
		return false;
	if ((uint32_t)regs->x[3] != s->sent || (s->handle && handle != s->handle))
		return false;
	s->handle = handle;
	return true;
}

/* The handle is how the owner and the receivers will name it: it must be right, and new. */
static enum vffa_ret take_handle(struct vffa_mem *mem, uint64_t handle)
{
	struct vffa_relay *relay = mem->vm->relay;

	if (!handle && relay->spmc.quirks & VFFA_QUIRK_HANDLE_0)
		return VFFA_DENIED;
	if (mem->handle && handle == mem->handle)
		return VFFA_OK;
	if (!is_new_handle(mem, handle))
		return lost(mem, mem->handle ? mem->handle : FFA_MEM_HANDLE_INVALID);
	/* It allocated one itself, which the owner, who has ours already, would never learn. */
	if (mem->handle)
		return lost(mem, handle);
	mem->handle = handle;
	return VFFA_OK;
}

/* By which the SPMC may have it, whatever its last answer was meant to be: ours, or its own. */
static uint64_t likely_handle(const struct sending *s)
{
	if (s->mem->handle)
		return s->mem->handle;
	return s->handle && is_new_handle(s->mem, s->handle) ? s->handle : FFA_MEM_HANDLE_INVALID;
}

enum vffa_ret vffa_mem_spmc_send(struct vffa_mem *mem)
{
	struct vffa_regs regs;
	struct sending s;
	enum vffa_ret ret;

	ret = begin(mem, &s);
	if (ret)
		return ret;

	do {
		ret = send_fragment(&s, &regs);
		if (ret)
			return ret;
	} while (wants_more(&s, &regs));

	if ((uint32_t)regs.x[0] == FFA_ERROR)
		return vffa_ret_from_wire(regs.x[2]);
	if (!is_success(&regs) || s.sent != s.total)
		return lost(mem, likely_handle(&s));
	return take_handle(mem, vffa_regs_pair(&regs, 2));
}

enum vffa_ret vffa_mem_spmc_reclaim(struct vffa_relay *relay, uint64_t handle, uint32_t flags)
{
	struct vffa_regs regs = { .x = { FFA_MEM_RECLAIM } };

	vffa_regs_set_pair(&regs, 1, handle);
	regs.x[3] = flags;
	vffa_mem_smc(relay, &regs);
	if (is_success(&regs))
		return VFFA_OK;
	return (uint32_t)regs.x[0] == FFA_ERROR ? vffa_ret_from_wire(regs.x[2]) : VFFA_ABORTED;
}
