/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's physical addresses and interrupts, as on QEMU's "virt" machine. */
#ifndef VMM_MAP_H
#define VMM_MAP_H

#define GIC_DIST_BASE	UINT64_C(0x08000000)
#define GIC_DIST_SIZE	UINT64_C(0x00010000)
#define GIC_REDIST_BASE UINT64_C(0x080a0000)
#define GIC_REDIST_SIZE UINT64_C(0x00020000) /* per vCPU */
#define GIC_NR_IRQS	64

#define UART_BASE UINT64_C(0x09000000)
#define UART_SIZE UINT64_C(0x00001000)
#define UART_SPI  1u
#define UART_IRQ  (32 + UART_SPI)

/* The architecture's timers: PPIs, numbered as interrupts. */
#define TIMER_HYP_IRQ	 26u
#define TIMER_VIRT_IRQ	 27u
#define TIMER_SECURE_IRQ 29u
#define TIMER_PHYS_IRQ	 30u

/*
 * Ours: a 32-bit write ends the VMM, with the low 8 bits as its exit status; a read tells how often
 * the guest was rebooted.
 */
#define TEST_EXIT_BASE UINT64_C(0x09080000)
#define TEST_EXIT_SIZE UINT64_C(0x00001000)

#define RAM_BASE UINT64_C(0x40000000)

/* The window for memory of partitions is behind the RAM, at a multiple of this. */
#define WINDOW_ALIGN UINT64_C(0x40000000)

#define MAX_VCPUS 8

#endif /* VMM_MAP_H */
