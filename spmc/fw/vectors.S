/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Exceptions taken at S-EL2. An interrupt in a partition returns, a Non-secure one (FIQ) and a secure
 * one (IRQ); everything else is the end: panic.c prints it.
 */
#define FRAME_SIZE	272	/* struct fw_frame */

	.macro save_gprs
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	stp	x30, x2, [sp, #240]
	str	x3, [sp, #256]
	.endm

	.macro vector handler, arg
	.balign	0x80
	mov_arg_\handler \arg
	b	\handler
	.endm

	/*
	 * The stack may be what is wrong: SP_EL0 has another. TPIDR_EL0 is the normal world's, which
	 * does not go on either.
	 */
	.macro mov_arg_die what
	msr	tpidr_el0, x0
	mov	x0, sp
	msr	spsel, #0
	sub	sp, sp, #FRAME_SIZE
	str	x0, [sp, #264]
	mrs	x0, tpidr_el0
	stp	x0, x1, [sp]
	mov	x1, #\what
	.endm

	.macro mov_arg_preempt what
	.endm

	.macro mov_arg_interrupt what
	.endm

	/* A fault in the fault handler: nothing more to tell. */
	.macro mov_arg_stop what
	.endm

	.section .text.vectors, "ax"
	.balign	0x800
	.global	fw_vectors
fw_vectors:
	/* From SP_EL0: while a fault was printed. */
	vector	stop, 0
	vector	stop, 0
	vector	stop, 0
	vector	stop, 0
	/* From SP_ELx */
	vector	die, 0
	vector	interrupt, 0
	vector	preempt, 0
	vector	die, 3
	/* From lower levels, of which there are none */
	.rept	8
	vector	die, 4
	.endr

die:
	save_gprs
	mov	x0, sp
	bl	fw_fault
stop:
	wfi
	b	stop

	.macro enter handler
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	save_gprs
	mov	x0, sp
	bl	\handler
	.endm

interrupt:
	enter	fw_interrupt
	b	go_on

preempt:
	enter	fw_preempt
go_on:
	ldp	x30, x2, [sp, #240]
	ldr	x3, [sp, #256]
	msr	elr_el2, x2
	msr	spsr_el2, x3
	ldp	x28, x29, [sp, #224]
	ldp	x26, x27, [sp, #208]
	ldp	x24, x25, [sp, #192]
	ldp	x22, x23, [sp, #176]
	ldp	x20, x21, [sp, #160]
	ldp	x18, x19, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp]
	add	sp, sp, #FRAME_SIZE
	eret
