// SPDX-License-Identifier: GPL-2.0-only
/* Which errno an ioctl may give: the tables of docs/uapi.md once more. */
#include "abuse.h"

#include <errno.h>
#include <stddef.h>

#include <linux/vffa.h>

#define MAX_ERRORS 10

/* Of any, on whatever descriptor: closed, somebody else's, of another kind. KVM's VMs say EINVAL. */
static const int always[] = { 0, EFAULT, ENOTTY, EBADF, EIO, EINVAL };

static const struct {
	unsigned long request;
	int errors[MAX_ERRORS];
} may[] = {
	{ VFFA_CREATE_VM,
	  { EPERM, EUSERS, ENOSPC, ENOMEM, EMFILE, ENFILE, EINTR, EAGAIN, EBUSY, EOPNOTSUPP } },
	{ VFFA_GET_PARTITION, { ENOENT } },
	{ VFFA_FIND_VM, { ENOENT, ENOMEM, EINTR } },
	{ VFFA_SET_POLICY, { E2BIG, ENOMEM } },
	{ VFFA_VM_SET_MEMORY, { EEXIST, EBUSY, ENOENT } },
	{ VFFA_VM_BIND_KVM, { EBUSY } },
	{ VFFA_VM_CALL, { EBUSY, ESHUTDOWN } },
	{ VFFA_VM_RESUME, { ENOENT, EBUSY, ESHUTDOWN } },
	{ VFFA_VM_GET_EXIT, { ENOENT, EBUSY, ENOMEM, ESHUTDOWN } },
	{ VFFA_VM_SET_WINDOW, { EBUSY, ENOMEM, EOPNOTSUPP } },
	{ VFFA_VM_RESET, { EBUSY, EINTR, EAGAIN, ENOSPC, ENOMEM, EOPNOTSUPP } },
};

static bool has(const int *errors, size_t nr, int err)
{
	for (size_t i = 0; i < nr; i++) {
		if (errors[i] == err)
			return true;
	}
	return false;
}

bool abuse_may_return(unsigned long request, int err)
{
	if (has(always, sizeof(always) / sizeof(always[0]), err))
		return true;
	for (size_t i = 0; i < sizeof(may) / sizeof(may[0]); i++) {
		if (may[i].request == request)
			return has(may[i].errors, MAX_ERRORS, err);
	}
	return false;
}
