// SPDX-License-Identifier: GPL-2.0-only
/* Fails to start up: whoever calls it gets ABORTED. */
#include "images.h"

#include "../ffa.h"

void sp_stillborn(struct spmc_ctx *self)
{
	struct vffa_regs regs = { .x = { FID32(FN_ERROR), 0, (uint32_t)E_NO_MEMORY } };

	for (;;)
		sp_ffa(self, &regs);
}
