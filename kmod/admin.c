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

static void describe_owner(const struct vffa_guest *guest, struct vffa_vm_status *status)
{
	struct vffa_usage usage;

	status->pid = pid_vnr(guest->pid);
	status->uid = from_kuid_munged(current_user_ns(), guest->uid);
	memcpy(status->comm, guest->comm, sizeof(status->comm));
	vffa_account_usage(guest->user, &usage);
	status->user_vms = usage.user_vms;
	status->user_pages = usage.user_pages;
}

static void describe_hold(const struct vffa_vm *vm, struct vffa_vm_status *status)
{
	struct vffa_vm_held held;

	vffa_vm_held(vm, &held);
	status->held_tries = held.nr_tries;
	status->held_ns = held.for_ns;
	status->held_runs = held.nr_runs;
	status->held_partitions = held.nr_parts;
}

static void describe_view(const struct vffa_vm *vm, struct vffa_vm_status *status)
{
	for (u16 i = 0; i < vm->relay->spmc.nr_parts; i++) {
		if (vffa_visible(vm, i))
			status->visible[i / 64] |= 1ull << (i % 64);
	}
}

static int describe_locked(struct vffa_guest *guest, struct vffa_vm_status *status)
{
	struct vffa_vm *vm = &guest->vm;
	enum vffa_mailbox_state rx;

	lockdep_assert_held(&guest->life);
	if (vffa_vm_buffers(vm, &rx, &status->buffer_pages))
		return -EINTR;

	status->id = vm->id;
	status->nr_vcpus = vm->nr_vcpus;
	status->state = vffa_guest_state(guest);
	status->flags = (guest->kvm_file ? VFFA_VM_STATUS_BOUND : 0) |
			(guest->closed ? VFFA_VM_STATUS_CLOSED : 0);
	status->ffa_version = vffa_vm_version(vm);
	status->rx_state = rx;
	status->pages = vffa_guest_mem_pages(&guest->mem);
	describe_owner(guest, status);
	describe_hold(vm, status);
	describe_view(vm, status);
	vffa_vm_counts(vm, (struct vffa_counts *)status->calls);

	return 0;
}

/* Return: 0; -EAGAIN the guest is gone; -EINTR. */
static int describe(struct vffa_guest *guest, struct vffa_vm_status *status)
{
	int err;

	if (mutex_lock_killable(&guest->life))
		return -EINTR;
	err = guest->gone ? -EAGAIN : describe_locked(guest, status);
	mutex_unlock(&guest->life);

	return err;
}

static int find_vm(u16 id, struct vffa_vm_status *status)
{
	bool all = capable(CAP_SYS_ADMIN);
	struct vffa_guest *guest;
	int err;

	do {
		guest = vffa_guest_list_find(id, all);
		if (!guest)
			return -ENOENT;
		err = describe(guest, status);
		vffa_guest_put(guest);
	} while (err == -EAGAIN);

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
