// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* The table of FF-A functions: the one place that says which exist, for whom, and who serves them. */
#include "func.h"

#include "borrow.h"
#include "calls.h"
#include "mailbox.h"
#include "mem.h"

/* A request of any kind may leave a context to be resumed. */
#define ANY_DIRECT (VFFA_SPMC_DIRECT_32 | VFFA_SPMC_DIRECT_64 | VFFA_SPMC_DIRECT2)

#define ANY_MEM (VFFA_SPMC_SHARE | VFFA_SPMC_LEND | VFFA_SPMC_DONATE)

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
		.call = vffa_call_version,
	},
	ROW(FFA_FEATURES) = {
		.flags = VFFA_FN_32 | VFFA_FN_QUERY,
		.mbz_first = 3, .mbz_last = 7,
		.call = vffa_call_features,
	},
	ROW(FFA_RX_RELEASE) = {
		.flags = VFFA_FN_32,
		.mbz_first = 1, .mbz_last = 7,
		.call = vffa_call_rx_release,
	},
	ROW(FFA_RXTX_MAP_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 4, .mbz_last = 7,
		.features = vffa_mailbox_features,
		.call = vffa_call_rxtx_map,
	},
	ROW(FFA_RXTX_UNMAP) = {
		.flags = VFFA_FN_32,
		.mbz_first = 2, .mbz_last = 7,
		.call = vffa_call_rxtx_unmap,
	},
	ROW(FFA_PARTITION_INFO_GET) = {
		.flags = VFFA_FN_32,
		.mbz_first = 6, .mbz_last = 7,
		.call = vffa_call_part_info,
	},
	ROW(FFA_ID_GET) = {
		.flags = VFFA_FN_32,
		.mbz_first = 1, .mbz_last = 7,
		.call = vffa_call_id_get,
	},
	/* Of 1.0 alone, between VMs, which do not see each other. */
	ROW(FFA_MSG_POLL) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_MSG_WAIT) = {
		.flags = VFFA_FN_32,
		.mbz_first = 3, .mbz_last = 7,
		.call = vffa_call_msg_wait,
	},
	ROW(FFA_YIELD) = {
		.flags = VFFA_FN_32,
		.mbz_first = 4, .mbz_last = 7,
		.call = vffa_call_yield,
	},
	ROW(FFA_MSG_SEND) = {
		.flags = VFFA_FN_NOT_VM,
	},
	ROW(FFA_RUN) = {
		.flags = VFFA_FN_32,
		.mbz_first = 2, .mbz_last = 7,
		.needs_32 = ANY_DIRECT,
		.call = vffa_call_run,
	},
	/* SPEC-NOTE: x8-x17 of the 64-bit form are not payload before FF-A 1.3: not WIDE. */
	ROW(FFA_MSG_SEND_DIRECT_REQ_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.needs_32 = VFFA_SPMC_DIRECT_32,
		.needs_64 = VFFA_SPMC_DIRECT_64,
		.call = vffa_call_direct_req,
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
		.call = vffa_call_mem_donate,
		.resume = vffa_resume_mem,
		.cancel = vffa_mem_cancel,
	},
	ROW(FFA_MEM_LEND_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_LEND,
		.needs_64 = VFFA_SPMC_LEND,
		.call = vffa_call_mem_lend,
		.resume = vffa_resume_mem,
		.cancel = vffa_mem_cancel,
	},
	ROW(FFA_MEM_SHARE_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_SHARE,
		.needs_64 = VFFA_SPMC_SHARE,
		.call = vffa_call_mem_share,
	},
	ROW(FFA_MEM_RETRIEVE_REQ_32) = {
		.flags = VFFA_FN_32 | VFFA_FN_64,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_RETRIEVE,
		.needs_64 = VFFA_SPMC_RETRIEVE,
		.call = vffa_call_mem_retrieve,
	},
	ROW(FFA_MEM_RETRIEVE_RESP) = {
		.flags = VFFA_FN_32 | VFFA_FN_ANSWER,
		.needs_32 = VFFA_SPMC_RETRIEVE,
	},
	ROW(FFA_MEM_RELINQUISH) = {
		.flags = VFFA_FN_32,
		.mbz_first = 1, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_RETRIEVE,
		.call = vffa_call_mem_relinquish,
	},
	ROW(FFA_MEM_RECLAIM) = {
		.flags = VFFA_FN_32,
		.mbz_first = 4, .mbz_last = 7,
		.needs_32 = ANY_MEM,
		.call = vffa_call_mem_reclaim,
		.resume = vffa_resume_mem,
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
		.call = vffa_call_mem_frag_rx,
	},
	ROW(FFA_MEM_FRAG_TX) = {
		.flags = VFFA_FN_32,
		.mbz_first = 4, .mbz_last = 7,
		.needs_32 = ANY_MEM,
		.call = vffa_call_mem_frag_tx,
		.resume = vffa_resume_mem,
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
		.call = vffa_call_notif_bind,
	},
	ROW(FFA_NOTIFICATION_UNBIND) = {
		.flags = VFFA_FN_32 | VFFA_FN_NOTIF,
		.since = 1,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_NOTIF,
		.call = vffa_call_notif_unbind,
	},
	ROW(FFA_NOTIFICATION_SET) = {
		.flags = VFFA_FN_32 | VFFA_FN_NOTIF,
		.since = 1,
		.mbz_first = 5, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_NOTIF,
		.call = vffa_call_notif_set,
	},
	ROW(FFA_NOTIFICATION_GET) = {
		.flags = VFFA_FN_32 | VFFA_FN_NOTIF,
		.since = 1,
		.mbz_first = 3, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_NOTIF,
		.call = vffa_call_notif_get,
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
		.call = vffa_call_spm_id_get,
	},
	ROW(FFA_MSG_SEND2) = {
		.flags = VFFA_FN_32,
		.since = 1,
		.mbz_first = 3, .mbz_last = 7,
		.needs_32 = VFFA_SPMC_INDIRECT,
		.call = vffa_call_msg_send2,
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
		.call = vffa_call_console_log,
	},
	ROW(FFA_PARTITION_INFO_GET_REGS) = {
		.flags = VFFA_FN_64 | VFFA_FN_WIDE,
		.since = 2,
		.mbz_first = 4, .mbz_last = 17,
		.call = vffa_call_part_regs,
	},
	ROW(FFA_MSG_SEND_DIRECT_REQ2) = {
		.flags = VFFA_FN_64 | VFFA_FN_WIDE,
		.since = 2,
		.needs_64 = VFFA_SPMC_DIRECT2,
		.call = vffa_call_direct_req2,
	},
	ROW(FFA_MSG_SEND_DIRECT_RESP2) = {
		.flags = VFFA_FN_64 | VFFA_FN_ANSWER,
		.since = 2,
		.needs_64 = VFFA_SPMC_DIRECT2,
	},
};
/* clang-format on */

const uint32_t vffa_nr_funcs = sizeof(vffa_funcs) / sizeof(vffa_funcs[0]);
