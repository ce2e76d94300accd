/* SPDX-License-Identifier: GPL-2.0-only */
/* FF-A manifests of partitions. */
#ifndef SPMC_MANIFEST_H
#define SPMC_MANIFEST_H

#include "state.h"

/**
 * manifest_read() - fill in a partition from its manifest
 * @s:	  its configuration is set
 * @m:	  the manifest
 * @part: out: everything but its contexts
 *
 * Return: 0; E_INVALID, and the console says why.
 */
int manifest_read(struct spmc *s, const struct spmc_manifest *m, struct spmc_part *part);

/* Text for the console, terminated by a zero. */
void spmc_log(const struct spmc *s, const char *text);

#endif /* SPMC_MANIFEST_H */
