/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A kernel for the library's tests: records what it is asked, and fails where it is told to. */
#ifndef LIBVFFA_FAKE_SYS_H
#define LIBVFFA_FAKE_SYS_H

#include <stdbool.h>

#include <libvffa.h>

#include <linux/kvm.h>
#include <linux/vffa.h>

#define FAKE_PSTATE	 33
#define FAKE_MAX_FILTERS 8
#define FAKE_MAX_RANGES	 8
#define FAKE_MAX_PAGES	 32

/**
 * struct fake_sys - the state of that kernel
 * @fail_at:	   the n-th operation from now fails with @error, 1 = the next; 0 = none
 * @error:	   a negated errno
 * @nr_open:	   descriptors that are open
 * @nr_allocated:  blocks of memory that are allocated
 * @path:	   opened last
 * @fd, @request:  of the last ioctl
 * @arg:	   what it was given
 * @info, @vm_info: what the queries answer
 * @parked_rounds: how often a call is still to be resumed before it is answered
 * @is_parked:	   a call made by ioctl waits to be resumed
 * @parked_op:	   what the parked call asks; 0 = nothing that is known
 * @parked, @nr_parked: with which ranges
 * @resume_result: the result that the last resume told
 * @prot:	   protection of each page from @prot_base on
 * @on_get_ranges: NULL, or called when the ranges of a parked call have been told
 * @max_mappings:  of the process; 0 = many
 * @nr_protects:   mprotect() calls
 * @nr_mapped:	   bytes that are mapped
 * @reg_writes:	   KVM_SET_ONE_REG calls
 * @regs:	   the vCPU's core registers: x0 to x30, sp, pc, pstate
 * @nr_filters:	   KVM_SET_DEVICE_ATTR calls
 * @filter_base:   the first function of each range they forward
 * @redist_attr:   register of a redistributor that was written last
 * @redist_value:  its value, before and after
 */
struct fake_sys {
	unsigned int fail_at;
	int error;
	unsigned int nr_open;
	unsigned int nr_allocated;
	const char *path;
	int fd;
	unsigned long request;
	union {
		struct vffa_create_vm create;
		struct vffa_memory memory;
		struct vffa_window window;
		struct vffa_bind_kvm bind;
		struct vffa_call_regs call;
		struct vffa_resume_call resume;
		struct vffa_policy policy;
		struct vffa_partition partition;
		struct vffa_status status;
		struct vffa_vm_status vm_status;
		struct vffa_parked_call parked;
		struct vffa_npi_eventfd npi;
		struct kvm_irq_level line;
	} arg;
	struct vffa_info info;
	struct vffa_vm_info vm_info;
	unsigned int parked_rounds;
	bool is_parked;
	uint32_t parked_op;
	struct vffa_guest_range parked[FAKE_MAX_RANGES];
	uint32_t nr_parked;
	int resume_result;
	void (*on_get_ranges)(void);
	size_t max_mappings;
	char *prot_base;
	int prot[FAKE_MAX_PAGES];
	unsigned int nr_protects;
	size_t nr_mapped;
	unsigned int reg_writes;
	uint64_t regs[FAKE_PSTATE + 1];
	unsigned int nr_filters;
	uint32_t filter_base[FAKE_MAX_FILTERS];
	uint64_t redist_attr;
	uint32_t redist_value;
};

extern struct fake_sys fake;

#define FAKE_GRP_REDIST 5 /* KVM_DEV_ARM_VGIC_GRP_REDIST_REGS */

#define FAKE_DEVICE_FD 100
#define FAKE_VM_FD     200
#define FAKE_VM_ID     7

#endif /* LIBVFFA_FAKE_SYS_H */
