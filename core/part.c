// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* The list of partitions and its views. How entries look on the wire is in abi_part.c. */
#include "part.h"

#include "abi_part.h"
#include "func.h"
#include "mailbox.h"

/* Index of the first entry whose id is not below @id. */
static uint16_t lower_bound(const struct vffa_spmc *spmc, vffa_id_t id)
{
	uint16_t lo = 0;
	uint16_t hi = spmc->nr_parts;

	while (lo < hi) {
		uint16_t mid = (uint16_t)((lo + hi) / 2);

		if (spmc->parts[mid].id < id)
			lo = (uint16_t)(mid + 1);
		else
			hi = mid;
	}
	return lo;
}

const struct vffa_part *vffa_part_find(const struct vffa_vm *vm, vffa_id_t id)
{
	const struct vffa_spmc *spmc = &vm->relay->spmc;
	uint16_t i = lower_bound(spmc, id);

	if (i == spmc->nr_parts || spmc->parts[i].id != id || !vffa_visible(vm, i))
		return NULL;
	return &spmc->parts[i];
}

bool vffa_part_has_uuid(const struct vffa_vm *vm, const struct vffa_part *part,
			const struct vffa_uuid *uuid)
{
	const struct vffa_spmc *spmc = &vm->relay->spmc;
	const struct vffa_part *end = spmc->parts + spmc->nr_parts;

	if (vffa_uuid_is_nil(uuid))
		return true;
	for (const struct vffa_part *p = part; p < end && p->id == part->id; p++) {
		if (vffa_uuid_equal(&p->uuid, uuid))
			return true;
	}
	return false;
}

void vffa_part_add(struct vffa_spmc *spmc, const struct vffa_part *part)
{
	uint16_t i = spmc->nr_parts;

	if (!(part->id & FFA_ID_SECURE) || i == VFFA_MAX_PARTS) {
		spmc->nr_hidden++;
		return;
	}

	/* Entries of one partition keep the SPMC's order. */
	for (; i && spmc->parts[i - 1].id > part->id; i--)
		spmc->parts[i] = spmc->parts[i - 1];
	spmc->parts[i] = *part;
	spmc->nr_parts++;
}

/*
 * The properties a VM sees: those its version defines, less what is said to a hypervisor alone,
 * less what the relay does not carry. An SP never sends a direct request to a VM.
 */
static uint32_t visible_props(const struct vffa_relay *relay, uint32_t minor, uint32_t props)
{
	uint32_t mask = minor >= 2   ? FFA_PART_PROPS_1_2
			: minor == 1 ? FFA_PART_PROPS_1_1
				     : FFA_PART_PROPS_1_0;

	mask &= ~(FFA_PART_DIRECT_REQ_SEND | FFA_PART_DIRECT_REQ2_SEND | FFA_PART_VM_CREATED |
		  FFA_PART_VM_DESTROYED);
	if (!vffa_func_find(relay, minor, FFA_MSG_SEND_DIRECT_REQ_32) &&
	    !vffa_func_find(relay, minor, FFA_MSG_SEND_DIRECT_REQ_64))
		mask &= ~FFA_PART_DIRECT_REQ_RECV;
	if (!vffa_func_find(relay, minor, FFA_MSG_SEND_DIRECT_REQ2))
		mask &= ~FFA_PART_DIRECT_REQ2_RECV;
	if (!vffa_func_find(relay, minor, FFA_MSG_SEND2))
		mask &= ~FFA_PART_INDIRECT_MSG;
	if (!vffa_func_find(relay, minor, FFA_NOTIFICATION_SET))
		mask &= ~FFA_PART_NOTIFICATION_RECV;
	return props & mask;
}

/*
 * A walk over the entries one caller sees for one query.
 *
 * SPEC-GAP: an SPMC of FF-A 1.0 does not say UUIDs when it lists all partitions, and the relay does
 * not ask it again for each: then no query by UUID finds any.
 */
struct walk {
	const struct vffa_vm *vm;
	const struct vffa_uuid *uuid;
	uint32_t minor;
	bool any;
	uint16_t next;
};

static struct walk walk_begin(const struct vffa_vm *vm, uint32_t minor,
			      const struct vffa_uuid *uuid)
{
	return (struct walk){
		.vm = vm,
		.uuid = uuid,
		.minor = minor,
		.any = vffa_uuid_is_nil(uuid),
	};
}

static bool walk_wants(const struct walk *w, uint16_t i)
{
	const struct vffa_part *parts = w->vm->relay->spmc.parts;

	if (!vffa_visible(w->vm, i))
		return false;
	if (!w->any)
		return vffa_uuid_equal(&parts[i].uuid, w->uuid);

	/* Before 1.2 a partition has one entry, whatever the number of its UUIDs. */
	return w->minor >= 2 || !i || parts[i - 1].id != parts[i].id;
}

static bool walk_next(struct walk *w, struct vffa_part *out)
{
	const struct vffa_relay *relay = w->vm->relay;

	for (; w->next < relay->spmc.nr_parts; w->next++) {
		if (!walk_wants(w, w->next))
			continue;

		*out = relay->spmc.parts[w->next++];
		out->props = visible_props(relay, w->minor, out->props);
		if (!w->any)
			memset(&out->uuid, 0, sizeof(out->uuid));
		return true;
	}
	return false;
}

static uint32_t count_matches(struct walk w)
{
	struct vffa_part part;
	uint32_t n = 0;

	while (walk_next(&w, &part))
		n++;
	return n;
}

enum vffa_ret vffa_part_info_get(struct vffa_vm *vm, uint32_t minor,
				 const struct vffa_part_info_args *args,
				 struct vffa_part_info_reply *reply)
{
	struct walk w = walk_begin(vm, minor, &args->uuid);
	uint32_t size = vffa_part_desc_size(minor);
	uint32_t n = count_matches(w);
	struct vffa_part part;
	enum vffa_ret ret;
	void *rx;

	if (!n && !w.any)
		return VFFA_INVALID_PARAMETERS;

	reply->nr_entries = n;
	reply->entry_size = 0;
	if (args->count_only)
		return VFFA_OK;

	ret = vffa_mailbox_begin(vm, (uint64_t)n * size, &rx);
	if (ret)
		return ret;
	for (uint8_t *desc = rx; walk_next(&w, &part); desc += size)
		vffa_part_desc_encode(&part, minor, desc);
	vffa_mailbox_end(vm);

	/* The size of an entry is reported since 1.1; before, w3 must be zero. */
	reply->entry_size = minor ? size : 0;
	return VFFA_OK;
}

enum vffa_ret vffa_part_info_get_regs(struct vffa_vm *vm, uint32_t minor,
				      const struct vffa_part_regs_args *args,
				      struct vffa_part_regs_reply *reply)
{
	struct walk w = walk_begin(vm, minor, &args->uuid);
	uint32_t total = count_matches(w);
	struct vffa_part part;
	uint32_t skip = args->start;
	uint32_t n = 0;

	if (args->tag)
		return VFFA_RETRY;
	if (args->start >= total)
		return VFFA_INVALID_PARAMETERS;

	memset(reply, 0, sizeof(*reply));
	while (n < FFA_PARTITION_REGS_MAX_ENTRIES && walk_next(&w, &part)) {
		if (skip) {
			skip--;
			continue;
		}
		vffa_part_regs_encode(&part, &reply->x[3 * n++]);
	}

	reply->last = (uint16_t)(total - 1);
	reply->current = (uint16_t)(args->start + n - 1);
	return VFFA_OK;
}
