// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* FFA_MSG_WAIT and FFA_YIELD of VMs. Neither leaves the relay: the host schedules vCPUs. */
#include "cycles.h"

#include "mailbox.h"

/* A guest that has nothing to do but wait for a message asks again after this. */
#define WAIT_NS 1000000ull

enum vffa_ret vffa_cycles_wait(struct vffa_vcpu *vcpu, bool keep_rx)
{
	const struct vffa_relay_config *cfg = &vcpu->vm->relay->cfg;
	enum vffa_ret ret = VFFA_OK;

	if (!keep_rx)
		ret = vffa_mailbox_wait(vcpu->vm);
	if (ret)
		return ret;
	if (!cfg->ops->vcpu_must_leave(vcpu))
		cfg->ops->sleep(cfg->port, WAIT_NS);
	return VFFA_OK;
}

void vffa_cycles_yield(struct vffa_vcpu *vcpu)
{
	const struct vffa_relay_config *cfg = &vcpu->vm->relay->cfg;

	cfg->ops->relax(cfg->port);
}
