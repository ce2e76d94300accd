/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* May this VM see that partition: the one answer for every interface. */
#ifndef VFFA_CORE_POLICY_H
#define VFFA_CORE_POLICY_H

#include <vffa/relay.h>

/**
 * vffa_policy_apply() - decide once for all what a VM may see
 * @vm:	    being initialised; its relay is set
 * @wanted: by its VMM; NULL = every partition. Used during the call
 * @limit:  by the administrator; NULL = every partition. Used during the call
 *
 * What either hides, the other cannot show.
 */
void vffa_policy_apply(struct vffa_vm *vm, const struct vffa_part_rules *wanted,
		       const struct vffa_part_rules *limit);

/**
 * vffa_visible() - may a VM know of, and talk to, a partition
 * @vm: any
 * @i:  index of any of its entries in spmc.parts, below spmc.nr_parts
 *
 * Discovery, messages, announcements: whoever shows a VM something of a partition, or the partition
 * something of the VM, asks here.
 */
static inline bool vffa_visible(const struct vffa_vm *vm, uint16_t i)
{
	return vm->visible[i / 64] & (1ull << (i % 64));
}

#endif /* VFFA_CORE_POLICY_H */
