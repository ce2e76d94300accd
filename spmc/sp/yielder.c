// SPDX-License-Identifier: GPL-2.0-only
/* Takes its time: yields, computes. Makes calls for whoever wants to see their answers. */
#include "images.h"

#include "../ffa.h"
#include "proto.h"

static int yield(struct spmc_ctx *self, uint64_t *args)
{
	int err;

	args[1] = sp_yield_often(self, args[1], args[2], &err);
	return err;
}

static int call(struct spmc_ctx *self, uint64_t *args)
{
	struct vffa_regs regs = { .x = { args[1], args[2], args[3], args[4] } };

	sp_ffa(self, &regs);
	for (unsigned int i = 0; i < 4; i++)
		args[1 + i] = regs.x[i];
	return 0;
}

static int serve(struct spmc_ctx *self, uint64_t *args)
{
	switch (args[0]) {
	case SP_YIELD:
		return yield(self, args);
	case SP_SPIN:
		sp_spin(self, args[1]);
		return 0;
	case SP_CALL:
		return call(self, args);
	default:
		return E_INVALID;
	}
}

void sp_yielder(struct spmc_ctx *self)
{
	sp_serve(self, &(struct sp_service){ .serve = serve });
}
