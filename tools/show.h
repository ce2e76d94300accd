/* SPDX-License-Identifier: GPL-2.0-only */
/* What vffactl shows, for people and as JSON. */
#ifndef TOOLS_SHOW_H
#define TOOLS_SHOW_H

#include <libvffa.h>
#include <stdio.h>

#include "json.h"

/* Each shows one thing: as a JSON value where @json is not NULL, else for people, to @out. */

/** show_status() - the relay and its limits */
void show_status(FILE *out, struct json *json, const struct libvffa_info *info,
		 const struct libvffa_status *status);

/** show_partition() - an entry of the list with index @index */
void show_partition(FILE *out, struct json *json, uint32_t index,
		    const struct libvffa_partition *part);

/** show_vm() - a VM, with what it uses and what it called */
void show_vm(FILE *out, struct json *json, const struct libvffa_vm_status *vm,
	     const struct libvffa_status *limits);

/** show_held() - what partitions hold of a VM in quarantine */
void show_held(FILE *out, struct json *json, const struct libvffa_vm_status *vm);

#endif /* TOOLS_SHOW_H */
