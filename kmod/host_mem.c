// SPDX-License-Identifier: GPL-2.0-only
/* Memory of the host's own endpoint: is it RAM? */
#include "host_mem.h"

#include <linux/io.h>
#include <linux/memory.h>
#include <linux/mm.h>

#include <vffa/abi.h>

static enum vffa_ret check_range(u64 pa, u32 nr_pages)
{
	u64 last = pa + (u64)(nr_pages - 1) * FFA_PAGE_SIZE;

	for (; pa <= last; pa += FFA_PAGE_SIZE) {
		if (!pfn_is_map_memory(PHYS_PFN(pa)))
			return VFFA_INVALID_PARAMETERS;
	}
	return VFFA_OK;
}

static void tell_places(u64 pa, u32 nr_pages, struct vffa_hpa *out)
{
	u32 i;

	for (i = 0; i < nr_pages; i++)
		out[i].addr = pa + (u64)i * FFA_PAGE_SIZE;
}

enum vffa_ret vffa_host_mem_map(u64 pa, u32 nr_pages, struct vffa_mapping *map)
{
	enum vffa_ret ret;

	ret = check_range(pa, nr_pages);
	if (ret)
		return ret;
	map->va = phys_to_virt(pa);
	tell_places(pa, nr_pages, map->pa);
	return VFFA_OK;
}

void vffa_host_mem_unmap(struct vffa_mapping *map)
{
	*map = (struct vffa_mapping){};
}

enum vffa_ret vffa_host_mem_pin(const struct vffa_range *ranges, u32 nr_ranges, struct vffa_hpa *pa)
{
	enum vffa_ret ret;
	u32 i;

	for (i = 0; i < nr_ranges; i++) {
		ret = check_range(ranges[i].addr, ranges[i].nr_pages);
		if (ret)
			return ret;
		tell_places(ranges[i].addr, ranges[i].nr_pages, pa);
		pa += ranges[i].nr_pages;
	}
	return VFFA_OK;
}
