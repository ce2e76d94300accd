// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends every indirect message it gets back to where it came from, when it is given cycles, or asked; and
 * one to anybody, when asked for that.
 */
#include "images.h"

#include "../codec_msg.h"
#include "../ffa.h"
#include "proto.h"

static int call(struct spmc_ctx *self, uint32_t fn, uint64_t x1, uint64_t x2, uint64_t x3)
{
	struct vffa_regs regs = { .x = { FID32(fn), x1, x2, x3 } };

	sp_ffa(self, &regs);
	return sp_status(&regs);
}

static bool has_mail(struct spmc_ctx *self)
{
	struct vffa_regs regs = { .x = { FID32(FN_NOTIFICATION_GET), sp_id(self), NOTIF_GET_SPM } };

	sp_ffa(self, &regs);
	return !sp_status(&regs) && regs.x[6] & NOTIF_RX_FULL;
}

/* Returns the status of sending it. */
static int return_mail(struct spmc_ctx *self)
{
	unsigned int minor = sp_minor(self);
	uint8_t *rx = sp_rx(self);
	uint8_t *tx = sp_tx(self);
	struct msg_header h;

	if (!msg_header_decode(rx, minor, &h))
		return E_INVALID;
	h.receiver = h.sender;
	h.sender = sp_id(self);
	/* The UUID named a service of ours. */
	memset(h.uuid, 0, sizeof(h.uuid));
	msg_header_encode(&h, minor, tx);
	memcpy(tx + h.offset, rx + h.offset, h.size);
	(void)call(self, FN_RX_RELEASE, 0, 0, 0);
	return call(self, FN_MSG_SEND2, 0, 0, 0);
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
static void obey(struct spmc_ctx *self, const uint64_t *args, bool *patient, int *last)
{
	switch (args[0]) {
	case MAILER_EAGER:
	case MAILER_PATIENT:
		*patient = args[0] == MAILER_PATIENT;
		break;
	case MAILER_SEND:
		*last = send_mail(self, (uint16_t)args[1]);
		break;
	default:
		break;
	}
}

/* Wait, and keep RX: the message in it is for later. */
static void keep_mail(struct spmc_ctx *self, struct vffa_regs *regs)
{
	*regs = (struct vffa_regs){ .x = { FID32(FN_MSG_WAIT), 0, MSG_WAIT_RETAIN_RX } };
	sp_ffa(self, regs);
}

/* A direct message asks how the last indirect one went. */
void sp_mailer(struct spmc_ctx *self)
{
	struct vffa_regs regs;
	bool patient = false;
	int last = 0;

	(void)sp_map_buffers(self);
	sp_wait(self, &regs);
	for (;;) {
		bool asked = sp_is_request(&regs);

		if (asked)
			obey(self, sp_args(&regs), &patient, &last);
		if ((asked || !patient) && has_mail(self))
			last = return_mail(self);
		if (asked)
			sp_args(&regs)[0] = (uint32_t)last;
		if (asked || !patient)
			sp_respond(self, &regs);
		else
			keep_mail(self, &regs);
	}
}
