// SPDX-License-Identifier: GPL-2.0-only
/* Answers every request with the request's own payload. */
#include "images.h"

void sp_echo(struct spmc_ctx *self)
{
	struct vffa_regs regs;

	sp_wait(self, &regs);
	for (;;)
		sp_respond(self, &regs);
}
