// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A VM's ioctls, one function each.
 * What a VMM does with exits from KVM_RUN is not here but in kvm.c.
 */
#include "internal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/vffa.h>

#include "options.h"
#include "sys.h"

_Static_assert(LIBVFFA_STATE_READY == VFFA_VM_STATE_READY, "same state");
_Static_assert(LIBVFFA_STATE_STOPPING == VFFA_VM_STATE_STOPPING, "same state");
_Static_assert(LIBVFFA_STATE_STOPPED == VFFA_VM_STATE_STOPPED, "same state");
_Static_assert(LIBVFFA_MEM_READONLY == VFFA_MEM_READONLY, "same flag");
_Static_assert(LIBVFFA_VM_MAY_DONATE == VFFA_CREATE_MAY_DONATE, "same flag");
_Static_assert(LIBVFFA_CALL_AARCH32 == VFFA_CALL_AARCH32, "same flag");
_Static_assert(sizeof(((struct vffa_call_regs *)0)->regs) == LIBVFFA_NR_REGS * sizeof(uint64_t),
	       "same registers");
_Static_assert(sizeof(((struct vffa_resume_call *)0)->regs) == LIBVFFA_NR_REGS * sizeof(uint64_t),
	       "same registers");

_Static_assert(LIBVFFA_VM_ONLY_PARTITIONS == VFFA_CREATE_PARTITIONS, "same flag");
_Static_assert(LIBVFFA_VM_NPI_EVENTFD == VFFA_CREATE_NPI_EVENTFD, "same flag");
_Static_assert(sizeof(struct libvffa_uuid) == 16, "same UUIDs");

/* Callers from before there was a choice of partitions. */
#define OPTIONS_SIZE_0 offsetof(struct libvffa_vm_options, partitions)

int libvffa_vm_create(struct libvffa *ctx, const struct libvffa_vm_options *options,
		      struct libvffa_vm **out)
{
	struct vffa_create_vm raw;
	struct libvffa_vm_options opts;
	struct libvffa_vm *vm;
	int ret;

	ret = libvffa_options_in(&opts, sizeof(opts), OPTIONS_SIZE_0, options);
	if (ret)
		return ret;
	if (opts.nr_partitions > VFFA_MAX_CREATE_PARTITIONS || opts.npi > UINT16_MAX)
		return -EINVAL;

	vm = libvffa_sys_alloc(sizeof(*vm));
	if (!vm)
		return -ENOMEM;

	raw = (struct vffa_create_vm){
		.flags = opts.flags,
		.nr_vcpus = opts.nr_vcpus,
		.npi = (uint16_t)opts.npi,
		.nr_partitions = (uint32_t)opts.nr_partitions,
		.partitions = (uintptr_t)opts.partitions,
		.limits = {
			.handles = opts.max_handles,
			.fragmented = opts.max_fragmented,
			.fragment_ms = opts.max_fragment_ms,
			.pieces = opts.max_pieces,
			.pinned_pages = opts.max_pinned_pages,
		},
	};
	ret = libvffa_sys_ioctl(ctx->fd, VFFA_CREATE_VM, &raw);
	if (ret < 0) {
		libvffa_sys_free(vm);
		return ret;
	}

	vm->fd = ret;
	vm->id = raw.id;
	vm->npi = opts.npi;
	libvffa_access_init(&vm->access);
	*out = vm;
	return 0;
}

void libvffa_vm_destroy(struct libvffa_vm *vm)
{
	if (!vm)
		return;
	/* A mapping holds the descriptor open. */
	libvffa_vm_unmap_window(vm);
	libvffa_sys_close(vm->fd);
	libvffa_access_fini(&vm->access);
	libvffa_sys_free(vm);
}

uint16_t libvffa_vm_id(const struct libvffa_vm *vm)
{
	return vm->id;
}

int libvffa_vm_get_info(struct libvffa_vm *vm, struct libvffa_vm_info *info)
{
	struct libvffa_vm_info ours;
	struct vffa_vm_info raw = { 0 };
	int ret;

	ret = libvffa_sys_ioctl(vm->fd, VFFA_VM_GET_INFO, &raw);
	if (ret < 0)
		return ret;

	ours = (struct libvffa_vm_info){
		.ffa_version = raw.ffa_version,
		.state = raw.state,
		.id = raw.id,
		.nr_vcpus = raw.nr_vcpus,
		.pinned_pages = raw.pinned_pages,
	};
	return libvffa_options_out(info, sizeof(ours), &ours, sizeof(ours));
}

static struct libvffa_slot to_slot(const struct libvffa_memory *memory)
{
	return (struct libvffa_slot){
		.start = memory->guest_phys_addr,
		.end = memory->guest_phys_addr + memory->len_bytes,
		.addr = memory->addr,
		.prot = memory->flags & LIBVFFA_MEM_READONLY ? PROT_READ : PROT_READ | PROT_WRITE,
	};
}

int libvffa_vm_set_memory(struct libvffa_vm *vm, const struct libvffa_memory *memory)
{
	struct libvffa_memory opts;
	struct vffa_memory raw;
	int ret;

	ret = libvffa_options_in(&opts, sizeof(opts), sizeof(opts), memory);
	if (ret)
		return ret;

	raw = (struct vffa_memory){
		.slot = opts.slot,
		.flags = opts.flags,
		.guest_phys_addr = opts.guest_phys_addr,
		.size = opts.len_bytes,
		.userspace_addr = (uintptr_t)opts.addr,
	};
	pthread_mutex_lock(&vm->access.lock);
	ret = libvffa_sys_ioctl(vm->fd, VFFA_VM_SET_MEMORY, &raw);
	if (!ret)
		vm->access.slots[opts.slot] = to_slot(&opts);
	pthread_mutex_unlock(&vm->access.lock);
	return ret;
}

int libvffa_vm_set_window(struct libvffa_vm *vm, uint64_t guest_phys_addr, uint64_t len_bytes,
			  void **addr)
{
	struct vffa_window raw = { .guest_phys_addr = guest_phys_addr, .size = len_bytes };
	int ret;

	ret = libvffa_sys_ioctl(vm->fd, VFFA_VM_SET_WINDOW, &raw);
	if (ret)
		return ret;
	ret = libvffa_sys_map(vm->fd, len_bytes, addr);
	if (ret)
		return ret;

	vm->window = *addr;
	vm->window_len = len_bytes;
	return 0;
}

void libvffa_vm_unmap_window(struct libvffa_vm *vm)
{
	if (vm->window)
		libvffa_sys_unmap(vm->window, vm->window_len);
	vm->window = NULL;
}

int libvffa_vm_bind_kvm(struct libvffa_vm *vm, int kvm_fd)
{
	struct vffa_bind_kvm raw = { .kvm_fd = kvm_fd };

	return libvffa_sys_ioctl(vm->fd, VFFA_VM_BIND_KVM, &raw);
}

int libvffa_vm_call(struct libvffa_vm *vm, uint32_t vcpu, uint32_t flags,
		    uint64_t regs[LIBVFFA_NR_REGS])
{
	struct vffa_call_regs raw = { .vcpu = vcpu, .flags = flags };
	int ret;

	memcpy(raw.regs, regs, sizeof(raw.regs));
	ret = libvffa_sys_ioctl(vm->fd, VFFA_VM_CALL, &raw);
	if (ret < 0)
		return ret;
	memcpy(regs, raw.regs, sizeof(raw.regs));
	return !!(raw.flags & VFFA_CALL_PARKED);
}

int libvffa_vm_resume(struct libvffa_vm *vm, uint32_t vcpu, int result,
		      uint64_t regs[LIBVFFA_NR_REGS])
{
	struct vffa_resume_call raw = { .vcpu = vcpu, .result = result };
	int ret;

	memcpy(raw.regs, regs, sizeof(raw.regs));
	ret = libvffa_sys_ioctl(vm->fd, VFFA_VM_RESUME, &raw);
	if (ret < 0)
		return ret;
	memcpy(regs, raw.regs, sizeof(raw.regs));
	return !!(raw.flags & VFFA_CALL_PARKED);
}

int libvffa_vm_reset(struct libvffa_vm *vm)
{
	int ret = libvffa_sys_ioctl(vm->fd, VFFA_VM_RESET, NULL);

	/* Nothing of the VM is anywhere else now. */
	return ret ? ret : libvffa_access_restore_all(&vm->access);
}
