// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fake SPMC. Written from the specification's tables, apart from core/, so that a wrong
 * register on either side shows.
 */
#include "fake_spmc_loan.h"
#include "fake_spmc_mem.h"
#include "fake_spmc_notif.h"
#include "fake_spmc_rxtx.h"

#include <string.h>

static const struct fake_part default_parts[FAKE_NR_SPS] = {
	[FAKE_SP_ECHO] = {
		.nr_contexts = 1,
		.props = FFA_PART_DIRECT_REQ_RECV | FFA_PART_INDIRECT_MSG | FFA_PART_AARCH64 |
			 FFA_PART_DIRECT_REQ2_RECV,
		.uuid = { { 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 } },
	},
	[FAKE_SP_SUBSCRIBER] = {
		.nr_contexts = 1,
		.props = FFA_PART_DIRECT_REQ_RECV | FFA_PART_AARCH64 | FFA_PART_VM_CREATED |
			 FFA_PART_VM_DESTROYED,
		.uuid = { { 0x20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 } },
	},
	[FAKE_SP_PINNED] = {
		.nr_contexts = 4,
		.props = FFA_PART_DIRECT_REQ_RECV | FFA_PART_DIRECT_REQ_SEND |
			 FFA_PART_DIRECT_REQ2_RECV,
		.uuid = { { 0x30, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 } },
	},
	[FAKE_SP_MUTE] = {
		.nr_contexts = 1,
		.props = FFA_PART_NOTIFICATION_RECV,
		.uuid = { { 0x40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 } },
	},
};

void fake_spmc_init(struct fake_spmc *spmc)
{
	memset(spmc, 0, sizeof(*spmc));
	spmc->version = FFA_VERSION_1_2;
	spmc->id = FFA_ID_SECURE;
	spmc->desc_size = FFA_PARTITION_INFO_SIZE_1_1;
	spmc->nr_parts = FAKE_NR_SPS;
	memcpy(spmc->parts, default_parts, sizeof(default_parts));
	for (unsigned int i = 0; i < FAKE_NR_SPS; i++)
		spmc->parts[i].id = FAKE_ID(i);
}

void fake_spmc_script(struct fake_spmc *spmc, uint32_t fid, struct vffa_regs answer)
{
	if (spmc->nr_scripts < FAKE_MAX_SCRIPTS)
		spmc->scripts[spmc->nr_scripts++] = (struct fake_script){ fid, answer };
}

void fake_spmc_complain(struct fake_spmc *spmc, const char *what)
{
	if (!spmc->complaint)
		spmc->complaint = what;
}

static struct vffa_regs success(uint64_t w2, uint64_t w3)
{
	return (struct vffa_regs){ { FFA_SUCCESS_32, 0, w2, w3 } };
}

static struct vffa_regs error(int code)
{
	return (struct vffa_regs){ { FFA_ERROR, 0, (uint32_t)code } };
}

static void check_zero(struct fake_spmc *spmc, const struct vffa_regs *in, unsigned int first)
{
	/* x8-x17 are not part of an SMC32 call. */
	unsigned int end = in->x[0] & SMCCC_64 ? VFFA_NR_REGS : VFFA_NR_REGS_SHORT;

	for (unsigned int i = first; i < end; i++) {
		if (in->x[i])
			fake_spmc_complain(spmc, "a register that must be zero is not");
	}
}

static struct vffa_regs version(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	uint64_t answer = spmc->version ? spmc->version : (uint32_t)FFA_RET_NOT_SUPPORTED;

	check_zero(spmc, in, 2);
	return (struct vffa_regs){ { answer } };
}

static struct vffa_regs features(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	uint32_t id = (uint32_t)in->x[1];

	check_zero(spmc, in, 3);
	for (unsigned int i = 0; i < 8 && spmc->no_features[i]; i++) {
		if (spmc->no_features[i] == id)
			return error(FFA_RET_NOT_SUPPORTED);
	}
	if (id == FFA_RX_ACQUIRE || id == FFA_MSG_SEND2) {
		if (spmc->version < FFA_VERSION_1_1)
			return error(FFA_RET_NOT_SUPPORTED);
	}
	if (id == FFA_FEATURE_SRI)
		return spmc->sri ? success(spmc->sri, 0) : error(FFA_RET_NOT_SUPPORTED);
	if (id == FFA_PARTITION_INFO_GET_REGS || id == FFA_MSG_SEND_DIRECT_REQ2) {
		if (spmc->version < FFA_VERSION_1_2)
			return error(FFA_RET_NOT_SUPPORTED);
	}
	return success(id == FFA_RXTX_MAP_64 ? spmc->rxtx_props : 0, 0);
}

static struct vffa_regs rxtx_map(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	check_zero(spmc, in, 4);
	for (unsigned int i = 0; i < spmc->nr_parts; i++) {
		if (spmc->parts[i].known)
			fake_spmc_complain(spmc,
					   "RX/TX are mapped while a partition knows of a VM");
	}
	if (spmc->mapped)
		return error(FFA_RET_DENIED);
	if (!in->x[1] || !in->x[2] || in->x[1] == in->x[2] || !in->x[3] ||
	    (in->x[1] | in->x[2]) % FFA_PAGE_SIZE)
		return error(FFA_RET_INVALID_PARAMETERS);
	if (spmc->rxtx_limit && in->x[3] > spmc->rxtx_limit)
		return error(FFA_RET_INVALID_PARAMETERS);
	spmc->mapped = true;
	spmc->tx_pa = in->x[1];
	spmc->rx_pa = in->x[2];
	spmc->rxtx_pages = (uint32_t)in->x[3];
	return success(0, 0);
}

static struct vffa_regs rxtx_unmap(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	check_zero(spmc, in, 1);
	if (!spmc->mapped)
		return error(FFA_RET_INVALID_PARAMETERS);
	spmc->mapped = false;
	spmc->rx_full = false;
	return success(0, 0);
}

static struct vffa_regs rx_release(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	check_zero(spmc, in, 1);
	if (!spmc->rx_full)
		return error(FFA_RET_DENIED);
	spmc->rx_full = false;
	return success(0, 0);
}

static bool selects(const uint32_t uuid[4], const struct fake_part *part)
{
	static const uint32_t nil[4];

	return !memcmp(uuid, nil, sizeof(nil)) || !memcmp(uuid, part->uuid.b, sizeof(nil));
}

/* Offsets as in the specification's table of the descriptor; little-endian hosts only. */
static void put_part(const struct fake_part *part, uint32_t size, uint8_t *desc)
{
	memset(desc, 0, size);
	memcpy(desc, &part->id, 2);
	memcpy(desc + 2, &part->nr_contexts, 2);
	memcpy(desc + 4, &part->props, 4);
	if (size >= FFA_PARTITION_INFO_SIZE_1_1)
		memcpy(desc + 8, part->uuid.b, 16);
}

static struct vffa_regs part_info(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	uint32_t uuid[4] = { (uint32_t)in->x[1], (uint32_t)in->x[2], (uint32_t)in->x[3],
			     (uint32_t)in->x[4] };
	bool count_only = in->x[5] & FFA_PARTITION_INFO_COUNT_ONLY;
	uint32_t room = spmc->rxtx_pages * FFA_PAGE_SIZE / spmc->desc_size;
	uint32_t nr = 0;

	check_zero(spmc, in, 6);
	if (!count_only && (!spmc->mapped || spmc->rx_full))
		return error(FFA_RET_BUSY);
	for (unsigned int i = 0; i < spmc->nr_parts; i++) {
		if (!selects(uuid, &spmc->parts[i]))
			continue;
		if (!count_only && nr >= room)
			return error(FFA_RET_NO_MEMORY);
		if (!count_only)
			put_part(&spmc->parts[i], spmc->desc_size,
				 (uint8_t *)(uintptr_t)spmc->rx_pa + nr * spmc->desc_size);
		nr++;
	}
	if (!nr)
		return error(FFA_RET_INVALID_PARAMETERS);
	spmc->rx_full |= !count_only;
	return success(nr, count_only || spmc->version == FFA_VERSION_1_0 ? 0 : spmc->desc_size);
}

static struct vffa_regs part_info_regs(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	uint32_t start = (uint32_t)in->x[3] & 0xFFFF;
	struct vffa_regs out = { { FFA_SUCCESS_64 } };
	uint32_t i;

	check_zero(spmc, in, 4);
	if (in->x[1] || in->x[2])
		fake_spmc_complain(spmc, "the relay lists all partitions, not those of a UUID");
	if (start >= spmc->nr_parts)
		return error(FFA_RET_INVALID_PARAMETERS);
	for (i = start; i < spmc->nr_parts && i < start + 5; i++)
		put_part(&spmc->parts[i], 24, (uint8_t *)&out.x[3 + 3 * (i - start)]);
	out.x[2] = (spmc->nr_parts - 1) | (uint64_t)(i - 1) << 16 | 24ull << 48;
	return out;
}

static struct fake_part *find_part(struct fake_spmc *spmc, vffa_id_t id)
{
	for (unsigned int i = 0; i < spmc->nr_parts; i++) {
		if (spmc->parts[i].id == id)
			return &spmc->parts[i];
	}
	return NULL;
}

unsigned int fake_spmc_nr_open(const struct fake_spmc *spmc)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < FAKE_MAX_OPEN; i++)
		nr += spmc->requests[i].open;
	return nr;
}

static void check_no_request_of(struct fake_spmc *spmc, const struct fake_part *part, vffa_id_t vm)
{
	for (unsigned int i = 0; i < FAKE_MAX_OPEN; i++) {
		const struct fake_request *req = &spmc->requests[i];

		if (req->open && &spmc->parts[req->part] == part && req->regs.x[1] >> 16 == vm)
			fake_spmc_complain(
				spmc,
				"a partition hears of the end of a VM whose request it works on");
	}
}

/* VM_CREATED and VM_DESTROYED, once the partition gets round to answering. */
static uint32_t tell(struct fake_spmc *spmc, struct fake_part *part, const struct vffa_regs *in)
{
	bool created = (uint32_t)in->x[2] == FFA_FRAMEWORK_VM_CREATED;
	uint64_t bit = 1ull << (in->x[5] & 63);

	if (part->nr_status) {
		part->nr_status--;
		return (uint32_t)part->status;
	}
	if (created && part->known & bit)
		fake_spmc_complain(spmc, "a partition is told of a VM it knows");
	if (!created)
		check_no_request_of(spmc, part, (vffa_id_t)in->x[5]);
	part->known = created ? part->known | bit : part->known & ~bit;
	return 0;
}

static struct vffa_regs answer_request(struct fake_spmc *spmc, struct fake_part *part,
				       const struct vffa_regs *in)
{
	uint64_t ids = (uint64_t)part->id << 16 | (in->x[1] >> 16 & 0xFFFF);
	struct vffa_regs out = *in;

	out.x[0] = in->x[0] + 1; /* every RESP follows its REQ */
	out.x[1] = ids;
	if (in->x[0] == FFA_MSG_SEND_DIRECT_REQ2) {
		out.x[2] = out.x[3] = 0;
	} else if (in->x[2] & FFA_MSG_FRAMEWORK) {
		out.x[2] = in->x[2] + 1;
		out.x[3] = tell(spmc, part, in);
		out.x[4] = out.x[5] = 0;
	}
	return out;
}

static struct vffa_regs stop(const struct fake_spmc *spmc, const struct fake_request *req)
{
	const struct fake_part *part = &spmc->parts[req->part];
	uint64_t target = (uint64_t)part->id << 16 | (uint64_t)(req - spmc->requests);

	if (part->yields)
		return (struct vffa_regs){ { FFA_YIELD, target, (uint32_t)part->yield_ns,
					     part->yield_ns >> 32 } };
	return (struct vffa_regs){ { FFA_INTERRUPT, target } };
}

static struct vffa_regs begin_request(struct fake_spmc *spmc, struct fake_part *part,
				      const struct vffa_regs *in)
{
	if (!part->stops)
		return answer_request(spmc, part, in);

	for (unsigned int i = 0; i < FAKE_MAX_OPEN; i++) {
		struct fake_request *req = &spmc->requests[i];

		if (req->open)
			continue;
		*req = (struct fake_request){ true, (unsigned int)(part - spmc->parts),
					      part->stops - 1, *in };
		return stop(spmc, req);
	}
	return error(FFA_RET_BUSY);
}

static void check_sender(struct fake_spmc *spmc, const struct fake_part *part,
			 const struct vffa_regs *in)
{
	vffa_id_t src = in->x[1] >> 16 & 0xFFFF;
	bool framework = in->x[0] != FFA_MSG_SEND_DIRECT_REQ2 && in->x[2] & FFA_MSG_FRAMEWORK;

	if (src & FFA_ID_SECURE)
		fake_spmc_complain(spmc, "a message in the name of a secure partition");
	if (framework != (src == FFA_ID_HYPERVISOR))
		fake_spmc_complain(
			spmc, "framework messages are the hypervisor's, and it sends no others");
	if (!framework && part->props & FFA_PART_VM_CREATED && !(part->known >> (src & 63) & 1))
		fake_spmc_complain(spmc, "a message from a VM that the partition was not told of");
}

static struct vffa_regs direct_req(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	uint32_t need = FFA_PART_DIRECT_REQ_RECV;
	struct fake_part *part = find_part(spmc, (vffa_id_t)in->x[1]);

	if (in->x[0] == FFA_MSG_SEND_DIRECT_REQ2)
		need = FFA_PART_DIRECT_REQ2_RECV;
	else
		check_zero(spmc, in, VFFA_NR_REGS_SHORT);
	if (!part)
		return error(FFA_RET_INVALID_PARAMETERS);
	if (!(part->props & need))
		return error(FFA_RET_DENIED);
	check_sender(spmc, part, in);
	return begin_request(spmc, part, in);
}

static bool has_request(const struct fake_spmc *spmc, const struct fake_part *part)
{
	for (unsigned int i = 0; i < FAKE_MAX_OPEN; i++) {
		if (spmc->requests[i].open && &spmc->parts[spmc->requests[i].part] == part)
			return true;
	}
	return false;
}

/* FFA_RUN of a partition that is waiting. */
static struct vffa_regs take_turn(struct fake_part *part, uint32_t target)
{
	if (part->turn_stops) {
		part->turn_stops--;
		return (struct vffa_regs){ { FFA_INTERRUPT, target } };
	}
	part->turns++;
	return (struct vffa_regs){ { FFA_MSG_WAIT, target } };
}

static struct vffa_regs run(struct fake_spmc *spmc, const struct vffa_regs *in)
{
	struct fake_part *waiting = find_part(spmc, (vffa_id_t)(in->x[1] >> 16));
	unsigned int index = in->x[1] & 0xFFFF;
	struct fake_request *req = &spmc->requests[index % FAKE_MAX_OPEN];
	struct fake_part *part = &spmc->parts[req->part];

	check_zero(spmc, in, 2);
	if (waiting && index < waiting->nr_contexts && !has_request(spmc, waiting) &&
	    waiting->props & (FFA_PART_INDIRECT_MSG | FFA_PART_NOTIFICATION_RECV))
		return take_turn(waiting, (uint32_t)in->x[1]);
	if (index >= FAKE_MAX_OPEN || !req->open || part->id != in->x[1] >> 16) {
		fake_spmc_complain(spmc, "FFA_RUN of a context that is not stopped");
		return error(FFA_RET_INVALID_PARAMETERS);
	}
	if (req->stops_left) {
		req->stops_left--;
		return stop(spmc, req);
	}
	req->open = false;
	return answer_request(spmc, part, &req->regs);
}

static bool play_script(struct fake_spmc *spmc, struct vffa_regs *regs)
{
	for (unsigned int i = 0; i < spmc->nr_scripts; i++) {
		if (spmc->scripts[i].fid != regs->x[0])
			continue;
		*regs = spmc->scripts[i].answer;
		spmc->scripts[i].fid = 0;
		return true;
	}
	return false;
}

void fake_spmc_call(struct fake_spmc *spmc, struct vffa_regs *regs)
{
	struct vffa_regs in = *regs;

	if (play_script(spmc, regs))
		return;

	*regs = error(FFA_RET_NOT_SUPPORTED);
	if (in.x[0] == FFA_VERSION)
		*regs = version(spmc, &in);
	else if (!spmc->version)
		return;

	switch (in.x[0]) {
	case FFA_FEATURES:
		*regs = features(spmc, &in);
		break;
	case FFA_ID_GET:
		*regs = success(FFA_ID_HYPERVISOR, 0);
		break;
	case FFA_SPM_ID_GET:
		if (spmc->version >= FFA_VERSION_1_1)
			*regs = success(spmc->id, 0);
		break;
	case FFA_RXTX_MAP_64:
		*regs = in.x[3] ? rxtx_map(spmc, &in) : fake_spmc_rxtx_call(spmc, &in);
		break;
	case FFA_RXTX_UNMAP:
		*regs = in.x[1] ? fake_spmc_rxtx_call(spmc, &in) : rxtx_unmap(spmc, &in);
		break;
	case FFA_RX_RELEASE:
		*regs = in.x[1] ? fake_spmc_rxtx_call(spmc, &in) : rx_release(spmc, &in);
		break;
	case FFA_RX_ACQUIRE:
	case FFA_MSG_SEND2:
		*regs = fake_spmc_rxtx_call(spmc, &in);
		break;
	case FFA_PARTITION_INFO_GET:
		*regs = part_info(spmc, &in);
		break;
	case FFA_PARTITION_INFO_GET_REGS:
		if (spmc->version >= FFA_VERSION_1_2)
			*regs = part_info_regs(spmc, &in);
		break;
	case FFA_MSG_SEND_DIRECT_REQ_32:
	case FFA_MSG_SEND_DIRECT_REQ_64:
	case FFA_MSG_SEND_DIRECT_REQ2:
		*regs = direct_req(spmc, &in);
		break;
	case FFA_RUN:
		*regs = run(spmc, &in);
		break;
	case FFA_MEM_SHARE_64:
	case FFA_MEM_SHARE_32:
	case FFA_MEM_LEND_64:
	case FFA_MEM_DONATE_64:
	case FFA_MEM_FRAG_TX:
	case FFA_MEM_OP_RESUME:
	case FFA_MEM_RECLAIM:
		*regs = fake_spmc_mem_call(spmc, &in);
		break;
	case FFA_MEM_RETRIEVE_REQ_32:
	case FFA_MEM_RETRIEVE_REQ_64:
	case FFA_MEM_FRAG_RX:
	case FFA_MEM_RELINQUISH:
		*regs = fake_spmc_loan_call(spmc, &in);
		break;
	case FFA_NOTIFICATION_BITMAP_CREATE:
	case FFA_NOTIFICATION_BITMAP_DESTROY:
	case FFA_NOTIFICATION_BIND:
	case FFA_NOTIFICATION_UNBIND:
	case FFA_NOTIFICATION_SET:
	case FFA_NOTIFICATION_GET:
	case FFA_NOTIFICATION_INFO_GET_32:
	case FFA_NOTIFICATION_INFO_GET_64:
		if (spmc->sri)
			*regs = fake_spmc_notif_call(spmc, &in);
		break;
	}
}
