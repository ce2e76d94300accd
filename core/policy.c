// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * Rules against the list of partitions, when a VM is created: the list does not change, and calls
 * only look at the result. Whose rules apply to whom is the home's business.
 */
#include "policy.h"

#include "abi_call.h"
#include "part.h"

/* Does a rule that names a UUID mean this partition, whose entries begin at @part? */
static bool names(const struct vffa_vm *vm, const struct vffa_part_rule *rule,
		  const struct vffa_part *part)
{
	if (vffa_part_has_uuid(vm, part, &rule->uuid))
		return true;
	return !rule->allow && vffa_uuid_is_nil(&part->uuid);
}

static bool allows(const struct vffa_part_rules *rules, const struct vffa_vm *vm,
		   const struct vffa_part *part)
{
	if (!rules)
		return true;
	for (uint16_t i = 0; i < rules->nr; i++) {
		const struct vffa_part_rule *rule = &rules->rules[i];

		if (vffa_uuid_is_nil(&rule->uuid) || names(vm, rule, part))
			return rule->allow;
	}
	return false;
}

void vffa_policy_apply(struct vffa_vm *vm, const struct vffa_part_rules *wanted,
		       const struct vffa_part_rules *limit)
{
	const struct vffa_spmc *spmc = &vm->relay->spmc;
	const struct vffa_part *first = spmc->parts;

	memset(vm->visible, 0, sizeof(vm->visible));
	for (uint16_t i = 0; i < spmc->nr_parts; i++) {
		const struct vffa_part *part = &spmc->parts[i];

		if (part->id != first->id)
			first = part;
		/* Stream ids of devices are no one a VM could talk to. */
		if (part->props & FFA_PART_TYPE_MASK)
			continue;
		if (allows(wanted, vm, first) && allows(limit, vm, first))
			vm->visible[i / 64] |= 1ull << (i % 64);
	}
}
