/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the host's own endpoint. Its addresses are those of the host, so nothing is looked up, and
 * nothing pinned: a driver keeps what it shares until it has it back, with any FF-A driver. The relay
 * knows all the same which pages these are, and that no VM may give them to anybody.
 */
#ifndef VFFA_KMOD_HOST_MEM_H
#define VFFA_KMOD_HOST_MEM_H

#include <linux/types.h>

#include <vffa/port.h>

/** vffa_host_mem_map() - struct vffa_port_ops.map_guest: pages that follow each other */
enum vffa_ret __must_check vffa_host_mem_map(u64 pa, u32 nr_pages, struct vffa_mapping *map);

/** vffa_host_mem_unmap() - struct vffa_port_ops.unmap_guest */
void vffa_host_mem_unmap(struct vffa_mapping *map);

/** vffa_host_mem_pin() - struct vffa_port_ops.pin; unpin() has nothing to do */
enum vffa_ret __must_check vffa_host_mem_pin(const struct vffa_range *ranges, u32 nr_ranges,
					     struct vffa_hpa *pa);

#endif /* VFFA_KMOD_HOST_MEM_H */
