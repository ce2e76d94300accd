/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* The lock of a VM, through the port. Order of locks: docs/locking.md. */
#ifndef VFFA_VMLOCK_H
#define VFFA_VMLOCK_H

#include <vffa/relay.h>

static inline enum vffa_ret VFFA_MUST_CHECK vffa_vm_lock(struct vffa_vm *vm)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;

	return cfg->ops->lock(cfg->port, vm->lock);
}

static inline void vffa_vm_lock_always(struct vffa_vm *vm)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;

	cfg->ops->lock_always(cfg->port, vm->lock);
}

static inline void vffa_vm_unlock(struct vffa_vm *vm)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;

	cfg->ops->unlock(cfg->port, vm->lock);
}

static inline void vffa_vm_assert_locked(struct vffa_vm *vm)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;

	cfg->ops->assert_locked(cfg->port, vm->lock);
}

#endif /* VFFA_VMLOCK_H */
