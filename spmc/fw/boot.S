/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the SPMD enters: S-EL2, every interrupt masked, MMU off on a first entry.
 *
 * _start is the boot CPU's. Others come in at fw_secondary, and again there after they were off.
 */
#include "board.h"

/* RW, AMO, IMO, FMO: interrupts are taken here; the EL1 below is AArch64 and never entered. */
#define HCR_EL2_VAL	((1 << 31) | (1 << 5) | (1 << 4) | (1 << 3))
/* RES1, and TFP: floating-point registers are the normal world's, and a trap shows who touches one. */
#define CPTR_EL2_VAL	(0x32ff | (1 << 10))
/* RES1; M, C, SA, I, WXN */
#define SCTLR_EL2_VAL	(0x30c50830 | (1 << 0) | (1 << 2) | (1 << 3) | (1 << 12) | (1 << 19))

	.section .text.boot, "ax"

	.global	_start
_start:
	mov	x19, x0			/* the manifest */
	bl	set_stacks
	adrp	x0, fw_bss_start
	adrp	x1, fw_bss_end
1:	cmp	x0, x1
	b.eq	2f
	stp	xzr, xzr, [x0], #16
	b	1b
2:	bl	mmu_build
	bl	enable
	mov	x0, x19
	mov	x29, xzr
	bl	fw_main
	b	.

	.global	fw_secondary
fw_secondary:
	bl	set_stacks
	bl	enable
	mov	x29, xzr
	bl	fw_secondary_main
	b	.

/* This CPU's stack, and SP_EL0 as its stack for faults. */
set_stacks:
	msr	daifset, #0xf
	mrs	x0, mpidr_el1
	and	x0, x0, #0xff
	cmp	x0, #FW_MAX_CPUS
	b.hs	.			/* machine/run has no more CPUs than that */
	adrp	x1, fw_stacks
	mov	x2, #(2 * FW_STACK_STRIDE)
	madd	x1, x0, x2, x1
	add	x1, x1, #FW_STACK_STRIDE
	msr	spsel, #1
	mov	sp, x1
	add	x1, x1, #FW_STACK_STRIDE
	msr	spsel, #0
	mov	sp, x1
	msr	spsel, #1
	ret

/* Everything the SPMC relies on. The addresses do not change when the MMU goes on. */
enable:
	adrp	x0, fw_vectors
	add	x0, x0, :lo12:fw_vectors
	msr	vbar_el2, x0
	ldr	x0, =HCR_EL2_VAL
	msr	hcr_el2, x0
	ldr	x0, =CPTR_EL2_VAL
	msr	cptr_el2, x0
	mrs	x0, mpidr_el1
	and	x0, x0, #0xff
	adrp	x1, fw_cpus
	add	x1, x1, :lo12:fw_cpus
	add	x1, x1, x0, lsl #4	/* sizeof(struct fw_cpu), see main.c */
	msr	tpidr_el2, x1

	adrp	x1, mmu_regs
	add	x1, x1, :lo12:mmu_regs
	ldp	x2, x3, [x1]
	ldr	x4, [x1, #16]
	msr	mair_el2, x2
	msr	tcr_el2, x3
	msr	ttbr0_el2, x4
	dsb	ish
	isb
	tlbi	alle2
	ic	iallu
	dsb	ish
	isb
	ldr	x0, =SCTLR_EL2_VAL
	msr	sctlr_el2, x0
	isb
	ret
	.ltorg
