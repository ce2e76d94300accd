// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The relay as an administrator sees it: status, partitions, everybody's VMs, policy.
 * What a VMM does with a VM of its own is not here but in vm.c.
 */
#include "internal.h"

#include <errno.h>
#include <string.h>

#include <linux/vffa.h>

#include "options.h"
#include "sys.h"

_Static_assert(LIBVFFA_STATUS_POLICY == VFFA_STATUS_POLICY, "same flag");
_Static_assert(LIBVFFA_OFFERS_SPM_ID_GET == VFFA_OFFERS_SPM_ID_GET, "same flag");
_Static_assert(LIBVFFA_OFFERS_DIRECT_32 == VFFA_OFFERS_DIRECT_32, "same flag");
_Static_assert(LIBVFFA_OFFERS_DIRECT_64 == VFFA_OFFERS_DIRECT_64, "same flag");
_Static_assert(LIBVFFA_OFFERS_DIRECT2 == VFFA_OFFERS_DIRECT2, "same flag");
_Static_assert(LIBVFFA_OFFERS_INFO_REGS == VFFA_OFFERS_INFO_REGS, "same flag");
_Static_assert(LIBVFFA_OFFERS_SHARE == VFFA_OFFERS_SHARE, "same flag");
_Static_assert(LIBVFFA_OFFERS_LEND == VFFA_OFFERS_LEND, "same flag");
_Static_assert(LIBVFFA_OFFERS_DONATE == VFFA_OFFERS_DONATE, "same flag");
_Static_assert(LIBVFFA_OFFERS_NOTIF == VFFA_OFFERS_NOTIF, "same flag");
_Static_assert(LIBVFFA_OFFERS_INDIRECT == VFFA_OFFERS_INDIRECT, "same flag");
_Static_assert(LIBVFFA_OFFERS_RETRIEVE == VFFA_OFFERS_RETRIEVE, "same flag");
_Static_assert(LIBVFFA_OFFERS_LOOK_UP == VFFA_OFFERS_LOOK_UP, "same flag");
_Static_assert(LIBVFFA_VM_STATUS_BOUND == VFFA_VM_STATUS_BOUND, "same flag");
_Static_assert(LIBVFFA_VM_STATUS_CLOSED == VFFA_VM_STATUS_CLOSED, "same flag");
_Static_assert(LIBVFFA_VM_STATUS_HELD_NOTIF == VFFA_VM_STATUS_HELD_NOTIF, "same flag");
_Static_assert(LIBVFFA_VM_STATUS_HOST == VFFA_VM_STATUS_HOST, "same flag");
_Static_assert(LIBVFFA_RX_FREE == VFFA_RX_FREE && LIBVFFA_RX_FULL == VFFA_RX_FULL, "same states");
_Static_assert(LIBVFFA_NR_CALL_COUNTS == VFFA_NR_CALL_COUNTS, "same counts");
_Static_assert(LIBVFFA_NR_ERROR_COUNTS == VFFA_NR_ERROR_COUNTS, "same counts");
_Static_assert(LIBVFFA_MAX_POLICY_RULES == VFFA_MAX_POLICY_RULES, "same limit");
_Static_assert(LIBVFFA_POLICY_ALLOW == VFFA_POLICY_ALLOW, "same flag");
_Static_assert(LIBVFFA_POLICY_USER == VFFA_POLICY_USER, "same kind");
_Static_assert(LIBVFFA_POLICY_GROUP == VFFA_POLICY_GROUP, "same kind");
_Static_assert(sizeof(struct libvffa_policy_rule) == sizeof(struct vffa_policy_rule), "same rule");

int libvffa_get_status(struct libvffa *ctx, struct libvffa_status *status)
{
	struct vffa_status raw = { 0 };
	struct libvffa_status ours;
	int ret;

	ret = libvffa_sys_ioctl(ctx->fd, VFFA_GET_STATUS, &raw);
	if (ret < 0)
		return ret;

	ours = (struct libvffa_status){
		.flags = raw.flags,
		.offers = raw.offers,
		.nr_vms = raw.nr_vms,
		.nr_hidden = raw.nr_hidden,
		.pages = raw.pages,
		.max_pages = raw.max_pages,
		.max_user_pages = raw.max_user_pages,
		.max_vm_pages = raw.max_vm_pages,
		.max_user_vms = raw.max_user_vms,
		.quirks = raw.quirks,
	};
	return libvffa_options_out(status, sizeof(ours), &ours, sizeof(ours));
}

int libvffa_get_partition(struct libvffa *ctx, uint32_t index, struct libvffa_partition *part)
{
	struct vffa_partition raw = { .index = index };
	struct libvffa_partition ours;
	int ret;

	ret = libvffa_sys_ioctl(ctx->fd, VFFA_GET_PARTITION, &raw);
	if (ret < 0)
		return ret;

	ours = (struct libvffa_partition){
		.props = raw.props,
		.id = raw.id,
		.nr_contexts = raw.nr_contexts,
	};
	memcpy(ours.uuid.bytes, raw.uuid, sizeof(ours.uuid.bytes));
	return libvffa_options_out(part, sizeof(ours), &ours, sizeof(ours));
}

static void copy_counts(struct libvffa_vm_status *ours, const struct vffa_vm_status *raw)
{
	memcpy(ours->comm, raw->comm, sizeof(ours->comm));
	memcpy(ours->visible, raw->visible, sizeof(ours->visible));
	memcpy(ours->calls, raw->calls, sizeof(ours->calls));
	memcpy(ours->failed, raw->failed, sizeof(ours->failed));
	memcpy(ours->errors, raw->errors, sizeof(ours->errors));
}

int libvffa_find_vm(struct libvffa *ctx, uint16_t id, struct libvffa_vm_status *status)
{
	struct vffa_vm_status raw = { .id = id };
	struct libvffa_vm_status ours;
	int ret;

	ret = libvffa_sys_ioctl(ctx->fd, VFFA_FIND_VM, &raw);
	if (ret < 0)
		return ret;

	ours = (struct libvffa_vm_status){
		.id = raw.id,
		.nr_vcpus = raw.nr_vcpus,
		.state = raw.state,
		.flags = raw.flags,
		.ffa_version = raw.ffa_version,
		.pid = raw.pid,
		.uid = raw.uid,
		.rx_state = raw.rx_state,
		.buffer_pages = raw.buffer_pages,
		.pages = raw.pages,
		.user_pages = raw.user_pages,
		.user_vms = raw.user_vms,
		.held_tries = raw.held_tries,
		.held_ns = raw.held_ns,
		.held_runs = raw.held_runs,
		.held_partitions = raw.held_partitions,
		.held_handles = raw.held_handles,
		.max_pages = raw.max_pages,
		.handles = raw.handles,
		.max_handles = raw.max_handles,
		.fragmented = raw.fragmented,
		.max_fragmented = raw.max_fragmented,
		.inside = raw.inside,
		.active = raw.active,
		.stopped = raw.stopped,
		.parked = raw.parked,
		.preempted = raw.preempted,
	};
	copy_counts(&ours, &raw);
	return libvffa_options_out(status, sizeof(ours), &ours, sizeof(ours));
}

int libvffa_set_policy(struct libvffa *ctx, const struct libvffa_policy_rule *rules, size_t nr)
{
	struct vffa_policy raw = { .rules = (uintptr_t)rules };

	if (nr > VFFA_MAX_POLICY_RULES)
		return -E2BIG;
	raw.nr_rules = (uint32_t)nr;
	return libvffa_sys_ioctl(ctx->fd, VFFA_SET_POLICY, &raw);
}

int libvffa_get_policy(struct libvffa *ctx, struct libvffa_policy_rule *rules, size_t *nr)
{
	struct vffa_policy raw = { .rules = (uintptr_t)rules };
	int ret;

	raw.nr_rules = *nr < VFFA_MAX_POLICY_RULES ? (uint32_t)*nr : VFFA_MAX_POLICY_RULES;
	ret = libvffa_sys_ioctl(ctx->fd, VFFA_GET_POLICY, &raw);
	if (ret < 0)
		return ret;
	*nr = raw.nr_rules;
	return !!(raw.flags & VFFA_STATUS_POLICY);
}
