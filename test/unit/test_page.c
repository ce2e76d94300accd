// SPDX-License-Identifier: GPL-2.0-only
/* Claims on pages of the host: who excludes whom, what undoing leaves, pages that are named twice. */
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

static enum vffa_ret claim(struct vffa_relay *relay, const struct vffa_page_claim *c, uint32_t n,
			   uint32_t nr_pages)
{
	enum vffa_ret ret;

	vffa_pages_lock_always(relay);
	ret = vffa_page_claim(relay, c, (struct vffa_hpa){ PAGE(n) }, nr_pages);
	vffa_pages_unlock(relay);
	return ret;
}

static void release(struct vffa_relay *relay, const struct vffa_page_claim *c, uint32_t n,
		    uint32_t nr_pages)
{
	vffa_pages_lock_always(relay);
	vffa_page_release(relay, c, (struct vffa_hpa){ PAGE(n) }, nr_pages);
	vffa_pages_unlock(relay);
}

static void settle(struct vffa_relay *relay, const struct vffa_page_claim *c, uint32_t n,
		   uint32_t nr_pages)
{
	vffa_pages_lock_always(relay);
	vffa_page_settle(relay, c, (struct vffa_hpa){ PAGE(n) }, nr_pages);
	vffa_pages_unlock(relay);
}

static bool tag_again(struct vffa_relay *relay, const struct vffa_page_claim *c, uint32_t n,
		      uint32_t nr_pages)
{
	bool distinct;

	vffa_pages_lock_always(relay);
	distinct = vffa_page_tag_again(relay, c, (struct vffa_hpa){ PAGE(n) }, nr_pages);
	vffa_pages_unlock(relay);
	return distinct;
}

static struct vffa_page_claim tagged(struct vffa_relay *relay)
{
	struct vffa_page_claim c = shared;

	c.tag = vffa_page_tag(relay);
	return c;
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

static void without_memory_none_is_claimed(void **state)
{
	struct world *w = *state;

	for (unsigned int n = 1; n <= 3; n++) {
		fake_fail(&w->port, FAKE_OP_LEAF, n, VFFA_OK);
		assert_int_equal(claim(&w->relay, &lent, FIRST, MANY), VFFA_NO_MEMORY);
		assert_int_equal(w->port.host.nr_leaves, 0);
	}
}

static void tags_differ_and_are_never_none(void **state)
{
	struct vffa_relay *relay = relay_of(state);
	uint32_t last = vffa_page_tag(relay);

	/* Whatever the counter is at: it is larger than a tag. */
	vffa_atomic_init(&relay->last_tag, 0x3FFFFE);
	for (unsigned int i = 0; i < 4; i++) {
		uint32_t tag = vffa_page_tag(relay);

		assert_int_not_equal(tag, 0);
		assert_int_not_equal(tag, last);
		last = tag;
	}
}

SPEC("1.2", "Composite memory region descriptor")
static void a_transaction_cannot_name_a_page_twice(void **state)
{
	struct vffa_relay *relay = relay_of(state);
	struct vffa_page_claim a = tagged(relay);

	assert_int_equal(claim(relay, &a, 5, 3), VFFA_OK);
	assert_int_equal(claim(relay, &a, 7, 2), VFFA_INVALID_PARAMETERS);
	assert_int_equal(claim(relay, &a, 8, 2), VFFA_OK);
	release(relay, &a, 5, 5);
}

static void once_complete_it_can_be_shared_again(void **state)
{
	struct vffa_relay *relay = relay_of(state);
	struct vffa_page_claim a = tagged(relay);

	assert_int_equal(claim(relay, &a, 5, 1), VFFA_OK);
	settle(relay, &a, 5, 1);
	assert_int_equal(claim(relay, &a, 5, 1), VFFA_OK);
	release(relay, &a, 5, 1);
	release(relay, &a, 5, 1);
}

/* A lost tag can be noticed, whatever became of the transaction that took it. */
static void a_page_named_twice_with_another_share_between_is_found(void **state)
{
	for (unsigned int other_ends = 0; other_ends < 2; other_ends++) {
		struct vffa_relay *relay = relay_of(state);
		struct vffa_page_claim a = tagged(relay);
		struct vffa_page_claim b = tagged(relay);
		uint64_t retagged = relay->nr_retagged;

		assert_int_equal(claim(relay, &a, 5, 4), VFFA_OK);
		assert_int_equal(relay->nr_retagged, retagged);
		assert_int_equal(claim(relay, &b, 6, 1), VFFA_OK);
		assert_int_not_equal(relay->nr_retagged, retagged);
		if (other_ends)
			release(relay, &b, 6, 1);
		assert_int_equal(claim(relay, &a, 6, 1), VFFA_OK);

		a.tag = vffa_page_tag(relay);
		assert_true(tag_again(relay, &a, 5, 4));
		assert_false(tag_again(relay, &a, 6, 1));
		release(relay, &a, 5, 4);
		release(relay, &a, 6, 1);
		if (!other_ends) {
			/* Its tag is lost, too: it has to look again, and finds nothing. */
			b.tag = vffa_page_tag(relay);
			assert_true(tag_again(relay, &b, 6, 1));
			release(relay, &b, 6, 1);
		}
	}
}

#define PAGE_TEST(name) TEST(name, world_setup_relay)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAGE_TEST(only_sharing_again_with_no_more_rights_is_allowed),
		PAGE_TEST(the_last_release_makes_a_page_free),
		PAGE_TEST(a_part_can_be_released),
		PAGE_TEST(all_or_none_are_claimed),
		PAGE_TEST(without_memory_none_is_claimed),
		PAGE_TEST(tags_differ_and_are_never_none),
		PAGE_TEST(a_transaction_cannot_name_a_page_twice),
		PAGE_TEST(once_complete_it_can_be_shared_again),
		PAGE_TEST(a_page_named_twice_with_another_share_between_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
