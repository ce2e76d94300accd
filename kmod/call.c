// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call of a guest: registers in, the core, registers out.
 *
 * This is the hot path: no lock, no allocation, no look-up. Which calls come here is decided in
 * hook.c; what they mean, in the core.
 */
#include "call.h"

#include <linux/ktime.h>
#include <linux/kvm_host.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <asm/kvm_emulate.h>

#include <uapi/linux/vffa.h>

#include "errno.h"
#include "guest.h"
#include "trace.h"

static_assert(sizeof_field(struct user_pt_regs, regs) >= sizeof(struct vffa_regs));
static_assert(sizeof_field(struct vffa_call_regs, regs) == sizeof(struct vffa_regs));
static_assert(sizeof_field(struct vffa_resume_call, regs) == sizeof(struct vffa_regs));

/*
 * The core wants one call of a vCPU at a time. KVM sees to that for its own calls; nothing keeps a
 * VMM from calling for the same vCPU by ioctl at the same time.
 */
static __always_inline bool take_seat(struct vffa_seat *seat, struct kvm_vcpu *kvm_vcpu)
{
	if (atomic_cmpxchg_acquire(&seat->taken, 0, 1))
		return false;
	seat->kvm_vcpu = kvm_vcpu;
	return true;
}

static void leave_seat(struct vffa_seat *seat)
{
	atomic_set_release(&seat->taken, 0);
}

/*
 * An interrupt that is new to the vCPU since it left its guest comes with a request
 * (KVM_REQ_IRQ_PENDING), whether a device, a timer or another vCPU raised it; one that was there
 * before was offered to the guest already. So requests tell all, and the vGIC's state, which may
 * not be read from here, is not needed. GICv4's direct injection is the exception: the guest gets
 * such an interrupt when the partition returns.
 *
 * For a call by ioctl the vCPU is not known, nor what waits for it: the guest gets its chance
 * whenever the partition was stopped.
 */
bool vffa_call_must_leave(const struct vffa_vcpu *vcpu)
{
	const struct vffa_guest *guest = vffa_guest_of(vcpu->vm);
	struct kvm_vcpu *kvm_vcpu = guest->seats[vcpu->index].kvm_vcpu;

	/* Its drivers have nothing else to do. */
	if (vffa_guest_is_host(guest))
		return false;
	return signal_pending(current) || !kvm_vcpu || kvm_request_pending(kvm_vcpu);
}

/* The same exit as KVM's own for a filtered call. */
static void prepare_exit(struct kvm_vcpu *kvm_vcpu)
{
	u8 class = kvm_vcpu_trap_get_class(kvm_vcpu);
	struct kvm_run *run = kvm_vcpu->run;
	u64 flags = 0;

	if (class == ESR_ELx_EC_SMC32 || class == ESR_ELx_EC_SMC64)
		flags |= KVM_HYPERCALL_EXIT_SMC;
	if (!kvm_vcpu_trap_il_is32bit(kvm_vcpu))
		flags |= KVM_HYPERCALL_EXIT_16BIT;

	run->exit_reason = KVM_EXIT_HYPERCALL;
	run->hypercall = (typeof(run->hypercall)){
		.nr = lower_32_bits(vcpu_get_reg(kvm_vcpu, 0)),
		.flags = flags,
	};
}

static noinline enum vffa_action call_traced(struct vffa_vcpu *vcpu, struct vffa_regs *regs,
					     bool aarch32)
{
	u32 fid = lower_32_bits(regs->x[0]);
	u64 begin_ns = ktime_get_ns();
	enum vffa_action action;

	trace_vffa_call_enter(vcpu, regs);
	action = vffa_call(vcpu, regs, aarch32);
	trace_vffa_call_exit(vcpu, fid, regs, action, ktime_get_ns() - begin_ns);

	return action;
}

static __always_inline enum vffa_action make_call(struct vffa_vcpu *vcpu, struct vffa_regs *regs,
						  bool aarch32)
{
	if (trace_vffa_call_enter_enabled() || trace_vffa_call_exit_enabled())
		return call_traced(vcpu, regs, aarch32);
	return vffa_call(vcpu, regs, aarch32);
}

static enum vffa_action call_seated(struct vffa_vcpu *vcpu, struct kvm_vcpu *kvm_vcpu)
{
	/* The thread has them to itself, and the core works on a copy. */
	struct vffa_regs *regs = (struct vffa_regs *)vcpu_gp_regs(kvm_vcpu)->regs;

	/* The VMM has yet to finish the last one; only it can go on. */
	if (vffa_is_parked(vcpu))
		return VFFA_EXIT_TO_VMM;

	return make_call(vcpu, regs, vcpu_mode_is_32bit(kvm_vcpu));
}

int vffa_call_from_kvm(struct kvm_vcpu *kvm_vcpu, struct vffa_guest *guest)
{
	struct vffa_seat *seat = &guest->seats[kvm_vcpu->vcpu_id];
	enum vffa_action action = VFFA_EXIT_TO_VMM;

	if (take_seat(seat, kvm_vcpu)) {
		action = call_seated(&guest->vcpus[kvm_vcpu->vcpu_id], kvm_vcpu);
		leave_seat(seat);
	}
	if (action == VFFA_EXIT_TO_VMM)
		prepare_exit(kvm_vcpu);

	/* The guest may be gone with this. */
	vffa_vm_leave(&guest->vm);

	return action == VFFA_RESUME_GUEST;
}

/* The bounds are checked before they are used as an index by speculation, too. */
static struct vffa_vcpu *find_vcpu(struct vffa_guest *guest, u32 index)
{
	if (index >= guest->vm.nr_vcpus)
		return NULL;
	return &guest->vcpus[array_index_nospec(index, guest->vm.nr_vcpus)];
}

/* For an ioctl; 0 and the seat taken, or the reason why not. */
static int enter_vcpu(struct vffa_guest *guest, struct vffa_vcpu *vcpu)
{
	if (!vffa_vm_enter(&guest->vm))
		return -ESHUTDOWN;
	if (!take_seat(&guest->seats[vcpu->index], NULL)) {
		vffa_vm_leave(&guest->vm);
		return -EBUSY;
	}
	return 0;
}

static void leave_vcpu(struct vffa_guest *guest, struct vffa_vcpu *vcpu)
{
	leave_seat(&guest->seats[vcpu->index]);
	vffa_vm_leave(&guest->vm);
}

int vffa_call_from_ioctl(struct vffa_guest *guest, struct vffa_call_regs *call)
{
	struct vffa_vcpu *vcpu = find_vcpu(guest, call->vcpu);
	bool aarch32 = call->flags & VFFA_CALL_AARCH32;
	enum vffa_action action;
	struct vffa_regs regs;
	int err;

	if (!vcpu || (call->flags & ~VFFA_CALL_AARCH32) || !vffa_is_ours((u32)call->regs[0]))
		return -EINVAL;
	err = enter_vcpu(guest, vcpu);
	if (err)
		return err;
	if (vffa_is_parked(vcpu)) {
		err = -EBUSY;
		goto out_leave;
	}

	memcpy(&regs, call->regs, sizeof(regs));
	action = make_call(vcpu, &regs, aarch32);
	memcpy(call->regs, &regs, sizeof(regs));
	call->flags = action == VFFA_EXIT_TO_VMM ? VFFA_CALL_PARKED : 0;

out_leave:
	leave_vcpu(guest, vcpu);
	return err;
}

/* Its time is that since the VMM came back, not since the guest called. */
static enum vffa_action resume_seated(struct vffa_vcpu *vcpu, enum vffa_ret result,
				      struct vffa_regs *regs)
{
	u32 fid = lower_32_bits(regs->x[0]);
	u64 begin_ns = ktime_get_ns();
	enum vffa_action action = vffa_resume(vcpu, result, regs);

	trace_vffa_call_exit(vcpu, fid, regs, action, ktime_get_ns() - begin_ns);
	return action;
}

int vffa_call_resume(struct vffa_guest *guest, struct vffa_resume_call *call)
{
	struct vffa_vcpu *vcpu = find_vcpu(guest, call->vcpu);
	enum vffa_action action;
	struct vffa_regs regs;
	int err;

	if (!vcpu || call->flags || call->pad || call->result > 0)
		return -EINVAL;
	err = enter_vcpu(guest, vcpu);
	if (err)
		return err;
	if (!vffa_is_parked(vcpu)) {
		err = -ENOENT;
		goto out_leave;
	}

	memcpy(&regs, call->regs, sizeof(regs));
	action = resume_seated(vcpu, vffa_ret_from_errno(call->result), &regs);
	memcpy(call->regs, &regs, sizeof(regs));
	call->flags = action == VFFA_EXIT_TO_VMM ? VFFA_CALL_PARKED : 0;

out_leave:
	leave_vcpu(guest, vcpu);
	return err;
}

static DECLARE_WAIT_QUEUE_HEAD(host_seats);

/* This CPU's, or the next that is free; NULL = none is. */
static struct vffa_vcpu *take_any_seat(struct vffa_guest *guest)
{
	u16 nr = guest->vm.nr_vcpus;
	unsigned int here = raw_smp_processor_id();
	unsigned int i, at;

	for (i = 0; i < nr; i++) {
		at = (here + i) % nr;
		if (take_seat(&guest->seats[at], NULL))
			return &guest->vcpus[at];
	}
	return NULL;
}

/* Nobody revokes anything from the host's kernel: who lends does not look. */
static void call_and_finish(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	enum vffa_action action = make_call(vcpu, regs, false);

	while (action == VFFA_EXIT_TO_VMM)
		action = resume_seated(vcpu, VFFA_OK, regs);
}

int vffa_call_from_host(struct vffa_guest *guest, struct vffa_regs *regs)
{
	struct vffa_vcpu *vcpu;

	if (!vffa_vm_enter(&guest->vm))
		return -ESHUTDOWN;
	wait_event(host_seats, (vcpu = take_any_seat(guest)));
	call_and_finish(vcpu, regs);
	leave_seat(&guest->seats[vcpu->index]);
	wake_up(&host_seats);
	vffa_vm_leave(&guest->vm);

	return 0;
}

static int copy_ranges(struct vffa_guest_range __user *to, const struct vffa_range *ranges, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		struct vffa_guest_range range = {
			.guest_phys_addr = ranges[i].addr,
			.size = (u64)ranges[i].nr_pages * FFA_PAGE_SIZE,
		};

		if (copy_to_user(&to[i], &range, sizeof(range)))
			return -EFAULT;
	}
	return 0;
}

/*
 * How many ranges there are is bounded by the VM's limits. Return: those from @call->first on; NULL =
 * none are wanted, or left; an error.
 */
static struct vffa_range *get_ranges(const struct vffa_vcpu *vcpu, struct vffa_parked_call *call)
{
	struct vffa_range *ranges;

	if (call->first >= call->nr_ranges)
		call->max = 0;
	else
		call->max = min(call->max, call->nr_ranges - call->first);
	if (!call->max)
		return NULL;

	ranges = kvmalloc_array(call->max, sizeof(*ranges), GFP_KERNEL_ACCOUNT);
	if (!ranges)
		return ERR_PTR(-ENOMEM);
	call->max = vffa_exit_ranges(vcpu, call->first, call->max, ranges);

	return ranges;
}

static struct vffa_range *get_exit_seated(const struct vffa_vcpu *vcpu,
					  struct vffa_parked_call *call)
{
	static const u32 ops[] = {
		[VFFA_EXIT_REVOKE] = VFFA_PARKED_REVOKE,
		[VFFA_EXIT_RESTORE] = VFFA_PARKED_RESTORE,
	};
	struct vffa_exit exit;

	if (!vffa_is_parked(vcpu))
		return ERR_PTR(-ENOENT);
	vffa_exit_get(vcpu, &exit);
	call->op = ops[exit.op];
	call->nr_ranges = exit.nr_ranges;

	return get_ranges(vcpu, call);
}

int vffa_call_get_exit(struct vffa_guest *guest, struct vffa_parked_call *call)
{
	struct vffa_vcpu *vcpu = find_vcpu(guest, call->vcpu);
	struct vffa_range *ranges;
	int err;

	if (!vcpu || call->pad)
		return -EINVAL;
	err = enter_vcpu(guest, vcpu);
	if (err)
		return err;
	ranges = get_exit_seated(vcpu, call);
	leave_vcpu(guest, vcpu);
	if (IS_ERR_OR_NULL(ranges))
		return PTR_ERR_OR_ZERO(ranges);

	/* The VMM's memory may take its time; the VM's end does not wait for that. */
	err = copy_ranges(u64_to_user_ptr(call->ranges), ranges, call->max);
	kvfree(ranges);

	return err;
}
