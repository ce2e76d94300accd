// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* FFA_VERSION and FFA_FEATURES towards a guest. The SPMC's side of them is in relay.c. */
#include "setup.h"

#include "func.h"

static uint32_t minor_wanted(uint32_t wanted)
{
	uint32_t minor = wanted & 0xFFFFu;

	return minor < VFFA_VERSION_MAX_MINOR ? minor : VFFA_VERSION_MAX_MINOR;
}

/* One word holds version and lock, so that two vCPUs cannot negotiate past each other. */
uint32_t vffa_version(struct vffa_vm *vm, uint32_t wanted)
{
	int new = (int)minor_wanted(wanted) + 1;
	int old = vffa_atomic_load(&vm->version);

	if (wanted & FFA_VERSION_MBZ || (wanted & FFA_VERSION_MAJOR_MASK) != FFA_VERSION_1_0)
		return (uint32_t)VFFA_NOT_SUPPORTED;

	do {
		if (old & VFFA_VERSION_LOCKED && (old & VFFA_VERSION_MINOR_MASK) != new)
			return (uint32_t)VFFA_NOT_SUPPORTED;
	} while (!vffa_atomic_try_cmpxchg(&vm->version, &old, new | (old & VFFA_VERSION_LOCKED)));

	return FFA_VERSION_MAKE(1, VFFA_VERSION_MAX_MINOR);
}

int vffa_version_fix(struct vffa_vm *vm)
{
	int old = vffa_atomic_load(&vm->version);

	while (old && !(old & VFFA_VERSION_LOCKED)) {
		int new = old | VFFA_VERSION_LOCKED;

		if (vffa_atomic_try_cmpxchg(&vm->version, &old, new))
			return new;
	}
	return old;
}

/* Feature ids: the schedule receiver interrupt is the host's, the managed exit interrupt an SP's. */
static enum vffa_ret find_feature(const struct vffa_vm *vm, uint32_t minor, uint32_t id,
				  uint32_t *props)
{
	*props = vffa_vm_npi(vm);
	return id == FFA_FEATURE_NPI && minor >= 1 && *props ? VFFA_OK : VFFA_NOT_SUPPORTED;
}

enum vffa_ret vffa_features(const struct vffa_vm *vm, uint32_t minor, uint32_t id, uint32_t *props)
{
	const struct vffa_func *func;

	if (!(id & FFA_FEATURES_IS_FUNCTION))
		return find_feature(vm, minor, id, props);

	func = vffa_func_find(vm->relay, minor, id);
	if (!func || (func->flags & VFFA_FN_NOTIF && !vffa_vm_npi(vm)))
		return VFFA_NOT_SUPPORTED;
	*props = func->features ? func->features(vm->relay, minor) : 0;
	return VFFA_OK;
}
