/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Which partitions a VM may see: rules, as its VMM and the administrator state them.
 *
 * A partition that a VM may not see does not exist for it, whatever it asks or calls.
 */
#ifndef VFFA_POLICY_H
#define VFFA_POLICY_H

#include <vffa/ret.h>

/**
 * struct vffa_part_rule - one rule
 * @uuid:  partitions that have this UUID; nil = every partition
 * @allow: they are visible, or not
 */
struct vffa_part_rule {
	struct vffa_uuid uuid;
	bool allow;
};

/**
 * struct vffa_part_rules - rules in order: the first that fits a partition decides
 * @rules: @nr of them. Borrowed for as long as the function that is given them says
 * @nr:	   0 = no partition is visible; so is one that no rule fits
 *
 * A partition is visible or hidden as a whole: a message without a UUID reaches all of it. Where the
 * SPMC does not say its UUIDs, any of them may be the one that a rule names: a rule that hides fits.
 */
struct vffa_part_rules {
	const struct vffa_part_rule *rules;
	uint16_t nr;
};

#endif /* VFFA_POLICY_H */
