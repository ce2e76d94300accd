// SPDX-License-Identifier: GPL-2.0-only
/* Looking at the relay from outside. Nothing here changes anything; the policy is in rules.c. */
#include "admin.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <uapi/linux/vffa.h>

#include "account.h"
#include "conduit.h"
#include "guest.h"
#include "guest_list.h"
#include "rules.h"

static_assert(VFFA_OFFERS_SPM_ID_GET == VFFA_SPMC_ID_GET);
static_assert(VFFA_OFFERS_DIRECT_32 == VFFA_SPMC_DIRECT_32);
static_assert(VFFA_OFFERS_DIRECT_64 == VFFA_SPMC_DIRECT_64);
static_assert(VFFA_OFFERS_DIRECT2 == VFFA_SPMC_DIRECT2);
static_assert(VFFA_OFFERS_INFO_REGS == VFFA_SPMC_INFO_REGS);
static_assert(VFFA_OFFERS_SHARE == VFFA_SPMC_SHARE);
static_assert(VFFA_OFFERS_LEND == VFFA_SPMC_LEND);
static_assert(VFFA_OFFERS_DONATE == VFFA_SPMC_DONATE);
static_assert(VFFA_OFFERS_NOTIF == VFFA_SPMC_NOTIF);
static_assert(VFFA_OFFERS_INDIRECT == VFFA_SPMC_INDIRECT);
static_assert(VFFA_OFFERS_RETRIEVE == VFFA_SPMC_RETRIEVE);
static_assert(VFFA_OFFERS_LOOK_UP == VFFA_SPMC_LOOK_UP);
static_assert(VFFA_RX_NONE == (int)VFFA_MAILBOX_NONE);
static_assert(VFFA_RX_FREE == (int)VFFA_MAILBOX_FREE);
static_assert(VFFA_RX_FULL == (int)VFFA_MAILBOX_FULL);
static_assert(VFFA_NR_CALL_COUNTS == VFFA_NR_COUNTED_FUNCS);
static_assert(VFFA_NR_ERROR_COUNTS == VFFA_NR_COUNTED_ERRORS);
static_assert(sizeof_field(struct vffa_vm_status, visible) * 8 == VFFA_MAX_PARTS);
static_assert(sizeof_field(struct vffa_vm_status, comm) == TASK_COMM_LEN);

/* The first bytes of one and of the other are the same thing. */
static_assert(offsetof(struct vffa_counts, failed) ==
	      offsetof(struct vffa_vm_status, failed) - offsetof(struct vffa_vm_status, calls));
static_assert(offsetof(struct vffa_counts, errors) ==
	      offsetof(struct vffa_vm_status, errors) - offsetof(struct vffa_vm_status, calls));
static_assert(sizeof(struct vffa_counts) ==
	      sizeof(struct vffa_vm_status) - offsetof(struct vffa_vm_status, calls));

long vffa_admin_get_status(struct vffa_status __user *arg)
{
	const struct vffa_spmc *spmc = &vffa_conduit_relay()->spmc;
	struct vffa_status status;
	struct vffa_usage usage;

	vffa_account_usage(NULL, &usage);
	status = (struct vffa_status){
		.flags = vffa_rules_are_set() ? VFFA_STATUS_POLICY : 0,
		.offers = spmc->offers,
		.nr_vms = vffa_guest_list_count(),
		.nr_hidden = spmc->nr_hidden,
		.pages = usage.pages,
		.max_pages = READ_ONCE(vffa_limits.pages),
		.max_user_pages = READ_ONCE(vffa_limits.user_pages),
		.max_vm_pages = READ_ONCE(vffa_limits.vm_pages),
		.max_user_vms = READ_ONCE(vffa_limits.user_vms),
		.quirks = spmc->quirks,
	};

	return copy_to_user(arg, &status, sizeof(status)) ? -EFAULT : 0;
}

long vffa_admin_get_partition(struct vffa_partition __user *arg)
{
	const struct vffa_spmc *spmc = &vffa_conduit_relay()->spmc;
	const struct vffa_part *part;
	struct vffa_partition req;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.pad)
		return -EINVAL;
	if (req.index >= spmc->nr_parts)
		return -ENOENT;

	part = &spmc->parts[array_index_nospec(req.index, spmc->nr_parts)];
	req.props = part->props;
	req.id = part->id;
	req.nr_contexts = part->nr_contexts;
	memcpy(req.uuid, part->uuid.b, sizeof(req.uuid));

	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

static void describe_owner(const struct vffa_guest_found *found, struct vffa_vm_status *status)
{
	const struct vffa_guest *guest = found->guest;

	status->pid = pid_vnr(guest->pid);
	status->uid = from_kuid_munged(current_user_ns(), guest->uid);
	memcpy(status->comm, guest->comm, sizeof(status->comm));
	status->user_vms = found->usage.user_vms;
	status->user_pages = found->usage.user_pages;
}

static int describe_hold(struct vffa_vm *vm, struct vffa_vm_status *status)
{
	struct vffa_vm_held held;

	if (vffa_vm_held(vm, &held))
		return -EINTR;
	status->held_tries = held.nr_tries;
	status->held_ns = held.for_ns;
	status->held_runs = held.nr_runs;
	status->held_partitions = held.nr_parts;
	status->held_handles = held.nr_mems;
	if (held.has_notifs)
		status->flags |= VFFA_VM_STATUS_HELD_NOTIF;
	return 0;
}

static int describe_memory(struct vffa_guest *guest, struct vffa_vm_status *status)
{
	enum vffa_mailbox_state rx;
	struct vffa_vm_mems mems;

	if (vffa_vm_buffers(&guest->vm, &rx, &status->buffer_pages))
		return -EINTR;
	if (vffa_vm_mems(&guest->vm, &mems))
		return -EINTR;
	status->rx_state = rx;
	status->handles = mems.nr_handles;
	status->max_handles = mems.max_handles;
	status->fragmented = mems.nr_fragmented;
	status->max_fragmented = mems.max_fragmented;
	status->pages = vffa_guest_mem_pages(&guest->mem);
	status->max_pages = min(guest->mem.max_pages, READ_ONCE(vffa_limits.vm_pages));
	return 0;
}

static void describe_calls(const struct vffa_vm *vm, struct vffa_vm_status *status)
{
	struct vffa_vm_now now;

	vffa_vm_now(vm, &now);
	status->inside = now.nr_inside;
	status->active = now.nr_active;
	status->stopped = now.nr_stopped;
	status->parked = now.nr_parked;
	vffa_vm_counts(vm, (struct vffa_counts *)status->calls);
}

static void describe_view(const struct vffa_vm *vm, struct vffa_vm_status *status)
{
	for (u16 i = 0; i < vm->relay->spmc.nr_parts; i++) {
		if (vffa_visible(vm, i))
			status->visible[i / 64] |= 1ull << (i % 64);
	}
}

/*
 * Without guest->life, which is held while partitions run, for seconds: each of these is as it was
 * at some moment, and a guest that ends meanwhile is still described. Return: 0 or -EINTR.
 */
static int describe(const struct vffa_guest_found *found, struct vffa_vm_status *status)
{
	struct vffa_guest *guest = found->guest;
	struct vffa_vm *vm = &guest->vm;
	int err;

	status->id = found->id;
	status->nr_vcpus = vm->nr_vcpus;
	status->state = vffa_guest_state(guest);
	status->flags = (READ_ONCE(guest->kvm_file) ? VFFA_VM_STATUS_BOUND : 0) |
			(READ_ONCE(guest->closed) ? VFFA_VM_STATUS_CLOSED : 0) |
			(vffa_guest_is_host(guest) ? VFFA_VM_STATUS_HOST : 0);
	status->ffa_version = vffa_vm_version(vm);
	describe_owner(found, status);
	describe_view(vm, status);
	describe_calls(vm, status);

	err = describe_memory(guest, status);
	if (err)
		return err;
	return describe_hold(vm, status);
}

static int find_vm(u16 id, struct vffa_vm_status *status)
{
	struct vffa_guest_found found;
	int err;

	if (!vffa_guest_list_find(id, capable(CAP_SYS_ADMIN), &found))
		return -ENOENT;
	err = describe(&found, status);
	vffa_guest_put(found.guest);
	return err;
}

long vffa_admin_find_vm(struct vffa_vm_status __user *arg)
{
	struct vffa_vm_status *status;
	long err;
	u16 id;

	if (get_user(id, &arg->id))
		return -EFAULT;
	/* Too large for the stack. */
	status = kzalloc(sizeof(*status), GFP_KERNEL);
	if (!status)
		return -ENOMEM;

	err = find_vm(id, status);
	if (!err && copy_to_user(arg, status, sizeof(*status)))
		err = -EFAULT;
	kfree(status);

	return err;
}
