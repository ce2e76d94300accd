/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* What a VM may see is decided here; vffa_visible() in relay.h is the one answer for every interface. */
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

#endif /* VFFA_CORE_POLICY_H */
