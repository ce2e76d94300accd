// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VMM gone mad: threads that throw every ioctl of /dev/vffa and its VMs at whatever descriptor is
 * at hand, with arguments that are right, nearly right or noise, while others close the descriptors,
 * take the memory away, and fork (steps.c). What an ioctl returns must be in docs/uapi.md
 * (refused.c), and in the end nothing may be left.
 */
#include "abuse.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "soak.h"

#define NR_THREADS 4

static void *run(void *arg)
{
	struct abuser *a = arg;
	unsigned int i;

	for (i = 0; i < a->nr && !atomic_load(&a->all->failed); i++) {
		if (!abuse_step(a))
			atomic_store(&a->all->failed, true);
		if (a == a->all->first)
			soak_progress(i + 1, a->nr);
	}
	return NULL;
}

static bool abuse_begin(struct abuse *all)
{
	for (unsigned int i = 0; i < ABUSE_NR_VMS; i++)
		atomic_init(&all->vms[i], -1);
	for (unsigned int i = 0; i < ABUSE_NR_KVMS; i++)
		atomic_init(&all->kvms[i], -1);
	all->dev = open("/dev/vffa", O_RDWR | O_CLOEXEC);
	all->memfd = memfd_create("kvm-vm", MFD_CLOEXEC);
	all->eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	all->ram = mmap(NULL, ABUSE_RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	return all->dev >= 0 && all->memfd >= 0 && all->eventfd >= 0 && all->ram != MAP_FAILED;
}

static bool abuse_end(struct abuse *all)
{
	for (unsigned int i = 0; i < ABUSE_NR_VMS; i++)
		abuse_replace(&all->vms[i], -1);
	for (unsigned int i = 0; i < ABUSE_NR_KVMS; i++)
		abuse_replace(&all->kvms[i], -1);
	close(all->dev);
	close(all->memfd);
	close(all->eventfd);
	munmap(all->ram, ABUSE_RAM_SIZE);
	return true;
}

static bool run_abusers(struct abuse *all, unsigned int nr, uint64_t seed)
{
	struct abuser abusers[NR_THREADS];
	unsigned int nr_served = 0, nr_answered = 0, nr_parked = 0, nr_sent = 0;
	unsigned int i;

	all->first = &abusers[0];
	for (i = 0; i < NR_THREADS; i++) {
		abusers[i] = (struct abuser){ .all = all,
					      .row = seed * NR_THREADS + i,
					      .nr = nr / NR_THREADS };
		if (pthread_create(&abusers[i].thread, NULL, run, &abusers[i])) {
			atomic_store(&all->failed, true);
			break;
		}
	}
	while (i--) {
		pthread_join(abusers[i].thread, NULL);
		nr_served += abusers[i].nr_served;
		nr_answered += abusers[i].nr_answered;
		nr_parked += abusers[i].nr_parked;
		nr_sent += abusers[i].nr_sent;
	}
	printf("# %u ioctls were served, %u calls among them; %u calls were parked, %u pieces of memory "
	       "sent\n",
	       nr_served, nr_answered, nr_parked, nr_sent);
	return !atomic_load(&all->failed) && nr_answered && nr_parked && nr_sent;
}

bool soak_abuse(unsigned int nr, uint64_t seed)
{
	static struct abuse all;
	bool good;

	if (!abuse_begin(&all))
		return soak_fail("begin: %s", strerror(errno));
	good = run_abusers(&all, nr, seed);
	return abuse_end(&all) && good && counters_are_zero();
}
