/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is left of a C library: for the firmware, and for libfdt, whose headers find it under the
 * names of include/.
 */
#ifndef SPMC_FW_LIBC_H
#define SPMC_FW_LIBC_H

#include <stddef.h>

void *memcpy(void *dst, const void *src, size_t len);
void *memmove(void *dst, const void *src, size_t len);
void *memset(void *dst, int c, size_t len);
int memcmp(const void *a, const void *b, size_t len);
void *memchr(const void *s, int c, size_t len);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);

#endif /* SPMC_FW_LIBC_H */
