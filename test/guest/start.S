/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's first instructions: image header, MMU, relocation, vectors, secondary vCPUs, and
 * the two conduits. Runs at EL1, or at EL2 in a hypervisor's place: with E2H set, the names of EL1's
 * registers mean EL2's there.
 *
 * The MMU goes on before the first store: FF-A wants RX/TX in write-back memory, and nothing
 * written past the caches can then hide behind a stale line.
 */

#define STACK_SHIFT 14

/* Stage 1 blocks of 1 GiB: device memory below RAM, write-back memory above. */
#define BLOCK_DEVICE 0x0060000000000401 /* AttrIndx 0, AF, PXN, UXN */
#define BLOCK_NORMAL 0x0000000000000705 /* AttrIndx 1, inner shareable, AF */

#define MAIR_VALUE  0xff00		/* 0: nGnRnE, 1: write-back, read and write allocate */
#define TCR_VALUE   0x0000000200803520	/* 4 GiB by TTBR0, 4 KiB granule, cacheable; 40-bit PA */
#define SCTLR_VALUE 0x30d01805		/* RES1 bits, I, C, M */
#define HCR_VALUE   0x0000000488000000	/* E2H, RW, TGE */
#define EL2	    (2 << 2)		/* in CurrentEL */

	.section .head, "ax"
	.globl	_start_code
_start_code:
	b	primary			/* code0 */
	.long	0			/* code1 */
	.quad	0			/* text_offset */
	.quad	_end			/* image_size */
	.quad	0xa			/* flags: 4 KiB pages, anywhere in memory */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

primary:
	mov	x20, x0			/* the device tree */
	bl	enable_mmu
	bl	relocate
	adrp	x0, _bss_start
	add	x0, x0, :lo12:_bss_start
	adrp	x1, _bss_end
	add	x1, x1, :lo12:_bss_end
1:	cmp	x0, x1
	b.hs	2f
	stp	xzr, xzr, [x0], #16
	b	1b
2:	mov	x0, #0
	bl	set_stack
	mov	x0, x20
	bl	guest_main
3:	wfi
	b	3b

/* PSCI CPU_ON enters here, with the vCPU's index in x0. */
	.globl	secondary_entry
secondary_entry:
	mov	x20, x0
	bl	enable_mmu
	mov	x0, x20
	bl	set_stack
	mov	x0, x20
	bl	smp_secondary
4:	wfi
	b	4b

/*
 * bool cpu_off(uint64_t index, uint64_t fid, uint64_t smc): the vCPU with that index goes off by this PSCI
 * function. What is returned to is kept on its stack.
 */
	.globl	cpu_off
cpu_off:
	stp	x19, x20, [sp, #-96]!
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	adrp	x3, off_stacks
	add	x3, x3, :lo12:off_stacks
	mov	x4, sp
	str	x4, [x3, x0, lsl #3]
	mov	x0, x1
	cbnz	x2, 8f
	hvc	#0
	b	9f
8:	smc	#0
9:	mov	x0, #0			/* it does not return if it is done */
	b	back

/* And PSCI CPU_ON enters here, with the vCPU's index in x0. */
	.globl	resume_entry
resume_entry:
	mov	x20, x0
	bl	enable_mmu
	adrp	x3, off_stacks
	add	x3, x3, :lo12:off_stacks
	ldr	x4, [x3, x20, lsl #3]
	mov	sp, x4
	mov	x0, #1
back:	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	x19, x20, [sp], #96
	ret

enable_mmu:
	mrs	x1, CurrentEL
	cmp	x1, #EL2
	b.ne	7f
	ldr	x1, =HCR_VALUE
	msr	hcr_el2, x1
	isb
7:	adrp	x1, page_table
	add	x1, x1, :lo12:page_table
	msr	ttbr0_el1, x1
	mov	x1, #MAIR_VALUE
	msr	mair_el1, x1
	ldr	x1, =TCR_VALUE
	msr	tcr_el1, x1
	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el1, x1
	tlbi	vmalle1
	ic	iallu
	dsb	nsh
	isb
	ldr	x1, =SCTLR_VALUE
	msr	sctlr_el1, x1
	isb
	ret

/* Linked at 0: add the address of the image to every pointer in it. */
relocate:
	adrp	x0, _start
	add	x0, x0, :lo12:_start
	adrp	x1, _rela_start
	add	x1, x1, :lo12:_rela_start
	adrp	x2, _rela_end
	add	x2, x2, :lo12:_rela_end
5:	cmp	x1, x2
	b.hs	6f
	ldr	x3, [x1], #16		/* r_offset; r_info is always R_AARCH64_RELATIVE */
	ldr	x4, [x1], #8		/* r_addend */
	add	x4, x4, x0
	str	x4, [x0, x3]
	b	5b
6:	ret

/* The stack of the vCPU with index x0. */
set_stack:
	adrp	x1, stacks
	add	x1, x1, :lo12:stacks
	add	x0, x0, #1
	add	x1, x1, x0, lsl #STACK_SHIFT
	mov	sp, x1
	ret
	.ltorg

/* No exception is expected: report and end. */
	.macro	vector index
	.balign	128
	mov	x0, #\index
	mrs	x1, esr_el1
	mrs	x2, elr_el1
	mrs	x3, far_el1
	b	guest_exception
	.endm

	.balign	2048
vectors:
	.irp	index, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vector	\index
	.endr

/* void conduit_hvc(const struct vffa_regs *in, struct vffa_regs *out); and the same by SMC */
	.macro	conduit name, insn
	.globl	\name
	.type	\name, %function
\name:
	stp	x19, x30, [sp, #-16]!
	mov	x19, x1
	ldp	x2, x3, [x0, #16]
	ldp	x4, x5, [x0, #32]
	ldp	x6, x7, [x0, #48]
	ldp	x8, x9, [x0, #64]
	ldp	x10, x11, [x0, #80]
	ldp	x12, x13, [x0, #96]
	ldp	x14, x15, [x0, #112]
	ldp	x16, x17, [x0, #128]
	ldp	x0, x1, [x0]
	\insn
	stp	x0, x1, [x19]
	stp	x2, x3, [x19, #16]
	stp	x4, x5, [x19, #32]
	stp	x6, x7, [x19, #48]
	stp	x8, x9, [x19, #64]
	stp	x10, x11, [x19, #80]
	stp	x12, x13, [x19, #96]
	stp	x14, x15, [x19, #112]
	stp	x16, x17, [x19, #128]
	ldp	x19, x30, [sp], #16
	ret
	.size	\name, . - \name
	.endm

	.text
	conduit	conduit_hvc, "hvc #0"
	conduit	conduit_smc, "smc #0"
	conduit	conduit_none, "nop"

	.section .rodata
	.balign	4096
page_table:
	.quad	0x00000000 | BLOCK_DEVICE
	.quad	0x40000000 | BLOCK_NORMAL
	.quad	0x80000000 | BLOCK_NORMAL
	.quad	0xc0000000 | BLOCK_NORMAL

	.bss
	.balign	16
stacks:
	.skip	8 << STACK_SHIFT
off_stacks:
	.skip	8 * 8
