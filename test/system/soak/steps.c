// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a thread of the abuser does, one at a time: each ioctl once or more, and what goes on beside
 * them. Arguments are made in arguments.c.
 */
#include "abuse.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kvm.h>

#include <vffa/abi.h>

#include "soak.h"

/* A child outlives what its parent closes by so much. */
#define CHILD_MS 20

static uint64_t pick(struct abuser *a, uint64_t below)
{
	return soak_random(&a->row) % below;
}

static int any_fd(struct abuser *a, atomic_int *fds, unsigned int nr)
{
	return atomic_load(&fds[pick(a, nr)]);
}

/* Mostly a VM's, sometimes one that makes no sense. */
static int vm_fd(struct abuser *a)
{
	switch (pick(a, 16)) {
	case 0:
		return a->all->dev;
	case 1:
		return a->all->memfd;
	case 2:
		return any_fd(a, a->all->kvms, ABUSE_NR_KVMS);
	case 3:
		return (int)pick(a, 64) - 8;
	default:
		return any_fd(a, a->all->vms, ABUSE_NR_VMS);
	}
}

static int dev_fd(struct abuser *a)
{
	return pick(a, 16) ? a->all->dev : vm_fd(a);
}

/* None that vffa or KVM has. */
static unsigned long unknown_request(struct abuser *a)
{
	return _IOC(pick(a, 4), VFFA_IOC_MAGIC, 0x80 | pick(a, 128), pick(a, 2048));
}

void abuse_replace(atomic_int *slot, int fd)
{
	int old = atomic_exchange(slot, fd);

	if (old >= 0)
		close(old);
}

bool abuse_ioctl(struct abuser *a, int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);
	int err = ret < 0 ? errno : 0;

	a->nr_served += !err;
	return abuse_may_return(request, err) ||
	       soak_fail("ioctl %#lx: undocumented: %s", request, strerror(err));
}

static bool create(struct abuser *a)
{
	struct vffa_create_vm req;
	void *arg = abuse_create(&a->row, &req);
	int fd = ioctl(dev_fd(a), VFFA_CREATE_VM, arg);
	int err = fd < 0 ? errno : 0;

	if (!err)
		abuse_replace(&a->all->vms[pick(a, ABUSE_NR_VMS)], fd);
	return abuse_may_return(VFFA_CREATE_VM, err) ||
	       soak_fail("create: undocumented: %s", strerror(err));
}

/* Less often than one is made. */
static bool close_any(struct abuser *a)
{
	if (!pick(a, 3))
		abuse_replace(&a->all->vms[pick(a, ABUSE_NR_VMS)], -1);
	return true;
}

/* Seldom: a VM of KVM takes longer than everything else here, and so does a process. */
static bool renew_kvm(struct abuser *a)
{
	int kvm;

	if (pick(a, 8))
		return true;
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		return soak_fail("/dev/kvm: %s", strerror(errno));
	abuse_replace(&a->all->kvms[pick(a, ABUSE_NR_KVMS)], ioctl(kvm, KVM_CREATE_VM, 0));
	close(kvm);
	return true;
}

static bool bind(struct abuser *a)
{
	int fd = pick(a, 4) ? any_fd(a, a->all->kvms, ABUSE_NR_KVMS) : vm_fd(a);
	struct vffa_bind_kvm req = { .kvm_fd = fd, .flags = pick(a, 16) ? 0 : 1 };

	return abuse_ioctl(a, vm_fd(a), VFFA_VM_BIND_KVM, &req);
}

static bool set_memory(struct abuser *a)
{
	struct vffa_memory req;

	return abuse_ioctl(a, vm_fd(a), VFFA_VM_SET_MEMORY,
			   abuse_memory(&a->row, a->all->ram, &req));
}

static bool call(struct abuser *a)
{
	struct vffa_call_regs req;
	void *arg = abuse_call(&a->row, &req);
	unsigned int before = a->nr_served;

	if (!abuse_ioctl(a, vm_fd(a), VFFA_VM_CALL, arg))
		return false;
	a->nr_answered += a->nr_served != before && arg == &req && req.regs[0] != FFA_ERROR;
	return true;
}

static bool resume(struct abuser *a)
{
	struct vffa_resume_call req;

	return abuse_ioctl(a, vm_fd(a), VFFA_VM_RESUME, abuse_resume(&a->row, &req));
}

/* What is mapped would keep the VM: it is not for long. */
static bool set_window(struct abuser *a)
{
	struct vffa_window req;
	int fd = vm_fd(a);
	void *at;

	if (!abuse_ioctl(a, fd, VFFA_VM_SET_WINDOW, abuse_window(&a->row, &req)))
		return false;
	at = mmap(NULL, req.size, (int)pick(a, 8), pick(a, 8) ? MAP_SHARED : MAP_PRIVATE, fd, 0);
	if (at != MAP_FAILED)
		munmap(at, req.size);
	return true;
}

static bool set_npi(struct abuser *a)
{
	struct vffa_npi_eventfd req;

	return abuse_ioctl(a, vm_fd(a), VFFA_VM_SET_NPI_EVENTFD,
			   abuse_npi(&a->row, pick(a, 4) ? a->all->eventfd : vm_fd(a), &req));
}

static bool ask(struct abuser *a)
{
	static const unsigned long requests[] = { VFFA_GET_INFO,      VFFA_GET_STATUS,
						  VFFA_GET_PARTITION, VFFA_FIND_VM,
						  VFFA_GET_POLICY,    VFFA_VM_GET_INFO,
						  VFFA_VM_GET_EXIT };
	unsigned long request = requests[pick(a, sizeof(requests) / sizeof(requests[0]))];
	struct abuse_noise noise;

	return abuse_ioctl(a, _IOC_NR(request) >= _IOC_NR(VFFA_VM_GET_INFO) ? vm_fd(a) : dev_fd(a),
			   request, abuse_noise(&a->row, &noise));
}

static bool allow_all(struct abuse *all)
{
	struct vffa_policy_rule rule = { .flags = VFFA_POLICY_ALLOW, .who = VFFA_POLICY_ALL };
	struct vffa_policy policy = { .nr_rules = 1, .rules = (uintptr_t)&rule };

	return !ioctl(all->dev, VFFA_SET_POLICY, &policy) ||
	       soak_fail("policy: %s", strerror(errno));
}

/* Rules made of noise may hide every partition, but not for long: there would be nobody to call. */
static bool set_policy(struct abuser *a)
{
	struct abuse_noise noise;

	return abuse_ioctl(a, dev_fd(a), VFFA_SET_POLICY, abuse_noise(&a->row, &noise)) &&
	       allow_all(a->all);
}

static bool reset(struct abuser *a)
{
	return abuse_ioctl(a, vm_fd(a), VFFA_VM_RESET, NULL);
}

static bool throw_noise(struct abuser *a)
{
	struct abuse_noise noise;

	return abuse_ioctl(a, pick(a, 2) ? vm_fd(a) : dev_fd(a), unknown_request(a),
			   abuse_noise(&a->row, &noise));
}

/* Buffers may be mapped here; what is behind the addresses from then on is other memory, or none. */
static bool disturb_memory(struct abuser *a)
{
	uint8_t *addr = a->all->ram + pick(a, ABUSE_RAM_SIZE / ABUSE_PAGE) * ABUSE_PAGE;
	int prot = (int)pick(a, 4) & (PROT_READ | PROT_WRITE);

	switch (pick(a, 3)) {
	case 0:
		munmap(addr, ABUSE_PAGE);
		break;
	case 1:
		mprotect(addr, ABUSE_PAGE, prot);
		break;
	default:
		mmap(addr, ABUSE_PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	}
	return true;
}

/* It has all descriptors, and no VM is its own: a slot that a thread has just emptied aside. */
static void run_child(struct abuse *all)
{
	struct vffa_vm_info info;

	for (unsigned int i = 0; i < ABUSE_NR_VMS; i++) {
		int fd = atomic_load(&all->vms[i]);

		if (fd >= 0 && ioctl(fd, VFFA_VM_GET_INFO, &info) == 0)
			_exit(1);
	}
	usleep(CHILD_MS * 1000);
	_exit(0);
}

static bool fork_child(struct abuser *a)
{
	int status = 0;
	pid_t pid;

	if (pick(a, 16))
		return true;
	pid = fork();
	if (pid < 0)
		return soak_fail("fork: %s", strerror(errno));
	if (!pid)
		run_child(a->all);
	abuse_replace(&a->all->vms[pick(a, ABUSE_NR_VMS)], -1);
	if (waitpid(pid, &status, 0) != pid || status)
		return soak_fail("a child may use its parent's VM");
	return true;
}

/* The more often one is here, the more often it is done. */
static bool (*const steps[])(struct abuser *a) = {
	create,	    close_any,	renew_kvm,  bind,	bind,	    set_memory,	 set_memory,
	set_memory, set_memory, set_memory, call,	call,	    call,	 call,
	call,	    call,	call,	    call,	call,	    call,	 call,
	call,	    call,	call,	    call,	call,	    call,	 call,
	resume,	    ask,	ask,	    set_policy, reset,	    throw_noise, disturb_memory,
	fork_child, abuse_lend, abuse_lend, abuse_lend, abuse_lend, set_window,	 set_npi,
};

bool abuse_step(struct abuser *a)
{
	return steps[pick(a, sizeof(steps) / sizeof(steps[0]))](a);
}
