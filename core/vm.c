// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* A VM's life: id, announcement, calls let in and kept out, teardown, reset. */
#include <vffa/relay.h>

#include "avail.h"
#include "borrow.h"
#include "console.h"
#include "dispatch.h"
#include "mailbox.h"
#include "mem.h"
#include "notif.h"
#include "policy.h"
#include "run.h"
#include "vmlock.h"

/* How soon the worker looks again whether the last call has left: at first, and at last. */
#define DRAIN_FIRST_NS 1000000ull
#define DRAIN_LAST_NS  128000000ull

static enum vffa_ret take_id(struct vffa_relay *relay, vffa_id_t *id)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	enum vffa_ret ret;

	ret = cfg->ops->lock(cfg->port, cfg->id_lock);
	if (ret)
		return ret;

	ret = VFFA_NO_MEMORY;
	for (unsigned int i = 0; i < VFFA_MAX_VMS; i++) {
		if (relay->ids[i / 64] & (1ull << (i % 64)))
			continue;
		relay->ids[i / 64] |= 1ull << (i % 64);
		*id = (vffa_id_t)(i + 1);
		ret = VFFA_OK;
		break;
	}
	cfg->ops->unlock(cfg->port, cfg->id_lock);
	return ret;
}

static void release_id(struct vffa_relay *relay, vffa_id_t id)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	unsigned int i = id - 1u;

	cfg->ops->lock_always(cfg->port, cfg->id_lock);
	relay->ids[i / 64] &= ~(1ull << (i % 64));
	cfg->ops->unlock(cfg->port, cfg->id_lock);
}

static void set_state(struct vffa_vm *vm, enum vffa_vm_state state)
{
	vffa_atomic_store_release(&vm->state, (int)state);
}

static void reset_vcpus(struct vffa_vm *vm)
{
	for (uint16_t i = 0; i < vm->nr_vcpus; i++) {
		memset(&vm->vcpus[i], 0, sizeof(vm->vcpus[i]));
		vm->vcpus[i].vm = vm;
		vm->vcpus[i].index = i;
	}
}

static void forget_failures(struct vffa_vm *vm)
{
	vffa_vm_lock_always(vm);
	memset(&vm->held, 0, sizeof(vm->held));
	vffa_vm_unlock(vm);
}

/* STOPPED → READY, or STOPPING where a partition has to be told that it came to nothing. */
static enum vffa_ret bring_up(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	reset_vcpus(vm);
	vm->drain_ns = 0;
	vffa_atomic_init(&vm->version, 0);
	forget_failures(vm);

	ret = vffa_avail_created(vm);
	/* Not before: there are SPMCs that know a VM only from then on. */
	if (!ret)
		ret = vffa_notif_begin(vm);
	if (ret) {
		bool is_known = vffa_avail_pending(vm) || vffa_notif_is_held(vm);

		set_state(vm, is_known ? VFFA_VM_STOPPING : VFFA_VM_STOPPED);
		return ret;
	}

	set_state(vm, VFFA_VM_READY);
	vffa_atomic_store_release(&vm->inside, 0);
	return VFFA_OK;
}

enum vffa_ret vffa_vm_init(struct vffa_vm *vm, struct vffa_relay *relay,
			   const struct vffa_vm_config *cfg)
{
	enum vffa_ret ret;

	memset(vm, 0, sizeof(*vm));
	vm->relay = relay;
	vm->lock = cfg->lock;
	vm->vcpus = cfg->vcpus;
	vffa_atomic_init(&vm->inside, VFFA_VM_CLOSED);
	set_state(vm, VFFA_VM_STOPPED);

	if (!cfg->nr_vcpus || cfg->nr_vcpus > VFFA_MAX_VCPUS)
		return VFFA_INVALID_PARAMETERS;
	ret = take_id(relay, &vm->id);
	if (ret)
		return ret;
	vm->nr_vcpus = cfg->nr_vcpus;
	vffa_policy_apply(vm, cfg->wanted, cfg->limit);
	vm->mem_limits = cfg->mem;
	vm->notif.npi = cfg->npi;
	return bring_up(vm);
}

void vffa_vm_fini(struct vffa_vm *vm)
{
	if (vm->id)
		release_id(vm->relay, vm->id);
	vm->id = 0;
}

void vffa_vm_stop(struct vffa_vm *vm)
{
	int ready = VFFA_VM_READY;
	int old = vffa_atomic_load(&vm->inside);

	while (!vffa_atomic_try_cmpxchg(&vm->inside, &old, old | VFFA_VM_CLOSED))
		;
	if (vffa_atomic_try_cmpxchg(&vm->state, &ready, (int)VFFA_VM_STOPPING))
		vm->relay->cfg.ops->schedule(vm, 0);
}

static void cancel_parked(struct vffa_vm *vm)
{
	for (uint16_t i = 0; i < vm->nr_vcpus; i++)
		vffa_vcpu_cancel(&vm->vcpus[i]);
}

/* What it has of others first: that may be what it gave away itself. */
static bool finish_memory(struct vffa_vm *vm)
{
	bool done = vffa_borrow_finish_all(vm);

	return vffa_mem_finish_all(vm) && done;
}

/*
 * Take back what the VM has outside, in the order in which it may: nothing of it runs in an SP
 * before its memory is reclaimed and the SPs hear of its end. What they have not given back by then
 * they may when they have heard. Its buffers go first: nobody is to write into them any more.
 * True when nothing is left.
 */
static bool teardown(struct vffa_vm *vm)
{
	bool no_buffers;
	bool is_quiet;
	bool all_back;

	cancel_parked(vm);
	vffa_console_end(vm);
	no_buffers = vffa_mailbox_drop(vm);
	if (!vffa_run_finish_all(vm))
		return false;
	is_quiet = vffa_notif_end(vm);
	all_back = finish_memory(vm);
	if (!vffa_avail_destroyed(vm))
		return false;
	/* Both, whatever becomes of the first. */
	is_quiet = is_quiet || vffa_notif_end(vm);
	all_back = all_back || finish_memory(vm);
	return no_buffers && is_quiet && all_back;
}

/* Whatever of a live VM has been left too long. Returns when to look again; 0 = not at all. */
static uint64_t finish_overdue(struct vffa_vm *vm)
{
	uint64_t run_ns = vffa_run_finish_overdue(vm);
	uint64_t mem_ns = vffa_mem_finish_overdue(vm);

	return run_ns && (!mem_ns || run_ns < mem_ns) ? run_ns : mem_ns;
}

/*
 * From the first failure on the VM is in quarantine. What is held is noted for those who look: only
 * the worker may count it, and the next try may take long.
 */
static void note_failure(struct vffa_vm *vm)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	uint64_t now_ns = cfg->ops->now_ns(cfg->port);
	uint32_t nr_parts = vffa_avail_count(vm);
	uint32_t nr_runs =
		vffa_run_count(vm, VFFA_RUN_ACTIVE) + vffa_run_count(vm, VFFA_RUN_STOPPED);

	vffa_vm_lock_always(vm);
	if (!vm->held.nr_tries)
		vm->held_since_ns = now_ns;
	vm->held.nr_tries++;
	vm->held.nr_runs = nr_runs;
	vm->held.nr_parts = nr_parts;
	vm->held.nr_mems = vm->nr_mems;
	vm->held.has_notifs = vffa_notif_is_held(vm);
	vffa_vm_unlock(vm);
}

enum vffa_ret vffa_vm_held(struct vffa_vm *vm, struct vffa_vm_held *out)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	enum vffa_ret ret;

	memset(out, 0, sizeof(*out));
	if (vffa_vm_state(vm) != VFFA_VM_STOPPING)
		return VFFA_OK;
	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	*out = vm->held;
	if (out->nr_tries)
		out->for_ns = cfg->ops->now_ns(cfg->port) - vm->held_since_ns;
	vffa_vm_unlock(vm);
	return VFFA_OK;
}

void vffa_vm_now(const struct vffa_vm *vm, struct vffa_vm_now *out)
{
	out->nr_inside = (uint32_t)vffa_atomic_load(&vm->inside) & ~(uint32_t)VFFA_VM_CLOSED;
	out->nr_active = vffa_run_count(vm, VFFA_RUN_ACTIVE);
	out->nr_stopped = vffa_run_count(vm, VFFA_RUN_STOPPED);
	out->nr_parked = 0;
	for (uint16_t i = 0; i < vm->nr_vcpus; i++)
		out->nr_parked += vffa_is_parked(&vm->vcpus[i]);
}

/* A call that waits for its VMM's memory leaves when the VMM likes: looking gets rarer. */
static uint64_t drain_delay(struct vffa_vm *vm)
{
	uint64_t delay_ns = vm->drain_ns ? vm->drain_ns : DRAIN_FIRST_NS;

	vm->drain_ns = delay_ns < DRAIN_LAST_NS ? 2 * delay_ns : DRAIN_LAST_NS;
	return delay_ns;
}

void vffa_vm_work(struct vffa_vm *vm)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;
	uint64_t next_ns = 0;

	switch (vffa_vm_state(vm)) {
	case VFFA_VM_READY:
		next_ns = finish_overdue(vm);
		break;
	case VFFA_VM_STOPPING:
		if (vffa_atomic_load_acquire(&vm->inside) != VFFA_VM_CLOSED) {
			next_ns = drain_delay(vm);
		} else if (!teardown(vm)) {
			note_failure(vm);
			next_ns = VFFA_WORK_RETRY_NS;
		} else {
			set_state(vm, VFFA_VM_STOPPED);
		}
		break;
	case VFFA_VM_STOPPED:
		break;
	}

	/* After STOPPED the VM may be gone. */
	if (next_ns)
		ops->schedule(vm, next_ns);
}

enum vffa_ret vffa_vm_restart(struct vffa_vm *vm)
{
	if (vffa_vm_state(vm) != VFFA_VM_STOPPED || vm->has_given_away)
		return VFFA_BUSY;
	return bring_up(vm);
}
