// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor of a VM's RX/TX buffers ("Endpoint RX/TX descriptor").
 *
 * FF-A 1.1 and later:
 *
 * offset  size
 *      0     2  VM id
 *      2     2  zero
 *      4     4  offset of the RX buffer's composite descriptor, a multiple of 8
 *      8     4  offset of the TX buffer's
 *
 * FF-A 1.0, without composite descriptors:
 *
 *      0     2  VM id
 *      2     2  zero
 *      4     4  number of the RX buffer's ranges
 *      8     4  number of the TX buffer's
 *     12        RX's ranges, then TX's
 *
 * SPEC-NOTE: nothing is between the counts and the ranges of 1.0, although addresses are then not
 * aligned.
 */
#include "codec_rxtx.h"

#include "bytes.h"

/* Composite descriptor: pages in all, ranges, zero; then ranges of address, pages, zero. */
#define COMPOSITE_SIZE 16u
#define RANGE_SIZE     16u

#define HEADER_SIZE_1_0 12u

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

/* All pages of an array of ranges, which lies in the buffer. */
static int add_ranges(const uint8_t *buf, uint32_t nr_ranges, uint64_t *pas, uint32_t *nr_pages)
{
	uint32_t nr = 0;
	int err = 0;

	for (uint32_t i = 0; i < nr_ranges && !err; i++)
		err = add_range(buf + (size_t)i * RANGE_SIZE, pas, &nr);
	*nr_pages = nr;
	return err;
}

static int decode_composite(const uint8_t *buf, uint32_t size, uint32_t offset, uint64_t *pas,
			    uint32_t *nr_pages)
{
	uint32_t total;
	uint32_t nr_ranges;
	int err;

	if (offset % 8 || offset > size - COMPOSITE_SIZE)
		return E_INVALID;
	total = get32(buf + offset);
	nr_ranges = get32(buf + offset + 4);
	if (get64(buf + offset + 8) || nr_ranges > (size - offset - COMPOSITE_SIZE) / RANGE_SIZE)
		return E_INVALID;

	err = add_ranges(buf + offset + COMPOSITE_SIZE, nr_ranges, pas, nr_pages);
	if (err)
		return err;
	return *nr_pages && *nr_pages == total ? 0 : E_INVALID;
}

static int decode_composites(const uint8_t *buf, uint32_t size, struct rxtx_desc *desc,
			     uint32_t *tx_pages)
{
	int err = decode_composite(buf, size, get32(buf + 4), desc->rx, &desc->nr_pages);

	return err ? err : decode_composite(buf, size, get32(buf + 8), desc->tx, tx_pages);
}

static int decode_1_0(const uint8_t *buf, uint32_t size, struct rxtx_desc *desc, uint32_t *tx_pages)
{
	uint32_t room = (size - HEADER_SIZE_1_0) / RANGE_SIZE;
	uint32_t nr_rx = get32(buf + 4);
	uint32_t nr_tx = get32(buf + 8);
	int err;

	if (!nr_rx || !nr_tx || nr_rx > room || nr_tx > room - nr_rx)
		return E_INVALID;
	buf += HEADER_SIZE_1_0;
	err = add_ranges(buf, nr_rx, desc->rx, &desc->nr_pages);
	return err ? err : add_ranges(buf + (size_t)nr_rx * RANGE_SIZE, nr_tx, desc->tx, tx_pages);
}

int rxtx_desc_decode(const uint8_t *buf, uint32_t size, unsigned int minor, struct rxtx_desc *desc)
{
	uint32_t tx_pages;
	int err;

	desc->vm = get16(buf);
	if (get16(buf + 2))
		return E_INVALID;
	err = minor ? decode_composites(buf, size, desc, &tx_pages)
		    : decode_1_0(buf, size, desc, &tx_pages);
	if (err)
		return err;
	return tx_pages == desc->nr_pages ? 0 : E_INVALID;
}
