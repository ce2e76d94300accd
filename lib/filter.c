// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * KVM's SMCCC filter: have FF-A calls leave KVM_RUN instead of being answered by KVM.
 * What is done with those exits is not here but in kvm.c.
 */
#include "internal.h"

#include <errno.h>

#include <linux/kvm.h>

#include "sys.h"

/*
 * From Linux 6.4 on in arm64's <asm/kvm.h>, where the names are the same in capitals. Spelt out
 * because the headers at hand may be older, or another architecture's.
 */
#define SMCCC_CTRL	    0
#define SMCCC_FILTER	    0
#define FILTER_FWD_TO_USER 2

struct smccc_filter {
	uint32_t base;
	uint32_t nr_functions;
	uint8_t action;
	uint8_t pad[15];
};

_Static_assert(sizeof(struct smccc_filter) == 24, "the kernel's layout");

/*
 * FF-A's ranges and no more: below are PSCI and TRNG, above errata management. With the hint
 * about SVE state an id is a different one to the filter.
 */
static const uint32_t bases[] = {
	FFA_ID_FIRST,
	FFA_ID_FIRST | SMC64_BIT,
	FFA_ID_FIRST | SVE_HINT_BIT,
	FFA_ID_FIRST | SMC64_BIT | SVE_HINT_BIT,
};

static int forward_range(int kvm_fd, uint32_t base)
{
	struct smccc_filter filter = {
		.base = base,
		.nr_functions = FFA_ID_LAST - FFA_ID_FIRST + 1,
		.action = FILTER_FWD_TO_USER,
	};
	struct kvm_device_attr attr = {
		.group = SMCCC_CTRL,
		.attr = SMCCC_FILTER,
		.addr = (uintptr_t)&filter,
	};

	return libvffa_sys_ioctl(kvm_fd, KVM_SET_DEVICE_ATTR, &attr);
}

int libvffa_vm_forward_kvm(struct libvffa_vm *vm, int kvm_fd)
{
	unsigned int i;
	int ret;

	for (i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		ret = forward_range(kvm_fd, bases[i]);
		/* No such attribute, or not even the ioctl. */
		if (ret == -ENXIO || ret == -ENOTTY)
			return -EOPNOTSUPP;
		if (ret < 0)
			return ret;
	}
	vm->forwards = true;
	return 0;
}
