// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what is left of UEFI (2.8) when a kernel has called ExitBootServices: system table, its list of
 * configuration tables, memory map. The one service that a guest could call is none: a table says so.
 */
#include "efi.h"

#include <stddef.h>
#include <string.h>

#define SYSTEM_TABLE_SIGNATURE UINT64_C(0x5453595320494249) /* "IBI SYST" */
#define REVISION	       (2u << 16 | 80u)

#define PAGE_BITS 12

#define MEMORY_CONVENTIONAL 7u
#define MEMORY_ACPI_RECLAIM 9u
#define MEMORY_CACHEABLE    UINT64_C(0xf) /* and in each less eager way */
#define MEMORY_DESC_VERSION 1u

struct system_table {
	uint64_t signature;
	uint32_t revision;
	uint32_t size;
	uint32_t crc32;
	uint32_t reserved;
	uint64_t vendor; /* UCS-2 */
	uint32_t vendor_revision;
	uint32_t pad;
	uint64_t consoles[6]; /* gone with the boot services */
	uint64_t runtime_services;
	uint64_t boot_services;
	uint64_t nr_tables;
	uint64_t tables;
};

_Static_assert(sizeof(struct system_table) == 120, "section 4.3");

struct configuration_table {
	uint8_t guid[16];
	uint64_t table;
};

struct runtime_properties {
	uint16_t version;
	uint16_t length;
	uint32_t supported;
};

struct memory_descriptor {
	uint32_t type;
	uint32_t pad;
	uint64_t physical;
	uint64_t virtual;
	uint64_t nr_pages;
	uint64_t attributes;
};

_Static_assert(sizeof(struct memory_descriptor) == 40, "section 7.2");

struct tables {
	struct system_table system;
	struct configuration_table configuration[2];
	struct runtime_properties properties;
	struct memory_descriptor map[3];
	uint16_t vendor[9];
};

_Static_assert(sizeof(struct tables) <= EFI_TABLES_SIZE, "has room");

/* 8868e871-e4f1-11d3-bc22-0080c73c8881 and eb66918a-7eef-402a-842e-931d21c38ae9 */
static const uint8_t acpi_guid[16] = { 0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11,
				       0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 };
static const uint8_t properties_guid[16] = { 0x8a, 0x91, 0x66, 0xeb, 0xef, 0x7e, 0x2a, 0x40,
					     0x84, 0x2e, 0x93, 0x1d, 0x21, 0xc3, 0x8a, 0xe9 };

static uint32_t crc32(const void *bytes, size_t len_bytes)
{
	const uint8_t *byte = bytes;
	uint32_t crc = ~0u;
	size_t i;
	int bit;

	for (i = 0; i < len_bytes; i++) {
		crc ^= byte[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static struct memory_descriptor memory(uint32_t type, uint64_t start, uint64_t end)
{
	return (struct memory_descriptor){
		.type = type,
		.physical = start,
		.nr_pages = (end - start) >> PAGE_BITS,
		.attributes = MEMORY_CACHEABLE,
	};
}

static void put_map(struct tables *tables, const struct efi_config *config)
{
	uint64_t keep_end = config->keep + config->keep_size;

	tables->map[0] = memory(MEMORY_CONVENTIONAL, config->ram_base, config->keep);
	tables->map[1] = memory(MEMORY_ACPI_RECLAIM, config->keep, keep_end);
	tables->map[2] = memory(MEMORY_CONVENTIONAL, keep_end, config->ram_base + config->ram_size);
}

static void put_configuration(struct tables *tables, const struct efi_config *config)
{
	struct configuration_table *acpi = &tables->configuration[0];
	struct configuration_table *properties = &tables->configuration[1];

	memcpy(acpi->guid, acpi_guid, sizeof(acpi->guid));
	acpi->table = config->rsdp;

	memcpy(properties->guid, properties_guid, sizeof(properties->guid));
	properties->table = config->base + offsetof(struct tables, properties);
	tables->properties = (struct runtime_properties){
		.version = 1,
		.length = sizeof(tables->properties),
	};
}

static void put_system(struct tables *tables, const struct efi_config *config)
{
	static const char vendor[] = "vffa-vmm";
	struct system_table *system = &tables->system;
	size_t i;

	for (i = 0; i < sizeof(vendor); i++)
		tables->vendor[i] = (uint8_t)vendor[i];
	*system = (struct system_table){
		.signature = SYSTEM_TABLE_SIGNATURE,
		.revision = REVISION,
		.size = sizeof(*system),
		.vendor = config->base + offsetof(struct tables, vendor),
		.nr_tables = sizeof(tables->configuration) / sizeof(tables->configuration[0]),
		.tables = config->base + offsetof(struct tables, configuration),
	};
	system->crc32 = crc32(system, sizeof(*system));
}

void efi_build(const struct efi_config *config, void *buf, struct efi_handover *handover)
{
	struct tables *tables = buf;

	memset(buf, 0, EFI_TABLES_SIZE);
	put_map(tables, config);
	put_configuration(tables, config);
	put_system(tables, config);
	*handover = (struct efi_handover){
		.system_table = config->base,
		.map = config->base + offsetof(struct tables, map),
		.map_size = sizeof(tables->map),
		.desc_size = sizeof(tables->map[0]),
		.desc_version = MEMORY_DESC_VERSION,
	};
}
