// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: soak-test PART N [SEED]
 *
 * Does one thing very often on a host with the development SPMC, and prints "ok" or "not ok" with
 * its name, after diagnostics. Runs in the machine: see host/soak.sh.
 */
#include "soak.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libvffa.h>

bool soak_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
	return false;
}

void soak_progress(unsigned int done, unsigned int nr)
{
	unsigned int step = nr < 40 ? nr : nr / 20;

	if (done && done % step == 0)
		printf("# %u of %u\n", done, nr);
}

/* Marsaglia's xorshift64. */
uint64_t soak_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

uint64_t soak_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void soak_sleep_ms(unsigned int ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&time, NULL);
}

bool soak_call(struct libvffa_vm *vm, uint64_t x[LIBVFFA_NR_REGS])
{
	uint64_t fid = x[0];
	int ret = libvffa_vm_call(vm, 0, 0, x);

	return !ret || soak_fail("call %#llx: %s", (unsigned long long)fid, strerror(-ret));
}

int soak_create(struct libvffa *ctx, struct libvffa_vm **out)
{
	struct libvffa_vm_options options = { .size = sizeof(options), .nr_vcpus = 1 };

	return libvffa_vm_create(ctx, &options, out);
}

static const struct {
	const char *name;
	const char *rule;
	bool (*run)(unsigned int nr, uint64_t seed);
} parts[] = {
	{ "abuse", "ioctls with garbage", soak_abuse },
	{ "kill", "VMMs killed at any moment", soak_kill },
	{ "many", "VMs created and destroyed", soak_many },
	{ "reset", "resets of one VM", soak_reset },
};

int main(int argc, char **argv)
{
	unsigned int nr = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 0) : 0;
	uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 0) : 1;
	bool good;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; nr && seed && i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(argv[1], parts[i].name))
			continue;
		good = parts[i].run(nr, seed);
		printf(good ? "ok %u %s\n" : "not ok %u %s: see above\n", nr, parts[i].rule);
		return good ? 0 : 1;
	}
	fprintf(stderr, "usage: soak-test abuse|kill|many|reset N [SEED]\n");
	return 2;
}
