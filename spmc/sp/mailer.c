// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends every indirect message it gets back to where it came from, when it is given cycles, or asked; and
 * one to anybody, when asked for that. An answer that its receiver has no room for stays in TX, and is
 * tried again; until it has gone the next message waits in RX, and its senders hear that the mailer is busy.
 */
#include "images.h"

#include "../codec_msg.h"
#include "../ffa.h"
#include "proto.h"

/* How soon an answer is tried again. Nobody tells of an RX buffer that is released. */
#define RETRY_NS 10000000u

static int call(struct spmc_ctx *self, uint32_t fn, uint64_t x1, uint64_t x2, uint64_t x3)
{
	struct vffa_regs regs = { .x = { FID32(fn), x1, x2, x3 } };

	sp_ffa(self, &regs);
	return sp_status(&regs);
}

/**
 * struct mailer - what it knows
 * @patient: looks at its mail only when asked
 * @has:     RX has a message that is not looked at yet
 * @held:    TX has an answer that has not gone yet
 * @to:	     whose it is
 * @last:    status of the last one that went back
 */
struct mailer {
	bool patient;
	bool has;
	bool held;
	uint16_t to;
	int last;
};

/* Being told is once only, so what is known stays known. */
static bool has_mail(struct spmc_ctx *self, struct mailer *m)
{
	struct vffa_regs regs = { .x = { FID32(FN_NOTIFICATION_GET), sp_id(self), NOTIF_GET_SPM } };

	sp_ffa(self, &regs);
	m->has |= !sp_status(&regs) && regs.x[6] & NOTIF_RX_FULL;
	return m->has;
}

static void empty_rx(struct spmc_ctx *self, struct mailer *m)
{
	m->has = false;
	(void)call(self, FN_RX_RELEASE, 0, 0, 0);
}

static void send_held(struct spmc_ctx *self, struct mailer *m)
{
	m->last = call(self, FN_MSG_SEND2, 0, 0, 0);
	m->held = m->last == E_BUSY;
}

static void return_mail(struct spmc_ctx *self, struct mailer *m)
{
	unsigned int minor = sp_minor(self);
	uint8_t *rx = sp_rx(self);
	uint8_t *tx = sp_tx(self);
	struct msg_header h;

	if (!msg_header_decode(rx, minor, &h)) {
		m->last = E_INVALID;
		empty_rx(self, m);
		return;
	}
	h.receiver = h.sender;
	h.sender = sp_id(self);
	/* The UUID named a service of ours. */
	memset(h.uuid, 0, sizeof(h.uuid));
	msg_header_encode(&h, minor, tx);
	memcpy(tx + h.offset, rx + h.offset, h.size);
	m->to = h.receiver;
	empty_rx(self, m);
	send_held(self, m);
}

static void look(struct spmc_ctx *self, struct mailer *m)
{
	if (m->held)
		send_held(self, m);
	if (!m->held && has_mail(self, m))
		return_mail(self, m);
}

/* Returns the status of sending an empty message. */
static int send_mail(struct spmc_ctx *self, uint16_t receiver)
{
	unsigned int minor = sp_minor(self);
	struct msg_header h = {
		.offset = msg_header_size(minor),
		.receiver = receiver,
		.sender = sp_id(self),
	};

	msg_header_encode(&h, minor, sp_tx(self));
	return call(self, FN_MSG_SEND2, 0, 0, 0);
}

/* What a request wants of it beyond an answer. */
static void obey(struct spmc_ctx *self, struct mailer *m, const uint64_t *args)
{
	switch (args[0]) {
	case MAILER_EAGER:
	case MAILER_PATIENT:
		m->patient = args[0] == MAILER_PATIENT;
		break;
	case MAILER_SEND:
		m->last = m->held ? E_BUSY : send_mail(self, (uint16_t)args[1]);
		break;
	default:
		break;
	}
}

/* A VM has gone: who gets its id next is not to have the answer. */
static int forget_vm(struct spmc_ctx *self, struct mailer *m, const struct vffa_regs *regs)
{
	uint16_t id = (uint16_t)regs->x[5];
	struct msg_header h;

	if (regs->x[2] == MSG_VM_CREATED || !id)
		return E_INVALID;
	if (m->to == id)
		m->held = false;
	if (has_mail(self, m) && msg_header_decode(sp_rx(self), sp_minor(self), &h) &&
	    h.sender == id)
		empty_rx(self, m);
	return 0;
}

/* A direct message asks how the last indirect one went. */
static void answer(struct spmc_ctx *self, struct mailer *m, struct vffa_regs *regs)
{
	if (sp_is_framework(regs)) {
		regs->x[3] = (uint32_t)forget_vm(self, m, regs);
		return;
	}
	obey(self, m, sp_args(regs));
	look(self, m);
	sp_args(regs)[0] = (uint32_t)m->last;
}

/* What it has been told of, and leaves for now, it is not told of again. */
static void retry_later(struct spmc_ctx *self, const struct mailer *m)
{
	if ((m->held || m->has) && !m->patient)
		sp_timer(self, RETRY_NS);
}

/* RX may have got a message since it was looked at, so it is kept. Before 1.2 the SPMC sees to that. */
static void wait(struct spmc_ctx *self, struct vffa_regs *regs)
{
	uint32_t keep = sp_minor(self) >= 2 ? MSG_WAIT_RETAIN_RX : 0;

	*regs = (struct vffa_regs){ .x = { FID32(FN_MSG_WAIT), 0, keep } };
	sp_ffa(self, regs);
}

void sp_mailer(struct spmc_ctx *self)
{
	struct mailer *m = sp_data(self);
	struct vffa_regs regs;

	(void)sp_map_buffers(self);
	wait(self, &regs);
	for (;;) {
		if (sp_is_request(&regs)) {
			answer(self, m, &regs);
			retry_later(self, m);
			sp_respond(self, &regs);
		} else {
			if (!m->patient)
				look(self, m);
			retry_later(self, m);
			wait(self, &regs);
		}
	}
}
