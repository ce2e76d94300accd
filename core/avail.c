// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* VM_CREATED and VM_DESTROYED (FF-A 1.1, "VM availability messages"). */
#include "avail.h"

#include "run.h"

/*
 * How often VM_CREATED is sent to a partition that puts it off, before the VM is given up: longer in
 * all than a guest may leave the partition's only context stopped.
 */
#define CREATED_TRIES	 300
#define CREATED_RETRY_NS 10000000ull
static_assert(CREATED_TRIES * CREATED_RETRY_NS > VFFA_RUN_OVERDUE_NS + VFFA_WORK_BUDGET_NS);

static const struct vffa_part *part_at(const struct vffa_vm *vm, uint16_t i)
{
	return &vm->relay->spmc.parts[i];
}

static bool is_told(const struct vffa_vm *vm, uint16_t i)
{
	return vm->told[i / 64] & (1ull << (i % 64));
}

static void set_told(struct vffa_vm *vm, uint16_t i, bool told)
{
	if (told)
		vm->told[i / 64] |= 1ull << (i % 64);
	else
		vm->told[i / 64] &= ~(1ull << (i % 64));
}

/*
 * A partition with several UUIDs has several entries and is one receiver. One that the VM does not
 * see never hears of it. The messages are direct requests: who takes none would refuse for ever
 * whatever it subscribed to.
 */
static bool is_receiver(const struct vffa_vm *vm, uint16_t i)
{
	if (!vffa_visible(vm, i) || !(part_at(vm, i)->props & FFA_PART_DIRECT_REQ_RECV))
		return false;
	return !i || part_at(vm, (uint16_t)(i - 1))->id != part_at(vm, i)->id;
}

static bool is_under_way(const struct vffa_vm *vm)
{
	return vffa_atomic_load(&vm->avail.state) == VFFA_RUN_STOPPED;
}

/* Send one message, or go on with the one under way. Returns the status in the answer. */
static enum vffa_ret tell(struct vffa_vm *vm, uint16_t i, uint32_t what)
{
	struct vffa_regs msg = { 0 };
	enum vffa_ret ret;

	msg.x[0] = FFA_MSG_SEND_DIRECT_REQ_32;
	msg.x[1] = part_at(vm, i)->id;
	msg.x[2] = what;
	/* w3/w4 would be the handle of memory that describes the VM: none. */
	msg.x[5] = vm->id;

	vm->avail_part = i;
	ret = vffa_run_message(vm->relay, &vm->avail, part_at(vm, i), &msg, VFFA_WORK_BUDGET_NS);
	if (!ret && (uint32_t)msg.x[3])
		ret = vffa_ret_from_wire(msg.x[3]);

	/*
	 * The SPMC says that the partition has crashed: then it knows no VM. Where it is the answer
	 * that makes no sense, it may have been an acceptance: it will hear of the end.
	 */
	if (ret == VFFA_ABORTED)
		set_told(vm, i, (uint32_t)msg.x[0] != FFA_ERROR);
	return ret;
}

/* VFFA_QUIRK_VM_TWICE: have a VM forgotten that had this id before there was this relay. */
static enum vffa_ret tell_stale_destroyed(struct vffa_vm *vm, uint16_t i)
{
	enum vffa_ret ret = tell(vm, i, FFA_FRAMEWORK_VM_DESTROYED);

	/* Whether there was one does not matter, but VM_CREATED has to wait for the answer. */
	return is_under_way(vm) || is_told(vm, i) ? ret : VFFA_OK;
}

static enum vffa_ret tell_created(struct vffa_vm *vm, uint16_t i)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	enum vffa_ret ret = VFFA_RETRY;

	if (vm->relay->spmc.quirks & VFFA_QUIRK_VM_TWICE) {
		ret = tell_stale_destroyed(vm, i);
		if (ret)
			return ret;
	}
	for (unsigned int n = 0; n < CREATED_TRIES; n++) {
		ret = tell(vm, i, FFA_FRAMEWORK_VM_CREATED);
		/* BUSY: it is at work for somebody else. */
		if (ret != VFFA_RETRY && ret != VFFA_INTERRUPTED && ret != VFFA_BUSY)
			break;
		cfg->ops->sleep(cfg->port, CREATED_RETRY_NS);
	}
	if (!ret)
		set_told(vm, i, true);

	/* One that has crashed is no obstacle: who talks to it hears so from the SPMC. */
	return ret == VFFA_ABORTED && !is_told(vm, i) ? VFFA_OK : ret;
}

static bool take_one(vffa_atomic_t *used, uint32_t limit)
{
	int old = vffa_atomic_load(used);

	do {
		if ((uint32_t)old >= limit)
			return false;
	} while (!vffa_atomic_try_cmpxchg(used, &old, old + 1));
	return true;
}

/*
 * VFFA_QUIRK_VM_LEAKS: may this VM be announced once more? What is taken is not put back when the
 * partition refuses the VM: whether it has lost memory then nobody knows.
 */
static enum vffa_ret take_announcement(struct vffa_vm *vm)
{
	const struct vffa_announce_limits *limits = &vm->relay->cfg.announce;

	if (!(vm->relay->spmc.quirks & VFFA_QUIRK_VM_LEAKS))
		return VFFA_OK;
	if (limits->per_vm && vm->nr_announced >= limits->per_vm)
		vm->spent = VFFA_SPENT_VM;
	else if (limits->in_all && !take_one(&vm->relay->nr_announced, limits->in_all))
		vm->spent = VFFA_SPENT_IN_ALL;
	if (vm->spent)
		return VFFA_DENIED;
	vm->nr_announced++;
	return VFFA_OK;
}

static bool wants_created(const struct vffa_vm *vm, uint16_t i)
{
	return part_at(vm, i)->props & FFA_PART_VM_CREATED && is_receiver(vm, i);
}

/* One for a VM, however many partitions hear of it: it is the SPMC that bears so many VMs. */
static enum vffa_ret begin_created(struct vffa_vm *vm)
{
	vm->spent = VFFA_SPENT_NOT;
	for (uint16_t i = 0; i < vm->relay->spmc.nr_parts; i++) {
		if (wants_created(vm, i))
			return take_announcement(vm);
	}
	return VFFA_OK;
}

enum vffa_ret vffa_avail_created(struct vffa_vm *vm)
{
	enum vffa_ret ret;

	ret = begin_created(vm);
	if (ret)
		return ret;
	for (uint16_t i = 0; i < vm->relay->spmc.nr_parts; i++) {
		uint32_t props = part_at(vm, i)->props;

		if (!is_receiver(vm, i))
			continue;
		if (props & FFA_PART_VM_CREATED) {
			ret = tell_created(vm, i);
			if (ret)
				return ret;
		} else if (props & FFA_PART_VM_DESTROYED) {
			/* It takes any VM, and wants to hear of the end. */
			set_told(vm, i, true);
		}
	}
	return VFFA_OK;
}

/*
 * A VM_CREATED that was never answered must be, before the partition can be told of the end: an
 * acceptance that comes late is one all the same.
 */
static bool finish_created(struct vffa_vm *vm)
{
	uint16_t i = vm->avail_part;
	enum vffa_ret ret;

	if (!is_under_way(vm) || is_told(vm, i))
		return true;

	ret = tell(vm, i, FFA_FRAMEWORK_VM_CREATED);
	if (is_under_way(vm))
		return false;
	if (!ret)
		set_told(vm, i, true);
	return true;
}

/* Has this partition forgotten the VM? */
static bool tell_destroyed(struct vffa_vm *vm, uint16_t i)
{
	if (!(part_at(vm, i)->props & FFA_PART_VM_DESTROYED))
		return true;

	switch (tell(vm, i, FFA_FRAMEWORK_VM_DESTROYED)) {
	case VFFA_OK:
	case VFFA_INVALID_PARAMETERS: /* it does not know the VM */
	case VFFA_NOT_SUPPORTED:
		return true;
	default:
		return !is_told(vm, i);
	}
}

bool vffa_avail_destroyed(struct vffa_vm *vm)
{
	bool done = true;

	if (!finish_created(vm))
		return false;

	for (uint16_t i = 0; i < vm->relay->spmc.nr_parts; i++) {
		if (!is_told(vm, i) || (is_under_way(vm) && i != vm->avail_part))
			continue;
		if (tell_destroyed(vm, i))
			set_told(vm, i, false);
		else
			done = false;
	}
	return done && !vffa_avail_pending(vm);
}

uint32_t vffa_avail_count(const struct vffa_vm *vm)
{
	uint32_t n = is_under_way(vm) && !is_told(vm, vm->avail_part);

	for (uint16_t i = 0; i < vm->relay->spmc.nr_parts; i++)
		n += is_told(vm, i);
	return n;
}

bool vffa_avail_pending(const struct vffa_vm *vm)
{
	return vffa_avail_count(vm);
}
