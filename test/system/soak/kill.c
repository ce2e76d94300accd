// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMMs that are killed, while others go on: at random, and at the moments named below, which are waited
 * for. After each kill the counters are those of the VMs that live. The guests are the bare-metal one
 * with scripts/load.ffa.
 */
#include "soak.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libvffa.h>

#define MAX_VMMS 4
#define MIN_VMMS 2

/* So often all are killed at once: of the kills at random. */
#define ALL_EVERY 6

/* Two of three kills wait for a moment. */
#define RANDOM_EVERY 3

/* A VMM that takes longer to be where it is wanted is not going to. */
#define PATIENCE_MS 600000u

/* What the guest says when it begins to make its calls. */
#define AT_WORK "at work"

/* Where a VM can be when its VMM is killed. NULL is one that is not created yet. */
static bool is_not_there(const struct libvffa_vm_status *vm)
{
	return !vm;
}

static bool is_silent(const struct libvffa_vm_status *vm)
{
	return vm && !vm->ffa_version;
}

static bool has_called(const struct libvffa_vm_status *vm)
{
	return vm && vm->ffa_version;
}

static bool has_buffers(const struct libvffa_vm_status *vm)
{
	return vm && vm->rx_state != LIBVFFA_RX_NONE;
}

static bool has_message(const struct libvffa_vm_status *vm)
{
	return vm && vm->rx_state == LIBVFFA_RX_FULL;
}

static bool gives_memory(const struct libvffa_vm_status *vm)
{
	return vm && vm->handles;
}

static bool is_parked(const struct libvffa_vm_status *vm)
{
	return vm && vm->parked;
}

static bool is_inside(const struct libvffa_vm_status *vm)
{
	return vm && vm->inside;
}

static bool has_partition_at_work(const struct libvffa_vm_status *vm)
{
	return vm && vm->active;
}

static bool has_stopped_partition(const struct libvffa_vm_status *vm)
{
	return vm && vm->stopped;
}

static const struct moment {
	const char *name;
	bool (*is)(const struct libvffa_vm_status *vm);
	bool is_early; /* it does not come again */
	bool is_stop;  /* it comes when the VMM is stopped while a partition is at work */
} moments[] = {
	{ "not created", is_not_there, true, false },
	{ "before any call", is_silent, true, false },
	{ "with buffers", has_buffers, false, false },
	{ "with a list in RX", has_message, false, false },
	{ "with memory given", gives_memory, false, false },
	{ "with a call parked", is_parked, false, false },
	{ "with a call inside", is_inside, false, false },
	{ "with a partition at work", has_partition_at_work, false, false },
	{ "with a partition stopped", has_stopped_partition, false, true },
};

#define NR_MOMENTS (sizeof(moments) / sizeof(moments[0]))

struct killer {
	struct libvffa *ctx;
	uint64_t row;
	unsigned int start_ms; /* from a VMM's start to its guest's work */
	unsigned int nr_vmms;
	pid_t pids[MAX_VMMS];
	char logs[MAX_VMMS][32];
	unsigned int nr_started;
	unsigned int nr_killed;
	unsigned int nr_waited; /* kills that waited for a moment */
	unsigned int met[NR_MOMENTS];
	uint64_t longest_ms; /* until all was as it should be */
};

static void exec_vmm(const char *path)
{
	int log = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int null = open("/dev/null", O_RDONLY);

	if (log < 0 || null < 0)
		_exit(126);
	dup2(null, 0);
	dup2(log, 1);
	dup2(log, 2);
	execl("./vffa-vmm", "vffa-vmm", "--kernel", "guest.img", "--initrd", "load.ffa", "--memory",
	      "16", "--cpus", "2", (char *)NULL);
	_exit(127);
}

static bool start_vmm(struct killer *k)
{
	char *log = k->logs[k->nr_vmms];
	pid_t pid;

	/* As many logs as there may be VMMs, and one more: that of the last that was killed stays. */
	snprintf(log, sizeof(k->logs[0]), "out/kill-%u.txt", k->nr_started++ % (MAX_VMMS + 1));
	unlink(log);
	pid = fork();
	if (pid < 0)
		return soak_fail("no process");
	if (!pid)
		exec_vmm(log);
	k->pids[k->nr_vmms++] = pid;
	return true;
}

static bool log_says(const char *log, const char *text)
{
	static char buf[4096];
	FILE *file = fopen(log, "r");
	size_t len;

	if (!file)
		return false;
	len = fread(buf, 1, sizeof(buf) - 1, file);
	fclose(file);
	buf[len] = 0;
	return strstr(buf, text);
}

/* The VM of a VMM. Returns NULL when it has none. */
static const struct libvffa_vm_status *look(struct killer *k, pid_t pid,
					    struct libvffa_vm_status *vm)
{
	uint16_t id = 0;

	for (;;) {
		*vm = (struct libvffa_vm_status){ .size = sizeof(*vm) };
		if (libvffa_find_vm(k->ctx, id, vm))
			return NULL;
		if (vm->pid == pid)
			return vm;
		id = vm->id + 1;
	}
}

/* Looks once more where the VM is, and kills. */
static void kill_vmm(struct killer *k, unsigned int i)
{
	struct libvffa_vm_status room;
	const struct libvffa_vm_status *vm = look(k, k->pids[i], &room);

	kill(k->pids[i], SIGKILL);
	for (unsigned int m = 0; m < NR_MOMENTS; m++)
		k->met[m] += moments[m].is(vm);
	k->nr_killed++;
}

/* Is it gone by the signal, and not by itself before, and had its guest no complaint? */
static bool bury_vmm(struct killer *k, unsigned int i)
{
	char log[sizeof(k->logs[0])];
	pid_t pid = k->pids[i];
	int status = 0;

	memcpy(log, k->logs[i], sizeof(log));
	k->nr_vmms--;
	k->pids[i] = k->pids[k->nr_vmms];
	memcpy(k->logs[i], k->logs[k->nr_vmms], sizeof(log));
	if (waitpid(pid, &status, 0) != pid)
		return soak_fail("no VMM to wait for");
	if (!WIFSIGNALED(status))
		return soak_fail("the VMM ended by itself, with status %d: see %s",
				 WEXITSTATUS(status), log);
	return !log_says(log, "FAIL") || soak_fail("the guest got a wrong answer: see %s", log);
}

/* Stops a VMM when it seems worth it; what it does not show then goes on. */
static bool is_stopped_there(struct killer *k, pid_t pid, const struct moment *moment)
{
	struct libvffa_vm_status room;
	int status;

	if (!has_partition_at_work(look(k, pid, &room)))
		return false;
	kill(pid, SIGSTOP);
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return false;
	if (moment->is(look(k, pid, &room)))
		return true;
	kill(pid, SIGCONT);
	return false;
}

/* One of the first moments does not come again. */
static bool has_passed(const struct libvffa_vm_status *vm, const struct moment *moment)
{
	return moment->is_early && vm && vm->ffa_version;
}

enum sight {
	MET,
	PASSED,
	NEVER
};

/* Has it come to an end that nobody wanted? */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
}

static enum sight wait_for(struct killer *k, unsigned int i, const struct moment *moment)
{
	uint64_t begin_ms = soak_now_ms();
	pid_t pid = k->pids[i];

	while (soak_now_ms() - begin_ms < PATIENCE_MS) {
		struct libvffa_vm_status room;
		const struct libvffa_vm_status *vm = look(k, pid, &room);

		if (moment->is_stop ? is_stopped_there(k, pid, moment) : moment->is(vm))
			return MET;
		if (has_passed(vm, moment))
			return PASSED;
		if (has_ended(pid)) {
			soak_fail("the VMM ended by itself: see %s", k->logs[i]);
			return NEVER;
		}
	}
	soak_fail("no VM is %s", moment->name);
	return NEVER;
}

/* Before that a signal may end a VMM: there are calls that it must not interrupt. */
static const struct moment calling = { "at its calls", has_called, false, false };

static void signal_all(struct killer *k, int signal)
{
	for (unsigned int i = 0; i < k->nr_vmms; i++)
		kill(k->pids[i], signal);
}

/* Those that live are stopped meanwhile: what is counted of them stands still. */
static bool counters_agree_soon(struct killer *k)
{
	uint64_t begin_ms;
	uint64_t took_ms;
	bool good;

	for (unsigned int i = 0; i < k->nr_vmms; i++) {
		if (wait_for(k, i, &calling) != MET)
			return false;
	}
	begin_ms = soak_now_ms();
	signal_all(k, SIGSTOP);
	good = k->nr_vmms ? counters_agree(k->pids, k->nr_vmms) : counters_are_zero();
	signal_all(k, SIGCONT);
	if (!good)
		return false;
	took_ms = soak_now_ms() - begin_ms;
	if (took_ms > k->longest_ms)
		k->longest_ms = took_ms;
	return true;
}

static bool kill_one(struct killer *k, unsigned int i)
{
	kill_vmm(k, i);
	return bury_vmm(k, i) && counters_agree_soon(k);
}

static bool kill_all(struct killer *k)
{
	bool good = true;

	for (unsigned int i = 0; i < k->nr_vmms; i++)
		kill_vmm(k, i);
	while (k->nr_vmms)
		good = bury_vmm(k, 0) && good;
	return good && counters_agree_soon(k);
}

/* Kills new VMMs until one of them is where it is wanted. */
static bool kill_early(struct killer *k, const struct moment *moment)
{
	enum sight sight = PASSED;

	while (sight == PASSED) {
		if (k->nr_vmms == MAX_VMMS && !kill_one(k, soak_random(&k->row) % k->nr_vmms))
			return false;
		if (!start_vmm(k))
			return false;
		sight = wait_for(k, k->nr_vmms - 1, moment);
		if (sight == NEVER || !kill_one(k, k->nr_vmms - 1))
			return false;
	}
	return true;
}

static bool kill_at(struct killer *k, const struct moment *moment)
{
	unsigned int i = soak_random(&k->row) % k->nr_vmms;

	if (moment->is_early)
		return kill_early(k, moment);
	return wait_for(k, i, moment) == MET && kill_one(k, i);
}

static bool kill_some(struct killer *k, unsigned int step)
{
	unsigned int nr_vmms =
		MIN_VMMS + (unsigned int)(soak_random(&k->row) % (MAX_VMMS - MIN_VMMS + 1));

	while (k->nr_vmms < nr_vmms) {
		if (!start_vmm(k))
			return false;
	}
	if (step % RANDOM_EVERY)
		return kill_at(k, &moments[k->nr_waited++ % NR_MOMENTS]);
	soak_sleep_ms((unsigned int)(soak_random(&k->row) % (2 * k->start_ms)));
	if (step % ALL_EVERY == 0)
		return kill_all(k);
	return kill_one(k, (unsigned int)(soak_random(&k->row) % k->nr_vmms));
}

/* How long a VMM takes until its guest is at work. */
static bool measure_start(struct killer *k)
{
	uint64_t begin_ms = soak_now_ms();

	if (!start_vmm(k))
		return false;
	while (!log_says(k->logs[0], AT_WORK)) {
		if (soak_now_ms() - begin_ms > PATIENCE_MS)
			return soak_fail("the guest does not get to its work: see %s", k->logs[0]);
		soak_sleep_ms(10);
	}
	k->start_ms = (unsigned int)(soak_now_ms() - begin_ms) + 1;
	return true;
}

static bool kill_many(struct killer *k, unsigned int nr)
{
	unsigned int step = 0;

	if (!measure_start(k))
		return false;
	while (k->nr_killed < nr || k->nr_waited < NR_MOMENTS) {
		if (!kill_some(k, ++step))
			return soak_fail("after %u kills", k->nr_killed);
		soak_progress(k->nr_killed, nr);
	}
	return kill_all(k);
}

static bool met_all(const struct killer *k)
{
	bool good = true;

	printf("# at work after %u ms; all as it should be at most %" PRIu64 " ms after a kill\n",
	       k->start_ms, k->longest_ms);
	for (unsigned int m = 0; m < NR_MOMENTS; m++) {
		printf("# %u of %u killed %s\n", k->met[m], k->nr_killed, moments[m].name);
		good = k->met[m] && good;
	}
	return good || soak_fail("no VMM was killed at one of these moments");
}

bool soak_kill(unsigned int nr, uint64_t seed)
{
	struct killer k = { .row = seed };
	bool good;

	if (libvffa_open(NULL, &k.ctx))
		return soak_fail("no /dev/vffa");
	good = kill_many(&k, nr);
	signal_all(&k, SIGKILL);
	while (k.nr_vmms)
		(void)bury_vmm(&k, 0);
	libvffa_close(k.ctx);
	return good && met_all(&k);
}
