// SPDX-License-Identifier: GPL-2.0-only
/* Passes requests on to another partition, and the answers back. */
#include "images.h"

#include "../ffa.h"
#include "proto.h"

static void forward(struct spmc_ctx *self, struct vffa_regs *regs)
{
	struct vffa_regs msg = *regs;
	uint64_t *args = sp_args(regs);
	uint64_t *sent = sp_args(&msg);

	msg.x[1] = ids_word(ids_to(regs->x[1]), (uint16_t)args[1]);
	sent[0] = args[2];
	sent[1] = args[3];
	sent[2] = args[4];
	sent[3] = 0;
	sent[4] = 0;
	/* The UUID of a REQ2 names a service of ours, not of the receiver. */
	if ((msg.x[0] & FID_FN_MASK) == FN_DIRECT_REQ2)
		msg.x[2] = msg.x[3] = 0;
	sp_ffa(self, &msg);

	args[0] = (uint32_t)sp_status(&msg);
	for (unsigned int i = 0; i < 4; i++)
		args[1 + i] = args[0] ? 0 : sent[i];
}

void sp_forwarder(struct spmc_ctx *self)
{
	struct vffa_regs regs;

	sp_wait(self, &regs);
	for (;;) {
		if (sp_is_request(&regs) && sp_args(&regs)[0] == SP_FORWARD)
			forward(self, &regs);
		else if (sp_is_request(&regs))
			sp_args(&regs)[0] = (uint32_t)E_INVALID;
		sp_respond(self, &regs);
	}
}
