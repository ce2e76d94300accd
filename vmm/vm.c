// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtual machine: what it is made of, its main loop, reboot.
 * vCPU threads are not here but in vcpu.c, its FF-A is in ffa.c.
 */
#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "boot.h"
#include "ffa.h"
#include "gic.h"
#include "log.h"
#include "memory.h"
#include "mmio.h"
#include "npi.h"
#include "vcpu.h"

/* By default a guest has 40 bits of physical address, which some hosts do not have. */
static unsigned long choose_vm_type(int kvm_fd)
{
	int bits = ioctl(kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);

	return bits > 0 && bits < 40 ? KVM_VM_TYPE_ARM_IPA_SIZE((unsigned long)bits) : 0;
}

static int open_kvm(struct vm *vm)
{
	int run_size;

	vm->kvm_fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm_fd < 0) {
		log_message("/dev/kvm: %s: this needs an arm64 host with KVM, and access to it",
			    strerror(errno));
		return -1;
	}
	run_size = ioctl(vm->kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
	vm->fd = ioctl(vm->kvm_fd, KVM_CREATE_VM, choose_vm_type(vm->kvm_fd));
	if (run_size < 0 || vm->fd < 0) {
		log_message("KVM_CREATE_VM: %s", strerror(errno));
		return -1;
	}
	vm->run_size = (size_t)run_size;
	return 0;
}

/* The relay knows the VM and its memory, and takes its calls, before a vCPU can make one. */
int vm_init(struct vm *vm, const struct vm_config *config)
{
	unsigned int i;

	*vm = (struct vm){
		.config = config,
		.kvm_fd = -1,
		.fd = -1,
		.gic_fd = -1,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.end_lock = PTHREAD_MUTEX_INITIALIZER,
		.run_lock = PTHREAD_MUTEX_INITIALIZER,
		.run_changed = PTHREAD_COND_INITIALIZER,
	};
	for (i = 0; i < MAX_VCPUS; i++) {
		vm->vcpus[i].fd = -1;
		vm->vcpus[i].npi_fd = -1;
	}

	vm->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (vm->wake_fd < 0) {
		log_message("eventfd: %s", strerror(errno));
		return -1;
	}
	if (open_kvm(vm))
		return -1;
	if (config->ffa && ffa_create(vm))
		return -1;
	if (memory_create(vm))
		return -1;
	if (config->ffa && ffa_attach(vm))
		return -1;
	for (i = 0; i < config->nr_cpus; i++)
		if (vcpu_create(vm, i))
			return -1;
	return gic_create(vm);
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void vm_fini(struct vm *vm)
{
	unsigned int i;

	close_if_open(vm->gic_fd);
	for (i = 0; i < vm->config->nr_cpus; i++)
		vcpu_destroy(&vm->vcpus[i]);
	npi_detach(vm);
	libvffa_vm_destroy(vm->ffa);
	memory_destroy(vm);
	close_if_open(vm->fd);
	close_if_open(vm->kvm_fd);
	close_if_open(vm->wake_fd);
}

void vm_wake(struct vm *vm)
{
	uint64_t one = 1;
	ssize_t n = write(vm->wake_fd, &one, sizeof(one));

	(void)n; /* fails only when it is about to overflow, and so was written */
}

void vm_set_end(struct vm *vm, enum vm_end end, int status)
{
	pthread_mutex_lock(&vm->end_lock);
	if (!vm_has_ended(vm)) {
		vm->status = status;
		atomic_store(&vm->end, end);
	}
	pthread_mutex_unlock(&vm->end_lock);
	vm_wake(vm);
}

/* Loads guest memory, which is all zero, and sets the vCPUs to its start. */
static int prepare_boot(struct vm *vm)
{
	uint64_t entry, dtb;
	unsigned int i;

	if (boot_load(vm, &entry, &dtb))
		return -1;
	for (i = 0; i < vm->config->nr_cpus; i++)
		if (vcpu_reset(&vm->vcpus[i], entry, dtb))
			return -1;
	mmio_reset(vm);
	atomic_store(&vm->end, VM_RUNNING);
	return 0;
}

/* Order: nothing may be pinned when memory is cleared; KVM flushes caches when vCPUs are reset. */
static int prepare_reboot(struct vm *vm)
{
	if (ffa_reset(vm) || memory_clear(vm) || prepare_boot(vm))
		return -1;
	return gic_reset(vm);
}

static int open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL); /* the vCPUs' threads inherit it */
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		log_message("signalfd: %s", strerror(errno));
	return fd;
}

static void take_signal(struct vm *vm, int signal_fd)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) == sizeof(info))
		vm_set_end(vm, VM_SIGNAL, (int)info.ssi_signo);
}

static void take_input(struct vm *vm, struct console *console)
{
	uint8_t buf[PL011_FIFO_DEPTH];
	size_t room = mmio_input_room(vm);
	bool quit = false;

	if (!room) /* the guest has just switched its FIFO off */
		return;
	mmio_input(vm, buf, console_read(console, buf, room, &quit));
	if (quit)
		vm_set_end(vm, VM_QUIT, 0);
}

static void wait_for_end(struct vm *vm, struct console *console, int signal_fd)
{
	uint64_t count;
	ssize_t n;

	while (!vm_has_ended(vm)) {
		struct pollfd fds[3 + MAX_VCPUS] = {
			{ .fd = vm->wake_fd, .events = POLLIN },
			{ .fd = signal_fd, .events = POLLIN },
			{ .fd = mmio_input_room(vm) ? console->in_fd : -1, .events = POLLIN },
		};

		npi_poll(vm, &fds[3]);
		if (poll(fds, 3 + vm->config->nr_cpus, -1) < 0)
			continue; /* EINTR */
		n = read(vm->wake_fd, &count, sizeof(count));
		(void)n; /* only to make it wait again */
		if (fds[1].revents)
			take_signal(vm, signal_fd);
		if (fds[2].revents)
			take_input(vm, console);
		npi_inject(vm, &fds[3]);
	}
}

static void run_until_end(struct vm *vm, struct console *console, int signal_fd)
{
	unsigned int i;

	for (i = 0; i < vm->config->nr_cpus; i++)
		if (vcpu_start(&vm->vcpus[i])) {
			vm_set_end(vm, VM_FAILED, 0);
			break;
		}
	wait_for_end(vm, console, signal_fd);
	for (i = 0; i < vm->config->nr_cpus; i++)
		vcpu_stop(&vm->vcpus[i]);
}

/* What is said of an end, and the program's exit status (vffa-vmm.1 lists them). */
static int report_end(const struct vm *vm)
{
	switch ((enum vm_end)vm->end) {
	case VM_POWEROFF:
		log_message("the guest switched itself off");
		return 0;
	case VM_REBOOT:
		log_message("the guest asked for a reboot, and --no-reboot was given");
		return 0;
	case VM_TEST_EXIT:
		log_message("the guest's test ended with status %d", vm->status);
		return vm->status;
	case VM_QUIT:
		log_message("ended by Ctrl-A x");
		return 0;
	case VM_SIGNAL:
		log_message("ended by signal %d (%s)", vm->status, strsignal(vm->status));
		return 128 + vm->status;
	case VM_WARM_RESET:
		log_message("the guest panicked (or wants a warm reset, which there is not)");
		return 1;
	default:
		return 1;
	}
}

int vm_run(struct vm *vm, struct console *console)
{
	int signal_fd;
	int ret;

	vcpu_prepare_signals();
	signal_fd = open_signals();
	if (signal_fd < 0)
		return 1;

	ret = prepare_boot(vm);
	if (!ret)
		ret = gic_init(vm);
	while (!ret) {
		run_until_end(vm, console, signal_fd);
		if (vm->end != VM_REBOOT || !vm->config->reboot)
			break;
		log_message("the guest reboots");
		vm->nr_reboots++;
		ret = prepare_reboot(vm);
	}
	close(signal_fd);
	return ret ? 1 : report_end(vm);
}
