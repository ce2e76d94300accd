/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Counting a call, by the vCPU that made it. */
#ifndef VFFA_CORE_COUNT_H
#define VFFA_CORE_COUNT_H

#include <vffa/relay.h>

static inline uint32_t vffa_count_index(uint32_t nr, uint32_t size)
{
	return nr < size ? nr : size - 1;
}

/**
 * vffa_count_call() - a call was answered
 * @counters: of the vCPU; its call is inside
 * @fid:      function id
 * @ret:      its status
 *
 * Inline and without a branch for what went well: it is on the way of every call.
 */
static inline void vffa_count_call(struct vffa_counters *counters, uint32_t fid, enum vffa_ret ret)
{
	uint32_t func = vffa_count_index((fid & FFA_FN_MASK) - FFA_FN_FIRST, VFFA_NR_COUNTED_FUNCS);

	vffa_counter_inc(&counters->calls[func]);
	if (!ret)
		return;
	vffa_counter_inc(&counters->failed[func]);
	vffa_counter_inc(
		&counters->errors[vffa_count_index(-(uint32_t)ret, VFFA_NR_COUNTED_ERRORS)]);
}

#endif /* VFFA_CORE_COUNT_H */
