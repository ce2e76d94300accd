// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time slicing: an operation that was paused on request (FAULT_PAUSE) begins when it has been
 * resumed as often as was asked for. Its caller leaves TX, or the buffer it named, alone until then.
 *
 * SPEC-NOTE: the handle names the paused operation. What it is about may have no handle yet.
 */
#include "mem.h"

#include "dispatch.h"
#include "mem_receive.h"

static bool can_be_paused(uint32_t fid)
{
	switch (fid & FID_FN_MASK) {
	case FN_MEM_DONATE:
	case FN_MEM_LEND:
	case FN_MEM_SHARE:
	case FN_MEM_RETRIEVE_REQ:
	case FN_MEM_RELINQUISH:
	case FN_MEM_RECLAIM:
	case FN_MEM_FRAG_RX:
	case FN_MEM_FRAG_TX:
		return true;
	default:
		return false;
	}
}

static void reply_pause(struct vffa_regs *regs, uint64_t handle)
{
	regs_zero(regs, 0, VFFA_NR_REGS - 1);
	regs->x[0] = FID32(FN_MEM_OP_PAUSE);
	regs->x[1] = (uint32_t)handle;
	regs->x[2] = handle >> 32;
}

bool mem_pause(struct spmc *s, struct vffa_regs *regs, uint64_t times)
{
	if (!times || !can_be_paused((uint32_t)regs->x[0]))
		return false;
	for (unsigned int i = 0; i < SPMC_MAX_PAUSED; i++) {
		struct paused_op *op = &s->paused[i];

		if (op->left)
			continue;
		/* No region has it: theirs have the number of a region in the low bits. */
		*op = (struct paused_op){ ++s->last_serial << 16, times, *regs };
		reply_pause(regs, op->handle);
		return true;
	}
	return false;
}

void mem_pause_clear(struct spmc *s)
{
	memset(s->paused, 0, sizeof(s->paused));
}

static struct paused_op *find(struct spmc *s, uint64_t handle)
{
	for (unsigned int i = 0; i < SPMC_MAX_PAUSED; i++) {
		if (s->paused[i].left && s->paused[i].handle == handle)
			return &s->paused[i];
	}
	return NULL;
}

int do_mem_op_resume(struct call *c)
{
	struct paused_op *op = find(c->spmc, mem_handle_arg(c));
	uint32_t fid = c->fid;

	if (!op || !mbz(c, 3, 7))
		return E_INVALID;
	if (--op->left) {
		reply_pause(c->regs, op->handle);
		return 0;
	}
	*c->regs = op->regs;
	spmc_dispatch(c);
	/* The caller's registers are as after the call it made, which is this one. */
	c->fid = fid;
	c->is64 = false;
	return 0;
}
