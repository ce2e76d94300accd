// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * From a guest's registers to a handler and back: look up, admit, decode, handle, encode.
 *
 * Only this file and the codecs touch registers. What a function does is elsewhere.
 */
#include "dispatch.h"

#include "abi_call.h"
#include "borrow.h"
#include "console.h"
#include "count.h"
#include "cycles.h"
#include "indirect.h"
#include "mailbox.h"
#include "mem.h"
#include "msg.h"
#include "notif.h"
#include "part.h"
#include "run.h"
#include "setup.h"

static uint32_t minor_of(const struct vffa_vcpu *vcpu)
{
	return vffa_vm_version(vcpu->vm) & 0xFFFFu;
}

static enum vffa_ret call_version(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	uint32_t answer = vffa_version(vcpu->vm, (uint32_t)regs->x[1]);

	/* The one function whose answer, error or not, is in w0 itself. */
	vffa_regs_answer(regs, answer);
	return VFFA_OK;
}

/* The one function that callers tell something about: that they know the NS attribute. */
static bool may_tell(uint32_t minor, uint32_t id, uint32_t input)
{
	return minor && (id & ~SMCCC_64) == FFA_MEM_RETRIEVE_REQ_32 && input == FFA_RETRIEVE_NS;
}

static enum vffa_ret call_features(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	uint32_t id = (uint32_t)regs->x[1];
	uint32_t input = (uint32_t)regs->x[2];
	uint32_t props;
	enum vffa_ret ret;

	/* What the caller could not call is not there. */
	if (vcpu->aarch32 && id & SMCCC_64)
		return VFFA_NOT_SUPPORTED;
	if (input && !may_tell(minor_of(vcpu), id, input))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_features(vcpu->vm, minor_of(vcpu), id, &props);
	if (ret)
		return ret;

	vffa_regs_success(regs);
	regs->x[2] = props | input;
	return VFFA_OK;
}

static enum vffa_ret call_id_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	regs->x[2] = vcpu->vm->id;
	return VFFA_OK;
}

static enum vffa_ret call_spm_id_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	regs->x[2] = vcpu->vm->relay->spmc.id;
	return VFFA_OK;
}

static enum vffa_ret call_rxtx_map(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_rxtx_map_args args;
	enum vffa_ret ret;

	ret = vffa_rxtx_map_decode(regs, &args);
	if (!ret)
		ret = vffa_mailbox_map(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

static enum vffa_ret call_rxtx_unmap(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	/*
	 * SPEC-NOTE: the id in w1[31:16] is the hypervisor's, for an unmap on a VM's behalf, and
	 * must be zero from a VM. Linux puts its own id there all the same, so that is taken too.
	 */
	uint64_t own = (uint64_t)vcpu->vm->id << 16;

	if (regs->x[1] && regs->x[1] != own)
		return VFFA_INVALID_PARAMETERS;

	vffa_regs_success(regs);
	return vffa_mailbox_unmap(vcpu->vm);
}

static enum vffa_ret call_rx_release(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	return vffa_mailbox_release(vcpu->vm);
}

static enum vffa_ret call_part_info(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_part_info_args args;
	struct vffa_part_info_reply reply;
	enum vffa_ret ret;

	ret = vffa_part_info_decode(regs, minor_of(vcpu), &args);
	if (ret)
		return ret;
	ret = vffa_part_info_get(vcpu->vm, minor_of(vcpu), &args, &reply);
	if (ret)
		return ret;

	vffa_regs_success(regs);
	regs->x[2] = reply.nr_entries;
	regs->x[3] = reply.entry_size;
	return VFFA_OK;
}

static enum vffa_ret call_part_regs(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_part_regs_args args;
	struct vffa_part_regs_reply reply;
	enum vffa_ret ret;

	ret = vffa_part_regs_decode(regs, &args);
	if (ret)
		return ret;
	ret = vffa_part_info_get_regs(vcpu->vm, minor_of(vcpu), &args, &reply);
	if (ret)
		return ret;

	vffa_regs_clear(regs, 1);
	regs->x[0] = FFA_SUCCESS_64;
	regs->x[2] = reply.last | (uint64_t)reply.current << FFA_PARTITION_REGS_CURRENT_SHIFT |
		     (uint64_t)FFA_PARTITION_INFO_SIZE_1_1 << FFA_PARTITION_REGS_SIZE_SHIFT;
	memcpy(&regs->x[3], reply.x, sizeof(reply.x));
	return VFFA_OK;
}

static enum vffa_ret call_msg_wait(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	uint64_t known = minor_of(vcpu) >= 2 ? FFA_MSG_WAIT_KEEP_RX : 0;
	uint64_t flags = regs->x[2];

	if (regs->x[1] || flags & ~known)
		return VFFA_INVALID_PARAMETERS;

	vffa_regs_answer(regs, FFA_RUN);
	regs->x[1] = (uint32_t)vcpu->vm->id << 16 | vcpu->index;
	return vffa_cycles_wait(vcpu, flags & FFA_MSG_WAIT_KEEP_RX);
}

static enum vffa_ret call_yield(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	/* The time-out came with 1.2. */
	if (regs->x[1] || (minor_of(vcpu) < 2 && regs->x[2] | regs->x[3]))
		return VFFA_INVALID_PARAMETERS;

	vffa_regs_success(regs);
	vffa_cycles_yield(vcpu);
	return VFFA_OK;
}

static enum vffa_ret call_console_log(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_console_args args;
	enum vffa_ret ret;

	ret = vffa_console_decode(regs, &args);
	if (!ret)
		ret = vffa_console_log(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

static enum vffa_ret call_msg_send2(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	/*
	 * SPEC-NOTE: the sender in w1[31:16] is for the hypervisor to state; some guests state
	 * themselves, as in FFA_RXTX_UNMAP. The flag in w2 is partitions'.
	 */
	uint64_t own = (uint64_t)vcpu->vm->id << 16;

	if ((regs->x[1] && regs->x[1] != own) || regs->x[2])
		return VFFA_INVALID_PARAMETERS;

	vffa_regs_success(regs);
	return vffa_indirect_send(vcpu->vm);
}

static enum vffa_ret call_direct_req(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	if (!vffa_msg_is_valid(regs))
		return VFFA_INVALID_PARAMETERS;

	/* Ids and flags are w1 and w2 in either width: their upper halves mean nothing. */
	regs->x[1] = (uint32_t)regs->x[1];
	regs->x[2] = 0;
	/* Not part of an SMC32 request: another partition's answer to an earlier call. */
	vffa_regs_clear_high(regs);
	return vffa_msg_send_direct(vcpu, vffa_msg_decode(regs), regs);
}

static enum vffa_ret call_direct_req2(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_msg_args args;
	struct vffa_uuid uuid;
	enum vffa_ret ret;

	ret = vffa_msg2_decode(regs, &args, &uuid);
	if (ret)
		return ret;
	return vffa_msg_send_direct2(vcpu, args, &uuid, regs);
}

static enum vffa_ret call_run(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	return vffa_run_again(vcpu, (uint32_t)regs->x[1], regs);
}

static enum vffa_ret reply_to_mem(const struct vffa_mem_reply *reply, enum vffa_ret ret,
				  struct vffa_regs *regs)
{
	if (ret)
		return ret;
	if (reply->more) {
		vffa_regs_answer(regs, FFA_MEM_FRAG_RX);
		vffa_regs_set_pair(regs, 1, reply->handle);
		regs->x[3] = reply->offset;
	} else {
		vffa_regs_success(regs);
		vffa_regs_set_pair(regs, 2, reply->handle);
	}
	return VFFA_OK;
}

static enum vffa_ret call_mem_send(struct vffa_vcpu *vcpu, enum vffa_mem_type type,
				   struct vffa_regs *regs)
{
	struct vffa_mem_args args;
	struct vffa_mem_reply reply;
	enum vffa_ret ret;

	ret = vffa_mem_args_decode(regs, &args);
	if (!ret)
		ret = vffa_mem_send(vcpu, type, &args, &reply);
	return reply_to_mem(&reply, ret, regs);
}

static enum vffa_ret call_mem_share(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	return call_mem_send(vcpu, VFFA_MEM_SHARE, regs);
}

static enum vffa_ret call_mem_lend(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	return call_mem_send(vcpu, VFFA_MEM_LEND, regs);
}

static enum vffa_ret call_mem_donate(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	return call_mem_send(vcpu, VFFA_MEM_DONATE, regs);
}

static enum vffa_ret call_mem_frag_tx(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_mem_reply reply;
	enum vffa_ret ret;

	ret = vffa_mem_frag_tx(vcpu, vffa_regs_pair(regs, 1), (uint32_t)regs->x[3], &reply);
	return reply_to_mem(&reply, ret, regs);
}

static enum vffa_ret call_mem_reclaim(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	const struct vffa_mem_reply nothing = { 0 };
	enum vffa_ret ret;

	ret = vffa_mem_reclaim(vcpu, vffa_regs_pair(regs, 1), (uint32_t)regs->x[3]);
	return reply_to_mem(&nothing, ret, regs);
}

static enum vffa_ret resume_mem(struct vffa_vcpu *vcpu, enum vffa_ret result,
				struct vffa_regs *regs)
{
	struct vffa_mem_reply reply;
	enum vffa_ret ret;

	ret = vffa_mem_resume(vcpu, result, &reply);
	return reply_to_mem(&reply, ret, regs);
}

static enum vffa_ret call_mem_retrieve(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_mem_args args;
	enum vffa_ret ret;
	uint32_t len;

	ret = vffa_mem_args_decode(regs, &args);
	if (!ret)
		ret = vffa_mem_retrieve(vcpu, &args, &len);
	if (ret)
		return ret;

	vffa_regs_answer(regs, FFA_MEM_RETRIEVE_RESP);
	regs->x[1] = len;
	regs->x[2] = len;
	return VFFA_OK;
}

static enum vffa_ret call_mem_relinquish(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	vffa_regs_success(regs);
	return vffa_mem_relinquish(vcpu);
}

/* What is retrieved is one range of the window: nothing is ever left to fetch. */
static enum vffa_ret call_mem_frag_rx(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	(void)vcpu;
	(void)regs;
	return VFFA_INVALID_PARAMETERS;
}

static enum vffa_ret call_notif_bind(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_notif_args args;
	enum vffa_ret ret;

	if (!vffa_vm_npi(vcpu->vm))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_notif_bind_decode(regs, &args);
	if (!ret)
		ret = vffa_notif_bind(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

static enum vffa_ret call_notif_unbind(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_notif_args args;
	enum vffa_ret ret;

	if (!vffa_vm_npi(vcpu->vm))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_notif_unbind_decode(regs, &args);
	if (!ret)
		ret = vffa_notif_unbind(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

static enum vffa_ret call_notif_set(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_notif_args args;
	enum vffa_ret ret;

	if (!vffa_vm_npi(vcpu->vm))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_notif_set_decode(regs, &args);
	if (!ret)
		ret = vffa_notif_set(vcpu->vm, &args);
	vffa_regs_success(regs);
	return ret;
}

static enum vffa_ret call_notif_get(struct vffa_vcpu *vcpu, struct vffa_regs *regs)
{
	struct vffa_notif_get_args args;
	struct vffa_notif_bits bits;
	enum vffa_ret ret;

	if (!vffa_vm_npi(vcpu->vm))
		return VFFA_NOT_SUPPORTED;
	ret = vffa_notif_get_decode(regs, &args);
	if (!ret)
		ret = vffa_notif_get(vcpu->vm, &args, &bits);
	if (!ret)
		vffa_notif_bits_encode(&bits, regs);
	return ret;
}

/* A request of any kind may leave a context to be resumed. */
#define ANY_DIRECT (VFFA_SPMC_DIRECT_32 | VFFA_SPMC_DIRECT_64 | VFFA_SPMC_DIRECT2)

#define ANY_MEM	   (VFFA_SPMC_SHARE | VFFA_SPMC_LEND | VFFA_SPMC_DONATE)

#define ROW(fid) [((fid)&FFA_FN_MASK) - FFA_FN_FIRST]

/* clang-format off */
const struct vffa_func vffa_funcs[] = {
	ROW(FFA_ERROR) = {
		.flags = VFFA_FN_32 | VFFA_FN_ANSWER,
	},
	ROW(FFA_SUCCESS_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64 | VFFA_FN_ANSWER,
	},
	ROW(FFA_INTERRUPT) = {
		.flags = VFFA_FN_32 | VFFA_FN_ANSWER,
	},
	ROW(FFA_VERSION) = {
		.flags = VFFA_FN_32,
		.call = call_version,
	},
	ROW(FFA_FEATURES) = {
		.flags = VFFA_FN_32 | VFFA_FN_QUERY,
		.mbz_first = 3, .mbz_last = 7,
		.call = call_features,
	},
	ROW(FFA_RX_RELEASE) = {
		.flags = VFFA_FN_32,
		.mbz_first = 1, .mbz_last = 7,
		.call = call_rx_release,
	},
	ROW(FFA_RXTX_MAP_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 4, .mbz_last = 7,
		.features = vffa_mailbox_features,
		.call = call_rxtx_map,
	},
	ROW(FFA_RXTX_UNMAP) = {
		.flags = VFFA_FN_32,
		.mbz_first = 2, .mbz_last = 7,
		.call = call_rxtx_unmap,
	},
	ROW(FFA_PARTITION_INFO_GET) = {
		.flags = VFFA_FN_32,
		.mbz_first = 6, .mbz_last = 7,
		.call = call_part_info,
	},
	ROW(FFA_ID_GET) = {
		.flags = VFFA_FN_32,
		.mbz_first = 1, .mbz_last = 7,
		.call = call_id_get,
	},
	/* Of 1.0 alone, between VMs, which do not see each other. */
	ROW(FFA_MSG_POLL) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_MSG_WAIT) = {
		.flags = VFFA_FN_32,
		.mbz_first = 3, .mbz_last = 7,
		.call = call_msg_wait,
	},
	ROW(FFA_YIELD) = {
		.flags = VFFA_FN_32,
		.mbz_first = 4, .mbz_last = 7,
		.call = call_yield,
	},
	ROW(FFA_MSG_SEND) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_RUN) = {
		.flags = VFFA_FN_32,
		.mbz_first = 2, .mbz_last = 7,
		.needs_32 = ANY_DIRECT,
		.call = call_run,
	},
	/* SPEC-NOTE: x8-x17 of the 64-bit form are not payload before FF-A 1.3: not WIDE. */
	ROW(FFA_MSG_SEND_DIRECT_REQ_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.needs_32 = VFFA_SPMC_DIRECT_32,
		.needs_64 = VFFA_SPMC_DIRECT_64,
		.call = call_direct_req,
	},
	ROW(FFA_MSG_SEND_DIRECT_RESP_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64 | VFFA_FN_ANSWER,
		.needs_32 = VFFA_SPMC_DIRECT_32,
		.needs_64 = VFFA_SPMC_DIRECT_64,
	},
	ROW(FFA_MEM_DONATE_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_DONATE,
		.needs_64 = VFFA_SPMC_DONATE,
		.call = call_mem_donate,
		.resume = resume_mem,
		.cancel = vffa_mem_cancel,
	},
	ROW(FFA_MEM_LEND_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_LEND,
		.needs_64 = VFFA_SPMC_LEND,
		.call = call_mem_lend,
		.resume = resume_mem,
		.cancel = vffa_mem_cancel,
	},
	ROW(FFA_MEM_SHARE_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_SHARE,
		.needs_64 = VFFA_SPMC_SHARE,
		.call = call_mem_share,
	},
	ROW(FFA_MEM_RETRIEVE_REQ_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_RETRIEVE,
		.needs_64 = VFFA_SPMC_RETRIEVE,
		.call = call_mem_retrieve,
	},
	ROW(FFA_MEM_RETRIEVE_RESP) = {
		.flags = VFFA_FN_32 | VFFA_FN_ANSWER,
		.needs_32 = VFFA_SPMC_RETRIEVE,
	},
	ROW(FFA_MEM_RELINQUISH) = {
		.flags = VFFA_FN_32,
		.mbz_first = 1, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_RETRIEVE,
		.call = call_mem_relinquish,
	},
	ROW(FFA_MEM_RECLAIM) = {
		.flags = VFFA_FN_32,
		.mbz_first = 4, .mbz_last = 7,
		.needs_32 = ANY_MEM,
		.call = call_mem_reclaim,
		.resume = resume_mem,
		.cancel = vffa_mem_cancel,
	},
	/* The relay sees paused operations to their end itself. */
	ROW(FFA_MEM_OP_PAUSE) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_MEM_OP_RESUME) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_MEM_FRAG_RX) = {
		.flags = VFFA_FN_32,
		.needs_32 = ANY_MEM | VFFA_SPMC_RETRIEVE,
		.call = call_mem_frag_rx,
	},
	ROW(FFA_MEM_FRAG_TX) = {
		.flags = VFFA_FN_32,
		.mbz_first = 4, .mbz_last = 7,
		.needs_32 = ANY_MEM,
		.call = call_mem_frag_tx,
		.resume = resume_mem,
		.cancel = vffa_mem_cancel,
	},
	/* The SPMC's, towards EL3. */
	ROW(FFA_NORMAL_WORLD_RESUME) = {
		.flags = VFFA_FN_NOT_VM,
	},
	/* The hypervisor's, towards the SPMC. */
	ROW(FFA_NOTIFICATION_BITMAP_CREATE) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_NOTIFICATION_BITMAP_DESTROY) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_NOTIFICATION_BIND) = {
		.flags = VFFA_FN_32 | VFFA_FN_NOTIF,
		.since = 1,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_NOTIF,
		.call = call_notif_bind,
	},
	ROW(FFA_NOTIFICATION_UNBIND) = {
		.flags = VFFA_FN_32 | VFFA_FN_NOTIF,
		.since = 1,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_NOTIF,
		.call = call_notif_unbind,
	},
	ROW(FFA_NOTIFICATION_SET) = {
		.flags = VFFA_FN_32 | VFFA_FN_NOTIF,
		.since = 1,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_NOTIF,
		.call = call_notif_set,
	},
	ROW(FFA_NOTIFICATION_GET) = {
		.flags = VFFA_FN_32 | VFFA_FN_NOTIF,
		.since = 1,
		.mbz_first = 3, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_NOTIF,
		.call = call_notif_get,
	},
	/* For who schedules receivers: the host. */
	ROW(FFA_NOTIFICATION_INFO_GET_32) = {
		.flags = VFFA_FN_NOT_VM,
	},
	/* The hypervisor's, towards the SPMC. */
	ROW(FFA_RX_ACQUIRE) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_SPM_ID_GET) = {
		.flags = VFFA_FN_32,
		.since = 1,
		.mbz_first = 1, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_ID_GET,
		.call = call_spm_id_get,
	},
	ROW(FFA_MSG_SEND2) = {
		.flags = VFFA_FN_32,
		.since = 1,
		.mbz_first = 3, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_INDIRECT,
		.call = call_msg_send2,
	},
	/* Secure partitions', and the SPMC's. */
	ROW(FFA_SECONDARY_EP_REGISTER_32) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_MEM_PERM_GET_32) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_MEM_PERM_SET_32) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_EL3_INTR_HANDLE) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_CONSOLE_LOG_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64 | VFFA_FN_WIDE,
		.since = 2,
		.call = call_console_log,
	},
	ROW(FFA_PARTITION_INFO_GET_REGS) = {
		.flags = VFFA_FN_64 | VFFA_FN_WIDE,
		.since = 2,
		.mbz_first = 4, .mbz_last = 17,
		.call = call_part_regs,
	},
	ROW(FFA_MSG_SEND_DIRECT_REQ2) = {
		.flags = VFFA_FN_64 | VFFA_FN_WIDE,
		.since = 2,
		.needs_64 = VFFA_SPMC_DIRECT2,
		.call = call_direct_req2,
	},
	ROW(FFA_MSG_SEND_DIRECT_RESP2) = {
		.flags = VFFA_FN_64 | VFFA_FN_ANSWER,
		.since = 2,
		.needs_64 = VFFA_SPMC_DIRECT2,
	},
};
/* clang-format on */

const uint32_t vffa_nr_funcs = sizeof(vffa_funcs) / sizeof(vffa_funcs[0]);

/*
 * Copy arguments in the form decoders expect: the upper halves of an SMC32 call's registers are not
 * part of it, and neither is x8-x17 of most functions. Narrow SMC32 calls, the common ones, cost
 * seven loads and stores.
 */
static void take_args(const struct vffa_func *func, uint32_t fid, const struct vffa_regs *regs,
		      struct vffa_regs *args)
{
	args->x[0] = fid;
	if (!(fid & SMCCC_64)) {
#pragma GCC unroll 8
		for (unsigned int i = 1; i < VFFA_NR_REGS_SHORT; i++)
			args->x[i] = (uint32_t)regs->x[i];
		return;
	}

	memcpy(&args->x[1], &regs->x[1], (VFFA_NR_REGS - 1) * sizeof(regs->x[0]));
	if (!(func->flags & VFFA_FN_WIDE))
		vffa_regs_clear_high(args);
}

static enum vffa_ret check_mbz(const struct vffa_func *func, const struct vffa_regs *args)
{
	uint64_t bits = 0;

	for (unsigned int i = func->mbz_first; i && i <= func->mbz_last; i++)
		bits |= args->x[i];
	if (!bits)
		return VFFA_OK;
	return func->flags & VFFA_FN_QUERY ? VFFA_NOT_SUPPORTED : VFFA_INVALID_PARAMETERS;
}

/*
 * The row of a call that this guest may make now; NULL = NOT_SUPPORTED. Ends the negotiation of the
 * version (vffa_version()).
 */
static const struct vffa_func *admit(struct vffa_vcpu *vcpu, uint32_t fid)
{
	bool negotiates = fid == FFA_VERSION;
	uint32_t version = negotiates ? vffa_vm_version(vcpu->vm) : vffa_version_use(vcpu->vm);
	const struct vffa_func *func;

	if (!version && !negotiates)
		return NULL;
	if (vcpu->aarch32 && fid & SMCCC_64)
		return NULL;

	func = vffa_func_find(vcpu->vm->relay, version & 0xFFFFu, fid);
	return func && !(func->flags & VFFA_FN_ANSWER) ? func : NULL;
}

/*
 * Registers the caller has not given up are left alone: x8-x17 belong to SMC64 from FF-A 1.2 on,
 * and then they are results, zero where the completion defines none. Inline, as what follows,
 * because it is on the way of every call.
 */
static inline void write_back(const struct vffa_vcpu *vcpu, uint32_t fid, struct vffa_regs *regs)
{
	const struct vffa_regs *answer = &vcpu->regs;
	uint32_t completion = (uint32_t)answer->x[0];

	memcpy(regs->x, answer->x, VFFA_NR_REGS_SHORT * sizeof(regs->x[0]));
	if (minor_of(vcpu) < 2 || !((fid | completion) & SMCCC_64))
		return;
	/* AArch32 has other modes' registers there; w0 of FFA_VERSION is not a completion. */
	if (vcpu->aarch32 || fid == FFA_VERSION)
		return;

	if (completion == FFA_SUCCESS_64 || completion == FFA_MSG_SEND_DIRECT_RESP2)
		memcpy(&regs->x[VFFA_NR_REGS_SHORT], &answer->x[VFFA_NR_REGS_SHORT],
		       (VFFA_NR_REGS - VFFA_NR_REGS_SHORT) * sizeof(regs->x[0]));
	else
		vffa_regs_clear_high(regs);
}

static inline enum vffa_action finish(struct vffa_vcpu *vcpu, enum vffa_ret ret, uint32_t fid,
				      const struct vffa_func *func, struct vffa_regs *regs)
{
	if (ret == VFFA_PARKED) {
		vcpu->parked = func;
		vcpu->parked_fid = fid;
		return VFFA_EXIT_TO_VMM;
	}
	vffa_count_call(&vcpu->counters, fid, ret);
	if (ret)
		vffa_regs_error(&vcpu->regs, ret);
	write_back(vcpu, fid, regs);
	return VFFA_RESUME_GUEST;
}

enum vffa_action vffa_call(struct vffa_vcpu *vcpu, struct vffa_regs *regs, bool aarch32)
{
	uint32_t fid = (uint32_t)regs->x[0] & ~SMCCC_SVE_HINT;
	enum vffa_ret ret = VFFA_NOT_SUPPORTED;
	const struct vffa_func *func;

	/* KVM says 1.1, and FF-A drivers do not begin below 1.2. */
	if (fid == SMCCC_VERSION) {
		regs->x[0] = SMCCC_VERSION_1_2;
		return VFFA_RESUME_GUEST;
	}

	vcpu->aarch32 = aarch32;
	func = admit(vcpu, fid);
	if (func) {
		take_args(func, fid, regs, &vcpu->regs);
		ret = check_mbz(func, &vcpu->regs);
	}
	if (!ret)
		ret = func->call(vcpu, &vcpu->regs);
	return finish(vcpu, ret, fid, func, regs);
}

enum vffa_action vffa_resume(struct vffa_vcpu *vcpu, enum vffa_ret result, struct vffa_regs *regs)
{
	const struct vffa_func *func = vcpu->parked;
	enum vffa_ret ret;

	vcpu->parked = NULL;
	vffa_regs_clear(&vcpu->regs, 0);
	ret = func->resume(vcpu, result, &vcpu->regs);
	return finish(vcpu, ret, vcpu->parked_fid, func, regs);
}

void vffa_vcpu_cancel(struct vffa_vcpu *vcpu)
{
	const struct vffa_func *func = vcpu->parked;

	vcpu->parked = NULL;
	if (func && func->cancel)
		func->cancel(vcpu);
}
