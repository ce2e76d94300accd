// SPDX-License-Identifier: GPL-2.0-only
/* struct vffa_port_ops in terms of this kernel and of the other files here. */
#include "port.h"

#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#include "call.h"
#include "conduit.h"
#include "guest.h"
#include "guest_mem.h"

static enum vffa_ret port_map_guest(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				    struct vffa_mapping *map)
{
	return vffa_guest_mem_map(&vffa_guest_of(vm)->mem, ipa, nr_pages, map);
}

static void port_unmap_guest(struct vffa_vm *vm, struct vffa_mapping *map)
{
	vffa_guest_mem_unmap(&vffa_guest_of(vm)->mem, map);
}

static bool port_vcpu_must_leave(struct vffa_vcpu *vcpu)
{
	return vffa_call_must_leave(vcpu);
}

static void port_relax(void *port)
{
	cond_resched();
}

static void port_sleep(void *port, uint64_t ns)
{
	ktime_t timeout = ns_to_ktime(ns);

	set_current_state(TASK_INTERRUPTIBLE);
	schedule_hrtimeout(&timeout, HRTIMER_MODE_REL);
}

static uint64_t port_now_ns(void *port)
{
	return ktime_get_ns();
}

static void port_schedule(struct vffa_vm *vm, uint64_t delay_ns)
{
	vffa_guest_schedule(vffa_guest_of(vm), delay_ns);
}

static enum vffa_ret port_lock(void *port, struct vffa_lock *lock)
{
	return mutex_lock_killable(&lock->mutex) ? VFFA_INTERRUPTED : VFFA_OK;
}

static void port_lock_always(void *port, struct vffa_lock *lock)
{
	mutex_lock(&lock->mutex);
}

static void port_unlock(void *port, struct vffa_lock *lock)
{
	mutex_unlock(&lock->mutex);
}

static void port_assert_locked(void *port, struct vffa_lock *lock)
{
	lockdep_assert_held(&lock->mutex);
}

const struct vffa_port_ops vffa_kernel_port_ops = {
	.smc = vffa_conduit_smc,
	.map_guest = port_map_guest,
	.unmap_guest = port_unmap_guest,
	.vcpu_must_leave = port_vcpu_must_leave,
	.relax = port_relax,
	.sleep = port_sleep,
	.now_ns = port_now_ns,
	.schedule = port_schedule,
	.lock = port_lock,
	.lock_always = port_lock_always,
	.unlock = port_unlock,
	.assert_locked = port_assert_locked,
};
