// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stage 1 of S-EL2: 4 KiB pages, 39 bits of addresses, the image and devices where they are.
 *
 * Tables of pages that lie one after the other are one array here, so that finding an entry is
 * arithmetic: all of the secure memory, and the window through which Non-secure memory is seen.
 */
#include "mmu.h"

#include "board.h"
#include "cpu.h"

#define PAGE_SHIFT    12
#define BLOCK_SHIFT   21 /* what an entry of level 2 covers */
#define TABLE_ENTRIES 512
#define BLOCK_SIZE    (1ull << BLOCK_SHIFT)

#define WINDOW_BASE  0x40000000ull
#define WINDOW_PAGES 0x10000u
#define SECRAM_PAGES (BOARD_SECRAM_SIZE >> PAGE_SHIFT)

#define ENTRY_BLOCK  0x1ull
#define ENTRY_TABLE  0x3ull
#define ENTRY_PAGE   0x3ull
#define ENTRY_DEVICE (0ull << 2)		 /* of MAIR_VAL */
#define ENTRY_NORMAL ((1ull << 2) | (3ull << 8)) /* inner shareable */
#define ENTRY_NS     (1ull << 5)
#define ENTRY_AP1    (1ull << 6) /* RES1 where EL0 has no part */
#define ENTRY_RO     (1ull << 7)
#define ENTRY_AF     (1ull << 10)
#define ENTRY_XN     (1ull << 54)

#define RO_DATA (ENTRY_NORMAL | ENTRY_RO | ENTRY_XN)
#define RW_DATA (ENTRY_NORMAL | ENTRY_XN)
#define CODE	(ENTRY_NORMAL | ENTRY_RO)

/* 0: Device-nGnRE; 1: normal, write-back, allocating */
#define MAIR_VAL 0xff04ull
/* RES1; T0SZ: 39 bits; tables normal write-back, inner shareable; 4 KiB */
#define TCR_VAL	     ((1ull << 31) | (1ull << 23) | 25 | (1ull << 8) | (1ull << 10) | (3ull << 12))
#define TCR_PS_SHIFT 16
#define PARANGE_48   5u

/* For boot.S: MAIR_EL2, TCR_EL2, TTBR0_EL2. */
uint64_t mmu_regs[3];

#define TABLE __attribute__((aligned(FW_PAGE_SIZE)))
static uint64_t level1[TABLE_ENTRIES] TABLE;
static uint64_t first_gib[TABLE_ENTRIES] TABLE;
static uint64_t window_tables[TABLE_ENTRIES] TABLE;
static uint64_t secram[SECRAM_PAGES] TABLE;
static uint64_t window[WINDOW_PAGES] TABLE;

/* Of window[]; taken with interrupts masked, as partitions map, too. */
static struct spinlock window_lock;
static uint32_t window_next;

extern char fw_text_start[], fw_text_end[], fw_rodata_end[], fw_bss_end[], fw_stacks[], fw_end[];

static uint64_t page_entry(uint64_t pa, uint64_t attributes)
{
	return pa | attributes | ENTRY_AP1 | ENTRY_AF | ENTRY_PAGE;
}

static void point_at_tables(uint64_t *level2, unsigned int first, uint64_t *pages, unsigned int nr)
{
	for (unsigned int i = 0; i < nr / TABLE_ENTRIES; i++)
		level2[first + i] = (uintptr_t)&pages[i * TABLE_ENTRIES] | ENTRY_TABLE;
}

static void map_image(uintptr_t from, uintptr_t to, uint64_t attributes)
{
	for (uintptr_t pa = from; pa < to; pa += FW_PAGE_SIZE)
		secram[(pa - BOARD_SECRAM_BASE) >> PAGE_SHIFT] = page_entry(pa, attributes);
}

static void map_devices(void)
{
	uint64_t attributes = ENTRY_DEVICE | ENTRY_XN | ENTRY_AP1 | ENTRY_AF | ENTRY_BLOCK;
	uint64_t pa;

	for (pa = BOARD_DEVICES_BASE; pa < BOARD_DEVICES_BASE + BOARD_DEVICES_SIZE;
	     pa += BLOCK_SIZE)
		first_gib[pa >> BLOCK_SHIFT] = pa | attributes;
}

void mmu_build(void)
{
	uintptr_t stacks = (uintptr_t)fw_stacks;
	uint64_t parange = read_sysreg(id_aa64mmfr0_el1) & 0xf;

	level1[0] = (uintptr_t)first_gib | ENTRY_TABLE;
	level1[WINDOW_BASE >> 30] = (uintptr_t)window_tables | ENTRY_TABLE;
	point_at_tables(first_gib, BOARD_SECRAM_BASE >> BLOCK_SHIFT, secram, SECRAM_PAGES);
	point_at_tables(window_tables, 0, window, WINDOW_PAGES);

	map_devices();
	/* TF-A's part, for the manifest. */
	map_image(BOARD_SECRAM_BASE, BOARD_IMAGE_BASE, RO_DATA);
	map_image((uintptr_t)fw_text_start, (uintptr_t)fw_text_end, CODE);
	map_image((uintptr_t)fw_text_end, (uintptr_t)fw_rodata_end, RO_DATA);
	map_image((uintptr_t)fw_rodata_end, (uintptr_t)fw_bss_end, RW_DATA);
	for (unsigned int i = 0; i < FW_NR_STACKS; i++, stacks += FW_STACK_STRIDE)
		map_image(stacks + FW_STACK_STRIDE - FW_STACK_SIZE, stacks + FW_STACK_STRIDE,
			  RW_DATA);

	mmu_regs[0] = MAIR_VAL;
	mmu_regs[1] = TCR_VAL | (parange < PARANGE_48 ? parange : PARANGE_48) << TCR_PS_SHIFT;
	mmu_regs[2] = (uintptr_t)level1;
}

void *mmu_alloc(size_t size)
{
	static uintptr_t next = (uintptr_t)fw_end;
	uintptr_t first = next + FW_PAGE_SIZE;
	size_t left = BOARD_IMAGE_BASE + BOARD_IMAGE_SIZE - first;

	size = (size + FW_PAGE_SIZE - 1) & ~(size_t)(FW_PAGE_SIZE - 1);
	if (first > BOARD_IMAGE_BASE + BOARD_IMAGE_SIZE || size > left)
		return NULL;
	next = first + size;
	map_image(first, next, RW_DATA);
	asm volatile("dsb ishst\n\tisb" : : : "memory");
	return memset((void *)first, 0, size);
}

/* First of @nr free entries in a row between @from and @to; @to if there are not that many. */
static uint32_t find_free(uint32_t from, uint32_t to, uint32_t nr)
{
	uint32_t run = 0;

	for (uint32_t i = from; i < to; i++) {
		run = window[i] ? 0 : run + 1;
		if (run == nr)
			return i + 1 - nr;
	}
	return to;
}

void *mmu_map_ns(uint64_t pa, uint32_t nr_pages, bool write)
{
	uint64_t attributes = (write ? RW_DATA : RO_DATA) | ENTRY_NS;
	uint64_t daif;
	uint32_t first;

	if (nr_pages == 0 || nr_pages >= WINDOW_PAGES)
		return NULL;

	daif = interrupts_save();
	spin_lock(&window_lock);
	/* Addresses come back late, so that whoever still uses an old one is noticed. */
	first = find_free(window_next, WINDOW_PAGES, nr_pages + 1);
	if (first == WINDOW_PAGES)
		first = find_free(0, WINDOW_PAGES, nr_pages + 1);
	if (first != WINDOW_PAGES) {
		for (uint32_t i = 0; i < nr_pages; i++)
			window[first + i] = page_entry(pa + i * FW_PAGE_SIZE, attributes);
		window_next = first + nr_pages + 1;
		asm volatile("dsb ishst\n\tisb" : : : "memory");
	}
	spin_unlock(&window_lock);
	interrupts_restore(daif);
	return first == WINDOW_PAGES ? NULL
				     : (void *)(WINDOW_BASE + (uint64_t)first * FW_PAGE_SIZE);
}

void mmu_unmap_ns(void *va, uint32_t nr_pages)
{
	uint32_t first = (uint32_t)(((uintptr_t)va - WINDOW_BASE) >> PAGE_SHIFT);
	uint64_t daif = interrupts_save();

	spin_lock(&window_lock);
	for (uint32_t i = 0; i < nr_pages; i++)
		window[first + i] = 0;
	asm volatile("dsb ishst" : : : "memory");
	for (uint32_t i = 0; i < nr_pages; i++)
		asm volatile("tlbi vae2is, %0" : : "r"((WINDOW_BASE >> PAGE_SHIFT) + first + i));
	asm volatile("dsb ish\n\tisb" : : : "memory");
	spin_unlock(&window_lock);
	interrupts_restore(daif);
}
