// SPDX-License-Identifier: GPL-2.0-only
/* The fake home's locks, which know who holds what and in which order. */
#include <stdio.h>
#include <stdlib.h>

#include "fake_impl.h"

/* The locks of the relay that this thread holds, in the order in which it took them. */
#define MAX_HELD 2
static _Thread_local struct vffa_lock *held[MAX_HELD];
static _Thread_local unsigned int nr_held;

/* What may be taken while another is held (docs/locking.md). */
static const bool may_follow[FAKE_NR_LOCK_KINDS][FAKE_NR_LOCK_KINDS] = {
	[FAKE_LOCK_VM] = { [FAKE_LOCK_PAGE] = true, [FAKE_LOCK_TX] = true },
	[FAKE_LOCK_TX] = { [FAKE_LOCK_RX] = true },
};

bool fake_is_held(const struct vffa_lock *lock)
{
	for (unsigned int i = 0; i < nr_held; i++) {
		if (held[i] == lock)
			return true;
	}
	return false;
}

/* The locks of the hypervisor's buffers are held while the SPMC reads or fills them. */
bool fake_is_any_held_but_buffers(void)
{
	for (unsigned int i = 0; i < nr_held; i++) {
		if (held[i]->kind != FAKE_LOCK_TX && held[i]->kind != FAKE_LOCK_RX)
			return true;
	}
	return false;
}

bool fake_is_any_held(void)
{
	return nr_held;
}

bool fake_is_page_lock_held(void)
{
	return nr_held && held[nr_held - 1]->kind == FAKE_LOCK_PAGE;
}

void fake_op_lock_always(void *arg, struct vffa_lock *lock)
{
	if (fake_is_held(lock) || nr_held == MAX_HELD) {
		fprintf(stderr, "a lock is taken twice, or one too many\n");
		abort();
	}
	if (nr_held && !may_follow[held[nr_held - 1]->kind][lock->kind])
		fake_complain(arg, "a second lock, which no order covers");
	pthread_mutex_lock(&lock->mutex);
	held[nr_held++] = lock;
}

enum vffa_ret fake_op_lock(void *arg, struct vffa_lock *lock)
{
	struct fake_port *port = arg;
	bool fails;

	pthread_mutex_lock(&port->mutex);
	fails = fake_fails_now(port, FAKE_OP_LOCK);
	pthread_mutex_unlock(&port->mutex);
	if (fails)
		return VFFA_INTERRUPTED;
	fake_op_lock_always(arg, lock);
	return VFFA_OK;
}

/* The last one taken, in the relay as it is: none is released out of order. */
void fake_op_unlock(void *arg, struct vffa_lock *lock)
{
	(void)arg;
	if (!nr_held || held[nr_held - 1] != lock) {
		fprintf(stderr, "a lock is released that is not held, or not the last one\n");
		abort();
	}
	nr_held--;
	pthread_mutex_unlock(&lock->mutex);
}

void fake_op_assert_locked(void *arg, struct vffa_lock *lock)
{
	if (!fake_is_held(lock))
		fake_complain(arg, "a lock is not held that should be");
}

void fake_lock_init(struct vffa_lock *lock, enum fake_lock_kind kind)
{
	pthread_mutex_init(&lock->mutex, NULL);
	lock->kind = kind;
}
