// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A guest's notification pending interrupt, for VMMs that inject it themselves.
 * What the relay does without them is not here, but in the kernel.
 */
#include "internal.h"

#include <errno.h>

#include <linux/kvm.h>
#include <linux/vffa.h>

#include "sys.h"

/* In arm64's <asm/kvm.h> with the prefixes KVM_ARM_IRQ_ and KVM_DEV_ARM_VGIC_; see filter.c. */
#define IRQ_TYPE_SHIFT	24
#define IRQ_TYPE_PPI	2u
#define IRQ_VCPU2_SHIFT 28
#define IRQ_VCPU_SHIFT	16
#define IRQ_VCPU_MASK	0xffu
#define GRP_REDIST_REGS 5
#define V3_MPIDR_SHIFT	32
#define FIRST_PPI	16

/* In a redistributor's second frame of 64 KiB. */
#define GICR_ISPENDR0 0x10200u

int libvffa_vm_set_npi_eventfd(struct libvffa_vm *vm, uint32_t vcpu, int event_fd)
{
	struct vffa_npi_eventfd raw = { .vcpu = vcpu, .fd = event_fd };

	return libvffa_sys_ioctl(vm->fd, VFFA_VM_SET_NPI_EVENTFD, &raw);
}

int libvffa_vm_set_npi_line(struct libvffa_vm *vm, int kvm_fd, uint32_t vcpu, int level)
{
	struct kvm_irq_level line = { .level = !!level };

	if (vm->npi < FIRST_PPI)
		return -EOPNOTSUPP;
	line.irq = vcpu / (IRQ_VCPU_MASK + 1) << IRQ_VCPU2_SHIFT | IRQ_TYPE_PPI << IRQ_TYPE_SHIFT |
		   (vcpu & IRQ_VCPU_MASK) << IRQ_VCPU_SHIFT | vm->npi;
	return libvffa_sys_ioctl(kvm_fd, KVM_IRQ_LINE, &line);
}

/* Aff3 is apart from the others in MPIDR_EL1, and beside them here. */
static uint64_t to_attr(uint64_t mpidr)
{
	uint64_t affinity = (mpidr & 0xffffff) | (mpidr >> 32 & 0xff) << 24;

	return affinity << V3_MPIDR_SHIFT | GICR_ISPENDR0;
}

/* What is written is pending, and nothing else: unlike what a guest writes there. */
int libvffa_vm_set_npi_pending(struct libvffa_vm *vm, int gic_fd, uint64_t mpidr)
{
	uint32_t pending = 0;
	struct kvm_device_attr attr = {
		.group = GRP_REDIST_REGS,
		.attr = to_attr(mpidr),
		.addr = (uintptr_t)&pending,
	};
	int ret;

	if (!vm->npi)
		return -EINVAL;
	ret = libvffa_sys_ioctl(gic_fd, KVM_GET_DEVICE_ATTR, &attr);
	if (ret < 0)
		return ret;
	pending |= 1u << vm->npi;
	return libvffa_sys_ioctl(gic_fd, KVM_SET_DEVICE_ATTR, &attr);
}
