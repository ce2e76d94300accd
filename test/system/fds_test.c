// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMMs that close what they hold, one thing after the other, in every order, or are killed between, while
 * a call of their guest is inside: a real guest, in KVM_RUN, whose call KVM's hook has taken. Runs in the
 * machine with the development SPMC. A descriptor closed under a call by ioctl is the soak test's.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "sends.h"
#include "sp/proto.h"

#define CODE (RAM_BASE + 0x20000)
#define DATA (RAM_BASE + 0x21000)

/* As long as a busy machine may need; only a test that fails waits so long. */
#define TRIES	 20000
#define TRY_USEC 10000

/* Makes the call at x19 for ever, and resumes it where it was stopped. */
static const uint32_t guest_code[] = {
	0xa9400660, /* 0: ldp x0, x1, [x19] */
	0xa9410e62, /*    ldp x2, x3, [x19, #16] */
	0xa9421664, /*    ldp x4, x5, [x19, #32] */
	0xa9431e66, /*    ldp x6, x7, [x19, #48] */
	0xd4000002, /* 1: hvc #0 */
	0x52800c49, /*    mov w9, #0x62: FFA_INTERRUPT */
	0x72b08009, /*    movk w9, #0x8400, lsl #16 */
	0x6b09001f, /*    cmp w0, w9 */
	0x54ffff01, /*    b.ne 0b */
	0x52800da0, /*    mov w0, #0x6d: FFA_RUN */
	0x72b08000, /*    movk w0, #0x8400, lsl #16 */
	0x17fffff9, /*    b 1b */
};

/* What a VMM lets go of, and in which order: one letter each. */
#define DEVICE 'd' /* of /dev/vffa */
#define FFA_VM 'f' /* from VFFA_CREATE_VM */
#define KVM_VM 'k' /* which the VM is bound to */
#define VCPU   'c' /* in KVM_RUN */
#define GIC    'g' /* of the KVM VM */
#define EVENT  'e' /* where notification pending interrupts are told */
#define MEMORY 'm' /* of the guest, with its RX and TX and what it runs */
#define LIFE   'x' /* kill -9 */

static const char *const orders[] = {
	/* Each first, each last, and each before and after each of the others. */
	/* clang-format off */
	"fkcmedg", "kcmedgf", "cmedgfk", "medgfkc", "edgfkcm", "dgfkcme", "gfkcmed",
	"gdemckf", "demckfg", "emckfgd", "mckfgde", "ckfgdem", "kfgdemc", "fgdemck",
	/* Killed at each point where it still has its VM, and after that. */
	"x", "kx", "kcx", "kcmx", "kcmex", "kcmedx", "kcmedgx", "fx",
	/* clang-format on */
};

struct place;

/**
 * struct vmm - in a process of its own
 * @f:	    with a VM of two vCPUs: the first is the guest's, the second asks where the call is
 * @place:  where the guest's call is to be
 * @fds:    descriptors by their letter
 * @run:    the vCPU's, of @run_size bytes
 * @parked: the vCPU has left KVM_RUN for what the VMM has to do
 * @closes: @run is not to be looked at any more
 */
struct vmm {
	struct fixture f;
	const struct place *place;
	int fds[128];
	struct kvm_run *run;
	size_t run_size;
	atomic_bool parked;
	atomic_bool closes;
};

/**
 * struct place - where a call is when its VMM closes what it has
 * @prepare:	 before the guest runs: write its request to @x
 * @is_inside:	 is the call there now?
 * @never_ends:	 until let_end()
 */
struct place {
	void (*prepare)(struct vmm *vmm, uint64_t *x);
	bool (*is_inside)(struct vmm *vmm);
	bool never_ends;
};

/* A direct request of vCPU 0, to its end. */
static void ask_partition(struct fixture *f, const uint64_t *request)
{
	memcpy(f->x, request, 8 * sizeof(*request));
	memset(f->x + 8, 0, sizeof(f->x) - 8 * sizeof(*request));
	EXPECT(libvffa_vm_call(f->vm, 0, 0, f->x) == 0);
	while (f->x[0] == FFA_INTERRUPT)
		call(f, FFA_RUN, f->x[1], 0, 0);
	EXPECT(f->x[0] == FFA_MSG_SEND_DIRECT_RESP_32 && !f->x[3]);
}

static void request_of(const struct fixture *f, uint16_t partition, uint64_t command, uint64_t a0,
		       uint64_t *x)
{
	memset(x, 0, 8 * sizeof(*x));
	x[0] = FFA_MSG_SEND_DIRECT_REQ_32;
	x[1] = (uint64_t)libvffa_vm_id(f->vm) << 16 | partition;
	x[3] = command;
	x[4] = a0;
}

static void prepare_spin(struct vmm *vmm, uint64_t *x)
{
	request_of(&vmm->f, SP_ID_YIELDER, SP_SPIN, 300000000, x);
}

/* The relay sleeps between. */
static void prepare_yields(struct vmm *vmm, uint64_t *x)
{
	request_of(&vmm->f, SP_ID_YIELDER, SP_YIELD, 200, x);
}

/* The SPMC answers each FFA_RUN by FFA_INTERRUPT. */
static void prepare_never_ending(struct vmm *vmm, uint64_t *x)
{
	request_of(&vmm->f, SP_ID_CONTROL, CONTROL_FAULT_SET, FFA_RUN, x);
	x[5] = 3;
	x[6] = FFA_INTERRUPT;
	ask_partition(&vmm->f, x);
	request_of(&vmm->f, SP_ID_YIELDER, SP_YIELD, 1, x);
}

static void let_end(struct fixture *f)
{
	uint64_t x[8];

	request_of(f, SP_ID_CONTROL, CONTROL_FAULT_CLEAR, 0, x);
	ask_partition(f, x);
}

/* BUSY: the context has been stopped, and another vCPU is at work resuming it. */
static bool is_in_yielder(struct vmm *vmm)
{
	uint64_t x[LIBVFFA_NR_REGS] = { FFA_RUN, SP_ID_YIELDER << 16 };

	EXPECT(libvffa_vm_call(vmm->f.vm, 1, 0, x) == 0);
	return x[0] == FFA_ERROR && x[2] == (uint32_t)FFA_RET_BUSY;
}

static void prepare_lend(struct vmm *vmm, uint64_t *x)
{
	uint32_t len = describe(&vmm->f, 0, 0, BASE, 3);

	memset(x, 0, 8 * sizeof(*x));
	x[0] = FFA_MEM_LEND_32;
	x[1] = len;
	x[2] = len;
}

static bool is_parked(struct vmm *vmm)
{
	return atomic_load(&vmm->parked);
}

static const struct place in_a_partition = { prepare_spin, is_in_yielder, false };
static const struct place between_yields = { prepare_yields, is_in_yielder, false };
static const struct place never_ending = { prepare_never_ending, is_in_yielder, true };
static const struct place parked = { prepare_lend, is_parked, false };

/* What the next descriptor will be. */
static int next_fd(void)
{
	int fd = dup(STDOUT_FILENO);

	close(fd);
	return fd;
}

static void open_ffa(struct vmm *vmm)
{
	static const struct libvffa_vm_options options = {
		.size = sizeof(options), .nr_vcpus = 2, .npi = 8, .flags = LIBVFFA_VM_NPI_EVENTFD
	};
	struct fixture *f = &vmm->f;

	vmm->fds[DEVICE] = next_fd();
	EXPECT(libvffa_open(NULL, &f->ctx) == 0);
	vmm->fds[FFA_VM] = next_fd();
	f->vm = create_with(f, &options);
	f->ram = mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(f->ram != MAP_FAILED);
	EXPECT(set_slot(f->vm, 0, RAM_BASE, RAM_SIZE, f->ram, 0) == 0);
	vmm->fds[EVENT] = eventfd(0, EFD_NONBLOCK);
	EXPECT(libvffa_vm_set_npi_eventfd(f->vm, 0, vmm->fds[EVENT]) == 0);
}

static void set_reg(struct vmm *vmm, uint64_t offset, uint64_t value)
{
	struct kvm_one_reg reg = {
		.id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |
		      (offset / sizeof(uint32_t)),
		.addr = (uintptr_t)&value,
	};

	EXPECT(ioctl(vmm->fds[VCPU], KVM_SET_ONE_REG, &reg) == 0);
}

static void set_gic(struct vmm *vmm, uint32_t group, uint64_t attr, uint64_t value)
{
	struct kvm_device_attr set = { .group = group, .attr = attr, .addr = (uintptr_t)&value };

	EXPECT(ioctl(vmm->fds[GIC], KVM_SET_DEVICE_ATTR, &set) == 0);
}

/* When there are vCPUs. */
static void open_gic(struct vmm *vmm)
{
	struct kvm_create_device gic = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };

	EXPECT(ioctl(vmm->fds[KVM_VM], KVM_CREATE_DEVICE, &gic) == 0);
	vmm->fds[GIC] = (int)gic.fd;
	set_gic(vmm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, 0x8000000);
	set_gic(vmm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST, 0x80a0000);
	set_gic(vmm, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, 0);
}

static void open_kvm(struct vmm *vmm)
{
	struct kvm_userspace_memory_region memory = {
		.guest_phys_addr = RAM_BASE,
		.memory_size = RAM_SIZE,
		.userspace_addr = (uintptr_t)vmm->f.ram,
	};
	struct kvm_vcpu_init init;
	int kvm = open("/dev/kvm", O_RDWR);

	vmm->fds[KVM_VM] = ioctl(kvm, KVM_CREATE_VM, 0);
	EXPECT(ioctl(vmm->fds[KVM_VM], KVM_SET_USER_MEMORY_REGION, &memory) == 0);
	vmm->fds[VCPU] = ioctl(vmm->fds[KVM_VM], KVM_CREATE_VCPU, 0);
	vmm->run_size = (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	vmm->run = mmap(NULL, vmm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vmm->fds[VCPU], 0);
	EXPECT(vmm->run != MAP_FAILED);
	EXPECT(ioctl(vmm->fds[KVM_VM], KVM_ARM_PREFERRED_TARGET, &init) == 0);
	EXPECT(ioctl(vmm->fds[VCPU], KVM_ARM_VCPU_INIT, &init) == 0);
	open_gic(vmm);
	set_reg(vmm, offsetof(struct kvm_regs, regs.pc), CODE);
	set_reg(vmm, offsetof(struct kvm_regs, regs.regs[19]), DATA);
	EXPECT(libvffa_vm_bind_kvm(vmm->f.vm, vmm->fds[KVM_VM]) == 0);
	close(kvm);
}

/* Nobody fetches it: the eventfd is signalled again and again. */
static void be_notified(struct vmm *vmm)
{
	struct fixture *f = &vmm->f;
	uint64_t x[8];

	EXPECT(call(f, FFA_NOTIFICATION_BIND, SP_ID_NOTIFIER << 16 | libvffa_vm_id(f->vm), 0, 1) ==
	       FFA_SUCCESS_32);
	request_of(f, SP_ID_NOTIFIER, NOTIFIER_SET, libvffa_vm_id(f->vm), x);
	x[6] = 1;
	ask_partition(f, x);
}

static void *run_vcpu(void *arg)
{
	struct vmm *vmm = arg;

	int ret = ioctl(vmm->fds[VCPU], KVM_RUN, 0);

	if (atomic_load(&vmm->closes))
		return NULL;
	if (ret == 0 && vmm->run->exit_reason == KVM_EXIT_HYPERCALL)
		atomic_store(&vmm->parked, true);
	else
		printf("# KVM_RUN: %d, %s, exit %u\n", ret, strerror(errno), vmm->run->exit_reason);
	return NULL;
}

static bool comes_inside(struct vmm *vmm)
{
	for (int i = 0; i < TRIES && !failed_line(); i++) {
		if (vmm->place->is_inside(vmm))
			return true;
		usleep(TRY_USEC);
	}
	return false;
}

static void start_guest(struct vmm *vmm)
{
	pthread_t thread;

	open_ffa(vmm);
	begin(&vmm->f);
	be_notified(vmm);
	open_kvm(vmm);
	vmm->place->prepare(vmm, (uint64_t *)at(&vmm->f, DATA));
	memcpy(at(&vmm->f, CODE), guest_code, sizeof(guest_code));
	EXPECT(pthread_create(&thread, NULL, run_vcpu, vmm) == 0);
	EXPECT(comes_inside(vmm));
}

static void let_go(struct vmm *vmm, char what)
{
	atomic_store(&vmm->closes, true);
	if (what == LIFE) {
		kill(getpid(), SIGKILL);
	} else if (what == MEMORY) {
		EXPECT(munmap(vmm->f.ram, RAM_SIZE) == 0);
	} else {
		EXPECT(close(vmm->fds[(unsigned int)what]) == 0);
		if (what == VCPU)
			EXPECT(munmap(vmm->run, vmm->run_size) == 0);
	}
}

/*
 * A VM is there until its own descriptor is closed, and its call goes on. But a guest without memory is at
 * its end when its call has ended.
 */
static void let_go_in_order(struct vmm *vmm, const char *order)
{
	bool has_memory = true;
	bool has_vm = true;

	for (; *order && !failed_line(); order++) {
		let_go(vmm, *order);
		has_memory = has_memory && *order != MEMORY;
		has_vm = has_vm && *order != FFA_VM;
		if (has_vm && has_memory)
			EXPECT(comes_inside(vmm));
	}
}

/* What a VMM says: its VM is there, and when everything is closed, 0 or the line of what went wrong. */
struct report {
	uint16_t id;
	int line;
};

static void be_vmm(const struct place *place, const char *order, int out, int in)
{
	static struct vmm vmm;
	struct report report;
	char c;

	vmm.place = place;
	start_guest(&vmm);
	report = (struct report){ libvffa_vm_id(vmm.f.vm), failed_line() };
	if (write(out, &report, sizeof(report)) != sizeof(report) || report.line)
		_exit(1);
	let_go_in_order(&vmm, order);
	report.line = failed_line();
	if (write(out, &report, sizeof(report)) != sizeof(report) || report.line)
		_exit(1);
	/* It lives on, with its vCPU where it is, until the VM is seen to be gone. */
	_exit(read(in, &c, 1) != 0);
}

static bool is_listed(struct fixture *f, uint16_t id, struct libvffa_vm_status *status)
{
	*status = (struct libvffa_vm_status){ .size = sizeof(*status) };
	return libvffa_find_vm(f->ctx, id, status) == 0 && status->id == id;
}

static bool is_held(struct fixture *f, uint16_t id)
{
	struct libvffa_vm_status status;

	return is_listed(f, id, &status) && status.state == LIBVFFA_STATE_STOPPING &&
	       status.held_tries && status.held_runs == 1;
}

static bool is_gone(struct fixture *f, uint16_t id)
{
	struct libvffa_vm_status status;

	return !is_listed(f, id, &status);
}

static bool comes_to_be(bool (*is_so)(struct fixture *f, uint16_t id), struct fixture *f,
			uint16_t id)
{
	for (int i = 0; i < TRIES; i++) {
		if (is_so(f, id))
			return true;
		usleep(TRY_USEC);
	}
	return false;
}

/* The fixture's VM is the only one, nothing is charged but what it has, and the partition is free. */
static void expect_nothing_left(struct fixture *f)
{
	struct libvffa_status all = { .size = sizeof(all) };
	struct libvffa_vm_status status;
	uint64_t x[8];

	EXPECT(libvffa_get_status(f->ctx, &all) == 0);
	EXPECT(all.nr_vms == 1 && all.pages == 0);
	EXPECT(is_listed(f, libvffa_vm_id(f->vm), &status));
	EXPECT(status.user_vms == 1 && status.user_pages == 0);
	request_of(f, SP_ID_YIELDER, SP_YIELD, 0, x);
	ask_partition(f, x);
}

/* struct vmm's process, as its tester sees it. */
struct peer {
	pid_t pid;
	int from;
	int to;
};

static struct peer start_vmm(const struct place *place, const char *order)
{
	struct peer peer;
	int from[2], to[2];

	EXPECT(pipe(from) == 0 && pipe(to) == 0);
	fflush(stdout);
	peer.pid = fork();
	if (peer.pid == 0) {
		close(from[0]);
		close(to[1]);
		be_vmm(place, order, from[1], to[0]);
	}
	close(from[1]);
	close(to[0]);
	peer.from = from[0];
	peer.to = to[1];
	return peer;
}

static void end_vmm(const struct peer *peer, bool killed)
{
	int status = -1;

	close(peer->to);
	EXPECT(waitpid(peer->pid, &status, 0) == peer->pid);
	EXPECT(killed ? WIFSIGNALED(status) : status == 0);
	close(peer->from);
}

static void play(struct fixture *f, const struct place *place, const char *order)
{
	bool killed = strchr(order, LIFE);
	struct report report = { 0 };
	struct peer peer;

	peer = start_vmm(place, order);
	EXPECT(read(peer.from, &report, sizeof(report)) == sizeof(report));
	if (!report.line)
		EXPECT(read(peer.from, &report, sizeof(report)) ==
		       (killed ? 0 : (ssize_t)sizeof(report)));
	expect(!report.line, "in the VMM", report.line);

	if (place->never_ends && !report.line)
		EXPECT(comes_to_be(is_held, f, report.id));
	if (place->never_ends)
		let_end(f);
	if (!report.line)
		EXPECT(comes_to_be(is_gone, f, report.id));
	end_vmm(&peer, killed);
	if (!report.line)
		expect_nothing_left(f);
}

static void play_all(struct fixture *f, const struct place *place)
{
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]) && !failed_line(); i++) {
		play(f, place, orders[i]);
		if (failed_line())
			printf("# in this order: %s\n", orders[i]);
	}
}

static void a_call_in_a_partition(struct fixture *f)
{
	play_all(f, &in_a_partition);
}

static void a_call_between_yields(struct fixture *f)
{
	play_all(f, &between_yields);
}

static void a_call_that_never_ends(struct fixture *f)
{
	play_all(f, &never_ending);
}

static void a_parked_call(struct fixture *f)
{
	play_all(f, &parked);
}

static const struct test tests[] = {
	TEST(a_call_in_a_partition),
	TEST(a_call_between_yields),
	TEST(a_call_that_never_ends),
	TEST(a_parked_call),
};

int main(void)
{
	return run_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
