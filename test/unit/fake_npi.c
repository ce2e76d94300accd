// SPDX-License-Identifier: GPL-2.0-only
/* The fake home, as far as notifications go: who has which id, and who was interrupted. */
#include "fake_impl.h"

struct vffa_vm *fake_op_vm_get(void *arg, vffa_id_t id)
{
	struct fake_port *port = arg;
	struct vffa_vm *found = NULL;

	if (fake_is_any_held())
		fake_complain(port, "vm_get() with a lock held");

	pthread_mutex_lock(&port->mutex);
	for (unsigned int i = 0; i < FAKE_MAX_VMS; i++) {
		struct fake_vm *vm = port->vms[i];

		if (!vm || !vm->vm.relay || vm->vm.id != id)
			continue;
		vm->nr_gets++;
		found = &vm->vm;
	}
	pthread_mutex_unlock(&port->mutex);
	return found;
}

void fake_op_vm_put(struct vffa_vm *vm)
{
	struct fake_vm *fake = fake_vm_of(vm);

	pthread_mutex_lock(&fake->port->mutex);
	if (!fake->nr_gets)
		fake_complain_locked(fake->port, "vm_put() without vm_get()");
	else
		fake->nr_gets--;
	pthread_mutex_unlock(&fake->port->mutex);
}

void fake_op_npi(struct vffa_vm *vm, uint16_t vcpu)
{
	struct fake_vm *fake = fake_vm_of(vm);

	pthread_mutex_lock(&fake->port->mutex);
	if (!vm->notif.npi)
		fake_complain_locked(fake->port, "npi() for a VM without notifications");
	if (vcpu == VFFA_VCPU_ANY)
		fake->nr_npis_any++;
	else if (vcpu < vm->nr_vcpus)
		fake->nr_npis[vcpu]++;
	else
		fake_complain_locked(fake->port, "npi() for a vCPU that is not there");
	pthread_mutex_unlock(&fake->port->mutex);
}
