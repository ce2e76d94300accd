// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it takes the relay to share memory and to take it back, in process over the development SPMC:
 * up to 1 GiB, in one range, and in ranges of a page that are anywhere in the host. Prints nanoseconds;
 * fails when a share does. Pages are pinned and found without any cost worth the name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../core/memdesc.h"
#include "../../spmc/inproc_port.h"
#include "../../spmc/sp/proto.h"
#include "../unit/fake_port.h"

#define TX_PA	     (SPMC_INPROC_RAM_BASE + 0x40000)
#define RX_PA	     (SPMC_INPROC_RAM_BASE + 0x80000)
#define BUFFER_PAGES 16u /* the guest's; the relay's are as the module's */
#define BUFFER_SIZE  (BUFFER_PAGES * FFA_PAGE_SIZE)

/* What is shared is every second page of the guest's, behind what the fake home has. */
#define MAX_PAGES   262144u
#define BULK_PAGES  (2 * MAX_PAGES)
#define FIRST_BULK  0x4000u
#define HOST_PAGES  (FIRST_BULK + BULK_PAGES)
#define FIRST_PFN   (SPMC_INPROC_RAM_BASE / FFA_PAGE_SIZE)
#define STEP	    140123u /* odd, and far from multiples of large powers of two */
#define MAX_SAMPLES 1001u

/* Nanoseconds, of one share and its reclaim. */
struct sample {
	double all;
	double pin;
	double smc;
};

static struct fake_port port;
static struct fake_vm vm;
static struct vffa_relay relay;
static struct vffa_lock locks[4];
static struct spmc_inproc *spmc;
static struct vffa_leaf *leaves[HOST_PAGES / VFFA_LEAF_PAGES];
static uint32_t nr_leaves;
static uint64_t nr_pinned;
static uint32_t nr_allocs;
static bool is_scattered;
static struct sample now;
static double clock_cost;

static double clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* What has passed since @start, less what it costs to look. */
static double since(double start)
{
	return clock_ns() - start - clock_cost;
}

static void die(const char *what)
{
	fprintf(stderr, "bench_mem: %s\n", what);
	exit(1);
}

static enum vffa_ret smc(void *arg, struct vffa_regs *regs, uint32_t *cpu)
{
	double start = clock_ns();
	enum vffa_ret ret = spmc_inproc_smc(spmc, regs, cpu);

	(void)arg;
	now.smc += since(start);
	return ret;
}

static uint64_t place_of(uint64_t ipa)
{
	uint32_t n = (uint32_t)((ipa - FAKE_BULK_IPA) >> FFA_PAGE_SHIFT);

	if (is_scattered)
		n = n * STEP & (BULK_PAGES - 1);
	return (FIRST_PFN + FIRST_BULK + n) << FFA_PAGE_SHIFT;
}

static enum vffa_ret pin(struct vffa_vm *v, const struct vffa_range *ranges, uint32_t nr_ranges,
			 struct vffa_hpa *pa)
{
	double start = clock_ns();

	(void)v;
	for (uint32_t r = 0; r < nr_ranges; r++) {
		for (uint32_t i = 0; i < ranges[r].nr_pages; i++)
			*pa++ = (struct vffa_hpa){ place_of(ranges[r].addr +
							    (uint64_t)i * FFA_PAGE_SIZE) };
		nr_pinned += ranges[r].nr_pages;
	}
	now.pin += since(start);
	return VFFA_OK;
}

static void unpin(struct vffa_vm *v, const struct vffa_extent *extents, uint32_t nr)
{
	(void)v;
	for (uint32_t i = 0; i < nr; i++)
		nr_pinned -= extents[i].nr_pages;
}

static enum vffa_ret charge(struct vffa_vm *v, uint32_t nr_pages)
{
	(void)v;
	(void)nr_pages;
	return VFFA_OK;
}

static void uncharge(struct vffa_vm *v, uint32_t nr_pages)
{
	(void)v;
	(void)nr_pages;
}

static enum vffa_ret charge_mem(struct vffa_vm *v, enum vffa_mem_kind kind)
{
	(void)v;
	(void)kind;
	return VFFA_OK;
}

static void uncharge_mem(struct vffa_vm *v, enum vffa_mem_kind kind)
{
	(void)v;
	(void)kind;
}

static struct vffa_leaf *leaf_get(void *arg, uint64_t nr, bool create)
{
	struct vffa_leaf **leaf = &leaves[nr - FIRST_PFN / VFFA_LEAF_PAGES];

	(void)arg;
	if (!*leaf && create) {
		*leaf = calloc(1, sizeof(**leaf));
		nr_leaves++;
	}
	return *leaf;
}

static void leaf_drop(void *arg, uint64_t nr)
{
	struct vffa_leaf **leaf = &leaves[nr - FIRST_PFN / VFFA_LEAF_PAGES];

	(void)arg;
	free(*leaf);
	*leaf = NULL;
	nr_leaves--;
}

static void *alloc(struct vffa_vm *v, uint32_t size)
{
	(void)v;
	nr_allocs++;
	return calloc(1, size);
}

static void free_mem(struct vffa_vm *v, void *mem)
{
	(void)v;
	nr_allocs -= !!mem;
	free(mem);
}

static enum vffa_ret lock(void *arg, struct vffa_lock *l)
{
	(void)arg;
	(void)l;
	return VFFA_OK;
}

/* There is one thread. */
static void no_lock(void *arg, struct vffa_lock *l)
{
	(void)arg;
	(void)l;
}

static void *va_of(uint64_t pa)
{
	return spmc_inproc_ram(spmc, pa);
}

static struct vffa_regs call(struct vffa_regs regs)
{
	double start;

	if (!vffa_vm_enter(&vm.vm))
		die("the VM has ended");
	start = clock_ns();
	if (vffa_call(&vm.vcpus[0], &regs, false) != VFFA_RESUME_GUEST)
		die("a call is parked");
	now.all += since(start);
	vffa_vm_leave(&vm.vm);
	return regs;
}

static void start(void)
{
	static const struct spmc_inproc_options opt = { .nr_cpus = 1, .ram_pages = HOST_PAGES };
	static struct vffa_port_ops ops;
	const struct vffa_vm_config vm_config = {
		.lock = &vm.lock,
		.nr_vcpus = 1,
		.vcpus = vm.vcpus,
		.mem = FAKE_MEM_LIMITS,
	};
	struct vffa_relay_config config = {
		.ops = &ops,
		.port = &port,
		.id_lock = &locks[0],
		.page_lock = &locks[1],
		.tx_lock = &locks[2],
		.rx_lock = &locks[3],
		.tx_pa = { TX_PA },
		.rx_pa = { RX_PA },
		.nr_pages = FFA_RXTX_MAP_PAGES_MASK,
	};

	ops = fake_ops;
	ops.smc = smc;
	ops.pin = pin;
	ops.unpin = unpin;
	ops.charge = charge;
	ops.uncharge = uncharge;
	ops.charge_mem = charge_mem;
	ops.uncharge_mem = uncharge_mem;
	ops.leaf_get = leaf_get;
	ops.leaf_drop = leaf_drop;
	ops.alloc = alloc;
	ops.free = free_mem;
	ops.lock = lock;
	ops.lock_always = no_lock;
	ops.unlock = no_lock;
	ops.assert_locked = no_lock;

	pthread_mutex_init(&port.mutex, NULL);
	port.va_of = va_of;
	port.vms[0] = &vm;
	vm.port = &port;
	fake_host_init(&port.host, FAKE_HOST_PAGES, 1);
	spmc = spmc_inproc_create(&opt);
	if (!spmc)
		die("there is no memory for the SPMC");
	config.tx = va_of(TX_PA);
	config.rx = va_of(RX_PA);
	if (vffa_relay_start(&relay, &config) || vffa_vm_init(&vm.vm, &relay, &vm_config))
		die("the relay does not start");
	(void)call((struct vffa_regs){ { FFA_VERSION, FFA_VERSION_1_2 } });
	if (call((struct vffa_regs){ { FFA_RXTX_MAP_64, FAKE_RAM_IPA, FAKE_RAM_IPA + BUFFER_SIZE,
				       BUFFER_PAGES } })
		    .x[0] != FFA_SUCCESS_32)
		die("FFA_RXTX_MAP");
}

static uint32_t write_head(uint32_t nr_ranges, uint32_t nr_pages)
{
	const struct vffa_mem_desc desc = {
		.sender = vm.vm.id,
		.attrs = FFA_MEM_ATTRS_NORMAL,
		.nr_receivers = 1,
		.receivers[0] = { .id = SP_ID_BORROWER, .perms = FFA_MEM_DATA_RW },
		.has_ranges = true,
		.nr_ranges = nr_ranges,
		.nr_pages = nr_pages,
	};

	vffa_mem_desc_encode(&desc, 2, vm.ram);
	return vffa_mem_desc_head_size(&desc, 2);
}

/* Ranges from *@done on, behind @len bytes, as far as TX goes; returns its length. */
static uint32_t write_ranges(uint32_t *done, uint32_t nr_ranges, uint32_t nr_pages, uint32_t len)
{
	for (; *done < nr_ranges && len + VFFA_MEM_RANGE_SIZE <= BUFFER_SIZE; ++*done) {
		const struct vffa_range range = {
			FAKE_BULK_IPA + (uint64_t)*done * 2 * FFA_PAGE_SIZE, nr_pages
		};

		vffa_mem_range_encode(&range, vm.ram + len);
		len += VFFA_MEM_RANGE_SIZE;
	}
	return len;
}

/* @nr_ranges of @nr_pages each. */
static void share_and_reclaim(uint32_t nr_ranges, uint32_t nr_pages)
{
	uint32_t total = write_head(nr_ranges, nr_ranges * nr_pages);
	uint32_t done = 0;
	uint32_t len = write_ranges(&done, nr_ranges, nr_pages, total);
	struct vffa_regs regs = { { FFA_MEM_SHARE_32, total + nr_ranges * VFFA_MEM_RANGE_SIZE,
				    len } };

	regs = call(regs);
	while (regs.x[0] == FFA_MEM_FRAG_RX) {
		len = write_ranges(&done, nr_ranges, nr_pages, 0);
		regs = call((struct vffa_regs){ { FFA_MEM_FRAG_TX, regs.x[1], regs.x[2], len } });
	}
	if (regs.x[0] != FFA_SUCCESS_32 || nr_pinned != (uint64_t)nr_ranges * nr_pages)
		die("a share fails");
	regs = call((struct vffa_regs){ { FFA_MEM_RECLAIM, regs.x[2], regs.x[3] } });
	if (regs.x[0] != FFA_SUCCESS_32 || nr_pinned)
		die("a reclaim fails");
}

static int compare(const void *a, const void *b)
{
	const struct sample *x = a;
	const struct sample *y = b;

	return x->all < y->all ? -1 : x->all > y->all;
}

/* Returns the relay's own part of a page. */
static double measure(uint32_t nr_ranges, uint32_t nr_pages)
{
	static struct sample samples[MAX_SAMPLES];
	uint32_t all_pages = nr_ranges * nr_pages;
	uint32_t nr = MAX_PAGES * 4 / all_pages;
	const struct sample *s;
	double own;

	nr = nr > MAX_SAMPLES ? MAX_SAMPLES : nr < 5 ? 5 : nr;
	for (uint32_t i = 0; i < nr; i++) {
		now = (struct sample){ 0 };
		share_and_reclaim(nr_ranges, nr_pages);
		samples[i] = now;
	}
	qsort(samples, nr, sizeof(samples[0]), compare);
	s = &samples[nr / 2];
	own = (s->all - s->pin - s->smc) / all_pages;
	printf("  %8ux%-7u %7u %12.0f %12.0f %12.0f %12.0f %8.1f\n", nr_ranges, nr_pages, all_pages,
	       s->all, s->pin, s->smc, s->all - s->pin - s->smc, own);
	return own;
}

static void calibrate(void)
{
	static double costs[MAX_SAMPLES];
	double start_ns = clock_ns();

	for (uint32_t i = 0; i < MAX_SAMPLES; i++)
		costs[i] = clock_ns();
	clock_cost = (costs[MAX_SAMPLES - 1] - start_ns) / MAX_SAMPLES;
}

int main(void)
{
	static const uint32_t sizes[] = { 1, 16, 256, 4096, 16384, 65536, MAX_PAGES };
	double own[2][sizeof(sizes) / sizeof(sizes[0])];
	unsigned int last = sizeof(sizes) / sizeof(sizes[0]) - 1;
	uint32_t allocs, kept;

	start();
	calibrate();
	allocs = nr_allocs;
	kept = nr_leaves;
	printf("\nMemory shared and reclaimed in process, with the development SPMC; nanoseconds\n");
	printf("  %16s %7s %12s %12s %12s %12s %8s\n", "RANGESxPAGES", "pages", "all", "= pin",
	       "+ SMC", "+ vffa", "a page");
	for (unsigned int i = 0; i <= last; i++)
		own[0][i] = measure(1, sizes[i]);
	is_scattered = true;
	for (unsigned int i = 0; i <= last; i++)
		own[1][i] = measure(sizes[i], 1);
	printf("  vffa's own for a page of 1 GiB over that for one of 64 MiB: %.2f in one range, %.2f scattered\n",
	       own[0][last] / own[0][last - 2], own[1][last] / own[1][last - 2]);
	if (nr_allocs != allocs || nr_leaves != kept)
		die("something is left");
	return 0;
}
