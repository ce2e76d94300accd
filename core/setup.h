/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* What a guest asks before anything else: the version, and what there is. */
#ifndef VFFA_SETUP_H
#define VFFA_SETUP_H

#include <vffa/relay.h>

/* The highest version the relay speaks with a guest, whatever the SPMC's. */
#define VFFA_VERSION_MAX_MINOR 2u

/**
 * vffa_version() - FFA_VERSION of a guest
 * @vm:     whose
 * @wanted: w1
 *
 * A guest that wants more than there is gets the relay's own version, and has it. The version can
 * change until the guest makes another FF-A call.
 *
 * Return: w0: the relay's version; or NOT_SUPPORTED: another major, reserved bit set, or the
 * version is fixed and this is another.
 * Spec: FF-A 1.2, FFA_VERSION.
 */
uint32_t vffa_version(struct vffa_vm *vm, uint32_t wanted);

/**
 * vffa_version_fix() - end the negotiation
 * @vm: whose
 *
 * Return: struct vffa_vm.version as it is now; 0 before FFA_VERSION.
 */
int vffa_version_fix(struct vffa_vm *vm);

/**
 * vffa_version_use() - the version in force for a call other than FFA_VERSION
 * @vm: whose; its negotiation ends
 *
 * Return: FFA_VERSION_1_*; 0 before FFA_VERSION.
 */
static inline uint32_t vffa_version_use(struct vffa_vm *vm)
{
	int v = vffa_atomic_load(&vm->version);

	if (!(v & VFFA_VERSION_LOCKED))
		v = vffa_version_fix(vm);
	v &= VFFA_VERSION_MINOR_MASK;
	return v ? FFA_VERSION_MAKE(1, v - 1) : 0;
}

/**
 * vffa_features() - FFA_FEATURES
 * @vm:	   whose guest asks
 * @minor: of the guest's FF-A 1.x
 * @id:	   w1: a function id or a feature id
 * @props: out: w2
 *
 * Return: VFFA_OK; VFFA_NOT_SUPPORTED.
 * Spec: FF-A 1.2, FFA_FEATURES.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_features(const struct vffa_vm *vm, uint32_t minor, uint32_t id,
					    uint32_t *props);

#endif /* VFFA_SETUP_H */
