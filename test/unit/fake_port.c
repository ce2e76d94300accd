// SPDX-License-Identifier: GPL-2.0-only
/* The fake home. Its rules are those of port.h, checked rather than assumed. */
#include "fake_port.h"

#include <stdio.h>
#include <stdlib.h>

/* The lock of the relay that this thread holds. The relay never needs two at a time. */
static _Thread_local struct vffa_lock *held;

/* With the port's own mutex held. */
static void complain(struct fake_port *port, const char *what)
{
	if (!port->complaint)
		port->complaint = what;
}

void fake_complain(struct fake_port *port, const char *what)
{
	pthread_mutex_lock(&port->mutex);
	complain(port, what);
	pthread_mutex_unlock(&port->mutex);
}

static struct fake_vm *to_fake_vm(struct vffa_vm *vm)
{
	return (struct fake_vm *)((char *)vm - offsetof(struct fake_vm, vm));
}

static bool fails_now(struct fake_port *port, enum fake_op op)
{
	return port->fail_after[op] && !--port->fail_after[op];
}

static void record(struct fake_port *port, const struct vffa_regs *in, const struct vffa_regs *out,
		   uint32_t cpu)
{
	struct fake_call *call = &port->calls[port->nr_calls % FAKE_MAX_CALLS];

	call->in = *in;
	call->out = *out;
	call->cpu = cpu;
	port->nr_calls++;
	port->nr_of[in->x[0] & SMCCC_64 ? 1 : 0][in->x[0] & 0xFF]++;
}

static enum vffa_ret port_smc(void *arg, struct vffa_regs *regs, uint32_t *cpu)
{
	struct fake_port *port = arg;
	struct vffa_regs in = *regs;
	enum vffa_ret ret = VFFA_OK;
	uint32_t asked = *cpu;

	if (held)
		fake_complain(port, "an SMC with a lock held");
	if (port->during_smc)
		port->during_smc(port->during_arg);

	pthread_mutex_lock(&port->mutex);
	if (asked == VFFA_CPU_ANY)
		*cpu = port->cpu;
	else if (fails_now(port, FAKE_OP_CPU))
		ret = VFFA_ABORTED;

	if (ret)
		goto out_unlock;
	if (fails_now(port, FAKE_OP_SMC))
		*regs = (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)port->fail_ret } };
	else
		fake_spmc_call(&port->spmc, regs);
	record(port, &in, regs, asked);
out_unlock:
	pthread_mutex_unlock(&port->mutex);
	return ret;
}

static enum vffa_ret port_map_guest(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				    struct vffa_mapping *map)
{
	struct fake_vm *fake = to_fake_vm(vm);
	struct fake_port *port = fake->port;
	enum vffa_ret ret = VFFA_INVALID_PARAMETERS;

	pthread_mutex_lock(&port->mutex);
	if (held != &fake->lock)
		complain(port, "map_guest() without the VM's lock");
	if (fails_now(port, FAKE_OP_MAP)) {
		ret = port->fail_ret;
		goto out_unlock;
	}
	if (ipa.addr % FFA_PAGE_SIZE || ipa.addr < FAKE_RAM_IPA || nr_pages > FAKE_RAM_PAGES ||
	    ipa.addr > FAKE_ROM_IPA - (uint64_t)nr_pages * FFA_PAGE_SIZE)
		goto out_unlock;
	if (fake->max_pinned && nr_pages > fake->max_pinned - fake->nr_pinned) {
		ret = VFFA_NO_MEMORY;
		goto out_unlock;
	}

	ret = VFFA_OK;
	map->va = fake->ram + (ipa.addr - FAKE_RAM_IPA);
	map->host = (void *)(uintptr_t)nr_pages;
	fake->nr_pinned += nr_pages;
out_unlock:
	pthread_mutex_unlock(&port->mutex);
	return ret;
}

static void port_unmap_guest(struct vffa_vm *vm, struct vffa_mapping *map)
{
	struct fake_vm *fake = to_fake_vm(vm);
	unsigned int nr_pages = (unsigned int)(uintptr_t)map->host;

	pthread_mutex_lock(&fake->port->mutex);
	if (held != &fake->lock)
		complain(fake->port, "unmap_guest() without the VM's lock");
	if (!map->va || nr_pages > fake->nr_pinned)
		complain(fake->port, "unmap_guest() of what is not mapped");
	fake->nr_pinned -= nr_pages;
	pthread_mutex_unlock(&fake->port->mutex);
	*map = (struct vffa_mapping){ 0 };
}

static bool port_vcpu_must_leave(struct vffa_vcpu *vcpu)
{
	struct fake_port *port = to_fake_vm(vcpu->vm)->port;
	bool leave;

	pthread_mutex_lock(&port->mutex);
	if (port->leave_after && !--port->leave_after)
		port->must_leave = true;
	leave = port->must_leave;
	pthread_mutex_unlock(&port->mutex);
	return leave;
}

static void port_relax(void *arg)
{
	struct fake_port *port = arg;

	pthread_mutex_lock(&port->mutex);
	if (held)
		complain(port, "relax() with a lock held");
	port->nr_relaxed++;
	port->now_ns += FAKE_RELAX_NS;
	pthread_mutex_unlock(&port->mutex);
}

static void port_sleep(void *arg, uint64_t ns)
{
	struct fake_port *port = arg;

	pthread_mutex_lock(&port->mutex);
	if (held)
		complain(port, "sleep() with a lock held");
	port->nr_slept++;
	port->slept_ns += ns;
	port->now_ns += ns;
	pthread_mutex_unlock(&port->mutex);
}

static uint64_t port_now_ns(void *arg)
{
	struct fake_port *port = arg;
	uint64_t now;

	pthread_mutex_lock(&port->mutex);
	now = port->now_ns;
	pthread_mutex_unlock(&port->mutex);
	return now;
}

static void port_schedule(struct vffa_vm *vm, uint64_t delay_ns)
{
	struct fake_vm *fake = to_fake_vm(vm);
	uint64_t due;

	pthread_mutex_lock(&fake->port->mutex);
	due = fake->port->now_ns + delay_ns;
	if (!fake->scheduled || due < fake->scheduled_ns)
		fake->scheduled_ns = due;
	fake->scheduled = true;
	pthread_mutex_unlock(&fake->port->mutex);
}

static void port_lock_always(void *arg, struct vffa_lock *lock)
{
	if (held == lock) {
		fprintf(stderr, "a lock is taken twice\n");
		abort();
	}
	if (held)
		fake_complain(arg, "a second lock, which no order covers");
	pthread_mutex_lock(&lock->mutex);
	held = lock;
}

static enum vffa_ret port_lock(void *arg, struct vffa_lock *lock)
{
	struct fake_port *port = arg;
	bool fails;

	pthread_mutex_lock(&port->mutex);
	fails = fails_now(port, FAKE_OP_LOCK);
	pthread_mutex_unlock(&port->mutex);
	if (fails)
		return VFFA_INTERRUPTED;
	port_lock_always(arg, lock);
	return VFFA_OK;
}

static void port_unlock(void *arg, struct vffa_lock *lock)
{
	(void)arg;
	if (held != lock) {
		fprintf(stderr, "a lock is released that is not held\n");
		abort();
	}
	held = NULL;
	pthread_mutex_unlock(&lock->mutex);
}

static void port_assert_locked(void *arg, struct vffa_lock *lock)
{
	if (held != lock)
		fake_complain(arg, "a lock is not held that should be");
}

const struct vffa_port_ops fake_ops = {
	.smc = port_smc,
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

void fake_fail(struct fake_port *port, enum fake_op op, unsigned int nth, enum vffa_ret ret)
{
	port->fail_after[op] = nth;
	port->fail_ret = ret;
}

bool fake_failed(struct fake_port *port, enum fake_op op)
{
	bool failed = !port->fail_after[op];

	port->fail_after[op] = 0;
	return failed;
}

unsigned int fake_nr_calls(const struct fake_port *port, uint32_t fid)
{
	return port->nr_of[fid & SMCCC_64 ? 1 : 0][fid & 0xFF];
}

const struct fake_call *fake_last_call(const struct fake_port *port)
{
	return port->nr_calls ? &port->calls[(port->nr_calls - 1) % FAKE_MAX_CALLS] : NULL;
}

/* Takes a VM's request for work if it is due by @until_ns, and lets the time pass till it is. */
static bool take_work(struct fake_vm *vm, uint64_t until_ns)
{
	struct fake_port *port = vm->port;
	bool due;

	pthread_mutex_lock(&port->mutex);
	due = vm->scheduled && vm->scheduled_ns <= until_ns;
	if (due) {
		vm->scheduled = false;
		if (port->now_ns < vm->scheduled_ns)
			port->now_ns = vm->scheduled_ns;
	}
	pthread_mutex_unlock(&port->mutex);
	return due;
}

unsigned int fake_work(struct fake_vm *vm, uint64_t ns)
{
	uint64_t until_ns = port_now_ns(vm->port) + ns;
	unsigned int rounds = 0;

	while (rounds < FAKE_MAX_ROUNDS && take_work(vm, until_ns)) {
		vffa_vm_work(&vm->vm);
		rounds++;
	}
	return rounds;
}
