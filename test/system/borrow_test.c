// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that a partition gives to a VM, as its VMM sees it: the window, which is the VMM's mapping, but
 * not the VMM's to move, divide, keep or pass on. Runs in the machine with the development SPMC, where
 * it uses pages up: what is donated never comes back.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/vffa.h>

#include "sends.h"
#include "sp/proto.h"

#define WINDOW_IPA  0x80000000ull
#define WINDOW_SIZE (4 * PAGE)

/* Kernels have had names for these for long, not every C library. */
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

/* A VM that donates, and one that borrows what comes of it. */
struct pair {
	struct fixture *donor;
	struct fixture vm;
	uint8_t *window;
	uint64_t handle; /* of what borrower sent last */
};

static struct libvffa_vm *create_donor(struct fixture *f)
{
	struct libvffa_vm_options options = {
		.size = sizeof(options),
		.nr_vcpus = 2,
		.flags = LIBVFFA_VM_MAY_DONATE,
	};

	return create_with(f, &options);
}

static void map_window_at(struct pair *p, uint64_t ipa)
{
	void *addr = NULL;

	EXPECT(libvffa_vm_set_window(p->vm.vm, ipa, WINDOW_SIZE, &addr) == 0);
	p->window = addr;
}

static void map_window(struct pair *p)
{
	map_window_at(p, WINDOW_IPA);
}

/* The borrower's RAM is behind the donor's pages. */
static void begin_borrower(struct pair *p)
{
	p->vm = (struct fixture){ .ctx = p->donor->ctx, .ram = p->donor->ram + RAM_SIZE / 2 };
	p->vm.vm = create(&p->vm, 2);
	EXPECT(set_slot(p->vm.vm, 0, RAM_BASE, RAM_SIZE / 2, p->vm.ram, 0) == 0);
	begin(&p->vm);
}

/* A page full of 0x5a becomes borrower's. */
static void donate(struct fixture *f, uint64_t ipa)
{
	memset(at(f, ipa), 0x5a, PAGE);
	donate_to_borrower(f, ipa);
}

static void begin_pair(struct pair *p, struct fixture *f)
{
	*p = (struct pair){ .donor = f };
	libvffa_vm_destroy(f->vm);
	f->vm = create_donor(f);
	EXPECT(set_slot(f->vm, 0, RAM_BASE, RAM_SIZE / 2, f->ram, 0) == 0);
	begin(f);
	donate(f, BASE);
	begin_borrower(p);
}

static void end_pair(struct pair *p)
{
	libvffa_vm_destroy(p->vm.vm);
}

/* Borrower sends the page to the second VM. */
static void pass_on(struct pair *p, uint32_t fid)
{
	uint64_t to = libvffa_vm_id(p->vm.vm) | (uint64_t)(fid & 0xffff) << 16;

	EXPECT(ask_with(p->donor, BORROWER_PASS_ON, to, 0, 1, 0) == 0);
	p->handle = (uint32_t)p->donor->x[4] | p->donor->x[5] << 32;
}

/* Returns x0. */
static uint64_t borrow_with(struct fixture *f, uint64_t handle, uint8_t perms)
{
	return borrow_as(f, handle, 0, perms);
}

/* The answer says where it is. */
static void expect_at(struct pair *p, uint64_t want)
{
	uint64_t ipa;

	memcpy(&ipa, at(&p->vm, RX) + RESPONSE_HEAD + 16, sizeof(ipa));
	EXPECT(ipa == want);
	EXPECT(call(&p->vm, FFA_RX_RELEASE, 0, 0, 0) == FFA_SUCCESS_32);
}

/* The page is the first of the window. */
static void borrow(struct pair *p, uint8_t perms)
{
	EXPECT(borrow_with(&p->vm, p->handle, perms) == FFA_MEM_RETRIEVE_RESP);
	expect_at(p, WINDOW_IPA);
}

/* Returns x0. */
static uint64_t give_back(struct pair *p)
{
	return relinquish(&p->vm, p->handle);
}

/* What borrower sees in its page; needs no VM but one that can ask. */
static uint64_t seen_by_borrower(struct fixture *f)
{
	EXPECT(ask_with(f, BORROWER_READ_AT, 0, 0, 0, 0) == 0);
	return (uint32_t)f->x[4] | f->x[5] << 32;
}

static void begin_lent(struct pair *p, struct fixture *f)
{
	begin_pair(p, f);
	map_window(p);
	pass_on(p, FFA_MEM_LEND_32);
	borrow(p, FFA_MEM_DATA_RW);
}

/* Nobody but borrower has it any more, and it can be sent again. */
static void end_lent(struct pair *p)
{
	EXPECT(!can_read(p->window));
	EXPECT(ask(p->donor, BORROWER_RECLAIM, p->handle, 0) == 0);
	end_pair(p);
}

static void what_is_borrowed_is_in_the_window_until_it_is_given_back(struct fixture *f)
{
	struct pair p;

	begin_pair(&p, f);
	map_window(&p);
	for (int i = 0; i < 3; i++) {
		EXPECT(!can_read(p.window));
		pass_on(&p, FFA_MEM_LEND_32);
		EXPECT(!can_read(p.window));
		borrow(&p, FFA_MEM_DATA_RW);
		EXPECT(can_read(p.window) && !can_read(p.window + PAGE));
		if (!failed_line()) {
			EXPECT(p.window[PAGE - 1] == 0x5a);
			*(uint64_t *)p.window = 100 + i;
		}
		EXPECT(ask(f, BORROWER_RECLAIM, p.handle, 0) == FFA_RET_DENIED);
		EXPECT(give_back(&p) == FFA_SUCCESS_32);
		EXPECT(!can_read(p.window));
		EXPECT(give_back(&p) == FFA_ERROR && is_error(&p.vm, FFA_RET_INVALID_PARAMETERS));
		EXPECT(ask(f, BORROWER_RECLAIM, p.handle, 0) == 0);
		EXPECT(seen_by_borrower(f) == 100u + i);
	}
	end_pair(&p);
}

static void read_only_stays_read_only(struct fixture *f)
{
	struct pair p;

	begin_pair(&p, f);
	map_window(&p);
	pass_on(&p, FFA_MEM_SHARE_32);
	borrow(&p, FFA_MEM_DATA_RO);
	EXPECT(!can_write(p.window));
	EXPECT(can_read(p.window));
	EXPECT(!can_write(p.window));
	EXPECT(mprotect(p.window, WINDOW_SIZE, PROT_READ) == 0);
	EXPECT(can_read(p.window));
	EXPECT(mprotect(p.window, WINDOW_SIZE, PROT_READ | PROT_WRITE) == 0);
	EXPECT(!can_write(p.window));
	EXPECT(give_back(&p) == FFA_SUCCESS_32);
	end_lent(&p);
}

static void without_a_window_there_is_no_room(struct fixture *f)
{
	struct pair p;

	begin_pair(&p, f);
	pass_on(&p, FFA_MEM_LEND_32);
	EXPECT(borrow_with(&p.vm, p.handle, FFA_MEM_DATA_RW) == FFA_ERROR);
	EXPECT(is_error(&p.vm, FFA_RET_NO_MEMORY));
	map_window(&p);
	libvffa_vm_unmap_window(p.vm.vm);
	EXPECT(borrow_with(&p.vm, p.handle, FFA_MEM_DATA_RW) == FFA_ERROR);
	EXPECT(is_error(&p.vm, FFA_RET_NO_MEMORY));
	/* Nothing of it is left with the VM. */
	EXPECT(ask(f, BORROWER_RECLAIM, p.handle, 0) == 0);

	/* Nor is it nobody's, which a donation would be. */
	pass_on(&p, FFA_MEM_DONATE_32);
	EXPECT(borrow_with(&p.vm, p.handle, FFA_MEM_DATA_RW) == FFA_ERROR);
	EXPECT(is_error(&p.vm, FFA_RET_NO_MEMORY));
	EXPECT(ask(f, BORROWER_RECLAIM, p.handle, 0) == 0);
	end_pair(&p);
}

static uint32_t aligned(uint32_t n)
{
	return FFA_MEM_FLAG_ALIGNMENT | n << FFA_MEM_ALIGNMENT_SHIFT;
}

/* It is the guest's address that is aligned, wherever in the window that is. */
static void alignment_is_that_of_the_guests_address(struct fixture *f)
{
	struct pair p;

	begin_pair(&p, f);
	map_window_at(&p, WINDOW_IPA + PAGE);
	pass_on(&p, FFA_MEM_LEND_32);
	for (uint32_t n = 0; n < 3; n++) {
		EXPECT(borrow_as(&p.vm, p.handle, aligned(n), FFA_MEM_DATA_RW) ==
		       FFA_MEM_RETRIEVE_RESP);
		expect_at(&p, WINDOW_IPA + (PAGE << n));
		EXPECT(can_read(p.window + (PAGE << n) - PAGE));
		EXPECT(give_back(&p) == FFA_SUCCESS_32);
	}
	EXPECT(borrow_as(&p.vm, p.handle, aligned(3), FFA_MEM_DATA_RW) == FFA_ERROR);
	EXPECT(is_error(&p.vm, FFA_RET_DENIED));
	end_lent(&p);
}

/* libvffa's descriptor of the pair's second VM, which was opened last. */
static int vm_fd(void)
{
	struct vffa_vm_info info;

	for (int fd = 64; fd > 2; fd--) {
		if (ioctl(fd, VFFA_VM_GET_INFO, &info) == 0)
			return fd;
	}
	return -1;
}

static bool fails(long ret, int error)
{
	return ret == -1 && errno == error;
}

static void *map_again(size_t size, int flags, off_t offset)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, flags, vm_fd(), offset);
}

static void the_mapping_is_neither_moved_nor_divided_nor_doubled(struct fixture *f)
{
	uint8_t *elsewhere;
	struct pair p;

	begin_lent(&p, f);
	EXPECT(can_read(p.window));
	elsewhere = mmap(NULL, 2 * WINDOW_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(elsewhere != MAP_FAILED);
	EXPECT(mremap(p.window, WINDOW_SIZE, WINDOW_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
		      elsewhere) == MAP_FAILED);
	EXPECT(!can_read(elsewhere));
	EXPECT(mremap(p.window, WINDOW_SIZE, WINDOW_SIZE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP) ==
	       MAP_FAILED);
	EXPECT(mremap(p.window, 0, WINDOW_SIZE, MREMAP_MAYMOVE) == MAP_FAILED);
	EXPECT(mremap(p.window, WINDOW_SIZE, 2 * WINDOW_SIZE, MREMAP_MAYMOVE) == MAP_FAILED);
	EXPECT(mremap(p.window, WINDOW_SIZE, PAGE, 0) == MAP_FAILED);
	EXPECT(mremap(p.window, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere) ==
	       MAP_FAILED);
	EXPECT(fails(munmap(p.window, PAGE), EINVAL));
	EXPECT(fails(munmap(p.window + PAGE, PAGE), EINVAL));
	EXPECT(fails(mprotect(p.window, PAGE, PROT_READ), EINVAL));
	EXPECT(mmap(p.window, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	       MAP_FAILED);
	EXPECT(map_again(WINDOW_SIZE, MAP_SHARED, 0) == MAP_FAILED && errno == EBUSY);
	EXPECT(map_again(WINDOW_SIZE, MAP_PRIVATE, 0) == MAP_FAILED && errno == EINVAL);
	EXPECT(map_again(PAGE, MAP_SHARED, 0) == MAP_FAILED && errno == EINVAL);
	EXPECT(map_again(WINDOW_SIZE, MAP_SHARED, PAGE) == MAP_FAILED && errno == EINVAL);
	/* It is where it was, and what is in it can be taken away. */
	EXPECT(can_read(p.window) && can_write(p.window));
	EXPECT(give_back(&p) == FFA_SUCCESS_32);
	munmap(elsewhere, 2 * WINDOW_SIZE);
	end_lent(&p);
}

static void a_mapping_that_is_gone_may_come_back(struct fixture *f)
{
	struct pair p;
	void *again;

	begin_lent(&p, f);
	EXPECT(can_read(p.window));
	EXPECT(munmap(p.window, WINDOW_SIZE) == 0);
	again = map_again(WINDOW_SIZE, MAP_SHARED, 0);
	EXPECT(again != MAP_FAILED);
	EXPECT(can_read(again));
	/* Where libvffa believes it to be. */
	EXPECT(munmap(again, WINDOW_SIZE) == 0);
	EXPECT(mmap(p.window, WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, vm_fd(),
		    0) == p.window);
	EXPECT(can_read(p.window));
	EXPECT(mmap(p.window, WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, vm_fd(),
		    0) == p.window);
	EXPECT(can_read(p.window));
	EXPECT(give_back(&p) == FFA_SUCCESS_32);
	end_lent(&p);
}

static void what_is_taken_from_no_mapping_is_gone(struct fixture *f)
{
	struct pair p;

	begin_lent(&p, f);
	EXPECT(can_read(p.window));
	EXPECT(munmap(p.window, WINDOW_SIZE) == 0);
	EXPECT(give_back(&p) == FFA_SUCCESS_32);
	EXPECT(mmap(p.window, WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, vm_fd(),
		    0) == p.window);
	end_lent(&p);
}

/* What a forked child may do with the window: nothing. Its exit status is the first that it may. */
static int try_in_child(const struct pair *p)
{
	int fd = vm_fd();

	if (can_read(p->window))
		return 1;
	if (mmap(NULL, WINDOW_SIZE, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED)
		return 2;
	return fd >= 0 ? 3 : 0;
}

static void no_child_inherits_it(struct fixture *f)
{
	int status = -1;
	struct pair p;
	pid_t pid;

	begin_lent(&p, f);
	EXPECT(can_read(p.window));
	EXPECT(fails(madvise(p.window, WINDOW_SIZE, MADV_DOFORK), EINVAL));
	pid = fork();
	if (pid == 0)
		_exit(try_in_child(&p));
	EXPECT(waitpid(pid, &status, 0) == pid);
	EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	EXPECT(give_back(&p) == FFA_SUCCESS_32);
	end_lent(&p);
}

/* Whether others touch, move and protect the mapping while a page goes does not matter: it is gone. */
struct restless {
	uint8_t *window;
	atomic_bool stop;
};

static void *touch(void *arg)
{
	struct restless *r = arg;

	while (!atomic_load(&r->stop))
		(void)can_read(r->window);
	return NULL;
}

static void *disturb(void *arg)
{
	struct restless *r = arg;

	while (!atomic_load(&r->stop)) {
		(void)mremap(r->window, WINDOW_SIZE, WINDOW_SIZE,
			     MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
		(void)mprotect(r->window, WINDOW_SIZE, PROT_READ);
		(void)mprotect(r->window, WINDOW_SIZE, PROT_READ | PROT_WRITE);
		(void)munmap(r->window, PAGE);
	}
	return NULL;
}

static void what_goes_is_gone_whoever_touches_it(struct fixture *f)
{
	pthread_t threads[2];
	struct restless r;
	struct pair p;

	begin_pair(&p, f);
	map_window(&p);
	r = (struct restless){ .window = p.window };
	EXPECT(pthread_create(&threads[0], NULL, touch, &r) == 0);
	EXPECT(pthread_create(&threads[1], NULL, disturb, &r) == 0);
	for (int i = 0; i < 50 && !failed_line(); i++) {
		pass_on(&p, FFA_MEM_LEND_32);
		borrow(&p, FFA_MEM_DATA_RW);
		EXPECT(can_read(p.window));
		EXPECT(give_back(&p) == FFA_SUCCESS_32);
		EXPECT(!can_read(p.window));
		EXPECT(ask(f, BORROWER_RECLAIM, p.handle, 0) == 0);
	}
	atomic_store(&r.stop, true);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	end_pair(&p);
}

static void reset_gives_it_back(struct fixture *f)
{
	struct pair p;

	begin_lent(&p, f);
	EXPECT(can_read(p.window));
	EXPECT(libvffa_vm_reset(p.vm.vm) == 0);
	end_lent(&p);
}

/* As a VMM with a guest that borrows, until it is killed. */
static void borrow_and_die(struct pair *p)
{
	begin_borrower(p);
	map_window(p);
	pass_on(p, FFA_MEM_LEND_32);
	borrow(p, FFA_MEM_DATA_RW);
	if (!failed_line()) {
		memset(p->window, 0xa5, PAGE);
		*(uint64_t *)at(&p->vm, BASE) = p->handle;
	}
	if (failed_line())
		_exit(failed_line() & 0xff);
	kill(getpid(), SIGKILL);
}

/* The second VM is a child's, which is killed: its end is in the background. */
static void the_partition_has_back_what_the_dead_have_borrowed(struct fixture *f)
{
	int status = -1, tries = 0;
	struct pair p;
	pid_t pid;

	begin_pair(&p, f);
	end_pair(&p);
	pid = fork();
	if (pid == 0) {
		/* Calls of the donor are its own process's: another VM has borrower send. */
		struct fixture sender = { .ctx = f->ctx, .ram = f->ram };

		sender.vm = create(&sender, 1);
		EXPECT(call(&sender, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
		p.donor = &sender;
		borrow_and_die(&p);
	}
	EXPECT(waitpid(pid, &status, 0) == pid);
	EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	p.handle = *(uint64_t *)(f->ram + RAM_SIZE / 2 + (BASE - RAM_BASE));
	while (ask(f, BORROWER_RECLAIM, p.handle, 0) && tries++ < 1000)
		usleep(100000);
	EXPECT(tries <= 1000);
	EXPECT(seen_by_borrower(f) == 0xa5a5a5a5a5a5a5a5u);
}

/* KiB of this process's memory that are in huge pages. */
static long huge_kib(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "r");
	char line[128];
	long kib = 0;

	while (file && fgets(line, sizeof(line), file) && !kib)
		sscanf(line, "AnonHugePages: %ld", &kib);
	if (file)
		fclose(file);
	return kib;
}

static bool is_before(int major, int minor)
{
	struct utsname name;
	int have[2] = { 0 };

	uname(&name);
	sscanf(name.release, "%d.%d", &have[0], &have[1]);
	return have[0] < major || (have[0] == major && have[1] < minor);
}

/* What KVM could not show the guest is refused, and stays the partition's. */
static void parts_of_huge_pages_are_shown_where_kvm_can(struct fixture *f)
{
	const uint64_t ipa = RAM_BASE + 0x40000000, size = 2 << 20;
	uint8_t *mem =
		mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *huge = mem + (-(uintptr_t)mem & (size - 1));
	struct pair p;
	bool hidden;

	EXPECT(mem != MAP_FAILED);
	(void)madvise(huge, size, MADV_HUGEPAGE);
	memset(huge, 0x5a, size);
	hidden = huge_kib() && is_before(6, 13);
	begin_pair(&p, f);
	map_window(&p);
	EXPECT(set_slot(f->vm, 1, ipa, size, huge, 0) == 0);
	donate_to_borrower(f, ipa + 3 * PAGE);
	pass_on(&p, FFA_MEM_LEND_32);
	if (hidden) {
		EXPECT(borrow_with(&p.vm, p.handle, FFA_MEM_DATA_RW) == FFA_ERROR);
		EXPECT(is_error(&p.vm, FFA_RET_DENIED));
	} else {
		borrow(&p, FFA_MEM_DATA_RW);
		EXPECT(can_read(p.window));
		EXPECT(give_back(&p) == FFA_SUCCESS_32);
	}
	end_lent(&p);
	munmap(mem, 2 * size);
}

static const struct test tests[] = {
	TEST(what_is_borrowed_is_in_the_window_until_it_is_given_back),
	TEST(read_only_stays_read_only),
	TEST(without_a_window_there_is_no_room),
	TEST(alignment_is_that_of_the_guests_address),
	TEST(the_mapping_is_neither_moved_nor_divided_nor_doubled),
	TEST(a_mapping_that_is_gone_may_come_back),
	TEST(what_is_taken_from_no_mapping_is_gone),
	TEST(no_child_inherits_it),
	TEST(what_goes_is_gone_whoever_touches_it),
	TEST(reset_gives_it_back),
	TEST(parts_of_huge_pages_are_shown_where_kvm_can),
	TEST(the_partition_has_back_what_the_dead_have_borrowed),
};

int main(void)
{
	return run_tests(tests, sizeof(tests) / sizeof(tests[0]));
}
