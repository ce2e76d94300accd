/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SPMC's image: what is loaded, then what is zeroed at boot, then the CPUs' stacks, which are
 * neither. What follows is for mmu_alloc().
 * Every part starts on a page of its own, because mmu.c gives each its own permissions.
 */
#include "board.h"

OUTPUT_FORMAT("elf64-littleaarch64")
ENTRY(_start)

SECTIONS
{
	. = BOARD_IMAGE_BASE;
	fw_text_start = .;
	.text : {
		*(.text.boot)
		*(.text .text.*)
	}
	. = ALIGN(FW_PAGE_SIZE);
	fw_text_end = .;
	.rodata : {
		*(.rodata .rodata.*)
		/* libfdt's, which is position independent; complete when linked. */
		*(.got .got.plt)
	}
	. = ALIGN(FW_PAGE_SIZE);
	fw_rodata_end = .;
	.data : {
		*(.data .data.*)
		. = ALIGN(FW_PAGE_SIZE);
	}
	fw_bss_start = .;
	.bss (NOLOAD) : {
		*(.bss .bss.* COMMON)
		. = ALIGN(FW_PAGE_SIZE);
	}
	fw_bss_end = .;
	.stacks (NOLOAD) : {
		. = ALIGN(FW_STACK_STRIDE);
		fw_stacks = .;
		. += FW_NR_STACKS * FW_STACK_STRIDE;
	}
	fw_end = .;

	ASSERT(ADDR(.bss) == fw_bss_start, "a section that is not named here lies before .bss")
	ASSERT(fw_end <= BOARD_IMAGE_BASE + BOARD_IMAGE_SIZE, "the secure memory is too small")

	/DISCARD/ : {
		*(.comment .note* .eh_frame* .interp .dyn*)
	}
}
