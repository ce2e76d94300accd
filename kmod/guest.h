/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest: a VM of the core, and what surrounds it in this kernel: the VMM's address space, its
 * memory table, the KVM VM, and a worker. From CREATE_VM until nothing of it is left anywhere.
 *
 * The host's own endpoint (host_end.c) is one, too, without address space, memory table and KVM VM.
 */
#ifndef VFFA_KMOD_GUEST_H
#define VFFA_KMOD_GUEST_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <vffa/relay.h>

#include "guest_mem.h"
#include "log_rate.h"
#include "npi.h"
#include "window.h"

struct file;
struct kvm;
struct kvm_vcpu;

/* What the core takes for a sleeping lock. */
struct vffa_lock {
	struct mutex mutex;
};

/**
 * struct vffa_seat - who is in the relay for a vCPU: one thread at a time
 * @taken:    0 or 1; see call.c
 * @kvm_vcpu: the vCPU whose thread it is; NULL for an ioctl. Belongs to who has the seat
 */
struct vffa_seat {
	atomic_t taken;
	struct kvm_vcpu *kvm_vcpu;
};

/**
 * struct vffa_guest - a guest
 * @vm:	      for the core
 * @mm:	      whose guest it is; held by @notifier. NULL = it is the host's own endpoint
 * @vcpus:    vm.nr_vcpus of them
 * @seats:    one for each of @vcpus
 * @console:  how much it may log (FFA_CONSOLE_LOG)
 * @lock:     the VM's lock of the core
 * @mem:      memory table
 * @window:   where it finds what it borrows
 * @user:     who is charged, until @gone
 * @uid:      who that is
 * @pid:      the process that created it; NULL = the host's own
 * @comm:     its name then
 * @listed:   in the list of guests (guest_list.c)
 * @npi:      how the guest learns of notifications
 * @bound:    in the hook's table
 * @kvm:      key there: an address that the hook never follows
 * @kvm_file: keeps what is there; NULL = not bound
 * @setup:    serialises the ioctls that change the guest
 * @ref:      held by the descriptor, and by the guest's life in the relay
 * @life:     held while vm is brought up, worked on, or let go; guards @closed, @gone and @settled
 * @closed:   the descriptor is gone: to be let go when it has come to rest
 * @gone:     let go: vm is no more
 * @settled:  the worker has done what can be done since it was asked to stop
 * @settling: to wait for @settled
 * @work:     the worker
 * @due_lock: guards @due
 * @due:      when @work runs, in jiffies, if it is pending
 * @notifier: tells of the end of @mm
 * @free:     the last of it, after all readers of the hook's table
 */
struct vffa_guest {
	struct vffa_vm vm;
	struct mm_struct *mm;
	struct vffa_vcpu *vcpus;
	struct vffa_seat *seats;
	struct vffa_lock lock;
	struct vffa_log_rate console;
	struct vffa_guest_mem mem;
	struct vffa_borrow_window window;
	struct vffa_user *user;
	kuid_t uid;
	struct pid *pid;
	char comm[TASK_COMM_LEN];
	struct list_head listed;
	struct vffa_npi npi;

	struct hlist_node bound;
	const struct kvm *kvm;
	struct file *kvm_file;

	struct mutex setup;
	struct kref ref;

	struct mutex life;
	bool closed;
	bool gone;
	bool settled;
	wait_queue_head_t settling;

	struct delayed_work work;
	spinlock_t due_lock;
	unsigned long due;

	struct mmu_notifier notifier;
	struct rcu_work free;
};

/**
 * struct vffa_guest_config - what a guest is to be
 * @nr_vcpus:  1 to VFFA_MAX_VCPUS
 * @max_pages: of 4 KiB that may be pinned
 * @mem:       limits of the core
 * @wanted:    partitions its VMM wants it to see; NULL = all. Borrowed like the structure
 * @npi:       INTID of its notification pending interrupt; 0 = none
 * @npi_by_eventfd: its VMM injects that
 * @is_host:   it is the host's own endpoint, and not a VM of the calling process
 */
struct vffa_guest_config {
	u16 nr_vcpus;
	u32 max_pages;
	struct vffa_mem_limits mem;
	const struct vffa_part_rules *wanted;
	u32 npi;
	bool npi_by_eventfd;
	bool is_host;
};

static inline struct vffa_guest *vffa_guest_of(struct vffa_vm *vm)
{
	return container_of(vm, struct vffa_guest, vm);
}

/** vffa_guest_is_host() - is it the host's own endpoint */
static inline bool vffa_guest_is_host(const struct vffa_guest *guest)
{
	return !guest->mm;
}

/** vffa_guest_state() - as user space knows it: VFFA_VM_STATE_* */
static inline u32 vffa_guest_state(const struct vffa_guest *guest)
{
	static_assert(VFFA_VM_STATE_READY == (int)VFFA_VM_READY);
	static_assert(VFFA_VM_STATE_STOPPING == (int)VFFA_VM_STOPPING);
	static_assert(VFFA_VM_STATE_STOPPED == (int)VFFA_VM_STOPPED);
	return vffa_vm_state(&guest->vm);
}

/** vffa_guest_init() - once, when the module is loaded. Return: 0 or -ENOMEM */
int __must_check vffa_guest_init(void);

/** vffa_guest_exit() - once, when no guest is left */
void vffa_guest_exit(void);

/**
 * vffa_guest_create() - a guest for the calling process
 * @config: used during the call
 *
 * Context: may sleep; runs partition code.
 * Return: the guest, for vffa_guest_close(); or ERR_PTR(): -ENOSPC a partition takes no further
 * VM; -EUSERS the user has too many; -ENOMEM; -EINTR killed; -EIO a partition answered nonsense.
 */
struct vffa_guest *vffa_guest_create(const struct vffa_guest_config *config);

/**
 * vffa_guest_close() - end a guest
 * @guest: unbound from KVM or not; given
 *
 * When it returns the guest is gone, unless a partition does not let go of it or calls are slow to
 * leave: the worker then goes on alone.
 */
void vffa_guest_close(struct vffa_guest *guest);

/**
 * vffa_guest_reset() - as if newly created, with the same id, memory table and KVM VM
 * @guest: any state
 *
 * Context: may sleep; the caller holds guest->setup; runs partition code.
 * Return: 0; -EBUSY a partition does not let go of it; -EINTR killed; else as vffa_guest_create().
 * On failure the guest takes no calls; a later reset may succeed.
 */
int __must_check vffa_guest_reset(struct vffa_guest *guest);

/** vffa_guest_put() - let go of a guest from vffa_guest_list_find() */
void vffa_guest_put(struct vffa_guest *guest);

/** vffa_guest_schedule() - struct vffa_port_ops.schedule */
void vffa_guest_schedule(struct vffa_guest *guest, u64 delay_ns);

#endif /* VFFA_KMOD_GUEST_H */
