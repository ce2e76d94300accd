/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * FF-A numbers and wire layouts, and nothing else. Names are the specification's.
 *
 * Linux's <linux/arm_ffa.h> defines many of the same names: no file includes both.
 * Source: FF-A 1.0 to 1.2 (DEN0077) and the memory management protocol (DEN0140).
 */
#ifndef VFFA_ABI_H
#define VFFA_ABI_H

#include <vffa/env.h>

/* SMC Calling Convention (DEN0028): fields of a function id. */
#define SMCCC_FAST_CALL	  0x80000000u
#define SMCCC_64	  0x40000000u /* set: the SMC64/HVC64 form */
#define SMCCC_SVE_HINT	  0x00010000u /* "no live SVE state"; not part of the id (SMCCC 1.3) */
#define SMCCC_VERSION	  0x80000000u
#define SMCCC_VERSION_1_2 0x00010002u

/* FF-A function ids, section "Interface overview" (all versions). */
#define FFA_ERROR			0x84000060u
#define FFA_SUCCESS_32			0x84000061u
#define FFA_SUCCESS_64			0xC4000061u
#define FFA_INTERRUPT			0x84000062u
#define FFA_VERSION			0x84000063u
#define FFA_FEATURES			0x84000064u
#define FFA_RX_RELEASE			0x84000065u
#define FFA_RXTX_MAP_32			0x84000066u
#define FFA_RXTX_MAP_64			0xC4000066u
#define FFA_RXTX_UNMAP			0x84000067u
#define FFA_PARTITION_INFO_GET		0x84000068u
#define FFA_ID_GET			0x84000069u
#define FFA_MSG_POLL			0x8400006Au
#define FFA_MSG_WAIT			0x8400006Bu
#define FFA_YIELD			0x8400006Cu
#define FFA_RUN				0x8400006Du
#define FFA_MSG_SEND			0x8400006Eu
#define FFA_MSG_SEND_DIRECT_REQ_32	0x8400006Fu
#define FFA_MSG_SEND_DIRECT_REQ_64	0xC400006Fu
#define FFA_MSG_SEND_DIRECT_RESP_32	0x84000070u
#define FFA_MSG_SEND_DIRECT_RESP_64	0xC4000070u
#define FFA_MEM_DONATE_32		0x84000071u
#define FFA_MEM_DONATE_64		0xC4000071u
#define FFA_MEM_LEND_32			0x84000072u
#define FFA_MEM_LEND_64			0xC4000072u
#define FFA_MEM_SHARE_32		0x84000073u
#define FFA_MEM_SHARE_64		0xC4000073u
#define FFA_MEM_RETRIEVE_REQ_32		0x84000074u
#define FFA_MEM_RETRIEVE_REQ_64		0xC4000074u
#define FFA_MEM_RETRIEVE_RESP		0x84000075u
#define FFA_MEM_RELINQUISH		0x84000076u
#define FFA_MEM_RECLAIM			0x84000077u
#define FFA_MEM_OP_PAUSE		0x84000078u
#define FFA_MEM_OP_RESUME		0x84000079u
#define FFA_MEM_FRAG_RX			0x8400007Au
#define FFA_MEM_FRAG_TX			0x8400007Bu
#define FFA_NORMAL_WORLD_RESUME		0x8400007Cu
#define FFA_NOTIFICATION_BITMAP_CREATE	0x8400007Du
#define FFA_NOTIFICATION_BITMAP_DESTROY 0x8400007Eu
#define FFA_NOTIFICATION_BIND		0x8400007Fu
#define FFA_NOTIFICATION_UNBIND		0x84000080u
#define FFA_NOTIFICATION_SET		0x84000081u
#define FFA_NOTIFICATION_GET		0x84000082u
#define FFA_NOTIFICATION_INFO_GET_32	0x84000083u
#define FFA_NOTIFICATION_INFO_GET_64	0xC4000083u
#define FFA_RX_ACQUIRE			0x84000084u
#define FFA_SPM_ID_GET			0x84000085u
#define FFA_MSG_SEND2			0x84000086u
#define FFA_SECONDARY_EP_REGISTER_32	0x84000087u
#define FFA_SECONDARY_EP_REGISTER_64	0xC4000087u
#define FFA_MEM_PERM_GET_32		0x84000088u
#define FFA_MEM_PERM_GET_64		0xC4000088u
#define FFA_MEM_PERM_SET_32		0x84000089u
#define FFA_MEM_PERM_SET_64		0xC4000089u
#define FFA_CONSOLE_LOG_32		0x8400008Au
#define FFA_CONSOLE_LOG_64		0xC400008Au
#define FFA_PARTITION_INFO_GET_REGS	0xC400008Bu
#define FFA_EL3_INTR_HANDLE		0x8400008Cu
#define FFA_MSG_SEND_DIRECT_REQ2	0xC400008Du
#define FFA_MSG_SEND_DIRECT_RESP2	0xC400008Eu

/*
 * The function numbers set aside for FF-A: 0x60 to 0xEF of the Standard Secure Service range. From
 * 0xF0 on they are the errata management firmware interface's (DEN0100).
 */
#define FFA_FN_MASK	  0x0000FFFFu
#define FFA_FN_FIRST	  0x60u
#define FFA_FN_LAST	  0xEFu
#define FFA_FID_BASE_MASK 0xBFFF0000u /* everything but SMCCC_64 and the number */
#define FFA_FID_BASE	  0x84000000u

/* Return codes in w2 of FFA_ERROR, and in w0 of FFA_VERSION (FF-A 1.2, "Function return codes"). */
#define FFA_RET_OK		   0
#define FFA_RET_NOT_SUPPORTED	   (-1)
#define FFA_RET_INVALID_PARAMETERS (-2)
#define FFA_RET_NO_MEMORY	   (-3)
#define FFA_RET_BUSY		   (-4)
#define FFA_RET_INTERRUPTED	   (-5)
#define FFA_RET_DENIED		   (-6)
#define FFA_RET_RETRY		   (-7)
#define FFA_RET_ABORTED		   (-8)
#define FFA_RET_NO_DATA		   (-9)
#define FFA_RET_NOT_READY	   (-10) /* 1.3 */

/* FFA_VERSION: bit 31 must be zero, [30:16] major, [15:0] minor. */
#define FFA_VERSION_MAKE(major, minor) (((uint32_t)(major) << 16) | (uint32_t)(minor))
#define FFA_VERSION_MBZ		       0x80000000u
#define FFA_VERSION_MAJOR_MASK	       0x7FFF0000u
#define FFA_VERSION_1_0		       FFA_VERSION_MAKE(1, 0)
#define FFA_VERSION_1_1		       FFA_VERSION_MAKE(1, 1)
#define FFA_VERSION_1_2		       FFA_VERSION_MAKE(1, 2)

/* FFA_FEATURES: w1 with bit 31 is a function id, without it a feature id in [7:0]. */
#define FFA_FEATURES_IS_FUNCTION 0x80000000u
#define FFA_FEATURE_ID_MASK	 0x000000FFu
#define FFA_FEATURE_NPI		 1u
#define FFA_FEATURE_SRI		 2u
#define FFA_FEATURE_MEI		 3u

/* FFA_FEATURES(FFA_RXTX_MAP): w2 of the answer. */
#define FFA_RXTX_GRANULE_MASK	 0x3u
#define FFA_RXTX_GRANULE_4K	 0u
#define FFA_RXTX_GRANULE_64K	 1u
#define FFA_RXTX_GRANULE_16K	 2u
#define FFA_RXTX_MAX_PAGES_SHIFT 16 /* since 1.2; 0 = not limited */

/* Endpoint ids. Bit 15 tells the worlds apart, by the convention every implementation keeps. */
#define FFA_ID_HYPERVISOR 0x0000u
#define FFA_ID_SECURE	  0x8000u

/* The unit of every page count in the ABI, whatever the translation granule. */
#define FFA_PAGE_SIZE  4096u
#define FFA_PAGE_SHIFT 12

/* FFA_RXTX_MAP: w3[5:0] is the page count, the rest must be zero. */
#define FFA_RXTX_MAP_PAGES_MASK 0x3Fu

/* FFA_PARTITION_INFO_GET: w5. */
#define FFA_PARTITION_INFO_COUNT_ONLY 0x1u /* since 1.1 */

/* FFA_PARTITION_INFO_GET_REGS: fields of x3 in the call and of x2 in the answer. */
#define FFA_PARTITION_REGS_INDEX_MASK	 0xFFFFu
#define FFA_PARTITION_REGS_TAG_IN_SHIFT	 16
#define FFA_PARTITION_REGS_CURRENT_SHIFT 16
#define FFA_PARTITION_REGS_TAG_SHIFT	 32
#define FFA_PARTITION_REGS_SIZE_SHIFT	 48
#define FFA_PARTITION_REGS_MAX_ENTRIES	 5u /* of 24 bytes, in x3 to x17 */

/* Partition properties (FF-A 1.2, partition information descriptor). */
#define FFA_PART_DIRECT_REQ_RECV   0x0001u
#define FFA_PART_DIRECT_REQ_SEND   0x0002u
#define FFA_PART_INDIRECT_MSG	   0x0004u
#define FFA_PART_NOTIFICATION_RECV 0x0008u
#define FFA_PART_TYPE_MASK	   0x0030u /* 0: an endpoint that runs on PEs */
#define FFA_PART_VM_CREATED	   0x0040u
#define FFA_PART_VM_DESTROYED	   0x0080u
#define FFA_PART_AARCH64	   0x0100u
#define FFA_PART_DIRECT_REQ2_RECV  0x0200u
#define FFA_PART_DIRECT_REQ2_SEND  0x0400u
#define FFA_PART_PROPS_1_0	   0x0007u
#define FFA_PART_PROPS_1_1	   0x01FFu
#define FFA_PART_PROPS_1_2	   0x07FFu

/* Direct messages: w2. */
#define FFA_MSG_FRAMEWORK		0x80000000u
#define FFA_FRAMEWORK_VM_CREATED	(FFA_MSG_FRAMEWORK | 0x04u)
#define FFA_FRAMEWORK_VM_CREATED_RESP	(FFA_MSG_FRAMEWORK | 0x05u)
#define FFA_FRAMEWORK_VM_DESTROYED	(FFA_MSG_FRAMEWORK | 0x06u)
#define FFA_FRAMEWORK_VM_DESTROYED_RESP (FFA_MSG_FRAMEWORK | 0x07u)

/* FFA_MSG_WAIT: w2, since 1.2. */
#define FFA_MSG_WAIT_KEEP_RX 0x1u

/* FFA_CONSOLE_LOG: x1 is the number of characters, which fill x2 and on from the lowest byte. */
#define FFA_CONSOLE_MAX_32 24u
#define FFA_CONSOLE_MAX_64 128u

/* FFA_NOTIFICATION_BIND and SET: w2. SET has the vCPU's id in w2[31:16]. */
#define FFA_NOTIF_PER_VCPU   0x1u
#define FFA_NOTIF_FLAGS_MASK 0xFFFFu
#define FFA_NOTIF_VCPU_SHIFT 16

/* FFA_NOTIFICATION_GET: w2, whose notifications. The vCPU's id is in w1[31:16]. */
#define FFA_NOTIF_GET_SPS 0x1u
#define FFA_NOTIF_GET_VMS 0x2u
#define FFA_NOTIF_GET_SPM 0x4u /* the framework's: w6, the low half of its bitmap */
#define FFA_NOTIF_GET_HYP 0x8u /* the framework's: w7, the high half */
#define FFA_NOTIF_GET_ALL 0xFu

/* Framework notifications, bits of w6 or w7. */
#define FFA_NOTIF_RX_FULL 0x1u

/*
 * FFA_NOTIFICATION_INFO_GET: x2, and ids of 16 bits from x3 on: lists, each an endpoint's id and up to
 * three of its vCPUs' ids. None means any vCPU.
 */
#define FFA_NOTIF_INFO_MORE	  0x1u
#define FFA_NOTIF_INFO_NR_SHIFT	  7
#define FFA_NOTIF_INFO_NR_MASK	  0x1Fu
#define FFA_NOTIF_INFO_SIZE_SHIFT 12 /* of the first list, in vCPUs; two bits for each */
#define FFA_NOTIF_INFO_SIZE_MASK  0x3u
#define FFA_NOTIF_INFO_MAX_VCPUS  3u
#define FFA_NOTIF_INFO_MAX_IDS_32 10u
#define FFA_NOTIF_INFO_MAX_IDS_64 20u

/*
 * Partition information descriptor. FF-A 1.0 has the first 8 bytes, 1.1 and 1.2 have 24; a caller
 * steps with the size it was told, because later versions only append.
 */
struct ffa_partition_info {    /* offset */
	vffa_le16 id;	       /*  0 */
	vffa_le16 nr_contexts; /*  2: or the proxy's id for a dependent peripheral */
	vffa_le32 properties;  /*  4 */
	uint8_t uuid[16];      /*  8: since 1.1; zero when the query named a UUID */
};
static_assert(sizeof(struct ffa_partition_info) == 24);

#define FFA_PARTITION_INFO_SIZE_1_0 8u
#define FFA_PARTITION_INFO_SIZE_1_1 24u

/*
 * Memory transaction descriptor (DEN0140). FF-A 1.0 has a header of 32 bytes with 8 bits of
 * attributes; since 1.1 it has 48, and says where the receivers are and how large an entry is.
 */
struct ffa_mem_transaction_1_0 { /* offset */
	vffa_le16 sender;	 /*  0 */
	uint8_t attrs;		 /*  2 */
	uint8_t mbz_3;		 /*  3 */
	vffa_le32 flags;	 /*  4 */
	vffa_le64 handle;	 /*  8 */
	vffa_le64 tag;		 /* 16 */
	vffa_le32 mbz_24;	 /* 24 */
	vffa_le32 nr_receivers;	 /* 28 */
};
static_assert(sizeof(struct ffa_mem_transaction_1_0) == 32);

struct ffa_mem_transaction {	    /* offset; since 1.1 */
	vffa_le16 sender;	    /*  0 */
	vffa_le16 attrs;	    /*  2 */
	vffa_le32 flags;	    /*  4 */
	vffa_le64 handle;	    /*  8 */
	vffa_le64 tag;		    /* 16 */
	vffa_le32 receiver_size;    /* 24: 16, or 32 since 1.2 */
	vffa_le32 nr_receivers;	    /* 28 */
	vffa_le32 receivers_offset; /* 32: from the descriptor's start, 16-byte aligned */
	vffa_le32 mbz_36[3];	    /* 36 */
};
static_assert(sizeof(struct ffa_mem_transaction) == 48);

/* Endpoint memory access descriptor: the first 16 bytes before 1.2. */
struct ffa_mem_receiver {	    /* offset */
	vffa_le16 id;		    /*  0 */
	uint8_t perms;		    /*  2 */
	uint8_t flags;		    /*  3 */
	vffa_le32 composite_offset; /*  4: from the descriptor's start; 0 = none */
	vffa_le64 impdef[2];	    /*  8: must be zero before 1.2 */
	vffa_le64 mbz_24;	    /* 24 */
};
static_assert(sizeof(struct ffa_mem_receiver) == 32);

#define FFA_MEM_RECEIVER_SIZE_1_0 16u
#define FFA_MEM_RECEIVER_SIZE_1_2 32u

/* Composite memory region descriptor, and the constituents behind it. */
struct ffa_mem_composite {   /* offset */
	vffa_le32 nr_pages;  /*  0 */
	vffa_le32 nr_ranges; /*  4 */
	vffa_le64 mbz_8;     /*  8 */
};
static_assert(sizeof(struct ffa_mem_composite) == 16);

struct ffa_mem_range {	    /* offset */
	vffa_le64 addr;	    /*  0 */
	vffa_le32 nr_pages; /*  8 */
	vffa_le32 mbz_12;   /* 12 */
};
static_assert(sizeof(struct ffa_mem_range) == 16);

/*
 * Endpoint RX/TX descriptor since 1.1: by it the hypervisor tells the SPMC where a VM's buffers are.
 * The composite descriptors behind it are at multiples of 8.
 */
struct ffa_rxtx {	     /* offset */
	vffa_le16 id;	     /*  0 */
	vffa_le16 mbz_2;     /*  2 */
	vffa_le32 rx_offset; /*  4: of RX's composite descriptor */
	vffa_le32 tx_offset; /*  8: of TX's */
	vffa_le32 mbz_12;    /* 12: not part of it; so that what follows is aligned */
};
static_assert(sizeof(struct ffa_rxtx) == 16);

/* Partition message header: the first 20 bytes before 1.2. */
struct ffa_msg_header {	    /* offset */
	vffa_le32 flags;    /*  0: must be zero */
	vffa_le32 mbz_4;    /*  4 */
	vffa_le32 offset;   /*  8: of the payload, from the buffer's start */
	vffa_le16 receiver; /* 12 */
	vffa_le16 sender;   /* 14 */
	vffa_le32 size;	    /* 16: of the payload */
	vffa_le32 mbz_20;   /* 20 */
	uint8_t uuid[16];   /* 24 */
};
static_assert(sizeof(struct ffa_msg_header) == 40);

#define FFA_MSG_HEADER_SIZE_1_1 20u
#define FFA_MSG_HEADER_SIZE_1_2 40u

/* Followed by nr_ids ids of two bytes. */
struct ffa_mem_relinquish {  /* offset */
	vffa_le64 handle;    /*  0 */
	vffa_le32 flags;     /*  8 */
	vffa_le32 nr_ids;    /* 12 */
};
static_assert(sizeof(struct ffa_mem_relinquish) == 16);

/* Permissions of a receiver. */
#define FFA_MEM_DATA_MASK  0x03u
#define FFA_MEM_DATA_NONE  0x00u
#define FFA_MEM_DATA_RO	   0x01u
#define FFA_MEM_DATA_RW	   0x02u
#define FFA_MEM_INSTR_MASK 0x0Cu
#define FFA_MEM_INSTR_NONE 0x00u
#define FFA_MEM_INSTR_NX   0x04u
#define FFA_MEM_INSTR_X	   0x08u
#define FFA_MEM_PERMS_MBZ  0xF0u

/* Flags of a receiver. */
#define FFA_MEM_NON_RETRIEVAL 0x01u

/* Memory region attributes. */
#define FFA_MEM_SHAREABILITY_MASK 0x03u
#define FFA_MEM_INNER_SHAREABLE	  0x03u
#define FFA_MEM_CACHEABILITY_MASK 0x0Cu
#define FFA_MEM_WRITE_BACK	  0x0Cu
#define FFA_MEM_TYPE_MASK	  0x30u
#define FFA_MEM_TYPE_NONE	  0x00u
#define FFA_MEM_TYPE_DEVICE	  0x10u
#define FFA_MEM_TYPE_NORMAL	  0x20u
#define FFA_MEM_NON_SECURE	  0x40u /* since 1.1; the relayer's to set */
#define FFA_MEM_ATTRS_NORMAL	  0x2Fu /* write-back, inner shareable */

/* Flags of a transaction. Bits 0 and 1 are those of RELINQUISH and RECLAIM, too. */
#define FFA_MEM_FLAG_ZERO	    0x001u /* zero before the receiver, or the owner, has access */
#define FFA_MEM_FLAG_TIME_SLICE	    0x002u
#define FFA_MEM_FLAG_ZERO_AFTER	    0x004u /* zero after relinquish */
#define FFA_MEM_FLAG_TYPE_MASK	    0x018u
#define FFA_MEM_FLAG_TYPE_SHARE	    0x008u
#define FFA_MEM_FLAG_TYPE_LEND	    0x010u
#define FFA_MEM_FLAG_TYPE_DONATE    0x018u
#define FFA_MEM_FLAG_ALIGNMENT_MASK 0x1E0u /* n: addresses aligned to 2^n pages */
#define FFA_MEM_ALIGNMENT_SHIFT	    5
#define FFA_MEM_FLAG_ALIGNMENT	    0x200u /* n is a hint */
#define FFA_MEM_FLAG_BYPASS	    0x400u /* since 1.1: only the caller's own entry is given */

/* FFA_FEATURES(FFA_MEM_RETRIEVE_REQ): w2. */
#define FFA_RETRIEVE_NS	 0x2u /* in: the caller knows FFA_MEM_NON_SECURE; out: it is reported */
#define FFA_RETRIEVE_HYP 0x4u /* a hypervisor may look transactions up */

/* Handles: who allocated it; and the one that is never valid. */
#define FFA_MEM_HANDLE_HYPERVISOR 0x8000000000000000ull
#define FFA_MEM_HANDLE_INVALID	  0xFFFFFFFFFFFFFFFFull

#endif /* VFFA_ABI_H */
