// SPDX-License-Identifier: GPL-2.0-only
/* The home in a process of tests. How stacks are switched is in fiber.c. */
#include "inproc.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "fiber.h"
#include "state.h"

#define CONSOLE_SIZE 4096
#define MAX_COROS    (SPMC_MAX_PARTS * SPMC_MAX_CPUS)

struct spmc_inproc {
	struct spmc *spmc;
	struct spmc_config cfg;
	pthread_mutex_t lock;
	uint8_t *ram;
	size_t ram_size;
	struct spmc_page *pages;
	struct spmc_range *ranges;
	unsigned int nr_coros;
	struct spmc_coro *coros[MAX_COROS];
	int irqs[SPMC_MAX_CPUS];
	uint64_t timers[SPMC_MAX_CPUS]; /* each of its CPU alone */
	uint64_t ahead_ns;
	unsigned int nr_mapped;
	unsigned int nr_sris;
	unsigned int fail_map;
	pthread_mutex_t console_lock;
	size_t console_len;
	char console[CONSOLE_SIZE];
};

static void *map(void *home, uint64_t pa, uint32_t nr_pages, unsigned int how)
{
	struct spmc_inproc *p = home;

	if (p->fail_map && !--p->fail_map)
		return NULL;
	__atomic_add_fetch(&p->nr_mapped, nr_pages, __ATOMIC_RELAXED);
	return spmc_inproc_ram(p, pa);
}

static void unmap(void *home, void *va, uint32_t nr_pages)
{
	struct spmc_inproc *p = home;

	__atomic_sub_fetch(&p->nr_mapped, nr_pages, __ATOMIC_RELAXED);
}

static void lock(void *home)
{
	struct spmc_inproc *p = home;

	pthread_mutex_lock(&p->lock);
}

static void unlock(void *home)
{
	struct spmc_inproc *p = home;

	pthread_mutex_unlock(&p->lock);
}

static uint64_t now_ns(void *home)
{
	struct spmc_inproc *p = home;
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec +
	       __atomic_load_n(&p->ahead_ns, __ATOMIC_RELAXED);
}

static struct spmc_coro *ctx_create(void *home, void (*entry)(void *arg), void *arg)
{
	struct spmc_inproc *p = home;
	struct spmc_coro *co = fiber_create(entry, arg);

	if (co)
		p->coros[p->nr_coros++] = co;
	return co;
}

static void ctx_enter(void *home, unsigned int cpu, struct spmc_coro *co, bool interruptible)
{
	fiber_enter(co);
}

static void ctx_leave(void *home, struct spmc_coro *co)
{
	fiber_leave(co);
}

static bool irq_pending(void *home, unsigned int cpu)
{
	struct spmc_inproc *p = home;
	int n = __atomic_load_n(&p->irqs[cpu], __ATOMIC_RELAXED);

	if (p->timers[cpu] && p->timers[cpu] <= now_ns(p)) {
		p->timers[cpu] = 0;
		spmc_interrupt(p->spmc, cpu);
	}
	if (n > 0)
		__atomic_store_n(&p->irqs[cpu], n - 1, __ATOMIC_RELAXED);
	return n;
}

static void raise_sri(void *home, unsigned int cpu)
{
	struct spmc_inproc *p = home;

	__atomic_add_fetch(&p->nr_sris, 1, __ATOMIC_RELAXED);
}

static void set_timer(void *home, unsigned int cpu, uint64_t at_ns)
{
	struct spmc_inproc *p = home;

	p->timers[cpu] = at_ns;
}

/* Keeps the end of what does not fit. */
static void log_text(void *home, const char *text, size_t len)
{
	struct spmc_inproc *p = home;
	size_t room = CONSOLE_SIZE - 1;
	size_t keep;

	pthread_mutex_lock(&p->console_lock);
	keep = p->console_len + len > room ? room - len : p->console_len;
	memmove(p->console, p->console + p->console_len - keep, keep);
	memcpy(p->console + keep, text, len);
	p->console_len = keep + len;
	p->console[p->console_len] = '\0';
	pthread_mutex_unlock(&p->console_lock);
}

static const struct spmc_platform ops = {
	.map = map,
	.unmap = unmap,
	.lock = lock,
	.unlock = unlock,
	.now_ns = now_ns,
	.ctx_create = ctx_create,
	.ctx_enter = ctx_enter,
	.ctx_leave = ctx_leave,
	.irq_pending = irq_pending,
	.raise_sri = raise_sri,
	.set_timer = set_timer,
	.log = log_text,
};

static struct spmc_config make_config(struct spmc_inproc *p, const struct spmc_inproc_options *opt)
{
	return (struct spmc_config){
		.ops = &ops,
		.home = p,
		.minor = opt->version_minor ? opt->version_minor - 1 : SPMC_MAX_MINOR,
		.id = 0x8000,
		.nr_cpus = opt->nr_cpus ? opt->nr_cpus : 2,
		.ram_base = SPMC_INPROC_RAM_BASE,
		.ram_pages = opt->ram_pages ? opt->ram_pages : 4096,
		.nr_ranges = opt->ram_pages ? opt->ram_pages : 4096,
		.sri_intid = SPMC_INPROC_SRI,
		.rxtx_granule = opt->rxtx_granule,
		.rxtx_max_pages = opt->rxtx_max_pages,
		.manifests = opt->manifests ? opt->manifests : spmc_manifests,
		.nr_manifests = opt->manifests ? opt->nr_manifests : spmc_nr_manifests,
		.images = spmc_images,
		.nr_images = spmc_nr_images,
	};
}

static int start_up(struct spmc_inproc *p)
{
	int err = spmc_init(p->spmc, &p->cfg);

	for (unsigned int cpu = 0; cpu < p->cfg.nr_cpus && !err; cpu++)
		spmc_cpu_init(p->spmc, cpu);
	return err;
}

/* struct spmc wants page alignment. */
static void *map_anonymous(size_t size)
{
	void *va = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return va == MAP_FAILED ? NULL : va;
}

struct spmc_inproc *spmc_inproc_create(const struct spmc_inproc_options *opt)
{
	static const struct spmc_inproc_options usual;
	struct spmc_inproc *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->cfg = make_config(p, opt ? opt : &usual);
	pthread_mutex_init(&p->lock, NULL);
	pthread_mutex_init(&p->console_lock, NULL);
	p->ram_size = (size_t)p->cfg.ram_pages * PAGE_SIZE_4K;
	p->ram = map_anonymous(p->ram_size);
	p->spmc = map_anonymous(sizeof(*p->spmc));
	p->pages = calloc(p->cfg.ram_pages, sizeof(*p->pages));
	p->ranges = calloc(p->cfg.nr_ranges, sizeof(*p->ranges));
	p->cfg.pages = p->pages;
	p->cfg.ranges = p->ranges;
	if (!p->ram || !p->spmc || !p->pages || !p->ranges || start_up(p)) {
		spmc_inproc_destroy(p);
		return NULL;
	}
	return p;
}

void spmc_inproc_destroy(struct spmc_inproc *p)
{
	if (!p)
		return;
	for (unsigned int i = 0; i < p->nr_coros; i++)
		fiber_destroy(p->coros[i]);
	free(p->ranges);
	free(p->pages);
	if (p->spmc)
		munmap(p->spmc, sizeof(*p->spmc));
	if (p->ram)
		munmap(p->ram, p->ram_size);
	pthread_mutex_destroy(&p->console_lock);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

struct spmc *spmc_inproc_spmc(struct spmc_inproc *p)
{
	return p->spmc;
}

void spmc_inproc_call(struct spmc_inproc *p, unsigned int cpu, struct vffa_regs *regs)
{
	spmc_call(p->spmc, cpu, regs);
}

void *spmc_inproc_ram(struct spmc_inproc *p, uint64_t pa)
{
	return p->ram + (pa - SPMC_INPROC_RAM_BASE);
}

void spmc_inproc_irq(struct spmc_inproc *p, unsigned int cpu, int n)
{
	__atomic_store_n(&p->irqs[cpu], n, __ATOMIC_RELAXED);
}

bool spmc_inproc_timer(struct spmc_inproc *p, unsigned int cpu)
{
	uint64_t at_ns = p->timers[cpu];
	uint64_t now = now_ns(p);

	if (!at_ns)
		return false;
	if (at_ns > now)
		__atomic_add_fetch(&p->ahead_ns, at_ns - now, __ATOMIC_RELAXED);
	p->timers[cpu] = 0;
	spmc_interrupt(p->spmc, cpu);
	return true;
}

unsigned int spmc_inproc_nr_mapped(const struct spmc_inproc *p)
{
	return __atomic_load_n(&p->nr_mapped, __ATOMIC_RELAXED);
}

void spmc_inproc_fail_map(struct spmc_inproc *p, unsigned int nth)
{
	p->fail_map = nth;
}

unsigned int spmc_inproc_nr_sris(const struct spmc_inproc *p)
{
	return __atomic_load_n(&p->nr_sris, __ATOMIC_RELAXED);
}

const char *spmc_inproc_console(const struct spmc_inproc *p)
{
	return p->console;
}
