// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be in the way of vffa.ko, for the machine: another hook in KVM's handler of guests' calls
 * (hook=1, as a live patch would have), or an SPMC that lies: to the call fid=0x84000063 it answers what
 * it does, but for registers and values in turn, answer=0,0x20000, and the bytes of the list in RX, rx=0xff.
 */
#include <linux/arm-smccc.h>
#include <linux/ftrace.h>
#include <linux/io.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#define FFA_RXTX_MAP_64 0xC4000066
#define FFA_PAGE_SIZE	4096

static bool hook;
module_param(hook, bool, 0444);
MODULE_PARM_DESC(hook, "hook KVM's handler, and let it do as it does");

static uint fid;
module_param(fid, uint, 0444);
MODULE_PARM_DESC(fid, "the call that the SPMC answers wrongly");

static ulong answer[16];
static unsigned int nr_answer;
module_param_array(answer, ulong, &nr_answer, 0444);
MODULE_PARM_DESC(answer, "numbers of registers of its answer, each with its value");

static short rx = -1;
module_param(rx, short, 0444);
MODULE_PARM_DESC(rx, "what each byte of the first page of RX is then");

static phys_addr_t rx_pa; /* of the caller, as it was mapped */

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

	if (!err)
		err = register_ftrace_function(&hook_ops);
	if (err)
		ftrace_free_filter(&hook_ops);
	return err;
}

/* arm_smccc_1_2_smc(args, result): they may be the same. */
struct smc {
	unsigned long *result;
	bool is_meant;
};

static int enter_smc(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct smc *smc = (struct smc *)instance->data;
	const struct arm_smccc_1_2_regs *args = (void *)regs->regs[0];

	if (args->a0 == FFA_RXTX_MAP_64)
		rx_pa = args->a2;
	smc->result = (void *)regs->regs[1];
	smc->is_meant = args->a0 == fid;
	return 0;
}

static int leave_smc(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct smc *smc = (struct smc *)instance->data;
	unsigned int i;

	if (!smc->is_meant)
		return 0;
	for (i = 0; i + 1 < nr_answer; i += 2) {
		if (answer[i] < sizeof(struct arm_smccc_1_2_regs) / sizeof(*smc->result))
			smc->result[answer[i]] = answer[i + 1];
	}
	if (rx >= 0 && rx_pa)
		memset(phys_to_virt(rx_pa), rx, FFA_PAGE_SIZE);
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
	if (hook) {
		unregister_ftrace_function(&hook_ops);
		ftrace_free_filter(&hook_ops);
	} else {
		unregister_kretprobe(&probe);
	}
}

module_init(rival_init);
module_exit(rival_exit);

MODULE_DESCRIPTION("Test of what vffa.ko says when something is in its way");
MODULE_LICENSE("GPL");
