// SPDX-License-Identifier: GPL-2.0-only
/*
 * All vCPUs out of KVM_RUN, and back in. The end of a VM is not here but in vcpu.c.
 */
#include "pause.h"

#include <linux/kvm.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "vcpu.h"
#include "vm.h"

#define KICK_AGAIN_NS 5000000

void pause_enter(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;

	pthread_mutex_lock(&vm->run_lock);
	while (vm->is_paused)
		pthread_cond_wait(&vm->run_changed, &vm->run_lock);
	vcpu->in_run = true;
	/* Left from a pause; or to be left at once, after KVM has finished the last exit. */
	vcpu->run->immediate_exit = vm_has_ended(vm);
	pthread_mutex_unlock(&vm->run_lock);
}

void pause_leave(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;

	pthread_mutex_lock(&vm->run_lock);
	vcpu->in_run = false;
	if (vm->is_paused)
		pthread_cond_broadcast(&vm->run_changed);
	pthread_mutex_unlock(&vm->run_lock);
}

/* A kick may come before KVM_RUN, where it is lost: immediate_exit is for that; or in it. */
static void wait_out_locked(struct vcpu *vcpu)
{
	struct timespec deadline;

	while (vcpu->in_run) {
		vcpu->run->immediate_exit = 1;
		pthread_kill(vcpu->thread, VCPU_SIG_KICK);
		clock_gettime(CLOCK_REALTIME, &deadline);
		deadline.tv_nsec += KICK_AGAIN_NS;
		if (deadline.tv_nsec >= 1000 * 1000 * 1000) {
			deadline.tv_nsec -= 1000 * 1000 * 1000;
			deadline.tv_sec++;
		}
		pthread_cond_timedwait(&vcpu->vm->run_changed, &vcpu->vm->run_lock, &deadline);
	}
}

void pause_begin(struct vm *vm)
{
	unsigned int i;

	pthread_mutex_lock(&vm->run_lock);
	vm->is_paused = true;
	for (i = 0; i < vm->config->nr_cpus; i++)
		wait_out_locked(&vm->vcpus[i]);
	pthread_mutex_unlock(&vm->run_lock);
}

void pause_end(struct vm *vm)
{
	pthread_mutex_lock(&vm->run_lock);
	vm->is_paused = false;
	pthread_cond_broadcast(&vm->run_changed);
	pthread_mutex_unlock(&vm->run_lock);
}
