/* SPDX-License-Identifier: GPL-2.0-only */
/* Version, features, ids. */
#ifndef SPMC_SETUP_H
#define SPMC_SETUP_H

#include "call.h"

int do_version(struct call *c);
int do_features(struct call *c);
int do_id_get(struct call *c);
int do_spm_id_get(struct call *c);

#endif /* SPMC_SETUP_H */
