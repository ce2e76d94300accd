// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the guest's device tree with libfdt, front to back.
 * Addresses and interrupt numbers are not here but in map.h.
 */
#include "dtb.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "map.h"

#define PHANDLE_GIC   1
#define PHANDLE_CLOCK 2

#define GIC_SPI		 0
#define GIC_PPI		 1
#define IRQ_LEVEL_HIGH	 4
#define FIRST_PPI	 16

#define SECURE_BOOT_DISABLED 2 /* Linux: enum efi_secureboot_mode */

/* Keeps the first error, so that the tree below reads without checks. */
struct writer {
	void *fdt;
	int error;
};

static void keep(struct writer *w, int error)
{
	if (!w->error)
		w->error = error;
}

static void begin(struct writer *w, const char *name)
{
	keep(w, fdt_begin_node(w->fdt, name));
}

static void begin_at(struct writer *w, const char *name, uint64_t addr)
{
	char full[32];

	snprintf(full, sizeof(full), "%s@%llx", name, (unsigned long long)addr);
	begin(w, full);
}

static void end(struct writer *w)
{
	keep(w, fdt_end_node(w->fdt));
}

static void put_bytes(struct writer *w, const char *name, const void *bytes, size_t len_bytes)
{
	keep(w, fdt_property(w->fdt, name, bytes, (int)len_bytes));
}

static void put_flag(struct writer *w, const char *name)
{
	put_bytes(w, name, NULL, 0);
}

static void put_string(struct writer *w, const char *name, const char *value)
{
	put_bytes(w, name, value, strlen(value) + 1);
}

/* Several strings: a literal with \0 between them. */
#define put_strings(w, name, literal) put_bytes(w, name, literal, sizeof(literal))

static void put_u32(struct writer *w, const char *name, uint32_t value)
{
	keep(w, fdt_property_u32(w->fdt, name, value));
}

static void put_u64(struct writer *w, const char *name, uint64_t value)
{
	keep(w, fdt_property_u64(w->fdt, name, value));
}

static void put_cells(struct writer *w, const char *name, const uint32_t *cells, size_t nr_cells)
{
	fdt32_t raw[16];
	size_t i;

	for (i = 0; i < nr_cells; i++)
		raw[i] = cpu_to_fdt32(cells[i]);
	put_bytes(w, name, raw, nr_cells * sizeof(raw[0]));
}

#define PUT_CELLS(w, name, ...)                                                                    \
	put_cells(w, name, (const uint32_t[]){ __VA_ARGS__ },                                      \
		  sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

#define CELLS64(value) (uint32_t)((value) >> 32), (uint32_t)(value)

static void put_efi(struct writer *w, const struct efi_handover *efi)
{
	put_u64(w, "linux,uefi-system-table", efi->system_table);
	put_u64(w, "linux,uefi-mmap-start", efi->map);
	put_u32(w, "linux,uefi-mmap-size", efi->map_size);
	put_u32(w, "linux,uefi-mmap-desc-size", efi->desc_size);
	put_u32(w, "linux,uefi-mmap-desc-ver", efi->desc_version);
	put_u32(w, "linux,uefi-secure-boot", SECURE_BOOT_DISABLED);
}

static void put_chosen(struct writer *w, const struct dtb_config *config)
{
	begin(w, "chosen");
	put_string(w, "bootargs", config->cmdline);
	if (config->efi)
		put_efi(w, config->efi);
	else
		put_string(w, "stdout-path", "serial0");
	put_bytes(w, "rng-seed", config->rng_seed, sizeof(config->rng_seed));
	if (config->initrd) {
		put_u64(w, "linux,initrd-start", config->initrd);
		put_u64(w, "linux,initrd-end", config->initrd_end);
	}
	end(w);
}

static void put_aliases(struct writer *w)
{
	begin(w, "aliases");
	put_string(w, "serial0", "/pl011@9000000");
	end(w);
}

static void put_memory(struct writer *w, const struct dtb_config *config)
{
	begin_at(w, "memory", RAM_BASE);
	put_string(w, "device_type", "memory");
	PUT_CELLS(w, "reg", CELLS64(RAM_BASE), CELLS64(config->ram_size));
	end(w);
}

static void put_cpus(struct writer *w, const struct dtb_config *config)
{
	unsigned int i;

	begin(w, "cpus");
	put_u32(w, "#address-cells", 1);
	put_u32(w, "#size-cells", 0);
	for (i = 0; i < config->nr_cpus; i++) {
		begin_at(w, "cpu", i);
		put_string(w, "device_type", "cpu");
		put_string(w, "compatible", "arm,armv8");
		put_string(w, "enable-method", "psci");
		put_u32(w, "reg", i);
		end(w);
	}
	end(w);
}

static void put_psci(struct writer *w, const struct dtb_config *config)
{
	begin(w, "psci");
	put_strings(w, "compatible", "arm,psci-1.0\0arm,psci-0.2");
	put_string(w, "method", config->smc ? "smc" : "hvc");
	end(w);
}

static void put_gic(struct writer *w, const struct dtb_config *config)
{
	begin_at(w, "intc", GIC_DIST_BASE);
	put_string(w, "compatible", "arm,gic-v3");
	put_flag(w, "interrupt-controller");
	put_u32(w, "#interrupt-cells", 3);
	put_u32(w, "#address-cells", 0);
	PUT_CELLS(w, "reg", CELLS64(GIC_DIST_BASE), CELLS64(GIC_DIST_SIZE),
		  CELLS64(GIC_REDIST_BASE), CELLS64(GIC_REDIST_SIZE * config->nr_cpus));
	put_u32(w, "phandle", PHANDLE_GIC);
	end(w);
}

static void put_timer(struct writer *w)
{
	begin(w, "timer");
	put_strings(w, "compatible", "arm,armv8-timer");
	put_flag(w, "always-on");
	PUT_CELLS(w, "interrupts", GIC_PPI, TIMER_SECURE_IRQ - FIRST_PPI, IRQ_LEVEL_HIGH, GIC_PPI,
		  TIMER_PHYS_IRQ - FIRST_PPI, IRQ_LEVEL_HIGH, GIC_PPI, TIMER_VIRT_IRQ - FIRST_PPI,
		  IRQ_LEVEL_HIGH, GIC_PPI, TIMER_HYP_IRQ - FIRST_PPI, IRQ_LEVEL_HIGH);
	end(w);
}

static void put_uart(struct writer *w)
{
	begin(w, "apb-pclk");
	put_string(w, "compatible", "fixed-clock");
	put_u32(w, "#clock-cells", 0);
	put_u32(w, "clock-frequency", 24000000);
	put_string(w, "clock-output-names", "clk24mhz");
	put_u32(w, "phandle", PHANDLE_CLOCK);
	end(w);

	begin_at(w, "pl011", UART_BASE);
	put_strings(w, "compatible", "arm,pl011\0arm,primecell");
	PUT_CELLS(w, "reg", CELLS64(UART_BASE), CELLS64(UART_SIZE));
	PUT_CELLS(w, "interrupts", GIC_SPI, UART_SPI, IRQ_LEVEL_HIGH);
	PUT_CELLS(w, "clocks", PHANDLE_CLOCK, PHANDLE_CLOCK);
	put_strings(w, "clock-names", "uartclk\0apb_pclk");
	end(w);
}

static void put_test_exit(struct writer *w)
{
	begin_at(w, "test-exit", TEST_EXIT_BASE);
	put_string(w, "compatible", "vffa,test-exit");
	PUT_CELLS(w, "reg", CELLS64(TEST_EXIT_BASE), CELLS64(TEST_EXIT_SIZE));
	end(w);
}

static void put_machine(struct writer *w, const struct dtb_config *config)
{
	put_string(w, "model", "vffa-vmm");
	put_string(w, "compatible", "linux,dummy-virt");
	put_u32(w, "interrupt-parent", PHANDLE_GIC);
	put_chosen(w, config);
	put_aliases(w);
	put_memory(w, config);
	put_cpus(w, config);
	put_psci(w, config);
	put_gic(w, config);
	put_timer(w);
	put_uart(w);
	put_test_exit(w);
}

/* Linux takes ACPI where its device tree has no other node than /chosen. */
static void put_root(struct writer *w, const struct dtb_config *config)
{
	begin(w, "");
	put_u32(w, "#address-cells", 2);
	put_u32(w, "#size-cells", 2);
	if (config->efi)
		put_chosen(w, config);
	else
		put_machine(w, config);
	end(w);
}

int dtb_build(const struct dtb_config *config, void *buf, size_t size_bytes)
{
	struct writer w = { .fdt = buf };

	keep(&w, fdt_create(buf, (int)size_bytes));
	keep(&w, fdt_finish_reservemap(buf));
	put_root(&w, config);
	keep(&w, fdt_finish(buf));
	return w.error ? w.error : (int)fdt_totalsize(buf);
}
