/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Register codecs: a call's registers to typed arguments, an answer to registers. Pure functions.
 *
 * Registers reach a decoder normalised (dispatch.c): SMC32 arguments are 32 bits wide, registers
 * the caller's version does not have are zero, and those its table row says must be zero are.
 */
#ifndef VFFA_ABI_CALL_H
#define VFFA_ABI_CALL_H

#include <vffa/abi.h>
#include <vffa/regs.h>
#include <vffa/ret.h>

/**
 * struct vffa_rxtx_map_args - FFA_RXTX_MAP
 * @tx, @rx:  first byte of each buffer
 * @nr_pages: length of each, in 4 KiB pages; 1 to 63
 */
struct vffa_rxtx_map_args {
	struct vffa_ipa tx;
	struct vffa_ipa rx;
	uint32_t nr_pages;
};

/**
 * vffa_rxtx_map_decode() - FFA_RXTX_MAP, either width
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS reserved bits of the page count are set, or it is 0.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_rxtx_map_decode(const struct vffa_regs *regs,
						   struct vffa_rxtx_map_args *args);

/**
 * struct vffa_part_info_args - FFA_PARTITION_INFO_GET
 * @uuid:	which partitions; nil = all
 * @count_only: nothing is written to RX
 */
struct vffa_part_info_args {
	struct vffa_uuid uuid;
	bool count_only;
};

/**
 * vffa_part_info_decode() - FFA_PARTITION_INFO_GET
 * @minor: of the caller's FF-A 1.x: 1.0 has no flags
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS a reserved flag is set.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_part_info_decode(const struct vffa_regs *regs, uint32_t minor,
						    struct vffa_part_info_args *args);

/**
 * struct vffa_part_regs_args - FFA_PARTITION_INFO_GET_REGS
 * @uuid:  which partitions; nil = all
 * @start: index of the first entry wanted
 * @tag:   of the list, from an earlier answer
 */
struct vffa_part_regs_args {
	struct vffa_uuid uuid;
	uint16_t start;
	uint16_t tag;
};

/**
 * vffa_part_regs_decode() - FFA_PARTITION_INFO_GET_REGS
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS reserved bits are set, or a tag comes with index 0.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_part_regs_decode(const struct vffa_regs *regs,
						    struct vffa_part_regs_args *args);

/**
 * struct vffa_mem_args - FFA_MEM_SHARE, LEND, DONATE
 * @total: bytes of the descriptor
 * @len:   bytes of its first fragment, which is in TX
 */
struct vffa_mem_args {
	uint32_t total;
	uint32_t len;
};

/**
 * vffa_mem_args_decode() - FFA_MEM_SHARE, LEND, DONATE, either width
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS the descriptor is said to be in another buffer than TX,
 * which FFA_FEATURES does not offer, or the fragment is longer than the whole.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_mem_args_decode(const struct vffa_regs *regs,
						   struct vffa_mem_args *args);

/**
 * struct vffa_console_args - FFA_CONSOLE_LOG
 * @len:   characters
 * @chars: as the guest gave them
 */
struct vffa_console_args {
	uint32_t len;
	char chars[FFA_CONSOLE_MAX_64];
};

/**
 * vffa_console_decode() - FFA_CONSOLE_LOG, either width
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS no characters, or more than the registers hold.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_console_decode(const struct vffa_regs *regs,
						  struct vffa_console_args *args);

/** vffa_regs_pair() - the 64-bit value in w@first and the register behind it, low half first */
static inline uint64_t vffa_regs_pair(const struct vffa_regs *regs, unsigned int first)
{
	return (uint32_t)regs->x[first] | (uint64_t)(uint32_t)regs->x[first + 1] << 32;
}

/** vffa_regs_set_pair() - the opposite */
static inline void vffa_regs_set_pair(struct vffa_regs *regs, unsigned int first, uint64_t value)
{
	regs->x[first] = (uint32_t)value;
	regs->x[first + 1] = value >> 32;
}

/**
 * struct vffa_msg_args - the head of a direct request; its payload stays in the registers
 * @src, @dst: as the caller states them
 * @answer:    function id of the answer that fits
 */
struct vffa_msg_args {
	vffa_id_t src;
	vffa_id_t dst;
	uint32_t answer;
};

/**
 * vffa_msg_is_valid() - are the reserved parts of a FFA_MSG_SEND_DIRECT_REQ zero, either width
 *
 * Bit 31 of w2 marks a message of the framework itself. Those are the hypervisor's: a guest that
 * could send them would forge VM_CREATED. The rest of w2 is reserved.
 */
static inline bool vffa_msg_is_valid(const struct vffa_regs *regs)
{
	return !(uint32_t)regs->x[2];
}

/** vffa_msg_decode() - FFA_MSG_SEND_DIRECT_REQ, either width, once it is valid */
static inline struct vffa_msg_args vffa_msg_decode(const struct vffa_regs *regs)
{
	bool is_64 = (uint32_t)regs->x[0] & SMCCC_64;

	return (struct vffa_msg_args){
		.src = (vffa_id_t)(regs->x[1] >> 16),
		.dst = (vffa_id_t)regs->x[1],
		.answer = is_64 ? FFA_MSG_SEND_DIRECT_RESP_64 : FFA_MSG_SEND_DIRECT_RESP_32,
	};
}

/**
 * vffa_msg2_decode() - FFA_MSG_SEND_DIRECT_REQ2
 * @uuid: out: the service
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS reserved bits are set.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_msg2_decode(const struct vffa_regs *regs,
					       struct vffa_msg_args *args, struct vffa_uuid *uuid);

/** vffa_uuid_is_nil() - the UUID that stands for "any" */
bool vffa_uuid_is_nil(const struct vffa_uuid *uuid);

/** vffa_uuid_equal() - are two UUIDs the same */
bool vffa_uuid_equal(const struct vffa_uuid *a, const struct vffa_uuid *b);

/** vffa_regs_clear() - zero x@first to x17 */
static inline void vffa_regs_clear(struct vffa_regs *regs, unsigned int first)
{
	memset(&regs->x[first], 0, (VFFA_NR_REGS - first) * sizeof(regs->x[0]));
}

/**
 * vffa_regs_clear_high() - zero x8 to x17
 *
 * Spelled out, because this is on the way of every message: a compiler that may not use vector
 * registers makes a call to memset of anything else.
 */
static inline void vffa_regs_clear_high(struct vffa_regs *regs)
{
	uint64_t *x = regs->x;

	x[8] = 0;
	x[9] = 0;
	x[10] = 0;
	x[11] = 0;
	x[12] = 0;
	x[13] = 0;
	x[14] = 0;
	x[15] = 0;
	x[16] = 0;
	x[17] = 0;
}

/**
 * vffa_regs_answer() - a completion in x0, and no results in x1-x7
 *
 * x8-x17 are left as they are: no such completion has them, and the dispatcher knows.
 */
static inline void vffa_regs_answer(struct vffa_regs *regs, uint32_t completion)
{
	regs->x[0] = completion;
#pragma GCC unroll 8
	for (unsigned int i = 1; i < VFFA_NR_REGS_SHORT; i++)
		regs->x[i] = 0;
}

/** vffa_regs_success() - FFA_SUCCESS_32 with no result */
static inline void vffa_regs_success(struct vffa_regs *regs)
{
	vffa_regs_answer(regs, FFA_SUCCESS_32);
}

/** vffa_regs_error() - FFA_ERROR with @ret in w2 */
static inline void vffa_regs_error(struct vffa_regs *regs, enum vffa_ret ret)
{
	vffa_regs_answer(regs, FFA_ERROR);
	regs->x[2] = (uint32_t)ret;
}

#endif /* VFFA_ABI_CALL_H */
