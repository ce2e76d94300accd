// SPDX-License-Identifier: GPL-2.0-only
/*
 * vCPUs of one VM, the worker and the SPMC's interrupts at the same time, for ThreadSanitizer. What the
 * calls answer is the other tests' business (spmc/test/mix_test.c); here only what the guest may see at all.
 */
#include <sched.h>
#include <stdatomic.h>

#include "world.h"

#define NR_CALLS 400

/* One of the two TX has a message, the other one a descriptor of memory. */
#define TX     FAKE_RAM_IPA
#define MEM_TX (FAKE_RAM_IPA + 0x4000)
#define RX     (FAKE_RAM_IPA + 0x10000)
#define SHARED (FAKE_RAM_IPA + 0x20000)

#define DESC_SIZE 112u

/* From the echo to the first VM, and the other way round. */
#define FROM_ECHO 0x80010001u
#define TO_ECHO	  0x00018001u

static const struct vffa_regs calls[] = {
	{ { FFA_VERSION, FFA_VERSION_1_2 } },
	{ { FFA_ID_GET } },
	{ { FFA_FEATURES, FFA_RUN } },
	{ { FFA_RXTX_MAP_64, TX, RX, 2 } },
	{ { FFA_RXTX_MAP_64, MEM_TX, RX, 2 } },
	{ { FFA_RXTX_UNMAP } },
	{ { FFA_RX_RELEASE } },
	{ { FFA_PARTITION_INFO_GET } },
	{ { FFA_PARTITION_INFO_GET_REGS } },
	{ { FFA_MSG_SEND_DIRECT_REQ_32, 0x00018001, 0, 33 } },
	{ { FFA_MSG_SEND_DIRECT_REQ_64, 0x00018002, 0, 33 } },
	{ { FFA_MSG_SEND_DIRECT_REQ2, 0x00018003, 0, 0, 33 } },
	{ { FFA_RUN, 0x80010000 } },
	{ { FFA_MSG_SEND2 } },
	{ { FFA_MSG_SEND2 } },
	{ { FFA_MSG_WAIT } },
	{ { FFA_CONSOLE_LOG_32, 6, 0x6c6c6548, 0x0a6f } },
	{ { FFA_NOTIFICATION_BIND, FROM_ECHO, 0, 3 } },
	{ { FFA_NOTIFICATION_UNBIND, FROM_ECHO, 0, 1 } },
	{ { FFA_NOTIFICATION_SET, TO_ECHO, 0, 4 } },
	{ { FFA_NOTIFICATION_GET, 1, FFA_NOTIF_GET_ALL } },
	{ { FFA_NOTIFICATION_GET, 0x10001, FFA_NOTIF_GET_ALL } },
	{ { FFA_MEM_SHARE_32, DESC_SIZE, DESC_SIZE } },
	{ { FFA_MEM_SHARE_32, DESC_SIZE, DESC_SIZE } },
	{ { FFA_MEM_RECLAIM, 1 } },
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
	case FFA_RUN:
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
	bool shared = false;

	for (unsigned int i = 0; i < NR_CALLS && vffa_vm_enter(&vm->vm); i++) {
		/* A guest that was interrupted mostly goes on with what it had begun. */
		if (regs.x[0] == FFA_INTERRUPT && next_random(&seed) % 4)
			regs = (struct vffa_regs){ { FFA_RUN, regs.x[1] } };
		else if (shared && next_random(&seed) % 4)
			regs = (struct vffa_regs){ { FFA_MEM_RECLAIM, regs.x[2], regs.x[3] } };
		else
			regs = calls[next_random(&seed) % (sizeof(calls) / sizeof(calls[0]))];
		shared = regs.x[0] == FFA_MEM_SHARE_32;
		vffa_call(&vm->vcpus[t->index], &regs, false);
		shared &= regs.x[0] == FFA_SUCCESS_32;
		t->nr_strange += !is_sensible(&regs);
		vffa_vm_leave(&vm->vm);
		if (!(i % 16))
			set_must_leave(&t->w->port, next_random(&seed) % 2);
	}
	return NULL;
}

/* The echo reads its mail, and sends some; it sets what the VM has bound. */
static void act_as_partition(struct world *w)
{
	struct fake_spmc *spmc = &w->port.spmc;
	vffa_id_t id = w->vms[0].vm.id;
	struct fake_pair *pair;

	pthread_mutex_lock(&w->port.mutex);
	spmc->parts[FAKE_SP_ECHO].rx_full = false;
	pair = fake_spmc_pair(spmc, id);
	if (pair && pair->state == FAKE_RX_EMPTY) {
		pair->state = FAKE_RX_FULL;
		spmc->notifs[id].framework = FFA_NOTIF_RX_FULL;
	}
	spmc->notifs[id].pending |= spmc->notifs[id].bound;
	pthread_mutex_unlock(&w->port.mutex);
}

static void *run_worker(void *arg)
{
	struct world *w = arg;

	while (!atomic_load(&stopping)) {
		act_as_partition(w);
		(void)!vffa_sri(&w->relay);
		(void)!vffa_turns(&w->relay);
		fake_work(&w->vms[0], VFFA_RUN_OVERDUE_NS);
	}
	return NULL;
}

static void put(struct fake_vm *vm, uint64_t ipa, const uint32_t *words, size_t len)
{
	memcpy(vm->ram + (ipa - FAKE_RAM_IPA), words, len);
}

static int setup(void **state)
{
	static const uint32_t message[] = { 0, 0, 40, TO_ECHO, 4, 0, 0, 0, 0, 0, 1 };
	static const uint32_t mail[] = { 0, 0, 40, FROM_ECHO, 4, 0, 0, 0, 0, 0, 2 };
	static const uint32_t desc[DESC_SIZE / 4] = {
		[0] = FFA_MEM_ATTRS_NORMAL << 16 | 1,
		[6] = 32,
		[7] = 1,
		[8] = 48,
		[12] = FFA_MEM_DATA_RW << 16 | FAKE_ID(FAKE_SP_ECHO),
		[13] = 80,
		[20] = 1,
		[21] = 1,
		[24] = SHARED,
		[26] = 1,
	};
	struct world *w;

	if (world_setup(state))
		return -1;
	w = *state;
	w->port.spmc.sri = 8;
	w->npi = FAKE_NPI;
	if (world_start(w))
		return -1;
	put(&w->vms[0], TX, message, sizeof(message));
	put(&w->vms[0], MEM_TX, desc, sizeof(desc));
	put(&w->vms[0], RX, mail, sizeof(mail));
	return 0;
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
	/* It was a mix: these need others before them. */
	assert_true(fake_nr_calls(&w->port, FFA_MSG_SEND2) &&
		    fake_nr_calls(&w->port, FFA_RX_RELEASE));
	assert_true(fake_nr_calls(&w->port, FFA_NOTIFICATION_GET));
	assert_true(fake_nr_calls(&w->port, FFA_MEM_RECLAIM));
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
		TEST(vcpus_and_worker_run_side_by_side, setup),
		TEST(stop_and_restart_among_running_vcpus, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
