// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the kernel's that is lacking, in everything that a VM and its VMM ask of the relay: each
 * allocation fails once, the first, the second, and so on until there is none left. Runs in the machine,
 * on the debug kernel, with the development SPMC; host/faults.sh says which kind of allocation fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sends.h"
#include "sp/proto.h"

#define NR_PAGES  4
#define WORK_BASE (BASE + 0x40000)

/* Far more than anything allocates. */
#define MAX_FAULTS 500u

/**
 * struct work - something that may need memory
 * @name:	 of the test
 * @prepare:	 or NULL; the VM has buffers
 * @run:	 what is done. Returns 0, or -ENOMEM with everything as it was before
 * @undo:	 or NULL: after it has worked
 * @needs_none:	 it cannot fail for lack of memory
 */
struct work {
	const char *name;
	void (*prepare)(struct fixture *f);
	int (*run)(struct fixture *f);
	void (*undo)(struct fixture *f);
	bool needs_none;
};

static const struct work *work;
static const char *kind;
static uint64_t handle;
static struct libvffa_vm *second;

/* The nth allocation of this thread that may fail does; 0: none any more. */
static void fail_nth(unsigned int n)
{
	char text[16];
	int fd = open("/proc/thread-self/fail-nth", O_WRONLY);
	int len = snprintf(text, sizeof(text), "%u", n);

	EXPECT(fd >= 0 && write(fd, text, (size_t)len) == len);
	close(fd);
}

/* How many more would have had to be. */
static unsigned int nr_to_go(void)
{
	char text[16] = "";
	int fd = open("/proc/thread-self/fail-nth", O_RDONLY);

	EXPECT(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	return (unsigned int)atoi(text);
}

/* An answer that is neither is none that lack of memory may have. */
static int answer(struct fixture *f, uint64_t good)
{
	if (f->x[0] == good)
		return 0;
	return is_error(f, FFA_RET_NO_MEMORY) ? -ENOMEM : -EPROTO;
}

/* Memory goes to a partition and comes back. */
static void works(struct fixture *f)
{
	uint64_t shared;

	if (!vm_info(f).pinned_pages)
		map_buffers(f);
	shared = share(f, WORK_BASE, 2);
	EXPECT(shared != HANDLE_NONE);
	EXPECT(retrieve(f, shared) == 0);
	EXPECT(ask(f, BORROWER_FILL, shared, 7) == 0);
	EXPECT(*(uint64_t *)at(f, WORK_BASE) == 7);
	EXPECT(ask(f, BORROWER_RELINQUISH, shared, 0) == 0);
	EXPECT(reclaim(f, shared, 0) == FFA_SUCCESS_32);
}

static void undo(struct fixture *f)
{
	if (work->undo)
		work->undo(f);
}

/* With its nth allocation failing. Returns whether it has one; @refused: whether it then failed. */
static bool run_without_nth(struct fixture *f, unsigned int n, bool *refused)
{
	uint64_t pages = vm_info(f).pinned_pages;
	long kib = locked_kib();
	unsigned int left;
	int ret;

	fail_nth(n);
	ret = work->run(f);
	left = nr_to_go();
	fail_nth(0);
	EXPECT(ret == 0 || (ret == -ENOMEM && !left));
	if (ret != 0 && ret != -ENOMEM)
		printf("# %s: %u: %s, x0 %#llx, x2 %#llx\n", work->name, n, strerror(-ret),
		       (unsigned long long)f->x[0], (unsigned long long)f->x[2]);
	*refused = ret != 0;
	if (!ret)
		undo(f);
	EXPECT(vm_info(f).pinned_pages == pages);
	EXPECT(locked_kib() == kib);
	return !left;
}

static void survives(struct fixture *f)
{
	unsigned int nr = 0, nr_refused = 0;
	bool refused;

	begin(f);
	if (work->prepare)
		work->prepare(f);
	EXPECT(work->run(f) == 0);
	undo(f);
	while (!failed_line() && run_without_nth(f, nr + 1, &refused)) {
		nr++;
		nr_refused += refused;
		EXPECT(nr < MAX_FAULTS);
	}
	printf("# %s: %s: %u failed, %u times it was refused\n", kind, work->name, nr, nr_refused);
	EXPECT(work->needs_none == (nr == 0));
	EXPECT(work->run(f) == 0);
	undo(f);
	works(f);
}

static void allow_all(struct fixture *f)
{
	struct libvffa_policy_rule rule = { .flags = LIBVFFA_POLICY_ALLOW };

	EXPECT(libvffa_set_policy(f->ctx, &rule, 1) == 0);
}

static int set_policy(struct fixture *f)
{
	struct libvffa_policy_rule rule = { .flags = LIBVFFA_POLICY_ALLOW };

	return libvffa_set_policy(f->ctx, &rule, 1);
}

/* What does not end at once does in the background. */
static void wait_for_end(struct fixture *f)
{
	struct libvffa_status status = { .size = sizeof(status) };

	for (int tries = 0; tries < 1000; tries++) {
		EXPECT(libvffa_get_status(f->ctx, &status) == 0);
		if (status.nr_vms == 1)
			return;
		usleep(100000);
	}
	EXPECT(false);
}

static void end_second(struct fixture *f)
{
	libvffa_vm_destroy(second);
	wait_for_end(f);
}

static int create_second(struct fixture *f)
{
	struct libvffa_vm_options options = {
		.size = sizeof(options),
		.nr_vcpus = 2,
		.flags = LIBVFFA_VM_NPI_EVENTFD,
		.npi = 8,
	};
	void *window;
	int ret;

	ret = libvffa_vm_create(f->ctx, &options, &second);
	if (ret) {
		wait_for_end(f);
		return ret;
	}
	ret = set_slot(second, 0, RAM_BASE, RAM_SIZE, f->ram, 0);
	if (!ret)
		ret = libvffa_vm_set_window(second, RAM_BASE + RAM_SIZE, 0x4000000, &window);
	if (ret)
		end_second(f);
	return ret;
}

static void unmap_buffers(struct fixture *f)
{
	EXPECT(call(f, FFA_RXTX_UNMAP, 0, 0, 0) == FFA_SUCCESS_32);
	/* Which the system had, or had not. */
	EXPECT(madvise(at(f, TX), PAGE, MADV_REMOVE) == 0);
	EXPECT(madvise(at(f, RX), PAGE, MADV_REMOVE) == 0);
}

static int map_them(struct fixture *f)
{
	call(f, FFA_RXTX_MAP_64, TX, RX, MAILBOXES / 2);
	return answer(f, FFA_SUCCESS_32);
}

/* Memory that nobody has touched is found when it is pinned. */
static void forget(struct fixture *f)
{
	EXPECT(madvise(at(f, BASE), 2 * NR_PAGES * PAGE, MADV_REMOVE) == 0);
}

static int share_new(struct fixture *f)
{
	forget(f);
	handle = share(f, BASE, NR_PAGES);
	return answer(f, FFA_SUCCESS_32);
}

/* One that is parked waits for its VMM, which may find that it cannot do it just now. */
static int complete(struct fixture *f, int ret)
{
	bool lacking = false;

	while (ret == 1 || (ret == -ENOMEM && !lacking)) {
		lacking = ret == -ENOMEM;
		ret = finish(f);
	}
	return ret;
}

static int lend_new(struct fixture *f)
{
	int ret;

	forget(f);
	ret = complete(f, start_lend(f, 0, BASE, NR_PAGES));
	handle = handle_of(f);
	/* What its VMM cannot take from the guest. */
	if (is_error(f, FFA_RET_DENIED))
		return -ENOMEM;
	return ret ? ret : answer(f, FFA_SUCCESS_32);
}

static int take_back(struct fixture *f)
{
	int ret = complete(f, start(f, FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, 0));

	return ret ? ret : answer(f, FFA_SUCCESS_32);
}

static void lend_all(struct fixture *f)
{
	EXPECT(lend_new(f) == 0);
}

/* As it was before. */
static void begin_anew(struct fixture *f)
{
	begin(f);
	lend_all(f);
}

/* If the VMM cannot learn what to give back its guest has lost it, and only a reset helps. */
static int take_back_or_lose(struct fixture *f)
{
	int ret = take_back(f);

	if (!is_error(f, FFA_RET_ABORTED))
		return ret;
	EXPECT(libvffa_vm_reset(f->vm) == 0);
	begin_anew(f);
	return -ENOMEM;
}

static void reclaim_all(struct fixture *f)
{
	EXPECT(take_back(f) == 0);
}

/* Each range in a fragment of its own. */
static int share_fragments(struct fixture *f)
{
	uint32_t len = describe(f, FFA_MEM_ATTRS_NORMAL, 0, BASE, NR_PAGES);

	call(f, FFA_MEM_SHARE_32, len, HEAD + 16, 0);
	for (unsigned int i = 1; i < NR_PAGES && f->x[0] == FFA_MEM_FRAG_RX; i++) {
		put(f, 0, BASE + i * 2 * PAGE, 8);
		put(f, 8, 1, 8);
		call(f, FFA_MEM_FRAG_TX, f->x[1], f->x[2], 16);
	}
	handle = handle_of(f);
	return answer(f, FFA_SUCCESS_32);
}

/* Another VM, from the beginning. */
static void become(struct fixture *f, uint32_t flags, uint32_t npi)
{
	struct libvffa_vm_options options = {
		.size = sizeof(options),
		.nr_vcpus = 2,
		.flags = flags,
		.npi = npi,
	};

	libvffa_vm_destroy(f->vm);
	f->vm = create_with(f, &options);
	EXPECT(set_slot(f->vm, 0, RAM_BASE, RAM_SIZE, f->ram, 0) == 0);
	begin(f);
}

static void have_npi(struct fixture *f)
{
	become(f, LIBVFFA_VM_NPI_EVENTFD, 8);
}

static int notify(struct fixture *f)
{
	const uint64_t to_me = (uint64_t)SP_ID_NOTIFIER << 16 | libvffa_vm_id(f->vm);
	int ret;

	call(f, FFA_NOTIFICATION_BIND, to_me, 0, 1);
	ret = answer(f, FFA_SUCCESS_32);
	if (ret)
		return ret;
	call(f, FFA_NOTIFICATION_GET, libvffa_vm_id(f->vm), 1, 0);
	EXPECT(f->x[0] == FFA_SUCCESS_32);
	call(f, FFA_NOTIFICATION_UNBIND, to_me, 0, 1);
	return answer(f, FFA_SUCCESS_32);
}

static int send_directly(struct fixture *f)
{
	call(f, FFA_MSG_SEND_DIRECT_REQ_32, (uint64_t)libvffa_vm_id(f->vm) << 16 | SP_ID_ECHO, 0,
	     1);
	while (f->x[0] == FFA_INTERRUPT)
		call(f, FFA_RUN, f->x[1], 0, 0);
	return answer(f, FFA_MSG_SEND_DIRECT_RESP_32);
}

static void ask_mailer(struct fixture *f, uint64_t command)
{
	call(f, FFA_MSG_SEND_DIRECT_REQ_32, (uint64_t)libvffa_vm_id(f->vm) << 16 | SP_ID_MAILER, 0,
	     command);
	while (f->x[0] == FFA_INTERRUPT)
		call(f, FFA_RUN, f->x[1], 0, 0);
	EXPECT(f->x[0] == FFA_MSG_SEND_DIRECT_RESP_32);
}

static void prepare_mailer(struct fixture *f)
{
	have_npi(f);
	ask_mailer(f, MAILER_PATIENT);
}

static int send_indirectly(struct fixture *f)
{
	memset(at(f, TX), 0, 40);
	put(f, 8, 40, 4);
	put(f, 12, SP_ID_MAILER, 2);
	put(f, 14, libvffa_vm_id(f->vm), 2);
	put(f, 16, 16, 4);
	call(f, FFA_MSG_SEND2, 0, 0, 0);
	return answer(f, FFA_SUCCESS_32);
}

static void have_it_back(struct fixture *f)
{
	ask_mailer(f, 0);
	EXPECT((int32_t)f->x[3] == 0);
	EXPECT(call(f, FFA_RX_RELEASE, 0, 0, 0) == FFA_SUCCESS_32);
}

static int reset(struct fixture *f)
{
	return libvffa_vm_reset(f->vm);
}

/* Borrower has a page that it lends to the VM. */
static void have_borrower_lend(struct fixture *f)
{
	void *window;

	become(f, LIBVFFA_VM_MAY_DONATE, 0);
	EXPECT(libvffa_vm_set_window(f->vm, RAM_BASE + RAM_SIZE, NR_PAGES * PAGE, &window) == 0);
	donate_to_borrower(f, BASE);
	EXPECT(ask_with(f, BORROWER_PASS_ON,
			libvffa_vm_id(f->vm) | (uint64_t)(FFA_MEM_LEND_32 & 0xffff) << 16, 0, 1,
			0) == 0);
	handle = (uint32_t)f->x[4] | f->x[5] << 32;
}

static int borrow(struct fixture *f)
{
	borrow_as(f, handle, 0, FFA_MEM_DATA_RW);
	return answer(f, FFA_MEM_RETRIEVE_RESP);
}

static void give_back(struct fixture *f)
{
	call(f, FFA_RX_RELEASE, 0, 0, 0);
	EXPECT(relinquish(f, handle) == FFA_SUCCESS_32);
}

static const struct work all[] = {
	{ .name = "policy", .run = set_policy },
	{ .name = "create", .prepare = allow_all, .run = create_second, .undo = end_second },
	{ .name = "buffers", .prepare = unmap_buffers, .run = map_them, .undo = unmap_buffers },
	{ .name = "share", .run = share_new, .undo = reclaim_all },
	{ .name = "lend", .run = lend_new, .undo = reclaim_all },
	{ .name = "fragments", .run = share_fragments, .undo = reclaim_all },
	{ .name = "reclaim", .prepare = lend_all, .run = take_back_or_lose, .undo = lend_all },
	{ .name = "retrieve", .prepare = have_borrower_lend, .run = borrow, .undo = give_back },
	{ .name = "indirect-message",
	  .prepare = prepare_mailer,
	  .run = send_indirectly,
	  .undo = have_it_back,
	  .needs_none = true },
	{ .name = "direct-message", .run = send_directly, .needs_none = true },
	{ .name = "notifications", .prepare = have_npi, .run = notify, .needs_none = true },
	{ .name = "reset",
	  .prepare = lend_all,
	  .run = reset,
	  .undo = begin_anew,
	  .needs_none = true },
};

static const struct work *find(const char *name)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!strcmp(all[i].name, name))
			return &all[i];
	}
	return NULL;
}

/* faults-test KIND NAME...: what host/faults.sh calls the allocations that fail, and in what. */
int main(int argc, char **argv)
{
	int status = argc < 3;

	for (int i = 2; i < argc; i++) {
		char name[64];
		struct test test = { name, survives };

		work = find(argv[i]);
		if (!work)
			return 2;
		kind = argv[1];
		snprintf(name, sizeof(name), "%s: %s", kind, work->name);
		status |= run_tests(&test, 1);
	}
	return status;
}
