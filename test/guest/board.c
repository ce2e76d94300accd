// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's board: reads what it needs from the flattened device tree.
 *
 * Only what vffa-vmm's and QEMU's "virt" trees look like: #address-cells 2 at the root, 1 or 2
 * below /cpus.
 */
#include "board.h"

#include "text.h"

#define FDT_MAGIC      0xd00dfeedu
#define FDT_BEGIN_NODE 1u
#define FDT_END_NODE   2u
#define FDT_PROP       3u
#define FDT_NOP	       4u

#define MAX_DEPTH 8

struct fdt_header {
	uint32_t magic;
	uint32_t totalsize;
	uint32_t off_dt_struct;
	uint32_t off_dt_strings;
};

/* A property, and where it is. */
struct prop {
	const char *node;   /* name of its node */
	const char *parent; /* and of the node above, "" for the root */
	const char *name;
	const uint8_t *value;
	uint32_t len;
};

/* What must be collected before it is known whether the node is of interest. */
struct node {
	uint64_t reg;
	bool is_exit;
	bool is_cpu;
};

struct walk {
	const uint8_t *pos;
	const uint8_t *end;
	const char *strings;
	unsigned int depth;
	const char *names[MAX_DEPTH];
	struct node node; /* the innermost; properties stand before child nodes */
};

static uint32_t be32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* One or two cells. */
static uint64_t cells(const struct prop *prop)
{
	if (prop->len < 4)
		return 0;
	if (prop->len < 8)
		return be32(prop->value);
	return (uint64_t)be32(prop->value) << 32 | be32(prop->value + 4);
}

static bool has_string(const struct prop *prop, const char *str)
{
	return text_len(str) < prop->len && memcmp(prop->value, str, text_len(str) + 1) == 0;
}

static void read_chosen(struct board *board, const struct prop *prop)
{
	if (text_equal(prop->name, "linux,initrd-start")) {
		board->initrd = cells(prop);
	} else if (text_equal(prop->name, "linux,initrd-end")) {
		board->initrd_end = cells(prop);
	} else if (text_equal(prop->name, "bootargs")) {
		board->bootargs = (const char *)prop->value;
		board->bootargs_len = prop->len;
	}
}

static void read_prop(struct board *board, struct node *node, const struct prop *prop)
{
	if (text_equal(prop->node, "chosen"))
		read_chosen(board, prop);
	else if (text_equal(prop->node, "psci") && text_equal(prop->name, "method"))
		board->psci_smc = has_string(prop, "smc");
	else if (text_equal(prop->name, "compatible"))
		node->is_exit = has_string(prop, "vffa,test-exit");
	else if (text_equal(prop->name, "device_type"))
		node->is_cpu = has_string(prop, "cpu") && text_equal(prop->parent, "cpus");
	else if (text_equal(prop->name, "reg"))
		node->reg = cells(prop);
}

static void end_node(struct board *board, const struct node *node)
{
	if (node->is_exit)
		board->exit_reg = node->reg;
	if (node->is_cpu && board->nr_cpus < BOARD_MAX_CPUS)
		board->mpidr[board->nr_cpus++] = node->reg;
}

/* Return: the next @len bytes, padded to cells; NULL = there are not that many. */
static const uint8_t *take(struct walk *w, size_t len)
{
	const uint8_t *p = w->pos;
	size_t left = (size_t)(w->end - w->pos);

	if (len > left || ((len + 3) & ~(size_t)3) > left)
		return NULL;
	w->pos += (len + 3) & ~(size_t)3;
	return p;
}

static bool walk_begin(struct walk *w)
{
	const uint8_t *nul = w->pos;

	while (nul < w->end && *nul)
		nul++;
	if (nul == w->end || w->depth == MAX_DEPTH)
		return false;
	w->names[w->depth++] = (const char *)w->pos;
	memset(&w->node, 0, sizeof(w->node));
	return take(w, (size_t)(nul - w->pos) + 1) != NULL;
}

static bool walk_prop(struct walk *w, struct board *board)
{
	const uint8_t *head = take(w, 8);
	struct prop prop;

	if (!head || !w->depth)
		return false;
	prop.node = w->names[w->depth - 1];
	prop.parent = w->depth > 1 ? w->names[w->depth - 2] : "";
	prop.name = w->strings + be32(head + 4);
	prop.len = be32(head);
	prop.value = take(w, prop.len);
	if (!prop.value || (const uint8_t *)prop.name >= w->end)
		return false;
	read_prop(board, &w->node, &prop);
	return true;
}

static bool walk_end(struct walk *w, struct board *board)
{
	if (!w->depth)
		return false;
	end_node(board, &w->node);
	memset(&w->node, 0, sizeof(w->node));
	w->depth--;
	return true;
}

static bool walk_start(struct walk *w, const void *dtb)
{
	const struct fdt_header *header = dtb;
	uint32_t size = be32(&header->totalsize);
	const uint8_t *base = dtb;

	if (be32(&header->magic) != FDT_MAGIC || be32(&header->off_dt_struct) > size)
		return false;

	memset(w, 0, sizeof(*w));
	w->pos = base + be32(&header->off_dt_struct);
	w->end = base + size;
	w->strings = (const char *)base + be32(&header->off_dt_strings);
	return true;
}

bool board_read(struct board *board, const void *dtb)
{
	const uint8_t *token;
	struct walk w;

	memset(board, 0, sizeof(*board));
	if (!walk_start(&w, dtb))
		return false;
	while ((token = take(&w, 4)) != NULL) {
		bool good = true;

		switch (be32(token)) {
		case FDT_BEGIN_NODE:
			good = walk_begin(&w);
			break;
		case FDT_PROP:
			good = walk_prop(&w, board);
			break;
		case FDT_END_NODE:
			good = walk_end(&w, board);
			break;
		case FDT_NOP:
			break;
		default: /* FDT_END */
			return w.depth == 0;
		}
		if (!good)
			return false;
	}
	return false;
}
