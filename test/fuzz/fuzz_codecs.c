// SPDX-License-Identifier: GPL-2.0-only
/*
 * The codecs of registers and of partition information descriptors, by themselves: every decoder
 * against its table in the specification, read bit by bit, and every encoder against its decoder.
 *
 * An input is the caller's minor version, then 18 registers; their bytes are descriptors, too.
 */
#include <string.h>

#include "abi_call.h"
#include "abi_part.h"
#include "stage.h"

/* Bits @lo to @hi of a register. */
static uint64_t bits(uint64_t reg, unsigned int hi, unsigned int lo)
{
	return reg << (63 - hi) >> (63 - hi + lo);
}

/* Byte @i of a UUID in registers that hold @per bytes each. */
static uint8_t uuid_byte(const struct vffa_regs *regs, unsigned int first, unsigned int per,
			 unsigned int i)
{
	return (uint8_t)bits(regs->x[first + i / per], 8 * (i % per) + 7, 8 * (i % per));
}

static void check_uuid(const struct vffa_uuid *uuid, const struct vffa_regs *regs,
		       unsigned int first, unsigned int per)
{
	bool nil = true;

	for (unsigned int i = 0; i < 16; i++) {
		must(uuid->b[i] == uuid_byte(regs, first, per, i));
		nil &= !uuid->b[i];
	}
	must(vffa_uuid_is_nil(uuid) == nil);
	must(vffa_uuid_equal(uuid, uuid));
}

static void rxtx_map(const struct vffa_regs *regs)
{
	struct vffa_rxtx_map_args args;
	bool valid = bits(regs->x[3], 5, 0) && !bits(regs->x[3], 63, 6);

	must(!vffa_rxtx_map_decode(regs, &args) == valid);
	if (!valid)
		return;
	must(args.tx.addr == regs->x[1] && args.rx.addr == regs->x[2]);
	must(args.nr_pages == bits(regs->x[3], 5, 0));
}

static void part_info(const struct vffa_regs *regs, uint32_t minor)
{
	struct vffa_part_info_args args;
	bool valid = minor ? !bits(regs->x[5], 63, 1) : !regs->x[5];

	must(!vffa_part_info_decode(regs, minor, &args) == valid);
	if (!valid)
		return;
	must(args.count_only == bits(regs->x[5], 0, 0));
	check_uuid(&args.uuid, regs, 1, 4);
}

static void part_regs(const struct vffa_regs *regs)
{
	struct vffa_part_regs_args args;
	uint64_t start = bits(regs->x[3], 15, 0);
	uint64_t tag = bits(regs->x[3], 31, 16);
	bool valid = !bits(regs->x[3], 63, 32) && (start || !tag);

	must(!vffa_part_regs_decode(regs, &args) == valid);
	if (!valid)
		return;
	must(args.start == start && args.tag == tag);
	check_uuid(&args.uuid, regs, 1, 8);
}

static void message(struct vffa_regs regs)
{
	static const uint32_t fids[][2] = {
		{ FFA_MSG_SEND_DIRECT_REQ_32, FFA_MSG_SEND_DIRECT_RESP_32 },
		{ FFA_MSG_SEND_DIRECT_REQ_64, FFA_MSG_SEND_DIRECT_RESP_64 },
	};
	struct vffa_msg_args args;

	must(vffa_msg_is_valid(&regs) == !bits(regs.x[2], 31, 0));
	for (unsigned int i = 0; i < 2; i++) {
		regs.x[0] = fids[i][0];
		args = vffa_msg_decode(&regs);
		must(args.src == bits(regs.x[1], 31, 16) && args.dst == bits(regs.x[1], 15, 0));
		must(args.answer == fids[i][1]);
	}
}

static void message2(const struct vffa_regs *regs)
{
	bool valid = !bits(regs->x[1], 63, 32);
	struct vffa_msg_args args;
	struct vffa_uuid uuid;

	must(!vffa_msg2_decode(regs, &args, &uuid) == valid);
	if (!valid)
		return;
	must(args.src == bits(regs->x[1], 31, 16) && args.dst == bits(regs->x[1], 15, 0));
	must(args.answer == FFA_MSG_SEND_DIRECT_RESP2);
	check_uuid(&uuid, regs, 2, 8);
}

static void answers(const struct vffa_regs *before)
{
	enum vffa_ret ret = vffa_ret_from_wire(before->x[2]);
	struct vffa_regs regs = *before;

	/* A code there is stays what it is; everything else is ABORTED, success too. */
	must(ret < VFFA_OK && ret >= VFFA_NOT_READY);
	must((uint32_t)ret == (uint32_t)before->x[2] || ret == VFFA_ABORTED);
	vffa_regs_error(&regs, ret);
	must(regs.x[0] == FFA_ERROR && regs.x[2] == (uint32_t)ret && !regs.x[1]);
	for (unsigned int i = 3; i < VFFA_NR_REGS_SHORT; i++)
		must(!regs.x[i]);
	must(!memcmp(&regs.x[8], &before->x[8], 10 * sizeof(regs.x[0])));
	vffa_regs_clear_high(&regs);
	for (unsigned int i = VFFA_NR_REGS_SHORT; i < VFFA_NR_REGS; i++)
		must(!regs.x[i]);
}

static void descriptor(const uint8_t *desc, uint32_t minor)
{
	uint32_t size = vffa_part_desc_size(minor);
	uint8_t again[FFA_PARTITION_INFO_SIZE_1_1 + 1];
	struct vffa_part part;
	uint64_t x[3];

	must(size == (minor ? 24 : 8));
	vffa_part_desc_decode(desc, minor, &part);
	must(part.id == (desc[0] | desc[1] << 8));
	must(part.nr_contexts == (desc[2] | desc[3] << 8));
	must(part.props == (desc[4] | (uint32_t)desc[5] << 8 | (uint32_t)desc[6] << 16 |
			    (uint32_t)desc[7] << 24));
	for (unsigned int i = 0; i < 16; i++)
		must(part.uuid.b[i] == (minor ? desc[8 + i] : 0));

	/* What was read is what is written, and not a byte more. */
	memset(again, 0xA5, sizeof(again));
	vffa_part_desc_encode(&part, minor, again);
	must(!memcmp(again, desc, size) && again[size] == 0xA5);

	vffa_part_regs_encode(&part, x);
	for (unsigned int i = 0; i < size; i++)
		must(bits(x[i / 8], 8 * (i % 8) + 7, 8 * (i % 8)) == desc[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint32_t minor = take_below(&in, 3);
	struct vffa_regs regs;

	for (unsigned int i = 0; i < VFFA_NR_REGS; i++)
		regs.x[i] = take(&in, 8);
	rxtx_map(&regs);
	part_info(&regs, minor);
	part_regs(&regs);
	message(regs);
	message2(&regs);
	answers(&regs);
	descriptor((const uint8_t *)regs.x, minor);
	return 0;
}
