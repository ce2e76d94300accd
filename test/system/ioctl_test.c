// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/vffa as a VMM sees it: through libvffa, and with raw ioctls where libvffa would not let
 * nonsense pass. Runs in the machine, and needs no guest: calls are made by VFFA_VM_CALL.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kvm.h>
#include <linux/vffa.h>

#include "harness.h"

#define OPTEE_ID 0x8001u

static void info_describes_the_host(struct fixture *f)
{
	struct libvffa_info info = { .size = sizeof(info) };

	EXPECT(libvffa_get_info(f->ctx, &info) == 0);
	EXPECT(info.flags ==
	       (LIBVFFA_INFO_SPMC | LIBVFFA_INFO_KVM_HOOK | LIBVFFA_INFO_NOTIFICATIONS));
	EXPECT(info.ffa_version == FFA_VERSION_1_2);
	EXPECT(info.spmc_version >= FFA_VERSION_1_0);
	EXPECT(info.spmc_id == 0x8000);
	EXPECT(info.nr_partitions == 1);
	EXPECT(info.max_vcpus >= 8);
}

static void unknown_ioctls_are_refused(struct fixture *f)
{
	struct vffa_create_vm req = { .nr_vcpus = 1 };
	int dev = open("/dev/vffa", O_RDWR);
	int vm = ioctl(dev, VFFA_CREATE_VM, &req);

	EXPECT(vm >= 0);
	EXPECT(ioctl(dev, VFFA_VM_RESET) == -1 && errno == ENOTTY);
	EXPECT(ioctl(dev, _IO(VFFA_IOC_MAGIC, 0x7f)) == -1 && errno == ENOTTY);
	EXPECT(ioctl(vm, VFFA_GET_INFO, &req) == -1 && errno == ENOTTY);
	EXPECT(ioctl(vm, TIOCGWINSZ, &req) == -1 && errno == ENOTTY);
	close(vm);
	close(dev);
}

static void bad_pointers_are_refused(struct fixture *f)
{
	struct vffa_create_vm req = { .nr_vcpus = 1 };
	int dev = open("/dev/vffa", O_RDWR);
	int vm = ioctl(dev, VFFA_CREATE_VM, &req);

	EXPECT(ioctl(dev, VFFA_GET_INFO, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(dev, VFFA_CREATE_VM, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(vm, VFFA_VM_GET_INFO, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(vm, VFFA_VM_SET_MEMORY, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(vm, VFFA_VM_BIND_KVM, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(vm, VFFA_VM_CALL, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(vm, VFFA_VM_RESUME, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(vm, VFFA_VM_GET_EXIT, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(vm, VFFA_VM_SET_WINDOW, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(vm, VFFA_VM_SET_NPI_EVENTFD, NULL) == -1 && errno == EFAULT);
	close(vm);
	close(dev);
}

static void create_checks_its_arguments(struct fixture *f)
{
	struct libvffa_info info = { .size = sizeof(info) };
	int dev = open("/dev/vffa", O_RDWR);
	struct vffa_create_vm req;

	EXPECT(libvffa_get_info(f->ctx, &info) == 0);
	req = (struct vffa_create_vm){ .nr_vcpus = 0 };
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL);
	req = (struct vffa_create_vm){ .nr_vcpus = info.max_vcpus + 1 };
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL);
	req = (struct vffa_create_vm){ .nr_vcpus = 1, .flags = 0x80000000 };
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL);
	req = (struct vffa_create_vm){ .nr_vcpus = 1, .limits.pad = { 0, 0, 1 } };
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL);
	close(dev);
}

static int create_raw(struct vffa_create_vm req)
{
	int dev = open("/dev/vffa", O_RDWR);
	int fd;

	req.nr_vcpus = 1;
	fd = ioctl(dev, VFFA_CREATE_VM, &req);
	if (fd < 0)
		fd = -errno;
	close(dev);
	return fd;
}

static void limits_are_bounded_by_the_administrators(struct fixture *f)
{
	int fd;

	EXPECT(create_raw((struct vffa_create_vm){ .limits.handles = -1u }) == -EPERM);
	EXPECT(create_raw((struct vffa_create_vm){ .limits.fragmented = -1u }) == -EPERM);
	EXPECT(create_raw((struct vffa_create_vm){ .limits.fragment_ms = -1u }) == -EPERM);
	EXPECT(create_raw((struct vffa_create_vm){ .limits.pieces = -1u }) == -EPERM);
	EXPECT(create_raw((struct vffa_create_vm){ .limits.pinned_pages = -1u }) == -EPERM);

	set_parameter("allow_donate", "N");
	EXPECT(create_raw((struct vffa_create_vm){ .flags = VFFA_CREATE_MAY_DONATE }) == -EPERM);
	set_parameter("allow_donate", "Y");
	fd = create_raw((struct vffa_create_vm){ .flags = VFFA_CREATE_MAY_DONATE,
						 .limits = { 1, 1, 1, 1, 1 } });
	EXPECT(fd >= 0);
	close(fd);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	EXPECT(fd >= 0);
	EXPECT(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* In a namespace whose only user is another one outside: has it a VM too many all the same? */
static void as_a_subordinate(int dev, int ready, int mapped)
{
	struct vffa_create_vm req = { .nr_vcpus = 1 };
	char c = 0;

	EXPECT(unshare(CLONE_NEWUSER) == 0);
	EXPECT(write(ready, &c, 1) == 1);
	EXPECT(read(mapped, &c, 1) == 1);
	EXPECT(setresuid(0, 0, 0) == 0);
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EUSERS);
	_exit(failed_line() & 0xff);
}

static void ids_of_a_namespace_are_its_makers(struct fixture *f)
{
	int status = -1;
	char path[64];
	int ready[2];
	int mapped[2];
	char c = 0;
	pid_t pid;
	int dev;

	if (access("/proc/self/ns/user", F_OK)) {
		skip("this kernel has no user namespaces");
		return;
	}
	dev = open("/dev/vffa", O_RDWR);
	EXPECT(pipe(ready) == 0 && pipe(mapped) == 0);
	set_parameter("max_user_vms", "1");
	EXPECT(create_raw((struct vffa_create_vm){ 0 }) == -EUSERS);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		as_a_subordinate(dev, ready[1], mapped[0]);
	EXPECT(read(ready[0], &c, 1) == 1);
	snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)pid);
	write_file(path, "0 100000 1");
	EXPECT(write(mapped[1], &c, 1) == 1);
	EXPECT(waitpid(pid, &status, 0) == pid);
	EXPECT(status == 0);
	set_parameter("max_user_vms", "64");
	for (unsigned int i = 0; i < 2; i++) {
		close(ready[i]);
		close(mapped[i]);
	}
	close(dev);
}

static void vms_have_ids_of_their_own(struct fixture *f)
{
	struct libvffa_vm *other = create(f, 1);

	EXPECT(libvffa_vm_id(f->vm) > 0);
	EXPECT(libvffa_vm_id(f->vm) < 0x8000);
	EXPECT(libvffa_vm_id(other) != libvffa_vm_id(f->vm));
	EXPECT(vm_info(f).id == libvffa_vm_id(f->vm));
	EXPECT(vm_info(f).nr_vcpus == 2);
	EXPECT(vm_info(f).state == LIBVFFA_STATE_READY);
	EXPECT(vm_info(f).ffa_version == 0);
	libvffa_vm_destroy(other);
}

static void memory_slots_are_checked(struct fixture *f)
{
	uint8_t *ram = f->ram;

	EXPECT(set_slot(f->vm, VFFA_MAX_SLOTS, 0x80000000, 0x1000, ram, 0) == -EINVAL);
	EXPECT(set_slot(f->vm, 1, 0x80000000, 0x1000, ram, 2) == -EINVAL);
	EXPECT(set_slot(f->vm, 1, 0x80000800, 0x1000, ram, 0) == -EINVAL);
	EXPECT(set_slot(f->vm, 1, 0x80000000, 0x1800, ram, 0) == -EINVAL);
	EXPECT(set_slot(f->vm, 1, 0x80000000, 0x1000, ram + 1, 0) == -EINVAL);
	EXPECT(set_slot(f->vm, 1, -0x1000ull, 0x2000, ram, 0) == -EINVAL);
	EXPECT(set_slot(f->vm, 1, 0, -0x1000ull, ram, 0) == -EINVAL);
	EXPECT(set_slot(f->vm, 1, RAM_BASE + RAM_SIZE - 0x1000, 0x2000, ram, 0) == -EEXIST);
	EXPECT(set_slot(f->vm, 1, 0, 0, NULL, 0) == -ENOENT);
	EXPECT(set_slot(f->vm, 1, RAM_BASE + RAM_SIZE, 0x1000, ram, 0) == 0);
	EXPECT(set_slot(f->vm, 1, RAM_BASE + RAM_SIZE, 0x2000, ram, 0) == 0);
	EXPECT(set_slot(f->vm, 1, 0, 0, NULL, 0) == 0);
}

static void calls_are_served(struct fixture *f)
{
	EXPECT(call(f, FFA_ID_GET, 0, 0, 0) == FFA_ERROR);
	EXPECT(is_error(f, FFA_RET_NOT_SUPPORTED));
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_1, 0, 0) == FFA_VERSION_1_2);
	EXPECT(call(f, FFA_ID_GET, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(f->x[2] == libvffa_vm_id(f->vm));
	EXPECT(vm_info(f).ffa_version == FFA_VERSION_1_1);
}

static void calls_that_make_no_sense_are_errors(struct fixture *f)
{
	uint64_t x[LIBVFFA_NR_REGS] = { 0x84000000 };

	EXPECT(libvffa_vm_call(f->vm, 0, 0, x) == -EINVAL);
	x[0] = FFA_VERSION;
	EXPECT(libvffa_vm_call(f->vm, 2, 0, x) == -EINVAL);
	EXPECT(libvffa_vm_call(f->vm, 0, 0x80, x) == -EINVAL);
	EXPECT(libvffa_vm_resume(f->vm, 0, 0, x) == -ENOENT);
	EXPECT(libvffa_vm_resume(f->vm, 2, 0, x) == -EINVAL);
}

static void answers_for_calls_that_are_not_parked_are_errors(struct fixture *f)
{
	struct vffa_create_vm create_req = { .nr_vcpus = 1 };
	struct vffa_parked_call get = { 0 };
	struct vffa_resume_call resume = { 0 };
	int dev = open("/dev/vffa", O_RDWR);
	int vm = ioctl(dev, VFFA_CREATE_VM, &create_req);

	EXPECT(ioctl(vm, VFFA_VM_GET_EXIT, &get) == -1 && errno == ENOENT);
	EXPECT(ioctl(vm, VFFA_VM_RESUME, &resume) == -1 && errno == ENOENT);
	get.pad = 1;
	EXPECT(ioctl(vm, VFFA_VM_GET_EXIT, &get) == -1 && errno == EINVAL);
	get = (struct vffa_parked_call){ .vcpu = 1, .max = UINT32_MAX, .first = UINT32_MAX };
	EXPECT(ioctl(vm, VFFA_VM_GET_EXIT, &get) == -1 && errno == EINVAL);
	resume.result = 1;
	EXPECT(ioctl(vm, VFFA_VM_RESUME, &resume) == -1 && errno == EINVAL);
	resume = (struct vffa_resume_call){ .flags = VFFA_CALL_PARKED };
	EXPECT(ioctl(vm, VFFA_VM_RESUME, &resume) == -1 && errno == EINVAL);
	resume = (struct vffa_resume_call){ .pad = 1 };
	EXPECT(ioctl(vm, VFFA_VM_RESUME, &resume) == -1 && errno == EINVAL);
	close(vm);
	close(dev);
}

static void aarch32_has_no_smc64(struct fixture *f)
{
	uint64_t x[LIBVFFA_NR_REGS] = { FFA_RXTX_MAP_64, TX, RX, 1 };

	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	EXPECT(libvffa_vm_call(f->vm, 0, LIBVFFA_CALL_AARCH32, x) == 0);
	EXPECT(x[0] == FFA_ERROR && x[2] == (uint32_t)FFA_RET_NOT_SUPPORTED);
	x[0] = FFA_RXTX_MAP_32;
	x[1] = TX;
	x[2] = RX;
	x[3] = 1;
	EXPECT(libvffa_vm_call(f->vm, 0, LIBVFFA_CALL_AARCH32, x) == 0);
	EXPECT(x[0] == FFA_SUCCESS_32);
}

static void buffers_pin_pages_and_hold_their_slot(struct fixture *f)
{
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 3) == FFA_SUCCESS_32);
	EXPECT(vm_info(f).pinned_pages == 6);
	EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == -EBUSY);
	EXPECT(call(f, FFA_PARTITION_INFO_GET, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(f->ram[RX - RAM_BASE] == (OPTEE_ID & 0xff));
	EXPECT(f->ram[RX - RAM_BASE + 1] == OPTEE_ID >> 8);
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(vm_info(f).pinned_pages == 0);
	EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == 0);
}

static void buffers_need_memory_the_guest_can_write(struct fixture *f)
{
	EXPECT(set_slot(f->vm, 1, 0x80000000, 0x10000, f->ram, LIBVFFA_MEM_READONLY) == 0);
	EXPECT(set_slot(f->vm, 2, 0x90000000, 0x10000, f->ram + RAM_SIZE, 0) == 0);
	EXPECT(munmap(f->ram + RAM_SIZE - 0x10000, 0x10000) == 0);
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	call(f, FFA_RXTX_MAP_64, TX, 0x80000000, 1);
	EXPECT(is_error(f, FFA_RET_INVALID_PARAMETERS));
	call(f, FFA_RXTX_MAP_64, 0x80000000, RX, 1);
	EXPECT(is_error(f, FFA_RET_INVALID_PARAMETERS));
	/* Declared, but not there. */
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RAM_BASE + RAM_SIZE - 0x2000, 1) == FFA_ERROR);
	EXPECT(vm_info(f).pinned_pages == 0);
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 1) == FFA_SUCCESS_32);
}

/* Guest addresses follow each other; the memory behind them lies the other way round. */
static void buffers_may_cross_slots(struct fixture *f)
{
	EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == 0);
	EXPECT(set_slot(f->vm, 0, RAM_BASE, 0x12000, f->ram + 0x20000, 0) == 0);
	EXPECT(set_slot(f->vm, 1, RAM_BASE + 0x12000, 0x12000, f->ram, 0) == 0);
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 4) == FFA_SUCCESS_32);
	EXPECT(vm_info(f).pinned_pages == 8);
	EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == -EBUSY);
	EXPECT(set_slot(f->vm, 1, 0, 0, NULL, 0) == -EBUSY);
	EXPECT(call(f, FFA_PARTITION_INFO_GET, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(f->ram[0x20000 + RX - RAM_BASE] == (OPTEE_ID & 0xff));
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);

	/* With a hole behind the first slot, and with memory it may only read. */
	EXPECT(set_slot(f->vm, 1, 0, 0, NULL, 0) == 0);
	call(f, FFA_RXTX_MAP_64, TX, RX, 4);
	EXPECT(is_error(f, FFA_RET_INVALID_PARAMETERS));
	EXPECT(set_slot(f->vm, 1, RAM_BASE + 0x12000, 0x12000, f->ram, LIBVFFA_MEM_READONLY) == 0);
	call(f, FFA_RXTX_MAP_64, TX, RX, 4);
	EXPECT(is_error(f, FFA_RET_INVALID_PARAMETERS));
	EXPECT(vm_info(f).pinned_pages == 0);
	EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == 0);
}

/* The relay has pinned what was there; what the VMM puts in its place is its own loss. */
static void memory_that_vanishes_below_buffers_stays_pinned(struct fixture *f)
{
	const int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	uint8_t *rx = f->ram + (RX - RAM_BASE);

	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 1) == FFA_SUCCESS_32);
	EXPECT(munmap(rx, 0x1000) == 0);
	EXPECT(call(f, FFA_PARTITION_INFO_GET, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(call(f, FFA_RX_RELEASE, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(mmap(rx, 0x1000, prot, flags, -1, 0) == rx);
	EXPECT(call(f, FFA_PARTITION_INFO_GET, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(rx[0] == 0 && rx[1] == 0);
	EXPECT(vm_info(f).pinned_pages == 2);
	EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == -EBUSY);
	EXPECT(set_slot(f->vm, 0, RAM_BASE, 0x1000, f->ram, 0) == -EBUSY);
	EXPECT(set_slot(f->vm, 0, 2 * RAM_BASE, RAM_SIZE, f->ram, 0) == -EBUSY);
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(vm_info(f).pinned_pages == 0);

	/* What is there now is the guest's next buffer. */
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 1) == FFA_SUCCESS_32);
	EXPECT(call(f, FFA_PARTITION_INFO_GET, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(rx[0] == (OPTEE_ID & 0xff));
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
}

/* Each has its own device, VM and calls; what one does with its own does not show in the other. */
static void two_vmms_in_one_process(struct fixture *f)
{
	struct libvffa_vm_options options = { .size = sizeof(options), .nr_vcpus = 2 };
	struct fixture other = { 0 };

	EXPECT(libvffa_open(NULL, &other.ctx) == 0);
	other.ram = f->ram + RAM_SIZE / 2;
	other.vm = create_with(&other, &options);
	EXPECT(set_slot(other.vm, 0, RAM_BASE, RAM_SIZE / 2, other.ram, 0) == 0);
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	EXPECT(call(&other, FFA_VERSION, FFA_VERSION_1_1, 0, 0) == FFA_VERSION_1_2);
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 1) == FFA_SUCCESS_32);
	EXPECT(call(&other, FFA_RXTX_MAP_64, TX, RX, 2) == FFA_SUCCESS_32);
	EXPECT(vm_info(f).pinned_pages == 2 && vm_info(&other).pinned_pages == 4);
	EXPECT(libvffa_vm_reset(other.vm) == 0);
	EXPECT(vm_info(f).pinned_pages == 2 && vm_info(f).ffa_version == FFA_VERSION_1_2);
	EXPECT(vm_info(&other).pinned_pages == 0 && vm_info(&other).ffa_version == 0);
	libvffa_vm_destroy(other.vm);
	libvffa_close(other.ctx);
	EXPECT(call(f, FFA_PARTITION_INFO_GET, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
}

static void pinned_pages_are_limited(struct fixture *f)
{
	long before = locked_kib();

	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	set_parameter("max_vm_pages", "7");
	call(f, FFA_RXTX_MAP_64, TX, RX, 4);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
	set_parameter("max_vm_pages", "65536");
	set_parameter("max_user_pages", "7");
	call(f, FFA_RXTX_MAP_64, TX, RX, 4);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
	set_parameter("max_user_pages", "131072");
	set_parameter("max_pages", "7");
	call(f, FFA_RXTX_MAP_64, TX, RX, 4);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
	set_parameter("max_pages", "262144");
	EXPECT(vm_info(f).pinned_pages == 0);
	EXPECT(locked_kib() == before);

	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 4) == FFA_SUCCESS_32);
	EXPECT(locked_kib() == before + 32);
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(locked_kib() == before);
}

static void optee_answers(struct fixture *f)
{
	uint64_t ids = (uint64_t)libvffa_vm_id(f->vm) << 16 | OPTEE_ID;

	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	call(f, FFA_MSG_SEND_DIRECT_REQ_32, ids, 0, 0);
	while (f->x[0] == FFA_INTERRUPT)
		call(f, FFA_RUN, f->x[1], 0, 0);
	EXPECT(f->x[0] == FFA_MSG_SEND_DIRECT_RESP_32);
	EXPECT(f->x[3] == 1);
}

static void reset_makes_a_vm_as_new(struct fixture *f)
{
	uint16_t id = libvffa_vm_id(f->vm);

	for (int i = 0; i < 3; i++) {
		EXPECT(call(f, FFA_ID_GET, 0, 0, 0) == FFA_ERROR);
		EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_0 + (uint64_t)i, 0, 0) ==
		       FFA_VERSION_1_2);
		EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 1) == FFA_SUCCESS_32);
		EXPECT(call(f, FFA_PARTITION_INFO_GET, 0, 0, 0) == FFA_SUCCESS_32);
		EXPECT(libvffa_vm_reset(f->vm) == 0);
		EXPECT(vm_info(f).ffa_version == 0);
		EXPECT(vm_info(f).pinned_pages == 0);
		EXPECT(vm_info(f).state == LIBVFFA_STATE_READY);
		EXPECT(vm_info(f).id == id);
	}
	optee_answers(f);
}

static void only_kvm_vms_can_be_bound(struct fixture *f)
{
	int memfd = memfd_create("kvm-vm", 0);
	int kvm = open("/dev/kvm", O_RDWR);

	EXPECT(libvffa_vm_bind_kvm(f->vm, -1) == -EBADF);
	EXPECT(libvffa_vm_bind_kvm(f->vm, memfd) == -EINVAL);
	EXPECT(libvffa_vm_bind_kvm(f->vm, kvm) == -EINVAL);
	EXPECT(libvffa_vm_bind_kvm(f->vm, 0) == -EINVAL);
	close(kvm);
	close(memfd);
}

static void bindings_are_one_to_one(struct fixture *f)
{
	struct libvffa_vm *other = create(f, 1);
	int kvm = open("/dev/kvm", O_RDWR);
	int first = ioctl(kvm, KVM_CREATE_VM, 0);
	int second = ioctl(kvm, KVM_CREATE_VM, 0);

	EXPECT(first >= 0 && second >= 0);
	EXPECT(libvffa_vm_bind_kvm(f->vm, first) == 0);
	EXPECT(libvffa_vm_bind_kvm(f->vm, first) == -EBUSY);
	EXPECT(libvffa_vm_bind_kvm(f->vm, second) == -EBUSY);
	EXPECT(libvffa_vm_bind_kvm(other, first) == -EBUSY);
	EXPECT(libvffa_vm_bind_kvm(other, second) == 0);
	libvffa_vm_destroy(other);
	close(second);
	close(first);
	close(kvm);
}

static void a_closed_kvm_vm_can_be_bound_again(struct fixture *f)
{
	int kvm = open("/dev/kvm", O_RDWR);

	for (int i = 0; i < 4; i++) {
		struct libvffa_vm *vm = create(f, 1);
		int fd = ioctl(kvm, KVM_CREATE_VM, 0);

		EXPECT(libvffa_vm_bind_kvm(vm, fd) == 0);
		/* Either order. */
		if (i % 2)
			close(fd);
		libvffa_vm_destroy(vm);
		if (!(i % 2))
			close(fd);
	}
	close(kvm);
}

/* The child's verdict is its exit status. */
static void a_forked_child_gets_nothing(struct fixture *f)
{
	uint64_t x[LIBVFFA_NR_REGS] = { FFA_VERSION, FFA_VERSION_1_2 };
	struct libvffa_vm_info info = { .size = sizeof(info) };
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		EXPECT(libvffa_vm_call(f->vm, 0, 0, x) == -EIO);
		EXPECT(libvffa_vm_get_info(f->vm, &info) == -EIO);
		EXPECT(libvffa_vm_reset(f->vm) == -EIO);
		EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == -EIO);
		_exit(failed_line() & 0xff);
	}
	EXPECT(waitpid(pid, &status, 0) == pid);
	EXPECT(status == 0);
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
}

/* OP-TEE's, 486178e0-e7f8-11e3-bc5e-0002a5d5c51b. */
static const struct libvffa_uuid optee_uuid = { { 0x48, 0x61, 0x78, 0xe0, 0xe7, 0xf8, 0x11, 0xe3,
						  0xbc, 0x5e, 0x00, 0x02, 0xa5, 0xd5, 0xc5,
						  0x1b } };

#define OTHER_USER 4321

static void create_checks_partitions(struct fixture *f)
{
	uint8_t uuids[VFFA_MAX_CREATE_PARTITIONS + 1][16] = { { 0 } };
	struct vffa_create_vm req = { .nr_vcpus = 1, .partitions = (uintptr_t)uuids };
	int dev = open("/dev/vffa", O_RDWR);

	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL);
	req.partitions = 0;
	req.nr_partitions = 1;
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL);
	req.flags = VFFA_CREATE_PARTITIONS;
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EFAULT);
	req.partitions = (uintptr_t)uuids;
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL); /* nil */
	req.nr_partitions = VFFA_MAX_CREATE_PARTITIONS + 1;
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL);
	req.flags = 1u << 31;
	EXPECT(ioctl(dev, VFFA_CREATE_VM, &req) == -1 && errno == EINVAL);
	close(dev);
}

/* How many partitions the guest of a VM is told of. */
static uint64_t nr_seen(struct libvffa_vm *vm)
{
	uint64_t x[LIBVFFA_NR_REGS] = { FFA_VERSION, FFA_VERSION_1_2 };

	EXPECT(libvffa_vm_call(vm, 0, 0, x) == 0);
	memset(x, 0, sizeof(x));
	x[0] = FFA_PARTITION_INFO_GET;
	x[5] = 1;
	EXPECT(libvffa_vm_call(vm, 0, 0, x) == 0);
	EXPECT(x[0] == FFA_SUCCESS_32);
	return x[2];
}

static struct libvffa_vm *create_seeing(struct fixture *f, const struct libvffa_uuid *uuid)
{
	struct libvffa_vm_options options = {
		.size = sizeof(options),
		.nr_vcpus = 1,
		.flags = LIBVFFA_VM_ONLY_PARTITIONS,
		.partitions = uuid,
		.nr_partitions = uuid ? 1 : 0,
	};
	struct libvffa_vm *vm = NULL;
	int ret = -ENOSPC;

	for (int tries = 0; tries < 2000 && ret == -ENOSPC; tries++) {
		ret = libvffa_vm_create(f->ctx, &options, &vm);
		if (ret == -ENOSPC)
			usleep(50000);
	}
	EXPECT(ret == 0);
	return vm;
}

static void a_vm_sees_what_its_vmm_lists(struct fixture *f)
{
	static const struct libvffa_uuid other = { { 1 } };
	struct libvffa_vm *listed = create_seeing(f, &optee_uuid);
	struct libvffa_vm *elsewhere = create_seeing(f, &other);
	struct libvffa_vm *none = create_seeing(f, NULL);

	if (listed && elsewhere && none) {
		EXPECT(nr_seen(f->vm) == 1);
		EXPECT(nr_seen(listed) == 1);
		EXPECT(nr_seen(elsewhere) == 0);
		EXPECT(nr_seen(none) == 0);
	}
	libvffa_vm_destroy(none);
	libvffa_vm_destroy(elsewhere);
	libvffa_vm_destroy(listed);
}

static void partitions_are_listed(struct fixture *f)
{
	struct libvffa_partition part = { .size = sizeof(part) };
	struct vffa_partition raw = { .pad = 1 };
	int dev = open("/dev/vffa", O_RDWR);

	EXPECT(libvffa_get_partition(f->ctx, 0, &part) == 0);
	EXPECT(part.id == OPTEE_ID);
	EXPECT(!memcmp(&part.uuid, &optee_uuid, sizeof(optee_uuid)));
	EXPECT(libvffa_get_partition(f->ctx, 1, &part) == -ENOENT);
	EXPECT(libvffa_get_partition(f->ctx, UINT32_MAX, &part) == -ENOENT);
	EXPECT(ioctl(dev, VFFA_GET_PARTITION, &raw) == -1 && errno == EINVAL);
	EXPECT(ioctl(dev, VFFA_GET_PARTITION, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(dev, VFFA_GET_STATUS, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(dev, VFFA_FIND_VM, NULL) == -1 && errno == EFAULT);
	close(dev);
}

static struct libvffa_vm_status vm_status(struct fixture *f, uint16_t id)
{
	struct libvffa_vm_status status = { .size = sizeof(status) };

	EXPECT(libvffa_find_vm(f->ctx, id, &status) == 0);
	return status;
}

static void vms_are_listed_with_what_they_did(struct fixture *f)
{
	struct libvffa_status status = { .size = sizeof(status) };
	uint16_t id = libvffa_vm_id(f->vm);
	struct libvffa_vm_status vm;

	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_1, 0, 0) == FFA_VERSION_1_2);
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, 2) == FFA_SUCCESS_32);
	EXPECT(call(f, FFA_ID_GET, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(call(f, FFA_ID_GET, 1, 0, 0) == FFA_ERROR);
	vm = vm_status(f, id);
	EXPECT(vm.id == id && vm.nr_vcpus == 2 && vm.state == LIBVFFA_STATE_READY);
	EXPECT(vm.flags == 0 && vm.ffa_version == FFA_VERSION_1_1);
	EXPECT(vm.pid == getpid() && vm.uid == getuid() && !strcmp(vm.comm, "ioctl-test"));
	EXPECT(vm.rx_state == LIBVFFA_RX_FREE && vm.buffer_pages == 2);
	EXPECT(vm.pages == 4 && vm.user_pages >= 4 && vm.user_vms >= 1);
	EXPECT(vm.max_pages >= vm.pages && vm.handles == 0 && vm.fragmented == 0);
	EXPECT(vm.max_handles > 0 && vm.max_fragmented > 0 && vm.held_handles == 0);
	EXPECT(!vm.inside && !vm.active && !vm.stopped && !vm.parked);
	EXPECT(vm.held_tries == 0 && vm.visible[0] == 1 && vm.visible[1] == 0);
	EXPECT(vm.calls[(FFA_ID_GET & 0xff) - 0x60] == 2 && vm.failed[FFA_ID_GET & 0x1f] == 1);
	EXPECT(vm.errors[-FFA_RET_INVALID_PARAMETERS] == 1);
	EXPECT(libvffa_get_status(f->ctx, &status) == 0);
	EXPECT(status.nr_vms >= 1 && status.pages >= 4 && status.max_vm_pages > 0);
	EXPECT(status.offers & LIBVFFA_OFFERS_DIRECT_32);
}

static struct libvffa_policy_rule rule(uint32_t flags, uint32_t who, uint32_t id,
				       const struct libvffa_uuid *uuid)
{
	struct libvffa_policy_rule r = { .flags = flags, .who = who, .id = id };

	if (uuid)
		r.uuid = *uuid;
	return r;
}

static void set_policy(struct fixture *f, const struct libvffa_policy_rule *rules, size_t nr)
{
	EXPECT(libvffa_set_policy(f->ctx, rules, nr) == 0);
}

/* What the tests that follow need. */
static void allow_all(struct fixture *f)
{
	struct libvffa_policy_rule all = rule(LIBVFFA_POLICY_ALLOW, LIBVFFA_POLICY_ALL, 0, NULL);

	set_policy(f, &all, 1);
}

static void windows_are_checked(struct fixture *f)
{
	struct vffa_create_vm req = { .nr_vcpus = 1 };
	struct vffa_window window = { .guest_phys_addr = 0x80000000, .size = 0x10000 };
	const struct vffa_window bad[] = {
		{ .guest_phys_addr = 0x80000000 },
		{ .guest_phys_addr = 0x80000000, .size = 0x800 },
		{ .guest_phys_addr = 0x80000800, .size = 0x10000 },
		{ .guest_phys_addr = 0x80000000, .size = VFFA_MAX_WINDOW + 0x1000 },
		{ .guest_phys_addr = UINT64_MAX - 0xfff, .size = 0x10000 },
	};
	int dev = open("/dev/vffa", O_RDWR);
	int vm = ioctl(dev, VFFA_CREATE_VM, &req);

	EXPECT(mmap(NULL, window.size, PROT_READ, MAP_SHARED, vm, 0) == MAP_FAILED);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT(ioctl(vm, VFFA_VM_SET_WINDOW, &bad[i]) == -1 && errno == EINVAL);
	EXPECT(ioctl(vm, VFFA_VM_SET_WINDOW, &window) == 0);
	EXPECT(ioctl(vm, VFFA_VM_SET_WINDOW, &window) == -1 && errno == EBUSY);

	EXPECT(mmap(NULL, window.size / 2, PROT_READ, MAP_SHARED, vm, 0) == MAP_FAILED);
	EXPECT(mmap(NULL, window.size, PROT_READ, MAP_PRIVATE, vm, 0) == MAP_FAILED);
	close(vm);
	close(dev);
}

/* A mapping that is there but not known would keep pages that were given back. */
static void a_window_has_one_mapping_that_stays(struct fixture *f)
{
	struct vffa_create_vm req = { .nr_vcpus = 1 };
	struct vffa_window window = { .guest_phys_addr = 0x80000000, .size = 0x10000 };
	const int prot = PROT_READ | PROT_WRITE;
	int dev = open("/dev/vffa", O_RDWR);
	int vm = ioctl(dev, VFFA_CREATE_VM, &req);
	char *addr;

	EXPECT(ioctl(vm, VFFA_VM_SET_WINDOW, &window) == 0);
	addr = mmap(NULL, window.size, prot, MAP_SHARED, vm, 0);
	EXPECT(addr != MAP_FAILED);
	EXPECT(mmap(NULL, window.size, prot, MAP_SHARED, vm, 0) == MAP_FAILED && errno == EBUSY);
	EXPECT(mremap(addr, window.size, window.size, MREMAP_MAYMOVE | MREMAP_FIXED,
		      addr + 0x10000000) == MAP_FAILED);
	EXPECT(mremap(addr, window.size, 2 * window.size, MREMAP_MAYMOVE) == MAP_FAILED);
	EXPECT(munmap(addr, window.size / 2) == -1);
	EXPECT(mmap(NULL, window.size, prot, MAP_SHARED, vm, 0) == MAP_FAILED && errno == EBUSY);

	EXPECT(munmap(addr, window.size) == 0);
	addr = mmap(NULL, window.size, prot, MAP_SHARED, vm, 0);
	EXPECT(addr != MAP_FAILED);
	EXPECT(munmap(addr, window.size) == 0);
	close(vm);
	close(dev);
}

static void policy_refuses_nonsense(struct fixture *f)
{
	struct libvffa_policy_rule bad[] = {
		rule(2, LIBVFFA_POLICY_ALL, 0, NULL),
		rule(0, 3, 0, NULL),
		rule(0, UINT32_MAX, 0, NULL),
		rule(0, LIBVFFA_POLICY_ALL, 1, NULL),
		rule(0, LIBVFFA_POLICY_USER, UINT32_MAX, NULL),
		rule(0, LIBVFFA_POLICY_GROUP, UINT32_MAX, NULL),
		{ .pad = 1 },
	};
	struct libvffa_policy_rule now[2] = { 0 };
	struct vffa_policy raw = { .nr_rules = 1 };
	int dev = open("/dev/vffa", O_RDWR);
	size_t nr = 2;

	allow_all(f);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT(libvffa_set_policy(f->ctx, &bad[i], 1) == -EINVAL);
	EXPECT(ioctl(dev, VFFA_SET_POLICY, NULL) == -1 && errno == EFAULT);
	EXPECT(ioctl(dev, VFFA_SET_POLICY, &raw) == -1 && errno == EFAULT);
	raw.nr_rules = UINT32_MAX;
	EXPECT(ioctl(dev, VFFA_SET_POLICY, &raw) == -1 && errno == E2BIG);
	EXPECT(ioctl(dev, VFFA_GET_POLICY, &raw) == -1 && errno == EFAULT);
	raw.flags = 1;
	EXPECT(ioctl(dev, VFFA_SET_POLICY, &raw) == -1 && errno == EINVAL);
	EXPECT(ioctl(dev, VFFA_GET_POLICY, &raw) == -1 && errno == EINVAL);
	/* The one before is still in force. */
	EXPECT(libvffa_get_policy(f->ctx, now, &nr) == 1);
	EXPECT(nr == 1 && now[0].flags == LIBVFFA_POLICY_ALLOW);
	close(dev);
}

static void policy_counts_for_vms_created_afterwards(struct fixture *f)
{
	struct libvffa_policy_rule rules[] = {
		rule(0, LIBVFFA_POLICY_ALL, 0, &optee_uuid),
		rule(LIBVFFA_POLICY_ALLOW, LIBVFFA_POLICY_ALL, 0, NULL),
	};
	struct libvffa_vm *other;

	set_policy(f, rules, 2);
	other = create_seeing(f, &optee_uuid);
	if (other)
		EXPECT(nr_seen(other) == 0);
	EXPECT(nr_seen(f->vm) == 1);
	EXPECT(libvffa_vm_reset(f->vm) == 0);
	EXPECT(nr_seen(f->vm) == 1);
	libvffa_vm_destroy(other);
	allow_all(f);
}

/* In a child that is not root any more. */
static void as_another_user(struct fixture *f)
{
	struct libvffa_vm_status status = { .size = sizeof(status) };
	struct libvffa_policy_rule one;
	struct libvffa_vm *mine;
	size_t nr = 1;

	EXPECT(setgid(OTHER_USER) == 0 && setuid(OTHER_USER) == 0);
	EXPECT(libvffa_set_policy(f->ctx, NULL, 0) == -EPERM);
	EXPECT(libvffa_get_policy(f->ctx, &one, &nr) == -EPERM);
	EXPECT(libvffa_find_vm(f->ctx, 1, &status) == -ENOENT);
	mine = create(f, 1);
	EXPECT(libvffa_find_vm(f->ctx, 1, &status) == 0);
	EXPECT(status.id == libvffa_vm_id(mine) && status.uid == OTHER_USER);
	EXPECT(libvffa_find_vm(f->ctx, (uint16_t)(status.id + 1), &status) == -ENOENT);
	EXPECT(nr_seen(mine) == 0);
}

static void others_see_what_is_theirs_and_for_them(struct fixture *f)
{
	struct libvffa_policy_rule rules[] = {
		rule(0, LIBVFFA_POLICY_USER, OTHER_USER, &optee_uuid),
		rule(LIBVFFA_POLICY_ALLOW, LIBVFFA_POLICY_ALL, 0, NULL),
	};
	struct libvffa_vm *roots;
	int status = -1;
	pid_t pid;

	set_policy(f, rules, 2);
	roots = create(f, 1);
	EXPECT(nr_seen(roots) == 1);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		as_another_user(f);
		exit(failed_line() & 0xff);
	}
	EXPECT(waitpid(pid, &status, 0) == pid);
	EXPECT(status == 0);
	libvffa_vm_destroy(roots);
	allow_all(f);
}

static const struct test tests[] = {
	TEST(info_describes_the_host),
	TEST(unknown_ioctls_are_refused),
	TEST(bad_pointers_are_refused),
	TEST(create_checks_its_arguments),
	TEST(limits_are_bounded_by_the_administrators),
	TEST(ids_of_a_namespace_are_its_makers),
	TEST(vms_have_ids_of_their_own),
	TEST(memory_slots_are_checked),
	TEST(calls_are_served),
	TEST(calls_that_make_no_sense_are_errors),
	TEST(answers_for_calls_that_are_not_parked_are_errors),
	TEST(aarch32_has_no_smc64),
	TEST(buffers_pin_pages_and_hold_their_slot),
	TEST(buffers_need_memory_the_guest_can_write),
	TEST(buffers_may_cross_slots),
	TEST(memory_that_vanishes_below_buffers_stays_pinned),
	TEST(two_vmms_in_one_process),
	TEST(pinned_pages_are_limited),
	TEST(optee_answers),
	TEST(reset_makes_a_vm_as_new),
	TEST(only_kvm_vms_can_be_bound),
	TEST(bindings_are_one_to_one),
	TEST(a_closed_kvm_vm_can_be_bound_again),
	TEST(a_forked_child_gets_nothing),
	TEST(create_checks_partitions),
	TEST(a_vm_sees_what_its_vmm_lists),
	TEST(partitions_are_listed),
	TEST(vms_are_listed_with_what_they_did),
	TEST(windows_are_checked),
	TEST(a_window_has_one_mapping_that_stays),
	TEST(policy_refuses_nonsense),
	TEST(policy_counts_for_vms_created_afterwards),
	TEST(others_see_what_is_theirs_and_for_them),
};

int main(void)
{
	return run_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
