// SPDX-License-Identifier: GPL-2.0-only
/* RX/TX buffers and who owns RX (FF-A 1.2, "RX/TX buffers"). Indirect messages are not here. */
#include "mailbox.h"

#include "codec_rxtx.h"
#include "mem.h"
#include "vm.h"

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

uint8_t *mailbox_tx_page(const struct mailbox *mb, uint32_t i)
{
	return mb->tx ? mb->tx + (size_t)i * PAGE_SIZE_4K : mb->tx_pages[i].va;
}

uint8_t *mailbox_rx_page(const struct mailbox *mb, uint32_t i)
{
	return mb->rx ? mb->rx + (size_t)i * PAGE_SIZE_4K : mb->rx_pages[i].va;
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

bool is_ram(const struct spmc *s, uint64_t pa, uint64_t nr_pages)
{
	uint64_t offset = (pa - s->cfg.ram_base) >> PAGE_SHIFT_4K;

	if (pa & (PAGE_SIZE_4K - 1) || pa < s->cfg.ram_base)
		return false;
	return offset < s->cfg.ram_pages && nr_pages <= s->cfg.ram_pages - offset;
}

/* A buffer is memory of the normal world that nothing else uses, aligned to the granule. */
static bool is_buffer(const struct spmc *s, uint64_t pa, uint32_t nr_pages)
{
	return !(pa & (granule_pages(s) * PAGE_SIZE_4K - 1)) && is_ram(s, pa, nr_pages) &&
	       pages_are_free(s, pa, nr_pages);
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

	pages_keep(s, tx, nr_pages, true);
	pages_keep(s, rx, nr_pages, true);
	mb->tx_pa = tx;
	mb->rx_pa = rx;
	mb->is_mapped = true;
	mb->nr_pages = nr_pages;
	mb->state = MAILBOX_EMPTY;
	return 0;

err_unmap_tx:
	ops->unmap(s->cfg.home, mb->tx, nr_pages);
	mb->tx = NULL;
	return E_NO_MEMORY;
}

static int map_own(struct call *c)
{
	const uint64_t *x = c->regs->x;
	struct mailbox *mb = &c->spmc->hyp;
	int err;

	if (mb->state != MAILBOX_NONE)
		return E_DENIED;
	err = check_map(c->spmc, x[1], x[2], x[3]);
	if (err)
		return err;
	return commit_map(c->spmc, mb, x[1], x[2], (uint32_t)x[3]);
}

static void unmap_pages(struct spmc *s, struct buffer_page *pages)
{
	for (unsigned int i = 0; i < SPMC_MAX_VM_BUFFER_PAGES && pages[i].va; i++) {
		s->cfg.ops->unmap(s->cfg.home, pages[i].va, 1);
		pages_keep(s, pages[i].pa, 1, false);
		pages[i].va = NULL;
	}
}

static int map_pages(struct spmc *s, const uint64_t *pas, uint32_t nr_pages, unsigned int how,
		     struct buffer_page *pages)
{
	for (uint32_t i = 0; i < nr_pages; i++) {
		if (!is_ram(s, pas[i], 1) || !pages_are_free(s, pas[i], 1))
			return E_INVALID;
		pages[i].va = s->cfg.ops->map(s->cfg.home, pas[i], 1, how);
		if (!pages[i].va)
			return E_NO_MEMORY;
		pages[i].pa = pas[i];
		pages_keep(s, pas[i], 1, true);
	}
	return 0;
}

static int commit_map_vm(struct spmc *s, struct mailbox *mb, const struct rxtx_desc *desc)
{
	int err;

	err = map_pages(s, desc->tx, desc->nr_pages, 0, mb->tx_pages);
	if (!err)
		err = map_pages(s, desc->rx, desc->nr_pages, SPMC_MAP_WRITE, mb->rx_pages);
	if (err) {
		unmap_pages(s, mb->tx_pages);
		unmap_pages(s, mb->rx_pages);
		return err;
	}
	mb->nr_pages = desc->nr_pages;
	mb->is_mapped = true;
	mb->state = MAILBOX_EMPTY;
	return 0;
}

/* The hypervisor describes a VM's buffers in its own TX. */
static int map_for_vm(struct call *c)
{
	const struct mailbox *hyp = &c->spmc->hyp;
	struct rxtx_desc desc;
	struct spmc_vm *vm;
	int err;

	if (hyp->state == MAILBOX_NONE)
		return E_INVALID;
	err = rxtx_desc_decode(hyp->tx, mailbox_size(hyp), c->minor, &desc);
	if (err)
		return err;
	if (desc.vm == ID_HYPERVISOR || desc.vm & ID_SECURE ||
	    desc.nr_pages % granule_pages(c->spmc))
		return E_INVALID;
	vm = vm_get(c->spmc, desc.vm);
	if (!vm)
		return E_NO_MEMORY;
	err = E_DENIED;
	if (vm->mailbox.state == MAILBOX_NONE)
		err = commit_map_vm(c->spmc, &vm->mailbox, &desc);
	vm_put(vm);
	return err;
}

int do_rxtx_map(struct call *c)
{
	int err;

	if (!mbz(c, 4, 7))
		return E_INVALID;
	err = mbz(c, 1, 3) ? map_for_vm(c) : map_own(c);
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

	unmap_pages(s, mb->tx_pages);
	unmap_pages(s, mb->rx_pages);
	if (mb->is_mapped && mb->tx) {
		pages_keep(s, mb->tx_pa, mb->nr_pages, false);
		pages_keep(s, mb->rx_pa, mb->nr_pages, false);
		ops->unmap(s->cfg.home, mb->tx, mb->nr_pages);
		ops->unmap(s->cfg.home, mb->rx, mb->nr_pages);
	}
	*mb = (struct mailbox){ .state = MAILBOX_NONE };
}

/* The pair that a call is about: the hypervisor names VMs, and is itself number 0. */
static struct mailbox *named_mailbox(const struct call *c, uint16_t id)
{
	struct spmc_vm *vm;

	if (c->ctx || id == ID_HYPERVISOR)
		return id ? NULL : call_mailbox(c);
	vm = vm_find(c->spmc, id);
	return vm && vm->mailbox.state != MAILBOX_NONE ? &vm->mailbox : NULL;
}

int do_rxtx_unmap(struct call *c)
{
	struct mailbox *mb = named_mailbox(c, ids_from(c->regs->x[1]));

	if (c->regs->x[1] & 0xFFFFu || !mbz(c, 2, 7) || !mb || mb->state == MAILBOX_NONE)
		return E_INVALID;
	commit_unmap(c->spmc, mb);
	vm_put_all(c->spmc);
	reply_success(c);
	return 0;
}

int do_rx_release(struct call *c)
{
	struct mailbox *mb = named_mailbox(c, ids_to(c->regs->x[1]));

	/* Naming a VM came with 1.1. */
	if (!mbz(c, c->minor ? 2 : 1, 7) || c->regs->x[1] >> 16 || !mb)
		return E_INVALID;
	if (mb->state == MAILBOX_NONE || mb->state == MAILBOX_EMPTY)
		return E_DENIED;
	mb->state = MAILBOX_EMPTY;
	reply_success(c);
	return 0;
}

/* The hypervisor wants to write a VM's RX. */
int do_rx_acquire(struct call *c)
{
	struct mailbox *mb = named_mailbox(c, ids_to(c->regs->x[1]));

	if (c->regs->x[1] >> 16 || !mbz(c, 2, 7) || !mb || mb == &c->spmc->hyp)
		return E_INVALID;
	if (mb->state != MAILBOX_EMPTY)
		return E_DENIED;
	mb->state = MAILBOX_ELSEWHERE;
	reply_success(c);
	return 0;
}
