// SPDX-License-Identifier: GPL-2.0-only
/* Lists of pages: what is joined, what is counted, and walks in either address space. */
#include "extent.h"
#include "world.h"

#define PAGE(n) ((uint64_t)(n)*FFA_PAGE_SIZE)

static struct vffa_vm *vm_of(void **state)
{
	struct world *w = *state;

	return &w->vms[0].vm;
}

static enum vffa_ret add(struct vffa_vm *vm, struct vffa_extents *list, uint64_t ipa, uint64_t pa,
			 uint32_t nr_pages)
{
	const struct vffa_extent e = { { PAGE(ipa) }, { PAGE(pa) }, nr_pages };

	return vffa_extents_add(vm, list, &e);
}

static void expect_counts(const struct vffa_extents *list, uint32_t nr_pages, uint32_t nr_ipa,
			  uint32_t nr_pa)
{
	assert_int_equal(list->nr_pages, nr_pages);
	assert_int_equal(list->nr_ipa, nr_ipa);
	assert_int_equal(list->nr_pa, nr_pa);
}

static void an_empty_list_has_nothing_to_walk(void **state)
{
	struct vffa_extents list = { 0 };
	struct vffa_extent_walk walk = vffa_extents_walk(&list);
	struct vffa_range range;

	assert_null(vffa_extents_next(&walk));
	assert_false(vffa_extents_next_ipa(&walk, &range));
	assert_false(vffa_extents_next_pa(&walk, &range));
	vffa_extents_free(vm_of(state), &list);
}

static void neighbours_on_both_sides_are_one_extent(void **state)
{
	struct vffa_vm *vm = vm_of(state);
	struct vffa_extents list = { 0 };
	struct vffa_extent_walk walk;
	const struct vffa_extent *e;

	assert_int_equal(add(vm, &list, 0x10, 0x80, 2), VFFA_OK);
	assert_int_equal(add(vm, &list, 0x12, 0x82, 3), VFFA_OK);
	expect_counts(&list, 5, 1, 1);
	walk = vffa_extents_walk(&list);
	e = vffa_extents_next(&walk);
	assert_non_null(e);
	assert_int_equal(e->ipa.addr, PAGE(0x10));
	assert_int_equal(e->pa.addr, PAGE(0x80));
	assert_int_equal(e->nr_pages, 5);
	assert_null(vffa_extents_next(&walk));
	vffa_extents_free(vm, &list);
	expect_counts(&list, 0, 0, 0);
}

static void neighbours_on_one_side_are_one_range_there(void **state)
{
	struct vffa_vm *vm = vm_of(state);
	struct vffa_extents list = { 0 };
	struct vffa_extent_walk walk;
	struct vffa_range range;

	assert_int_equal(add(vm, &list, 0x10, 0x80, 2), VFFA_OK);
	assert_int_equal(add(vm, &list, 0x12, 0x90, 1), VFFA_OK); /* follows in the VM */
	assert_int_equal(add(vm, &list, 0x20, 0x91, 4), VFFA_OK); /* follows in the host */
	expect_counts(&list, 7, 2, 2);

	walk = vffa_extents_walk(&list);
	assert_true(vffa_extents_next_ipa(&walk, &range));
	assert_int_equal(range.addr, PAGE(0x10));
	assert_int_equal(range.nr_pages, 3);
	assert_true(vffa_extents_next_ipa(&walk, &range));
	assert_int_equal(range.addr, PAGE(0x20));
	assert_int_equal(range.nr_pages, 4);
	assert_false(vffa_extents_next_ipa(&walk, &range));

	walk = vffa_extents_walk(&list);
	assert_true(vffa_extents_next_pa(&walk, &range));
	assert_int_equal(range.addr, PAGE(0x80));
	assert_int_equal(range.nr_pages, 2);
	assert_true(vffa_extents_next_pa(&walk, &range));
	assert_int_equal(range.addr, PAGE(0x90));
	assert_int_equal(range.nr_pages, 5);
	assert_false(vffa_extents_next_pa(&walk, &range));
	vffa_extents_free(vm, &list);
}

/* What comes before is no neighbour: the order is the guest's. */
static void the_order_of_the_guest_is_kept(void **state)
{
	struct vffa_vm *vm = vm_of(state);
	struct vffa_extents list = { 0 };
	struct vffa_extent_walk walk;

	assert_int_equal(add(vm, &list, 0x11, 0x81, 1), VFFA_OK);
	assert_int_equal(add(vm, &list, 0x10, 0x80, 1), VFFA_OK);
	expect_counts(&list, 2, 2, 2);
	walk = vffa_extents_walk(&list);
	assert_int_equal(vffa_extents_next(&walk)->ipa.addr, PAGE(0x11));
	assert_int_equal(vffa_extents_next(&walk)->ipa.addr, PAGE(0x10));
	vffa_extents_free(vm, &list);
}

static void walks_go_on_over_chunks(void **state)
{
	const uint32_t nr = 2 * VFFA_EXTENTS_PER_CHUNK + 1;
	struct vffa_vm *vm = vm_of(state);
	struct vffa_extents list = { 0 };
	struct vffa_extent_walk walk;
	struct vffa_range range;
	uint32_t i;

	/* One range of the VM, in pages that are all over the host. */
	for (i = 0; i < nr; i++)
		assert_int_equal(add(vm, &list, 0x1000 + i, 0x90000 - 2 * (uint64_t)i, 1), VFFA_OK);
	expect_counts(&list, nr, 1, nr);
	assert_int_equal(((struct world *)*state)->vms[0].nr_allocs, 3);

	walk = vffa_extents_walk(&list);
	for (i = 0; vffa_extents_next_pa(&walk, &range); i++)
		assert_int_equal(range.addr, PAGE(0x90000 - 2 * (uint64_t)i));
	assert_int_equal(i, nr);
	walk = vffa_extents_walk(&list);
	assert_true(vffa_extents_next_ipa(&walk, &range));
	assert_int_equal(range.nr_pages, nr);
	assert_false(vffa_extents_next_ipa(&walk, &range));
	vffa_extents_free(vm, &list);
}

static void without_memory_the_list_is_as_it_was(void **state)
{
	struct world *w = *state;
	struct vffa_vm *vm = vm_of(state);
	struct vffa_extents list = { 0 };

	fake_fail(&w->port, FAKE_OP_ALLOC, 1, VFFA_OK);
	assert_int_equal(add(vm, &list, 0x10, 0x80, 2), VFFA_NO_MEMORY);
	expect_counts(&list, 0, 0, 0);
	for (uint32_t i = 0; i < VFFA_EXTENTS_PER_CHUNK; i++)
		assert_int_equal(add(vm, &list, 0x10 + 2 * (uint64_t)i, 0x80, 1), VFFA_OK);
	fake_fail(&w->port, FAKE_OP_ALLOC, 1, VFFA_OK);
	assert_int_equal(add(vm, &list, 0x10, 0x80, 1), VFFA_NO_MEMORY);
	expect_counts(&list, VFFA_EXTENTS_PER_CHUNK, VFFA_EXTENTS_PER_CHUNK,
		      VFFA_EXTENTS_PER_CHUNK);
	vffa_extents_free(vm, &list);
}

static void the_number_of_pages_does_not_wrap(void **state)
{
	struct vffa_vm *vm = vm_of(state);
	struct vffa_extents list = { 0 };

	assert_int_equal(add(vm, &list, 0x10, 0x80, UINT32_MAX), VFFA_OK);
	assert_int_equal(add(vm, &list, 0x10, 0x80, 1), VFFA_NO_MEMORY);
	expect_counts(&list, UINT32_MAX, 1, 1);
	vffa_extents_free(vm, &list);
}

/* Three in a row, of which the first goes on with what is there and the second with the first. */
static void extents_are_taken_as_if_one_by_one(void **state)
{
	struct vffa_vm *vm = vm_of(state);
	struct vffa_extents list = { 0 };
	struct vffa_extent_walk walk;
	struct vffa_extent *room;

	assert_int_equal(add(vm, &list, 0x10, 0x80, 2), VFFA_OK);
	room = vffa_extents_room(vm, &list, 4);
	assert_non_null(room);
	expect_counts(&list, 2, 1, 1);
	room[0] = (struct vffa_extent){ { PAGE(0x12) }, { PAGE(0x82) }, 1 };
	room[1] = (struct vffa_extent){ { PAGE(0x13) }, { PAGE(0x83) }, 1 };
	room[2] = (struct vffa_extent){ { PAGE(0x14) }, { PAGE(0x90) }, 5 };
	room[3] = (struct vffa_extent){ { PAGE(0x40) }, { PAGE(0xA0) }, 7 };
	vffa_extents_take(&list, 3);
	expect_counts(&list, 9, 1, 2);
	assert_int_equal(room[3].ipa.addr, PAGE(0x40));
	assert_int_equal(room[3].nr_pages, 7);

	walk = vffa_extents_walk(&list);
	assert_int_equal(vffa_extents_next(&walk)->nr_pages, 4);
	assert_int_equal(vffa_extents_next(&walk)->pa.addr, PAGE(0x90));
	assert_null(vffa_extents_next(&walk));
	vffa_extents_free(vm, &list);
}

static void room_that_is_not_used_is_no_extent(void **state)
{
	struct vffa_vm *vm = vm_of(state);
	struct vffa_extents list = { 0 };
	struct vffa_extent_walk walk;
	struct vffa_range range;
	uint32_t nr;

	assert_non_null(vffa_extents_room(vm, &list, VFFA_PIN_BATCH));
	vffa_extents_take(&list, 0);
	walk = vffa_extents_walk(&list);
	assert_null(vffa_extents_next(&walk));
	assert_false(vffa_extents_next_pa(&walk, &range));
	assert_null(vffa_extents_next_few(&walk, &nr));

	/* The rest of a chunk is left where it is too small, and the next one goes on with its end. */
	for (uint64_t i = 0; i < VFFA_EXTENTS_PER_CHUNK - 1; i++)
		assert_int_equal(add(vm, &list, 2 * i, 3 * i, 1), VFFA_OK);
	*vffa_extents_room(vm, &list, 2) = (struct vffa_extent){
		{ PAGE(2 * (VFFA_EXTENTS_PER_CHUNK - 2) + 1) },
		{ PAGE(3 * (VFFA_EXTENTS_PER_CHUNK - 2) + 1) },
		1,
	};
	vffa_extents_take(&list, 1);
	assert_int_equal(((struct world *)*state)->vms[0].nr_allocs, 2);
	expect_counts(&list, VFFA_EXTENTS_PER_CHUNK, VFFA_EXTENTS_PER_CHUNK - 1,
		      VFFA_EXTENTS_PER_CHUNK - 1);
	walk = vffa_extents_walk(&list);
	while (vffa_extents_next_ipa(&walk, &range))
		nr = range.nr_pages;
	assert_int_equal(nr, 2);
	walk = vffa_extents_walk(&list);
	assert_non_null(vffa_extents_next_few(&walk, &nr));
	assert_int_equal(nr, VFFA_EXTENTS_PER_CHUNK - 1);
	assert_null(vffa_extents_next_few(&walk, &nr));
	vffa_extents_free(vm, &list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_list_has_nothing_to_walk, world_setup_vm),
		TEST(neighbours_on_both_sides_are_one_extent, world_setup_vm),
		TEST(neighbours_on_one_side_are_one_range_there, world_setup_vm),
		TEST(the_order_of_the_guest_is_kept, world_setup_vm),
		TEST(walks_go_on_over_chunks, world_setup_vm),
		TEST(without_memory_the_list_is_as_it_was, world_setup_vm),
		TEST(the_number_of_pages_does_not_wrap, world_setup_vm),
		TEST(extents_are_taken_as_if_one_by_one, world_setup_vm),
		TEST(room_that_is_not_used_is_no_extent, world_setup_vm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
