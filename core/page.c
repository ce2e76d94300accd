// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * Claims on pages of the host. A page's word, zero where nobody claims it:
 *
 *   [2:0] use  [3] marked  [19:4] owner  [39:20] number of claims  [59:40] those that let others write
 *
 * Who borrows a page that was donated makes a claim, too, without a name. Marks tell, while the lock of
 * pages is held, which pages have been seen: there are none at other times.
 */
#include "page.h"

#define USE_MASK    0x7ull
#define MARK	    0x8ull
#define OWNER_SHIFT 4
#define OWNER_MASK  (0xFFFFull << OWNER_SHIFT)
#define COUNT_SHIFT 20
#define COUNT_ONE   (1ull << COUNT_SHIFT)
#define COUNT_MASK  (0xFFFFFull << COUNT_SHIFT)
#define WRITE_SHIFT 40
#define WRITE_ONE   (1ull << WRITE_SHIFT)
#define WRITE_MASK  (0xFFFFFull << WRITE_SHIFT)

/* What a claim adds to the word of a page that is claimed already. */
static uint64_t one_claim(bool writable)
{
	return writable ? COUNT_ONE | WRITE_ONE : COUNT_ONE;
}

/* A page's word, as its first claim makes it. */
static uint64_t first_word(const struct vffa_page_claim *claim)
{
	return (uint64_t)claim->use | (uint64_t)claim->owner << OWNER_SHIFT |
	       one_claim(claim->writable);
}

/* May a page be claimed that is claimed already? */
static enum vffa_ret check_word(uint64_t word, const struct vffa_page_claim *claim)
{
	if ((word & USE_MASK) != VFFA_PAGE_SHARED || claim->use != VFFA_PAGE_SHARED)
		return VFFA_DENIED;
	if ((word & OWNER_MASK) >> OWNER_SHIFT != claim->owner)
		return VFFA_DENIED;
	if (claim->writable && !(word & WRITE_MASK))
		return VFFA_DENIED;
	return (word & COUNT_MASK) == COUNT_MASK ? VFFA_NO_MEMORY : VFFA_OK;
}

/* The part of a run of pages that lies in one leaf. */
struct piece {
	uint64_t leaf;
	uint32_t first;
	uint32_t end;
};

static struct piece piece_at(uint64_t pfn, uint32_t nr_pages)
{
	uint32_t first = (uint32_t)(pfn % VFFA_LEAF_PAGES);
	uint32_t room = VFFA_LEAF_PAGES - first;

	return (struct piece){
		.leaf = pfn / VFFA_LEAF_PAGES,
		.first = first,
		.end = first + (nr_pages < room ? nr_pages : room),
	};
}

static void assert_locked(struct vffa_relay *relay)
{
	relay->cfg.ops->assert_locked(relay->cfg.port, relay->cfg.page_lock);
}

/*
 * The leaves that were looked up last are kept at hand: a transaction's pages are in few leaves as a
 * rule, in whatever order, and to look one up costs more than all that is done with it.
 */
static struct vffa_leaf_seat *seat_of(struct vffa_relay *relay, uint64_t nr)
{
	return &relay->seats[nr % VFFA_NR_SEATS];
}

/* NULL = leaf_at() has to look for it. */
static inline struct vffa_leaf *leaf_at_hand(struct vffa_relay *relay, uint64_t nr)
{
	const struct vffa_leaf_seat *seat = seat_of(relay, nr);

	return seat->nr == nr ? seat->leaf : NULL;
}

static struct vffa_leaf *leaf_at(struct vffa_relay *relay, uint64_t nr, bool create)
{
	struct vffa_leaf *leaf = leaf_at_hand(relay, nr);

	if (!leaf) {
		leaf = relay->cfg.ops->leaf_get(relay->cfg.port, nr, create);
		*seat_of(relay, nr) = (struct vffa_leaf_seat){ nr, leaf };
	}
	return leaf;
}

static void drop_leaf(struct vffa_relay *relay, uint64_t nr)
{
	seat_of(relay, nr)->leaf = NULL;
	relay->cfg.ops->leaf_drop(relay->cfg.port, nr);
}

/* Pages of which one is claimed already: all are claimed once more, or none. */
static enum vffa_ret claim_again(struct vffa_leaf *leaf, struct piece p, uint64_t first,
				 struct vffa_page_claim *claim)
{
	uint64_t *end = leaf->word + p.end;
	enum vffa_ret ret = VFFA_OK;

	for (const uint64_t *word = leaf->word + p.first; word < end && !ret; word++) {
		if (*word)
			ret = check_word(*word, claim);
	}
	if (ret)
		return ret;
	for (uint64_t *word = leaf->word + p.first; word < end; word++) {
		leaf->nr_used += !*word;
		*word = *word ? *word + one_claim(claim->writable) : first;
	}
	claim->again = true;
	return VFFA_OK;
}

static bool is_free(const struct vffa_leaf *leaf, struct piece p)
{
	for (uint32_t i = p.first; i < p.end; i++) {
		if (leaf->word[i])
			return false;
	}
	return true;
}

static enum vffa_ret claim_piece(struct vffa_relay *relay, struct vffa_page_claim *claim,
				 uint64_t first, struct piece p)
{
	struct vffa_leaf *leaf = leaf_at(relay, p.leaf, true);

	if (!leaf)
		return VFFA_NO_MEMORY;
	if (leaf->nr_used && !is_free(leaf, p))
		return claim_again(leaf, p, first, claim);
	for (uint32_t i = p.first; i < p.end; i++)
		leaf->word[i] = first;
	leaf->nr_used += p.end - p.first;
	return VFFA_OK;
}

static void drop_claims(struct vffa_leaf *leaf, struct piece p, uint64_t one)
{
	for (uint32_t i = p.first; i < p.end; i++) {
		uint64_t rest = leaf->word[i] - one;

		if (!(rest & COUNT_MASK)) {
			rest = 0;
			leaf->nr_used--;
		}
		leaf->word[i] = rest;
	}
}

enum vffa_ret vffa_pages_lock(struct vffa_relay *relay)
{
	return relay->cfg.ops->lock(relay->cfg.port, relay->cfg.page_lock);
}

void vffa_pages_lock_always(struct vffa_relay *relay)
{
	relay->cfg.ops->lock_always(relay->cfg.port, relay->cfg.page_lock);
}

void vffa_pages_unlock(struct vffa_relay *relay)
{
	relay->cfg.ops->unlock(relay->cfg.port, relay->cfg.page_lock);
}

static void release_run(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages,
			uint64_t one)
{
	uint64_t pfn = pa.addr >> FFA_PAGE_SHIFT;

	while (nr_pages) {
		struct piece p = piece_at(pfn, nr_pages);
		struct vffa_leaf *leaf = leaf_at(relay, p.leaf, false);

		drop_claims(leaf, p, one);
		if (!leaf->nr_used)
			drop_leaf(relay, p.leaf);
		pfn += p.end - p.first;
		nr_pages -= p.end - p.first;
	}
}

/* All or none. @first: the word of a page that is claimed for the first time */
static enum vffa_ret claim_run(struct vffa_relay *relay, struct vffa_page_claim *claim,
			       uint64_t first, struct vffa_hpa pa, uint32_t nr_pages)
{
	uint64_t first_pfn = pa.addr >> FFA_PAGE_SHIFT;
	uint64_t pfn = first_pfn;
	enum vffa_ret ret;

	while (nr_pages) {
		struct piece p = piece_at(pfn, nr_pages);

		ret = claim_piece(relay, claim, first, p);
		if (ret) {
			release_run(relay, pa, (uint32_t)(pfn - first_pfn),
				    one_claim(claim->writable));
			return ret;
		}
		pfn += p.end - p.first;
		nr_pages -= p.end - p.first;
	}
	return VFFA_OK;
}

/* A page by itself that nobody has, as most are: claim_run() would do the same. */
static inline bool claim_one(struct vffa_relay *relay, uint64_t first, const struct vffa_extent *e)
{
	uint64_t pfn = e->pa.addr >> FFA_PAGE_SHIFT;
	struct vffa_leaf *leaf = leaf_at_hand(relay, pfn / VFFA_LEAF_PAGES);
	uint64_t *word;

	if (!leaf || e->nr_pages > 1)
		return false;
	word = &leaf->word[pfn % VFFA_LEAF_PAGES];
	if (*word)
		return false;
	*word = first;
	leaf->nr_used++;
	return true;
}

/* The same for release_run(): it has one claim, and is not the last of its leaf. */
static inline bool release_one(struct vffa_relay *relay, const struct vffa_extent *e)
{
	uint64_t pfn = e->pa.addr >> FFA_PAGE_SHIFT;
	struct vffa_leaf *leaf = leaf_at_hand(relay, pfn / VFFA_LEAF_PAGES);
	uint64_t *word;

	if (!leaf || e->nr_pages > 1 || leaf->nr_used == 1)
		return false;
	word = &leaf->word[pfn % VFFA_LEAF_PAGES];
	if ((*word & COUNT_MASK) != COUNT_ONE)
		return false;
	*word = 0;
	leaf->nr_used--;
	return true;
}

enum vffa_ret vffa_page_claim_extents(struct vffa_relay *relay, struct vffa_page_claim *claim,
				      const struct vffa_extent *extents, uint32_t nr,
				      uint32_t *nr_done)
{
	uint64_t first = first_word(claim);
	enum vffa_ret ret = VFFA_OK;
	uint32_t i;

	assert_locked(relay);
	for (i = 0; i < nr; i++) {
		if (claim_one(relay, first, &extents[i]))
			continue;
		ret = claim_run(relay, claim, first, extents[i].pa, extents[i].nr_pages);
		if (ret)
			break;
	}
	*nr_done = i;
	return ret;
}

enum vffa_ret vffa_page_claim(struct vffa_relay *relay, struct vffa_page_claim *claim,
			      struct vffa_hpa pa, uint32_t nr_pages)
{
	const struct vffa_extent extent = { .pa = pa, .nr_pages = nr_pages };
	uint32_t nr_done;

	return vffa_page_claim_extents(relay, claim, &extent, 1, &nr_done);
}

void vffa_page_release_extents(struct vffa_relay *relay, const struct vffa_page_claim *claim,
			       const struct vffa_extent *extents, uint32_t nr)
{
	uint64_t one = one_claim(claim->writable);

	assert_locked(relay);
	for (uint32_t i = 0; i < nr; i++) {
		if (!release_one(relay, &extents[i]))
			release_run(relay, extents[i].pa, extents[i].nr_pages, one);
	}
}

void vffa_page_release(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		       struct vffa_hpa pa, uint32_t nr_pages)
{
	const struct vffa_extent extent = { .pa = pa, .nr_pages = nr_pages };

	vffa_page_release_extents(relay, claim, &extent, 1);
}

/* A change of one page's word, which is claimed; false = it is not what it should be. */
typedef bool visit_fn(uint64_t *word);

/* All of them, whatever @visit returns of one. */
static bool visit_all(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages,
		      visit_fn *visit)
{
	uint64_t pfn = pa.addr >> FFA_PAGE_SHIFT;
	bool good = true;

	assert_locked(relay);
	while (nr_pages) {
		struct piece p = piece_at(pfn, nr_pages);
		struct vffa_leaf *leaf = leaf_at(relay, p.leaf, false);

		for (uint32_t i = p.first; i < p.end; i++)
			good &= visit(&leaf->word[i]);
		pfn += p.end - p.first;
		nr_pages -= p.end - p.first;
	}
	return good;
}

static bool mark(uint64_t *word)
{
	bool first = !(*word & MARK);

	*word |= MARK;
	return first;
}

bool vffa_page_mark(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages)
{
	return visit_all(relay, pa, nr_pages, mark);
}

static bool unmark(uint64_t *word)
{
	*word &= ~MARK;
	return true;
}

void vffa_page_unmark(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages)
{
	(void)visit_all(relay, pa, nr_pages, unmark);
}

static uint64_t with_use(uint64_t word, enum vffa_page_use use)
{
	return (word & ~USE_MASK) | (uint64_t)use;
}

static bool give(uint64_t *word)
{
	*word = with_use(*word, VFFA_PAGE_GIVEN);
	return true;
}

void vffa_page_give(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages)
{
	(void)visit_all(relay, pa, nr_pages, give);
}

static bool withdraw(uint64_t *word)
{
	*word = with_use(*word, VFFA_PAGE_LENT);
	return (*word & COUNT_MASK) == COUNT_ONE;
}

bool vffa_page_withdraw(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages)
{
	if (visit_all(relay, pa, nr_pages, withdraw))
		return true;
	vffa_page_give(relay, pa, nr_pages);
	return false;
}

static enum vffa_ret borrow_piece(struct vffa_relay *relay, struct piece p)
{
	struct vffa_leaf *leaf = leaf_at(relay, p.leaf, false);

	if (!leaf)
		return VFFA_DENIED;
	for (uint32_t i = p.first; i < p.end; i++) {
		if ((leaf->word[i] & USE_MASK) != VFFA_PAGE_GIVEN)
			return VFFA_DENIED;
		if ((leaf->word[i] & COUNT_MASK) == COUNT_MASK)
			return VFFA_NO_MEMORY;
	}
	for (uint32_t i = p.first; i < p.end; i++)
		leaf->word[i] += COUNT_ONE;
	return VFFA_OK;
}

static bool return_one(uint64_t *word)
{
	*word -= COUNT_ONE;
	return true;
}

void vffa_page_return(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages)
{
	(void)visit_all(relay, pa, nr_pages, return_one);
}

enum vffa_ret vffa_page_borrow(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages)
{
	uint64_t first_pfn = pa.addr >> FFA_PAGE_SHIFT;
	uint64_t pfn = first_pfn;
	enum vffa_ret ret;

	assert_locked(relay);
	while (nr_pages) {
		struct piece p = piece_at(pfn, nr_pages);

		ret = borrow_piece(relay, p);
		if (ret) {
			vffa_page_return(relay, pa, (uint32_t)(pfn - first_pfn));
			return ret;
		}
		pfn += p.end - p.first;
		nr_pages -= p.end - p.first;
	}
	return VFFA_OK;
}
