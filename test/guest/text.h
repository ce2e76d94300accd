/* SPDX-License-Identifier: GPL-2.0-only */
/* Strings and numbers without a C library: what scripts are read with, and lines are written with. */
#ifndef VFFA_TEST_TEXT_H
#define VFFA_TEST_TEXT_H

#include <vffa/env.h>

/**
 * struct text - a line being written; what does not fit is dropped
 * @buf:  always a terminated string
 * @size: of @buf
 * @len:  without the terminator
 */
struct text {
	char *buf;
	size_t size;
	size_t len;
};

void text_init(struct text *t, char *buf, size_t size);
void text_add(struct text *t, const char *str);
void text_add_hex(struct text *t, uint64_t value);
void text_add_dec(struct text *t, uint64_t value);

size_t text_len(const char *str);
bool text_equal(const char *a, const char *b);
bool text_starts(const char *str, const char *prefix);

/**
 * text_number() - read an unsigned number, decimal or 0x
 * @str:   in: first digit; out: first character that is not part of the number
 * @value: out
 *
 * Return: false = there is no number, or it does not fit into 64 bits.
 */
bool VFFA_MUST_CHECK text_number(const char **str, uint64_t *value);

#endif /* VFFA_TEST_TEXT_H */
