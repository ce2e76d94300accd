/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Register codecs of notifications, for guests' calls and for the SPMC's answers. Pure functions;
 * what reaches them is as abi_call.h says.
 */
#ifndef VFFA_ABI_NOTIF_H
#define VFFA_ABI_NOTIF_H

#include <vffa/abi.h>
#include <vffa/regs.h>
#include <vffa/ret.h>

/**
 * struct vffa_notif_args - FFA_NOTIFICATION_BIND, UNBIND and SET
 * @sender, @receiver: of the notifications, as the caller states them
 * @per_vcpu: they are for one vCPU; UNBIND: false
 * @vcpu:     SET of such ones: which; else 0
 * @bits:     which notifications; at least one
 */
struct vffa_notif_args {
	vffa_id_t sender;
	vffa_id_t receiver;
	bool per_vcpu;
	uint16_t vcpu;
	uint64_t bits;
};

/**
 * vffa_notif_bind_decode() - FFA_NOTIFICATION_BIND
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS a reserved flag is set, or no notification is named.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_bind_decode(const struct vffa_regs *regs,
						     struct vffa_notif_args *args);

/** vffa_notif_unbind_decode() - FFA_NOTIFICATION_UNBIND, which has no flags; as for BIND */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_unbind_decode(const struct vffa_regs *regs,
						       struct vffa_notif_args *args);

/**
 * vffa_notif_set_decode() - FFA_NOTIFICATION_SET
 *
 * Return: as for BIND; also where a vCPU is named for global notifications, or the schedule receiver
 * interrupt is to be delayed: only partitions may ask for that.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_set_decode(const struct vffa_regs *regs,
						    struct vffa_notif_args *args);

/** vffa_notif_args_encode() - the registers of @fid, one of the three calls */
void vffa_notif_args_encode(uint32_t fid, const struct vffa_notif_args *args,
			    struct vffa_regs *regs);

/**
 * struct vffa_notif_get_args - FFA_NOTIFICATION_GET
 * @receiver, @vcpu: as the caller states them
 * @flags: FFA_NOTIF_GET_*
 */
struct vffa_notif_get_args {
	vffa_id_t receiver;
	uint16_t vcpu;
	uint32_t flags;
};

/**
 * vffa_notif_get_decode() - FFA_NOTIFICATION_GET
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS a reserved flag is set.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_notif_get_decode(const struct vffa_regs *regs,
						    struct vffa_notif_get_args *args);

/** vffa_notif_get_encode() - the opposite */
void vffa_notif_get_encode(const struct vffa_notif_get_args *args, struct vffa_regs *regs);

/**
 * struct vffa_notif_bits - pending notifications, by who set them
 * @sps, @vms: partitions, VMs
 * @spm, @hyp: the framework's halves
 */
struct vffa_notif_bits {
	uint64_t sps;
	uint64_t vms;
	uint32_t spm;
	uint32_t hyp;
};

/** vffa_notif_bits_encode() - the answer to FFA_NOTIFICATION_GET */
void vffa_notif_bits_encode(const struct vffa_notif_bits *bits, struct vffa_regs *regs);

/** vffa_notif_bits_decode() - what the SPMC answered to it */
void vffa_notif_bits_decode(const struct vffa_regs *regs, struct vffa_notif_bits *bits);

/**
 * struct vffa_notif_list - an endpoint that has something pending
 * @id:	      of the endpoint
 * @nr_vcpus: entries of @vcpus; 0 = it is for any vCPU
 */
struct vffa_notif_list {
	vffa_id_t id;
	uint16_t nr_vcpus;
	uint16_t vcpus[FFA_NOTIF_INFO_MAX_VCPUS];
};

/**
 * struct vffa_notif_info - the answer to FFA_NOTIFICATION_INFO_GET
 * @more:     there is more to be told
 * @is_cut:   it has more lists, or longer ones, than there are registers: those are not here
 * @nr_lists: entries of @lists
 */
struct vffa_notif_info {
	bool more;
	bool is_cut;
	uint16_t nr_lists;
	struct vffa_notif_list lists[FFA_NOTIF_INFO_MAX_IDS_64];
};

/**
 * vffa_notif_info_decode() - what the SPMC answered to FFA_NOTIFICATION_INFO_GET
 * @regs: FFA_SUCCESS of either width, which tells the width of the registers
 * @info: out; whatever the registers hold, it is within its bounds
 */
void vffa_notif_info_decode(const struct vffa_regs *regs, struct vffa_notif_info *info);

#endif /* VFFA_ABI_NOTIF_H */
