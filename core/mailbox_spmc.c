// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* A VM's RX/TX buffers at the SPMC. */
#include "mailbox_spmc.h"

#include "abi_rxtx.h"
#include "smc.h"
#include "vmlock.h"

enum vffa_ret vffa_mailbox_spmc_map(struct vffa_vm *vm)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	struct vffa_regs regs = { .x = { FFA_RXTX_MAP_64 } };
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	ret = cfg->ops->lock(cfg->port, cfg->tx_lock);
	if (ret)
		return ret;
	vffa_rxtx_desc_encode(vm->id, vm->mailbox.rx.pa, vm->mailbox.out.pa, vm->mailbox.nr_pages,
			      cfg->tx);
	ret = vffa_smc_call(vm->relay, &regs);
	cfg->ops->unlock(cfg->port, cfg->tx_lock);
	return ret;
}

enum vffa_ret vffa_mailbox_spmc_unmap(struct vffa_vm *vm)
{
	struct vffa_regs regs = { .x = { FFA_RXTX_UNMAP, (uint64_t)vm->id << 16 } };
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	ret = vffa_smc_call(vm->relay, &regs);
	/* There are none: it never took them, or an earlier answer was lost. */
	return ret == VFFA_INVALID_PARAMETERS ? VFFA_OK : ret;
}

enum vffa_ret vffa_mailbox_spmc_release(struct vffa_vm *vm)
{
	struct vffa_regs regs = { .x = { FFA_RX_RELEASE, vm->id } };

	vffa_vm_assert_locked(vm);
	return vffa_smc_call(vm->relay, &regs);
}

enum vffa_ret vffa_mailbox_spmc_acquire(struct vffa_vm *vm)
{
	struct vffa_regs regs = { .x = { FFA_RX_ACQUIRE, vm->id } };
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	ret = vffa_smc_call(vm->relay, &regs);
	if (!ret)
		return VFFA_OK;
	/*
	 * An answer without sense may have been meant as success. RX is not released here all the
	 * same, because a message may be in it; the guest's next FFA_RX_RELEASE does that.
	 */
	return ret == VFFA_DENIED ? VFFA_BUSY : VFFA_ABORTED;
}
