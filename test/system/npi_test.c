// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VM's notification pending interrupt as its VMM sees it: what it may be, and eventfds. Runs in the
 * machine, with the development SPMC, and needs no guest: calls are made by VFFA_VM_CALL.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>
#include <linux/vffa.h>

#include "sp/proto.h"

#include "harness.h"

/* Registers of the GIC: the redistributor's are in its second frame. */
#define GICD_CTLR     0x0
#define GICR_ISPENDR0 0x10200

/* As long as a busy machine may need; only a test that fails waits so long. */
#define SOON_MS 200000

static int create_raw(uint32_t flags, uint16_t npi)
{
	struct vffa_create_vm req = { .flags = flags, .nr_vcpus = 1, .npi = npi };
	int dev = open("/dev/vffa", O_RDWR);
	int fd = ioctl(dev, VFFA_CREATE_VM, &req);

	if (fd < 0)
		fd = -errno;
	close(dev);
	return fd;
}

static void only_some_interrupts_will_do(struct fixture *f)
{
	static const uint16_t good[] = { 8, 15, 16, 25, 31 };
	static const uint16_t bad[] = { 1, 7, 26, 27, 28, 29, 30, 32, 40, 0x108, 0xffff };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT(create_raw(0, bad[i]) == -EINVAL);
	EXPECT(create_raw(VFFA_CREATE_NPI_EVENTFD, 0) == -EINVAL);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int fd = create_raw(VFFA_CREATE_NPI_EVENTFD, good[i]);

		EXPECT(fd >= 0);
		close(fd);
	}
}

static struct libvffa_vm *create_npi(struct fixture *f, uint32_t npi, uint32_t flags)
{
	struct libvffa_vm_options options = {
		.size = sizeof(options), .nr_vcpus = 2, .flags = flags, .npi = npi
	};

	return create_with(f, &options);
}

static void eventfds_are_checked(struct fixture *f)
{
	struct libvffa_vm *by_kernel = create_npi(f, 8, 0);
	struct libvffa_vm *vm = create_npi(f, 8, LIBVFFA_VM_NPI_EVENTFD);
	int event = eventfd(0, EFD_NONBLOCK);
	int null = open("/dev/null", O_RDWR);

	EXPECT(libvffa_vm_set_npi_eventfd(f->vm, 0, event) == -EINVAL);
	EXPECT(libvffa_vm_set_npi_eventfd(by_kernel, 0, event) == -EINVAL);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 2, event) == -EINVAL);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, UINT32_MAX, event) == -EINVAL);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, null) == -EINVAL);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, -2) == -EBADF);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, 9999) == -EBADF);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, event) == 0);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 1, event) == 0);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, -1) == 0);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, -1) == 0);
	close(null);
	close(event);
	libvffa_vm_destroy(vm);
	libvffa_vm_destroy(by_kernel);
}

static int set_raw(int vm, struct vffa_npi_eventfd req)
{
	return ioctl(vm, VFFA_VM_SET_NPI_EVENTFD, &req) ? -errno : 0;
}

static void eventfds_have_no_flags_yet(struct fixture *f)
{
	int vm = create_raw(VFFA_CREATE_NPI_EVENTFD, 8);

	EXPECT(set_raw(vm, (struct vffa_npi_eventfd){ .fd = -1 }) == 0);
	EXPECT(set_raw(vm, (struct vffa_npi_eventfd){ .fd = -1, .flags = 1 }) == -EINVAL);
	EXPECT(set_raw(vm, (struct vffa_npi_eventfd){ .fd = -1, .pad = 1 }) == -EINVAL);
	EXPECT(ioctl(vm, VFFA_VM_SET_NPI_EVENTFD, NULL) == -1 && errno == EFAULT);
	close(vm);
}

/* Its virtual timer has an interrupt of the VMM's choice. @gic: out */
static int create_kvm_vm(uint32_t timer_ppi, int *gic_fd)
{
	struct kvm_device_attr attr = {
		.group = KVM_ARM_VCPU_TIMER_CTRL,
		.attr = KVM_ARM_VCPU_TIMER_IRQ_VTIMER,
		.addr = (uintptr_t)&timer_ppi,
	};
	struct kvm_create_device gic = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	struct kvm_vcpu_init init;
	int kvm = open("/dev/kvm", O_RDWR);
	int vm = ioctl(kvm, KVM_CREATE_VM, 0);
	int vcpu;

	EXPECT(ioctl(vm, KVM_CREATE_DEVICE, &gic) == 0);
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	EXPECT(ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init) == 0);
	EXPECT(ioctl(vcpu, KVM_ARM_VCPU_INIT, &init) == 0);
	EXPECT(ioctl(vcpu, KVM_SET_DEVICE_ATTR, &attr) == 0);
	close(vcpu);
	close(kvm);
	*gic_fd = (int)gic.fd;
	return vm;
}

static void set_gic(int gic, uint32_t group, uint64_t attr, void *value)
{
	struct kvm_device_attr req = { .group = group, .attr = attr, .addr = (uintptr_t)value };

	EXPECT(ioctl(gic, KVM_SET_DEVICE_ATTR, &req) == 0);
}

/* As it is when a guest has set it up: in its place, and on. */
static void start_gic(int gic)
{
	uint64_t dist = 0x08000000, redist = 0x080A0000;
	uint32_t group1_is_on = 2;

	set_gic(gic, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &dist);
	set_gic(gic, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST, &redist);
	set_gic(gic, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
	set_gic(gic, KVM_DEV_ARM_VGIC_GRP_DIST_REGS, GICD_CTLR, &group1_is_on);
}

/* At the first vCPU. */
static bool is_pending(int gic, unsigned int intid)
{
	uint32_t bits = 0;
	struct kvm_device_attr req = { .group = KVM_DEV_ARM_VGIC_GRP_REDIST_REGS,
				       .attr = GICR_ISPENDR0,
				       .addr = (uintptr_t)&bits };

	EXPECT(ioctl(gic, KVM_GET_DEVICE_ATTR, &req) == 0);
	return bits >> intid & 1;
}

static void a_timers_interrupt_will_not_do(struct fixture *f)
{
	struct libvffa_vm *clashes = create_npi(f, 20, 0);
	struct libvffa_vm *fits = create_npi(f, 21, 0);
	int gic;
	int kvm_vm = create_kvm_vm(20, &gic);

	EXPECT(libvffa_vm_bind_kvm(clashes, kvm_vm) == -EINVAL);
	EXPECT(libvffa_vm_bind_kvm(fits, kvm_vm) == 0);
	close(gic);
	close(kvm_vm);
	libvffa_vm_destroy(fits);
	libvffa_vm_destroy(clashes);
}

/* A call of vCPU 0. Return: x0 */
static uint64_t call_vm(struct fixture *f, struct libvffa_vm *vm, uint64_t fid, uint64_t x1,
			uint64_t x2, uint64_t x3)
{
	memset(f->x, 0, sizeof(f->x));
	f->x[0] = fid;
	f->x[1] = x1;
	f->x[2] = x2;
	f->x[3] = x3;
	EXPECT(libvffa_vm_call(vm, 0, 0, f->x) == 0);
	return f->x[0];
}

static void prepare(struct fixture *f, struct libvffa_vm *vm)
{
	uint64_t pair = SP_ID_NOTIFIER << 16 | libvffa_vm_id(vm);

	EXPECT(call_vm(f, vm, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	EXPECT(call_vm(f, vm, FFA_NOTIFICATION_BIND, pair, 1, 1) == FFA_SUCCESS_32);
	EXPECT(call_vm(f, vm, FFA_NOTIFICATION_BIND, pair, 0, 2) == FFA_SUCCESS_32);
}

/* The notifier sets the first for a vCPU, or the second for all. */
static void notify(struct fixture *f, struct libvffa_vm *vm, uint64_t flags, uint64_t bit)
{
	memset(f->x, 0, sizeof(f->x));
	f->x[0] = FFA_MSG_SEND_DIRECT_REQ_32;
	f->x[1] = (uint64_t)libvffa_vm_id(vm) << 16 | SP_ID_NOTIFIER;
	f->x[3] = NOTIFIER_SET;
	f->x[4] = libvffa_vm_id(vm);
	f->x[5] = flags;
	f->x[6] = bit;
	EXPECT(libvffa_vm_call(vm, 0, 0, f->x) == 0);
	while (f->x[0] == FFA_INTERRUPT)
		call_vm(f, vm, FFA_RUN, f->x[1], 0, 0);
	EXPECT(f->x[0] == FFA_MSG_SEND_DIRECT_RESP_32 && !f->x[3]);
}

static bool comes(int event, int ms)
{
	struct pollfd fd = { .fd = event, .events = POLLIN };
	uint64_t count;

	return poll(&fd, 1, ms) == 1 && read(event, &count, sizeof(count)) == sizeof(count);
}

static void get(struct fixture *f, struct libvffa_vm *vm, uint64_t vcpu, uint64_t bits)
{
	uint64_t who = vcpu << 16 | libvffa_vm_id(vm);

	EXPECT(call_vm(f, vm, FFA_NOTIFICATION_GET, who, FFA_NOTIF_GET_SPS, 0) == FFA_SUCCESS_32);
	EXPECT(f->x[2] == bits && !f->x[3]);
}

static void the_vmm_is_told_until_the_guest_asks(struct fixture *f)
{
	struct libvffa_vm *vm = create_npi(f, 8, LIBVFFA_VM_NPI_EVENTFD);
	int event = eventfd(0, EFD_NONBLOCK);

	prepare(f, vm);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, event) == 0);
	EXPECT(!comes(event, 0));
	notify(f, vm, 0, 2);
	EXPECT(comes(event, SOON_MS));
	EXPECT(comes(event, SOON_MS));
	EXPECT(comes(event, SOON_MS));
	get(f, vm, 0, 2);
	/* One may have been on its way. */
	comes(event, 0);
	EXPECT(!comes(event, 2000));
	close(event);
	libvffa_vm_destroy(vm);
}

static void what_comes_before_an_eventfd_is_told_later(struct fixture *f)
{
	struct libvffa_vm *vm = create_npi(f, 8, LIBVFFA_VM_NPI_EVENTFD);
	int event = eventfd(0, EFD_NONBLOCK);

	prepare(f, vm);
	/* Of vCPU 1, which makes no call here. */
	notify(f, vm, 0x10001, 1);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, event) == 0);
	EXPECT(!comes(event, 300));
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, -1) == 0);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 1, event) == 0);
	EXPECT(comes(event, SOON_MS));
	get(f, vm, 1, 1);
	close(event);
	libvffa_vm_destroy(vm);
}

/* Whether the interrupt comes before that or after, it must be pending then. */
static void what_comes_before_the_vm_is_bound_is_raised_later(struct fixture *f)
{
	static const uint32_t intids[] = { 8, 21 };

	for (size_t i = 0; i < sizeof(intids) / sizeof(intids[0]); i++) {
		struct libvffa_vm *vm = create_npi(f, intids[i], 0);
		int gic;
		int kvm_vm = create_kvm_vm(20, &gic);
		unsigned int ms = 0;

		start_gic(gic);
		prepare(f, vm);
		notify(f, vm, 0, 2);
		usleep(200000);
		EXPECT(!is_pending(gic, intids[i]));
		EXPECT(libvffa_vm_bind_kvm(vm, kvm_vm) == 0);
		for (; ms < SOON_MS && !is_pending(gic, intids[i]); ms += 10)
			usleep(10000);
		EXPECT(ms < SOON_MS);
		get(f, vm, 0, 2);
		close(gic);
		close(kvm_vm);
		libvffa_vm_destroy(vm);
	}
}

static void a_reset_forgets_what_was_told(struct fixture *f)
{
	struct libvffa_vm *vm = create_npi(f, 8, LIBVFFA_VM_NPI_EVENTFD);
	int event = eventfd(0, EFD_NONBLOCK);

	prepare(f, vm);
	EXPECT(libvffa_vm_set_npi_eventfd(vm, 0, event) == 0);
	notify(f, vm, 0, 2);
	EXPECT(comes(event, SOON_MS));
	EXPECT(libvffa_vm_reset(vm) == 0);
	comes(event, 0);
	EXPECT(!comes(event, 2000));
	prepare(f, vm);
	get(f, vm, 0, 0);
	notify(f, vm, 0, 2);
	EXPECT(comes(event, SOON_MS));
	close(event);
	libvffa_vm_destroy(vm);
}

static const struct test tests[] = {
	TEST(only_some_interrupts_will_do),
	TEST(eventfds_are_checked),
	TEST(eventfds_have_no_flags_yet),
	TEST(a_timers_interrupt_will_not_do),
	TEST(the_vmm_is_told_until_the_guest_asks),
	TEST(what_comes_before_an_eventfd_is_told_later),
	TEST(what_comes_before_the_vm_is_bound_is_raised_later),
	TEST(a_reset_forgets_what_was_told),
};

int main(void)
{
	return run_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
