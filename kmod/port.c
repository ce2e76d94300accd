// SPDX-License-Identifier: GPL-2.0-only
/* struct vffa_port_ops in terms of this kernel and of the other files here. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "port.h"

#include <linux/gfp.h>
#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "account.h"
#include "call.h"
#include "conduit.h"
#include "guest.h"
#include "guest_list.h"
#include "guest_mem.h"
#include "host_end.h"
#include "host_mem.h"
#include "leaves.h"

static bool is_host(struct vffa_vm *vm)
{
	return vffa_guest_is_host(vffa_guest_of(vm));
}

static enum vffa_ret port_map_guest(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				    struct vffa_mapping *map)
{
	if (is_host(vm))
		return vffa_host_mem_map(ipa.addr, nr_pages, map);
	return vffa_guest_mem_map(&vffa_guest_of(vm)->mem, ipa.addr, nr_pages, map);
}

static void port_unmap_guest(struct vffa_vm *vm, struct vffa_mapping *map)
{
	if (is_host(vm))
		vffa_host_mem_unmap(map);
	else
		vffa_guest_mem_unmap(&vffa_guest_of(vm)->mem, map);
}

/* Of 4 KiB pages; what is left of a larger page of the host nobody has. */
static enum vffa_ret port_map_own(struct vffa_vm *vm, uint32_t nr_pages, struct vffa_mapping *map)
{
	size_t size = (size_t)nr_pages * FFA_PAGE_SIZE;
	void *va = alloc_pages_exact(size, GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN);
	uint32_t i;

	if (!va)
		return VFFA_NO_MEMORY;
	map->va = va;
	map->host = (void *)size;
	for (i = 0; i < nr_pages; i++)
		map->pa[i].addr = virt_to_phys(va) + (phys_addr_t)i * FFA_PAGE_SIZE;
	return VFFA_OK;
}

static void port_unmap_own(struct vffa_vm *vm, struct vffa_mapping *map)
{
	free_pages_exact(map->va, (size_t)map->host);
	*map = (struct vffa_mapping){ 0 };
}

/* What the host's drivers share is the host's memory, as before. */
static enum vffa_ret port_charge(struct vffa_vm *vm, uint32_t nr_pages)
{
	if (is_host(vm))
		return VFFA_OK;
	return vffa_guest_mem_charge(&vffa_guest_of(vm)->mem, nr_pages) ? VFFA_NO_MEMORY : VFFA_OK;
}

static void port_uncharge(struct vffa_vm *vm, uint32_t nr_pages)
{
	if (!is_host(vm))
		vffa_guest_mem_uncharge(&vffa_guest_of(vm)->mem, nr_pages);
}

static enum vffa_ret port_charge_mem(struct vffa_vm *vm, enum vffa_mem_kind kind)
{
	if (is_host(vm))
		return VFFA_OK;
	return vffa_user_charge_mem(vffa_guest_of(vm)->user, kind) ? VFFA_NO_MEMORY : VFFA_OK;
}

static void port_uncharge_mem(struct vffa_vm *vm, enum vffa_mem_kind kind)
{
	if (!is_host(vm))
		vffa_user_uncharge_mem(vffa_guest_of(vm)->user, kind);
}

static enum vffa_ret port_pin(struct vffa_vm *vm, const struct vffa_range *ranges,
			      uint32_t nr_ranges, struct vffa_hpa *pa)
{
	if (is_host(vm))
		return vffa_host_mem_pin(ranges, nr_ranges, pa);
	return vffa_guest_mem_pin(&vffa_guest_of(vm)->mem, ranges, nr_ranges, pa);
}

static void port_unpin(struct vffa_vm *vm, const struct vffa_extent *extents, uint32_t nr)
{
	if (!is_host(vm))
		vffa_guest_mem_unpin(&vffa_guest_of(vm)->mem, extents, nr);
}

/* Not the host's: it may not donate. */
static void port_give_away(struct vffa_vm *vm, struct vffa_ipa ipa, struct vffa_hpa pa,
			   uint32_t nr_pages)
{
	vffa_guest_mem_give_away(&vffa_guest_of(vm)->mem, ipa.addr, nr_pages);
}

static enum vffa_ret port_window_take(struct vffa_vm *vm, uint32_t nr_pages, uint32_t align_pages,
				      struct vffa_ipa *ipa)
{
	return vffa_window_take(&vffa_guest_of(vm)->window, nr_pages, align_pages, &ipa->addr);
}

static void port_window_put(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages)
{
	vffa_window_put(&vffa_guest_of(vm)->window, ipa.addr, nr_pages);
}

static enum vffa_ret port_window_map(struct vffa_vm *vm, struct vffa_ipa ipa, struct vffa_hpa pa,
				     uint32_t nr_pages, bool writable)
{
	return vffa_window_map(&vffa_guest_of(vm)->window, ipa.addr, pa.addr, nr_pages, writable);
}

static void port_window_unmap(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages)
{
	vffa_window_unmap(&vffa_guest_of(vm)->window, ipa.addr, nr_pages);
}

static struct vffa_leaf *port_leaf_get(void *port, uint64_t nr, bool create)
{
	return vffa_leaves_get(nr, create);
}

static void port_leaf_drop(void *port, uint64_t nr)
{
	vffa_leaves_drop(nr);
}

static void port_differs(struct vffa_vm *vm, uint64_t handle)
{
	pr_err_ratelimited("VM %u: the SPMC has not recorded transaction 0x%llx as it was sent\n",
			   vm->id, handle);
}

/* A guest says how much it needs: a refusal is no reason for a warning. */
static void *port_alloc(struct vffa_vm *vm, uint32_t size)
{
	return kvzalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

static void port_free(struct vffa_vm *vm, void *mem)
{
	kvfree(mem);
}

static bool port_vcpu_must_leave(struct vffa_vcpu *vcpu)
{
	return vffa_call_must_leave(vcpu);
}

/* The core has seen to it that the line has nothing but printable characters. */
static void port_console(struct vffa_vm *vm, const char *line, uint32_t len)
{
	if (vffa_log_rate_allows(&vffa_guest_of(vm)->console))
		pr_info("VM %u says: %.*s\n", vm->id, (int)len, line);
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

static struct vffa_vm *port_vm_get(void *port, vffa_id_t id)
{
	struct vffa_guest *guest = vffa_guest_list_get(id);

	return guest ? &guest->vm : NULL;
}

static void port_vm_put(struct vffa_vm *vm)
{
	vffa_guest_put(vffa_guest_of(vm));
}

static void port_npi(struct vffa_vm *vm, uint16_t vcpu)
{
	if (is_host(vm))
		vffa_host_raise(vcpu);
	else
		vffa_npi_raise(vffa_guest_of(vm), vcpu);
}

static enum vffa_ret port_lock(void *port, struct vffa_lock *lock)
{
	/* Where nobody has to wait, the mutex would not look. */
	if (fatal_signal_pending(current))
		return VFFA_INTERRUPTED;
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
	.smc_run = vffa_conduit_run,
	.map_guest = port_map_guest,
	.unmap_guest = port_unmap_guest,
	.map_own = port_map_own,
	.unmap_own = port_unmap_own,
	.charge = port_charge,
	.uncharge = port_uncharge,
	.charge_mem = port_charge_mem,
	.uncharge_mem = port_uncharge_mem,
	.pin = port_pin,
	.unpin = port_unpin,
	.give_away = port_give_away,
	.window_take = port_window_take,
	.window_put = port_window_put,
	.window_map = port_window_map,
	.window_unmap = port_window_unmap,
	.leaf_get = port_leaf_get,
	.leaf_drop = port_leaf_drop,
	.differs = port_differs,
	.alloc = port_alloc,
	.free = port_free,
	.vcpu_must_leave = port_vcpu_must_leave,
	.console = port_console,
	.relax = port_relax,
	.sleep = port_sleep,
	.now_ns = port_now_ns,
	.schedule = port_schedule,
	.vm_get = port_vm_get,
	.vm_put = port_vm_put,
	.npi = port_npi,
	.lock = port_lock,
	.lock_always = port_lock_always,
	.unlock = port_unlock,
	.assert_locked = port_assert_locked,
};
