// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's notification pending interrupt: which one, and injecting it where vffa.ko does not.
 * How vCPUs are stopped for it is not here but in pause.c.
 */
#include "npi.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "pause.h"
#include "vm.h"

/* Long enough for a vCPU that runs; one that does not is interrupted when the relay asks again. */
#define LINE_UP_NS 1000000

static bool uses_hook(const struct vm *vm)
{
	return vm->config->way == WAY_HOOK || (vm->config->way == WAY_ANY && vm->has_hook);
}

static int refuse(const char *why)
{
	log_message("FF-A: %s", why);
	return -1;
}

int npi_choose(struct vm *vm, bool has_notifications)
{
	const struct vm_config *config = vm->config;

	vm->npi = config->npi;
	vm->npi_inject = config->npi_inject;
	if (vm->npi_inject == NPI_BY_ANY)
		vm->npi_inject = uses_hook(vm) ? NPI_BY_KERNEL : NPI_BY_PENDING;
	if (vm->npi_inject == NPI_BY_KERNEL && !uses_hook(vm))
		return refuse("--npi-inject kernel needs --way hook: "
			      "vffa.ko knows no KVM VM otherwise");
	if (has_notifications || !vm->npi)
		return 0;
	if (config->npi_is_set)
		log_message("FF-A: the guest has no notifications: this host has none, see the "
			    "kernel's log");
	vm->npi = 0;
	return 0;
}

static int attach_vcpu(struct vm *vm, unsigned int i)
{
	int ret;

	vm->vcpus[i].npi_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (vm->vcpus[i].npi_fd < 0) {
		log_message("eventfd: %s", strerror(errno));
		return -1;
	}
	ret = libvffa_vm_set_npi_eventfd(vm->ffa, i, vm->vcpus[i].npi_fd);
	if (ret)
		log_message("FF-A: notifications of vCPU %u: %s", i, strerror(-ret));
	return ret ? -1 : 0;
}

int npi_attach(struct vm *vm)
{
	unsigned int i;

	if (!vm->npi || vm->npi_inject == NPI_BY_KERNEL)
		return 0;
	for (i = 0; i < vm->config->nr_cpus; i++)
		if (attach_vcpu(vm, i))
			return -1;
	return 0;
}

void npi_detach(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < vm->config->nr_cpus; i++)
		if (vm->vcpus[i].npi_fd >= 0)
			close(vm->vcpus[i].npi_fd);
}

void npi_poll(const struct vm *vm, struct pollfd *fds)
{
	unsigned int i;

	/* A descriptor below zero is one that poll() leaves out. */
	for (i = 0; i < vm->config->nr_cpus; i++)
		fds[i] = (struct pollfd){ .fd = vm->vcpus[i].npi_fd, .events = POLLIN };
}

/* The guest gets nothing done while the line is up: see libvffa_vm_set_npi_line(). */
static int pulse_line(struct vm *vm, unsigned int i)
{
	const struct timespec up = { .tv_nsec = LINE_UP_NS };
	int ret;

	ret = libvffa_vm_set_npi_line(vm->ffa, vm->fd, i, 1);
	if (ret)
		return ret;
	nanosleep(&up, NULL);
	return libvffa_vm_set_npi_line(vm->ffa, vm->fd, i, 0);
}

/* vCPU i is affinity i. */
static int set_pending(struct vm *vm, unsigned int i)
{
	int ret;

	pause_begin(vm);
	ret = libvffa_vm_set_npi_pending(vm->ffa, vm->gic_fd, i);
	pause_end(vm);
	return ret;
}

static void inject_vcpu(struct vm *vm, unsigned int i)
{
	uint64_t count;
	int ret;

	if (read(vm->vcpus[i].npi_fd, &count, sizeof(count)) != sizeof(count))
		return;
	ret = vm->npi_inject == NPI_BY_LINE ? pulse_line(vm, i) : set_pending(vm, i);
	/* A vCPU outside KVM_RUN is busy, too, while its registers are read: the relay asks again. */
	if (!ret || ret == -EBUSY)
		return;
	log_message("vCPU %u: notification pending interrupt: %s", i, strerror(-ret));
	vm_set_end(vm, VM_FAILED, 0);
}

void npi_inject(struct vm *vm, const struct pollfd *fds)
{
	unsigned int i;

	for (i = 0; i < vm->config->nr_cpus; i++)
		if (fds[i].revents & POLLIN)
			inject_vcpu(vm, i);
}
