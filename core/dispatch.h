/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* The way of a call through the relay: vffa_call() and vffa_resume() are public. */
#ifndef VFFA_DISPATCH_H
#define VFFA_DISPATCH_H

#include <vffa/relay.h>

/**
 * vffa_vcpu_cancel() - drop the parked call of a vCPU that ends, if there is one
 * @vcpu: no call inside
 */
void vffa_vcpu_cancel(struct vffa_vcpu *vcpu);

#endif /* VFFA_DISPATCH_H */
