/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* A vCPU that gives up the CPU: FFA_MSG_WAIT and FFA_YIELD of VMs. That of SPs is in run.c. */
#ifndef VFFA_CYCLES_H
#define VFFA_CYCLES_H

#include <vffa/relay.h>

/**
 * vffa_cycles_wait() - FFA_MSG_WAIT
 * @vcpu: the caller
 * @keep_rx: it goes on reading RX
 *
 * RX FULL → FREE unless it is kept. Nobody runs a VM's vCPU but the host's scheduler, which gives it
 * cycles again after a short sleep, sooner where there is something for the guest to take: the
 * guest sees FFA_RUN, and looks for its messages.
 *
 * Context: sleeps; no locks.
 * Return: VFFA_OK; VFFA_INTERRUPTED killed; or the SPMC's refusal to take RX back.
 * Spec: FF-A 1.2, FFA_MSG_WAIT.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_cycles_wait(struct vffa_vcpu *vcpu, bool keep_rx);

/**
 * vffa_cycles_yield() - FFA_YIELD
 * @vcpu: the caller
 *
 * SPEC-NOTE: the time-out is a hint to the scheduler without a unit; the host's does without.
 *
 * Context: lets the host schedule; no locks.
 * Spec: FF-A 1.2, FFA_YIELD.
 */
void vffa_cycles_yield(struct vffa_vcpu *vcpu);

#endif /* VFFA_CYCLES_H */
