/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QEMU's "virt" machine with secure=on, and TF-A's ideas about it: what the SPMC's firmware uses.
 *
 * Assembly and the linker script include this, too.
 */
#ifndef SPMC_FW_BOARD_H
#define SPMC_FW_BOARD_H

/* Same as in the SPMC's manifest and as BL32 in TF-A's platform. */
#define BOARD_IMAGE_BASE 0x0e100000
#define BOARD_IMAGE_SIZE 0x00f00000

/* All secure memory; the first MiB is TF-A's and holds the SPMC's manifest. */
#define BOARD_SECRAM_BASE 0x0e000000
#define BOARD_SECRAM_SIZE 0x01000000

#define BOARD_DEVICES_BASE 0x08000000
#define BOARD_DEVICES_SIZE 0x01200000
#define BOARD_GICR_BASE	   0x080a0000
#define BOARD_UART_BASE	   0x09040000 /* the secure one */
#define BOARD_GPIO_BASE	   0x090b0000 /* secure; pin 0 switches the machine off */

/* The normal world's device tree, which QEMU and BL2 wrote. */
#define BOARD_NS_DTB_BASE  0x40000000
#define BOARD_NS_DTB_PAGES 256

/*
 * Schedule receiver interrupt. TF-A gives SGIs 8 to 15 to the secure world; this one is given back.
 */
#define BOARD_SRI 8

/* The Secure EL2 physical timer's PPI. TF-A gives it to the normal world, as it does all it does not know. */
#define BOARD_TIMER 20

#define FW_MAX_CPUS	8
#define FW_PAGE_SIZE	4096
#define FW_STACK_SIZE	0x3000 /* with a page in front that is not mapped */
#define FW_STACK_STRIDE 0x4000
#define FW_NR_STACKS	(2 * FW_MAX_CPUS) /* of a CPU: the usual one, and one for faults */

#endif /* SPMC_FW_BOARD_H */
