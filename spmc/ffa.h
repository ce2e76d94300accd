/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of FF-A 1.0 to 1.2, as the SPMC reads the specification. The relay has its own.
 *
 * Layouts in memory are in the codec files.
 */
#ifndef SPMC_FFA_H
#define SPMC_FFA_H

#include <vffa/env.h>

/* Function numbers; an id is a number and one of the two bases (SMCCC fast calls, secure services). */
#define FID_BASE_32  0x84000000u
#define FID_BASE_64  0xC4000000u
#define FID_FN_MASK  0xFFu
#define FID_SVE_HINT 0x10000u

#define FID32(fn) (FID_BASE_32 | (uint32_t)(fn))
#define FID64(fn) (FID_BASE_64 | (uint32_t)(fn))

enum {
	FN_ERROR = 0x60,
	FN_SUCCESS = 0x61,
	FN_INTERRUPT = 0x62,
	FN_VERSION = 0x63,
	FN_FEATURES = 0x64,
	FN_RX_RELEASE = 0x65,
	FN_RXTX_MAP = 0x66,
	FN_RXTX_UNMAP = 0x67,
	FN_PARTITION_INFO_GET = 0x68,
	FN_ID_GET = 0x69,
	FN_MSG_WAIT = 0x6B,
	FN_YIELD = 0x6C,
	FN_RUN = 0x6D,
	FN_DIRECT_REQ = 0x6F,
	FN_DIRECT_RESP = 0x70,
	FN_MEM_DONATE = 0x71,
	FN_MEM_LEND = 0x72,
	FN_MEM_SHARE = 0x73,
	FN_MEM_RETRIEVE_REQ = 0x74,
	FN_MEM_RETRIEVE_RESP = 0x75,
	FN_MEM_RELINQUISH = 0x76,
	FN_MEM_RECLAIM = 0x77,
	FN_MEM_OP_PAUSE = 0x78,
	FN_MEM_OP_RESUME = 0x79,
	FN_MEM_FRAG_RX = 0x7A,
	FN_MEM_FRAG_TX = 0x7B,
	FN_NOTIFICATION_BITMAP_CREATE = 0x7D,
	FN_NOTIFICATION_BITMAP_DESTROY = 0x7E,
	FN_NOTIFICATION_BIND = 0x7F,
	FN_NOTIFICATION_UNBIND = 0x80,
	FN_NOTIFICATION_SET = 0x81,
	FN_NOTIFICATION_GET = 0x82,
	FN_NOTIFICATION_INFO_GET = 0x83,
	FN_RX_ACQUIRE = 0x84,
	FN_SPM_ID_GET = 0x85,
	FN_MSG_SEND2 = 0x86,
	FN_CONSOLE_LOG = 0x8A,
	FN_PARTITION_INFO_GET_REGS = 0x8B,
	FN_DIRECT_REQ2 = 0x8D,
	FN_DIRECT_RESP2 = 0x8E,
};

/* Status codes: w2 of FFA_ERROR. */
enum {
	E_NOT_SUPPORTED = -1,
	E_INVALID = -2,
	E_NO_MEMORY = -3,
	E_BUSY = -4,
	E_INTERRUPTED = -5,
	E_DENIED = -6,
	E_RETRY = -7,
	E_ABORTED = -8,
	E_NO_DATA = -9,
};

#define FFA_VERSION_1(minor) (0x10000u | (uint32_t)(minor))

/* Endpoint ids: bit 15 tells the world. */
#define ID_HYPERVISOR 0u
#define ID_SECURE     0x8000u

/* FFA_FEATURES */
#define FEATURE_IS_FN	     0x80000000u
#define FEATURE_SRI	     2u
#define RXTX_MAX_PAGES_SHIFT 16

/* w3 of FFA_RXTX_MAP counts in six bits. */
#define RXTX_PAGES_MASK 0x3Fu

/* w5 of FFA_PARTITION_INFO_GET */
#define PART_INFO_COUNT_ONLY 0x1u

/* Properties of a partition; bits 0-2 and 9-10 are a manifest's messaging-method, too. */
#define PROP_DIRECT_REQ_RECV  0x001u
#define PROP_DIRECT_REQ_SEND  0x002u
#define PROP_INDIRECT	      0x004u
#define PROP_NOTIFICATION     0x008u
#define PROP_VM_CREATED	      0x040u
#define PROP_VM_DESTROYED     0x080u
#define PROP_AARCH64	      0x100u
#define PROP_DIRECT_REQ2_RECV 0x200u
#define PROP_DIRECT_REQ2_SEND 0x400u
#define PROP_MESSAGING	      0x607u

/* w2 of direct messages */
#define MSG_FRAMEWORK	      0x80000000u
#define MSG_VM_CREATED	      0x80000004u
#define MSG_VM_CREATED_RESP   0x80000005u
#define MSG_VM_DESTROYED      0x80000006u
#define MSG_VM_DESTROYED_RESP 0x80000007u

/* FFA_NOTIFICATION_*: flags in w2 */
#define NOTIF_PER_VCPU	0x1u /* BIND, SET */
#define NOTIF_DELAY_SRI 0x2u /* SET, and FFA_MSG_SEND2, by a partition */
#define NOTIF_GET_SPS	0x1u
#define NOTIF_GET_VMS	0x2u
#define NOTIF_GET_SPM	0x4u
#define NOTIF_GET_HYP	0x8u

/* FFA_NOTIFICATION_INFO_GET: where w2 counts lists, and their ids */
#define NOTIF_INFO_MORE	     0x1u
#define NOTIF_INFO_NR_SHIFT  7
#define NOTIF_INFO_IDS_SHIFT 12
#define NOTIF_INFO_MAX_VCPUS 3u /* in one list */

/* Framework notifications of the SPM */
#define NOTIF_RX_FULL 0x1u

/* Memory: permissions of an EMAD */
#define MEM_DATA_MASK  0x3u
#define MEM_DATA_RO    0x1u
#define MEM_DATA_RW    0x2u
#define MEM_INSTR_MASK 0xCu
#define MEM_INSTR_NX   0x4u
#define MEM_INSTR_X    0x8u
#define MEM_PERMS_MBZ  0xF0u

/* EMAD flags: in a request, another borrower's entry */
#define MEM_EMAD_OTHER 0x1u

/* Memory attributes */
#define MEM_ATTR_SH_MASK    0x03u
#define MEM_ATTR_SH_OUTER   0x02u
#define MEM_ATTR_SH_INNER   0x03u
#define MEM_ATTR_WB	    0x0Cu
#define MEM_ATTR_NC	    0x04u
#define MEM_ATTR_TYPE_MASK  0x30u
#define MEM_ATTR_DEVICE	    0x10u
#define MEM_ATTR_NORMAL	    0x20u
#define MEM_ATTR_CACHE_MASK 0x0Cu
#define MEM_ATTR_NS	    0x40u
#define MEM_ATTR_MBZ	    0xFF80u
#define MEM_ATTR_USUAL	    0x2Fu /* normal, write-back, inner shareable */

/* Transaction flags */
#define MEM_ZERO	   0x001u
#define MEM_TIME_SLICE	   0x002u
#define MEM_ZERO_AFTER	   0x004u
#define MEM_TYPE_SHIFT	   3
#define MEM_TYPE_MASK	   0x018u
#define MEM_HINT_SHIFT	   5
#define MEM_HINT_MASK	   0x1E0u
#define MEM_HINT	   0x200u
#define MEM_BYPASS	   0x400u
#define MEM_RETRIEVE_FLAGS 0x7FFu

/* FFA_FEATURES of FFA_MEM_DONATE, LEND, SHARE, RETRIEVE_REQ; the last two only of RETRIEVE_REQ */
#define MEM_FEATURE_BUFFER 0x1u
#define MEM_FEATURE_NS	   0x2u
#define MEM_FEATURE_HYP	   0x4u

/* Handles the hypervisor has chosen */
#define MEM_HANDLE_HYP 0x8000000000000000u

/* w2 of FFA_MSG_WAIT since 1.2 */
#define MSG_WAIT_RETAIN_RX 0x1u

#define PAGE_SHIFT_4K 12
#define PAGE_SIZE_4K  4096u

static inline uint32_t ids_word(uint16_t from, uint16_t to)
{
	return (uint32_t)from << 16 | to;
}

static inline uint16_t ids_from(uint64_t w)
{
	return (uint16_t)(w >> 16);
}

static inline uint16_t ids_to(uint64_t w)
{
	return (uint16_t)w;
}

#endif /* SPMC_FFA_H */
