// SPDX-License-Identifier: GPL-2.0-only
/*
 * Direct messages (FF-A 1.2, "Direct messaging", "VM availability messages"), 32- and 64-bit, with
 * and without UUID. How the receiver runs is in ctx.c.
 */
#include "msg.h"

#include "codec_part.h"
#include "ctx.h"
#include "part.h"

/* A console line is at most this long: x2-x17, eight characters each. */
#define LOG_MAX_32 24u
#define LOG_MAX_64 128u

static bool is_req2(const struct call *c)
{
	return (c->fid & FID_FN_MASK) == FN_DIRECT_REQ2;
}

static bool is_framework(const struct call *c)
{
	return !is_req2(c) && c->regs->x[2] & MSG_FRAMEWORK;
}

/* The only framework messages for partitions, from the hypervisor to those that subscribed. */
static int check_framework(const struct call *c, const struct spmc_part *to)
{
	uint32_t w2 = (uint32_t)c->regs->x[2];
	uint32_t prop = w2 == MSG_VM_CREATED	 ? PROP_VM_CREATED
			: w2 == MSG_VM_DESTROYED ? PROP_VM_DESTROYED
						 : 0;

	if (c->ctx || c->minor < 1 || c->is64)
		return E_INVALID;
	if (ids_from(c->regs->x[1]) != ID_HYPERVISOR || !(to->props & prop))
		return E_INVALID;
	return 0;
}

static int check_partition_msg(const struct call *c, const struct spmc_part *to)
{
	uint32_t recv = is_req2(c) ? PROP_DIRECT_REQ2_RECV : PROP_DIRECT_REQ_RECV;
	uint32_t send = is_req2(c) ? PROP_DIRECT_REQ2_SEND : PROP_DIRECT_REQ_SEND;
	uint8_t uuid[16];

	if (is_req2(c)) {
		uuid_from_x(&c->regs->x[2], uuid);
		if (!part_has_uuid(to, uuid))
			return E_INVALID;
	} else if (c->regs->x[2]) {
		return E_INVALID;
	}
	if (!(to->props & recv) || (c->ctx && !(c->ctx->part->props & send)))
		return E_DENIED;
	return 0;
}

/* Can the receiver take a request now? */
static int check_receiver(const struct spmc_ctx *to)
{
	/* No context on this CPU, or one that has not started: as good as busy. */
	if (!to)
		return E_BUSY;
	if (to->state == CTX_ABORTED)
		return E_ABORTED;
	return to->state == CTX_WAITING ? 0 : E_BUSY;
}

/* Everything but who may claim to be the sender. */
static int check_req(const struct call *c, struct spmc_ctx **to)
{
	struct spmc_part *part = part_find(c->spmc, ids_to(c->regs->x[1]));
	int err;

	if (!part)
		return E_INVALID;
	err = is_framework(c) ? check_framework(c, part) : check_partition_msg(c, part);
	if (err)
		return err;
	*to = part_ctx(part, c->cpu);
	return check_receiver(*to);
}

static void commit_req(struct call *c, struct spmc_ctx *to)
{
	to->req = (struct open_req){
		.fid = c->fid,
		.from = ids_from(c->regs->x[1]),
		.w2 = is_req2(c) ? 0 : (uint32_t)c->regs->x[2],
	};
	to->model = MODEL_DIRECT;
	to->caller = c->ctx;
	to->regs = *c->regs;
	to->regs.x[0] = c->fid;
	if (!is_req2(c))
		regs_zero(&to->regs, VFFA_NR_REGS_SHORT, VFFA_NR_REGS - 1);
	if (c->ctx) {
		c->ctx->state = CTX_BLOCKED;
		c->ctx->yielded = false;
	}
	c->next = to;
}

/* Normal world: the hypervisor speaks for itself and for every VM. */
int do_direct_req(struct call *c)
{
	struct spmc_ctx *to;
	int err;

	if (ids_from(c->regs->x[1]) & ID_SECURE)
		return E_INVALID;
	err = check_req(c, &to);
	if (err)
		return err;
	commit_req(c, to);
	return 0;
}

/* Partitions speak for themselves, and to each other only. */
int do_direct_req_sp(struct call *c)
{
	uint16_t self = c->ctx->part->id;
	struct spmc_ctx *to;
	int err;

	if (ids_from(c->regs->x[1]) != self || ids_to(c->regs->x[1]) == self)
		return E_INVALID;
	err = check_req(c, &to);
	if (err)
		return err;
	commit_req(c, to);
	return 0;
}

/* A response has its request's kind, ids, width and, for the framework's, number plus one. */
static int check_resp(const struct call *c)
{
	const struct open_req *req = &c->ctx->req;
	const uint64_t *x = c->regs->x;
	bool is_resp2 = (c->fid & FID_FN_MASK) == FN_DIRECT_RESP2;

	if (c->ctx->model != MODEL_DIRECT)
		return E_DENIED;
	if ((c->fid & FID_FN_MASK) != (req->fid & FID_FN_MASK) + 1)
		return E_DENIED;
	if (!is_resp2 && (x[2] ^ req->w2) & MSG_FRAMEWORK)
		return E_DENIED;

	if (c->fid != req->fid + 1 || (uint32_t)x[1] != ids_word(c->ctx->part->id, req->from))
		return E_INVALID;
	if (is_resp2)
		return x[2] || x[3] ? E_INVALID : 0;
	return x[2] == (req->w2 ? req->w2 + 1 : 0) ? 0 : E_INVALID;
}

int do_direct_resp(struct call *c)
{
	struct spmc_ctx *ctx = c->ctx;
	struct vffa_regs *to = ctx->caller ? &ctx->caller->regs : c->nwd;
	int err;

	err = check_resp(c);
	if (err)
		return err;

	*to = *c->regs;
	to->x[0] = c->fid;
	if ((c->fid & FID_FN_MASK) != FN_DIRECT_RESP2)
		regs_zero(to, VFFA_NR_REGS_SHORT, VFFA_NR_REGS - 1);
	ctx->state = CTX_WAITING;
	c->next = ctx->caller;
	return 0;
}

int do_console_log(struct call *c)
{
	unsigned int per_reg = c->is64 ? 8 : 4;
	uint64_t len = c->regs->x[1];
	char text[LOG_MAX_64];

	if (!len || len > (c->is64 ? LOG_MAX_64 : LOG_MAX_32))
		return E_INVALID;
	for (unsigned int i = 0; i < len; i++)
		text[i] = (char)(c->regs->x[2 + i / per_reg] >> (i % per_reg * 8));
	c->spmc->cfg.ops->log(c->spmc->cfg.home, text, len);
	reply_success(c);
	return 0;
}
