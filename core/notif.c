// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * Notifications as a guest binds, sets and gets them. Who tells it that some are pending is in
 * notif_info.c, what becomes of them when it comes and goes in notif_life.c.
 */
#include "notif.h"

#include "indirect.h"
#include "part.h"
#include "smc.h"
#include "vmlock.h"

static int set_bits(vffa_atomic_t *word, int bits)
{
	int old = vffa_atomic_load(word);

	while (!vffa_atomic_try_cmpxchg(word, &old, old | bits))
		;
	return old;
}

static int take_bits(vffa_atomic_t *word, int bits)
{
	int old = vffa_atomic_load(word);

	while (!vffa_atomic_try_cmpxchg(word, &old, old & ~bits))
		;
	return old & bits;
}

static enum vffa_ret call_spmc(struct vffa_vm *vm, uint32_t fid, const struct vffa_notif_args *args)
{
	struct vffa_regs regs;

	vffa_notif_args_encode(fid, args, &regs);
	vffa_smc(vm->relay, &regs);
	return vffa_smc_status(&regs);
}

/*
 * Who is bound to what is known here, too: an SPMC may show a guest bits that it never bound, and may
 * want everything unbound before it forgets the VM.
 *
 * Calls of several vCPUs overlap, and the SPMC decides in which order. So that what is bound is always
 * known to be, a sender is noted after the SPMC has bound it, and forgotten before the SPMC hears of
 * that; and bits are shown as long as any call is under way that may have to do with them.
 */
static uint64_t bound_bits(const struct vffa_notif *n)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < VFFA_NR_NOTIFS; i++)
		bits |= n->senders[i] ? 1ull << i : 0;
	return bits;
}

/* Replace sender @from of @bits by @to. Returns of which. */
static uint64_t replace_sender_locked(struct vffa_vm *vm, uint64_t bits, vffa_id_t from,
				      vffa_id_t to)
{
	struct vffa_notif *n = &vm->notif;
	uint64_t done = 0;

	vffa_vm_assert_locked(vm);
	for (unsigned int i = 0; i < VFFA_NR_NOTIFS; i++) {
		if (!(bits >> i & 1) || n->senders[i] != from)
			continue;
		n->senders[i] = to;
		done |= 1ull << i;
	}
	return done;
}

static void end_change_locked(struct vffa_vm *vm)
{
	struct vffa_notif *n = &vm->notif;

	vffa_vm_assert_locked(vm);
	n->nr_changing--;
	if (!n->nr_changing)
		n->shown = bound_bits(n);
}

/* BIND and UNBIND: may the caller say so? */
static enum vffa_ret check_bind(const struct vffa_vm *vm, const struct vffa_notif_args *args)
{
	if (args->receiver != vm->id || !vffa_part_find(vm, args->sender))
		return VFFA_INVALID_PARAMETERS;
	return VFFA_OK;
}

enum vffa_ret vffa_notif_bind(struct vffa_vm *vm, const struct vffa_notif_args *args)
{
	struct vffa_notif *n = &vm->notif;
	enum vffa_ret ret;

	ret = check_bind(vm, args);
	if (!ret)
		ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	n->shown |= args->bits;
	n->nr_changing++;
	vffa_vm_unlock(vm);

	ret = call_spmc(vm, FFA_NOTIFICATION_BIND, args);

	vffa_vm_lock_always(vm);
	/* An answer that makes no sense may have been meant as success. */
	for (unsigned int i = 0; i < VFFA_NR_NOTIFS; i++) {
		if ((!ret || ret == VFFA_ABORTED) && args->bits >> i & 1)
			n->senders[i] = args->sender;
	}
	end_change_locked(vm);
	vffa_vm_unlock(vm);
	return ret;
}

enum vffa_ret vffa_notif_unbind(struct vffa_vm *vm, const struct vffa_notif_args *args)
{
	uint64_t forgotten;
	enum vffa_ret ret;

	ret = check_bind(vm, args);
	if (!ret)
		ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	forgotten = replace_sender_locked(vm, args->bits, args->sender, 0);
	vm->notif.nr_changing++;
	vffa_vm_unlock(vm);

	ret = call_spmc(vm, FFA_NOTIFICATION_UNBIND, args);

	vffa_vm_lock_always(vm);
	if (ret)
		(void)replace_sender_locked(vm, forgotten, 0, args->sender);
	end_change_locked(vm);
	vffa_vm_unlock(vm);
	return ret;
}

enum vffa_ret vffa_notif_set(struct vffa_vm *vm, const struct vffa_notif_args *args)
{
	const struct vffa_part *part = vffa_part_find(vm, args->receiver);

	if (args->sender != vm->id || !part)
		return VFFA_INVALID_PARAMETERS;
	if (!(part->props & FFA_PART_NOTIFICATION_RECV))
		return VFFA_DENIED;
	if (args->vcpu >= part->nr_contexts)
		return VFFA_INVALID_PARAMETERS;
	return call_spmc(vm, FFA_NOTIFICATION_SET, args);
}

/* The SPMC's part of what a guest wants to get. */
static enum vffa_ret fetch(struct vffa_vm *vm, const struct vffa_notif_get_args *args,
			   struct vffa_notif_bits *bits)
{
	struct vffa_notif_get_args theirs = *args;
	struct vffa_regs regs;
	enum vffa_ret ret;

	theirs.flags &= FFA_NOTIF_GET_SPS | FFA_NOTIF_GET_SPM;
	if (!theirs.flags)
		return VFFA_OK;
	vffa_notif_get_encode(&theirs, &regs);
	vffa_smc(vm->relay, &regs);
	ret = vffa_smc_status(&regs);
	if (!ret)
		vffa_notif_bits_decode(&regs, bits);
	return ret;
}

/* Nothing that was not asked for, and nothing that nobody can have set. */
static void mask_bits(struct vffa_vm *vm, uint32_t flags, struct vffa_notif_bits *bits)
{
	/* What was fetched is gone from the SPMC: no way back. */
	vffa_vm_lock_always(vm);
	bits->sps &= flags & FFA_NOTIF_GET_SPS ? vm->notif.shown : 0;
	vffa_vm_unlock(vm);
	bits->spm &= flags & FFA_NOTIF_GET_SPM ? FFA_NOTIF_RX_FULL : 0;
	/* VMs do not see each other, and the hypervisor is us. */
	bits->vms = 0;
	bits->hyp = 0;
}

/* A vCPU's place among those that were told. */
static vffa_atomic_t *told_word(struct vffa_vm *vm, uint16_t vcpu)
{
	return &vm->notif.told[vcpu / 32];
}

static int told_bit(uint16_t vcpu)
{
	return (int)(1u << (vcpu % 32));
}

void vffa_notif_tell(struct vffa_vm *vm, uint16_t vcpu)
{
	if (vcpu == VFFA_VCPU_ANY)
		set_bits(&vm->notif.told_any, 1);
	else
		set_bits(told_word(vm, vcpu), told_bit(vcpu));
	vm->relay->cfg.ops->npi(vm, vcpu);
}

bool vffa_vm_is_told(const struct vffa_vm *vm, uint16_t vcpu)
{
	if (vcpu == VFFA_VCPU_ANY)
		return vffa_atomic_load(&vm->notif.told_any);
	return vffa_atomic_load(&vm->notif.told[vcpu / 32]) & told_bit(vcpu);
}

/* What was told up to now is answered by the vCPU that comes to get it. */
static void begin_get(struct vffa_vm *vm, uint16_t vcpu)
{
	take_bits(&vm->notif.told_any, 1);
	take_bits(told_word(vm, vcpu), told_bit(vcpu));
}

/*
 * What was told since then may have become pending after the vCPU looked, and its interrupt may have
 * been lost on a handler that was still at work.
 */
static void end_get(struct vffa_vm *vm, uint16_t vcpu)
{
	if (take_bits(&vm->notif.told_any, 1))
		vffa_notif_tell(vm, VFFA_VCPU_ANY);
	if (take_bits(told_word(vm, vcpu), told_bit(vcpu)))
		vffa_notif_tell(vm, vcpu);
}

enum vffa_ret vffa_notif_get(struct vffa_vm *vm, const struct vffa_notif_get_args *args,
			     struct vffa_notif_bits *bits)
{
	enum vffa_ret ret;
	bool looks;

	memset(bits, 0, sizeof(*bits));
	if (args->receiver != vm->id || args->vcpu >= vm->nr_vcpus)
		return VFFA_INVALID_PARAMETERS;

	/* Who asks for nothing that the SPMC has does not look. */
	looks = args->flags & (FFA_NOTIF_GET_SPS | FFA_NOTIF_GET_SPM);
	if (looks)
		begin_get(vm, args->vcpu);
	ret = fetch(vm, args, bits);
	if (!ret) {
		mask_bits(vm, args->flags, bits);
		if (bits->spm & FFA_NOTIF_RX_FULL && !vffa_indirect_present(vm))
			bits->spm &= ~FFA_NOTIF_RX_FULL;
	}
	if (looks)
		end_get(vm, args->vcpu);
	return ret;
}
