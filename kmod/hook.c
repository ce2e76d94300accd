// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hook in KVM's handler of a guest's HVC and SMC, by ftrace.
 *
 * The callback decides; vffa_call_from_kvm() then runs instead of the handler, or the handler runs
 * as if nothing were here. The original is never called from our code.
 *
 * KVM's structures are read only in the thread of the vCPU that KVM passed to its handler.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "hook.h"

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/hashtable.h>
#include <linux/kallsyms.h>
#include <linux/kvm_host.h>
#include <linux/magic.h>
#include <linux/rcupdate.h>

#include <asm/kvm_emulate.h>

#include "call.h"
#include "compat.h"
#include "guest.h"

#define HANDLER "kvm_smccc_call_handler"

static DEFINE_MUTEX(bind_lock); /* writers of the table */
static DEFINE_HASHTABLE(bound, 7); /* struct vffa_guest by its kvm; read under RCU */
static bool registered;

/*
 * An HVC with an immediate is another hypervisor's interface, not SMCCC (DEN0028, "SMC and HVC
 * immediate value"). KVM has dealt with such an SMC before it calls the handler.
 */
static bool is_smccc(const struct kvm_vcpu *vcpu)
{
	switch (kvm_vcpu_trap_get_class(vcpu)) {
	case ESR_ELx_EC_SMC32:
	case ESR_ELx_EC_SMC64:
		return true;
	case ESR_ELx_EC_HVC32:
	case ESR_ELx_EC_HVC64:
		return !kvm_vcpu_hvc_get_imm(vcpu);
	default:
		return false;
	}
}

static struct vffa_guest *find_guest_rcu(const struct kvm *kvm)
{
	struct vffa_guest *guest;

	hash_for_each_possible_rcu(bound, guest, bound, (unsigned long)kvm) {
		if (guest->kvm == kvm)
			return guest;
	}
	return NULL;
}

/*
 * vcpu_id, not vcpu_idx: it is the number the VMM gave and MPIDR_EL1 follows from it, while the
 * other is the order in which the VMM's threads came.
 *
 * A guest that takes no calls (reset, the end) is left to KVM. So is the process that is not the
 * guest's own: KVM_RUN works only in the one that created the KVM VM.
 */
static bool enter_rcu(struct vffa_guest *guest, const struct kvm_vcpu *vcpu)
{
	return (u32)vcpu->vcpu_id < guest->vm.nr_vcpus && current->mm == guest->mm &&
	       vffa_vm_enter(&guest->vm);
}

/* Counts before the redirection, so that a guest stays until its call has left. */
static struct vffa_guest *enter_guest(const struct kvm_vcpu *vcpu)
{
	struct vffa_guest *guest;

	rcu_read_lock();
	guest = find_guest_rcu(vcpu->kvm);
	if (guest && !enter_rcu(guest, vcpu))
		guest = NULL;
	rcu_read_unlock();

	return guest;
}

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS

/* Apart from on_call(), which then needs no stack frame. */
static noinline notrace void divert_if_bound(struct kvm_vcpu *vcpu, struct ftrace_regs *fregs)
{
	struct vffa_guest *guest;

	if (!is_smccc(vcpu))
		return;
	guest = enter_guest(vcpu);
	if (!guest)
		return;

	vffa_ftrace_set_argument(fregs, 1, (unsigned long)guest);
	ftrace_regs_set_instruction_pointer(fregs, (unsigned long)vffa_call_from_kvm);
}

/* Every SMC and HVC of every guest of this host: the function id first. May not sleep. */
static notrace void on_call(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			    struct ftrace_regs *fregs)
{
	struct kvm_vcpu *vcpu = (struct kvm_vcpu *)ftrace_regs_get_argument(fregs, 0);

	if (vffa_is_ours(lower_32_bits(vcpu_get_reg(vcpu, 0))))
		divert_if_bound(vcpu, fregs);
}

/* PERMANENT: switching ftrace off would silently take guests' FF-A away. */
static struct ftrace_ops hook_ops = {
	.func = on_call,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT,
};

static notrace void do_nothing(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			       struct ftrace_regs *fregs)
{
}

/* Nobody's rival: it is refused only when ftrace is off. */
static struct ftrace_ops probe_ops = {
	.func = do_nothing,
	.flags = FTRACE_OPS_FL_PERMANENT,
};

static int register_ops(struct ftrace_ops *ops)
{
	int err = ftrace_set_filter(ops, HANDLER, strlen(HANDLER), 1);

	return err ?: register_ftrace_function(ops);
}

static bool is_ftrace_on(void)
{
	bool on = !register_ops(&probe_ops);

	if (on)
		unregister_ftrace_function(&probe_ops);
	ftrace_free_filter(&probe_ops);
	return on;
}

/* NULL, or why not and what to do. */
static const char *start_hook(void)
{
	switch (register_ops(&hook_ops)) {
	case 0:
		return NULL;
	case -EBUSY:
		return is_ftrace_on()
			       ? "another hook, such as a live patch, has KVM's " HANDLER
				 ": remove it and load vffa again"
			       : "ftrace is off: sysctl kernel.ftrace_enabled=1 and load vffa again";
	case -EINVAL:
		return "ftrace knows no " HANDLER " here: use a kernel that vffa was made for";
	default:
		return "ftrace failed: load vffa again";
	}
}

static void stop_hook(void)
{
	if (registered)
		unregister_ftrace_function(&hook_ops);

	/* No call is inside, but a thread may still be on the way out, preempted even. */
	synchronize_rcu_tasks();
	ftrace_free_filter(&hook_ops);
}

#else

static const char *start_hook(void)
{
	return "this kernel has no DYNAMIC_FTRACE_WITH_ARGS: use one that has";
}

static void stop_hook(void)
{
}

#endif

void vffa_hook_register(void)
{
	const char *why_not = start_hook();

	registered = !why_not;
	if (why_not)
		pr_warn("no hook in KVM, %s; until then VMMs have to forward calls (vffa-vmm --way filter)\n",
			why_not);
}

void vffa_hook_unregister(void)
{
	stop_hook();
	registered = false;
}

bool vffa_hook_is_registered(void)
{
	return registered;
}

/*
 * KVM offers no way to ask. The name alone could be that of a memfd, the file system alone that of
 * any anonymous file; the name of the ioctl makes sure.
 */
static bool is_kvm_vm(const struct file *file)
{
	char symbol[KSYM_SYMBOL_LEN];

	if (file_inode(file)->i_sb->s_magic != ANON_INODE_FS_MAGIC ||
	    strcmp(file->f_path.dentry->d_name.name, "kvm-vm") || !file->f_op->unlocked_ioctl)
		return false;
	sprint_symbol_no_offset(symbol, (unsigned long)file->f_op->unlocked_ioctl);
	return !strcmp(symbol, "kvm_vm_ioctl");
}

static bool is_bound_locked(const struct kvm *kvm)
{
	struct vffa_guest *guest;

	hash_for_each_possible(bound, guest, bound, (unsigned long)kvm) {
		if (guest->kvm == kvm)
			return true;
	}
	return false;
}

static int bind_file(struct vffa_guest *guest, struct file *file)
{
	const struct kvm *kvm = file->private_data;
	int err = -EBUSY;

	mutex_lock(&bind_lock);
	if (!guest->kvm_file && !is_bound_locked(kvm)) {
		guest->kvm_file = file;
		guest->kvm = kvm;
		hash_add_rcu(bound, &guest->bound, (unsigned long)kvm);
		err = 0;
	}
	mutex_unlock(&bind_lock);

	return err;
}

int vffa_hook_bind(struct vffa_guest *guest, int kvm_fd)
{
	struct file *file;
	int err = -EINVAL;

	if (!registered)
		return -EOPNOTSUPP;
	file = fget(kvm_fd);
	if (!file)
		return -EBADF;
	if (is_kvm_vm(file) && vffa_npi_fits(guest, file->private_data))
		err = bind_file(guest, file);
	if (err)
		fput(file);
	else
		vffa_npi_bind(guest, file->private_data);

	return err;
}

void vffa_hook_unbind(struct vffa_guest *guest)
{
	if (!guest->kvm_file)
		return;

	mutex_lock(&bind_lock);
	hash_del_rcu(&guest->bound);
	mutex_unlock(&bind_lock);

	/* A reader that still finds the guest has the KVM VM by its vCPU. */
	fput(guest->kvm_file);
	guest->kvm_file = NULL;
}
