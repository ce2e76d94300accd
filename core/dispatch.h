/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* The table of FF-A functions: the one place that says which exist, for whom, and who serves them. */
#ifndef VFFA_DISPATCH_H
#define VFFA_DISPATCH_H

#include <vffa/relay.h>

#include "func.h"

/* Row n is function number FFA_FN_FIRST + n. */
extern const struct vffa_func vffa_funcs[];
extern const uint32_t vffa_nr_funcs;

/**
 * vffa_vcpu_cancel() - drop the parked call of a vCPU that ends, if there is one
 * @vcpu: no call inside
 */
void vffa_vcpu_cancel(struct vffa_vcpu *vcpu);

#endif /* VFFA_DISPATCH_H */
