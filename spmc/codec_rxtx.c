// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor of a VM's RX/TX buffers (FF-A 1.1, "Endpoint RX/TX descriptor").
 *
 * offset  size
 *      0     2  VM id
 *      2     2  zero
 *      4     4  offset of the RX buffer's composite descriptor, a multiple of 8
 *      8     4  offset of the TX buffer's
 *
 * SPEC-GAP: the layout of 1.0, of which no SPMC known made use: registering buffers of VMs needs
 * 1.1 here.
 */
#include "codec_rxtx.h"

#include "bytes.h"

/* Composite descriptor: pages in all, ranges, zero; then ranges of address, pages, zero. */
#define COMPOSITE_SIZE 16u
#define RANGE_SIZE     16u

/* Append a range's pages. */
static int add_range(const uint8_t *range, uint64_t *pas, uint32_t *nr)
{
	uint64_t pa = get64(range);
	uint32_t n = get32(range + 8);

	if (!n || get32(range + 12))
		return E_INVALID;
	if (n > SPMC_MAX_VM_BUFFER_PAGES - *nr)
		return E_NO_MEMORY;
	for (uint32_t i = 0; i < n; i++)
		pas[(*nr)++] = pa + ((uint64_t)i << PAGE_SHIFT_4K);
	return 0;
}

static int decode_composite(const uint8_t *buf, uint32_t size, uint32_t offset, uint64_t *pas,
			    uint32_t *nr_pages)
{
	uint32_t total;
	uint32_t nr_ranges;
	uint32_t nr = 0;
	int err = 0;

	if (offset % 8 || offset > size - COMPOSITE_SIZE)
		return E_INVALID;
	total = get32(buf + offset);
	nr_ranges = get32(buf + offset + 4);
	if (get64(buf + offset + 8) || nr_ranges > (size - offset - COMPOSITE_SIZE) / RANGE_SIZE)
		return E_INVALID;

	buf += offset + COMPOSITE_SIZE;
	for (uint32_t i = 0; i < nr_ranges && !err; i++)
		err = add_range(buf + (size_t)i * RANGE_SIZE, pas, &nr);
	if (err)
		return err;
	*nr_pages = nr;
	return nr && nr == total ? 0 : E_INVALID;
}

int rxtx_desc_decode(const uint8_t *buf, uint32_t size, struct rxtx_desc *desc)
{
	uint32_t tx_pages;
	int err;

	desc->vm = get16(buf);
	if (get16(buf + 2))
		return E_INVALID;
	err = decode_composite(buf, size, get32(buf + 4), desc->rx, &desc->nr_pages);
	if (err)
		return err;
	err = decode_composite(buf, size, get32(buf + 8), desc->tx, &tx_pages);
	if (err)
		return err;
	return tx_pages == desc->nr_pages ? 0 : E_INVALID;
}
