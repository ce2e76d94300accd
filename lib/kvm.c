// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Exits from KVM_RUN that are about FF-A: the vCPU's registers in and out.
 * What a parked call waits for is not here but in parked.c.
 */
#include "internal.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <linux/kvm.h>

#include "sys.h"

/* x0-x30 are the first members of arm64's struct kvm_regs; a core register's number is its offset
 * there in 32-bit words. Spelt out because only arm64's own <asm/kvm.h> has the names.
 */
#define CORE_REG_X(n) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | UINT64_C(0x0010) << 16 | 2u * (n))

/* Behind them come sp, pc and pstate; the latter's bit M[4] tells AArch32. */
#define CORE_REG_PSTATE CORE_REG_X(33)
#define PSTATE_AARCH32	0x10u

static bool is_ffa(uint64_t fid)
{
	uint32_t id = (uint32_t)fid & ~(SMC64_BIT | SVE_HINT_BIT);

	return id >= FFA_ID_FIRST && id <= FFA_ID_LAST;
}

static int read_regs(int vcpu_fd, uint64_t regs[LIBVFFA_NR_REGS])
{
	unsigned int i;
	int ret;

	for (i = 0; i < LIBVFFA_NR_REGS; i++) {
		struct kvm_one_reg reg = { .id = CORE_REG_X(i), .addr = (uintptr_t)&regs[i] };

		ret = libvffa_sys_ioctl(vcpu_fd, KVM_GET_ONE_REG, &reg);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int write_changed_regs(int vcpu_fd, uint64_t regs[LIBVFFA_NR_REGS],
			      const uint64_t old[LIBVFFA_NR_REGS])
{
	unsigned int i;
	int ret;

	for (i = 0; i < LIBVFFA_NR_REGS; i++) {
		struct kvm_one_reg reg = { .id = CORE_REG_X(i), .addr = (uintptr_t)&regs[i] };

		if (regs[i] == old[i])
			continue;
		ret = libvffa_sys_ioctl(vcpu_fd, KVM_SET_ONE_REG, &reg);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int read_call_flags(int vcpu_fd, uint32_t *flags)
{
	uint64_t pstate;
	struct kvm_one_reg reg = { .id = CORE_REG_PSTATE, .addr = (uintptr_t)&pstate };
	int ret = libvffa_sys_ioctl(vcpu_fd, KVM_GET_ONE_REG, &reg);

	if (ret < 0)
		return ret;
	*flags = pstate & PSTATE_AARCH32 ? LIBVFFA_CALL_AARCH32 : 0;
	return 0;
}

/* As libvffa_vm_call(); 1 for a call that was parked before, too. */
static int call_forwarded(struct libvffa_vm *vm, uint32_t vcpu, int vcpu_fd,
			  uint64_t regs[LIBVFFA_NR_REGS])
{
	uint32_t flags;
	int ret;

	ret = read_call_flags(vcpu_fd, &flags);
	if (!ret)
		ret = libvffa_vm_call(vm, vcpu, flags, regs);
	/* Where a signal interrupted this function, or the hook was first. */
	return ret == -EBUSY ? 1 : ret;
}

int libvffa_vm_handle_exit(struct libvffa_vm *vm, uint32_t vcpu, int vcpu_fd,
			   const struct kvm_run *run)
{
	uint64_t old[LIBVFFA_NR_REGS], regs[LIBVFFA_NR_REGS];
	int ret;

	if (run->exit_reason != KVM_EXIT_HYPERCALL || !is_ffa(run->hypercall.nr))
		return 0;

	ret = read_regs(vcpu_fd, old);
	if (ret)
		return ret;

	memcpy(regs, old, sizeof(regs));
	/* The hook has made the call, and the exit says that it is parked. */
	ret = vm->forwards ? call_forwarded(vm, vcpu, vcpu_fd, regs) : 1;
	if (ret == 1)
		ret = libvffa_vm_finish_call(vm, vcpu, regs);
	if (ret == -ENOENT) /* not parked: an exit that the VMM asked KVM for */
		return 0;
	if (ret)
		return ret;

	ret = write_changed_regs(vcpu_fd, regs, old);
	return ret ? ret : 1;
}
