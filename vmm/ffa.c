// SPDX-License-Identifier: GPL-2.0-only
/*
 * FF-A for the guest: creation, the way its calls take to the relay, reboot.
 * Exits that are about FF-A are not here but in vcpu.c.
 */
#include "ffa.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "npi.h"
#include "vm.h"

/* How long a reboot waits for partitions to give back what the guest had given them. */
#define RESET_TRIES    50
#define RESET_RETRY_NS 100000000

static int fail(const char *what, int error, const char *advice)
{
	log_message("FF-A: %s: %s: %s", what, strerror(-error), advice);
	return -1;
}

static int learn_ways(struct vm *vm, struct libvffa *ctx)
{
	struct libvffa_info info = { .size = sizeof(info) };
	int ret;

	ret = libvffa_get_info(ctx, &info);
	if (ret)
		return fail("/dev/vffa", ret, "see libvffa(3), or use --no-ffa");
	vm->has_hook = info.flags & LIBVFFA_INFO_KVM_HOOK;
	return npi_choose(vm, info.flags & LIBVFFA_INFO_NOTIFICATIONS);
}

static int create(struct vm *vm, struct libvffa *ctx)
{
	struct libvffa_vm_options options = {
		.size = sizeof(options),
		.nr_vcpus = vm->config->nr_cpus,
		.flags = (vm->config->only_partitions ? LIBVFFA_VM_ONLY_PARTITIONS : 0) |
			 (vm->config->donate ? LIBVFFA_VM_MAY_DONATE : 0) |
			 (vm->npi && vm->npi_inject != NPI_BY_KERNEL ? LIBVFFA_VM_NPI_EVENTFD : 0),
		.partitions = vm->config->nr_partitions ? vm->config->partitions : NULL,
		.nr_partitions = vm->config->nr_partitions,
		.max_handles = vm->config->mem_handles,
		.max_pieces = vm->config->mem_pieces,
		.max_pinned_pages = vm->config->mem_pages,
		.max_fragment_ms = vm->config->mem_fragment_ms,
		.npi = vm->npi,
	};
	int ret = libvffa_vm_create(ctx, &options, &vm->ffa);

	if (ret == -EPERM)
		return fail("creating the VM", ret, "more than the administrator allows");
	if (ret)
		return fail("creating the VM", ret, "see the kernel's log, or use --no-ffa");
	return npi_attach(vm);
}

int ffa_create(struct vm *vm)
{
	struct libvffa *ctx;
	int ret;

	ret = libvffa_open(NULL, &ctx);
	if (ret == -ENOENT || ret == -ENODEV)
		return fail("/dev/vffa", ret, "load vffa.ko, or use --no-ffa");
	if (ret)
		return fail("/dev/vffa", ret, "see libvffa(3), or use --no-ffa");

	ret = learn_ways(vm, ctx);
	if (!ret)
		ret = create(vm, ctx);
	libvffa_close(ctx);
	return ret;
}

static int attach_by_hook(struct vm *vm)
{
	int ret = libvffa_vm_bind_kvm(vm->ffa, vm->fd);

	if (ret == -EOPNOTSUPP)
		return fail("binding KVM", ret,
			    "vffa.ko has no hook in this kernel, whose log says why: use --way filter");
	if (ret)
		return fail("binding KVM", ret, "see the kernel's log");
	return 0;
}

static int attach_by_filter(struct vm *vm)
{
	int ret = libvffa_vm_forward_kvm(vm->ffa, vm->fd);

	if (ret == -EOPNOTSUPP)
		return fail("forwarding calls", ret, "KVM's SMCCC filter needs Linux 6.4");
	if (ret)
		return fail("forwarding calls", ret, "see libvffa(3)");
	log_message("FF-A: calls come by KVM's SMCCC filter; KVM tells the guest SMCCC 1.1, and "
		    "Linux's FF-A driver wants 1.2: it will not start there");
	return 0;
}

int ffa_attach(struct vm *vm)
{
	switch (vm->config->way) {
	case WAY_HOOK:
		return attach_by_hook(vm);
	case WAY_FILTER:
		return attach_by_filter(vm);
	default:
		break;
	}
	if (vm->has_hook)
		return attach_by_hook(vm);
	log_message("FF-A: vffa.ko has no hook in this kernel, whose log says why");
	return attach_by_filter(vm);
}

int ffa_reset(struct vm *vm)
{
	const struct timespec pause = { .tv_nsec = RESET_RETRY_NS };
	int ret = 0;
	int i;

	if (!vm->ffa)
		return 0;
	for (i = 0; i < RESET_TRIES; i++) {
		ret = libvffa_vm_reset(vm->ffa);
		if (ret != -EBUSY && ret != -EINTR)
			break;
		nanosleep(&pause, NULL);
	}
	if (ret == -ENOSPC)
		return fail("reboot", ret, "see the kernel's log");
	if (ret)
		return fail("reboot", ret, "a secure partition keeps something of the guest");
	return 0;
}
