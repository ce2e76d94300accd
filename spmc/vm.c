// SPDX-License-Identifier: GPL-2.0-only
/* What the SPMC keeps for endpoints of the normal world. */
#include "vm.h"

struct spmc_vm *vm_find(struct spmc *s, uint16_t id)
{
	for (unsigned int i = 0; i < SPMC_MAX_VMS; i++) {
		if (s->vms[i].used && s->vms[i].id == id)
			return &s->vms[i];
	}
	return NULL;
}

struct spmc_vm *vm_get(struct spmc *s, uint16_t id)
{
	struct spmc_vm *vm = vm_find(s, id);

	for (unsigned int i = 0; i < SPMC_MAX_VMS && !vm; i++) {
		if (s->vms[i].used)
			continue;
		vm = &s->vms[i];
		*vm = (struct spmc_vm){ .used = true, .id = id };
	}
	return vm;
}

void vm_put(struct spmc_vm *vm)
{
	if (vm->mailbox.state == MAILBOX_NONE && !vm->notif.nr_vcpus)
		vm->used = false;
}

void vm_put_all(struct spmc *s)
{
	for (unsigned int i = 0; i < SPMC_MAX_VMS; i++)
		vm_put(&s->vms[i]);
}
