// SPDX-License-Identifier: GPL-2.0-only
/*
 * Indirect messages (FF-A 1.2, "Indirect messaging"): from a sender's TX to a receiver's RX, between
 * worlds and between partitions. Those between VMs are their hypervisor's.
 */
#include "indirect.h"

#include "codec_msg.h"
#include "mailbox.h"
#include "notif.h"
#include "part.h"
#include "vm.h"

/* One end of a message. */
struct end {
	uint16_t id;
	struct spmc_part *part; /* NULL = in the normal world */
	struct mailbox *mb;
	unsigned int minor;
};

/* False: there is no such endpoint. */
static bool find_end(struct spmc *s, uint16_t id, struct end *e)
{
	struct spmc_vm *vm;

	*e = (struct end){ .id = id, .minor = s->nwd.minor };
	if (id & ID_SECURE) {
		e->part = part_find(s, id);
		if (!e->part)
			return false;
		e->mb = &e->part->mailbox;
		e->minor = e->part->version.minor;
		return true;
	}
	vm = vm_find(s, id);
	e->mb = id == ID_HYPERVISOR ? &s->hyp : vm ? &vm->mailbox : NULL;
	return e->mb;
}

static int find_sender(const struct call *c, struct end *from)
{
	uint64_t w1 = c->regs->x[1];
	uint64_t flags = c->regs->x[2];

	if (c->ctx && (w1 || flags & ~(uint64_t)NOTIF_DELAY_SRI))
		return E_INVALID;
	if (!c->ctx && (w1 & 0xFFFFu || w1 >> 16 >= ID_SECURE || flags))
		return E_INVALID;
	if (!mbz(c, 3, 7))
		return E_INVALID;
	if (!find_end(c->spmc, c->ctx ? c->ctx->part->id : ids_from(w1), from))
		return E_DENIED;
	return from->mb->state == MAILBOX_NONE ? E_DENIED : 0;
}

static bool uses_indirect(const struct end *e)
{
	return !e->part || (e->part->props & PROP_INDIRECT && e->minor >= 1);
}

static int check_receiver(const struct end *from, const struct end *to)
{
	if (!uses_indirect(from) || !uses_indirect(to) || to->mb->state == MAILBOX_NONE)
		return E_DENIED;
	return to->mb->state == MAILBOX_EMPTY ? 0 : E_BUSY;
}

static int check_payload(const struct msg_header *h, const struct end *from, const struct end *to)
{
	uint32_t tx_size = mailbox_size(from->mb);
	uint32_t rx_size = mailbox_size(to->mb);

	if (h->offset > tx_size || h->size > tx_size - h->offset)
		return E_INVALID;
	if (h->size > rx_size - msg_header_size(to->minor))
		return E_NO_MEMORY;
	return to->part && !part_has_uuid(to->part, h->uuid) ? E_INVALID : 0;
}

/* Where a run of bytes that begins at @offset ends: with @len, or the page. */
static uint32_t run_length(uint32_t offset, uint32_t len)
{
	uint32_t rest = PAGE_SIZE_4K - offset % PAGE_SIZE_4K;

	return len < rest ? len : rest;
}

static void copy_payload(const struct mailbox *to, uint32_t to_offset, const struct mailbox *from,
			 uint32_t from_offset, uint32_t len)
{
	while (len) {
		uint32_t n = run_length(to_offset, run_length(from_offset, len));

		memcpy(mailbox_rx_page(to, to_offset / PAGE_SIZE_4K) + to_offset % PAGE_SIZE_4K,
		       mailbox_tx_page(from, from_offset / PAGE_SIZE_4K) +
			       from_offset % PAGE_SIZE_4K,
		       n);
		to_offset += n;
		from_offset += n;
		len -= n;
	}
}

static void deliver(struct msg_header *h, const struct end *from, struct end *to)
{
	uint32_t offset = h->offset;

	h->offset = msg_header_size(to->minor);
	msg_header_encode(h, to->minor, mailbox_rx_page(to->mb, 0));
	copy_payload(to->mb, h->offset, from->mb, offset, h->size);
	mailbox_fill(to->mb);
}

int do_msg_send2(struct call *c)
{
	bool delay = c->regs->x[2] & NOTIF_DELAY_SRI;
	uint8_t raw[MSG_HEADER_MAX_SIZE];
	struct msg_header h;
	struct end from;
	struct end to;
	int err;

	err = find_sender(c, &from);
	if (err)
		return err;
	/* The sender may be writing to it: look at a copy. */
	memcpy(raw, mailbox_tx_page(from.mb, 0), sizeof(raw));
	if (!msg_header_decode(raw, c->minor, &h) || h.flags)
		return E_INVALID;
	if (h.sender != from.id || h.receiver == from.id || !find_end(c->spmc, h.receiver, &to))
		return E_INVALID;
	if (!from.part && !to.part)
		return E_INVALID;
	err = check_receiver(&from, &to);
	if (err)
		return err;
	err = check_payload(&h, &from, &to);
	if (err)
		return err;

	deliver(&h, &from, &to);
	notif_rx_full(c, to.id, delay);
	reply_success(c);
	return 0;
}
