// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: prop_mem [COUNT [SEED]]
 *
 * Plays COUNT (default: 300) random sequences of memory transactions by several VMs, their VMMs and
 * partitions, against a model. Sequence n has seed SEED + n (default: 1; "new" = any), so that one
 * that fails can be played again as "prop_mem 1 SEED". It is made as short as possible, and shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seed.h"
#include "steps.h"

#define MAX_STEPS 80

struct sequence {
	uint64_t seed;
	unsigned int nr_steps;
	struct step steps[MAX_STEPS];
};

static struct sequence make_sequence(uint64_t seed)
{
	struct rng rng = { seed };
	struct sequence seq = { .seed = seed };

	seq.nr_steps = 10 + below(&rng, MAX_STEPS - 9);
	for (unsigned int i = 0; i < seq.nr_steps; i++)
		seq.steps[i] = step_random(&rng);
	return seq;
}

static void play(struct model *m, const struct sequence *seq, bool show)
{
	struct rng rng = { seq->seed ^ 1 };
	const struct play_options opt = {
		.spmc_minor = below(&rng, 3),
		.run = 1u << below(&rng, 12),
		.tx_pages = 1u << below(&rng, 3),
	};

	play_start(m->p, &opt);
	steps_begin(m, &rng);
	for (unsigned int i = 0; i < seq->nr_steps; i++) {
		if (show)
			printf("# step %u: %s 0x%llx\n", i, step_name(&seq->steps[i]),
			       (unsigned long long)seq->steps[i].seed);
		step_play(m, &seq->steps[i]);
	}
	if (show)
		printf("# the end\n");
	steps_end(m);
}

/* Returns false when something did not hold, and what in @failure. */
static bool try_sequence(const struct sequence *seq, bool show, char *failure, size_t size)
{
	struct play *volatile p = play_new();
	struct model *volatile m = calloc(1, sizeof(*m));
	volatile bool good = false;

	if (!m)
		abort();
	m->p = p;
	if (!setjmp(p->escape)) {
		play(m, seq, show);
		good = true;
	}
	if (!good)
		snprintf(failure, size, "%s", p->failure);
	play_end(p);
	free(m);
	return good;
}

static struct sequence without(const struct sequence *seq, unsigned int first, unsigned int nr)
{
	struct sequence rest = *seq;

	memmove(&rest.steps[first], &rest.steps[first + nr],
		(seq->nr_steps - first - nr) * sizeof(rest.steps[0]));
	rest.nr_steps -= nr;
	return rest;
}

/* Leave out what can be left out and it still fails: large parts first, then single steps. */
static struct sequence shrink(struct sequence seq)
{
	char failure[256];
	unsigned int nr = seq.nr_steps / 2;

	while (nr) {
		bool shorter = false;

		for (unsigned int i = 0; i + nr <= seq.nr_steps;) {
			struct sequence rest = without(&seq, i, nr);

			if (try_sequence(&rest, false, failure, sizeof(failure))) {
				i += nr;
			} else {
				seq = rest;
				shorter = true;
			}
		}
		if (!shorter)
			nr /= 2;
	}
	return seq;
}

static void explain(const struct sequence *seq, const char *failure)
{
	char again[256] = "nothing";
	struct sequence shortest = shrink(*seq);

	printf("# seed %llu: %s\n", (unsigned long long)seq->seed, failure);
	printf("# %u of %u steps are enough:\n", shortest.nr_steps, seq->nr_steps);
	(void)try_sequence(&shortest, true, again, sizeof(again));
	printf("# %s\n", again);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 300;
	uint64_t first = seed_get(argc > 2 ? argv[2] : "1");
	unsigned long nr_failed = 0;

	printf("1..1\n");
	for (unsigned long i = 0; i < count && !nr_failed; i++) {
		const struct sequence seq = make_sequence(first + i);
		char failure[256];

		if (try_sequence(&seq, false, failure, sizeof(failure)))
			continue;
		nr_failed++;
		explain(&seq, failure);
	}
	printf("%sok 1 - %lu sequences from seed %llu\n", nr_failed ? "not " : "", count,
	       (unsigned long long)first);
	return nr_failed > 0;
}
