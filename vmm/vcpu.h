/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's CPUs: a thread each. */
#ifndef VMM_VCPU_H
#define VMM_VCPU_H

#include <signal.h>
#include <stdint.h>

/* Gets a vCPU's thread out of KVM_RUN, and out of whatever it waits for. */
#define VCPU_SIG_KICK SIGUSR1

struct vcpu;
struct vm;

/**
 * vcpu_create() - create the next vCPU
 * @vm:	   its fd and run_size are set
 * @index: one more than the previous call's, from 0
 *
 * Return: 0; -1: said why.
 */
int vcpu_create(struct vm *vm, unsigned int index);

/**
 * vcpu_destroy() - unmap and close
 * @vcpu: not running; may never have been created
 */
void vcpu_destroy(struct vcpu *vcpu);

/**
 * vcpu_reset() - the state after power-on: the first waits at @entry, the others to be started
 * @vcpu:  not running; guest memory is loaded (KVM flushes caches here)
 * @entry: guest physical
 * @dtb:   guest physical, for x0
 *
 * Return: 0; -1: said why.
 */
int vcpu_reset(struct vcpu *vcpu, uint64_t entry, uint64_t dtb);

/**
 * vcpu_start() - run it, in a thread of its own, until the VM ends
 * @vcpu: reset
 *
 * Return: 0; -1: said why.
 */
int vcpu_start(struct vcpu *vcpu);

/**
 * vcpu_stop() - wait until it has stopped
 * @vcpu: of a VM that has ended; need not have been started
 */
void vcpu_stop(struct vcpu *vcpu);

/**
 * vcpu_prepare_signals() - once, before vcpu_start(): the signal that stops vCPUs
 */
void vcpu_prepare_signals(void);

#endif /* VMM_VCPU_H */
