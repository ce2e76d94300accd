// SPDX-License-Identifier: GPL-2.0-only
/* Has faults happen, for whoever sends it messages. */
#include "images.h"

#include "../ffa.h"
#include "proto.h"

static int set_fault(struct spmc_ctx *self, const uint64_t *a)
{
	const struct spmc_fault fault = {
		.fid = (uint32_t)a[0],
		.kind = a[1] & 0xFFu,
		.index = (uint32_t)a[1] >> 8,
		.value = a[2],
		.skip = a[3] & 0xFFFFu,
		.times = (uint32_t)a[3] >> 16,
	};

	return sp_fault_set(self, &fault);
}

static int serve(struct spmc_ctx *self, uint64_t *args)
{
	switch (args[0]) {
	case CONTROL_FAULT_SET:
		return set_fault(self, args + 1);
	case CONTROL_FAULT_CLEAR:
		sp_fault_clear(self);
		return 0;
	case CONTROL_FAULT_COUNT:
		args[1] = sp_fault_count(self);
		return 0;
	case CONTROL_END:
		sp_end_all(self);
		return 0;
	default:
		return E_INVALID;
	}
}

void sp_control(struct spmc_ctx *self)
{
	sp_serve(self, &(struct sp_service){ .serve = serve });
}
