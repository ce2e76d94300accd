// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's RAM: one mapping, one slot.
 * What is loaded into it is not here but in loader.c.
 */
#include "memory.h"

#include <errno.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "log.h"
#include "vm.h"

static int map_ram(struct vm *vm)
{
	uint64_t size_bytes = vm->config->ram_size;
	void *host;

	host = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (host == MAP_FAILED)
		return -1;
	/*
	 * A kernel without huge pages does without: they only make pins and the guest's walks cheaper. What
	 * was donated KVM may have to show to a guest again, which before Linux 6.13 it cannot where that is
	 * a part of a huge page.
	 */
	(void)madvise(host, size_bytes, vm->config->donate ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
	vm->ram = (struct ram){ .host = host, .base = RAM_BASE, .size_bytes = size_bytes };
	return 0;
}

static int show_to_kvm(struct vm *vm)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = vm->ram.base,
		.memory_size = vm->ram.size_bytes,
		.userspace_addr = (uintptr_t)vm->ram.host,
	};

	return ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
}

static int show_to_relay(struct vm *vm)
{
	struct libvffa_memory memory = {
		.size = sizeof(memory),
		.guest_phys_addr = vm->ram.base,
		.len_bytes = vm->ram.size_bytes,
		.addr = vm->ram.host,
	};

	return vm->ffa ? libvffa_vm_set_memory(vm->ffa, &memory) : 0;
}

/* Where partitions' memory comes and goes, as the guest retrieves and relinquishes it. */
static int show_window(struct vm *vm)
{
	uint64_t ram_end = vm->ram.base + vm->ram.size_bytes;
	struct kvm_userspace_memory_region region = {
		.slot = 1,
		.guest_phys_addr = (ram_end + WINDOW_ALIGN - 1) & ~(WINDOW_ALIGN - 1),
		.memory_size = vm->config->window_size,
	};
	void *addr;
	int ret;

	if (!vm->ffa || !region.memory_size)
		return 0;
	ret = libvffa_vm_set_window(vm->ffa, region.guest_phys_addr, region.memory_size, &addr);
	/* The host's pages are too large: the guest can do without. */
	if (ret == -EOPNOTSUPP)
		return 0;
	if (ret)
		return ret;
	region.userspace_addr = (uintptr_t)addr;
	if (!ioctl(vm->fd, KVM_SET_USER_MEMORY_REGION, &region)) {
		vm->has_window = true;
		return 0;
	}
	ret = -errno;
	libvffa_vm_unmap_window(vm->ffa);
	/* New kernels have KVM take such mappings only where the CPUs keep caches coherent by themselves. */
	return ret == -EINVAL ? 0 : ret;
}

int memory_create(struct vm *vm)
{
	int ret;

	if (map_ram(vm) || show_to_kvm(vm)) {
		log_message("guest memory: %s", strerror(errno));
		return -1;
	}
	ret = show_to_relay(vm);
	if (ret) {
		log_message("FF-A: guest memory: %s", strerror(-ret));
		return -1;
	}
	ret = show_window(vm);
	if (ret) {
		log_message("FF-A: room for partitions' memory: %s", strerror(-ret));
		return -1;
	}
	return 0;
}

void memory_destroy(struct vm *vm)
{
	if (vm->ram.host)
		munmap(vm->ram.host, vm->ram.size_bytes);
}

int memory_clear(struct vm *vm)
{
	if (!madvise(vm->ram.host, vm->ram.size_bytes, MADV_DONTNEED))
		return 0;
	log_message("clearing guest memory: %s", strerror(errno));
	return -1;
}
