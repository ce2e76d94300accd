// SPDX-License-Identifier: GPL-2.0-only
/* Memory and strings. Plain loops: next to nothing here is hot. */
#include "libc.h"

#include "panic.h"

/* For access to any object. */
typedef uint64_t __attribute__((may_alias)) word_t;

/* Debian's libfdt comes with a stack protector. */
const unsigned long __stack_chk_guard = 0x5ac3e00ff0c35ea5;
_Noreturn void __stack_chk_fail(void);

_Noreturn void __stack_chk_fail(void)
{
	fw_panic("a function overran its stack frame");
}

void *memcpy(void *dst, const void *src, size_t len)
{
	unsigned char *d = dst;
	const unsigned char *s = src;

	while (len--)
		*d++ = *s++;
	return dst;
}

void *memmove(void *dst, const void *src, size_t len)
{
	unsigned char *d = dst;
	const unsigned char *s = src;

	if (d <= s)
		return memcpy(dst, src, len);
	while (len--)
		d[len] = s[len];
	return dst;
}

void *memset(void *dst, int c, size_t len)
{
	unsigned char *d = dst;

	/* Megabytes at boot. */
	if (!c && !((uintptr_t)dst & 7)) {
		for (; len >= 8; len -= 8, d += 8)
			*(word_t *)d = 0;
	}
	while (len--)
		*d++ = (unsigned char)c;
	return dst;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const unsigned char *p = a;
	const unsigned char *q = b;

	for (; len; len--, p++, q++) {
		if (*p != *q)
			return *p - *q;
	}
	return 0;
}

void *memchr(const void *s, int c, size_t len)
{
	const unsigned char *p = s;

	for (; len; len--, p++) {
		if (*p == (unsigned char)c)
			return (void *)p;
	}
	return NULL;
}

size_t strnlen(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len])
		len++;
	return len;
}

size_t strlen(const char *s)
{
	return strnlen(s, (size_t)-1);
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

char *strchr(const char *s, int c)
{
	return memchr(s, c, strlen(s) + 1);
}

char *strrchr(const char *s, int c)
{
	for (const char *p = s + strlen(s); p >= s; p--) {
		if (*p == (char)c)
			return (char *)p;
	}
	return NULL;
}
