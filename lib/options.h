/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Structures that begin with their size, so that either side may be the newer one. */
#ifndef LIBVFFA_OPTIONS_H
#define LIBVFFA_OPTIONS_H

#include <stddef.h>

/**
 * libvffa_options_in() - take a caller's structure, whichever version it has
 * @dst:      out: this library's version; what the caller does not know is zero
 * @dst_size: its sizeof
 * @min_size: sizeof in the first version of the library
 * @src:      in: begins with a size_t, its sizeof at the caller's
 *
 * Return: 0; -EINVAL: below @min_size; -E2BIG: asks for something that this library does not know.
 */
int libvffa_options_in(void *dst, size_t dst_size, size_t min_size, const void *src);

/**
 * libvffa_options_out() - fill a caller's structure, whichever version it has
 * @dst:      out, but for its leading size_t: what this library does not know becomes zero
 * @min_size: sizeof in the first version of the library
 * @src:      in: this library's version
 * @src_size: its sizeof
 *
 * Return: 0; -EINVAL: below @min_size.
 */
int libvffa_options_out(void *dst, size_t min_size, const void *src, size_t src_size);

#endif /* LIBVFFA_OPTIONS_H */
