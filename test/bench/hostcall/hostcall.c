// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host itself pays for a direct request to OP-TEE: the same call a VM's becomes, made
 * from here with the id of a VM that is alive. Measures when it is loaded, and prints.
 *
 * For the bench only: it knows nothing of who else uses that id.
 */
#include <linux/arm-smccc.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "ticks.h"

#define FFA_ID_GET	   0x84000069
#define FFA_DIRECT_REQ_32  0x8400006F
#define FFA_DIRECT_RESP_32 0x84000070
#define FFA_INTERRUPT	   0x84000062
#define FFA_RUN		   0x8400006D
#define PSCI_VERSION	   0x84000000
#define NR_SAMPLES	   1001

static ushort src;
module_param(src, ushort, 0444);
MODULE_PARM_DESC(src, "id of a VM that OP-TEE knows");

static ushort dst = 0x8001;
module_param(dst, ushort, 0444);
MODULE_PARM_DESC(dst, "OP-TEE's id");

/* No call at all: what measuring costs. */
static bool call_nothing(struct arm_smccc_1_2_regs *regs)
{
	return true;
}

static bool call_psci(struct arm_smccc_1_2_regs *regs)
{
	regs->a0 = PSCI_VERSION;
	arm_smccc_1_2_smc(regs, regs);
	return (int)regs->a0 > 0;
}

static bool call_id_get(struct arm_smccc_1_2_regs *regs)
{
	regs->a0 = FFA_ID_GET;
	arm_smccc_1_2_smc(regs, regs);
	return true;
}

static bool call_direct(struct arm_smccc_1_2_regs *regs)
{
	regs->a0 = FFA_DIRECT_REQ_32;
	regs->a1 = (u32)src << 16 | dst;
	arm_smccc_1_2_smc(regs, regs);
	while (regs->a0 == FFA_INTERRUPT) {
		u64 target = regs->a1;

		*regs = (struct arm_smccc_1_2_regs){ .a0 = FFA_RUN, .a1 = target };
		arm_smccc_1_2_smc(regs, regs);
	}
	return regs->a0 == FFA_DIRECT_RESP_32;
}

static int measure(const char *name, bool (*call)(struct arm_smccc_1_2_regs *regs), u64 *samples)
{
	unsigned int i;

	for (i = 0; i < NR_SAMPLES; i++) {
		struct arm_smccc_1_2_regs regs = {};
		u64 start = ticks();
		bool good = call(&regs);

		samples[i] = ticks() - start;
		if (!good) {
			pr_err("hostcall: %s: answer 0x%lx 0x%lx\n", name, regs.a0, regs.a2);
			return -EIO;
		}
	}
	median_ticks(samples, NR_SAMPLES);
	pr_info("hostcall: bench: %s median %llu min %llu max %llu\n", name,
		samples[NR_SAMPLES / 2], samples[0], samples[NR_SAMPLES - 1]);
	return 0;
}

static int __init hostcall_init(void)
{
	u64 *samples = kvmalloc_array(NR_SAMPLES, sizeof(*samples), GFP_KERNEL);
	int err;

	if (!samples)
		return -ENOMEM;
	err = measure("nothing", call_nothing, samples);
	if (!err)
		err = measure("psci", call_psci, samples);
	if (!err)
		err = measure("id_get", call_id_get, samples);
	if (!err)
		err = measure("direct", call_direct, samples);
	kvfree(samples);
	return err;
}

static void __exit hostcall_exit(void)
{
}

module_init(hostcall_init);
module_exit(hostcall_exit);

MODULE_DESCRIPTION("The host's own price of a direct request to OP-TEE");
MODULE_LICENSE("GPL");
