// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the guest's ACPI tables (ACPI 6.3; SPCR: Microsoft's "Serial Port Console Redirection Table").
 * How the guest finds the first of them is not here but in efi.c; addresses and interrupt numbers are
 * in map.h.
 *
 * All have a fixed layout, also the DSDT, whose AML is a UART and processors. Fields that are not
 * named below have nothing to say on this machine and are zero.
 */
#include "acpi.h"

#include <stddef.h>
#include <string.h>

#include "map.h"

#define PACKED __attribute__((packed))

/* Every table's own alignment is free, but readers like it. */
#define TABLE __attribute__((aligned(8)))

struct rsdp {
	char signature[8];
	uint8_t checksum; /* of the first 20 bytes */
	char oem_id[6];
	uint8_t revision;
	uint32_t rsdt;
	uint32_t length;
	uint64_t xsdt;
	uint8_t extended_checksum;
	uint8_t reserved[3];
} PACKED;

_Static_assert(sizeof(struct rsdp) == 36, "section 5.2.5.3");

struct header {
	char signature[4];
	uint32_t length;
	uint8_t revision;
	uint8_t checksum;
	char oem_id[6];
	char oem_table_id[8];
	uint32_t oem_revision;
	char creator_id[4];
	uint32_t creator_revision;
} PACKED;

_Static_assert(sizeof(struct header) == 36, "section 5.2.6");

struct address {
	uint8_t space; /* 0 = memory */
	uint8_t bit_width;
	uint8_t bit_offset;
	uint8_t access_size; /* 3 = 32 bits */
	uint64_t address;
} PACKED;

struct xsdt {
	struct header header;
	uint64_t tables[4];
} PACKED;

#define FADT_HW_REDUCED	      (1u << 20)
#define FADT_ARM_PSCI	      1u
#define FADT_ARM_PSCI_USE_HVC 2u

struct fadt {
	struct header header;
	uint8_t fixed_hardware[76];
	uint32_t flags; /* at 112 */
	struct address reset_register;
	uint8_t reset_value;
	uint16_t arm_boot_arch; /* at 129 */
	uint8_t minor_version;
	uint64_t x_facs;
	uint64_t x_dsdt; /* at 140 */
	uint8_t x_fixed_hardware[120];
	char hypervisor_vendor[8]; /* at 268 */
} PACKED;

_Static_assert(offsetof(struct fadt, flags) == 112, "section 5.2.9");
_Static_assert(offsetof(struct fadt, arm_boot_arch) == 129, "section 5.2.9");
_Static_assert(offsetof(struct fadt, x_dsdt) == 140, "section 5.2.9");
_Static_assert(sizeof(struct fadt) == 276, "section 5.2.9");

#define MADT_GICC    11
#define MADT_GICD    12
#define MADT_GICR    14
#define GICC_ENABLED 1u

struct gicd {
	uint8_t type;
	uint8_t length;
	uint16_t reserved;
	uint32_t gic_id;
	uint64_t base;
	uint32_t vector_base;
	uint8_t version;
	uint8_t reserved2[3];
} PACKED;

struct gicr {
	uint8_t type;
	uint8_t length;
	uint16_t reserved;
	uint64_t base;
	uint32_t range;
} PACKED;

struct gicc {
	uint8_t type;
	uint8_t length;
	uint16_t reserved;
	uint32_t cpu_interface;
	uint32_t uid;
	uint32_t flags;
	uint32_t parking_version;
	uint32_t performance_irq;
	uint64_t parked_address;
	uint64_t v2_bases[3];
	uint32_t maintenance_irq;
	uint64_t gicr_base; /* not where there is a struct gicr */
	uint64_t mpidr;
	uint8_t efficiency_class;
	uint8_t reserved2;
	uint16_t spe_irq;
} PACKED;

_Static_assert(sizeof(struct gicd) == 24, "section 5.2.12.15");
_Static_assert(sizeof(struct gicr) == 16, "section 5.2.12.17");
_Static_assert(sizeof(struct gicc) == 80, "section 5.2.12.14");

struct madt {
	struct header header;
	uint32_t local_controller;
	uint32_t flags;
	struct gicd gicd;
	struct gicr gicr;
	struct gicc gicc[MAX_VCPUS];
} PACKED;

/* The interrupts are levels and active high. */
#define GTDT_ALWAYS_ON 4u
#define GTDT_NO_FRAME  UINT64_MAX

struct timer {
	uint32_t irq;
	uint32_t flags;
} PACKED;

struct gtdt {
	struct header header;
	uint64_t control_base;
	uint32_t reserved;
	struct timer secure_el1;
	struct timer el1;
	struct timer virtual;
	struct timer el2;
	uint64_t read_base;
	uint32_t nr_platform_timers;
	uint32_t platform_timers;
	struct timer virtual_el2;
} PACKED;

_Static_assert(sizeof(struct gtdt) == 104, "section 5.2.24");

#define SPCR_PL011   3
#define SPCR_IRQ_GIC 8
#define SPCR_NO_PCI  0xffffu

struct spcr {
	struct header header;
	uint8_t interface;
	uint8_t reserved[3];
	struct address base;
	uint8_t irq_type;
	uint8_t pc_irq;
	uint32_t irq;
	uint8_t baud_rate; /* 0 = as it is */
	uint8_t parity;
	uint8_t stop_bits;
	uint8_t flow_control;
	uint8_t terminal;
	uint8_t reserved2;
	uint16_t pci_device;
	uint16_t pci_vendor;
	uint8_t pci_address[3];
	uint32_t pci_flags;
	uint8_t pci_segment;
	uint32_t reserved3;
} PACKED;

_Static_assert(sizeof(struct spcr) == 80, "SPCR revision 2");

/* AML (chapter 20). A package's length counts itself, and fits in one byte below 64. */
#define AML_ZERO       0x00
#define AML_NAME       0x08
#define AML_BYTE       0x0a
#define AML_STRING     0x0d
#define AML_SCOPE      0x10
#define AML_BUFFER     0x11
#define AML_EXT	       0x5b
#define AML_EXT_DEVICE 0x82

/* Name(_HID, "ABCD1234") */
struct aml_hid {
	uint8_t op;
	char name[4];
	uint8_t string_op;
	char value[9];
} PACKED;

/* Name(_UID, n) */
struct aml_uid {
	uint8_t op;
	char name[4];
	uint8_t byte_op;
	uint8_t value;
} PACKED;

/* Memory32Fixed, Interrupt (section 6.4.3) and the end tag, as Name(_CRS, Buffer () { ... }) */
struct aml_crs {
	uint8_t op;
	char name[4];
	uint8_t buffer_op;
	uint8_t package_length;
	uint8_t size_op;
	uint8_t size;
	struct {
		uint8_t tag;
		uint16_t length;
		uint8_t writable;
		uint32_t base;
		uint32_t size;
	} PACKED memory;
	struct {
		uint8_t tag;
		uint16_t length;
		uint8_t flags; /* 1 = consumer; level, active high, not shared */
		uint8_t nr_irqs;
		uint32_t irq;
	} PACKED irq;
	uint8_t end[2];
} PACKED;

struct aml_device {
	uint8_t ext;
	uint8_t op;
	uint8_t package_length;
	char name[4];
	struct aml_hid hid;
	struct aml_uid uid;
} PACKED;

struct aml_uart {
	struct aml_device device;
	struct aml_crs crs;
} PACKED;

#define PACKAGE_LENGTH(type, field) (sizeof(type) - offsetof(type, field))

_Static_assert(PACKAGE_LENGTH(struct aml_uart, device.package_length) < 64, "one byte");

struct dsdt {
	struct header header;
	uint8_t scope_op;
	uint8_t package_length[2];
	char scope[5];
	struct aml_uart uart;
	struct aml_device cpus[MAX_VCPUS];
} PACKED;

struct tables {
	struct rsdp rsdp TABLE;
	struct xsdt xsdt TABLE;
	struct fadt fadt TABLE;
	struct madt madt TABLE;
	struct gtdt gtdt TABLE;
	struct spcr spcr TABLE;
	struct dsdt dsdt TABLE;
};

_Static_assert(sizeof(struct tables) <= ACPI_TABLES_SIZE, "has room");

/* What makes the sum of all bytes zero. */
static uint8_t checksum(const void *bytes, size_t len_bytes)
{
	const uint8_t *byte = bytes;
	uint8_t sum = 0;
	size_t i;

	for (i = 0; i < len_bytes; i++)
		sum = (uint8_t)(sum + byte[i]);
	return (uint8_t)-sum;
}

/* The table is complete but for its header. */
static void finish(struct header *header, const char *signature, uint8_t revision, size_t len_bytes)
{
	*header = (struct header){
		.length = (uint32_t)len_bytes,
		.revision = revision,
		.oem_id = "VFFA ",
		.oem_table_id = "VFFAVMM",
		.oem_revision = 1,
		.creator_revision = 1,
	};
	memcpy(header->signature, signature, sizeof(header->signature));
	memcpy(header->creator_id, "VFFA", sizeof(header->creator_id));
	header->checksum = checksum(header, len_bytes);
}

static void put_rsdp(struct rsdp *rsdp, uint64_t xsdt)
{
	*rsdp = (struct rsdp){
		.oem_id = "VFFA ",
		.revision = 2,
		.length = sizeof(*rsdp),
		.xsdt = xsdt,
	};
	memcpy(rsdp->signature, "RSD PTR ", sizeof(rsdp->signature));
	rsdp->checksum = checksum(rsdp, offsetof(struct rsdp, length));
	rsdp->extended_checksum = checksum(rsdp, sizeof(*rsdp));
}

static void put_xsdt(struct xsdt *xsdt, uint64_t base)
{
	xsdt->tables[0] = base + offsetof(struct tables, fadt);
	xsdt->tables[1] = base + offsetof(struct tables, madt);
	xsdt->tables[2] = base + offsetof(struct tables, gtdt);
	xsdt->tables[3] = base + offsetof(struct tables, spcr);
	finish(&xsdt->header, "XSDT", 1, sizeof(*xsdt));
}

static void put_fadt(struct fadt *fadt, bool smc, uint64_t dsdt)
{
	fadt->flags = FADT_HW_REDUCED;
	fadt->arm_boot_arch = FADT_ARM_PSCI | (smc ? 0 : FADT_ARM_PSCI_USE_HVC);
	fadt->minor_version = 3;
	fadt->x_dsdt = dsdt;
	memcpy(fadt->hypervisor_vendor, "KVM", 3);
	finish(&fadt->header, "FACP", 6, sizeof(*fadt));
}

static void put_madt(struct madt *madt, unsigned int nr_cpus)
{
	unsigned int i;

	madt->gicd = (struct gicd){
		.type = MADT_GICD,
		.length = sizeof(struct gicd),
		.base = GIC_DIST_BASE,
		.version = 3,
	};
	madt->gicr = (struct gicr){
		.type = MADT_GICR,
		.length = sizeof(struct gicr),
		.base = GIC_REDIST_BASE,
		.range = (uint32_t)GIC_REDIST_SIZE * nr_cpus,
	};
	for (i = 0; i < nr_cpus; i++)
		madt->gicc[i] = (struct gicc){
			.type = MADT_GICC,
			.length = sizeof(struct gicc),
			.cpu_interface = i,
			.uid = i,
			.flags = GICC_ENABLED,
			.mpidr = i,
		};
	finish(&madt->header, "APIC", 5, offsetof(struct madt, gicc[nr_cpus]));
}

static void put_gtdt(struct gtdt *gtdt)
{
	gtdt->control_base = GTDT_NO_FRAME;
	gtdt->secure_el1 = (struct timer){ TIMER_SECURE_IRQ, GTDT_ALWAYS_ON };
	gtdt->el1 = (struct timer){ TIMER_PHYS_IRQ, GTDT_ALWAYS_ON };
	gtdt->virtual = (struct timer){ TIMER_VIRT_IRQ, GTDT_ALWAYS_ON };
	gtdt->el2 = (struct timer){ TIMER_HYP_IRQ, GTDT_ALWAYS_ON };
	gtdt->read_base = GTDT_NO_FRAME;
	finish(&gtdt->header, "GTDT", 3, sizeof(*gtdt));
}

static void put_spcr(struct spcr *spcr)
{
	spcr->interface = SPCR_PL011;
	spcr->base = (struct address){ .bit_width = 32, .access_size = 3, .address = UART_BASE };
	spcr->irq_type = SPCR_IRQ_GIC;
	spcr->irq = UART_IRQ;
	spcr->stop_bits = 1;
	spcr->pci_device = SPCR_NO_PCI;
	spcr->pci_vendor = SPCR_NO_PCI;
	finish(&spcr->header, "SPCR", 2, sizeof(*spcr));
}

static void put_device(struct aml_device *device, const char *name, const char *hid, uint8_t uid,
		       size_t package_length)
{
	*device = (struct aml_device){
		.ext = AML_EXT,
		.op = AML_EXT_DEVICE,
		.package_length = (uint8_t)package_length,
		.hid = { .op = AML_NAME, .string_op = AML_STRING },
		.uid = { .op = AML_NAME, .byte_op = AML_BYTE, .value = uid },
	};
	memcpy(device->name, name, sizeof(device->name));
	memcpy(device->hid.name, "_HID", sizeof(device->hid.name));
	memcpy(device->hid.value, hid, sizeof(device->hid.value));
	memcpy(device->uid.name, "_UID", sizeof(device->uid.name));
}

/* A PL011 whose driver has no clock to set: it is as firmware left it. */
static void put_uart(struct aml_uart *uart)
{
	put_device(&uart->device, "COM0", "ARMH0011", 0,
		   PACKAGE_LENGTH(struct aml_uart, device.package_length));
	uart->crs = (struct aml_crs){
		.op = AML_NAME,
		.buffer_op = AML_BUFFER,
		.package_length = PACKAGE_LENGTH(struct aml_crs, package_length),
		.size_op = AML_BYTE,
		.size = PACKAGE_LENGTH(struct aml_crs, memory),
		.memory = { .tag = 0x86, .length = 9, .writable = 1, UART_BASE, UART_SIZE },
		.irq = { .tag = 0x89, .length = 6, .flags = 1, .nr_irqs = 1, .irq = UART_IRQ },
		.end = { 0x79 },
	};
	memcpy(uart->crs.name, "_CRS", sizeof(uart->crs.name));
}

/* A package's length in two bytes: 4 bits, and the 8 above them. */
static void put_scope(struct dsdt *dsdt, size_t len_bytes)
{
	size_t length = len_bytes - offsetof(struct dsdt, package_length);

	dsdt->scope_op = AML_SCOPE;
	dsdt->package_length[0] = (uint8_t)(0x40 | (length & 0xf));
	dsdt->package_length[1] = (uint8_t)(length >> 4);
	memcpy(dsdt->scope, "\\_SB_", sizeof(dsdt->scope));
}

static void put_dsdt(struct dsdt *dsdt, unsigned int nr_cpus)
{
	char name[] = "CPU0";
	unsigned int i;

	put_scope(dsdt, offsetof(struct dsdt, cpus[nr_cpus]));
	put_uart(&dsdt->uart);
	for (i = 0; i < nr_cpus; i++) {
		name[3] = (char)('0' + i);
		put_device(&dsdt->cpus[i], name, "ACPI0007", (uint8_t)i,
			   PACKAGE_LENGTH(struct aml_device, package_length));
	}
	finish(&dsdt->header, "DSDT", 2, offsetof(struct dsdt, cpus[nr_cpus]));
}

void acpi_build(const struct acpi_config *config, void *buf)
{
	struct tables *tables = buf;

	memset(buf, 0, ACPI_TABLES_SIZE);
	put_rsdp(&tables->rsdp, config->base + offsetof(struct tables, xsdt));
	put_xsdt(&tables->xsdt, config->base);
	put_fadt(&tables->fadt, config->smc, config->base + offsetof(struct tables, dsdt));
	put_madt(&tables->madt, config->nr_cpus);
	put_gtdt(&tables->gtdt);
	put_spcr(&tables->spcr);
	put_dsdt(&tables->dsdt, config->nr_cpus);
}
