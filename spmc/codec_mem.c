// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory transaction descriptors on the wire (FF-A 1.0 to 1.2, "Memory management").
 *
 * offset  1.0                    1.1 and later
 *      0  sender                 sender
 *      2  attributes, 8 bits     attributes, 16 bits
 *      3  zero
 *      4  flags                  flags
 *      8  handle                 handle
 *     16  tag                    tag
 *     24  zero                   size of an EMAD: 16, since 1.2 32
 *     28  number of EMADs        number of EMADs
 *     32  EMADs, 16 bytes each   offset of the EMADs, a multiple of 16
 *     36                         zero (12 bytes)
 *
 * An EMAD: id (2), permissions (1), flags (1), offset of the composite descriptor (4), then eight
 * zero bytes, or since 1.2 16 bytes of the implementation's and eight zero bytes.
 */
#include "codec_mem.h"

#include "bytes.h"

#define HEADER_SIZE_1_0 32u
#define HEADER_SIZE_1_1 48u
#define EMAD_SIZE_1_0	16u
#define EMAD_SIZE_1_2	32u

static uint32_t header_size(unsigned int minor)
{
	return minor ? HEADER_SIZE_1_1 : HEADER_SIZE_1_0;
}

static uint32_t emad_size(unsigned int minor)
{
	return minor >= 2 ? EMAD_SIZE_1_2 : EMAD_SIZE_1_0;
}

uint32_t mem_desc_size(unsigned int minor, uint32_t nr_emads)
{
	return header_size(minor) + nr_emads * emad_size(minor);
}

static bool is_zero(const uint8_t *p, uint32_t len)
{
	uint8_t any = 0;

	for (uint32_t i = 0; i < len; i++)
		any |= p[i];
	return !any;
}

static bool decode_emad(const uint8_t *p, unsigned int minor, struct mem_emad *e)
{
	*e = (struct mem_emad){
		.id = get16(p), .perms = p[2], .flags = p[3], .composite = get32(p + 4)
	};
	if (minor < 2)
		return is_zero(p + 8, 8);
	memcpy(e->impdef, p + 8, sizeof(e->impdef));
	return is_zero(p + 24, 8);
}

/* Where the EMADs begin, or 0 when the header is wrong. */
static uint32_t decode_header(const uint8_t *buf, unsigned int minor, struct mem_desc *d)
{
	uint32_t offset;

	d->sender = get16(buf);
	d->attrs = minor ? get16(buf + 2) : buf[2];
	d->flags = get32(buf + 4);
	d->handle = get64(buf + 8);
	d->tag = get64(buf + 16);
	d->nr_emads = get32(buf + 28);
	if (!minor)
		return buf[3] || get32(buf + 24) ? 0 : HEADER_SIZE_1_0;

	offset = get32(buf + 32);
	/* A hypervisor that asks for a region names no EMADs, nor their size and place. */
	if (!d->nr_emads && !offset && !get32(buf + 24))
		offset = HEADER_SIZE_1_1;
	else if (get32(buf + 24) != emad_size(minor))
		return 0;
	return offset % 16 || offset < HEADER_SIZE_1_1 || !is_zero(buf + 36, 12) ? 0 : offset;
}

int mem_desc_decode(const uint8_t *buf, uint32_t len, unsigned int minor, struct mem_desc *d)
{
	uint32_t size = emad_size(minor);
	uint32_t offset;

	if (len < header_size(minor))
		return E_INVALID;
	offset = decode_header(buf, minor, d);
	if (!offset || offset > len || d->nr_emads > (len - offset) / size)
		return E_INVALID;
	if (d->nr_emads > SPMC_MAX_BORROWERS)
		return E_NO_MEMORY;
	for (uint32_t i = 0; i < d->nr_emads; i++) {
		if (!decode_emad(buf + offset + (size_t)i * size, minor, &d->emads[i]))
			return E_INVALID;
	}
	d->end = offset + d->nr_emads * size;
	return 0;
}

const struct mem_emad *mem_desc_emad(const struct mem_desc *d, uint16_t id)
{
	for (uint32_t i = 0; i < d->nr_emads; i++) {
		if (d->emads[i].id == id)
			return &d->emads[i];
	}
	return NULL;
}

static void encode_emad(const struct mem_emad *e, unsigned int minor, uint32_t composite,
			uint8_t *out)
{
	put16(out, e->id);
	out[2] = e->perms;
	out[3] = e->flags;
	put32(out + 4, composite);
	if (minor >= 2)
		memcpy(out + 8, e->impdef, sizeof(e->impdef));
}

void mem_desc_encode(const struct mem_desc *d, unsigned int minor, uint8_t *out)
{
	uint32_t end = mem_desc_size(minor, d->nr_emads);

	memset(out, 0, end);
	put16(out, d->sender);
	if (minor)
		put16(out + 2, d->attrs);
	else
		out[2] = (uint8_t)d->attrs;
	put32(out + 4, d->flags);
	put64(out + 8, d->handle);
	put64(out + 16, d->tag);
	put32(out + 28, d->nr_emads);
	if (minor) {
		put32(out + 24, emad_size(minor));
		put32(out + 32, HEADER_SIZE_1_1);
	}
	for (uint32_t i = 0; i < d->nr_emads; i++)
		encode_emad(&d->emads[i], minor, d->emads[i].composite ? end : 0,
			    out + mem_desc_size(minor, i));
}

bool mem_composite_decode(const uint8_t *buf, struct mem_composite *comp)
{
	comp->nr_pages = get32(buf);
	comp->nr_ranges = get32(buf + 4);
	return !get64(buf + 8);
}

void mem_composite_encode(const struct mem_composite *comp, uint8_t *out)
{
	put32(out, comp->nr_pages);
	put32(out + 4, comp->nr_ranges);
	put64(out + 8, 0);
}

bool mem_range_decode(const uint8_t *buf, struct spmc_range *range)
{
	range->base = get64(buf);
	range->nr_pages = get32(buf + 8);
	return !get32(buf + 12);
}

void mem_range_encode(const struct spmc_range *range, uint8_t *out)
{
	put64(out, range->base);
	put32(out + 8, range->nr_pages);
	put32(out + 12, 0);
}

void mem_relinquish_decode(const uint8_t *buf, struct mem_relinquish *r)
{
	r->handle = get64(buf);
	r->flags = get32(buf + 8);
	r->count = get32(buf + 12);
	r->id = get16(buf + 16);
}

void mem_relinquish_encode(const struct mem_relinquish *r, uint8_t *out)
{
	put64(out, r->handle);
	put32(out + 8, r->flags);
	put32(out + 12, r->count);
	put16(out + 16, r->id);
}
