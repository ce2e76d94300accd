/* SPDX-License-Identifier: GPL-2.0-only */
/* What endpoints and VMMs do, at random; and what must come of it by the model. */
#ifndef VFFA_PROP_STEPS_H
#define VFFA_PROP_STEPS_H

#include "model.h"

/**
 * struct step - one thing somebody does
 * @kind: index into the list of kinds
 * @seed: of everything else about it
 */
struct step {
	uint32_t kind;
	uint64_t seed;
};

/** step_random() - any step */
struct step step_random(struct rng *rng);

/** step_name() - for people */
const char *step_name(const struct step *step);

/** step_play() - do it, where it is possible, and check what comes of it */
void step_play(struct model *m, const struct step *step);

/** steps_begin() - guests boot */
void steps_begin(struct model *m, struct rng *rng);

/** steps_end() - everybody gives back what they can, and every VM ends */
void steps_end(struct model *m);

#endif /* VFFA_PROP_STEPS_H */
