// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host itself pays to share its memory with a partition and to take it back: descriptors
 * written as a driver does, and the calls to the SPMC. vffa is not loaded. Measures when it is
 * loaded, and prints: for each shape, RANGESxPAGES, what the calls took ("smc"), and what a share
 * and a reclaim took with all that belongs to it.
 *
 * For the bench only: it undoes nothing when something goes wrong.
 */
#include <linux/arm-smccc.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "ticks.h"

#define FFA_SUCCESS	  0x84000061
#define FFA_VERSION	  0x84000063
#define FFA_RXTX_MAP_64	  0xC4000066
#define FFA_RXTX_UNMAP	  0x84000067
#define FFA_DIRECT_REQ_32 0x8400006F
#define FFA_MEM_SHARE_32  0x84000073
#define FFA_MEM_RECLAIM	  0x84000077
#define FFA_MEM_FRAG_RX	  0x8400007A
#define FFA_MEM_FRAG_TX	  0x8400007B
#define FFA_VERSION_1_2	  0x10002
#define FRAMEWORK_CREATED 0x80000004
#define NORMAL_WB_INNER	  0x2F
#define READ_WRITE	  0x2
#define HEAD_SIZE	  0x60
#define TX_SIZE		  SZ_64K
#define PER_BLOCK	  (SZ_4M / SZ_4K)
#define NR_BLOCKS	  32 /* twice 64 MiB: every second page of it is used at most */
#define NR_SAMPLES	  11

static ushort src;
module_param(src, ushort, 0444);
MODULE_PARM_DESC(src, "id of the sender");

static ushort dst;
module_param(dst, ushort, 0444);
MODULE_PARM_DESC(dst, "id of the receiver");

static bool announce;
module_param(announce, bool, 0444);
MODULE_PARM_DESC(announce, "tell the receiver that the sender is a VM that was created");

static bool fragments;
module_param(fragments, bool, 0444);
MODULE_PARM_DESC(fragments, "the SPMC takes descriptors in fragments");

struct range {
	__le64 addr;
	__le32 nr_pages;
	__le32 mbz;
};

struct shape {
	u32 nr_ranges;
	u32 nr_pages; /* of each range */
};

static const struct shape shapes[] = {
	{ 1, 1 },  { 1, 16 },  { 1, 256 }, { 1, 1024 }, { 1, 4096 },  { 1, 16384 },
	{ 16, 1 }, { 240, 1 }, { 256, 1 }, { 4096, 1 }, { 16384, 1 },
};

static void *tx, *rx;
static void *blocks[NR_BLOCKS];

/* Where page @n of the memory is, that is one where the blocks happen to follow each other. */
static u64 place_of(u32 n)
{
	return virt_to_phys(blocks[n / PER_BLOCK]) + (u64)(n % PER_BLOCK) * SZ_4K;
}

/* A descriptor on its way, which is cut where TX ends. */
struct sending {
	struct arm_smccc_1_2_regs regs;
	u32 len;    /* in TX */
	u64 handle; /* once the SPMC has named it */
	bool begun;
	u64 spent; /* in calls */
	u32 total;
};

static int call(struct sending *s)
{
	u64 start;

	if (!s->begun) {
		s->regs = (struct arm_smccc_1_2_regs){ .a0 = FFA_MEM_SHARE_32,
						       .a1 = s->total,
						       .a2 = s->len };
	} else {
		s->regs = (struct arm_smccc_1_2_regs){ .a0 = FFA_MEM_FRAG_TX,
						       .a1 = lower_32_bits(s->handle),
						       .a2 = upper_32_bits(s->handle),
						       .a3 = s->len,
						       .a4 = (u32)src << 16 };
	}
	start = ticks();
	arm_smccc_1_2_smc(&s->regs, &s->regs);
	s->spent += ticks() - start;
	s->begun = true;
	s->len = 0;
	s->handle = s->regs.a1 | s->regs.a2 << 32;
	return s->regs.a0 == FFA_SUCCESS || s->regs.a0 == FFA_MEM_FRAG_RX ? 0 : -EIO;
}

static int add(struct sending *s, u64 addr, u32 nr_pages)
{
	struct range *range = tx + s->len;

	*range = (struct range){ .addr = cpu_to_le64(addr), .nr_pages = cpu_to_le32(nr_pages) };
	s->len += sizeof(*range);
	return s->len == TX_SIZE ? call(s) : 0;
}

static void put_head(u32 nr_ranges, u32 nr_pages)
{
	u8 *buf = tx;

	memset(buf, 0, HEAD_SIZE);
	*(__le16 *)buf = cpu_to_le16(src);
	*(__le16 *)(buf + 0x02) = cpu_to_le16(NORMAL_WB_INNER);
	*(__le32 *)(buf + 0x18) = cpu_to_le32(32);
	*(__le32 *)(buf + 0x1C) = cpu_to_le32(1);
	*(__le32 *)(buf + 0x20) = cpu_to_le32(0x30);
	*(__le16 *)(buf + 0x30) = cpu_to_le16(dst);
	buf[0x32] = READ_WRITE;
	*(__le32 *)(buf + 0x34) = cpu_to_le32(0x50);
	*(__le32 *)(buf + 0x50) = cpu_to_le32(nr_pages);
	*(__le32 *)(buf + 0x54) = cpu_to_le32(nr_ranges);
}

/* The pieces that a range consists of in the host: it has blocks. */
static u32 piece_of(u32 n, u32 nr_pages)
{
	return min(nr_pages, PER_BLOCK - n % PER_BLOCK);
}

static int share(const struct shape *shape, struct sending *s)
{
	u32 nr_pages = shape->nr_ranges * shape->nr_pages;
	u32 nr_pieces = shape->nr_ranges * DIV_ROUND_UP(shape->nr_pages, PER_BLOCK);
	u32 r, n, nr;
	int err;

	*s = (struct sending){ .len = HEAD_SIZE };
	s->total = HEAD_SIZE + nr_pieces * sizeof(struct range);
	put_head(nr_pieces, nr_pages);
	for (r = 0; r < shape->nr_ranges; r++) {
		for (n = 0; n < shape->nr_pages; n += nr) {
			nr = piece_of(n, shape->nr_pages - n);
			err = add(s, place_of(2 * r + n), nr);
			if (err)
				return err;
		}
	}
	err = s->len ? call(s) : 0;
	if (err || s->regs.a0 != FFA_SUCCESS)
		return -EIO;
	s->handle = s->regs.a2 | s->regs.a3 << 32;
	return 0;
}

static int reclaim(struct sending *s)
{
	u64 start;

	s->regs = (struct arm_smccc_1_2_regs){ .a0 = FFA_MEM_RECLAIM,
					       .a1 = lower_32_bits(s->handle),
					       .a2 = upper_32_bits(s->handle) };
	start = ticks();
	arm_smccc_1_2_smc(&s->regs, &s->regs);
	s->spent += ticks() - start;
	return s->regs.a0 == FFA_SUCCESS ? 0 : -EIO;
}

static int measure(const struct shape *shape)
{
	u64 smc[NR_SAMPLES], all[NR_SAMPLES];
	struct sending s;
	unsigned int i;
	u64 start;
	int err;

	for (i = 0; i < NR_SAMPLES; i++) {
		start = ticks();
		err = share(shape, &s) ?: reclaim(&s);
		all[i] = ticks() - start;
		smc[i] = s.spent;
		if (err) {
			pr_err("hostshare: %ux%u: answer 0x%lx 0x%lx\n", shape->nr_ranges,
			       shape->nr_pages, s.regs.a0, s.regs.a2);
			return err;
		}
	}
	pr_info("hostshare: bench: smc_%ux%u median %llu\n", shape->nr_ranges, shape->nr_pages,
		median_ticks(smc, NR_SAMPLES));
	pr_info("hostshare: bench: share_%ux%u median %llu\n", shape->nr_ranges, shape->nr_pages,
		median_ticks(all, NR_SAMPLES));
	return 0;
}

static bool is_possible(const struct shape *shape)
{
	/* OP-TEE has fewer pages for what it maps. */
	return fragments || (shape->nr_ranges <= 240 && shape->nr_pages <= 1024);
}

static int measure_all(void)
{
	unsigned int i;
	int err = 0;

	/* Each counts on both sides of the call. */
	pr_info("hostshare: bench: nothing median %d\n", 0);
	for (i = 0; i < ARRAY_SIZE(shapes) && !err; i++) {
		if (is_possible(&shapes[i]))
			err = measure(&shapes[i]);
	}
	return err;
}

static int start(void)
{
	struct arm_smccc_1_2_regs regs = { .a0 = FFA_VERSION, .a1 = FFA_VERSION_1_2 };

	arm_smccc_1_2_smc(&regs, &regs);
	regs = (struct arm_smccc_1_2_regs){ .a0 = FFA_RXTX_MAP_64,
					    .a1 = virt_to_phys(tx),
					    .a2 = virt_to_phys(rx),
					    .a3 = TX_SIZE / SZ_4K };
	arm_smccc_1_2_smc(&regs, &regs);
	if (regs.a0 != FFA_SUCCESS)
		return -EIO;
	if (!announce)
		return 0;
	regs = (struct arm_smccc_1_2_regs){
		.a0 = FFA_DIRECT_REQ_32, .a1 = dst, .a2 = FRAMEWORK_CREATED, .a5 = src
	};
	arm_smccc_1_2_smc(&regs, &regs);
	return regs.a3 ? -EIO : 0;
}

static void stop(void)
{
	struct arm_smccc_1_2_regs regs = { .a0 = FFA_RXTX_UNMAP };

	arm_smccc_1_2_smc(&regs, &regs);
}

static void free_memory(void)
{
	unsigned int i;

	for (i = 0; i < NR_BLOCKS; i++) {
		if (blocks[i])
			free_pages_exact(blocks[i], SZ_4M);
	}
	if (rx)
		free_pages_exact(rx, TX_SIZE);
	if (tx)
		free_pages_exact(tx, TX_SIZE);
}

static int alloc_memory(void)
{
	unsigned int i;

	tx = alloc_pages_exact(TX_SIZE, GFP_KERNEL | __GFP_ZERO);
	rx = alloc_pages_exact(TX_SIZE, GFP_KERNEL | __GFP_ZERO);
	for (i = 0; i < NR_BLOCKS; i++) {
		blocks[i] = alloc_pages_exact(SZ_4M, GFP_KERNEL);
		if (!blocks[i])
			return -ENOMEM;
	}
	return tx && rx ? 0 : -ENOMEM;
}

static int __init hostshare_init(void)
{
	int err = alloc_memory();

	if (!err)
		err = start();
	begin_ticks();
	if (!err)
		err = measure_all();
	end_ticks();
	stop();
	free_memory();
	return err;
}

static void __exit hostshare_exit(void)
{
}

module_init(hostshare_init);
module_exit(hostshare_exit);

MODULE_DESCRIPTION("The host's own price of sharing memory");
MODULE_LICENSE("GPL");
