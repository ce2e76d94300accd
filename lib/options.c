// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Structures that begin with their size: copy in, copy out.
 * What the fields mean is not here.
 */
#include "options.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static size_t get_size(const void *options)
{
	size_t size;

	memcpy(&size, options, sizeof(size));
	return size;
}

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool is_zero(const unsigned char *bytes, size_t from, size_t to)
{
	for (; from < to; from++)
		if (bytes[from])
			return false;
	return true;
}

int libvffa_options_in(void *dst, size_t dst_size, size_t min_size, const void *src)
{
	size_t src_size = get_size(src);

	if (src_size < min_size)
		return -EINVAL;
	if (!is_zero(src, dst_size, src_size))
		return -E2BIG;
	memset(dst, 0, dst_size);
	memcpy(dst, src, min(src_size, dst_size));
	return 0;
}

int libvffa_options_out(void *dst, size_t min_size, const void *src, size_t src_size)
{
	size_t dst_size = get_size(dst);
	size_t len_bytes = min(src_size, dst_size);

	if (dst_size < min_size)
		return -EINVAL;
	memcpy((char *)dst + sizeof(size_t), (const char *)src + sizeof(size_t),
	       len_bytes - sizeof(size_t));
	memset((char *)dst + len_bytes, 0, dst_size - len_bytes);
	return 0;
}
