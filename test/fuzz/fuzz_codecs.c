// SPDX-License-Identifier: GPL-2.0-only
/*
 * The codecs of registers, of partition information descriptors, of the headers of indirect messages and
 * of the descriptors of buffers, by themselves: every decoder against its table in the specification, read bit
 * by bit, and every encoder against its decoder, or against the table.
 *
 * An input is the caller's minor version, then 18 registers; their bytes are descriptors, too.
 */
#include <string.h>

#include "abi_call.h"
#include "abi_msg.h"
#include "abi_part.h"
#include "abi_rxtx.h"
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

static uint32_t get32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t get64(const uint8_t *p)
{
	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

/* "Partition message header": 20 bytes, and since 1.2 another 4, which are anybody's, and a UUID. */
static void mail_header(const uint8_t *data, uint32_t minor)
{
	bool valid = !get32(data) && !get32(data + 4) && get32(data + 8) >= 20;
	uint32_t size = minor >= 2 ? 40 : 20;
	uint8_t again[FFA_MSG_HEADER_SIZE_1_2 + 1];
	struct ffa_msg_header wire;
	struct vffa_msg_header h;
	bool has_uuid;

	memcpy(&wire, data, sizeof(wire));
	must(!vffa_msg_header_decode(&wire, minor, &h) == valid);
	if (!valid)
		return;
	has_uuid = minor >= 2 && get32(data + 8) >= 40;
	must(h.offset == get32(data + 8) && h.size == get32(data + 16));
	must(h.dst == (data[12] | data[13] << 8) && h.src == (data[14] | data[15] << 8));
	for (unsigned int i = 0; i < 16; i++)
		must(h.uuid.b[i] == (has_uuid ? data[24 + i] : 0));

	must(vffa_msg_header_size(minor) == size);
	memset(again, 0xA5, sizeof(again));
	vffa_msg_header_encode(&h, minor, again);
	must(!memcmp(again, data, 20) && again[size] == 0xA5);
	for (uint32_t i = 20; i < size; i++)
		must(again[i] == (i >= 24 && has_uuid ? data[i] : 0));
}

/* The pages of a buffer at @at, in order, in as few ranges as they need. Returns its length. */
static uint32_t check_composite(const uint8_t *at, const struct vffa_hpa *pa, uint32_t nr_pages)
{
	uint32_t nr_ranges = get32(at + 4);
	const uint8_t *range = at + 16;
	uint32_t page = 0;

	must(get32(at) == nr_pages && !get64(at + 8));
	for (uint32_t i = 0; i < nr_ranges; i++, range += 16) {
		uint32_t nr = get32(range + 8);

		must(nr && nr <= nr_pages - page && !get32(range + 12));
		for (uint32_t k = 0; k < nr; k++)
			must(pa[page + k].addr == get64(range) + (uint64_t)k * FFA_PAGE_SIZE);
		page += nr;
		must(page == nr_pages ||
		     pa[page].addr != pa[page - 1].addr + (uint64_t)FFA_PAGE_SIZE);
	}
	must(page == nr_pages);
	return (uint32_t)(range - at);
}

/* "Endpoint RX/TX descriptor": some pages follow each other, and others do not. */
static void buffers(const struct vffa_regs *regs)
{
	static struct vffa_hpa pa[2][VFFA_MAILBOX_MAX_PAGES];
	uint32_t nr_pages = 1 + (uint32_t)(regs->x[0] % VFFA_MAILBOX_MAX_PAGES);
	static uint8_t buf[VFFA_RXTX_DESC_MAX_SIZE + 1];
	uint32_t len = 16;

	for (uint32_t i = 0; i < 2 * nr_pages; i++) {
		struct vffa_hpa *page = &pa[i / nr_pages][i % nr_pages];
		bool follows = i % nr_pages && regs->x[1 + i / 64] >> i % 64 & 1;

		page->addr = follows ? page[-1].addr + FFA_PAGE_SIZE
				     : (regs->x[3 + i % 15] + i) << FFA_PAGE_SHIFT;
	}
	memset(buf, 0xA5, sizeof(buf));
	vffa_rxtx_desc_encode((vffa_id_t)regs->x[17], pa[1], pa[0], nr_pages, buf);
	must(get32(buf) == (uint16_t)regs->x[17] && get32(buf + 4) == len && !get32(buf + 12));
	len += check_composite(buf + len, pa[1], nr_pages);
	must(get32(buf + 8) == len && len % 8 == 0);
	len += check_composite(buf + len, pa[0], nr_pages);
	must(len <= VFFA_RXTX_DESC_MAX_SIZE && buf[len] == 0xA5);
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
	mail_header((const uint8_t *)regs.x, minor);
	buffers(&regs);
	return 0;
}
