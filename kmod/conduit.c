// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way to the SPMC. What is said on it is the core's business.
 *
 * Interrupts stay on during an SMC: one of the host's own brings the CPU back from a partition.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "conduit.h"

#include <linux/arm-smccc.h>
#include <linux/bits.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/smp.h>

#include <vffa/relay.h>

#include "errno.h"
#include "guest.h"
#include "port.h"
#include "trace.h"
#include "vtimer.h"

static bool cross_check;
module_param(cross_check, bool, 0444);
MODULE_PARM_DESC(cross_check, "for debugging: look up at the SPMC what VMs send it (default N)");

/*
 * For an SPMC that loses memory with every VM it is told of (VFFA_QUIRK_VM_LEAKS): well below what
 * OP-TEE 4.10 was seen to bear (machine/README.md).
 */
static struct vffa_announce_limits announce = { .in_all = 40, .per_vm = 10 };
module_param_named(max_announcements, announce.in_all, uint, 0444);
MODULE_PARM_DESC(
	max_announcements,
	"VMs created or reset since loading, for an SPMC that loses memory with each; more can crash the secure world (default 40, 0 = no limit)");
module_param_named(max_vm_announcements, announce.per_vm, uint, 0444);
MODULE_PARM_DESC(max_vm_announcements,
		 "how many of these may be of one VM (default 10, 0 = no limit)");

/* <linux/arm-smccc.h> and the core have the same idea of x0-x17. */
static_assert(sizeof(struct arm_smccc_1_2_regs) == sizeof(struct vffa_regs));
static_assert(offsetof(struct arm_smccc_1_2_regs, a17) == offsetof(struct vffa_regs, x[17]));

static struct vffa_relay relay;
static struct vffa_lock id_lock = { .mutex = __MUTEX_INITIALIZER(id_lock.mutex) };
static struct vffa_lock page_lock = { .mutex = __MUTEX_INITIALIZER(page_lock.mutex) };
static struct vffa_lock tx_lock = { .mutex = __MUTEX_INITIALIZER(tx_lock.mutex) };
static struct vffa_lock rx_lock = { .mutex = __MUTEX_INITIALIZER(rx_lock.mutex) };
static void *tx;
static void *rx;
static u32 nr_pages; /* of each */
static bool has_firmware;

static void do_smc(struct vffa_regs *regs)
{
	struct arm_smccc_1_2_regs *smccc = (struct arm_smccc_1_2_regs *)regs;

	arm_smccc_1_2_smc(smccc, smccc);
}

/**
 * struct remote_smc - an SMC to be made on a certain CPU
 * @regs: in and out
 * @cpu:  which
 * @done: it was made
 */
struct remote_smc {
	struct vffa_regs *regs;
	u32 cpu;
	bool done;
};

/* A CPU that goes offline meanwhile leaves its work to others. */
static int smc_if_there(void *data)
{
	struct remote_smc *remote = data;

	preempt_disable();
	if (smp_processor_id() == remote->cpu) {
		do_smc(remote->regs);
		remote->done = true;
	}
	preempt_enable();

	return 0;
}

/* Rare, and kept apart: its stack would burden every call. */
static noinline_for_stack enum vffa_ret smc_remote(struct vffa_regs *regs, u32 cpu)
{
	struct remote_smc remote = { .regs = regs, .cpu = cpu };

	if (smp_call_on_cpu(cpu, smc_if_there, &remote, false))
		return VFFA_ABORTED;
	return remote.done ? VFFA_OK : VFFA_ABORTED;
}

static __always_inline enum vffa_ret make_smc(struct vffa_regs *regs, u32 *cpu)
{
	u32 here;

	if (unlikely(!has_firmware)) {
		regs->x[0] = (u64)FFA_RET_NOT_SUPPORTED;
		return VFFA_OK;
	}

	/* Only so is it known where the call was made. */
	preempt_disable();
	here = smp_processor_id();
	if (likely(*cpu == VFFA_CPU_ANY || *cpu == here)) {
		do_smc(regs);
		preempt_enable();
		*cpu = here;
		return VFFA_OK;
	}
	preempt_enable();

	return smc_remote(regs, *cpu);
}

static noinline enum vffa_ret smc_traced(struct vffa_regs *regs, u32 *cpu)
{
	u32 fid = lower_32_bits(regs->x[0]);
	u32 w1 = lower_32_bits(regs->x[1]);
	u64 begin_ns = ktime_get_ns();
	enum vffa_ret ret = make_smc(regs, cpu);

	trace_vffa_smc(fid, w1, regs, *cpu, ktime_get_ns() - begin_ns);
	return ret;
}

enum vffa_ret vffa_conduit_smc(void *port, struct vffa_regs *regs, u32 *cpu)
{
	if (trace_vffa_smc_enabled())
		return smc_traced(regs, cpu);
	return make_smc(regs, cpu);
}

/* From another CPU it is made by a kernel thread, which KVM has taken a guest's timer from. */
enum vffa_ret vffa_conduit_run(void *port, struct vffa_regs *regs, u32 *cpu)
{
	struct vffa_vtimer timer;
	enum vffa_ret ret;

	preempt_disable();
	if (*cpu != VFFA_CPU_ANY && *cpu != smp_processor_id()) {
		preempt_enable();
		return vffa_conduit_smc(port, regs, cpu);
	}
	vffa_vtimer_suspend(&timer);
	ret = vffa_conduit_smc(port, regs, cpu);
	vffa_vtimer_resume(&timer);
	preempt_enable();

	return ret;
}

struct vffa_relay *vffa_conduit_relay(void)
{
	return &relay;
}

static bool find_firmware(void)
{
	u32 version = arm_smccc_get_version();

	if (arm_smccc_1_1_get_conduit() != SMCCC_CONDUIT_SMC) {
		pr_warn("this host has no firmware to call by SMC: guests get FF-A without secure partitions\n");
		return false;
	}
	if (version < ARM_SMCCC_VERSION_1_2) {
		pr_warn("the firmware speaks SMC calling convention %u.%u, and FF-A needs 1.2: guests get FF-A without secure partitions\n",
			version >> 16, version & 0xFFFF);
		return false;
	}
	return true;
}

static size_t buffer_size(void)
{
	return (size_t)nr_pages * FFA_PAGE_SIZE;
}

/* From TX to RX. */
static size_t rx_offset(void)
{
	return roundup_pow_of_two(nr_pages) * FFA_PAGE_SIZE;
}

static void free_buffers(void)
{
	if (tx)
		free_pages_exact(tx, rx_offset() + buffer_size());
	rx = NULL;
	tx = NULL;
}

/*
 * As large as FFA_RXTX_MAP can say, or as there is memory in one piece: then a power of two, which is
 * whole granules of any SPMC down to its smallest buffer. Each begins at a multiple of a power of two of
 * pages that has room for it. Both are of one piece: far apart they need two of OP-TEE's translation
 * tables, and it has few, and loses some with each VM.
 */
static int alloc_buffers(void)
{
	u32 piece;

	for (piece = FFA_RXTX_MAP_PAGES_MASK + 1; piece; piece /= 2) {
		nr_pages = min(piece, FFA_RXTX_MAP_PAGES_MASK);
		tx = alloc_pages_exact(rx_offset() + buffer_size(),
				       GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
		if (tx) {
			rx = tx + rx_offset();
			return 0;
		}
	}
	return -ENOMEM;
}

static int start_error(enum vffa_ret ret)
{
	if (relay.failed_fid == FFA_VERSION && ret == VFFA_NOT_SUPPORTED) {
		pr_err("the SPMC speaks FF-A %u.%u, and vffa 1.x: update the older of the two\n",
		       relay.spmc_says >> 16, relay.spmc_says & 0xFFFF);
		return -EPROTO;
	}
	if (relay.failed_fid == FFA_RXTX_MAP_64 && ret == VFFA_DENIED) {
		pr_err("the stock driver ffa-module has the SPMC's RX/TX buffers, and vffa takes its place: modprobe -r ffa-module and load vffa again\n");
		return -EBUSY;
	}
	if (ret == VFFA_ABORTED) {
		pr_err("the SPMC's answer to function %#x is ABORTED, or makes no sense\n",
		       relay.failed_fid);
		return vffa_ret_to_errno(ret);
	}
	pr_err("the SPMC answered %s to function %#x\n", vffa_ret_str(ret), relay.failed_fid);
	return vffa_ret_to_errno(ret);
}

static void describe_quirks(u32 quirks)
{
	char names[160] = "";
	const char *name;
	unsigned int i;
	int len = 0;

	for (i = 0; (name = vffa_quirk_name(BIT(i))); i++) {
		if (quirks & BIT(i))
			len += scnprintf(names + len, sizeof(names) - len, " %s", name);
	}
	if (len)
		pr_info("known defects of this SPMC, worked around:%s\n", names);
}

static void describe(void)
{
	const struct vffa_spmc *spmc = &relay.spmc;

	if (!spmc->version) {
		if (has_firmware)
			pr_warn("the firmware has no SPMC that speaks FF-A 1.x: guests get FF-A without secure partitions\n");
		return;
	}
	pr_info("FF-A %u.%u with SPMC %#x, %u secure partitions, RX/TX of %u KiB\n",
		spmc->version >> 16, spmc->version & 0xFFFF, spmc->id, spmc->nr_parts,
		relay.cfg.nr_pages * (FFA_PAGE_SIZE / 1024));
	if (spmc->nr_hidden)
		pr_warn("%u further entries of the SPMC's list are not served\n", spmc->nr_hidden);
	describe_quirks(spmc->quirks);
}

int vffa_conduit_start(void)
{
	struct vffa_relay_config cfg = {
		.ops = &vffa_kernel_port_ops,
		.id_lock = &id_lock,
		.page_lock = &page_lock,
		.tx_lock = &tx_lock,
		.rx_lock = &rx_lock,
		.cross_check = cross_check,
		.announce = announce,
	};
	enum vffa_ret ret;
	int err;

	err = alloc_buffers();
	if (err)
		return err;
	cfg.nr_pages = nr_pages;
	cfg.tx = tx;
	cfg.rx = rx;
	cfg.tx_pa.addr = virt_to_phys(tx);
	cfg.rx_pa.addr = virt_to_phys(rx);

	has_firmware = find_firmware();
	ret = vffa_relay_start(&relay, &cfg);
	if (ret) {
		err = start_error(ret);
		/* Not only the buffers: the SPMC may have refused to give them back. */
		vffa_conduit_stop();
		return err;
	}

	describe();
	return 0;
}

void vffa_conduit_stop(void)
{
	if (vffa_relay_stop(&relay)) {
		/* The secure world may write to them at any time. */
		pr_err("the SPMC does not give the RX/TX buffers back: their %zu KiB stay unused\n",
		       2 * buffer_size() / 1024);
		return;
	}
	free_buffers();
}
