/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in the guest's memory before it starts, except for the device tree's contents. */
#ifndef VMM_LOADER_H
#define VMM_LOADER_H

#include <stdint.h>

/* The largest device tree that the arm64 boot protocol allows. */
#define LOADER_DTB_MAX_SIZE UINT64_C(0x200000)

/**
 * struct ram - the guest's memory
 * @host:	where it is mapped here
 * @base:	guest physical address, 2 MiB aligned
 * @size_bytes: page-aligned
 */
struct ram {
	uint8_t *host;
	uint64_t base;
	uint64_t size_bytes;
};

/**
 * struct layout - where things are, as guest physical addresses
 * @entry:	  first instruction
 * @initrd:	  start; 0 = none
 * @initrd_end:	  first byte behind it
 * @dtb:	  8-byte aligned, with LOADER_DTB_MAX_SIZE bytes of room
 */
struct layout {
	uint64_t entry;
	uint64_t initrd;
	uint64_t initrd_end;
	uint64_t dtb;
};

/**
 * loader_load() - read the kernel and the initrd into the guest's memory
 * @ram:    all zero
 * @kernel: file with an arm64 Image
 * @initrd: file; NULL = none
 * @layout: out
 *
 * From the bottom up: kernel, initrd, room for the device tree. Says what is wrong with a file.
 *
 * Return: 0; -1: a file could not be read, is no Image, or does not fit.
 */
int loader_load(const struct ram *ram, const char *kernel, const char *initrd,
		struct layout *layout);

#endif /* VMM_LOADER_H */
