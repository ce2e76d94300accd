// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that a VM shares, lends and donates, as its VMM sees it: what is pinned, charged, taken from
 * the guest and given back, and what is left when somebody dies. Runs in the machine with the
 * development SPMC; what descriptors may say is tested in test/scenarios.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/userfaultfd.h>
#include <linux/vffa.h>

#include "sends.h"
#include "sp/proto.h"

static uint64_t pinned(struct fixture *f)
{
	return vm_info(f).pinned_pages - MAILBOXES;
}

static bool is_gone(struct fixture *f, uint64_t ipa)
{
	return !can_read(at(f, ipa)) && libvffa_vm_is_revoked(f->vm, ipa, PAGE) == 1;
}

static bool is_there(struct fixture *f, uint64_t ipa)
{
	return can_read(at(f, ipa)) && libvffa_vm_is_revoked(f->vm, ipa, PAGE) == 0;
}

static void shared_pages_are_pinned_until_reclaimed(struct fixture *f)
{
	uint64_t handle;
	long before;

	begin(f);
	before = locked_kib();
	handle = share(f, BASE, 5);
	EXPECT(handle != HANDLE_NONE);
	EXPECT(pinned(f) == 5);
	EXPECT(locked_kib() == before + 20);
	EXPECT(is_there(f, BASE));
	EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == -EBUSY);

	EXPECT(retrieve(f, handle) == 0);
	EXPECT(f->x[4] == 5);
	EXPECT(ask(f, BORROWER_FILL, handle, 1000) == 0);
	EXPECT(((uint64_t *)at(f, BASE))[1] == 1001);
	EXPECT(reclaim(f, handle, 0) == FFA_ERROR);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(pinned(f) == 5);

	EXPECT(ask(f, BORROWER_RELINQUISH, handle, 0) == 0);
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(pinned(f) == 0);
	EXPECT(locked_kib() == before);
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(set_slot(f->vm, 0, 0, 0, NULL, 0) == 0);
}

static void shares_may_cross_slots(struct fixture *f)
{
	uint64_t handle;
	uint32_t len;

	begin(f);
	EXPECT(set_slot(f->vm, 1, RAM_BASE + RAM_SIZE, 0x4000, at(f, BASE), 0) == 0);
	len = describe(f, FFA_MEM_ATTRS_NORMAL, 0, RAM_BASE + RAM_SIZE - 0x3000, 1);
	put(f, 0x50, 6, 4);
	put(f, HEAD + 8, 6, 4);
	EXPECT(call(f, FFA_MEM_SHARE_32, len, len, 0) == FFA_SUCCESS_32);
	handle = handle_of(f);
	EXPECT(pinned(f) == 6);
	EXPECT(set_slot(f->vm, 1, 0, 0, NULL, 0) == -EBUSY);
	EXPECT(retrieve(f, handle) == 0);
	EXPECT(ask(f, BORROWER_FILL, handle, 0) == 0);
	EXPECT(*(uint64_t *)(f->ram + RAM_SIZE - 0x3000) == 0);
	EXPECT(*(uint64_t *)at(f, BASE) == 3 * 512);
	EXPECT(ask(f, BORROWER_RELINQUISH, handle, 0) == 0);
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(set_slot(f->vm, 1, 0, 0, NULL, 0) == 0);
	EXPECT(pinned(f) == 0);
}

/* One page at two guest addresses is one page. */
static void a_page_has_one_use_whatever_its_address(struct fixture *f)
{
	uint64_t handle;

	begin(f);
	EXPECT(set_slot(f->vm, 1, RAM_BASE + RAM_SIZE, 0x4000, at(f, BASE), 0) == 0);
	handle = share(f, BASE, 1);
	EXPECT(handle != HANDLE_NONE);
	EXPECT(lend(f, 0, RAM_BASE + RAM_SIZE, 1) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(pinned(f) == 0);
}

/* What is behind RAM, with @attrs, rights @perms and @flags. */
static bool is_denied(struct fixture *f, uint64_t fid, uint16_t attrs, uint8_t perms,
		      uint32_t flags)
{
	uint32_t len = describe(f, attrs, flags, RAM_BASE + RAM_SIZE, 1);

	put(f, 0x32, perms, 1);
	EXPECT(start(f, fid, len, len, 0) == 0);
	return is_error(f, FFA_RET_DENIED);
}

/* Not even to be read, nor beside pages that it can write. */
static void what_the_guest_may_only_read_it_cannot_give(struct fixture *f)
{
	const uint64_t end = RAM_BASE + RAM_SIZE;
	uint32_t len;

	begin(f);
	EXPECT(set_slot(f->vm, 1, end, 0x4000, at(f, BASE), LIBVFFA_MEM_READONLY) == 0);
	EXPECT(is_denied(f, FFA_MEM_SHARE_32, FFA_MEM_ATTRS_NORMAL, FFA_MEM_DATA_RW, 0));
	EXPECT(is_denied(f, FFA_MEM_SHARE_32, FFA_MEM_ATTRS_NORMAL, FFA_MEM_DATA_RO, 0));
	EXPECT(is_denied(f, FFA_MEM_LEND_32, 0, FFA_MEM_DATA_RW, 0));
	EXPECT(is_denied(f, FFA_MEM_LEND_32, 0, FFA_MEM_DATA_RO, FFA_MEM_FLAG_ZERO));

	len = describe(f, FFA_MEM_ATTRS_NORMAL, 0, end - PAGE, 1);
	put(f, 0x50, 2, 4);
	put(f, HEAD + 8, 2, 4);
	EXPECT(start(f, FFA_MEM_SHARE_32, len, len, 0) == 0);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(pinned(f) == 0);
	EXPECT(set_slot(f->vm, 1, 0, 0, NULL, 0) == 0);
}

static void lent_memory_is_the_borrowers_alone(struct fixture *f)
{
	uint64_t handle;

	begin(f);
	memset(at(f, BASE), 0x5a, 4 * PAGE);
	handle = lend(f, 0, BASE, 2);
	EXPECT(handle != HANDLE_NONE);
	EXPECT(is_gone(f, BASE) && is_there(f, BASE + PAGE) && is_gone(f, BASE + 2 * PAGE));
	EXPECT(pinned(f) == 2);
	EXPECT(retrieve(f, handle) == 0);
	EXPECT(ask(f, BORROWER_FILL, handle, 7) == 0);
	EXPECT(ask(f, BORROWER_RELINQUISH, handle, 0) == 0);
	EXPECT(is_gone(f, BASE));
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(is_there(f, BASE) && is_there(f, BASE + 2 * PAGE));
	EXPECT(((uint64_t *)at(f, BASE))[0] == 7);
	EXPECT(((uint64_t *)at(f, BASE))[512 * 2] == 7 + 512);
	EXPECT(at(f, BASE)[PAGE] == 0x5a);
	EXPECT(pinned(f) == 0);
}

static void contents_survive_unless_zeroing_was_asked_for(struct fixture *f)
{
	uint64_t handle;

	begin(f);
	memset(at(f, BASE), 0x5a, PAGE);
	handle = lend(f, 0, BASE, 1);
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(at(f, BASE)[0] == 0x5a && at(f, BASE)[PAGE - 1] == 0x5a);
	handle = lend(f, 0, BASE, 1);
	EXPECT(reclaim(f, handle, FFA_MEM_FLAG_ZERO) == FFA_SUCCESS_32);
	EXPECT(at(f, BASE)[0] == 0 && at(f, BASE)[PAGE - 1] == 0);

	memset(at(f, BASE), 0x5a, PAGE);
	handle = lend(f, FFA_MEM_FLAG_ZERO, BASE, 1);
	EXPECT(handle != HANDLE_NONE);
	EXPECT(retrieve(f, handle) == 0);
	EXPECT(ask(f, BORROWER_RELINQUISH, handle, 0) == 0);
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(at(f, BASE)[0] == 0 && at(f, BASE)[PAGE - 1] == 0);
}

static void lent_memory_has_no_other_use(struct fixture *f)
{
	uint64_t handle;

	begin(f);
	handle = lend(f, 0, BASE, 1);
	EXPECT(share(f, BASE, 1) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(lend(f, 0, BASE, 1) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, BASE, 1) == FFA_ERROR);
	map_buffers(f);
	EXPECT(lend(f, 0, TX, 1) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(pinned(f) == 1);
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
}

static int get_exit(struct fixture *f, struct vffa_parked_call *call)
{
	/* libvffa's descriptor is the VM's: the last one that was opened. */
	for (int fd = 64; fd > 2; fd--) {
		if (ioctl(fd, VFFA_VM_GET_EXIT, call) == 0)
			return 0;
		if (errno != EBADF && errno != ENOTTY)
			return -errno;
	}
	return -EBADF;
}

static void parked_calls_say_what_they_want(struct fixture *f)
{
	struct vffa_guest_range ranges[8];
	struct vffa_parked_call req = { 0 };

	begin(f);
	EXPECT(get_exit(f, &req) == -ENOENT);
	EXPECT(start_lend(f, 0, BASE, 3) == 1);
	EXPECT(get_exit(f, &req) == 0);
	EXPECT(req.op == VFFA_PARKED_REVOKE && req.nr_ranges == 3 && req.max == 0);

	req = (struct vffa_parked_call){ .first = 1, .max = 8, .ranges = (uintptr_t)ranges };
	EXPECT(get_exit(f, &req) == 0);
	EXPECT(req.nr_ranges == 3 && req.max == 2);
	EXPECT(ranges[0].guest_phys_addr == BASE + 2 * PAGE && ranges[0].size == PAGE);
	EXPECT(ranges[1].guest_phys_addr == BASE + 4 * PAGE && ranges[1].size == PAGE);
	req = (struct vffa_parked_call){ .max = 1, .ranges = (uintptr_t)ranges };
	EXPECT(get_exit(f, &req) == 0 && req.max == 1);
	EXPECT(ranges[0].guest_phys_addr == BASE);
	req = (struct vffa_parked_call){ .first = 3, .max = -1u, .ranges = 1 };
	EXPECT(get_exit(f, &req) == 0 && req.max == 0);

	req = (struct vffa_parked_call){ .max = 1, .ranges = 1 };
	EXPECT(get_exit(f, &req) == -EFAULT);
	req = (struct vffa_parked_call){ .pad = 1 };
	EXPECT(get_exit(f, &req) == -EINVAL);
	req = (struct vffa_parked_call){ .vcpu = 2 };
	EXPECT(get_exit(f, &req) == -EINVAL);
	req = (struct vffa_parked_call){ .vcpu = 1 };
	EXPECT(get_exit(f, &req) == -ENOENT);

	/* The vCPU is held; the other one is not, and nobody else gets the pages. */
	EXPECT(start(f, FFA_ID_GET, 0, 0, 0) == -EBUSY);
	f->x[0] = FFA_ID_GET;
	EXPECT(libvffa_vm_call(f->vm, 1, 0, f->x) == 0);
	EXPECT(finish(f) == 0);
	EXPECT(handle_of(f) != HANDLE_NONE);
	EXPECT(get_exit(f, &req) == -ENOENT);
	EXPECT(reclaim(f, handle_of(f), 0) == FFA_SUCCESS_32);
}

static void a_vmm_that_cannot_revoke_has_it_denied(struct fixture *f)
{
	begin(f);
	EXPECT(start_lend(f, 0, BASE, 3) == 1);
	EXPECT(pinned(f) == 3);
	EXPECT(libvffa_vm_resume(f->vm, 0, -EACCES, f->x) == 0);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(pinned(f) == 0);
	EXPECT(is_there(f, BASE));
	EXPECT(share(f, BASE, 3) != HANDLE_NONE);
}

/* Part of a huge page of hugetlbfs cannot be protected. */
static void huge_pages_are_lent_whole_or_not_at_all(struct fixture *f)
{
	const uint64_t ipa = RAM_BASE + 0x40000000, size = 2 << 20;
	int fd = open("/proc/sys/vm/nr_hugepages", O_WRONLY);
	uint64_t handle;
	uint32_t len;
	void *huge;

	if (fd < 0) {
		skip("this kernel has no huge pages");
		return;
	}
	EXPECT(write(fd, "4", 1) == 1);
	huge = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
		    -1, 0);
	EXPECT(huge != MAP_FAILED);
	begin(f);
	EXPECT(set_slot(f->vm, 1, ipa, size, huge, 0) == 0);
	EXPECT(lend(f, 0, ipa, 2) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(pinned(f) == 0);

	len = describe(f, 0, 0, ipa, 1);
	put(f, 0x50, size / PAGE, 4);
	put(f, HEAD + 8, size / PAGE, 4);
	EXPECT(start(f, FFA_MEM_LEND_32, len, len, 0) == 1);
	EXPECT(finish(f) == 0);
	handle = handle_of(f);
	EXPECT(handle != HANDLE_NONE);
	EXPECT(pinned(f) == size / PAGE);
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(set_slot(f->vm, 1, 0, 0, NULL, 0) == 0);
	EXPECT(munmap(huge, size) == 0);
	EXPECT(write(fd, "0", 1) == 1);
	close(fd);
}

static void reset_takes_everything_back(struct fixture *f)
{
	uint64_t handle;

	for (int i = 0; i < 2; i++) {
		begin(f);
		memset(at(f, BASE), 0x5a, PAGE);
		EXPECT(share(f, BASE + 0x80000, 3) != HANDLE_NONE);
		handle = lend(f, 0, BASE, 3);
		EXPECT(handle != HANDLE_NONE);
		EXPECT(start_lend(f, 0, BASE + 0x40000, 2) == 1);
		EXPECT(pinned(f) == 8);
		EXPECT(libvffa_vm_reset(f->vm) == 0);
		EXPECT(vm_info(f).pinned_pages == 0);
		EXPECT(is_there(f, BASE) && is_there(f, BASE + 4 * PAGE));
		EXPECT(at(f, BASE)[0] == 0x5a);
		EXPECT(libvffa_vm_is_revoked(f->vm, 0, UINT64_MAX) == 0);
	}
	begin(f);
	EXPECT(reclaim(f, handle, 0) == FFA_ERROR);
	EXPECT(is_error(f, FFA_RET_INVALID_PARAMETERS));
}

/* Another VM has borrower give back what it has of one that cannot ask for it any more. */
static void have_relinquished(struct fixture *f, uint64_t handle)
{
	struct fixture other = { .ctx = f->ctx, .vm = create(f, 1) };

	EXPECT(call(&other, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	EXPECT(ask(&other, BORROWER_RELINQUISH, handle, 0) == 0);
	libvffa_vm_destroy(other.vm);
}

/* While a partition has the memory there is no new life. */
static void reset_waits_for_borrowers(struct fixture *f)
{
	uint64_t handle;
	int tries = 0;

	begin(f);
	handle = lend(f, 0, BASE, 1);
	EXPECT(retrieve(f, handle) == 0);
	EXPECT(libvffa_vm_reset(f->vm) == -EBUSY);
	EXPECT(vm_info(f).state == LIBVFFA_STATE_STOPPING);
	EXPECT(vm_info(f).pinned_pages == 1);
	EXPECT(is_gone(f, BASE));

	have_relinquished(f, handle);
	while (libvffa_vm_reset(f->vm) == -EBUSY && tries++ < 1000)
		usleep(100000);
	EXPECT(vm_info(f).state == LIBVFFA_STATE_READY);
	EXPECT(vm_info(f).pinned_pages == 0);
	EXPECT(is_there(f, BASE));
}

static void limited(struct fixture *f, const struct libvffa_vm_options *limits)
{
	struct libvffa_vm_options options = *limits;

	options.size = sizeof(options);
	options.nr_vcpus = 2;
	libvffa_vm_destroy(f->vm);
	f->vm = create_with(f, &options);
	EXPECT(set_slot(f->vm, 0, RAM_BASE, RAM_SIZE, f->ram, 0) == 0);
	begin(f);
}

static void handles_are_limited(struct fixture *f)
{
	uint64_t handle;

	limited(f, &(struct libvffa_vm_options){ .max_handles = 2 });
	handle = share(f, BASE, 1);
	EXPECT(share(f, BASE + 0x10000, 1) != HANDLE_NONE);
	EXPECT(share(f, BASE + 0x20000, 1) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
	EXPECT(pinned(f) == 2);
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(share(f, BASE + 0x20000, 1) != HANDLE_NONE);
}

static void pieces_are_limited(struct fixture *f)
{
	limited(f, &(struct libvffa_vm_options){ .max_pieces = 2 });
	EXPECT(lend(f, 0, BASE, 3) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(pinned(f) == 0);
	EXPECT(lend(f, 0, BASE, 2) != HANDLE_NONE);
	EXPECT(share(f, BASE + 0x10000, 3) != HANDLE_NONE);
}

static void set_max_mappings(const char *n)
{
	int fd = open("/proc/sys/vm/max_map_count", O_WRONLY);

	EXPECT(write(fd, n, strlen(n)) == (ssize_t)strlen(n));
	close(fd);
}

/*
 * Every second page of twenty, and the pages between: that is one mapping, as long as nothing comes back.
 * A guest that does it again and again must be refused before it is too late.
 */
static void what_could_not_come_back_is_not_lent(struct fixture *f)
{
	uint64_t handles[80];
	uint32_t nr = 0;

	set_max_mappings("300");
	limited(f, &(struct libvffa_vm_options){ 0 });
	set_max_mappings("65530");
	for (; nr < 80; nr++) {
		handles[nr] = lend(f, 0, BASE + nr / 2 * 20 * PAGE + nr % 2 * PAGE, 10);
		if (handles[nr] == HANDLE_NONE)
			break;
	}
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(nr == 7);
	EXPECT(pinned(f) == 70);

	for (uint32_t i = 0; i < nr; i += 2)
		EXPECT(reclaim(f, handles[i], 0) == FFA_SUCCESS_32);
	for (uint32_t i = 1; i < nr; i += 2)
		EXPECT(reclaim(f, handles[i], 0) == FFA_SUCCESS_32);
	EXPECT(pinned(f) == 0);
	EXPECT(is_there(f, BASE) && is_there(f, BASE + 79 * PAGE));
	EXPECT(libvffa_vm_is_revoked(f->vm, 0, UINT64_MAX) == 0);
}

static void pages_are_limited(struct fixture *f)
{
	limited(f, &(struct libvffa_vm_options){ .max_pinned_pages = MAILBOXES + 4 });
	EXPECT(share(f, BASE, 5) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
	EXPECT(pinned(f) == 0);
	EXPECT(share(f, BASE, 4) != HANDLE_NONE);
	EXPECT(share(f, BASE + 0x10000, 1) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
}

/* The first 3 of 4 ranges. */
static uint64_t share_half(struct fixture *f, uint64_t base)
{
	uint32_t len = describe(f, FFA_MEM_ATTRS_NORMAL, 0, base, 4);

	if (call(f, FFA_MEM_SHARE_32, len, len - 16, 0) != FFA_MEM_FRAG_RX)
		return HANDLE_NONE;
	put(f, 0, base + 6 * PAGE, 8);
	put(f, 8, 1, 8);
	return f->x[2] << 32 | (uint32_t)f->x[1];
}

static void fragmented_sends_are_limited(struct fixture *f)
{
	uint64_t handle;

	limited(f, &(struct libvffa_vm_options){ .max_fragmented = 1 });
	EXPECT(share_half(f, BASE + 0x10000) != HANDLE_NONE);
	EXPECT(pinned(f) == 3);
	EXPECT(share_half(f, BASE) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
	EXPECT(pinned(f) == 3);

	limited(f, &(struct libvffa_vm_options){ .max_fragmented = 1 });
	handle = share_half(f, BASE);
	EXPECT(call(f, FFA_MEM_FRAG_TX, (uint32_t)handle, handle >> 32, 16) == FFA_SUCCESS_32);
	EXPECT(handle_of(f) == handle);
	EXPECT(pinned(f) == 4);
	EXPECT(share_half(f, BASE + 0x10000) != HANDLE_NONE);
}

/* Beside what a VM may have there is what those of a user, and all of them, may have. */
static void handles_of_several_vms_are_limited(struct fixture *f, const char *name,
					       const char *usual)
{
	uint64_t handle;

	limited(f, &(struct libvffa_vm_options){ 0 });
	set_parameter(name, "2");
	handle = share(f, BASE, 1);
	EXPECT(share(f, BASE + 0x10000, 1) != HANDLE_NONE);
	EXPECT(share(f, BASE + 0x20000, 1) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
	EXPECT(pinned(f) == 2);
	EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
	EXPECT(share(f, BASE + 0x20000, 1) != HANDLE_NONE);
	/* What is above a new limit stays. */
	set_parameter(name, "0");
	EXPECT(share(f, BASE + 0x30000, 1) == HANDLE_NONE);
	set_parameter(name, usual);
	EXPECT(share(f, BASE + 0x30000, 1) != HANDLE_NONE);
}

static void handles_of_a_user_are_limited(struct fixture *f)
{
	handles_of_several_vms_are_limited(f, "max_user_handles", "8192");
}

static void handles_are_limited_in_all(struct fixture *f)
{
	handles_of_several_vms_are_limited(f, "max_handles", "16384");
}

static void fragments_of_several_vms_are_limited(struct fixture *f, const char *name,
						 const char *usual)
{
	limited(f, &(struct libvffa_vm_options){ 0 });
	set_parameter(name, "1");
	EXPECT(share_half(f, BASE) != HANDLE_NONE);
	EXPECT(share_half(f, BASE + 0x10000) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_NO_MEMORY));
	set_parameter(name, usual);
	EXPECT(share_half(f, BASE + 0x10000) != HANDLE_NONE);
}

static void fragments_of_a_user_are_limited(struct fixture *f)
{
	fragments_of_several_vms_are_limited(f, "max_user_fragmented", "64");
}

static void fragments_are_limited_in_all(struct fixture *f)
{
	fragments_of_several_vms_are_limited(f, "max_fragmented", "128");
}

static void fragments_that_do_not_come_are_given_up(struct fixture *f)
{
	uint64_t handle;
	int tries = 0;

	limited(f, &(struct libvffa_vm_options){ .max_fragment_ms = 100 });
	handle = share_half(f, BASE);
	EXPECT(handle != HANDLE_NONE);
	while (pinned(f) && tries++ < 1000)
		usleep(100000);
	EXPECT(pinned(f) == 0);
	put(f, 0, BASE + 6 * PAGE, 8);
	call(f, FFA_MEM_FRAG_TX, (uint32_t)handle, handle >> 32, 16);
	EXPECT(is_error(f, FFA_RET_INVALID_PARAMETERS));
	EXPECT(lend(f, 0, BASE, 4) != HANDLE_NONE);
}

/* Its new owner decides on rights. */
static uint32_t describe_donation(struct fixture *f)
{
	uint32_t len = describe(f, 0, 0, BASE, 2);

	put(f, 0x32, 0, 1);
	return len;
}

static void donation_is_refused_unless_allowed(struct fixture *f)
{
	uint32_t len;

	begin(f);
	len = describe_donation(f);
	EXPECT(start(f, FFA_MEM_DONATE_32, len, len, 0) == 0);
	EXPECT(is_error(f, FFA_RET_DENIED));
	EXPECT(pinned(f) == 0);

	limited(f, &(struct libvffa_vm_options){ .flags = LIBVFFA_VM_MAY_DONATE });
	len = describe_donation(f);
	EXPECT(start(f, FFA_MEM_DONATE_32, len, len, 0) == 1);
	EXPECT(finish(f) == 0);
	EXPECT(handle_of(f) != HANDLE_NONE);
	EXPECT(is_gone(f, BASE) && is_gone(f, BASE + 2 * PAGE));
	/* Not retrieved, it is still the guest's. */
	EXPECT(reclaim(f, handle_of(f), 0) == FFA_SUCCESS_32);
	EXPECT(is_there(f, BASE));
}

/* Steps at which a VMM may be killed; each leaves a page of BASE in another place. */
static void do_half(struct fixture *f)
{
	EXPECT(share_half(f, BASE) != HANDLE_NONE);
}

/* @nr of 4 ranges, each in a fragment of its own, of which the first has the head as well. */
static void send_fragments(struct fixture *f, uint64_t fid, uint32_t nr)
{
	uint16_t attrs = fid == FFA_MEM_SHARE_32 ? FFA_MEM_ATTRS_NORMAL : 0;
	uint32_t len = describe(f, attrs, 0, BASE, 4);

	EXPECT(call(f, fid, len, HEAD + 16, 0) == FFA_MEM_FRAG_RX);
	for (uint32_t i = 1; i < nr; i++) {
		uint64_t low = f->x[1], high = f->x[2];

		put(f, 0, BASE + i * 2 * PAGE, 8);
		put(f, 8, 1, 8);
		/* The last one of a lend is parked. */
		EXPECT(start(f, FFA_MEM_FRAG_TX, low, high, 16) == (i == 3));
		EXPECT(i == 3 || f->x[0] == FFA_MEM_FRAG_RX);
	}
	EXPECT(pinned(f) == nr);
}

static void do_one_fragment(struct fixture *f)
{
	send_fragments(f, FFA_MEM_SHARE_32, 1);
}

static void do_two_fragments(struct fixture *f)
{
	send_fragments(f, FFA_MEM_SHARE_32, 2);
}

static void do_three_fragments(struct fixture *f)
{
	send_fragments(f, FFA_MEM_LEND_32, 3);
}

static void do_all_fragments(struct fixture *f)
{
	send_fragments(f, FFA_MEM_LEND_32, 4);
}

static void do_parked(struct fixture *f)
{
	EXPECT(start_lend(f, 0, BASE, 4) == 1);
}

/* As libvffa revokes, but for the resume. */
static void do_revoked(struct fixture *f)
{
	EXPECT(start_lend(f, 0, BASE, 4) == 1);
	EXPECT(mprotect(at(f, BASE), PAGE, PROT_NONE) == 0);
}

static void do_shared(struct fixture *f)
{
	EXPECT(share(f, BASE, 4) != HANDLE_NONE);
}

static void do_lent(struct fixture *f)
{
	EXPECT(lend(f, 0, BASE, 4) != HANDLE_NONE);
}

static void do_reclaimed(struct fixture *f)
{
	uint64_t handle = lend(f, 0, BASE, 4);

	EXPECT(start(f, FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0) == 1);
}

static void do_borrowed(struct fixture *f)
{
	uint64_t handle = lend(f, 0, BASE, 4);

	EXPECT(retrieve(f, handle) == 0);
	*(uint64_t *)at(f, BASE + PAGE) = handle;
}

/* A child with a VM of its own in the same memory gets as far as @step, and is killed. */
static void kill_after(struct fixture *f, void (*step)(struct fixture *f))
{
	struct fixture child = { .ctx = f->ctx, .ram = f->ram };
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		child.vm = create(f, 2);
		EXPECT(set_slot(child.vm, 0, RAM_BASE, RAM_SIZE, child.ram, 0) == 0);
		begin(&child);
		step(&child);
		if (failed_line())
			_exit(failed_line() & 0xff);
		kill(getpid(), SIGKILL);
	}
	EXPECT(waitpid(pid, &status, 0) == pid);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static int nr_vms(void)
{
	char text[16] = "";
	int fd = open("/sys/module/vffa/refcnt", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	close(fd);
	return n > 0 ? atoi(text) : -1;
}

/* Every VM takes two references: its own, and its descriptor's. The device's is ours. */
static bool comes_to(int nr)
{
	for (int tries = 0; tries < 1000; tries++) {
		if (nr_vms() == nr)
			return true;
		usleep(100000);
	}
	return false;
}

static void the_dead_leave_nothing(struct fixture *f)
{
	static void (*const steps[])(struct fixture * f) = {
		do_half,	  do_one_fragment, do_two_fragments, do_three_fragments,
		do_all_fragments, do_parked,	   do_revoked,	     do_shared,
		do_lent,	  do_reclaimed,
	};
	int before = nr_vms();
	uint64_t handle;

	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		*(uint64_t *)at(f, BASE) = i;
		kill_after(f, steps[i]);
		EXPECT(comes_to(before));
		/* The same pages of the host are anybody's again, and as they were. */
		map_buffers(f);
		EXPECT(*(uint64_t *)at(f, BASE) == i);
		handle = lend(f, 0, BASE, 4);
		EXPECT(handle != HANDLE_NONE);
		EXPECT(reclaim(f, handle, 0) == FFA_SUCCESS_32);
		EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
	}
}

/* Nobody gets what a partition holds of the dead, until it gives it back. */
static void what_a_partition_holds_of_the_dead_is_in_quarantine(struct fixture *f)
{
	uint16_t id = libvffa_vm_id(f->vm);
	int before = nr_vms();
	struct libvffa_vm *next;

	kill_after(f, do_borrowed);
	EXPECT(comes_to(before + 1));
	begin(f);
	EXPECT(share(f, BASE, 1) == HANDLE_NONE);
	EXPECT(is_error(f, FFA_RET_DENIED));
	next = create(f, 1);
	EXPECT(libvffa_vm_id(next) != id + 1);
	libvffa_vm_destroy(next);

	have_relinquished(f, *(uint64_t *)at(f, BASE + PAGE));
	EXPECT(comes_to(before));
	EXPECT(share(f, BASE, 4) != HANDLE_NONE);
}

/* What a VMM leaves for who looks after it, in memory that it did not send. */
struct kept {
	uint64_t id;
	uint64_t child;
};

static struct kept *kept_of(struct fixture *f)
{
	return (struct kept *)at(f, BASE + PAGE);
}

static void do_shared_and_kept(struct fixture *f)
{
	pid_t pid;

	do_shared(f);
	pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	*kept_of(f) = (struct kept){ libvffa_vm_id(f->vm), (uint64_t)pid };
}

static bool has_stopped(struct fixture *f, uint64_t id)
{
	struct libvffa_vm_status status = { .size = sizeof(status) };

	return libvffa_find_vm(f->ctx, (uint16_t)id, &status) == 0 && status.id == id &&
	       status.state == LIBVFFA_STATE_STOPPED && status.pages == 0;
}

/* The process is dead whose VM it was: nothing is pinned for a child that still has the descriptor. */
static void a_forked_child_keeps_a_descriptor_of_nothing(struct fixture *f)
{
	int before = nr_vms();

	kill_after(f, do_shared_and_kept);
	for (int tries = 0; tries < 1000 && !has_stopped(f, kept_of(f)->id); tries++)
		usleep(100000);
	EXPECT(has_stopped(f, kept_of(f)->id));
	begin(f);
	EXPECT(share(f, BASE, 4) != HANDLE_NONE);
	EXPECT(nr_vms() == before + 2);
	EXPECT(kill((pid_t)kept_of(f)->child, SIGKILL) == 0);
	EXPECT(comes_to(before));
}

/**
 * struct held_page - memory that does not come until let_come()
 * @uffd: a userfaultfd
 * @addr: PAGE bytes, never touched before
 */
struct held_page {
	int uffd;
	uint8_t *addr;
};

/* A kernel without userfaultfd cannot: the test is skipped. */
static bool hold_back(struct held_page *page, uint8_t *addr)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { (uintptr_t)addr, PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		EXPECT(errno == ENOSYS);
		skip("this kernel has no userfaultfd");
		return false;
	}
	page->addr = addr;
	/* Out of the way of get_exit(). */
	page->uffd = fcntl(fd, F_DUPFD_CLOEXEC, 100);
	close(fd);
	EXPECT(ioctl(page->uffd, UFFDIO_API, &api) == 0);
	EXPECT(ioctl(page->uffd, UFFDIO_REGISTER, &range) == 0);
	return true;
}

static bool is_waited_for(const struct held_page *page)
{
	struct pollfd fd = { .fd = page->uffd, .events = POLLIN };

	return poll(&fd, 1, 200000) == 1;
}

static void let_come(struct held_page *page)
{
	struct uffdio_zeropage zero = { .range = { (uintptr_t)page->addr, PAGE } };

	EXPECT(ioctl(page->uffd, UFFDIO_ZEROPAGE, &zero) == 0);
	close(page->uffd);
}

/** struct side - something done in a thread of its own */
struct side {
	struct fixture *f;
	int (*run)(struct fixture *f);
	int ret;
	atomic_bool done;
	pthread_t thread;
};

static void *run_side(void *arg)
{
	struct side *side = arg;

	side->ret = side->run(side->f);
	atomic_store(&side->done, true);
	return NULL;
}

static void set_out(struct side *side)
{
	EXPECT(pthread_create(&side->thread, NULL, run_side, side) == 0);
}

static bool comes_back(struct side *side)
{
	for (int tries = 0; tries < 1000 && !atomic_load(&side->done); tries++)
		usleep(100000);
	return atomic_load(&side->done);
}

static int map_by_other_vcpu(struct fixture *f)
{
	uint64_t x[LIBVFFA_NR_REGS] = { FFA_RXTX_MAP_64, TX, RX, MAILBOXES / 2 };

	return libvffa_vm_call(f->vm, 1, 0, x) || x[0] != FFA_SUCCESS_32;
}

static int look_at_vm(struct fixture *f)
{
	struct libvffa_vm_status status = { .size = sizeof(status) };

	return libvffa_find_vm(f->ctx, libvffa_vm_id(f->vm), &status);
}

/* vffactl asks the same. */
static void who_looks_does_not_wait_for_a_vmms_memory(struct fixture *f)
{
	struct side mapping = { .f = f, .run = map_by_other_vcpu };
	struct side looking = { .f = f, .run = look_at_vm };
	struct held_page page;

	if (!hold_back(&page, at(f, RX)))
		return;
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	set_out(&mapping);
	EXPECT(is_waited_for(&page));
	set_out(&looking);
	EXPECT(comes_back(&looking));
	EXPECT(!atomic_load(&mapping.done));
	let_come(&page);
	pthread_join(looking.thread, NULL);
	pthread_join(mapping.thread, NULL);
	EXPECT(looking.ret == 0 && mapping.ret == 0);
	EXPECT(pinned(f) == 0);
}

static uint8_t *ranges_of_parked_call;

static int fetch_ranges(struct fixture *f)
{
	struct vffa_parked_call req = { .max = 1, .ranges = (uintptr_t)ranges_of_parked_call };

	return get_exit(f, &req);
}

static int reset_vm(struct fixture *f)
{
	return libvffa_vm_reset(f->vm);
}

static void a_reset_does_not_wait_for_a_vmms_memory(struct fixture *f)
{
	struct side fetching = { .f = f, .run = fetch_ranges };
	struct side resetting = { .f = f, .run = reset_vm };
	struct held_page page;

	ranges_of_parked_call =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!hold_back(&page, ranges_of_parked_call))
		return;
	begin(f);
	EXPECT(start_lend(f, 0, BASE, 3) == 1);
	set_out(&fetching);
	EXPECT(is_waited_for(&page));
	set_out(&resetting);
	EXPECT(comes_back(&resetting));
	EXPECT(!atomic_load(&fetching.done));
	let_come(&page);
	pthread_join(resetting.thread, NULL);
	pthread_join(fetching.thread, NULL);
	EXPECT(resetting.ret == 0 && fetching.ret == 0);
	EXPECT(munmap(ranges_of_parked_call, PAGE) == 0);
	EXPECT(vm_info(f).pinned_pages == 0);
}

static const struct test tests[] = {
	TEST(shared_pages_are_pinned_until_reclaimed),
	TEST(shares_may_cross_slots),
	TEST(a_page_has_one_use_whatever_its_address),
	TEST(what_the_guest_may_only_read_it_cannot_give),
	TEST(lent_memory_is_the_borrowers_alone),
	TEST(contents_survive_unless_zeroing_was_asked_for),
	TEST(lent_memory_has_no_other_use),
	TEST(parked_calls_say_what_they_want),
	TEST(a_vmm_that_cannot_revoke_has_it_denied),
	TEST(huge_pages_are_lent_whole_or_not_at_all),
	TEST(reset_takes_everything_back),
	TEST(reset_waits_for_borrowers),
	TEST(handles_are_limited),
	TEST(pieces_are_limited),
	TEST(what_could_not_come_back_is_not_lent),
	TEST(pages_are_limited),
	TEST(fragmented_sends_are_limited),
	TEST(handles_of_a_user_are_limited),
	TEST(handles_are_limited_in_all),
	TEST(fragments_of_a_user_are_limited),
	TEST(fragments_are_limited_in_all),
	TEST(fragments_that_do_not_come_are_given_up),
	TEST(donation_is_refused_unless_allowed),
	TEST(the_dead_leave_nothing),
	TEST(what_a_partition_holds_of_the_dead_is_in_quarantine),
	TEST(a_forked_child_keeps_a_descriptor_of_nothing),
	TEST(who_looks_does_not_wait_for_a_vmms_memory),
	TEST(a_reset_does_not_wait_for_a_vmms_memory),
};

int main(void)
{
	return run_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
