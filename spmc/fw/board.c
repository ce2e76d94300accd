// SPDX-License-Identifier: GPL-2.0-only
/* What device trees say: the SPMC's manifest and the normal world's. Both come from the firmware. */
#include <libfdt.h>

#include "board_info.h"

#include "board.h"
#include "mmu.h"
#include "panic.h"

static uint32_t attribute(const void *fdt, int node, const char *name)
{
	const fdt32_t *value;
	int len;

	value = fdt_getprop(fdt, node, name, &len);
	if (!value || len != sizeof(*value))
		fw_panic("the manifest lacks an attribute");
	return fdt32_to_cpu(*value);
}

static void read_manifest(const void *fdt, struct board_info *info)
{
	int node;

	if (fdt_check_header(fdt))
		fw_panic("no manifest");
	node = fdt_path_offset(fdt, "/attribute");
	if (node < 0)
		fw_panic("the manifest has no /attribute");
	info->spmc_id = (uint16_t)attribute(fdt, node, "spmc_id");
	info->minor = attribute(fdt, node, "min_ver");
}

/* QEMU gives one range, in cells of 64 bits. */
static void read_memory(const void *fdt, struct board_info *info)
{
	const fdt64_t *range;
	int len;

	range = fdt_getprop(fdt, fdt_path_offset(fdt, "/memory"), "reg", &len);
	if (!range || len != 2 * (int)sizeof(*range))
		fw_panic("no memory in the device tree");
	info->ram_base = fdt64_to_cpu(range[0]);
	info->ram_pages = (uint32_t)(fdt64_to_cpu(range[1]) / FW_PAGE_SIZE);
}

static void count_cpus(const void *fdt, struct board_info *info)
{
	int cpus = fdt_path_offset(fdt, "/cpus");
	int node;

	info->nr_cpus = 0;
	for (node = fdt_first_subnode(fdt, cpus); node >= 0; node = fdt_next_subnode(fdt, node)) {
		/* Others describe the topology. */
		if (fdt_getprop(fdt, node, "reg", NULL))
			info->nr_cpus++;
	}
}

void board_read(const void *manifest, struct board_info *info)
{
	const void *fdt;

	read_manifest(manifest, info);

	fdt = mmu_map_ns(BOARD_NS_DTB_BASE, BOARD_NS_DTB_PAGES, false);
	if (!fdt || fdt_check_header(fdt))
		fw_panic("no device tree of the normal world");
	read_memory(fdt, info);
	count_cpus(fdt, info);
	mmu_unmap_ns((void *)fdt, BOARD_NS_DTB_PAGES);
}
