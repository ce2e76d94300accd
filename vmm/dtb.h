/* SPDX-License-Identifier: GPL-2.0-only */
/* The device tree that tells the guest what it runs on. */
#ifndef VMM_DTB_H
#define VMM_DTB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "efi.h"

/**
 * struct dtb_config - what differs from VM to VM; the rest is in map.h
 * @nr_cpus:	 1 to MAX_VCPUS; CPU n has MPIDR n
 * @smc:	 PSCI, and with it FF-A, by SMC instead of HVC
 * @ram_size:	 bytes from RAM_BASE
 * @cmdline:	 the kernel's
 * @initrd, @initrd_end: guest physical; 0 = none
 * @rng_seed:	 random bytes
 * @efi:	 the way to ACPI's tables, which are to tell all but what is for this start; NULL = none
 */
struct dtb_config {
	unsigned int nr_cpus;
	bool smc;
	uint64_t ram_size;
	const char *cmdline;
	uint64_t initrd;
	uint64_t initrd_end;
	uint8_t rng_seed[32];
	const struct efi_handover *efi;
};

/**
 * dtb_build() - write a device tree
 * @config: in
 * @buf:    out: a flattened device tree, 8-byte aligned
 * @size_bytes: of @buf; 16 KiB and the command line's length are plenty
 *
 * Return: its length in bytes, or a negated FDT_ERR_* of libfdt: @buf is too small.
 */
int dtb_build(const struct dtb_config *config, void *buf, size_t size_bytes);

#endif /* VMM_DTB_H */
