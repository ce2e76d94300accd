/* SPDX-License-Identifier: GPL-2.0-only */
/* The ACPI tables that tell the guest what it runs on, in place of a device tree. */
#ifndef VMM_ACPI_H
#define VMM_ACPI_H

#include <stdbool.h>
#include <stdint.h>

/* Room for all of them. */
#define ACPI_TABLES_SIZE 0x1000

/**
 * struct acpi_config - what differs from VM to VM; the rest is in map.h
 * @nr_cpus: 1 to MAX_VCPUS; CPU n has MPIDR n
 * @smc:     PSCI, and with it FF-A, by SMC instead of HVC
 * @base:    guest physical address of the tables, 8-byte aligned
 */
struct acpi_config {
	unsigned int nr_cpus;
	bool smc;
	uint64_t base;
};

/**
 * acpi_build() - write the tables
 * @config: in
 * @buf:    out: ACPI_TABLES_SIZE bytes, which the guest sees at @config->base; 8-byte aligned
 *
 * They are ACPI 6.3's for hardware-reduced machines. The first is the RSDP, which leads to all others.
 */
void acpi_build(const struct acpi_config *config, void *buf);

#endif /* VMM_ACPI_H */
