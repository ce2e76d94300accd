// SPDX-License-Identifier: GPL-2.0-only
/* The table of functions, and the way of every call through it. */
#include "dispatch.h"

#include "ctx.h"
#include "fault.h"
#include "indirect.h"
#include "mailbox.h"
#include "mem.h"
#include "msg.h"
#include "notif.h"
#include "part.h"
#include "setup.h"
#include "timer.h"

#define W32   0x1u
#define W64   0x2u
#define W_ALL (W32 | W64)

/* FFA_VERSION is how a version comes about: it neither needs nor settles one. */
#define NEGOTIATES 0x4u

/**
 * struct func - one function
 * @widths: calling conventions it has, and NEGOTIATES
 * @since:  first minor version
 * @nwd:    serves the normal world; NULL = it has no such function
 * @sp:     serves partitions; NULL likewise
 * @props:  what FFA_FEATURES tells; NULL = nothing
 */
struct func {
	unsigned int widths;
	unsigned int since;
	int (*nwd)(struct call *c);
	int (*sp)(struct call *c);
	int (*props)(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3);
};

/* clang-format off */
static const struct func funcs[SPMC_NR_FN] = {
	[FN_VERSION]		= { W32 | NEGOTIATES, 0, do_version, do_version, NULL },
	[FN_FEATURES]		= { W32, 0, do_features, do_features, NULL },
	[FN_ID_GET]		= { W32, 0, do_id_get, do_id_get, NULL },
	[FN_SPM_ID_GET]		= { W32, 1, do_spm_id_get, do_spm_id_get, NULL },
	[FN_RXTX_MAP]		= { W_ALL, 0, do_rxtx_map, do_rxtx_map_sp, rxtx_props },
	[FN_RXTX_UNMAP]		= { W32, 0, do_rxtx_unmap, do_rxtx_unmap, NULL },
	[FN_RX_RELEASE]		= { W32, 0, do_rx_release, do_rx_release, NULL },
	[FN_PARTITION_INFO_GET]	= { W32, 0, do_part_info, do_part_info, NULL },
	[FN_PARTITION_INFO_GET_REGS] = { W64, 2, do_part_info_regs, do_part_info_regs, NULL },
	[FN_DIRECT_REQ]		= { W_ALL, 0, do_direct_req, do_direct_req_sp, NULL },
	[FN_DIRECT_RESP]	= { W_ALL, 0, NULL, do_direct_resp, NULL },
	[FN_DIRECT_REQ2]	= { W64, 2, do_direct_req, do_direct_req_sp, NULL },
	[FN_DIRECT_RESP2]	= { W64, 2, NULL, do_direct_resp, NULL },
	[FN_RUN]		= { W32, 0, do_run, NULL, NULL },
	[FN_MSG_WAIT]		= { W32, 0, NULL, do_msg_wait, NULL },
	[FN_YIELD]		= { W32, 0, NULL, do_yield, NULL },
	[FN_ERROR]		= { W32, 0, NULL, do_error, NULL },
	[FN_MEM_DONATE]		= { W_ALL, 0, do_mem_send, do_mem_send, send_props },
	[FN_MEM_LEND]		= { W_ALL, 0, do_mem_send, do_mem_send, send_props },
	[FN_MEM_SHARE]		= { W_ALL, 0, do_mem_send, do_mem_send, send_props },
	[FN_MEM_RETRIEVE_REQ]	= { W_ALL, 0, do_mem_retrieve, do_mem_retrieve, retrieve_props },
	[FN_MEM_RELINQUISH]	= { W32, 0, do_mem_relinquish, do_mem_relinquish, NULL },
	[FN_MEM_RECLAIM]	= { W32, 0, do_mem_reclaim, do_mem_reclaim, NULL },
	[FN_MEM_OP_RESUME]	= { W32, 0, do_mem_op_resume, NULL, NULL },
	[FN_MEM_FRAG_RX]	= { W32, 0, do_mem_frag_rx, do_mem_frag_rx, NULL },
	[FN_MEM_FRAG_TX]	= { W32, 0, do_mem_frag_tx, do_mem_frag_tx, NULL },
	[FN_RX_ACQUIRE]		= { W32, 1, do_rx_acquire, NULL, NULL },
	[FN_MSG_SEND2]		= { W32, 1, do_msg_send2, do_msg_send2, NULL },
	[FN_NOTIFICATION_BITMAP_CREATE]	= { W32, 1, do_notif_create, NULL, NULL },
	[FN_NOTIFICATION_BITMAP_DESTROY] = { W32, 1, do_notif_destroy, NULL, NULL },
	[FN_NOTIFICATION_BIND]	= { W32, 1, do_notif_bind, do_notif_bind, NULL },
	[FN_NOTIFICATION_UNBIND] = { W32, 1, do_notif_unbind, do_notif_unbind, NULL },
	[FN_NOTIFICATION_SET]	= { W32, 1, do_notif_set, do_notif_set, NULL },
	[FN_NOTIFICATION_GET]	= { W32, 1, do_notif_get, do_notif_get, NULL },
	[FN_NOTIFICATION_INFO_GET] = { W_ALL, 1, do_notif_info_get, NULL, NULL },
	[FN_CONSOLE_LOG]	= { W_ALL, 2, do_console_log, do_console_log, NULL },
};
/* clang-format on */

void regs_zero(struct vffa_regs *regs, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i <= to; i++)
		regs->x[i] = 0;
}

void reply_success(struct call *c)
{
	regs_zero(c->regs, 0, VFFA_NR_REGS - 1);
	c->regs->x[0] = FID32(FN_SUCCESS);
}

void reply_success_64(struct call *c)
{
	regs_zero(c->regs, 0, VFFA_NR_REGS - 1);
	c->regs->x[0] = FID64(FN_SUCCESS);
}

void regs_error(struct vffa_regs *regs, int status)
{
	regs_zero(regs, 0, VFFA_NR_REGS - 1);
	regs->x[0] = FID32(FN_ERROR);
	regs->x[2] = (uint32_t)status;
}

bool mbz(const struct call *c, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i <= to; i++) {
		if (c->regs->x[i])
			return false;
	}
	return true;
}

struct mailbox *call_mailbox(const struct call *c)
{
	return c->ctx ? &c->ctx->part->mailbox : &c->spmc->hyp;
}

uint16_t call_id(const struct call *c)
{
	return c->ctx ? c->ctx->part->id : ID_HYPERVISOR;
}

static const struct func *find(const struct call *c, uint32_t fid)
{
	uint32_t base = fid & ~(FID_FN_MASK | FID_SVE_HINT);
	const struct func *f = &funcs[fid & FID_FN_MASK];
	unsigned int width;

	if (base == FID_BASE_32)
		width = W32;
	else if (base == FID_BASE_64)
		width = W64;
	else
		return NULL;

	if (!(f->widths & width) || f->since > c->minor || !(c->ctx ? f->sp : f->nwd))
		return NULL;
	return f;
}

int spmc_offers(const struct call *c, uint32_t fid, uint32_t in, uint32_t *w2, uint32_t *w3)
{
	const struct func *f = find(c, fid);

	*w2 = 0;
	*w3 = 0;
	/* What comes back to a caller as an answer is there whenever a call is. */
	if (fid == FID32(FN_ERROR) || fid == FID32(FN_SUCCESS) || fid == FID64(FN_SUCCESS) ||
	    fid == FID32(FN_INTERRUPT))
		return in ? E_NOT_SUPPORTED : 0;
	if (!f)
		return E_NOT_SUPPORTED;
	if (f->props)
		return f->props(c, in, w2, w3);
	return in ? E_NOT_SUPPORTED : 0;
}

/* Registers a caller of this version and width does not pass read as zero. */
static void clean_args(struct call *c)
{
	unsigned int nr = c->is64 && c->minor >= 2 ? VFFA_NR_REGS : VFFA_NR_REGS_SHORT;

	for (unsigned int i = 0; i < nr && !c->is64; i++)
		c->regs->x[i] = (uint32_t)c->regs->x[i];
	for (unsigned int i = nr; i < VFFA_NR_REGS; i++)
		c->regs->x[i] = 0;
}

static struct version *version_of(struct call *c)
{
	return c->ctx ? &c->ctx->part->version : &c->spmc->nwd;
}

void spmc_dispatch(struct call *c)
{
	struct version *v = version_of(c);
	const struct func *f;
	int err = E_NOT_SUPPORTED;

	c->fid = (uint32_t)c->regs->x[0] & ~FID_SVE_HINT;
	c->is64 = (c->fid & ~FID_FN_MASK) == FID_BASE_64;
	c->minor = v->minor;
	c->next = c->ctx;
	clean_args(c);

	f = find(c, c->fid);
	if (!f || !(f->widths & NEGOTIATES))
		v->locked = true;
	if (f)
		err = c->ctx ? f->sp(c) : f->nwd(c);
	if (err)
		regs_error(c->regs, err);
}

/* x8-x17 belong to the caller unless call or answer has the registers of SMC64 since 1.2. */
static void restore_upper(const struct call *c, const struct vffa_regs *in)
{
	bool is64 = c->is64 || (c->regs->x[0] & ~(uint64_t)FID_FN_MASK) == FID_BASE_64;
	bool wide = is64 && c->spmc->nwd.minor >= 2;

	for (unsigned int i = VFFA_NR_REGS_SHORT; i < VFFA_NR_REGS && !wide; i++)
		c->regs->x[i] = in->x[i];
}

void spmc_call(struct spmc *s, unsigned int cpu, struct vffa_regs *regs)
{
	const struct vffa_regs in = *regs;
	struct call c = { .spmc = s, .regs = regs, .cpu = cpu, .nwd = regs };
	struct fault_hits faults;

	s->cfg.ops->lock(s->cfg.home);
	fault_match(s, regs, &faults);
	if (!fault_before(s, &faults, regs)) {
		spmc_dispatch(&c);
		ctx_run(s, cpu, c.next, regs);
		timer_deliver(s, cpu);
		notif_flush_sri(s, cpu);
		fault_after(s, &faults, regs);
	}
	s->cfg.ops->unlock(s->cfg.home);
	restore_upper(&c, &in);
}
