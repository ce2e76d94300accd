/* SPDX-License-Identifier: GPL-2.0-only */
/* The VMM of guests in process: it takes memory away that a guest lends, and gives it back. */
#ifndef VFFA_SCENARIO_VMM_H
#define VFFA_SCENARIO_VMM_H

#include "../unit/world.h"

/**
 * struct vmm - one for all VMs
 * @gone:	 pages of RAM that the guest cannot reach
 * @nr_refusals: so many times more it cannot do what it is asked
 */
struct vmm {
	bool gone[WORLD_NR_VMS][FAKE_RAM_PAGES];
	uint64_t nr_refusals;
};

/**
 * vmm_call() - a guest's call, and whatever it takes until it is answered
 * @vmm:  of the VM
 * @vm:	  caller
 * @vcpu: its vCPU
 * @regs: in and out
 */
void vmm_call(struct vmm *vmm, struct fake_vm *vm, unsigned int vcpu, struct vffa_regs *regs);

/** vmm_is_gone() - has the guest no access to the page of RAM at @ipa */
bool vmm_is_gone(const struct vmm *vmm, const struct fake_vm *vm, uint64_t ipa);

#endif /* VFFA_SCENARIO_VMM_H */
