// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* FFA_NOTIFICATION_INFO_GET: the SPMC says who has something pending, and they are told. */
#include "notif.h"

#include "smc.h"
#include "turn.h"

static bool takes_notifs(const struct vffa_vm *vm)
{
	return vffa_vm_state(vm) == VFFA_VM_READY && vffa_vm_npi(vm);
}

static void count_stray(struct vffa_relay *relay)
{
	vffa_counter_inc(&relay->notifs.strays);
}

static void tell_vcpu(struct vffa_vm *vm, uint16_t vcpu)
{
	if (vcpu < vm->nr_vcpus)
		vffa_notif_tell(vm, vcpu);
	else
		count_stray(vm->relay);
}

static void tell_vm(struct vffa_vm *vm, const struct vffa_notif_list *list)
{
	if (!list->nr_vcpus)
		vffa_notif_tell(vm, VFFA_VCPU_ANY);
	for (uint16_t i = 0; i < list->nr_vcpus; i++)
		tell_vcpu(vm, list->vcpus[i]);
}

static void route_to_vm(struct vffa_relay *relay, const struct vffa_notif_list *list)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	struct vffa_vm *vm = cfg->ops->vm_get(cfg->port, list->id);

	if (vm && takes_notifs(vm))
		tell_vm(vm, list);
	else
		count_stray(relay);
	if (vm)
		cfg->ops->vm_put(vm);
}

/* The hypervisor itself has no bitmap, and so no entry. */
static void route(struct vffa_relay *relay, const struct vffa_notif_list *list)
{
	vffa_counter_inc(&relay->notifs.lists);
	if (!(list->id & FFA_ID_SECURE))
		route_to_vm(relay, list);
	else if (!vffa_turn_want(relay, list))
		count_stray(relay);
}

/* Is it worth while to ask again? */
static bool may_answer_later(enum vffa_ret ret)
{
	return ret == VFFA_BUSY || ret == VFFA_RETRY || ret == VFFA_INTERRUPTED ||
	       ret == VFFA_NOT_READY;
}

bool vffa_sri(struct vffa_relay *relay)
{
	struct vffa_notif_info info;
	struct vffa_regs before;
	struct vffa_regs regs;

	memset(&regs, 0, sizeof(regs));
	for (unsigned int n = 0; n < VFFA_SRI_MAX_ANSWERS; n++) {
		enum vffa_ret ret;

		before = regs;
		memset(&regs, 0, sizeof(regs));
		regs.x[0] = relay->spmc.info_get_fid;
		vffa_smc(relay, &regs);
		ret = vffa_smc_status(&regs);
		if (ret)
			return may_answer_later(ret);

		/* It goes on when somebody has come to look. Of others, the same again is news. */
		if (relay->spmc.quirks & VFFA_QUIRK_NOTIF_REPEATS &&
		    !memcmp(&regs, &before, sizeof(regs)))
			return true;
		vffa_notif_info_decode(&regs, &info);
		for (uint16_t i = 0; i < info.nr_lists; i++)
			route(relay, &info.lists[i]);
		/* More, but of nobody, is nonsense: it would never end. */
		if (!info.more || !info.nr_lists)
			return false;
	}
	return true;
}
