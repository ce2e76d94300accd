// SPDX-License-Identifier: GPL-2.0-only
/* Calls of the host's endpoint, and the errors they end with. */
#include "bus.h"

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/wordpart.h>

#include "../host_end.h"

/* As Linux's own driver translates them: its clients know what they mean. */
static int to_errno(s32 error)
{
	static const int errnos[] = {
		[-FFA_RET_NOT_SUPPORTED] = -EOPNOTSUPP,
		[-FFA_RET_INVALID_PARAMETERS] = -EINVAL,
		[-FFA_RET_NO_MEMORY] = -ENOMEM,
		[-FFA_RET_BUSY] = -EBUSY,
		[-FFA_RET_INTERRUPTED] = -EINTR,
		[-FFA_RET_DENIED] = -EACCES,
		[-FFA_RET_RETRY] = -EAGAIN,
		[-FFA_RET_ABORTED] = -ECANCELED,
		[-FFA_RET_NO_DATA] = -ENODATA,
	};

	if (error >= 0 || error <= -(s32)ARRAY_SIZE(errnos))
		return -EINVAL;
	return errnos[-error];
}

static u32 function_of(const struct vffa_regs *regs)
{
	return lower_32_bits(regs->x[0]);
}

int vffa_bus_call(struct vffa_regs *regs)
{
	int err = vffa_host_call(regs);

	if (err)
		return err;
	return function_of(regs) == FFA_ERROR ? to_errno((s32)lower_32_bits(regs->x[2])) : 0;
}

/* The relay goes on by itself; it leaves to us what it would leave to a guest. */
int vffa_bus_call_till_end(struct vffa_regs *regs)
{
	int err = vffa_bus_call(regs);

	while (!err && (function_of(regs) == FFA_INTERRUPT || function_of(regs) == FFA_YIELD)) {
		if (function_of(regs) == FFA_YIELD)
			usleep_range(500, 1000);
		*regs = (struct vffa_regs){ .x = { FFA_RUN, regs->x[1] } };
		err = vffa_bus_call(regs);
	}
	return err;
}
