// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * A VM's notifications from its beginning to its end: the bitmap that the SPMC keeps for it. A guest
 * neither creates nor destroys it.
 */
#include "notif.h"

#include "smc.h"

static enum vffa_ret call_spmc(struct vffa_vm *vm, uint32_t fid, uint64_t w2)
{
	struct vffa_regs regs = { .x = { fid, vm->id, w2 } };

	vffa_smc(vm->relay, &regs);
	return vffa_smc_status(&regs);
}

static void reset(struct vffa_vm *vm)
{
	struct vffa_notif *n = &vm->notif;

	vffa_atomic_init(&n->told_any, 0);
	for (unsigned int i = 0; i < sizeof(n->told) / sizeof(n->told[0]); i++)
		vffa_atomic_init(&n->told[i], 0);
	n->shown = 0;
	memset(n->senders, 0, sizeof(n->senders));
}

static enum vffa_ret create(struct vffa_vm *vm)
{
	enum vffa_ret ret = call_spmc(vm, FFA_NOTIFICATION_BITMAP_CREATE, vm->nr_vcpus);

	/* What makes no sense may have been meant as success. */
	if (!ret || ret == VFFA_ABORTED)
		vm->notif.held = true;
	return ret;
}

/* A VM had this id before there was this relay: before the host crashed, or was replaced by kexec. */
static enum vffa_ret create_anew(struct vffa_vm *vm)
{
	vm->notif.held = true;
	if (!vffa_notif_end(vm))
		return VFFA_BUSY;
	return create(vm);
}

enum vffa_ret vffa_notif_begin(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	reset(vm);
	if (!vm->notif.npi || !(vm->relay->spmc.offers & VFFA_SPMC_NOTIF))
		return VFFA_OK;

	ret = create(vm);
	if (ret == VFFA_DENIED)
		ret = create_anew(vm);
	/* It has none for VMs, or not for this one, and that will not change: docs/state-machines.md. */
	if (ret == VFFA_NOT_SUPPORTED || ret == VFFA_INVALID_PARAMETERS)
		return VFFA_OK;
	if (ret)
		return ret == VFFA_DENIED ? VFFA_BUSY : ret;
	vffa_atomic_store_release(&vm->notif.has_bitmap, 1);
	return VFFA_OK;
}

bool vffa_notif_is_held(const struct vffa_vm *vm)
{
	return vm->notif.held;
}

/* FFA_NOTIFICATION_GET of a receiver that is there, and asks rightly: why would it be refused? */
static bool has_no_bitmap(enum vffa_ret ret)
{
	return ret == VFFA_INVALID_PARAMETERS || ret == VFFA_NOT_SUPPORTED || ret == VFFA_DENIED;
}

/* What is pending would keep the bitmap. False when there is no bitmap. */
static bool drop_pending(struct vffa_vm *vm)
{
	struct vffa_notif_get_args args = {
		.receiver = vm->id,
		.flags = FFA_NOTIF_GET_SPS | FFA_NOTIF_GET_SPM,
	};
	struct vffa_regs regs;

	for (; args.vcpu < vm->nr_vcpus; args.vcpu++) {
		vffa_notif_get_encode(&args, &regs);
		vffa_smc(vm->relay, &regs);
		if (!args.vcpu && has_no_bitmap(vffa_smc_status(&regs)))
			return false;
	}
	return true;
}

static void unbind_from(struct vffa_vm *vm, vffa_id_t sender)
{
	struct vffa_notif_args args = { .sender = sender, .receiver = vm->id };
	struct vffa_notif *n = &vm->notif;
	struct vffa_regs regs;

	for (unsigned int i = 0; i < VFFA_NR_NOTIFS; i++) {
		if (n->senders[i] != sender)
			continue;
		args.bits |= 1ull << i;
		n->senders[i] = 0;
	}
	/* Whether it did, shows when the bitmap is destroyed. */
	vffa_notif_args_encode(FFA_NOTIFICATION_UNBIND, &args, &regs);
	vffa_smc(vm->relay, &regs);
}

/* The specification does not ask for it, but there are SPMCs that do: VFFA_QUIRK_NOTIF_BOUND. */
static void unbind_all(struct vffa_vm *vm)
{
	for (unsigned int i = 0; i < VFFA_NR_NOTIFS; i++) {
		if (vm->notif.senders[i])
			unbind_from(vm, vm->notif.senders[i]);
	}
}

/* Does the SPMC keep nothing of the VM any more? It need not know the VM. */
static bool destroy(struct vffa_vm *vm)
{
	switch (call_spmc(vm, FFA_NOTIFICATION_BITMAP_DESTROY, 0)) {
	case VFFA_OK:
	case VFFA_INVALID_PARAMETERS:
	case VFFA_NOT_SUPPORTED:
		return true;
	default:
		return false;
	}
}

bool vffa_notif_end(struct vffa_vm *vm)
{
	bool gone;

	vffa_atomic_store_release(&vm->notif.has_bitmap, 0);
	if (!vm->notif.held)
		return true;

	gone = destroy(vm) || !drop_pending(vm);
	if (!gone) {
		unbind_all(vm);
		gone = destroy(vm);
	}
	vm->notif.held = !gone;
	return gone;
}
