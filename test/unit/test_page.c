// SPDX-License-Identifier: GPL-2.0-only
/* Claims on pages of the host: who excludes whom, what undoing leaves, pages that are seen twice. */
#include "page.h"
#include "world.h"

#define PAGE(n) (FAKE_HOST_BASE + (uint64_t)(n) * FFA_PAGE_SIZE)

/* Pages enough to begin in one leaf, fill another, and end in a third. */
#define FIRST 30u
#define MANY  (2 * VFFA_LEAF_PAGES)

static const struct vffa_page_claim shared = { .owner = 1, .use = VFFA_PAGE_SHARED, .writable = true };
static const struct vffa_page_claim read_only = { .owner = 1, .use = VFFA_PAGE_SHARED };
static const struct vffa_page_claim lent = { .owner = 1, .use = VFFA_PAGE_LENT, .writable = true };
static const struct vffa_page_claim buffer = { .owner = 1, .use = VFFA_PAGE_RXTX };
static const struct vffa_page_claim others = { .owner = 2, .use = VFFA_PAGE_SHARED };

static struct vffa_relay *relay_of(void **state)
{
	return &((struct world *)*state)->relay;
}

static enum vffa_ret claim_again(struct vffa_relay *relay, const struct vffa_page_claim *c,
				 uint32_t n, uint32_t nr_pages, bool *again)
{
	struct vffa_page_claim copy = *c;
	enum vffa_ret ret;

	vffa_pages_lock_always(relay);
	ret = vffa_page_claim(relay, &copy, (struct vffa_hpa){ PAGE(n) }, nr_pages);
	vffa_pages_unlock(relay);
	*again = copy.again;
	return ret;
}

static enum vffa_ret claim(struct vffa_relay *relay, const struct vffa_page_claim *c, uint32_t n,
			   uint32_t nr_pages)
{
	bool again;

	return claim_again(relay, c, n, nr_pages, &again);
}

static void release(struct vffa_relay *relay, const struct vffa_page_claim *c, uint32_t n,
		    uint32_t nr_pages)
{
	vffa_pages_lock_always(relay);
	vffa_page_release(relay, c, (struct vffa_hpa){ PAGE(n) }, nr_pages);
	vffa_pages_unlock(relay);
}

SPEC("1.2", "Memory states")
static void only_sharing_again_with_no_more_rights_is_allowed(void **state)
{
	static const struct {
		const struct vffa_page_claim *first;
		const struct vffa_page_claim *second;
		enum vffa_ret ret;
	} cases[] = {
		{ &shared, &shared, VFFA_OK },
		{ &shared, &read_only, VFFA_OK },
		{ &read_only, &read_only, VFFA_OK },
		{ &read_only, &shared, VFFA_DENIED },
		{ &shared, &others, VFFA_DENIED },
		{ &shared, &lent, VFFA_DENIED },
		{ &shared, &buffer, VFFA_DENIED },
		{ &lent, &shared, VFFA_DENIED },
		{ &lent, &lent, VFFA_DENIED },
		{ &lent, &buffer, VFFA_DENIED },
		{ &buffer, &shared, VFFA_DENIED },
		{ &buffer, &lent, VFFA_DENIED },
		{ &buffer, &buffer, VFFA_DENIED },
	};
	struct vffa_relay *relay = relay_of(state);

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(claim(relay, cases[i].first, 5, 1), VFFA_OK);
		assert_int_equal(claim(relay, cases[i].second, 5, 1), cases[i].ret);
		if (!cases[i].ret)
			release(relay, cases[i].second, 5, 1);
		release(relay, cases[i].first, 5, 1);
	}
}

/* What one who may write has given back, he cannot share so again while another has it to read. */
SPEC("1.2", "Memory states")
static void rights_are_those_of_the_shares_that_there_are(void **state)
{
	struct vffa_relay *relay = relay_of(state);

	assert_int_equal(claim(relay, &shared, FIRST, MANY), VFFA_OK);
	assert_int_equal(claim(relay, &read_only, FIRST, MANY), VFFA_OK);
	assert_int_equal(claim(relay, &shared, FIRST, 1), VFFA_OK);
	release(relay, &shared, FIRST, MANY);
	/* The first page is still shared to be written. */
	assert_int_equal(claim(relay, &shared, FIRST, 2), VFFA_DENIED);
	assert_int_equal(claim(relay, &shared, FIRST, 1), VFFA_OK);
	release(relay, &shared, FIRST, 1);
	release(relay, &shared, FIRST, 1);
	assert_int_equal(claim(relay, &shared, FIRST, 1), VFFA_DENIED);
	assert_int_equal(claim(relay, &read_only, FIRST, 1), VFFA_OK);
	release(relay, &read_only, FIRST, 1);
	release(relay, &read_only, FIRST, MANY);
	assert_int_equal(claim(relay, &shared, FIRST, MANY), VFFA_OK);
	release(relay, &shared, FIRST, MANY);
}

static void the_last_release_makes_a_page_free(void **state)
{
	struct vffa_relay *relay = relay_of(state);

	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(claim(relay, &shared, FIRST, MANY), VFFA_OK);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(claim(relay, &lent, FIRST + 1, 1), VFFA_DENIED);
		release(relay, &shared, FIRST, MANY);
	}
	assert_int_equal(((struct world *)*state)->port.host.nr_leaves, 0);
	assert_int_equal(claim(relay, &lent, FIRST, MANY), VFFA_OK);
	release(relay, &lent, FIRST, MANY);
}

static void a_part_can_be_released(void **state)
{
	struct vffa_relay *relay = relay_of(state);

	assert_int_equal(claim(relay, &lent, FIRST, MANY), VFFA_OK);
	release(relay, &lent, FIRST + 10, 50);
	assert_int_equal(claim(relay, &shared, FIRST + 9, 1), VFFA_DENIED);
	assert_int_equal(claim(relay, &shared, FIRST + 10, 50), VFFA_OK);
	assert_int_equal(claim(relay, &shared, FIRST + 60, 1), VFFA_DENIED);
	release(relay, &shared, FIRST + 10, 50);
	release(relay, &lent, FIRST, 10);
	release(relay, &lent, FIRST + 60, MANY - 60);
}

static void all_or_none_are_claimed(void **state)
{
	struct vffa_relay *relay = relay_of(state);

	assert_int_equal(claim(relay, &lent, FIRST + MANY - 1, 1), VFFA_OK);
	assert_int_equal(claim(relay, &lent, FIRST, MANY), VFFA_DENIED);
	assert_int_equal(claim(relay, &others, FIRST, MANY - 1), VFFA_OK);
	release(relay, &others, FIRST, MANY - 1);
	release(relay, &lent, FIRST + MANY - 1, 1);
}

static void extents_are_claimed_up_to_one_that_cannot_be(void **state)
{
	const struct vffa_extent e[] = {
		{ .pa = { PAGE(FIRST) }, .nr_pages = MANY },
		{ .pa = { PAGE(FIRST + MANY + 1) }, .nr_pages = 2 },
		{ .pa = { PAGE(FIRST + MANY + 4) }, .nr_pages = 3 },
		{ .pa = { PAGE(FIRST + MANY + 9) }, .nr_pages = 1 },
	};
	struct vffa_relay *relay = relay_of(state);
	struct vffa_page_claim copy = lent;
	uint32_t nr_done;

	assert_int_equal(claim(relay, &others, FIRST + MANY + 6, 1), VFFA_OK);
	vffa_pages_lock_always(relay);
	assert_int_equal(vffa_page_claim_extents(relay, &copy, e, 4, &nr_done), VFFA_DENIED);
	assert_int_equal(nr_done, 2);
	vffa_page_release_extents(relay, &lent, e, nr_done);
	vffa_pages_unlock(relay);
	release(relay, &others, FIRST + MANY + 6, 1);
	assert_int_equal(((struct world *)*state)->port.host.nr_leaves, 0);
}

/* One takes the other's seat, again and again. */
static void leaves_that_share_a_seat_are_not_mixed_up(void **state)
{
	const uint32_t far = VFFA_NR_SEATS * VFFA_LEAF_PAGES;
	struct world *w = *state;
	struct vffa_relay *relay = &w->relay;

	fake_host_init(&w->port.host, 2 * far, 1);
	for (uint32_t n = 1; n < 3; n++) {
		assert_int_equal(claim(relay, &lent, n, 1), VFFA_OK);
		assert_int_equal(claim(relay, &shared, far + n, 1), VFFA_OK);
	}
	assert_int_equal(w->port.host.nr_leaves, 2);
	assert_int_equal(claim(relay, &shared, 1, 1), VFFA_DENIED);
	assert_int_equal(claim(relay, &shared, far + 1, 1), VFFA_OK);
	release(relay, &shared, far + 1, 1);
	for (uint32_t n = 1; n < 3; n++) {
		release(relay, &shared, far + n, 1);
		release(relay, &lent, n, 1);
	}
	assert_int_equal(w->port.host.nr_leaves, 0);
	/* What sat there last is gone, and is not found there. */
	assert_int_equal(claim(relay, &lent, 1, 1), VFFA_OK);
	release(relay, &lent, 1, 1);
	fake_host_init(&w->port.host, FAKE_HOST_PAGES, 1);
}

static void without_memory_none_is_claimed(void **state)
{
	struct world *w = *state;

	for (unsigned int n = 1; n <= 3; n++) {
		fake_fail(&w->port, FAKE_OP_LEAF, n, VFFA_OK);
		assert_int_equal(claim(&w->relay, &lent, FIRST, MANY), VFFA_NO_MEMORY);
		assert_int_equal(w->port.host.nr_leaves, 0);
	}
}

static void a_claim_tells_whether_there_was_one(void **state)
{
	static const struct {
		uint32_t n;
		uint32_t nr_pages;
		bool again;
	} cases[] = {
		{ 50, 3, false },  { 51, 1, true },  { 47, 3, false },
		{ 53, 60, false }, { 40, 80, true }, { 120, 1, false },
	};
	struct vffa_relay *relay = relay_of(state);
	bool again;

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(claim_again(relay, &shared, cases[i].n, cases[i].nr_pages, &again),
				 VFFA_OK);
		assert_int_equal(again, cases[i].again);
	}
	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		release(relay, &shared, cases[i].n, cases[i].nr_pages);
}

SPEC("1.2", "Composite memory region descriptor")
static void a_page_that_is_seen_twice_is_found(void **state)
{
	struct vffa_relay *relay = relay_of(state);

	assert_int_equal(claim(relay, &shared, FIRST, MANY), VFFA_OK);
	for (unsigned int i = 0; i < 2; i++) {
		vffa_pages_lock_always(relay);
		assert_true(vffa_page_mark(relay, (struct vffa_hpa){ PAGE(FIRST) }, 40));
		assert_true(vffa_page_mark(relay, (struct vffa_hpa){ PAGE(FIRST + 41) }, 50));
		assert_false(vffa_page_mark(relay, (struct vffa_hpa){ PAGE(FIRST + 40) }, 2));
		assert_true(vffa_page_mark(relay, (struct vffa_hpa){ PAGE(FIRST + 91) }, 1));
		/* Seen twice or not, all marks go. */
		vffa_page_unmark(relay, (struct vffa_hpa){ PAGE(FIRST) }, 92);
		vffa_pages_unlock(relay);
	}
	/* Neither marking nor the marks are claims. */
	release(relay, &shared, FIRST, MANY);
	assert_int_equal(((struct world *)*state)->port.host.nr_leaves, 0);
}

#define PAGE_TEST(name) TEST(name, world_setup_relay)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAGE_TEST(only_sharing_again_with_no_more_rights_is_allowed),
		PAGE_TEST(rights_are_those_of_the_shares_that_there_are),
		PAGE_TEST(the_last_release_makes_a_page_free),
		PAGE_TEST(a_part_can_be_released),
		PAGE_TEST(all_or_none_are_claimed),
		PAGE_TEST(extents_are_claimed_up_to_one_that_cannot_be),
		PAGE_TEST(leaves_that_share_a_seat_are_not_mixed_up),
		PAGE_TEST(without_memory_none_is_claimed),
		PAGE_TEST(a_claim_tells_whether_there_was_one),
		PAGE_TEST(a_page_that_is_seen_twice_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
