// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: run_spmc DIRECTORY
 *
 * Runs scenarios whose calls are the hypervisor's, on the development SPMC in process and without
 * the relay: for each version of FF-A that a scenario is for once as it is, and once as behind an SPMD.
 * On the machine the same files run in the hypervisor's place, on the SPMC as firmware behind TF-A's
 * (test/system/spmc-alone.test): what is checked here in the second run is checked there, too.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"
#include "file.h"
#include "inproc.h"
#include "invariants.h"
#include "script.h"
#include "seen.h"
#include "spmd.h"

#define RAM_PAGES 4096u
#define TX_PA	  (SPMC_INPROC_RAM_BASE + 0x10000)
#define RX_PA	  (SPMC_INPROC_RAM_BASE + 0x20000)
#define FREE_PA	  (SPMC_INPROC_RAM_BASE + 0x100000)
#define FREE_SIZE 0x800000u

#define NR_CPUS	     2
#define NR_VERSIONS  3u
#define MAX_POINTS   256
#define MAX_NAME_LEN 128

/* One test: a scenario on an SPMC of a version. */
struct point {
	char path[512];
	char name[MAX_NAME_LEN];
	char file[MAX_NAME_LEN];
	unsigned int minor;
	bool spmd;
};

static struct home {
	struct spmc_inproc *spmc;
	const struct point *point;
	struct script_tally tally;
	unsigned int nr_sris; /* known of */
	pthread_barrier_t barrier;
} home;

static _Thread_local unsigned int this_cpu;

static struct point points[MAX_POINTS];
static struct CMUnitTest tests[MAX_POINTS];
static size_t nr_points;

static void op_call(void *backend, enum script_conduit conduit, const struct vffa_regs *in,
		    struct vffa_regs *out)
{
	const struct spmc *s = spmc_inproc_spmc(home.spmc);
	bool faulty = fault_count_locked(s) > 0;
	uint32_t fid = (uint32_t)in->x[0];

	if (out != in)
		*out = *in;
	if (home.point->spmd && spmd_answers(out, home.point->minor)) {
		seen_call(s, "spmd", faulty, fid, out);
		return;
	}
	spmc_inproc_call(home.spmc, this_cpu, out);
	seen_call(s, home.point->spmd ? "firmware" : "process", faulty, fid, out);
}

static void op_checked(void *backend, const struct vffa_regs *answer)
{
	seen_expected(answer);
}

/* Natural alignment, as on the machine. */
static void *memory(uint64_t addr, unsigned int size)
{
	uint64_t end = SPMC_INPROC_RAM_BASE + RAM_PAGES * 4096ull;

	if (addr < SPMC_INPROC_RAM_BASE || addr >= end || addr % size)
		return NULL;
	return spmc_inproc_ram(home.spmc, addr);
}

static bool op_read(void *backend, uint64_t addr, unsigned int size, uint64_t *value)
{
	const void *p = memory(addr, size);

	*value = 0;
	if (p)
		memcpy(value, p, size);
	return p;
}

static bool op_write(void *backend, uint64_t addr, unsigned int size, uint64_t value)
{
	void *p = memory(addr, size);

	if (p)
		memcpy(p, &value, size);
	return p;
}

static uint64_t op_now(void *backend)
{
	return 0;
}

/* The SPMC's timers fire, however long that takes. */
static void op_wait(void *backend, uint64_t ms)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++) {
		while (spmc_inproc_timer(home.spmc, cpu))
			;
	}
}

static void op_print(void *backend, const char *line)
{
	printf("# %s\n", line);
}

struct thread {
	pthread_t id;
	unsigned int cpu;
	void (*fn)(void *arg, unsigned int vcpu);
	void *arg;
};

static void *run_thread(void *arg)
{
	struct thread *t = arg;

	this_cpu = t->cpu;
	t->fn(t->arg, t->cpu);
	return NULL;
}

static void run_threads(unsigned int nr, void (*fn)(void *arg, unsigned int vcpu), void *arg)
{
	struct thread threads[NR_CPUS];

	pthread_barrier_init(&home.barrier, NULL, nr);
	for (unsigned int i = 0; i < nr; i++) {
		threads[i] = (struct thread){ .cpu = i, .fn = fn, .arg = arg };
		assert_int_equal(pthread_create(&threads[i].id, NULL, run_thread, &threads[i]), 0);
	}
	for (unsigned int i = 0; i < nr; i++)
		pthread_join(threads[i].id, NULL);
	pthread_barrier_destroy(&home.barrier);
}

/* One vCPU is "vcpu N COMMAND", several are "parallel". */
static bool op_run_on(void *backend, unsigned int first, unsigned int nr,
		      void (*fn)(void *arg, unsigned int vcpu), void *arg)
{
	unsigned int here = this_cpu;

	if (first >= NR_CPUS || nr > NR_CPUS - first)
		return false;
	if (nr > 1) {
		run_threads(nr, fn, arg);
		return true;
	}
	this_cpu = first;
	fn(arg, first);
	this_cpu = here;
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

static void op_preempt(void *backend, uint64_t nr)
{
	spmc_inproc_irq(home.spmc, this_cpu, (int)nr);
}

static void op_alarm(void *backend, unsigned int vcpu, uint64_t ms)
{
	op_preempt(backend, 1);
}

/* In process it is nobody's in particular. */
static bool op_sri(void *backend)
{
	unsigned int before = home.nr_sris;

	home.nr_sris = spmc_inproc_nr_sris(home.spmc);
	return home.nr_sris != before;
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
	.preempt = op_preempt,
	.alarm = op_alarm,
	.checked = op_checked,
	.sri = op_sri,
};

static int setup(void **state)
{
	const struct point *point = *state;
	const struct spmc_inproc_options opt = { .version_minor = point->minor + 1,
						 .nr_cpus = NR_CPUS,
						 .ram_pages = RAM_PAGES };

	memset(&home, 0, sizeof(home));
	home.point = point;
	seen_begin(point->file);
	home.spmc = spmc_inproc_create(&opt);
	return home.spmc ? 0 : -1;
}

static int teardown(void **state)
{
	const char *wrong = spmc_find_inconsistency(spmc_inproc_spmc(home.spmc));

	spmc_inproc_destroy(home.spmc);
	if (wrong)
		printf("# %s\n", wrong);
	return wrong ? -1 : 0;
}

static void a_scenario_passes(void **state)
{
	static struct script workers[NR_CPUS];
	const struct point *point = *state;
	char *text = malloc(SCENARIO_SIZE);
	struct script s = {
		.ops = &script_ops,
		.tally = &home.tally,
		.workers = workers,
		.nr_workers = NR_CPUS,
		.conduit = SCRIPT_SMC,
	};

	assert_non_null(text);
	script_init(&s, text, scenario_read(point->path, text));
	assert_true(script_set(&s, "tx", TX_PA) && script_set(&s, "rx", RX_PA) &&
		    script_set(&s, "ram", FREE_PA) && script_set(&s, "ramsize", FREE_SIZE) &&
		    script_set(&s, "nvcpus", NR_CPUS) && script_set(&s, "spmd", point->spmd) &&
		    script_set(&s, "minor", point->minor));
	script_run(&s);
	free(text);
	/* spmc-alone.test compares: the machine must have gone the same way through the scenario. */
	printf("# %s: %d checks\n", point->name, vffa_atomic_load(&home.tally.passed));
	assert_true(vffa_atomic_load(&home.tally.passed) > 0);
	assert_int_equal(vffa_atomic_load(&home.tally.failed), 0);
}

static void add_point(const char *path, const char *file, unsigned int minor, bool spmd)
{
	struct point *point = &points[nr_points];
	int len = (int)strlen(file) - (int)strlen(".ffa");

	snprintf(point->path, sizeof(point->path), "%s", path);
	snprintf(point->name, sizeof(point->name), "%.*s on spmc-1.%u%s", len, file, minor,
		 spmd ? " behind an SPMD" : "");
	snprintf(point->file, sizeof(point->file), "%.*s", len, file);
	point->minor = minor;
	point->spmd = spmd;
	tests[nr_points] =
		(struct CMUnitTest){ point->name, a_scenario_passes, setup, teardown, point };
	nr_points++;
}

/* Return: false = it does not say where it runs, or there are too many. */
static bool add_scenario(const char *dir, const char *file)
{
	static char text[SCENARIO_SIZE];
	char world[] = "spmc-1.0";
	char path[512];
	const char *on;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	if (!scenario_read(path, text))
		return false;
	on = scenario_header(text, "on");
	if (!on || nr_points + 2 * NR_VERSIONS > MAX_POINTS)
		return false;
	for (unsigned int minor = 0; minor < NR_VERSIONS; minor++) {
		world[sizeof(world) - 2] = (char)('0' + minor);
		if (!scenario_has_word(on, world))
			continue;
		add_point(path, file, minor, false);
		add_point(path, file, minor, true);
	}
	return true;
}

int main(int argc, char **argv)
{
	struct dirent **files;
	int nr;

	if (argc != 2) {
		fprintf(stderr, "usage: run_spmc DIRECTORY\n");
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
	return _cmocka_run_group_tests("scenarios of the SPMC", tests, nr_points, NULL, NULL);
}
