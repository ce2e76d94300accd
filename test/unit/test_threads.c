// SPDX-License-Identifier: GPL-2.0-only
/*
 * vCPUs of one VM and the worker at the same time, for ThreadSanitizer. What the calls answer is
 * the other tests' business; here only what the guest may see at all.
 */
#include <sched.h>
#include <stdatomic.h>

#include "world.h"

#define NR_CALLS 400

#define TX FAKE_RAM_IPA
#define RX (FAKE_RAM_IPA + 0x10000)

static const struct vffa_regs calls[] = {
	{ { FFA_VERSION, FFA_VERSION_1_2 } },
	{ { FFA_ID_GET } },
	{ { FFA_FEATURES, FFA_RUN } },
	{ { FFA_RXTX_MAP_64, TX, RX, 2 } },
	{ { FFA_RXTX_UNMAP } },
	{ { FFA_RX_RELEASE } },
	{ { FFA_PARTITION_INFO_GET } },
	{ { FFA_PARTITION_INFO_GET_REGS } },
	{ { FFA_MSG_SEND_DIRECT_REQ_32, 0x00018001, 0, 33 } },
	{ { FFA_MSG_SEND_DIRECT_REQ_64, 0x00018002, 0, 33 } },
	{ { FFA_MSG_SEND_DIRECT_REQ2, 0x00018003, 0, 0, 33 } },
	{ { FFA_RUN, 0x80010000 } },
};

struct vcpu_thread {
	struct world *w;
	unsigned int index;
	unsigned int nr_strange;
};

static atomic_bool stopping;

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static bool is_sensible(const struct vffa_regs *regs)
{
	switch (regs->x[0]) {
	case FFA_ERROR:
		return (int32_t)regs->x[2] < 0 && (int32_t)regs->x[2] >= FFA_RET_NOT_READY;
	case FFA_VERSION_1_2:
	case FFA_SUCCESS_32:
	case FFA_SUCCESS_64:
	case FFA_MSG_SEND_DIRECT_RESP_32:
	case FFA_MSG_SEND_DIRECT_RESP_64:
	case FFA_MSG_SEND_DIRECT_RESP2:
	case FFA_INTERRUPT:
		return true;
	default:
		return false;
	}
}

static void set_must_leave(struct fake_port *port, bool leave)
{
	pthread_mutex_lock(&port->mutex);
	port->must_leave = leave;
	pthread_mutex_unlock(&port->mutex);
}

static void *run_vcpu(void *arg)
{
	struct vcpu_thread *t = arg;
	struct fake_vm *vm = &t->w->vms[0];
	uint32_t seed = t->index + 1;
	struct vffa_regs regs = { 0 };

	for (unsigned int i = 0; i < NR_CALLS && vffa_vm_enter(&vm->vm); i++) {
		/* A guest that was interrupted mostly goes on with what it had begun. */
		if (regs.x[0] == FFA_INTERRUPT && next_random(&seed) % 4)
			regs = (struct vffa_regs){ { FFA_RUN, regs.x[1] } };
		else
			regs = calls[next_random(&seed) % (sizeof(calls) / sizeof(calls[0]))];
		vffa_call(&vm->vcpus[t->index], &regs, false);
		t->nr_strange += !is_sensible(&regs);
		vffa_vm_leave(&vm->vm);
		if (!(i % 16))
			set_must_leave(&t->w->port, next_random(&seed) % 2);
	}
	return NULL;
}

static void *run_worker(void *arg)
{
	struct world *w = arg;

	while (!atomic_load(&stopping))
		fake_work(&w->vms[0], VFFA_RUN_OVERDUE_NS);
	return NULL;
}

static unsigned int nr_smcs(struct fake_port *port)
{
	unsigned int nr;

	pthread_mutex_lock(&port->mutex);
	nr = port->nr_calls;
	pthread_mutex_unlock(&port->mutex);
	return nr;
}

static void run_threads(struct world *w, bool stop_in_the_middle)
{
	struct vcpu_thread threads[FAKE_NR_VCPUS];
	pthread_t ids[FAKE_NR_VCPUS];
	pthread_t worker;
	unsigned int smcs_before = nr_smcs(&w->port);

	for (unsigned int i = 0; i < FAKE_NR_SPS; i++)
		w->port.spmc.parts[i].stops = i + 1;
	atomic_store(&stopping, false);
	assert_false(pthread_create(&worker, NULL, run_worker, w));
	for (unsigned int i = 0; i < FAKE_NR_VCPUS; i++) {
		threads[i] = (struct vcpu_thread){ w, i, 0 };
		assert_false(pthread_create(&ids[i], NULL, run_vcpu, &threads[i]));
	}
	if (stop_in_the_middle) {
		/* Some SMCs later; the threads make many times as many. */
		while (nr_smcs(&w->port) - smcs_before < 20)
			sched_yield();
		vffa_vm_stop(&w->vms[0].vm);
	}
	for (unsigned int i = 0; i < FAKE_NR_VCPUS; i++) {
		pthread_join(ids[i], NULL);
		assert_int_equal(threads[i].nr_strange, 0);
	}
	atomic_store(&stopping, true);
	pthread_join(worker, NULL);
	set_must_leave(&w->port, false);
}

static void vcpus_and_worker_run_side_by_side(void **state)
{
	struct world *w = *state;

	run_threads(w, false);
	world_stop_vm(w, 0);
}

static void stop_and_restart_among_running_vcpus(void **state)
{
	struct world *w = *state;

	for (unsigned int i = 0; i < 10; i++) {
		run_threads(w, true);
		world_stop_vm(w, 0);
		assert_int_equal(vffa_vm_restart(&w->vms[0].vm), VFFA_OK);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(vcpus_and_worker_run_side_by_side, world_setup_1_2),
		TEST(stop_and_restart_among_running_vcpus, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
