/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What UEFI firmware leaves behind for a kernel that it has started: the way to the ACPI tables, and a
 * map of memory. There is no firmware.
 */
#ifndef VMM_EFI_H
#define VMM_EFI_H

#include <stdint.h>

/* Room for it all. */
#define EFI_TABLES_SIZE 0x1000

/**
 * struct efi_config - what it tells
 * @ram_base, @ram_size: guest memory
 * @keep, @keep_size: of it, what the guest must keep, with the tables of this file and ACPI's; 64 KiB
 *		aligned
 * @base:	guest physical address of the tables of this file, 8-byte aligned
 * @rsdp:	of ACPI's first
 */
struct efi_config {
	uint64_t ram_base;
	uint64_t ram_size;
	uint64_t keep;
	uint64_t keep_size;
	uint64_t base;
	uint64_t rsdp;
};

/**
 * struct efi_handover - what the device tree tells of it, in the words of Linux's boot protocol
 * @system_table: guest physical address
 * @map:	  guest physical address of the memory map
 * @map_size:	  in bytes
 * @desc_size:	  of one entry, in bytes
 * @desc_version: of its format
 */
struct efi_handover {
	uint64_t system_table;
	uint64_t map;
	uint32_t map_size;
	uint32_t desc_size;
	uint32_t desc_version;
};

/**
 * efi_build() - write the tables
 * @config:   in
 * @buf:      out: EFI_TABLES_SIZE bytes, which the guest sees at @config->base; 8-byte aligned
 * @handover: out
 */
void efi_build(const struct efi_config *config, void *buf, struct efi_handover *handover);

#endif /* VMM_EFI_H */
