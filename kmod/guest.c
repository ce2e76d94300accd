// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a guest: creation, the worker, reset, the end.
 *
 * A guest outlives its descriptor and its process as long as something of it is left in the secure
 * world. Each guest holds the module. What the worker does in detail is the core's.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "guest.h"

#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "account.h"
#include "conduit.h"
#include "errno.h"
#include "guest_list.h"
#include "hook.h"
#include "rules.h"
#include "sri.h"
#include "trace.h"

/* close() waits this long for the worker; a well-behaved partition needs milliseconds. */
#define CLOSE_WAIT (3 * HZ)

static struct workqueue_struct *workers;

void vffa_guest_schedule(struct vffa_guest *guest, u64 delay_ns)
{
	/* Rounded up: less than a jiffy is a wait, too, and not a loop. */
	unsigned long delay = usecs_to_jiffies(DIV_ROUND_UP_ULL(delay_ns, NSEC_PER_USEC));
	unsigned long due = jiffies + delay;
	unsigned long flags;

	spin_lock_irqsave(&guest->due_lock, flags);
	if (!delayed_work_pending(&guest->work) || time_before(due, guest->due)) {
		guest->due = due;
		mod_delayed_work(workers, &guest->work, delay);
	}
	spin_unlock_irqrestore(&guest->due_lock, flags);
}

static void free_guest(struct vffa_guest *guest)
{
	vffa_npi_fini(guest);
	put_pid(guest->pid);
	vffa_window_fini(&guest->window);
	kvfree(guest->seats);
	kvfree(guest->vcpus);
	kvfree(guest);
}

static void free_work(struct work_struct *work)
{
	struct vffa_guest *guest = container_of(to_rcu_work(work), struct vffa_guest, free);

	cancel_delayed_work_sync(&guest->work);
	free_guest(guest);
}

/* The hook may still be looking at the guest, to find that it takes no calls. */
static void release_guest(struct kref *ref)
{
	struct vffa_guest *guest = container_of(ref, struct vffa_guest, ref);

	queue_rcu_work(workers, &guest->free);
}

void vffa_guest_put(struct vffa_guest *guest)
{
	kref_put(&guest->ref, release_guest);
}

static int watch_mm(struct vffa_guest *guest)
{
	return vffa_guest_is_host(guest) ? 0 : mmu_notifier_register(&guest->notifier, guest->mm);
}

static void unwatch_mm(struct vffa_guest *guest)
{
	if (!vffa_guest_is_host(guest))
		mmu_notifier_unregister(&guest->notifier, guest->mm);
}

static void end_locked(struct vffa_guest *guest)
{
	lockdep_assert_held(&guest->life);
	trace_vffa_vm(&guest->vm, VFFA_TRACE_ENDED);
	/* In this order: unregistering calls mm_released() once more. */
	unwatch_mm(guest);
	vffa_guest_list_remove(guest);
	vffa_vm_fini(&guest->vm);
	WARN_ON_ONCE(vffa_guest_mem_pages(&guest->mem));
	vffa_user_put(guest->user);
	guest->gone = true;
	/* Unloading waits for workers, so this code stays until it has run. */
	module_put(THIS_MODULE);
}

/* Nobody comes back for a call that is parked when its VM ends: the guest has no answer. */
static void trace_cancelled(struct vffa_guest *guest)
{
	static const struct vffa_regs none = { .x = { FFA_ERROR, 0, (u32)FFA_RET_ABORTED } };
	const struct vffa_vcpu *vcpu;
	u16 i;

	for (i = 0; i < guest->vm.nr_vcpus; i++) {
		vcpu = &guest->vcpus[i];
		if (vffa_is_parked(vcpu))
			trace_vffa_call_exit(vcpu, vcpu->parked_fid, &none, VFFA_RESUME_GUEST, 0);
	}
}

static void work_locked(struct vffa_guest *guest)
{
	enum vffa_vm_state state = vffa_vm_state(&guest->vm);
	/* READY: vffa_vm_stop() has only begun. With calls inside: the worker waits for them. */
	bool drained = state != VFFA_VM_READY && vffa_vm_is_drained(&guest->vm);

	lockdep_assert_held(&guest->life);
	if (drained && trace_vffa_call_exit_enabled())
		trace_cancelled(guest);
	vffa_vm_work(&guest->vm);

	state = vffa_vm_state(&guest->vm);
	if (state == VFFA_VM_STOPPED && guest->closed)
		end_locked(guest);
	if (state == VFFA_VM_STOPPED || drained)
		smp_store_release(&guest->settled, true); /* after all of the above */
}

static void guest_work(struct work_struct *work)
{
	struct vffa_guest *guest = container_of(to_delayed_work(work), struct vffa_guest, work);
	bool ended = false;

	mutex_lock(&guest->life);
	if (!guest->gone) {
		work_locked(guest);
		ended = guest->gone;
	}
	mutex_unlock(&guest->life);

	wake_up_all(&guest->settling);
	if (ended)
		vffa_guest_put(guest);
}

/* The address space goes: a forked child may still hold the descriptor, but nobody can call. */
static void mm_released(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct vffa_guest *guest = container_of(notifier, struct vffa_guest, notifier);

	vffa_vm_stop(&guest->vm);
}

static const struct mmu_notifier_ops notifier_ops = {
	.release = mm_released,
};

static void init_owner(struct vffa_guest *guest, bool is_host)
{
	guest->uid = current_uid();
	if (is_host) {
		strscpy(guest->comm, "host");
		return;
	}
	guest->mm = current->mm;
	guest->pid = get_pid(task_tgid(current));
	get_task_comm(guest->comm, current->group_leader);
}

static void init_guest(struct vffa_guest *guest, const struct vffa_guest_config *config)
{
	init_owner(guest, config->is_host);
	mutex_init(&guest->lock.mutex);
	vffa_log_rate_init(&guest->console);
	vffa_guest_mem_init(&guest->mem, guest->mm, guest->user, config->max_pages);
	vffa_window_init(&guest->window, guest->mm);
	INIT_HLIST_NODE(&guest->bound);
	mutex_init(&guest->setup);
	kref_init(&guest->ref);
	kref_get(&guest->ref);
	mutex_init(&guest->life);
	init_waitqueue_head(&guest->settling);
	INIT_DELAYED_WORK(&guest->work, guest_work);
	spin_lock_init(&guest->due_lock);
	guest->notifier.ops = &notifier_ops;
	INIT_RCU_WORK(&guest->free, free_work);
}

static struct vffa_guest *alloc_guest(const struct vffa_guest_config *config)
{
	struct vffa_guest *guest;
	int err = -ENOMEM;

	guest = kvzalloc(sizeof(*guest), GFP_KERNEL_ACCOUNT);
	if (!guest)
		return ERR_PTR(err);
	guest->vcpus = kvcalloc(config->nr_vcpus, sizeof(*guest->vcpus), GFP_KERNEL_ACCOUNT);
	if (!guest->vcpus)
		goto err_guest;
	guest->seats = kvcalloc(config->nr_vcpus, sizeof(*guest->seats), GFP_KERNEL_ACCOUNT);
	if (!guest->seats)
		goto err_vcpus;
	guest->user = vffa_user_get();
	if (IS_ERR(guest->user)) {
		err = PTR_ERR(guest->user);
		goto err_seats;
	}
	/* The host's drivers are told by a call, not by an interrupt. */
	err = vffa_npi_init(guest, config->nr_vcpus, config->is_host ? 0 : config->npi,
			    config->npi_by_eventfd);
	if (err)
		goto err_user;
	init_guest(guest, config);
	return guest;

err_user:
	vffa_user_put(guest->user);
err_seats:
	kvfree(guest->seats);
err_vcpus:
	kvfree(guest->vcpus);
err_guest:
	kvfree(guest);
	return ERR_PTR(err);
}

/* Why a VM was refused. */
static void explain_denied(const struct vffa_vm *vm)
{
	const struct vffa_announce_limits *limits = &vm->relay->cfg.announce;

	if (vm->spent == VFFA_SPENT_IN_ALL)
		pr_err_ratelimited(
			"OP-TEE loses memory with every VM that is created or reset, and bears no more of them after %u: restart the host (or load vffa with a larger max_announcements, and risk that the secure world crashes)\n",
			limits->in_all);
	else if (vm->spent == VFFA_SPENT_VM)
		pr_err_ratelimited(
			"VM %u has been created and reset %u times in all, and OP-TEE loses memory each time: no more of one VM (max_vm_announcements); create it anew\n",
			vm->id, limits->per_vm);
	else if (vm->relay->spmc.quirks & VFFA_QUIRK_VM_SLOTS)
		pr_err_ratelimited(
			"OP-TEE takes no further VM: end one, or build it for more (CFG_VIRT_GUEST_COUNT)\n");
	else
		pr_err_ratelimited("a secure partition takes no further VM\n");
}

/* What came of bringing a VM up, as the VMM sees it. */
static int up_error(const struct vffa_vm *vm, enum vffa_ret ret)
{
	if (ret != VFFA_DENIED)
		return vffa_ret_to_errno(ret);
	explain_denied(vm);
	return -ENOSPC;
}

static void ask_to_end(struct vffa_guest *guest)
{
	mutex_lock(&guest->life);
	WRITE_ONCE(guest->closed, true); /* who lists guests does not wait for this lock */
	guest->settled = false;
	mutex_unlock(&guest->life);

	vffa_vm_stop(&guest->vm);
	/* It may have stopped long ago. */
	vffa_guest_schedule(guest, 0);
}

static struct vffa_guest *create_guest(const struct vffa_guest_config *config,
				       const struct vffa_part_rules *limit)
{
	struct vffa_vm_config cfg = {
		.nr_vcpus = config->nr_vcpus,
		.mem = config->mem,
		.wanted = config->wanted,
		.limit = limit,
		.npi = vffa_sri_is_taken() ? config->npi : 0,
	};
	struct vffa_guest *guest;
	enum vffa_ret ret;
	int err;

	guest = alloc_guest(config);
	if (IS_ERR(guest))
		return guest;
	cfg.lock = &guest->lock;
	cfg.vcpus = guest->vcpus;

	err = watch_mm(guest);
	if (err) {
		vffa_user_put(guest->user);
		free_guest(guest);
		return ERR_PTR(err);
	}
	__module_get(THIS_MODULE);

	mutex_lock(&guest->life);
	ret = vffa_vm_init(&guest->vm, vffa_conduit_relay(), &cfg);
	/* Refused or not, it may have left something in the secure world. */
	vffa_guest_list_add(guest);
	mutex_unlock(&guest->life);
	if (ret) {
		err = up_error(&guest->vm, ret);
		ask_to_end(guest);
		vffa_guest_put(guest);
		return ERR_PTR(err);
	}
	trace_vffa_vm(&guest->vm, VFFA_TRACE_CREATED);

	return guest;
}

struct vffa_guest *vffa_guest_create(const struct vffa_guest_config *config)
{
	struct vffa_part_rules *limit;
	struct vffa_guest *guest;

	/* The policy is about VMs: what the host's drivers may do is said by what is loaded. */
	if (config->is_host)
		return create_guest(config, NULL);
	limit = vffa_rules_of_current();
	if (IS_ERR(limit))
		return ERR_CAST(limit);
	guest = create_guest(config, limit);
	kvfree(limit);
	return guest;
}

void vffa_guest_close(struct vffa_guest *guest)
{
	trace_vffa_vm(&guest->vm, VFFA_TRACE_CLOSED);
	vffa_npi_close(guest);
	vffa_hook_unbind(guest);
	ask_to_end(guest);
	/* A thread of the kernel closes everybody's files, one after the other: it does not wait. */
	if (!(current->flags & PF_KTHREAD) &&
	    !wait_event_timeout(guest->settling, smp_load_acquire(&guest->settled), CLOSE_WAIT))
		pr_info_ratelimited("VM %u: still busy in the secure world\n", guest->vm.id);
	vffa_guest_put(guest);
}

int vffa_guest_reset(struct vffa_guest *guest)
{
	enum vffa_ret ret;

	mutex_lock(&guest->life);
	guest->settled = false;
	mutex_unlock(&guest->life);

	vffa_vm_stop(&guest->vm);
	vffa_guest_schedule(guest, 0);
	if (wait_event_killable(guest->settling, smp_load_acquire(&guest->settled)))
		return -EINTR;
	vffa_npi_forget(guest);

	mutex_lock(&guest->life);
	ret = vffa_vm_restart(&guest->vm);
	mutex_unlock(&guest->life);
	/* A partition may have to be told that it came to nothing. */
	if (ret)
		vffa_guest_schedule(guest, 0);
	else
		trace_vffa_vm(&guest->vm, VFFA_TRACE_RESET);

	return up_error(&guest->vm, ret);
}

int vffa_guest_init(void)
{
	/* Not per CPU: a guest's work may spend its time in a partition. */
	workers = alloc_workqueue("vffa", WQ_UNBOUND, 0);
	return workers ? 0 : -ENOMEM;
}

/* What is left are workers about to end, and guests that wait to be freed. */
void vffa_guest_exit(void)
{
	flush_workqueue(workers);
	rcu_barrier();
	destroy_workqueue(workers);
}
