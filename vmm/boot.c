// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the guest's memory: kernel and initrd are read by loader.c, the device tree is dtb.c's, ACPI's
 * tables acpi.c's. With ACPI, the device tree has little more than the way to the tables.
 */
#include "boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "acpi.h"
#include "dtb.h"
#include "efi.h"
#include "loader.h"
#include "log.h"
#include "vm.h"

/* Tables come before the device tree; a guest's pages may be as large. */
#define TABLES_SIZE UINT64_C(0x10000)

_Static_assert(EFI_TABLES_SIZE + ACPI_TABLES_SIZE <= TABLES_SIZE, "has room");

static int dump_dtb(const char *path, const void *dtb, size_t len_bytes)
{
	FILE *file = fopen(path, "we");
	bool bad = !file || fwrite(dtb, 1, len_bytes, file) != len_bytes;

	if (file && fclose(file))
		bad = true;
	if (bad)
		log_message("%s: %s", path, strerror(errno));
	return bad ? -1 : 0;
}

static uint8_t *host_of(const struct vm *vm, uint64_t addr)
{
	return vm->ram.host + (addr - vm->ram.base);
}

static void load_tables(struct vm *vm, uint64_t base, struct efi_handover *handover)
{
	const struct acpi_config acpi = {
		.nr_cpus = vm->config->nr_cpus,
		.smc = vm->config->smc,
		.base = base + EFI_TABLES_SIZE,
	};
	const struct efi_config efi = {
		.ram_base = vm->ram.base,
		.ram_size = vm->ram.size_bytes,
		.keep = base,
		.keep_size = TABLES_SIZE,
		.base = base,
		.rsdp = acpi.base,
	};

	acpi_build(&acpi, host_of(vm, acpi.base));
	efi_build(&efi, host_of(vm, base), handover);
}

static int load_dtb(struct vm *vm, const struct layout *layout, uint64_t dtb,
		    const struct efi_handover *efi)
{
	struct dtb_config config = {
		.nr_cpus = vm->config->nr_cpus,
		.smc = vm->config->smc,
		.ram_size = vm->ram.size_bytes,
		.cmdline = vm->config->cmdline,
		.initrd = layout->initrd,
		.initrd_end = layout->initrd_end,
		.efi = efi,
	};
	uint8_t *host = host_of(vm, dtb);
	int len_bytes;

	if (getrandom(config.rng_seed, sizeof(config.rng_seed), 0) < 0) {
		log_message("getrandom: %s", strerror(errno));
		return -1;
	}
	len_bytes = dtb_build(&config, host, layout->dtb + LOADER_DTB_MAX_SIZE - dtb);
	if (len_bytes < 0) {
		log_message("the device tree is too large: shorten the command line");
		return -1;
	}
	if (!vm->config->dtb_dump)
		return 0;
	return dump_dtb(vm->config->dtb_dump, host, (size_t)len_bytes);
}

int boot_load(struct vm *vm, uint64_t *entry, uint64_t *dtb)
{
	struct efi_handover handover;
	struct layout layout;

	if (loader_load(&vm->ram, vm->config->kernel, vm->config->initrd, &layout))
		return -1;
	*entry = layout.entry;
	*dtb = layout.dtb;
	if (!vm->config->acpi)
		return load_dtb(vm, &layout, *dtb, NULL);

	load_tables(vm, layout.dtb, &handover);
	*dtb += TABLES_SIZE;
	return load_dtb(vm, &layout, *dtb, &handover);
}
