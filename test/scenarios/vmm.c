// SPDX-License-Identifier: GPL-2.0-only
/* What libvffa does with parked calls, without a stage 2 to do it to. */
#include "vmm.h"

bool vmm_is_gone(const struct vmm *vmm, const struct fake_vm *vm, uint64_t ipa)
{
	return vmm->gone[vm->nr][(ipa - FAKE_RAM_IPA) / FFA_PAGE_SIZE];
}

/* Nothing is revoked twice, and nothing restored that was not revoked. */
static void set_gone(struct vmm *vmm, const struct fake_vm *vm, struct vffa_range range, bool gone)
{
	uint64_t first = (range.addr - FAKE_RAM_IPA) / FFA_PAGE_SIZE;

	assert_true(range.addr >= FAKE_RAM_IPA && first + range.nr_pages <= FAKE_RAM_PAGES);
	for (uint64_t i = first; i < first + range.nr_pages; i++) {
		assert_int_equal(vmm->gone[vm->nr][i], !gone);
		vmm->gone[vm->nr][i] = gone;
	}
}

static enum vffa_ret serve(struct vmm *vmm, const struct fake_vm *vm, const struct vffa_vcpu *vcpu)
{
	struct vffa_range range;
	struct vffa_exit exit;

	if (vmm->nr_refusals) {
		vmm->nr_refusals--;
		return VFFA_NO_MEMORY;
	}
	vffa_exit_get(vcpu, &exit);
	for (uint32_t i = 0; i < exit.nr_ranges; i++) {
		assert_int_equal(vffa_exit_ranges(vcpu, i, 1, &range), 1);
		set_gone(vmm, vm, range, exit.op == VFFA_EXIT_REVOKE);
	}
	return VFFA_OK;
}

void vmm_call(struct vmm *vmm, struct fake_vm *vm, unsigned int vcpu, struct vffa_regs *regs)
{
	struct vffa_vcpu *v = &vm->vcpus[vcpu];
	enum vffa_action action;

	assert_true(vffa_vm_enter(&vm->vm));
	action = vffa_call(v, regs, false);
	while (action == VFFA_EXIT_TO_VMM)
		action = vffa_resume(v, serve(vmm, vm, v), regs);
	vffa_vm_leave(&vm->vm);
}
