/* SPDX-License-Identifier: GPL-2.0-only */
/* What a fuzzer made up, read from front to back. Behind its end there are zeros. */
#ifndef VFFA_FUZZ_INPUT_H
#define VFFA_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

struct input {
	const uint8_t *data;
	size_t size; /* bytes left */
};

/** take() - the next @nr_bytes, little-endian */
static inline uint64_t take(struct input *in, unsigned int nr_bytes)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < nr_bytes && in->size; i++) {
		v |= (uint64_t)*in->data++ << (8 * i);
		in->size--;
	}
	return v;
}

/** take_below() - one byte, as a number below @n */
static inline unsigned int take_below(struct input *in, unsigned int n)
{
	return (unsigned int)take(in, 1) % n;
}

/* One of the elements of an array. */
#define take_of(in, array) ((array)[take_below(in, sizeof(array) / sizeof((array)[0]))])

/* The entry points of libFuzzer; replay.c calls the first as well. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* VFFA_FUZZ_INPUT_H */
