// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be in the way of vffa.ko, for the machine: another hook in KVM's handler of guests' calls
 * (hook=1, as a live patch would have), or an SPMC of another FF-A version (version=0x20000).
 */
#include <linux/arm-smccc.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#define FFA_VERSION 0x84000063

static bool hook;
module_param(hook, bool, 0444);
MODULE_PARM_DESC(hook, "hook KVM's handler, and let it do as it does");

static uint version;
module_param(version, uint, 0444);
MODULE_PARM_DESC(version, "what the SPMC is to answer to FFA_VERSION: major << 16 | minor");

static notrace void on_call(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			    struct ftrace_regs *fregs)
{
}

static struct ftrace_ops hook_ops = {
	.func = on_call,
	.flags = FTRACE_OPS_FL_IPMODIFY,
};

static int add_hook(void)
{
	static char name[] = "kvm_smccc_call_handler";
	int err = ftrace_set_filter(&hook_ops, name, sizeof(name) - 1, 1);

	return err ?: register_ftrace_function(&hook_ops);
}

/* arm_smccc_1_2_smc(args, result): they may be the same. */
struct smc {
	struct arm_smccc_1_2_regs *result;
	bool asks_version;
};

static int enter_smc(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct smc *smc = (struct smc *)instance->data;
	const struct arm_smccc_1_2_regs *args = (void *)regs->regs[0];

	smc->result = (void *)regs->regs[1];
	smc->asks_version = args->a0 == FFA_VERSION;
	return 0;
}

static int leave_smc(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct smc *smc = (struct smc *)instance->data;

	if (smc->asks_version)
		smc->result->a0 = version;
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "arm_smccc_1_2_smc",
	.entry_handler = enter_smc,
	.handler = leave_smc,
	.data_size = sizeof(struct smc),
};

static int __init rival_init(void)
{
	if (hook)
		return add_hook();
	return register_kretprobe(&probe);
}

static void __exit rival_exit(void)
{
	if (hook)
		unregister_ftrace_function(&hook_ops);
	else
		unregister_kretprobe(&probe);
}

module_init(rival_init);
module_exit(rival_exit);

MODULE_DESCRIPTION("Test of what vffa.ko says when something is in its way");
MODULE_LICENSE("GPL");
