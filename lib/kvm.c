// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Exits from KVM_RUN that are about FF-A: do the VMM's part of a parked call and finish it.
 * The ioctls themselves are not here but in vm.c.
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

/* FF-A function ids (FF-A 1.2, "FF-A function identifiers"), in the SMC32 and SMC64 ranges. */
#define FFA_ID_FIRST 0x84000060u
#define FFA_ID_LAST  0x840000ffu
#define SMC64_BIT    0x40000000u
#define SVE_HINT_BIT 0x00010000u /* SMCCC 1.3: says nothing about the function */

/* More often than this nothing sane is parked without anything having been done. */
#define MAX_ROUNDS 8

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

static int refuse_parked(struct libvffa_vm *vm, uint32_t vcpu, uint64_t regs[LIBVFFA_NR_REGS])
{
	unsigned int i;
	int ret;

	for (i = 0; i < MAX_ROUNDS; i++) {
		ret = libvffa_vm_resume(vm, vcpu, -EOPNOTSUPP, regs);
		if (ret <= 0)
			return ret;
	}
	return -ELOOP;
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
	ret = refuse_parked(vm, vcpu, regs);
	if (ret == -ENOENT) /* not parked: an exit that the VMM asked KVM for */
		return 0;
	if (ret)
		return ret;

	ret = write_changed_regs(vcpu_fd, regs, old);
	return ret ? ret : 1;
}
