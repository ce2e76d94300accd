// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's GICv3: create it, and put it back as it was, for which KVM has no call of its own.
 * Raising interrupts is not here but in mmio.c.
 */
#include "gic.h"

#include <errno.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include "log.h"
#include "vm.h"

/* One of a bank: offset in the distributor, or in a redistributor's second frame. */
#define GICD_IGROUPR	0x0080
#define GICD_ICENABLER	0x0180
#define GICD_ISPENDR	0x0200
#define GICD_ICACTIVER	0x0380
#define GICD_IPRIORITYR 0x0400
#define GICD_ICFGR	0x0c00
#define GICD_IROUTER	0x6000

#define GICD_CTLR      0x0000
#define GICR_SGI_FRAME 0x10000

#define ICC(crm, op2) ((3u << 14) | (12u << 7) | ((crm) << 3) | (op2))
#define ICC_PMR	      ((3u << 14) | (4u << 7) | (6u << 3))
#define ICC_BPR0      ICC(8u, 3u)
#define ICC_AP0R0     ICC(8u, 4u)
#define ICC_AP1R0     ICC(9u, 0u)
#define ICC_BPR1      ICC(12u, 3u)
#define ICC_IGRPEN0   ICC(12u, 6u)
#define ICC_IGRPEN1   ICC(12u, 7u)

#define NR_PRIVATE_IRQS 32u

static int set_attr(struct vm *vm, uint32_t group, uint64_t attr, const void *value)
{
	struct kvm_device_attr req = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)value,
	};

	if (!ioctl(vm->gic_fd, KVM_SET_DEVICE_ATTR, &req))
		return 0;
	log_message("GIC: attribute %u, 0x%llx: %s", group, (unsigned long long)attr,
		    strerror(errno));
	return -1;
}

int gic_create(struct vm *vm)
{
	struct kvm_create_device req = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	uint64_t dist = GIC_DIST_BASE;
	uint64_t redist = GIC_REDIST_BASE;
	uint32_t nr_irqs = GIC_NR_IRQS;

	if (ioctl(vm->fd, KVM_CREATE_DEVICE, &req)) {
		log_message("KVM has no GICv3 for guests here: %s", strerror(errno));
		return -1;
	}
	vm->gic_fd = (int)req.fd;

	if (set_attr(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &dist))
		return -1;
	if (set_attr(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST, &redist))
		return -1;
	return set_attr(vm, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &nr_irqs);
}

int gic_init(struct vm *vm)
{
	return set_attr(vm, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

/* Registers with one field per interrupt, and what power-on leaves in them. */
static const struct {
	uint32_t offset;
	unsigned int bits_per_irq;
	uint32_t value;
} banks[] = {
	{ GICD_ICENABLER, 1, ~0u },
	/* Unlike for a guest: exactly these are pending. */
	{ GICD_ISPENDR, 1, 0 },
	{ GICD_ICACTIVER, 1, ~0u },
	{ GICD_IGROUPR, 1, ~0u },
	{ GICD_IPRIORITYR, 8, 0 },
	{ GICD_ICFGR, 2, 0 },
};

static int reset_bank(struct vm *vm, uint32_t group, uint64_t attr, unsigned int bank,
		      unsigned int first_irq, unsigned int end_irq)
{
	unsigned int irqs_per_word = 32 / banks[bank].bits_per_irq;
	unsigned int irq;

	for (irq = first_irq; irq < end_irq; irq += irqs_per_word)
		if (set_attr(vm, group, attr + banks[bank].offset + irq / irqs_per_word * 4,
			     &banks[bank].value))
			return -1;
	return 0;
}

static int reset_distributor(struct vm *vm)
{
	static const uint32_t zero;
	unsigned int bank, irq;

	if (set_attr(vm, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_CTLR, &zero))
		return -1;
	for (bank = 0; bank < sizeof(banks) / sizeof(banks[0]); bank++)
		if (reset_bank(vm, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, 0, bank, NR_PRIVATE_IRQS,
			       GIC_NR_IRQS))
			return -1;
	for (irq = NR_PRIVATE_IRQS; irq < GIC_NR_IRQS; irq++)
		if (set_attr(vm, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_IROUTER + irq * 8, &zero))
			return -1;
	return 0;
}

static int reset_redistributor(struct vm *vm, uint64_t mpidr)
{
	uint64_t attr = mpidr << KVM_DEV_ARM_VGIC_V3_MPIDR_SHIFT | GICR_SGI_FRAME;
	unsigned int bank;

	for (bank = 0; bank < sizeof(banks) / sizeof(banks[0]); bank++)
		if (reset_bank(vm, KVM_DEV_ARM_VGIC_GRP_REDIST_REGS, attr, bank, 0,
			       NR_PRIVATE_IRQS))
			return -1;
	return 0;
}

static int reset_cpu_interface(struct vm *vm, uint64_t mpidr)
{
	static const uint32_t regs[] = {
		ICC_IGRPEN0, ICC_IGRPEN1, ICC_PMR, ICC_BPR0, ICC_BPR1, ICC_AP0R0, ICC_AP1R0,
	};
	static const uint64_t zero;
	unsigned int i;

	for (i = 0; i < sizeof(regs) / sizeof(regs[0]); i++)
		if (set_attr(vm, KVM_DEV_ARM_VGIC_GRP_CPU_SYSREGS,
			     mpidr << KVM_DEV_ARM_VGIC_V3_MPIDR_SHIFT | regs[i], &zero))
			return -1;
	return 0;
}

int gic_reset(struct vm *vm)
{
	unsigned int i;

	if (reset_distributor(vm))
		return -1;
	for (i = 0; i < vm->config->nr_cpus; i++)
		if (reset_redistributor(vm, i) || reset_cpu_interface(vm, i))
			return -1;
	return 0;
}
