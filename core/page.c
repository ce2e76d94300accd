// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * Claims on pages of the host. A page's word, zero where nobody claims it:
 *
 *   [2:0] use  [3] writable  [19:4] owner  [39:20] number of claims  [61:40] tag of the last
 *
 * The tag tells a page that one transaction names twice from one that is shared once more. Where
 * several transactions under way share a page it is the last one's: then relay->nr_retagged grows, and
 * the others have to look again when they are complete (vffa_page_tag_again()). Who borrows a page that
 * was donated makes a claim, too, without a name.
 */
#include "page.h"

#define USE_MASK    0x7ull
#define WRITABLE    0x8ull
#define OWNER_SHIFT 4
#define OWNER_MASK  (0xFFFFull << OWNER_SHIFT)
#define COUNT_SHIFT 20
#define COUNT_ONE   (1ull << COUNT_SHIFT)
#define COUNT_MASK  (0xFFFFFull << COUNT_SHIFT)
#define TAG_SHIFT   40
#define TAG_BITS    22
#define TAG_MASK    (((1ull << TAG_BITS) - 1) << TAG_SHIFT)

uint32_t vffa_page_tag(struct vffa_relay *relay)
{
	uint32_t tag;

	do {
		tag = (uint32_t)vffa_atomic_add_return(&relay->last_tag, 1);
		tag &= (1u << TAG_BITS) - 1;
	} while (!tag);
	return tag;
}

static uint64_t tag_of(const struct vffa_page_claim *claim)
{
	return (uint64_t)claim->tag << TAG_SHIFT;
}

/* A page's word, less count and tag, as its first claim makes it. */
static uint64_t first_word(const struct vffa_page_claim *claim)
{
	return (uint64_t)claim->use | (claim->writable ? WRITABLE : 0) |
	       (uint64_t)claim->owner << OWNER_SHIFT;
}

static enum vffa_ret check_word(uint64_t word, const struct vffa_page_claim *claim)
{
	if (!word)
		return VFFA_OK;
	if (claim->tag && (word & TAG_MASK) == tag_of(claim))
		return VFFA_INVALID_PARAMETERS;
	if ((word & USE_MASK) != VFFA_PAGE_SHARED || claim->use != VFFA_PAGE_SHARED)
		return VFFA_DENIED;
	if ((word & OWNER_MASK) >> OWNER_SHIFT != claim->owner)
		return VFFA_DENIED;
	if (claim->writable && !(word & WRITABLE))
		return VFFA_DENIED;
	return (word & COUNT_MASK) == COUNT_MASK ? VFFA_NO_MEMORY : VFFA_OK;
}

/* @word with the claim's tag. Another's that it had until now is noted as lost. */
static uint64_t with_tag(struct vffa_relay *relay, uint64_t word,
			 const struct vffa_page_claim *claim)
{
	relay->nr_retagged += !!(word & TAG_MASK);
	return (word & ~TAG_MASK) | tag_of(claim);
}

static void add_claim(struct vffa_relay *relay, struct vffa_leaf *leaf, uint32_t i,
		      const struct vffa_page_claim *claim)
{
	uint64_t word = leaf->word[i];

	if (!word) {
		word = first_word(claim);
		leaf->nr_used++;
	}
	leaf->word[i] = with_tag(relay, word + COUNT_ONE, claim);
}

/* The transaction is over, one way or the other: a tag of its own means nothing any more. */
static uint64_t without_tag(uint64_t word, const struct vffa_page_claim *claim)
{
	return (word & TAG_MASK) == tag_of(claim) ? word & ~TAG_MASK : word;
}

static void drop_claim(struct vffa_leaf *leaf, uint32_t i, const struct vffa_page_claim *claim)
{
	uint64_t word = without_tag(leaf->word[i], claim) - COUNT_ONE;

	if (!(word & COUNT_MASK)) {
		word = 0;
		leaf->nr_used--;
	}
	leaf->word[i] = word;
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

static void drop_leaf_if_empty(struct vffa_relay *relay, uint64_t nr, const struct vffa_leaf *leaf)
{
	if (!leaf->nr_used)
		relay->cfg.ops->leaf_drop(relay->cfg.port, nr);
}

static enum vffa_ret claim_piece(struct vffa_relay *relay, const struct vffa_page_claim *claim,
				 struct piece p)
{
	struct vffa_leaf *leaf = relay->cfg.ops->leaf_get(relay->cfg.port, p.leaf, true);
	enum vffa_ret ret = VFFA_OK;

	if (!leaf)
		return VFFA_NO_MEMORY;

	for (uint32_t i = p.first; i < p.end && !ret; i++)
		ret = check_word(leaf->word[i], claim);
	for (uint32_t i = p.first; i < p.end && !ret; i++)
		add_claim(relay, leaf, i, claim);
	drop_leaf_if_empty(relay, p.leaf, leaf);
	return ret;
}

static void release_run(struct vffa_relay *relay, const struct vffa_page_claim *claim,
			uint64_t pfn, uint32_t nr_pages)
{
	while (nr_pages) {
		struct piece p = piece_at(pfn, nr_pages);
		struct vffa_leaf *leaf = relay->cfg.ops->leaf_get(relay->cfg.port, p.leaf, false);

		for (uint32_t i = p.first; i < p.end; i++)
			drop_claim(leaf, i, claim);
		drop_leaf_if_empty(relay, p.leaf, leaf);
		pfn += p.end - p.first;
		nr_pages -= p.end - p.first;
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

enum vffa_ret vffa_page_claim(struct vffa_relay *relay, const struct vffa_page_claim *claim,
			      struct vffa_hpa pa, uint32_t nr_pages)
{
	uint64_t first_pfn = pa.addr >> FFA_PAGE_SHIFT;
	uint64_t pfn = first_pfn;
	enum vffa_ret ret;

	assert_locked(relay);
	while (nr_pages) {
		struct piece p = piece_at(pfn, nr_pages);

		ret = claim_piece(relay, claim, p);
		if (ret) {
			release_run(relay, claim, first_pfn, (uint32_t)(pfn - first_pfn));
			return ret;
		}
		pfn += p.end - p.first;
		nr_pages -= p.end - p.first;
	}
	return VFFA_OK;
}

/* A change of one page's word, which is claimed; false = it is not what it should be. */
typedef bool visit_fn(struct vffa_relay *relay, uint64_t *word,
		      const struct vffa_page_claim *claim);

/* All of them, whatever @visit returns of one. */
static bool visit_all(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		      struct vffa_hpa pa, uint32_t nr_pages, visit_fn *visit)
{
	uint64_t pfn = pa.addr >> FFA_PAGE_SHIFT;
	bool good = true;

	assert_locked(relay);
	while (nr_pages) {
		struct piece p = piece_at(pfn, nr_pages);
		struct vffa_leaf *leaf = relay->cfg.ops->leaf_get(relay->cfg.port, p.leaf, false);

		for (uint32_t i = p.first; i < p.end; i++)
			good &= visit(relay, &leaf->word[i], claim);
		pfn += p.end - p.first;
		nr_pages -= p.end - p.first;
	}
	return good;
}

static bool tag_again(struct vffa_relay *relay, uint64_t *word, const struct vffa_page_claim *claim)
{
	bool first = (*word & TAG_MASK) != tag_of(claim);

	*word = with_tag(relay, *word, claim);
	return first;
}

bool vffa_page_tag_again(struct vffa_relay *relay, const struct vffa_page_claim *claim,
			 struct vffa_hpa pa, uint32_t nr_pages)
{
	return visit_all(relay, claim, pa, nr_pages, tag_again);
}

static bool settle(struct vffa_relay *relay, uint64_t *word, const struct vffa_page_claim *claim)
{
	(void)relay;
	*word = without_tag(*word, claim);
	return true;
}

void vffa_page_settle(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		      struct vffa_hpa pa, uint32_t nr_pages)
{
	(void)visit_all(relay, claim, pa, nr_pages, settle);
}

static uint64_t with_use(uint64_t word, enum vffa_page_use use)
{
	return (word & ~USE_MASK) | (uint64_t)use;
}

static bool give(struct vffa_relay *relay, uint64_t *word, const struct vffa_page_claim *claim)
{
	(void)relay;
	(void)claim;
	*word = with_use(*word, VFFA_PAGE_GIVEN);
	return true;
}

void vffa_page_give(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		    struct vffa_hpa pa, uint32_t nr_pages)
{
	(void)visit_all(relay, claim, pa, nr_pages, give);
}

static bool withdraw(struct vffa_relay *relay, uint64_t *word, const struct vffa_page_claim *claim)
{
	(void)relay;
	(void)claim;
	*word = with_use(*word, VFFA_PAGE_LENT);
	return (*word & COUNT_MASK) == COUNT_ONE;
}

bool vffa_page_withdraw(struct vffa_relay *relay, const struct vffa_page_claim *claim,
			struct vffa_hpa pa, uint32_t nr_pages)
{
	if (visit_all(relay, claim, pa, nr_pages, withdraw))
		return true;
	vffa_page_give(relay, claim, pa, nr_pages);
	return false;
}

void vffa_page_release(struct vffa_relay *relay, const struct vffa_page_claim *claim,
		       struct vffa_hpa pa, uint32_t nr_pages)
{
	assert_locked(relay);
	release_run(relay, claim, pa.addr >> FFA_PAGE_SHIFT, nr_pages);
}

static enum vffa_ret borrow_piece(struct vffa_relay *relay, struct piece p)
{
	struct vffa_leaf *leaf = relay->cfg.ops->leaf_get(relay->cfg.port, p.leaf, false);

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

static bool return_one(struct vffa_relay *relay, uint64_t *word,
		       const struct vffa_page_claim *claim)
{
	(void)relay;
	(void)claim;
	*word -= COUNT_ONE;
	return true;
}

void vffa_page_return(struct vffa_relay *relay, struct vffa_hpa pa, uint32_t nr_pages)
{
	(void)visit_all(relay, NULL, pa, nr_pages, return_one);
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
