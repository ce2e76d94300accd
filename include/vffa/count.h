/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* What a VM called and how it ended: counted by each vCPU for itself, summed by who asks. */
#ifndef VFFA_COUNT_H
#define VFFA_COUNT_H

#include <vffa/ret.h>

struct vffa_vm;

/* Function n is number FFA_FN_FIRST + n; the last stands for all that follow, too. */
#define VFFA_NR_COUNTED_FUNCS 64

/* Error n is the FF-A code -n; the last stands for all below it, too. */
#define VFFA_NR_COUNTED_ERRORS 16

/* One writer at a time, and readers at any time: see env.h. */
struct vffa_counters {
	vffa_counter_t calls[VFFA_NR_COUNTED_FUNCS];
	vffa_counter_t failed[VFFA_NR_COUNTED_FUNCS];
	vffa_counter_t errors[VFFA_NR_COUNTED_ERRORS];
	vffa_counter_t preempted;
};

/**
 * struct vffa_counts - calls of a VM since it was created or reset
 * @calls:     answered, by function
 * @failed:    of those, answered with FFA_ERROR
 * @errors:    the same by error code
 * @preempted: of @calls, those whose answer was FFA_INTERRUPT
 */
struct vffa_counts {
	uint64_t calls[VFFA_NR_COUNTED_FUNCS];
	uint64_t failed[VFFA_NR_COUNTED_FUNCS];
	uint64_t errors[VFFA_NR_COUNTED_ERRORS];
	uint64_t preempted;
};

/**
 * vffa_vm_counts() - sum up what the vCPUs of a VM have counted
 * @vm:	 initialised. Calls may run meanwhile, and a restart: each counter is then one that was right
 *	 at some moment
 * @out: out
 */
void vffa_vm_counts(const struct vffa_vm *vm, struct vffa_counts *out);

#endif /* VFFA_COUNT_H */
