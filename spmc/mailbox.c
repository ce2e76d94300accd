// SPDX-License-Identifier: GPL-2.0-only
/* RX/TX buffers and who owns RX (FF-A 1.2, "RX/TX buffers"). Indirect messages are not here. */
#include "mailbox.h"

int mailbox_can_write(const struct mailbox *mb, uint64_t len)
{
	if (mb->state != MAILBOX_EMPTY)
		return E_BUSY;
	return len > mailbox_size(mb) ? E_NO_MEMORY : 0;
}

void mailbox_fill(struct mailbox *mb)
{
	mb->state = MAILBOX_FULL;
}

void mailbox_release(struct mailbox *mb)
{
	if (mb->state == MAILBOX_FULL)
		mb->state = MAILBOX_EMPTY;
}

static uint32_t granule_pages(const struct spmc *s)
{
	static const uint8_t pages[] = { 1, 16, 4 };

	return pages[s->cfg.rxtx_granule];
}

static uint32_t max_pages(const struct spmc *s)
{
	return s->cfg.rxtx_max_pages ? s->cfg.rxtx_max_pages : RXTX_PAGES_MASK;
}

/* The largest size is told since 1.2. */
int rxtx_props(const struct call *c, uint32_t in, uint32_t *w2, uint32_t *w3)
{
	if (in)
		return E_NOT_SUPPORTED;
	*w2 = c->spmc->cfg.rxtx_granule;
	if (c->minor >= 2)
		*w2 |= c->spmc->cfg.rxtx_max_pages << RXTX_MAX_PAGES_SHIFT;
	*w3 = 0;
	return 0;
}

/* A buffer is memory of the normal world, aligned to the granule. */
static bool is_buffer(const struct spmc *s, uint64_t pa, uint32_t nr_pages)
{
	uint64_t offset = (pa - s->cfg.ram_base) >> PAGE_SHIFT_4K;

	if (pa & (granule_pages(s) * PAGE_SIZE_4K - 1) || pa < s->cfg.ram_base)
		return false;
	return offset < s->cfg.ram_pages && nr_pages <= s->cfg.ram_pages - offset;
}

static bool overlap(uint64_t a, uint64_t b, uint32_t nr_pages)
{
	uint64_t len = (uint64_t)nr_pages << PAGE_SHIFT_4K;

	return a < b ? b - a < len : a - b < len;
}

static int check_map(const struct spmc *s, uint64_t tx, uint64_t rx, uint64_t nr_pages)
{
	if (!nr_pages || nr_pages > max_pages(s) || nr_pages % granule_pages(s))
		return E_INVALID;
	if (!is_buffer(s, tx, (uint32_t)nr_pages) || !is_buffer(s, rx, (uint32_t)nr_pages))
		return E_INVALID;
	return overlap(tx, rx, (uint32_t)nr_pages) ? E_INVALID : 0;
}

static int commit_map(struct spmc *s, struct mailbox *mb, uint64_t tx, uint64_t rx,
		      uint32_t nr_pages)
{
	const struct spmc_platform *ops = s->cfg.ops;

	mb->tx = ops->map(s->cfg.home, tx, nr_pages, 0);
	if (!mb->tx)
		return E_NO_MEMORY;
	mb->rx = ops->map(s->cfg.home, rx, nr_pages, SPMC_MAP_WRITE);
	if (!mb->rx)
		goto err_unmap_tx;

	mb->tx_pa = tx;
	mb->rx_pa = rx;
	mb->nr_pages = nr_pages;
	mb->state = MAILBOX_EMPTY;
	return 0;

err_unmap_tx:
	ops->unmap(s->cfg.home, mb->tx, nr_pages);
	mb->tx = NULL;
	return E_NO_MEMORY;
}

int do_rxtx_map(struct call *c)
{
	const uint64_t *x = c->regs->x;
	struct mailbox *mb = &c->spmc->hyp;
	int err;

	if (!mbz(c, 4, 7))
		return E_INVALID;
	err = check_map(c->spmc, x[1], x[2], x[3]);
	if (err)
		return err;
	if (mb->state != MAILBOX_NONE)
		return E_DENIED;
	err = commit_map(c->spmc, mb, x[1], x[2], (uint32_t)x[3]);
	if (err)
		return err;

	reply_success(c);
	return 0;
}

/* A partition's buffers are in its own Secure memory, which it shares with the SPMC already. */
int do_rxtx_map_sp(struct call *c)
{
	struct spmc_part *part = c->ctx->part;
	struct mailbox *mb = &part->mailbox;
	const uint64_t *x = c->regs->x;

	if (!mbz(c, 4, 7) || x[3] != 1)
		return E_INVALID;
	if (x[1] != (uintptr_t)part->tx || x[2] != (uintptr_t)part->rx)
		return E_INVALID;
	if (mb->state != MAILBOX_NONE)
		return E_DENIED;

	*mb = (struct mailbox){
		.state = MAILBOX_EMPTY, .nr_pages = 1, .tx = part->tx, .rx = part->rx
	};
	reply_success(c);
	return 0;
}

static void commit_unmap(struct spmc *s, struct mailbox *mb)
{
	const struct spmc_platform *ops = s->cfg.ops;

	if (mb->tx_pa) {
		ops->unmap(s->cfg.home, mb->tx, mb->nr_pages);
		ops->unmap(s->cfg.home, mb->rx, mb->nr_pages);
	}
	*mb = (struct mailbox){ .state = MAILBOX_NONE };
}

int do_rxtx_unmap(struct call *c)
{
	struct mailbox *mb = call_mailbox(c);

	if (!mbz(c, 1, 7) || mb->state == MAILBOX_NONE)
		return E_INVALID;
	commit_unmap(c->spmc, mb);
	reply_success(c);
	return 0;
}

int do_rx_release(struct call *c)
{
	struct mailbox *mb = call_mailbox(c);

	if (!mbz(c, 1, 7))
		return E_INVALID;
	if (mb->state != MAILBOX_FULL)
		return E_DENIED;
	mailbox_release(mb);
	reply_success(c);
	return 0;
}
