/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of memory transactions begin with: VMs of FF-A 1.2 with buffers, and much bulk memory. */
#ifndef VFFA_TEST_MEM_WORLD_H
#define VFFA_TEST_MEM_WORLD_H

#include "world.h"

/* Where each guest has its buffers, of a page. */
#define TX FAKE_RAM_IPA
#define RX (FAKE_RAM_IPA + FFA_PAGE_SIZE)

/** mem_world_map() - give the host bulk memory, and VMs that have negotiated their buffers; 0 */
int mem_world_map(struct world *w);

/** mem_world_setup() - world_setup_1_2(), and mem_world_map() */
int mem_world_setup(void **state);

/** mem_world_begin_anew() - as if the secure world began anew: what is lost would keep its VM for ever */
void mem_world_begin_anew(struct world *w);

/** mem_world_teardown() - mem_world_begin_anew(), and world_teardown() */
int mem_world_teardown(void **state);

/** describe_bulk() - write to TX a guest's descriptor of @nr_pages of its bulk memory, one range; its length */
uint32_t describe_bulk(struct fake_vm *vm, uint32_t nr_pages, uint64_t tag, uint8_t perms,
		       uint16_t attrs);

/** try_share() - FFA_MEM_SHARE of so many pages of bulk memory with a partition */
struct vffa_regs try_share(struct fake_vm *vm, uint32_t nr_pages);

/** share_well() - try_share() that has to succeed; the handle */
uint64_t share_well(struct fake_vm *vm, uint32_t nr_pages);

/** reclaim_well() - FFA_MEM_RECLAIM that has to succeed */
void reclaim_well(struct fake_vm *vm, uint64_t handle);

#endif /* VFFA_TEST_MEM_WORLD_H */
