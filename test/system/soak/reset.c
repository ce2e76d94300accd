// SPDX-License-Identifier: GPL-2.0-only
/*
 * One VM that is reset over and over, with buffers mapped, RX full, and most times a partition at
 * work for it: it is as new afterwards, under its old id. Where a partition holds on to it, a reset
 * is EBUSY until it lets go.
 */
#include "soak.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "sp/proto.h"
#include <vffa/abi.h>

#define RAM_BASE 0x40000000ull
#define RAM_SIZE 0x20000ull

/* Longer than the host goes without an interrupt. */
#define SPIN_NS 50000000ull

/* How often a partition refuses to let go, and how often it is asked, at least once a second. */
#define NR_REFUSALS  3
#define MAX_TRIES    600
#define TRY_EVERY_MS 100

/* Every so many resets the partition refuses. */
#define REFUSE_EVERY 50

struct subject {
	struct libvffa *ctx;
	struct libvffa_vm *vm;
	uint16_t id;
	unsigned int nr_stopped; /* resets with a partition at work */
	unsigned int nr_busy;	 /* answers EBUSY to one that had to be tried again */
};

static bool is_new(struct subject *s)
{
	struct libvffa_vm_info info = { .size = sizeof(info) };

	if (libvffa_vm_get_info(s->vm, &info))
		return soak_fail("no info");
	if (info.ffa_version || info.pinned_pages || info.state != LIBVFFA_STATE_READY ||
	    info.id != s->id)
		return soak_fail("not as new: version %#x, %llu pages, state %u, id %u not %u",
				 info.ffa_version, (unsigned long long)info.pinned_pages,
				 info.state, info.id, s->id);
	return true;
}

static bool expect_call(struct subject *s, uint64_t x[LIBVFFA_NR_REGS], uint64_t answer)
{
	uint64_t fid = x[0];

	if (!soak_call(s->vm, x))
		return false;
	return x[0] == answer || soak_fail("call %#llx: %#llx %#llx", (unsigned long long)fid,
					   (unsigned long long)x[0], (unsigned long long)x[2]);
}

static bool request(struct subject *s, uint64_t x[LIBVFFA_NR_REGS])
{
	if (!soak_call(s->vm, x))
		return false;
	if (x[0] == FFA_INTERRUPT || x[0] == FFA_MSG_SEND_DIRECT_RESP_32)
		return true;
	return soak_fail("request: %#llx %#llx", (unsigned long long)x[0],
			 (unsigned long long)x[2]);
}

/* What a reset has to take back. */
static bool use(struct subject *s)
{
	uint64_t version[LIBVFFA_NR_REGS] = { FFA_VERSION, FFA_VERSION_1_2 };
	uint64_t map[LIBVFFA_NR_REGS] = { FFA_RXTX_MAP_64, RAM_BASE, RAM_BASE + 0x10000, 2 };
	uint64_t list[LIBVFFA_NR_REGS] = { FFA_PARTITION_INFO_GET };
	uint64_t spin[LIBVFFA_NR_REGS] = { FFA_MSG_SEND_DIRECT_REQ_32,
					   (uint64_t)s->id << 16 | SP_ID_YIELDER, 0, SP_SPIN,
					   SPIN_NS };

	if (!expect_call(s, version, FFA_VERSION_1_2) || !expect_call(s, map, FFA_SUCCESS_32) ||
	    !expect_call(s, list, FFA_SUCCESS_32) || !request(s, spin))
		return false;
	s->nr_stopped += spin[0] == FFA_INTERRUPT;
	return true;
}

/* As VMMs have to: it is EBUSY, too, when a partition did not come to an end in time. */
static bool reset_until_done(struct subject *s)
{
	int ret = libvffa_vm_reset(s->vm);

	for (int tries = 0; ret == -EBUSY && tries < MAX_TRIES; tries++) {
		s->nr_busy++;
		soak_sleep_ms(TRY_EVERY_MS);
		ret = libvffa_vm_reset(s->vm);
	}
	return !ret ? is_new(s) : soak_fail("reset: %s", strerror(-ret));
}

static bool plain_reset(struct subject *s)
{
	return use(s) && reset_until_done(s);
}

/* While it is held it can be seen, and takes no calls. */
static bool is_held(struct subject *s)
{
	struct libvffa_vm_status status = { .size = sizeof(status) };
	uint64_t x[LIBVFFA_NR_REGS] = { FFA_VERSION, FFA_VERSION_1_2 };
	int ret = libvffa_vm_call(s->vm, 0, 0, x);

	if (ret != -ESHUTDOWN)
		return soak_fail("a call of a VM that is held: %d", ret);
	if (libvffa_find_vm(s->ctx, s->id, &status) || status.id != s->id)
		return soak_fail("a VM that is held is not listed");
	if (!status.held_tries || !status.held_partitions || status.pages)
		return soak_fail("held: %u tries, %u partitions, %llu pages", status.held_tries,
				 status.held_partitions, (unsigned long long)status.pages);
	return true;
}

static bool refused_reset(struct subject *s)
{
	uint64_t refuse[LIBVFFA_NR_REGS] = { FFA_MSG_SEND_DIRECT_REQ_32,
					     (uint64_t)s->id << 16 | SP_ID_HOSTILE,
					     0,
					     HOSTILE_AVAIL,
					     0,
					     (uint32_t)FFA_RET_DENIED,
					     NR_REFUSALS };
	int ret;

	if (!use(s) || !request(s, refuse))
		return false;
	ret = libvffa_vm_reset(s->vm);
	if (ret != -EBUSY)
		return soak_fail("reset of a VM that is held: %d", ret);
	return is_held(s) && reset_until_done(s);
}

static bool reset_all(struct subject *s, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (!(i % REFUSE_EVERY == 1 ? refused_reset(s) : plain_reset(s)))
			return soak_fail("reset %u", i);
		soak_progress(i + 1, nr);
	}
	printf("# %u with a partition at work, %u more tries\n", s->nr_stopped, s->nr_busy);
	return s->nr_stopped > 0 || soak_fail("no partition was at work");
}

static bool prepare(struct subject *s, void *ram)
{
	struct libvffa_memory memory = {
		.size = sizeof(memory),
		.guest_phys_addr = RAM_BASE,
		.len_bytes = RAM_SIZE,
		.addr = ram,
	};

	if (ram == MAP_FAILED || libvffa_open(NULL, &s->ctx))
		return soak_fail("no memory, or no /dev/vffa");
	if (soak_create(s->ctx, &s->vm) || libvffa_vm_set_memory(s->vm, &memory))
		return soak_fail("no VM");
	s->id = libvffa_vm_id(s->vm);
	return true;
}

bool soak_reset(unsigned int nr, uint64_t seed)
{
	void *ram =
		mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct subject s = { 0 };
	bool good = prepare(&s, ram) && reset_all(&s, nr);

	libvffa_vm_destroy(s.vm);
	libvffa_close(s.ctx);
	return good && counters_are_zero();
}
