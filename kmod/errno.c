// SPDX-License-Identifier: GPL-2.0-only
/* One table for both directions; the first match counts. */
#include "errno.h"

#include <linux/errno.h>
#include <linux/kernel.h>

static const struct {
	enum vffa_ret ret;
	int err;
} table[] = {
	{ VFFA_OK, 0 },
	{ VFFA_NOT_SUPPORTED, -EOPNOTSUPP },
	{ VFFA_INVALID_PARAMETERS, -EINVAL },
	{ VFFA_NO_MEMORY, -ENOMEM },
	{ VFFA_BUSY, -EBUSY },
	{ VFFA_INTERRUPTED, -EINTR },
	{ VFFA_DENIED, -EACCES },
	{ VFFA_DENIED, -EPERM },
	{ VFFA_RETRY, -EAGAIN },
	{ VFFA_NO_DATA, -ENODATA },
	{ VFFA_NOT_READY, -ENOTCONN },
	{ VFFA_PARKED, -EINPROGRESS },
	{ VFFA_ABORTED, -EIO },
};

int vffa_ret_to_errno(enum vffa_ret ret)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].ret == ret)
			return table[i].err;
	}
	return -EIO;
}

enum vffa_ret vffa_ret_from_errno(int err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].err == err && table[i].ret <= VFFA_OK)
			return table[i].ret;
	}
	return VFFA_ABORTED;
}
