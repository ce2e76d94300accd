// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: run_inproc DIRECTORY
 *
 * Runs the scenarios of a directory in process: guests of a relay in a fake home, over the
 * development SPMC, or over nothing. One test per scenario, version of its guest and secure world.
 * The language is in test/guest/README.md, what a scenario says of itself in README.md.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "inproc_port.h"
#include "script.h"
#include "vmm.h"

#define TX_PA (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA (SPMC_INPROC_RAM_BASE + 0x20000)

/* Where a guest of the fake home has its buffers: 64 KiB each, and the rest for the script. */
#define GUEST_TX       FAKE_RAM_IPA
#define GUEST_RX       (FAKE_RAM_IPA + 0x10000)
#define GUEST_FREE     (FAKE_RAM_IPA + 0x20000)
#define GUEST_RAM_SIZE (FAKE_RAM_PAGES * FFA_PAGE_SIZE)

#define MAX_POINTS     512
#define MS_IN_NS   1000000ull
#define MAX_SRI_ROUNDS 16
#define NAP_US	       100
#define NO_SPMC	   (-1)

static const struct secure {
	const char *name;
	int minor; /* of the development SPMC */
} secures[] = {
	{ "none", NO_SPMC },
	{ "spmc-1.0", 0 },
	{ "spmc-1.1", 1 },
	{ "spmc-1.2", 2 },
};

#define NR_SECURES (sizeof(secures) / sizeof(secures[0]))

/* One test: a scenario on a secure world, with a guest of a version. */
struct point {
	char path[512];
	char name[128];
	const struct secure *secure;
	uint64_t minor;
	unsigned int max_pages; /* each VM may keep pinned; 0: any number */
	bool sees_one[WORLD_NR_VMS];
	struct vffa_part_rule sees[WORLD_NR_VMS]; /* and nothing else, where sees_one */
	struct vffa_mem_limits mem;
	uint32_t npi;
};

static const char *const guests[] = { "1.0", "1.1", "1.2" };

#define NR_GUESTS   (sizeof(guests) / sizeof(guests[0]))
#define OWN_VERSION NR_GUESTS /* the scenario has one of its own */

/* As many vCPUs as can run at a time: each on a CPU of the SPMC, which has so many. */
#define NR_THREADS 2

/* What a scenario acts on. The port's smc() is given none of it, so there is one at a time. */
static struct home {
	struct world *world;
	struct spmc_inproc *spmc;
	struct vffa_port_ops ops;
	struct script_tally tally;
	struct vmm vmm;
	unsigned int vm;
	uint64_t nr_preempts;
	pthread_mutex_t sri_mutex; /* one at a time drains the SPMC's news */
	unsigned int nr_sris;	   /* of those that came: served */
	bool turns_due;		   /* when time has passed */
	struct script workers[NR_THREADS];
	bool is_parallel;
	pthread_barrier_t barrier;
} home;

/* Of this thread: the vCPU that calls, and the CPU it runs on. */
static _Thread_local unsigned int this_vcpu;
static _Thread_local unsigned int this_cpu;

static struct point points[MAX_POINTS];
static struct CMUnitTest tests[MAX_POINTS];
static size_t nr_points;

static enum vffa_ret smc(void *port, struct vffa_regs *regs, uint32_t *cpu)
{
	if (home.spmc && *cpu == VFFA_CPU_ANY)
		*cpu = this_cpu;
	if (home.spmc)
		return spmc_inproc_smc(home.spmc, regs, cpu);
	/* As firmware answers a function it does not have. */
	memset(regs->x, 0, sizeof(regs->x));
	regs->x[0] = (uint64_t)FFA_RET_NOT_SUPPORTED;
	return VFFA_OK;
}

static bool vcpu_must_leave(struct vffa_vcpu *vcpu)
{
	if (!home.nr_preempts)
		return false;
	home.nr_preempts--;
	return true;
}

static struct fake_vm *current_vm(void)
{
	return &home.world->vms[home.vm];
}

/* Whoever sleeps waits for another thread, perhaps. The clock is the fake home's. */
static void nap(void *port, uint64_t ns)
{
	fake_ops.sleep(port, ns);
	usleep(NAP_US);
}

/* What a home does with the schedule receiver interrupt. That it will not end is a failure. */
static void serve_sris(void)
{
	unsigned int rounds = 0;
	unsigned int nr;

	if (!home.spmc || !home.world->relay.spmc.sri)
		return;
	pthread_mutex_lock(&home.sri_mutex);
	for (nr = spmc_inproc_nr_sris(home.spmc); home.nr_sris != nr;
	     nr = spmc_inproc_nr_sris(home.spmc)) {
		home.nr_sris = nr;
		while (vffa_sri(&home.world->relay) && rounds < MAX_SRI_ROUNDS)
			rounds++;
		home.turns_due = vffa_turns(&home.world->relay);
	}
	pthread_mutex_unlock(&home.sri_mutex);
}

/* Turns that were put off. */
static void serve_turns(void)
{
	pthread_mutex_lock(&home.sri_mutex);
	if (home.turns_due)
		home.turns_due = vffa_turns(&home.world->relay);
	pthread_mutex_unlock(&home.sri_mutex);
	serve_sris();
}

/* An interrupt for any vCPU is for the first, which runs unless a script says otherwise. */
static uint32_t op_npi(void *backend, unsigned int vcpu, uint64_t ms)
{
	struct fake_vm *vm = current_vm();
	bool came;

	serve_sris();
	pthread_mutex_lock(&vm->port->mutex);
	came = vm->nr_npis[vcpu] || (!vcpu && vm->nr_npis_any);
	vm->nr_npis[vcpu] = 0;
	if (!vcpu)
		vm->nr_npis_any = 0;
	pthread_mutex_unlock(&vm->port->mutex);
	return came ? vffa_vm_npi(&vm->vm) : 0;
}

/* Functions that are not FF-A's never reach the relay. */
static void op_call(void *backend, enum script_conduit conduit, const struct vffa_regs *in,
		    struct vffa_regs *out)
{
	struct fake_vm *vm = current_vm();

	if (out != in)
		*out = *in;
	if (!vffa_is_ours((uint32_t)in->x[0])) {
		out->x[0] = (uint64_t)FFA_RET_NOT_SUPPORTED;
		return;
	}
	vmm_call(&home.vmm, vm, this_vcpu, out);
	serve_sris();
}

/* Where the SPMC has memory, a guest's is there, so that partitions see what it writes. */
static uint8_t *ram_of(struct fake_vm *vm)
{
	return home.spmc ? spmc_inproc_ram(home.spmc, fake_pa(vm, FAKE_RAM_IPA)) : vm->ram;
}

static void *va_of(uint64_t pa)
{
	return spmc_inproc_ram(home.spmc, pa);
}

static enum vffa_ret map_guest(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
			       struct vffa_mapping *map)
{
	enum vffa_ret ret = fake_ops.map_guest(vm, ipa, nr_pages, map);

	if (!ret && home.spmc)
		map->va = spmc_inproc_ram(home.spmc, map->pa[0].addr);
	return ret;
}

/* What a VM has borrowed, where it has it. */
static uint8_t *borrowed_memory(uint64_t addr, bool write)
{
	uint64_t page = (addr - FAKE_WINDOW_IPA) / FFA_PAGE_SIZE;
	uint64_t shown = page < FAKE_WINDOW_PAGES ? current_vm()->window[page] : 0;

	if (!shown || (write && !(shown & 1)))
		return NULL;
	return spmc_inproc_ram(home.spmc, shown & ~1ull) + addr % FFA_PAGE_SIZE;
}

/* Natural alignment, as in a guest. */
static uint8_t *guest_memory(uint64_t addr, unsigned int size, bool write)
{
	if (addr >= FAKE_WINDOW_IPA)
		return addr % size ? NULL : borrowed_memory(addr, write);
	if (addr < FAKE_RAM_IPA || addr >= FAKE_RAM_IPA + GUEST_RAM_SIZE || addr % size)
		return NULL;
	if (vmm_is_gone(&home.vmm, current_vm(), addr))
		return NULL;
	return ram_of(current_vm()) + (addr - FAKE_RAM_IPA);
}

static bool op_read(void *backend, uint64_t addr, unsigned int size, uint64_t *value)
{
	const uint8_t *p = guest_memory(addr, size, false);

	*value = 0;
	if (p)
		memcpy(value, p, size);
	return p;
}

static bool op_write(void *backend, uint64_t addr, unsigned int size, uint64_t value)
{
	uint8_t *p = guest_memory(addr, size, true);

	if (p)
		memcpy(p, &value, size);
	return p;
}

static uint64_t op_now(void *backend)
{
	return home.world->port.now_ns;
}

static void pass_time(uint64_t until_ns)
{
	struct fake_port *port = &home.world->port;

	pthread_mutex_lock(&port->mutex);
	if (port->now_ns < until_ns)
		port->now_ns = until_ns;
	pthread_mutex_unlock(&port->mutex);
}

/*
 * The clock is the fake home's: it moves, and its workers work. Partitions' timers fire, but in "parallel"
 * those of this CPU alone.
 */
static void op_wait(void *backend, uint64_t ms)
{
	uint64_t until_ns = fake_ops.now_ns(&home.world->port) + ms * MS_IN_NS;
	unsigned int nr_cpus = home.is_parallel ? this_cpu + 1 : NR_THREADS;

	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		uint64_t now_ns = fake_ops.now_ns(&home.world->port);

		if (now_ns < until_ns)
			fake_work(&home.world->vms[i], until_ns - now_ns);
	}
	pass_time(until_ns);
	for (unsigned int cpu = home.is_parallel ? this_cpu : 0; home.spmc && cpu < nr_cpus; cpu++)
		(void)spmc_inproc_timer(home.spmc, cpu);
	serve_sris();
	serve_turns();
}

static void op_print(void *backend, const char *line)
{
	printf("# %s\n", line);
}

struct thread {
	pthread_t id;
	unsigned int vcpu;
	void (*fn)(void *arg, unsigned int vcpu);
	void *arg;
};

static void *run_thread(void *arg)
{
	struct thread *t = arg;

	this_vcpu = t->vcpu;
	this_cpu = t->vcpu;
	t->fn(t->arg, t->vcpu);
	return NULL;
}

static void run_threads(unsigned int nr, void (*fn)(void *arg, unsigned int vcpu), void *arg)
{
	struct thread threads[NR_THREADS];

	home.is_parallel = true;
	pthread_barrier_init(&home.barrier, NULL, nr);
	for (unsigned int i = 0; i < nr; i++) {
		threads[i] = (struct thread){ .vcpu = i, .fn = fn, .arg = arg };
		assert_int_equal(pthread_create(&threads[i].id, NULL, run_thread, &threads[i]), 0);
	}
	for (unsigned int i = 0; i < nr; i++)
		pthread_join(threads[i].id, NULL);
	pthread_barrier_destroy(&home.barrier);
	home.is_parallel = false;
}

/* One vCPU is "vcpu N COMMAND", several are "parallel". */
static bool op_run_on(void *backend, unsigned int first, unsigned int nr,
		      void (*fn)(void *arg, unsigned int vcpu), void *arg)
{
	unsigned int here = this_vcpu;

	if (first >= FAKE_NR_VCPUS || nr > (first ? 1 : NR_THREADS))
		return false;
	if (nr > 1) {
		run_threads(nr, fn, arg);
		return true;
	}
	this_vcpu = first;
	fn(arg, first);
	this_vcpu = here;
	return true;
}

static void op_barrier(void *backend, unsigned int nr)
{
	if (nr > 1)
		pthread_barrier_wait(&home.barrier);
}

static void op_end(void *backend, enum script_end how)
{
	if (how == SCRIPT_OFF)
		return;
	printf("# a scenario cannot reboot or hang\n");
	vffa_atomic_add_return(&home.tally.failed, 1);
}

static bool op_vm(void *backend, uint64_t nr)
{
	if (nr >= WORLD_NR_VMS)
		return false;
	home.vm = (unsigned int)nr;
	return true;
}

static void op_preempt(void *backend, uint64_t nr)
{
	home.nr_preempts = nr;
	if (home.spmc)
		spmc_inproc_irq(home.spmc, 0, (int)nr);
}

static void op_alarm(void *backend, unsigned int vcpu, uint64_t ms)
{
	op_preempt(backend, 1);
}

static void op_refuse(void *backend, uint64_t nr)
{
	home.vmm.nr_refusals = nr;
}

static const struct script_ops script_ops = {
	.call = op_call,
	.read = op_read,
	.write = op_write,
	.now = op_now,
	.wait = op_wait,
	.print = op_print,
	.run_on = op_run_on,
	.barrier = op_barrier,
	.end = op_end,
	.vm = op_vm,
	.preempt = op_preempt,
	.alarm = op_alarm,
	.refuse = op_refuse,
	.npi = op_npi,
};

static int start_spmc(struct world *w, int minor)
{
	const struct spmc_inproc_options opt = { .version_minor = (unsigned int)minor + 1,
						 .nr_cpus = NR_THREADS };

	home.spmc = spmc_inproc_create(&opt);
	if (!home.spmc)
		return -1;
	w->port.va_of = va_of;
	w->config.tx = spmc_inproc_ram(home.spmc, TX_PA);
	w->config.rx = spmc_inproc_ram(home.spmc, RX_PA);
	w->config.tx_pa.addr = TX_PA;
	w->config.rx_pa.addr = RX_PA;
	return 0;
}

static int setup(void **state)
{
	const struct point *point = *state;
	void *world;

	memset(&home, 0, sizeof(home));
	pthread_mutex_init(&home.sri_mutex, NULL);
	if (world_setup(&world))
		return -1;
	home.world = world;
	home.ops = fake_ops;
	home.ops.smc = smc;
	home.ops.sleep = nap;
	home.ops.vcpu_must_leave = vcpu_must_leave;
	home.ops.map_guest = map_guest;
	/* One page after the other, as a buffer must be to be mapped. */
	fake_host_init(&home.world->port.host, FAKE_HOST_PAGES, FAKE_HOST_PAGES);
	home.world->mem_limits = point->mem;
	home.world->npi = point->npi;
	home.world->config.ops = &home.ops;
	home.world->config.cross_check = true;
	if (point->secure->minor != NO_SPMC && start_spmc(home.world, point->secure->minor))
		return -1;
	if (vffa_relay_start(&home.world->relay, &home.world->config))
		return -1;
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		const struct vffa_part_rules wanted = { &point->sees[i], 1 };

		home.world->vms[i].max_pinned = point->max_pages;
		if (world_start_vm_seeing(home.world, i, point->sees_one[i] ? &wanted : NULL, NULL))
			return -1;
	}
	return 0;
}

/* Whatever the scenario left behind, nothing of it may stay. */
static int teardown(void **state)
{
	void *world = home.world;
	int err;

	op_preempt(NULL, 0);
	if (home.spmc)
		spmc_fault_clear(spmc_inproc_spmc(home.spmc));
	err = world_teardown(&world);
	if (home.spmc)
		assert_int_equal(spmc_inproc_nr_mapped(home.spmc), 0);
	spmc_inproc_destroy(home.spmc);
	return err;
}

static void a_scenario_passes(void **state)
{
	const struct point *point = *state;
	char *text = malloc(SCENARIO_SIZE);
	struct script s = {
		.ops = &script_ops,
		.tally = &home.tally,
		.workers = home.workers,
		.nr_workers = NR_THREADS,
		.conduit = SCRIPT_HVC,
	};

	assert_non_null(text);
	script_init(&s, text, scenario_read(point->path, text));
	assert_true(script_set(&s, "tx", GUEST_TX) && script_set(&s, "rx", GUEST_RX) &&
		    script_set(&s, "ram", GUEST_FREE) &&
		    script_set(&s, "ramsize", FAKE_ROM_IPA - GUEST_FREE) &&
		    script_set(&s, "nvcpus", FAKE_NR_VCPUS) && script_set(&s, "boot", 0));
	if (point->minor != OWN_VERSION)
		assert_true(script_set(&s, "minor", point->minor));
	script_run(&s);
	free(text);
	assert_true(vffa_atomic_load(&home.tally.passed) > 0);
	assert_int_equal(vffa_atomic_load(&home.tally.failed), 0);
}

/* The UUID at @text, as 32 hexadecimal digits with dashes between; false = there is none. */
static bool read_uuid(const char *text, struct vffa_uuid *uuid)
{
	for (unsigned int i = 0; i < sizeof(uuid->b); i++) {
		text += *text == '-';
		if (sscanf(text, "%2hhx", &uuid->b[i]) != 1)
			return false;
		text += 2;
	}
	return true;
}

/* "# vm N sees: UUID": that partition, and no other. */
static void read_views(const char *text, struct point *point)
{
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++) {
		char key[16];
		const char *value;

		snprintf(key, sizeof(key), "vm %u sees", i);
		value = scenario_header(text, key);
		if (!value)
			continue;
		point->sees_one[i] = true;
		point->sees[i].allow = true;
		assert_true(read_uuid(value, &point->sees[i].uuid));
	}
}

/*
 * "# memory: handles=N fragmented=N pieces=N fragment-ms=N donate=N": limits, where they are not the
 * usual ones.
 */
static void read_mem_limits(const char *text, struct vffa_mem_limits *mem)
{
	const char *value = scenario_header(text, "memory");
	unsigned int donate, ms;

	*mem = (struct vffa_mem_limits)FAKE_MEM_LIMITS;
	if (!value)
		return;
	assert_int_equal(
		sscanf(value, "handles=%u fragmented=%u pieces=%u fragment-ms=%u donate=%u",
		       &mem->nr_handles, &mem->nr_fragmented, &mem->nr_pieces, &ms, &donate),
		5);
	mem->frag_ns = ms * 1000000ull;
	mem->may_donate = donate;
}

static void add_point(const char *path, const char *file, const struct secure *secure,
		      uint64_t minor, const char *text)
{
	struct point *point = &points[nr_points];
	int len = (int)strlen(file) - (int)strlen(".ffa");
	const char *value;

	snprintf(point->path, sizeof(point->path), "%s", path);
	snprintf(point->name, sizeof(point->name), "%.*s%s%s on %s", len, file,
		 minor == OWN_VERSION ? "" : " at ", minor == OWN_VERSION ? "" : guests[minor],
		 secure->name);
	point->secure = secure;
	point->minor = minor;
	read_views(text, point);
	read_mem_limits(text, &point->mem);
	value = scenario_header(text, "npi");
	point->npi = value ? (uint32_t)strtoul(value, NULL, 10) : FAKE_NPI;
	value = scenario_header(text, "pages");
	point->max_pages = value ? (unsigned int)strtoul(value, NULL, 10) : 0;
	tests[nr_points] =
		(struct CMUnitTest){ point->name, a_scenario_passes, setup, teardown, point };
	nr_points++;
}

static void add_on(const char *path, const char *file, const struct secure *secure,
		   const char *text)
{
	const char *versions = scenario_header(text, "guests");

	if (!versions) {
		add_point(path, file, secure, OWN_VERSION, text);
		return;
	}
	for (uint64_t minor = 0; minor < NR_GUESTS; minor++) {
		if (scenario_has_word(versions, guests[minor]))
			add_point(path, file, secure, minor, text);
	}
}

/* Return: false = it does not say where it runs, or there are too many. */
static bool add_scenario(const char *dir, const char *file)
{
	static char text[SCENARIO_SIZE];
	char path[512];
	const char *on;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	if (!scenario_read(path, text))
		return false;
	on = scenario_header(text, "on");
	if (!on)
		return false;
	for (size_t i = 0; i < NR_SECURES; i++) {
		if (nr_points + NR_GUESTS > MAX_POINTS)
			return false;
		if (scenario_has_word(on, secures[i].name))
			add_on(path, file, &secures[i], text);
	}
	return true;
}

int main(int argc, char **argv)
{
	struct dirent **files;
	int nr;

	if (argc != 2) {
		fprintf(stderr, "usage: run_inproc DIRECTORY\n");
		return 2;
	}
	nr = scenario_list(argv[1], &files);
	for (int i = 0; i < nr; i++) {
		if (!add_scenario(argv[1], files[i]->d_name)) {
			fprintf(stderr, "%s: unreadable, or no \"# on:\" line\n", files[i]->d_name);
			return 1;
		}
		free(files[i]);
	}
	if (nr <= 0)
		return 1;
	free(files);
	return _cmocka_run_group_tests("scenarios", tests, nr_points, NULL, NULL);
}
