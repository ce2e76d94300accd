// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* The endpoint RX/TX descriptor on the wire. */
#include "abi_rxtx.h"

static_assert(VFFA_RXTX_DESC_MAX_SIZE <= FFA_PAGE_SIZE);

static void encode_range(uint64_t addr, uint32_t nr_pages, uint8_t *buf)
{
	const struct ffa_mem_range range = {
		.addr = vffa_le64_make(addr),
		.nr_pages = vffa_le32_make(nr_pages),
	};

	memcpy(buf, &range, sizeof(range));
}

/* How many pages from the first on follow each other. */
static uint32_t run_of(const struct vffa_hpa *pa, uint32_t nr_pages)
{
	uint32_t n = 1;

	while (n < nr_pages && pa[n].addr == pa[0].addr + ((uint64_t)n << FFA_PAGE_SHIFT))
		n++;
	return n;
}

/* Bytes of the composite descriptor that was written. */
static uint32_t encode_composite(const struct vffa_hpa *pa, uint32_t nr_pages, uint8_t *buf)
{
	struct ffa_mem_composite head = { .nr_pages = vffa_le32_make(nr_pages) };
	uint32_t size = sizeof(head);
	uint32_t nr_ranges = 0;
	uint32_t run;

	for (uint32_t i = 0; i < nr_pages; i += run) {
		run = run_of(&pa[i], nr_pages - i);
		encode_range(pa[i].addr, run, buf + size);
		size += (uint32_t)sizeof(struct ffa_mem_range);
		nr_ranges++;
	}
	head.nr_ranges = vffa_le32_make(nr_ranges);
	memcpy(buf, &head, sizeof(head));
	return size;
}

void vffa_rxtx_desc_encode(vffa_id_t vm, const struct vffa_hpa *rx, const struct vffa_hpa *tx,
			   uint32_t nr_pages, uint8_t *buf)
{
	struct ffa_rxtx head = { .id = vffa_le16_make(vm) };
	uint32_t at = sizeof(head);

	head.rx_offset = vffa_le32_make(at);
	at += encode_composite(rx, nr_pages, buf + at);
	head.tx_offset = vffa_le32_make(at);
	encode_composite(tx, nr_pages, buf + at);
	memcpy(buf, &head, sizeof(head));
}
