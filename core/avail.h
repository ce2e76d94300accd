/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* VM availability: telling partitions that a VM begins and ends. */
#ifndef VFFA_AVAIL_H
#define VFFA_AVAIL_H

#include <vffa/relay.h>

/**
 * vffa_avail_created() - tell every partition that subscribed of a new VM
 * @vm: being brought up; takes no calls yet
 *
 * Stops at the first partition that does not accept the VM. Those that did are in @vm->told.
 *
 * Context: may sleep; runs partition code.
 * Return: VFFA_OK; VFFA_DENIED a partition takes no further VM, or @vm->spent says why none is asked;
 * or what went wrong, with a message possibly still under way (vffa_avail_destroyed() ends it).
 * Spec: FF-A 1.1, "VM availability messages".
 */
enum vffa_ret VFFA_MUST_CHECK vffa_avail_created(struct vffa_vm *vm);

/**
 * vffa_avail_destroyed() - tell every partition that knows of the VM of its end
 * @vm: no call is inside, nothing of it runs in SPs
 *
 * Context: may sleep; runs partition code.
 * Return: true when no partition knows of the VM any more; false = call again later.
 */
bool VFFA_MUST_CHECK vffa_avail_destroyed(struct vffa_vm *vm);

/** vffa_avail_count() - how many partitions know, or are being told, of the VM */
uint32_t vffa_avail_count(const struct vffa_vm *vm);

/** vffa_avail_pending() - does a partition know, or is it being told, of the VM */
bool vffa_avail_pending(const struct vffa_vm *vm);

#endif /* VFFA_AVAIL_H */
