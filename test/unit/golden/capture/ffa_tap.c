// SPDX-License-Identifier: GPL-2.0-only
/*
 * Listens to the kernel's own FF-A driver: prints its memory management calls, and what is in its TX
 * buffer then, byte by byte. Loaded before that driver, it can make it believe that it negotiated
 * another version. Descriptors in several fragments are asked for to their end, whatever the SPMC
 * says to them.
 *
 * For ../capture.sh; of no other use.
 */
#include <linux/arm-smccc.h>
#include <linux/io.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#define FFA_SUCCESS	0x84000061
#define FFA_VERSION	0x84000063
#define FFA_RXTX_MAP_64 0xC4000066
#define FFA_MEM_DONATE	0x71
#define FFA_MEM_SHARE	0x73
#define FFA_MEM_RECLAIM 0x77
#define FFA_MEM_FRAG_RX 0x8400007A
#define FFA_MEM_FRAG_TX 0x7B
#define FFA_RANGE_FIRST 0x60
#define FFA_RANGE_LAST	0x9F

static uint version;
module_param(version, uint, 0444);
MODULE_PARM_DESC(version, "what FFA_VERSION is to answer; 0: what it does");

/* The driver's TX buffer: one for the system, mapped when the driver is loaded. */
static const void *tx;

/* The descriptor that is sent in fragments: its length, and how much there was of it. */
static u32 total_bytes;
static u32 sent_bytes;

struct call {
	struct arm_smccc_1_2_regs *res;
	unsigned long fid;
	bool shown;
	bool fragment;
};

/* The last byte of a call of FF-A, or 0. */
static unsigned int ffa_function(unsigned long fid)
{
	unsigned int function = fid & 0xFFFF;

	if ((fid | 0x40000000) >> 16 != 0xC400 || function < FFA_RANGE_FIRST || function > FFA_RANGE_LAST)
		return 0;
	return function;
}

/* How much of the TX buffer belongs to a call. */
static size_t length_of_tx(unsigned int function, const struct arm_smccc_1_2_regs *args)
{
	if (function >= FFA_MEM_DONATE && function <= FFA_MEM_SHARE)
		return args->a2;
	if (function == FFA_MEM_FRAG_TX)
		return args->a3;
	return 0;
}

/* Is this call one of several with a descriptor? */
static bool count_fragment(unsigned int function, const struct arm_smccc_1_2_regs *args)
{
	if (function == FFA_MEM_FRAG_TX) {
		sent_bytes += args->a3;
		return true;
	}
	if (function < FFA_MEM_DONATE || function > FFA_MEM_SHARE)
		return false;
	total_bytes = args->a1;
	sent_bytes = args->a2;
	return sent_bytes < total_bytes;
}

static void ask_for_more(struct arm_smccc_1_2_regs *res)
{
	*res = (struct arm_smccc_1_2_regs){ .a0 = FFA_SUCCESS };
	if (sent_bytes < total_bytes) {
		res->a0 = FFA_MEM_FRAG_RX;
		res->a3 = sent_bytes;
	}
}

static int on_call(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct call *call = (void *)instance->data;
	const struct arm_smccc_1_2_regs *args = (void *)regs->regs[0];
	unsigned int function = ffa_function(args->a0);
	size_t len = length_of_tx(function, args);

	call->res = (void *)regs->regs[1];
	call->fid = args->a0;
	call->shown = len || function == FFA_MEM_RECLAIM;
	call->fragment = count_fragment(function, args);
	if (args->a0 == FFA_RXTX_MAP_64)
		tx = phys_to_virt(args->a1);
	if (call->shown)
		pr_info("tap: call %lx %lx %lx %lx %lx %lx\n", args->a0, args->a1, args->a2, args->a3,
			args->a4, args->a5);
	if (len && tx)
		print_hex_dump(KERN_INFO, "tap: ", DUMP_PREFIX_OFFSET, 16, 1, tx, len, false);
	return 0;
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct call *call = (void *)instance->data;

	if (call->fid == FFA_VERSION && version)
		call->res->a0 = version;
	if (call->shown)
		pr_info("tap: answer %lx %lx %lx %lx\n", call->res->a0, call->res->a1, call->res->a2,
			call->res->a3);
	if (call->fragment)
		ask_for_more(call->res);
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "arm_smccc_1_2_smc",
	.entry_handler = on_call,
	.handler = on_return,
	.data_size = sizeof(struct call),
};

static int __init tap_init(void)
{
	return register_kretprobe(&probe);
}
module_init(tap_init);

static void __exit tap_exit(void)
{
	unregister_kretprobe(&probe);
}
module_exit(tap_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Prints the memory management calls of the FF-A driver");
