// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* The sums of what vCPUs count. Counting itself is in count.h. */
#include "count.h"

static void add(uint64_t *sums, const vffa_counter_t *counters, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		sums[i] += vffa_counter_read(&counters[i]);
}

void vffa_vm_counts(const struct vffa_vm *vm, struct vffa_counts *out)
{
	memset(out, 0, sizeof(*out));
	for (uint16_t i = 0; i < vm->nr_vcpus; i++) {
		const struct vffa_counters *counters = &vm->vcpus[i].counters;

		add(out->calls, counters->calls, VFFA_NR_COUNTED_FUNCS);
		add(out->failed, counters->failed, VFFA_NR_COUNTED_FUNCS);
		add(out->errors, counters->errors, VFFA_NR_COUNTED_ERRORS);
		add(&out->preempted, &counters->preempted, 1);
	}
}
