// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Indirect messages of VMs: checked, translated and sent. */
#include "indirect.h"

#include "abi_msg.h"
#include "mailbox_spmc.h"
#include "part.h"
#include "smc.h"
#include "vmlock.h"

static uint32_t minor_of(uint32_t version)
{
	return version & 0xFFFFu;
}

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
	uint32_t minor = minor_of(vm->relay->spmc.version);
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
	ret = vffa_msg_header_decode(&wire, minor_of(vffa_vm_version(vm)), &h);
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

/*
 * Is a message in RX? Then it is the guest's, and stays so as long as the lock is held, because it could
 * release RX only by a call.
 */
static bool has_message_locked(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	if (!vm->mailbox.is_shared || vm->mailbox.state != VFFA_MAILBOX_FREE)
		return false;
	ret = vffa_mailbox_spmc_acquire(vm);
	/* The guest has released it already. What the SPMC makes of this shows when it is next used. */
	if (!ret)
		(void)!vffa_mailbox_spmc_release(vm);
	return ret == VFFA_BUSY;
}

/* The guest may be writing to it: what is used is a copy, and it can only spoil its own message. */
static void lengthen_header_locked(struct vffa_vm *vm)
{
	uint32_t buffer_size = vm->mailbox.nr_pages << FFA_PAGE_SHIFT;
	uint8_t *rx = vm->mailbox.rx.va;
	struct ffa_msg_header wire;
	struct vffa_msg_header h;

	vffa_vm_assert_locked(vm);
	memcpy(&wire, rx, sizeof(wire));
	if (vffa_msg_header_decode(&wire, minor_of(vm->relay->spmc.version), &h))
		return;
	if (h.offset < FFA_MSG_HEADER_SIZE_1_2) {
		if (h.size > buffer_size - FFA_MSG_HEADER_SIZE_1_2)
			return;
		memmove(rx + FFA_MSG_HEADER_SIZE_1_2, rx + h.offset, h.size);
		h.offset = FFA_MSG_HEADER_SIZE_1_2;
	}
	/* Where there was room already, what the SPMC does not know of is whatever it was. */
	vffa_msg_header_encode(&h, minor_of(vffa_vm_version(vm)), rx);
}

/*
 * Says RX that it has a message of somebody whom the guest may not see? The SPMC has written that where
 * the guest can write, too: one that changes it could as well have read the message.
 */
static bool names_a_stranger_locked(struct vffa_vm *vm)
{
	struct ffa_msg_header wire;

	vffa_vm_assert_locked(vm);
	if (!vm->mailbox.is_shared || vm->mailbox.state != VFFA_MAILBOX_FREE)
		return false;
	memcpy(&wire, vm->mailbox.rx.va, sizeof(wire));
	return !vffa_part_find(vm, vffa_le16_get(wire.sender));
}

static void discard_locked(struct vffa_vm *vm)
{
	vffa_vm_assert_locked(vm);
	memset(vm->mailbox.rx.va, 0, (size_t)vm->mailbox.nr_pages << FFA_PAGE_SHIFT);
	/* Where that is refused, RX stays full until the guest releases it. */
	vm->mailbox.is_seen = vffa_mailbox_spmc_release(vm) != VFFA_OK;
}

static bool wants_longer_header(const struct vffa_vm *vm)
{
	return minor_of(vffa_vm_version(vm)) >= 2 && minor_of(vm->relay->spmc.version) < 2;
}

/* For FFA_MSG_WAIT. What the guest is told may be about a message that it has read and released. */
static void note_seen_locked(struct vffa_vm *vm)
{
	struct vffa_mailbox *mb = &vm->mailbox;

	vffa_vm_assert_locked(vm);
	mb->is_seen = mb->is_ahead ? has_message_locked(vm)
				   : mb->is_shared && mb->state == VFFA_MAILBOX_FREE;
	mb->is_ahead = false;
}

static bool present_locked(struct vffa_vm *vm)
{
	bool is_hidden = names_a_stranger_locked(vm);

	vffa_vm_assert_locked(vm);
	note_seen_locked(vm);
	/* What is in RX when there is no message is the guest's, and says nothing. */
	if ((!is_hidden && !wants_longer_header(vm)) || !has_message_locked(vm))
		return true;
	if (is_hidden)
		discard_locked(vm);
	else
		lengthen_header_locked(vm);
	return !is_hidden;
}

bool vffa_indirect_present(struct vffa_vm *vm)
{
	bool is_shown;

	/* Its process is being killed: nobody will look. */
	if (vffa_vm_lock(vm))
		return false;
	is_shown = present_locked(vm);
	vffa_vm_unlock(vm);
	return is_shown;
}
