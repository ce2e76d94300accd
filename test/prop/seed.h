/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the property tests have their first seed from. */
#ifndef VFFA_PROP_SEED_H
#define VFFA_PROP_SEED_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/**
 * seed_get() - the first seed, which is printed
 * @arg: from the command line: a number; "new" = one that has hardly been played before
 *
 * A run is known by it, even one that dies.
 */
static inline uint64_t seed_get(const char *arg)
{
	uint32_t some;
	uint64_t seed = strtoull(arg, NULL, 0);

	if (!strcmp(arg, "new")) {
		if (getrandom(&some, sizeof(some), 0) != sizeof(some))
			abort();
		seed = (uint64_t)some << 16;
	}
	printf("# sequences from seed %llu on\n", (unsigned long long)seed);
	fflush(stdout);
	return seed;
}

#endif /* VFFA_PROP_SEED_H */
