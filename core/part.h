/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/* Partitions: the list of them, and how a guest finds those it may see (policy.h). */
#ifndef VFFA_PART_H
#define VFFA_PART_H

#include <vffa/relay.h>

#include "abi_call.h"

/**
 * vffa_part_find() - a partition by its id
 * @vm: who asks
 * @id: of the partition
 *
 * Return: the first of its entries; NULL = there is none, or the VM may not know of it.
 */
const struct vffa_part *vffa_part_find(const struct vffa_vm *vm, vffa_id_t id);

/**
 * vffa_part_has_uuid() - does a partition offer a service
 * @vm: who asks
 * @part: first of its entries, from vffa_part_find()
 * @uuid: of the service; nil = the partition decides
 */
bool vffa_part_has_uuid(const struct vffa_vm *vm, const struct vffa_part *part,
			const struct vffa_uuid *uuid);

/**
 * vffa_part_add() - learn of a partition; entries stay sorted by id
 * @spmc: being filled
 * @part: copied
 *
 * An entry that makes no sense (not a secure id) or does not fit counts as hidden.
 */
void vffa_part_add(struct vffa_spmc *spmc, const struct vffa_part *part);

/**
 * struct vffa_part_info_reply - FFA_PARTITION_INFO_GET
 * @nr_entries: how many match
 * @entry_size: bytes each in RX; 0 where nothing was written, or before FF-A 1.1
 */
struct vffa_part_info_reply {
	uint32_t nr_entries;
	uint32_t entry_size;
};

/**
 * vffa_part_info_get() - FFA_PARTITION_INFO_GET
 * @vm: the caller
 * @minor: of its FF-A 1.x: layout, and whether each UUID has an entry of its own
 * @args: decoded
 * @reply: out
 *
 * Unless it only counts: RX FREE → FULL.
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS no partition has the UUID; VFFA_BUSY RX is not the
 * relay's; VFFA_NO_MEMORY RX is too small; VFFA_INTERRUPTED killed.
 * Spec: FF-A 1.2, FFA_PARTITION_INFO_GET.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_part_info_get(struct vffa_vm *vm, uint32_t minor,
						 const struct vffa_part_info_args *args,
						 struct vffa_part_info_reply *reply);

/**
 * struct vffa_part_regs_reply - FFA_PARTITION_INFO_GET_REGS
 * @last: index of the last entry there is
 * @current: index of the last entry in @x
 * @x: x3 to x17
 */
struct vffa_part_regs_reply {
	uint16_t last;
	uint16_t current;
	uint64_t x[3 * FFA_PARTITION_REGS_MAX_ENTRIES];
};

/**
 * vffa_part_info_get_regs() - FFA_PARTITION_INFO_GET_REGS
 *
 * The list does not change while the relay runs, so its tag is always 0.
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS no partition has the UUID, or the index is beyond the
 * last; VFFA_RETRY the tag is not this list's.
 * Spec: FF-A 1.2, FFA_PARTITION_INFO_GET_REGS.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_part_info_get_regs(struct vffa_vm *vm, uint32_t minor,
						      const struct vffa_part_regs_args *args,
						      struct vffa_part_regs_reply *reply);

#endif /* VFFA_PART_H */
