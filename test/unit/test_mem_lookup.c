// SPDX-License-Identifier: GPL-2.0-only
/* The cross-check: what the SPMC has recorded of a transaction is looked up, and may be a lie. */
#include "fake_spmc_mem.h"
#include "mem.h"
#include "mem_world.h"

/* What the hypervisor finds when it looks up the next share: @desc, with @ranges. */
static void script_look_up(struct world *w, const struct vffa_mem_desc *desc,
			   const struct vffa_range *ranges)
{
	uint32_t len = vffa_mem_desc_head_size(desc, 2);

	vffa_mem_desc_encode(desc, 2, w->rx);
	for (uint32_t i = 0; i < desc->nr_ranges; i++, len += VFFA_MEM_RANGE_SIZE)
		vffa_mem_range_encode(&ranges[i], w->rx + len);
	w->port.spmc.nr_scripts = 0;
	fake_spmc_script(&w->port.spmc, w->relay.spmc.retrieve_fid,
			 (struct vffa_regs){ { FFA_MEM_RETRIEVE_RESP, len, len } });
}

/* What it should find of the next share, of two pages. */
static struct vffa_mem_desc recorded(struct world *w, struct vffa_range *ranges)
{
	struct fake_vm *vm = &w->vms[0];

	ranges[0] = (struct vffa_range){ fake_pa(vm, FAKE_BULK_IPA), 1 };
	ranges[1] = (struct vffa_range){ fake_pa(vm, FAKE_BULK_IPA + FFA_PAGE_SIZE), 1 };
	ranges[2] = ranges[0];
	return (struct vffa_mem_desc){
		.sender = vm->vm.id,
		.attrs = FFA_MEM_ATTRS_NORMAL,
		.handle = w->port.spmc.last_handle + 1,
		.nr_receivers = 1,
		.receivers[0] = { .id = FAKE_ID(FAKE_SP_ECHO), .perms = FFA_MEM_DATA_RW },
		.has_ranges = true,
		.nr_ranges = 2,
		.nr_pages = 2,
	};
}

/* The same said otherwise. */
static void say_otherwise(struct vffa_mem_desc *desc, unsigned int how)
{
	switch (how) {
	case 0:
		break;
	case 1:
		desc->attrs |= FFA_MEM_NON_SECURE;
		break;
	case 2:
		desc->flags = FFA_MEM_FLAG_TYPE_SHARE | FFA_MEM_FLAG_TIME_SLICE;
		break;
	case 3: /* TF-A's does not tell */
		desc->receivers[0] = (struct vffa_mem_access){ 0 };
		break;
	}
}

#define NR_SAYINGS 4u

/* Something else. */
static void lie(struct vffa_mem_desc *desc, struct vffa_range *ranges, unsigned int how)
{
	switch (how) {
	case 0:
		desc->handle++;
		break;
	case 1:
		desc->sender++;
		break;
	case 2:
		desc->tag = 1;
		break;
	case 3:
		desc->attrs = FFA_MEM_ATTRS_NORMAL & ~1u;
		break;
	case 4:
		desc->flags = FFA_MEM_FLAG_ZERO;
		break;
	case 5:
		desc->flags = FFA_MEM_FLAG_TYPE_LEND;
		break;
	case 6:
		desc->receivers[0].id++;
		break;
	case 7:
		desc->receivers[0].perms = FFA_MEM_DATA_RO;
		break;
	case 8:
		desc->receivers[0].flags = FFA_MEM_NON_RETRIEVAL;
		break;
	case 9:
		desc->receivers[0].impdef[1] = 1;
		break;
	case 10:
		desc->nr_receivers = 2;
		desc->receivers[1] = desc->receivers[0];
		desc->receivers[1].id++;
		break;
	case 11: /* the same twice */
		desc->nr_receivers = 2;
		desc->receivers[1] = desc->receivers[0];
		break;
	case 12:
		desc->nr_receivers = 0;
		break;
	case 13:
		ranges[1].addr += FFA_PAGE_SIZE;
		break;
	case 14:
		ranges[0].nr_pages = 2;
		break;
	case 15:
		desc->nr_ranges = 3;
		break;
	case 16:
		desc->nr_ranges = 1;
		break;
	case 17:
		desc->nr_pages = 3;
		break;
	}
}

#define NR_LIES 18u

SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void what_the_spmc_recorded_can_be_compared(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	struct vffa_range ranges[3];
	struct vffa_mem_desc desc;

	w->relay.cfg.cross_check = true;
	/* An SPMC that offers nothing of the kind is not asked. */
	reclaim_well(vm, share_well(vm, 2));
	w->relay.spmc.offers |= VFFA_SPMC_LOOK_UP;
	for (unsigned int i = 0; i < NR_SAYINGS; i++) {
		desc = recorded(w, ranges);
		say_otherwise(&desc, i);
		script_look_up(w, &desc, ranges);
		reclaim_well(vm, share_well(vm, 2));
		assert_int_equal(w->port.nr_differs, 0);
	}
	for (unsigned int i = 0; i < NR_LIES; i++) {
		desc = recorded(w, ranges);
		lie(&desc, ranges, i);
		script_look_up(w, &desc, ranges);
		expect_error(try_share(vm, 2), VFFA_ABORTED);
		assert_int_equal(w->port.nr_differs, i + 1);
		/* Whatever it has, it has given it back. */
		assert_int_equal(vm->nr_mem_pinned, 0);
	}
}

/* Two pages, one range, shared with two. */
static struct vffa_regs share_with_two(struct fake_vm *vm, const struct vffa_mem_desc *recorded)
{
	const struct vffa_range range = { FAKE_BULK_IPA, 2 };
	struct vffa_mem_desc desc = *recorded;
	uint32_t len = vffa_mem_desc_head_size(&desc, 2);

	desc.handle = 0;
	desc.nr_ranges = 1;
	vffa_mem_desc_encode(&desc, 2, vm->ram);
	vffa_mem_range_encode(&range, vm->ram + len);
	len += VFFA_MEM_RANGE_SIZE;
	return CALL(vm, FFA_MEM_SHARE_64, len, len);
}

/* One that was recorded twice is not both. */
SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void every_receiver_must_have_been_recorded(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];
	struct vffa_mem_desc desc, sent;
	struct vffa_range ranges[3];
	struct vffa_regs regs;

	w->relay.cfg.cross_check = true;
	w->relay.spmc.offers |= VFFA_SPMC_LOOK_UP;
	for (unsigned int i = 0; i < 3; i++) {
		desc = recorded(w, ranges);
		desc.nr_receivers = 2;
		desc.receivers[1] = desc.receivers[0];
		desc.receivers[1].id = FAKE_ID(FAKE_SP_MUTE);
		sent = desc;
		if (i)
			desc.receivers[i - 1] = desc.receivers[2 - i];
		script_look_up(w, &desc, ranges);
		regs = share_with_two(vm, &sent);
		assert_int_equal(w->port.nr_differs, i);
		if (i)
			expect_error(regs, VFFA_ABORTED);
		else
			reclaim_well(vm, vffa_regs_pair(&regs, 2));
		assert_int_equal(vm->nr_mem_pinned, 0);
	}
}

SPEC("1.2", "FFA_MEM_RETRIEVE_REQ")
static void what_cannot_be_looked_up_may_be_lost(void **state)
{
	const struct vffa_regs refused = { { FFA_ERROR, 0, (uint32_t)FFA_RET_INVALID_PARAMETERS } };
	const struct vffa_regs full = { { FFA_ERROR, 0, (uint32_t)FFA_RET_NO_MEMORY } };
	const struct vffa_regs busy = { { FFA_ERROR, 0, (uint32_t)FFA_RET_BUSY } };
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	w->relay.cfg.cross_check = true;
	w->relay.spmc.offers |= VFFA_SPMC_LOOK_UP;
	/* It is no lie to be short of memory. */
	fake_spmc_script(&w->port.spmc, w->relay.spmc.retrieve_fid, full);
	(void)share_well(vm, 2);
	fake_spmc_script(&w->port.spmc, w->relay.spmc.retrieve_fid, refused);
	fake_spmc_script(&w->port.spmc, FFA_MEM_RECLAIM, busy);
	expect_error(try_share(vm, 2), VFFA_ABORTED);
	assert_int_equal(w->port.nr_differs, 1);
	/* What it has nobody knows, and it does not give it back: the pages stay. */
	assert_int_equal(vm->nr_mem_pinned, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_spmc_recorded_can_be_compared,
						mem_world_setup, mem_world_teardown),
		cmocka_unit_test_setup_teardown(every_receiver_must_have_been_recorded,
						mem_world_setup, mem_world_teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_looked_up_may_be_lost,
						mem_world_setup, mem_world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
