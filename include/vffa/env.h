/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * What the core needs from the language and its home: integer types, mem*, annotations, atomics.
 *
 * This is the only file that asks whether it is compiled for the Linux kernel. Services with an
 * effect (guest memory, the conduit, locks) are not here but in port.h.
 */
#ifndef VFFA_ENV_H
#define VFFA_ENV_H

#ifdef __KERNEL__

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/nospec.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#define UINT32_MAX U32_MAX
#define UINT64_MAX U64_MAX

#define VFFA_MUST_CHECK __must_check
#define VFFA_INLINE	__always_inline
#define VFFA_BITWISE	__bitwise
#define VFFA_FORCE	__force

/* An index that was checked to be below @n, and is so for a CPU that speculates, too. */
#define vffa_index_nospec(i, n) array_index_nospec(i, n)

typedef atomic_t vffa_atomic_t;
typedef struct {
	u64 v;
} vffa_counter_t;

#define vffa_atomic_init(a, v)		     atomic_set(a, v)
#define vffa_atomic_load(a)		     atomic_read(a)
#define vffa_atomic_load_acquire(a)	     atomic_read_acquire(a)
#define vffa_atomic_store_release(a, v)	     atomic_set_release(a, v)
#define vffa_atomic_add_return(a, v)	     atomic_add_return(v, a)
#define vffa_atomic_try_cmpxchg(a, old, new) atomic_try_cmpxchg(a, old, new)

/* One thread at a time adds, and needs no atomic operation; whoever reads sees no torn value. */
#define vffa_counter_inc(c)  WRITE_ONCE((c)->v, (c)->v + 1)
#define vffa_counter_read(c) READ_ONCE((c)->v)

#else /* !__KERNEL__ */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Declared here because a freestanding build has no <string.h>; any home provides them. */
void *memcpy(void *dst, const void *src, size_t len);
void *memmove(void *dst, const void *src, size_t len);
void *memset(void *dst, int c, size_t len);
int memcmp(const void *a, const void *b, size_t len);

#ifdef __CHECKER__
#define VFFA_BITWISE __attribute__((bitwise))
#define VFFA_FORCE   __attribute__((force))
#else
#define VFFA_BITWISE
#define VFFA_FORCE
#endif
#define VFFA_MUST_CHECK __attribute__((warn_unused_result))
#define VFFA_INLINE	inline __attribute__((always_inline))

#define vffa_index_nospec(i, n) (i)

#ifndef static_assert
#define static_assert(expr, ...) _Static_assert(expr, "" #expr)
#endif

typedef struct {
	int v;
} vffa_atomic_t;
typedef struct {
	uint64_t v;
} vffa_counter_t;

#define vffa_atomic_init(a, val)	  __atomic_store_n(&(a)->v, val, __ATOMIC_RELAXED)
#define vffa_atomic_load(a)		  __atomic_load_n(&(a)->v, __ATOMIC_RELAXED)
#define vffa_atomic_load_acquire(a)	  __atomic_load_n(&(a)->v, __ATOMIC_ACQUIRE)
#define vffa_atomic_store_release(a, val) __atomic_store_n(&(a)->v, val, __ATOMIC_RELEASE)
#define vffa_atomic_add_return(a, val)	  __atomic_add_fetch(&(a)->v, val, __ATOMIC_SEQ_CST)
#define vffa_atomic_try_cmpxchg(a, old, new)                                                       \
	__atomic_compare_exchange_n(&(a)->v, old, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

#define vffa_counter_inc(c)  __atomic_store_n(&(c)->v, (c)->v + 1, __ATOMIC_RELAXED)
#define vffa_counter_read(c) __atomic_load_n(&(c)->v, __ATOMIC_RELAXED)

#endif /* __KERNEL__ */

/* Little-endian fields of wire structures. sparse complains where a conversion is missing. */
typedef uint16_t VFFA_BITWISE vffa_le16;
typedef uint32_t VFFA_BITWISE vffa_le32;
typedef uint64_t VFFA_BITWISE vffa_le64;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define VFFA_SWAP16(x) __builtin_bswap16(x)
#define VFFA_SWAP32(x) __builtin_bswap32(x)
#define VFFA_SWAP64(x) __builtin_bswap64(x)
#else
#define VFFA_SWAP16(x) (x)
#define VFFA_SWAP32(x) (x)
#define VFFA_SWAP64(x) (x)
#endif

static inline uint16_t vffa_le16_get(vffa_le16 x)
{
	return VFFA_SWAP16((VFFA_FORCE uint16_t)x);
}

static inline uint32_t vffa_le32_get(vffa_le32 x)
{
	return VFFA_SWAP32((VFFA_FORCE uint32_t)x);
}

static inline uint64_t vffa_le64_get(vffa_le64 x)
{
	return VFFA_SWAP64((VFFA_FORCE uint64_t)x);
}

static inline vffa_le16 vffa_le16_make(uint16_t x)
{
	return (VFFA_FORCE vffa_le16)VFFA_SWAP16(x);
}

static inline vffa_le32 vffa_le32_make(uint32_t x)
{
	return (VFFA_FORCE vffa_le32)VFFA_SWAP32(x);
}

static inline vffa_le64 vffa_le64_make(uint64_t x)
{
	return (VFFA_FORCE vffa_le64)VFFA_SWAP64(x);
}

/**
 * vffa_add_u64() - add without wrapping round
 * @a, @b: any values
 * @sum:   out: a + b; written only on success
 *
 * Return: true; false when the sum does not fit.
 */
static inline VFFA_MUST_CHECK bool vffa_add_u64(uint64_t a, uint64_t b, uint64_t *sum)
{
	if (b > UINT64_MAX - a)
		return false;
	*sum = a + b;
	return true;
}

#endif /* VFFA_ENV_H */
