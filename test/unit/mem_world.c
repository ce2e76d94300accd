// SPDX-License-Identifier: GPL-2.0-only
#include "mem_world.h"

#include "mem.h"

int mem_world_map(struct world *w)
{
	fake_host_init(&w->port.host, 2 * FAKE_HOST_PAGES, 1);
	for (unsigned int i = 0; i < WORLD_NR_VMS; i++)
		expect_regs(CALL(&w->vms[i], FFA_RXTX_MAP_64, TX, RX, 1), FFA_SUCCESS_32);
	return 0;
}

int mem_world_setup(void **state)
{
	return world_setup_1_2(state) ? -1 : mem_world_map(*state);
}

/* What nobody knows who has it would keep its VM for ever: as if the secure world began anew. */
void mem_world_begin_anew(struct world *w)
{
	w->port.spmc.agrees = true;
	for (unsigned int i = 0; i < WORLD_NR_VMS * VFFA_MEM_BUCKETS; i++) {
		struct vffa_mem *mem = w->vms[i / VFFA_MEM_BUCKETS].vm.mems[i % VFFA_MEM_BUCKETS];

		for (; mem; mem = mem->next)
			mem->state = VFFA_MEM_LIVE;
	}
	memset(w->port.spmc.regions, 0, sizeof(w->port.spmc.regions));
}

int mem_world_teardown(void **state)
{
	mem_world_begin_anew(*state);
	return world_teardown(state);
}

/* A guest's descriptor of @nr_pages of its bulk memory, one range, in TX; its length. */
uint32_t describe_bulk(struct fake_vm *vm, uint32_t nr_pages, uint64_t tag, uint8_t perms,
		       uint16_t attrs)
{
	const struct vffa_mem_desc desc = {
		.sender = vm->vm.id,
		.attrs = attrs,
		.tag = tag,
		.nr_receivers = 1,
		.receivers[0] = { .id = FAKE_ID(FAKE_SP_ECHO), .perms = perms },
		.has_ranges = true,
		.nr_ranges = 1,
		.nr_pages = nr_pages,
	};
	const struct vffa_range range = { FAKE_BULK_IPA, nr_pages };
	uint32_t len = vffa_mem_desc_head_size(&desc, 2);

	vffa_mem_desc_encode(&desc, 2, vm->ram);
	vffa_mem_range_encode(&range, vm->ram + len);
	return len + VFFA_MEM_RANGE_SIZE;
}

struct vffa_regs try_share(struct fake_vm *vm, uint32_t nr_pages)
{
	uint32_t len = describe_bulk(vm, nr_pages, 0, FFA_MEM_DATA_RW, FFA_MEM_ATTRS_NORMAL);

	return CALL(vm, FFA_MEM_SHARE_32, len, len);
}

void reclaim_well(struct fake_vm *vm, uint64_t handle)
{
	expect_regs(CALL(vm, FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32), FFA_SUCCESS_32);
}

uint64_t share_well(struct fake_vm *vm, uint32_t nr_pages)
{
	struct vffa_regs regs = try_share(vm, nr_pages);

	assert_int_equal(regs.x[0], FFA_SUCCESS_32);
	return vffa_regs_pair(&regs, 2);
}
