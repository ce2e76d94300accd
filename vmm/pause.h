/* SPDX-License-Identifier: GPL-2.0-only */
/* Keeping all vCPUs out of KVM_RUN for a moment, which parts of KVM's GIC can be changed in. */
#ifndef VMM_PAUSE_H
#define VMM_PAUSE_H

struct vcpu;
struct vm;

/**
 * pause_enter() - before KVM_RUN: wait until no pause is on
 * @vcpu: in its own thread
 */
void pause_enter(struct vcpu *vcpu);

/**
 * pause_leave() - after KVM_RUN
 * @vcpu: in its own thread
 */
void pause_leave(struct vcpu *vcpu);

/**
 * pause_begin() - get all vCPUs out of KVM_RUN
 * @vm: its vCPUs have been started; not paused
 *
 * Waits for what a vCPU has under way in a secure partition, where that cannot be interrupted.
 */
void pause_begin(struct vm *vm);

/**
 * pause_end() - let them back in
 * @vm: paused
 */
void pause_end(struct vm *vm);

#endif /* VMM_PAUSE_H */
