// SPDX-License-Identifier: GPL-2.0-only
/* Strings and numbers without a C library. */
#include "text.h"

size_t text_len(const char *str)
{
	size_t len = 0;

	while (str[len])
		len++;
	return len;
}

bool text_equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

bool text_starts(const char *str, const char *prefix)
{
	while (*prefix && *str == *prefix) {
		str++;
		prefix++;
	}
	return !*prefix;
}

void text_init(struct text *t, char *buf, size_t size)
{
	t->buf = buf;
	t->size = size;
	t->len = 0;
	buf[0] = '\0';
}

void text_add(struct text *t, const char *str)
{
	while (*str && t->len + 1 < t->size)
		t->buf[t->len++] = *str++;
	t->buf[t->len] = '\0';
}

static void add_number(struct text *t, uint64_t value, unsigned int base)
{
	char digits[21];
	size_t i = sizeof(digits) - 1;

	digits[i] = '\0';
	do {
		digits[--i] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	text_add(t, digits + i);
}

void text_add_hex(struct text *t, uint64_t value)
{
	text_add(t, "0x");
	add_number(t, value, 16);
}

void text_add_dec(struct text *t, uint64_t value)
{
	add_number(t, value, 10);
}

/* Return: 0 to 15; 16 = not a digit. */
static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return 16;
}

bool text_number(const char **str, uint64_t *value)
{
	unsigned int base = 10;
	const char *c = *str;
	uint64_t v = 0;

	if (c[0] == '0' && c[1] == 'x') {
		base = 16;
		c += 2;
	}
	if (digit_value(*c) >= base)
		return false;
	for (; digit_value(*c) < base; c++) {
		if (v > (UINT64_MAX - digit_value(*c)) / base)
			return false;
		v = v * base + digit_value(*c);
	}
	*str = c;
	*value = v;
	return true;
}
