// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vCPU's thread: KVM_RUN and its exits.
 * What devices do is not here but in mmio.c; FF-A's exits are libvffa's.
 */
#include "vcpu.h"

#include <errno.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "mmio.h"
#include "pause.h"
#include "vm.h"

#define CORE_REG(name)                                                                             \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(name))

int vcpu_create(struct vm *vm, unsigned int index)
{
	struct vcpu *vcpu = &vm->vcpus[index];
	void *run;

	vcpu->vm = vm;
	vcpu->index = index;
	vcpu->fd = ioctl(vm->fd, KVM_CREATE_VCPU, (unsigned long)index);
	if (vcpu->fd < 0) {
		log_message("vCPU %u: KVM_CREATE_VCPU: %s", index, strerror(errno));
		return -1;
	}

	run = mmap(NULL, vm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (run == MAP_FAILED) {
		log_message("vCPU %u: mmap: %s", index, strerror(errno));
		return -1;
	}
	vcpu->run = run;
	return 0;
}

void vcpu_destroy(struct vcpu *vcpu)
{
	if (vcpu->run)
		munmap(vcpu->run, vcpu->vm->run_size);
	if (vcpu->fd >= 0)
		close(vcpu->fd);
}

static int set_reg(struct vcpu *vcpu, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	return ioctl(vcpu->fd, KVM_SET_ONE_REG, &reg);
}

static uint64_t get_pc(const struct vcpu *vcpu)
{
	uint64_t pc = 0;
	struct kvm_one_reg reg = { .id = CORE_REG(regs.pc), .addr = (uintptr_t)&pc };

	return ioctl(vcpu->fd, KVM_GET_ONE_REG, &reg) ? 0 : pc;
}

int vcpu_reset(struct vcpu *vcpu, uint64_t entry, uint64_t dtb)
{
	struct kvm_vcpu_init init;

	vcpu->run->immediate_exit = 0;
	if (ioctl(vcpu->vm->fd, KVM_ARM_PREFERRED_TARGET, &init))
		goto err;
	init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
	if (vcpu->index)
		init.features[0] |= 1u << KVM_ARM_VCPU_POWER_OFF;
	if (ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, &init))
		goto err;
	if (vcpu->index)
		return 0;

	if (set_reg(vcpu, CORE_REG(regs.pc), entry) || set_reg(vcpu, CORE_REG(regs.regs[0]), dtb))
		goto err;
	return 0;

err:
	log_message("vCPU %u: reset: %s", vcpu->index, strerror(errno));
	return -1;
}

static void fail(struct vcpu *vcpu, const char *what, unsigned long long detail)
{
	log_message("vCPU %u failed at pc 0x%llx: %s 0x%llx", vcpu->index,
		    (unsigned long long)get_pc(vcpu), what, detail);
	vm_set_end(vcpu->vm, VM_FAILED, 0);
}

static void handle_mmio(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;
	uint32_t value = 0;
	bool known;

	if (run->mmio.is_write) {
		/* No register of ours is wider: what is above 32 bits is ignored. */
		memcpy(&value, run->mmio.data, run->mmio.len < 4 ? run->mmio.len : 4);
		known = mmio_write(vcpu->vm, run->mmio.phys_addr, value);
	} else {
		known = mmio_read(vcpu->vm, run->mmio.phys_addr, &value);
		memset(run->mmio.data, 0, sizeof(run->mmio.data));
		memcpy(run->mmio.data, &value, sizeof(value));
	}
	if (!known)
		fail(vcpu,
		     run->mmio.is_write ? "write where there is no device:"
					: "read where there is no device:",
		     run->mmio.phys_addr);
}

/* PSCI's SYSTEM_RESET2 promises that memory survives, which loading the kernel again cannot. */
static bool is_warm_reset(const struct kvm_run *run)
{
	return run->system_event.ndata >= 1 &&
	       run->system_event.data[0] & KVM_SYSTEM_EVENT_RESET_FLAG_PSCI_RESET2;
}

static void handle_system_event(struct vcpu *vcpu)
{
	switch (vcpu->run->system_event.type) {
	case KVM_SYSTEM_EVENT_SHUTDOWN:
		vm_set_end(vcpu->vm, VM_POWEROFF, 0);
		break;
	case KVM_SYSTEM_EVENT_RESET:
		vm_set_end(vcpu->vm, is_warm_reset(vcpu->run) ? VM_WARM_RESET : VM_REBOOT, 0);
		break;
	default:
		fail(vcpu, "system event", vcpu->run->system_event.type);
	}
}

/* Returns whether the exit was FF-A's. */
static bool handle_ffa(struct vcpu *vcpu)
{
	int ret;

	if (!vcpu->vm->ffa)
		return false;
	do {
		ret = libvffa_vm_handle_exit(vcpu->vm->ffa, vcpu->index, vcpu->fd, vcpu->run);
	} while (ret == -EINTR && !vm_has_ended(vcpu->vm));
	if (ret < 0 && ret != -EINTR) {
		log_message("vCPU %u: FF-A: %s", vcpu->index, strerror(-ret));
		vm_set_end(vcpu->vm, VM_FAILED, 0);
	}
	return ret;
}

static void handle_exit(struct vcpu *vcpu)
{
	struct kvm_run *run = vcpu->run;

	if (handle_ffa(vcpu))
		return;
	switch (run->exit_reason) {
	case KVM_EXIT_MMIO:
		handle_mmio(vcpu);
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		handle_system_event(vcpu);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		fail(vcpu, "KVM cannot enter the guest: reason",
		     run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		fail(vcpu, "KVM internal error", run->internal.suberror);
		break;
	default:
		fail(vcpu, "unexpected exit from KVM:", run->exit_reason);
	}
}

/*
 * Memory that a guest may not touch is in its RAM, where it has lent that, or in the window, where no
 * partition gives it any. KVM does not say which address it was.
 */
static const char *fault_reason(struct vcpu *vcpu)
{
	if (vcpu->vm->ffa && libvffa_vm_is_revoked(vcpu->vm->ffa, 0, UINT64_MAX))
		return vcpu->vm->has_window ? "has lent, or has not borrowed" : "has lent";
	return vcpu->vm->has_window ? "has not borrowed" : NULL;
}

static void fail_run(struct vcpu *vcpu, int error)
{
	const char *reason = error == EFAULT ? fault_reason(vcpu) : NULL;

	if (reason) {
		log_message("vCPU %u of VM 0x%x touched memory it %s, at pc 0x%llx", vcpu->index,
			    libvffa_vm_id(vcpu->vm->ffa), reason, (unsigned long long)get_pc(vcpu));
		vm_set_end(vcpu->vm, VM_FAILED, 0);
		return;
	}
	log_message("vCPU %u failed at pc 0x%llx: KVM_RUN: %s%s", vcpu->index,
		    (unsigned long long)get_pc(vcpu), strerror(error),
		    error == ENOSYS ? " (an access to no memory that KVM cannot decode)" : "");
	vm_set_end(vcpu->vm, VM_FAILED, 0);
}

/* Returns errno. */
static int run_once(struct vcpu *vcpu)
{
	int error;

	pause_enter(vcpu);
	error = ioctl(vcpu->fd, KVM_RUN, 0) ? errno : 0;
	pause_leave(vcpu);
	return error;
}

/*
 * The loop is left only when KVM_RUN was interrupted: it then has finished the access that an
 * exit was about, which would otherwise be finished, as its first step, by the vCPU after reset.
 */
static void *run_vcpu(void *arg)
{
	struct vcpu *vcpu = arg;
	int error;

	for (;;) {
		error = run_once(vcpu);
		if (!error) {
			handle_exit(vcpu);
		} else if (error != EINTR && error != EAGAIN) {
			fail_run(vcpu, error);
			break;
		} else if (vm_has_ended(vcpu->vm)) {
			break;
		}
	}
	return NULL;
}

int vcpu_start(struct vcpu *vcpu)
{
	int ret = pthread_create(&vcpu->thread, NULL, run_vcpu, vcpu);

	if (ret) {
		log_message("vCPU %u: thread: %s", vcpu->index, strerror(ret));
		return -1;
	}
	vcpu->started = true;
	return 0;
}

/* Another thread's kick may find it anywhere, such as before a write that then blocks: repeat. */
void vcpu_stop(struct vcpu *vcpu)
{
	struct timespec deadline;

	if (!vcpu->started)
		return;
	vcpu->run->immediate_exit = 1;
	do {
		pthread_kill(vcpu->thread, VCPU_SIG_KICK);
		clock_gettime(CLOCK_REALTIME, &deadline);
		deadline.tv_nsec += 50 * 1000 * 1000;
		if (deadline.tv_nsec >= 1000 * 1000 * 1000) {
			deadline.tv_nsec -= 1000 * 1000 * 1000;
			deadline.tv_sec++;
		}
	} while (pthread_timedjoin_np(vcpu->thread, NULL, &deadline) == ETIMEDOUT);
	vcpu->started = false;
}

static void ignore_kick(int sig)
{
}

void vcpu_prepare_signals(void)
{
	struct sigaction action = { .sa_handler = ignore_kick };

	sigaction(VCPU_SIG_KICK, &action, NULL); /* no SA_RESTART: it shall interrupt */
}
