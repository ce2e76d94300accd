// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Parked calls: ask the relay what one waits for, do it, finish the call.
 * How a call comes to this library is not here but in kvm.c.
 */
#include "internal.h"

#include <errno.h>

#include <linux/vffa.h>

#include "sys.h"

/* More often than this nothing sane is parked without anything having been done. */
#define MAX_ROUNDS 8

static void to_set(const struct vffa_guest_range *raw, size_t nr, struct libvffa_ranges *ranges)
{
	for (; ranges->nr < nr; ranges->nr++) {
		uint64_t start = raw[ranges->nr].guest_phys_addr;

		ranges->items[ranges->nr] =
			(struct libvffa_range){ start, start + raw[ranges->nr].size };
	}
}

/* Return: 0; -ENOMEM; else the relay's error. */
static int get_ranges(struct libvffa_vm *vm, struct vffa_parked_call *call,
		      struct libvffa_ranges *ranges)
{
	struct vffa_guest_range *raw;
	size_t nr = call->nr_ranges;
	int ret = -ENOMEM;

	*ranges = (struct libvffa_ranges){ 0 };
	raw = libvffa_sys_alloc(nr * sizeof(*raw));
	if (!raw)
		return ret;
	ranges->items = libvffa_sys_alloc(nr * sizeof(*ranges->items));
	if (!ranges->items)
		goto out_free;

	call->max = call->nr_ranges;
	call->ranges = (uintptr_t)raw;
	ret = libvffa_sys_ioctl(vm->fd, VFFA_VM_GET_EXIT, call);
	if (ret)
		libvffa_ranges_free(ranges);
	else
		to_set(raw, call->max, ranges);
out_free:
	libvffa_sys_free(raw);
	return ret;
}

/* What the relay is to be told. */
static int do_parked(struct libvffa_vm *vm, struct vffa_parked_call *call)
{
	unsigned int nr_resets = libvffa_access_nr_resets(&vm->access);
	struct libvffa_ranges ranges;
	int result;

	if (call->op != VFFA_PARKED_REVOKE && call->op != VFFA_PARKED_RESTORE)
		return -EOPNOTSUPP;
	result = get_ranges(vm, call, &ranges);
	if (result)
		return result;

	if (call->op == VFFA_PARKED_REVOKE)
		result = libvffa_access_revoke(&vm->access, &ranges, nr_resets);
	else
		result = libvffa_access_restore(&vm->access, &ranges, nr_resets);
	libvffa_ranges_free(&ranges);
	return result;
}

int libvffa_vm_finish_call(struct libvffa_vm *vm, uint32_t vcpu, uint64_t regs[LIBVFFA_NR_REGS])
{
	unsigned int i;
	int ret;

	for (i = 0; i < MAX_ROUNDS; i++) {
		struct vffa_parked_call call = { .vcpu = vcpu };

		ret = libvffa_sys_ioctl(vm->fd, VFFA_VM_GET_EXIT, &call);
		if (ret)
			return ret;
		ret = libvffa_vm_resume(vm, vcpu, do_parked(vm, &call), regs);
		if (ret <= 0)
			return ret;
	}
	return -ELOOP;
}
