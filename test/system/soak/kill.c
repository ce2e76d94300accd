// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMMs that are killed: while they load, create their VM, bind it, run it, and while it has
 * something in partitions. The guest is the bare-metal one with scripts/load.ffa.
 */
#include "soak.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOG "out/kill.txt"
/* What the guest says when it begins to make its calls. */
#define AT_WORK "at work"

/* Looking closely at what is left takes longer than a VMM lives. */
#define LOOK_EVERY 10

/* A VMM that takes longer to start is not going to. */
#define START_MS 600000u

static void exec_vmm(void)
{
	int log = open(LOG, O_WRONLY | O_CREAT | O_TRUNC, 0600);
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

static pid_t start_vmm(void)
{
	pid_t pid = fork();

	if (!pid)
		exec_vmm();
	return pid;
}

static bool log_says(const char *text)
{
	static char buf[4096];
	FILE *file = fopen(LOG, "r");
	size_t len;

	if (!file)
		return false;
	len = fread(buf, 1, sizeof(buf) - 1, file);
	fclose(file);
	buf[len] = 0;
	return strstr(buf, text);
}

/* Is it gone by the signal, and not by itself before? */
static bool end_vmm(pid_t pid)
{
	int status = 0;

	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		return soak_fail("no VMM to wait for");
	if (!WIFSIGNALED(status))
		return soak_fail("the VMM ended by itself, with status %d: see " LOG,
				 WEXITSTATUS(status));
	return true;
}

/* How long a VMM takes until its guest is at work; 0 = it does not get there. */
static unsigned int measure_start(void)
{
	uint64_t begin_ms = soak_now_ms();
	uint64_t ms = 0;
	pid_t pid;

	unlink(LOG);
	pid = start_vmm();
	if (pid < 0)
		return 0;
	while (!log_says(AT_WORK) && ms < START_MS) {
		soak_sleep_ms(10);
		ms = soak_now_ms() - begin_ms;
	}
	return end_vmm(pid) && ms < START_MS ? (unsigned int)ms + 1 : 0;
}

struct tally {
	unsigned int nr_with_vm;
	unsigned int nr_at_work;
	uint64_t longest_ms;
};

static bool kill_one(unsigned int after_ms, bool look, struct tally *tally)
{
	uint64_t begin_ms;
	pid_t pid;
	int nr;

	unlink(LOG);
	pid = start_vmm();
	if (pid < 0)
		return soak_fail("no process");
	soak_sleep_ms(after_ms);
	tally->nr_with_vm += counters_nr_vms() > 0;
	if (!end_vmm(pid))
		return false;
	tally->nr_at_work += log_says(AT_WORK);
	if (log_says("FAIL"))
		return soak_fail("the guest got a wrong answer: see " LOG);

	begin_ms = soak_now_ms();
	do
		nr = counters_nr_vms();
	while (nr > 0 && soak_now_ms() - begin_ms < START_MS);
	if (nr)
		return soak_fail("after a kill %u ms after the start: %d VMs", after_ms, nr);
	if (soak_now_ms() - begin_ms > tally->longest_ms)
		tally->longest_ms = soak_now_ms() - begin_ms;
	return !look || counters_are_zero();
}

bool soak_kill(unsigned int nr, uint64_t seed)
{
	struct tally tally = { 0 };
	unsigned int start_ms = measure_start();
	unsigned int i;

	if (!start_ms)
		return soak_fail("the guest does not get to its work: see " LOG);
	for (i = 0; i < nr; i++) {
		unsigned int after_ms = (unsigned int)(soak_random(&seed) % (2 * start_ms));

		if (!kill_one(after_ms, (i + 1) % LOOK_EVERY == 0 || i + 1 == nr, &tally))
			return soak_fail("kill %u", i);
		soak_progress(i + 1, nr);
	}
	printf("# at work after %u ms; %u killed with a VM, %u of them at work; gone at most %llu "
	       "ms after\n",
	       start_ms, tally.nr_with_vm, tally.nr_at_work, (unsigned long long)tally.longest_ms);
	return tally.nr_at_work > 0 || soak_fail("none was killed at work");
}
