// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Indirect messages of VMs: checked, translated and sent. */
#include "indirect.h"

#include "abi_msg.h"
#include "part.h"
#include "smc.h"
#include "vmlock.h"

static enum vffa_ret check_receiver(const struct vffa_vm *vm, const struct vffa_msg_header *h)
{
	const struct vffa_part *receiver = vffa_part_find(vm, h->dst);

	/* VMs do not see each other. */
	if (h->src != vm->id || !receiver)
		return VFFA_INVALID_PARAMETERS;
	if (!(receiver->props & FFA_PART_INDIRECT_MSG))
		return VFFA_DENIED;
	return vffa_part_has_uuid(vm, receiver, &h->uuid) ? VFFA_OK : VFFA_INVALID_PARAMETERS;
}

static enum vffa_ret check_payload(const struct vffa_msg_header *h, uint32_t buffer_size,
				   uint32_t header_size)
{
	if (h->offset > buffer_size || h->size > buffer_size - h->offset)
		return VFFA_INVALID_PARAMETERS;
	return h->size <= buffer_size - header_size ? VFFA_OK : VFFA_NO_MEMORY;
}

static enum vffa_ret call_send2(struct vffa_vm *vm)
{
	struct vffa_regs regs = { .x = { FFA_MSG_SEND2, (uint64_t)vm->id << 16 } };

	return vffa_smc_call(vm->relay, &regs);
}

static enum vffa_ret send_locked(struct vffa_vm *vm)
{
	uint32_t buffer_size = vm->mailbox.nr_pages << FFA_PAGE_SHIFT;
	uint32_t minor = vm->relay->spmc.version & 0xFFFFu;
	uint32_t header_size = vffa_msg_header_size(minor);
	const uint8_t *tx = vm->mailbox.tx.va;
	uint8_t *out = vm->mailbox.out.va;
	struct ffa_msg_header wire;
	struct vffa_msg_header h;
	enum vffa_ret ret;

	vffa_vm_assert_locked(vm);
	if (!vm->mailbox.is_shared)
		return VFFA_DENIED;
	memcpy(&wire, tx, sizeof(wire));
	ret = vffa_msg_header_decode(&wire, vffa_vm_version(vm) & 0xFFFFu, &h);
	if (!ret)
		ret = check_receiver(vm, &h);
	if (!ret)
		ret = check_payload(&h, buffer_size, header_size);
	if (ret)
		return ret;

	memcpy(out + header_size, tx + h.offset, h.size);
	h.offset = header_size;
	vffa_msg_header_encode(&h, minor, out);
	return call_send2(vm);
}

enum vffa_ret vffa_indirect_send(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	ret = send_locked(vm);
	vffa_vm_unlock(vm);
	return ret;
}
