// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of the kernel's FF-A driver, in the place of OP-TEE's: shares and lends memory in the
 * ways that interest us, for ffa_tap.c to see what the driver makes of it. Whether the partition
 * takes it does not matter; what it took is reclaimed.
 */
#include <linux/arm_ffa.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#define ORDER 2 /* of each allocation: pieces of up to 3 pages never touch */

struct piece {
	const char *name;
	bool lend;
	unsigned int nr_ranges; /* of 1, 2, 3, 1, 2, 3, ... pages, or all of one */
	bool uneven;
	unsigned int nr_receivers;
	u32 flags;
	u64 tag;
};

static const struct piece pieces[] = {
	{ .name = "share-one-page", .nr_ranges = 1, .nr_receivers = 1 },
	{ .name = "share-ranges", .nr_ranges = 5, .uneven = true, .nr_receivers = 1 },
	{ .name = "share-two-receivers", .nr_ranges = 2, .nr_receivers = 2, .tag = 0x1122334455667788 },
	{ .name = "lend", .lend = true, .nr_ranges = 2, .uneven = true, .nr_receivers = 1,
	  .flags = FFA_MEM_CLEAR | FFA_TIME_SLICE_ENABLE, .tag = 1 },
	{ .name = "share-300-ranges", .nr_ranges = 300, .nr_receivers = 1 },
};

static struct ffa_mem_region_attributes receivers[] = {
	{ .receiver = 0x8001, .attrs = FFA_MEM_RW },
	{ .receiver = 0x8002, .attrs = FFA_MEM_RO },
};

static void free_ranges(struct scatterlist *sg, unsigned int nr_ranges)
{
	struct scatterlist *entry;
	unsigned int i;

	for_each_sg(sg, entry, nr_ranges, i)
		if (sg_page(entry))
			__free_pages(sg_page(entry), ORDER);
	kfree(sg);
}

static struct scatterlist *alloc_ranges(const struct piece *piece)
{
	struct scatterlist *sg = kcalloc(piece->nr_ranges, sizeof(*sg), GFP_KERNEL);
	struct scatterlist *entry;
	unsigned int i;

	if (!sg)
		return NULL;
	sg_init_table(sg, piece->nr_ranges);
	for_each_sg(sg, entry, piece->nr_ranges, i) {
		struct page *page = alloc_pages(GFP_KERNEL, ORDER);

		if (!page) {
			free_ranges(sg, piece->nr_ranges);
			return NULL;
		}
		sg_set_page(entry, page, (piece->uneven ? 1 + i % 3 : 1) * PAGE_SIZE, 0);
	}
	return sg;
}

static void try_piece(const struct ffa_mem_ops *ops, const struct piece *piece)
{
	/* The driver moves on in its own copy of the pointer. */
	struct scatterlist *sg = alloc_ranges(piece);
	struct ffa_mem_ops_args args = {
		.use_txbuf = true,
		.nattrs = piece->nr_receivers,
		.attrs = receivers,
		.flags = piece->flags,
		.tag = piece->tag,
		.sg = sg,
	};
	int err;

	if (!sg)
		return;
	pr_info("tap: piece %s\n", piece->name);
	err = piece->lend ? ops->memory_lend(&args) : ops->memory_share(&args);
	pr_info("tap: end %s %d\n", piece->name, err);
	if (!err)
		ops->memory_reclaim(args.g_handle, 0);
	free_ranges(sg, piece->nr_ranges);
}

static int client_probe(struct ffa_device *device)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pieces); i++)
		try_piece(device->ops->mem_ops, &pieces[i]);
	return 0;
}

static const struct ffa_device_id client_ids[] = {
	{ UUID_INIT(0x486178e0, 0xe7f8, 0x11e3, 0xbc, 0x5e, 0x00, 0x02, 0xa5, 0xd5, 0xc5, 0x1b) },
	{}
};

static struct ffa_driver client = {
	.name = "ffa_client",
	.probe = client_probe,
	.id_table = client_ids,
};

module_ffa_driver(client);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Shares memory by the FF-A driver, to look at how");
