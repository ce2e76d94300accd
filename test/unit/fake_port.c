// SPDX-License-Identifier: GPL-2.0-only
/* The fake home. Its rules are those of port.h, checked rather than assumed. */
#include "fake_impl.h"

#include <stdio.h>
#include <stdlib.h>

/* With the port's own mutex held. */
void fake_complain_locked(struct fake_port *port, const char *what)
{
	if (!port->complaint)
		port->complaint = what;
}

void fake_complain(struct fake_port *port, const char *what)
{
	pthread_mutex_lock(&port->mutex);
	fake_complain_locked(port, what);
	pthread_mutex_unlock(&port->mutex);
}

bool fake_fails_now(struct fake_port *port, enum fake_op op)
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

/* The SPMC itself serves these, and the VM whose buffers they are about has its lock held. */
static bool is_about_buffers(uint32_t fid)
{
	return fid == FFA_RXTX_MAP_64 || fid == FFA_RXTX_UNMAP || fid == FFA_RX_ACQUIRE ||
	       fid == FFA_RX_RELEASE || fid == FFA_MSG_SEND2;
}

static enum vffa_ret port_smc(void *arg, struct vffa_regs *regs, uint32_t *cpu)
{
	struct fake_port *port = arg;
	struct vffa_regs in = *regs;
	enum vffa_ret ret = VFFA_OK;
	uint32_t asked = *cpu;

	if (!is_about_buffers((uint32_t)in.x[0]) && fake_is_any_held_but_buffers())
		fake_complain(port, "an SMC with a lock held");
	if (port->during_smc)
		port->during_smc(port->during_arg);

	pthread_mutex_lock(&port->mutex);
	if (asked == VFFA_CPU_ANY)
		*cpu = port->cpu;
	else if (fake_fails_now(port, FAKE_OP_CPU))
		ret = VFFA_ABORTED;

	if (ret)
		goto out_unlock;
	if (fake_fails_now(port, FAKE_OP_SMC))
		*regs = (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)port->fail_ret } };
	else
		fake_spmc_call(&port->spmc, regs);
	record(port, &in, regs, asked);
out_unlock:
	pthread_mutex_unlock(&port->mutex);
	return ret;
}

static bool port_vcpu_must_leave(struct vffa_vcpu *vcpu)
{
	struct fake_port *port = fake_vm_of(vcpu->vm)->port;
	bool leave;

	pthread_mutex_lock(&port->mutex);
	if (port->leave_after && !--port->leave_after)
		port->must_leave = true;
	leave = port->must_leave;
	pthread_mutex_unlock(&port->mutex);
	return leave;
}

static void port_console(struct vffa_vm *vm, const char *line, uint32_t len)
{
	struct fake_vm *fake = fake_vm_of(vm);
	struct fake_port *port = fake->port;

	pthread_mutex_lock(&port->mutex);
	if (!fake_is_held(&fake->lock))
		fake_complain_locked(port, "console() without the VM's lock");
	if (len > VFFA_CONSOLE_LINE)
		fake_complain_locked(port, "console() of too long a line");
	for (uint32_t i = 0; i < len; i++) {
		if (line[i] < 0x20 || line[i] > 0x7E)
			fake_complain_locked(port, "console() of what is not printable");
	}
	snprintf(fake->line, sizeof(fake->line), "%.*s", (int)len, line);
	fake->nr_lines++;
	pthread_mutex_unlock(&port->mutex);
}

static void port_relax(void *arg)
{
	struct fake_port *port = arg;

	pthread_mutex_lock(&port->mutex);
	if (fake_is_any_held_but_buffers())
		fake_complain_locked(port, "relax() with a lock held");
	port->nr_relaxed++;
	port->now_ns += FAKE_RELAX_NS;
	pthread_mutex_unlock(&port->mutex);
}

static void port_sleep(void *arg, uint64_t ns)
{
	struct fake_port *port = arg;

	pthread_mutex_lock(&port->mutex);
	if (fake_is_any_held())
		fake_complain_locked(port, "sleep() with a lock held");
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
	struct fake_vm *fake = fake_vm_of(vm);
	uint64_t due;

	pthread_mutex_lock(&fake->port->mutex);
	due = fake->port->now_ns + delay_ns;
	if (!fake->scheduled || due < fake->scheduled_ns)
		fake->scheduled_ns = due;
	fake->scheduled = true;
	pthread_mutex_unlock(&fake->port->mutex);
}

const struct vffa_port_ops fake_ops = {
	.smc = port_smc,
	.map_guest = fake_op_map_guest,
	.unmap_guest = fake_op_unmap_guest,
	.map_own = fake_op_map_own,
	.unmap_own = fake_op_unmap_own,
	.charge = fake_op_charge,
	.uncharge = fake_op_uncharge,
	.charge_mem = fake_op_charge_mem,
	.uncharge_mem = fake_op_uncharge_mem,
	.pin = fake_op_pin,
	.unpin = fake_op_unpin,
	.give_away = fake_op_give_away,
	.window_take = fake_op_window_take,
	.window_put = fake_op_window_put,
	.window_map = fake_op_window_map,
	.window_unmap = fake_op_window_unmap,
	.leaf_get = fake_op_leaf_get,
	.leaf_drop = fake_op_leaf_drop,
	.differs = fake_op_differs,
	.alloc = fake_op_alloc,
	.free = fake_op_free,
	.vcpu_must_leave = port_vcpu_must_leave,
	.console = port_console,
	.relax = port_relax,
	.sleep = port_sleep,
	.now_ns = port_now_ns,
	.schedule = port_schedule,
	.vm_get = fake_op_vm_get,
	.vm_put = fake_op_vm_put,
	.npi = fake_op_npi,
	.lock = fake_op_lock,
	.lock_always = fake_op_lock_always,
	.unlock = fake_op_unlock,
	.assert_locked = fake_op_assert_locked,
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
