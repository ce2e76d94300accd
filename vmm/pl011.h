/* SPDX-License-Identifier: GPL-2.0-only */
/* The registers of an Arm PL011 UART (DDI 0183). No locks, no KVM: the owner provides them. */
#ifndef VMM_PL011_H
#define VMM_PL011_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PL011_FIFO_DEPTH 32

/**
 * struct pl011 - one UART
 */
struct pl011 {
	/* private: */
	uint8_t rx[PL011_FIFO_DEPTH];
	unsigned int rx_head;
	unsigned int nr_rx;
	bool tx_irq;
	uint32_t ilpr;
	uint32_t ibrd;
	uint32_t fbrd;
	uint32_t lcr_h;
	uint32_t cr;
	uint32_t ifls;
	uint32_t imsc;
	uint32_t dmacr;
};

/**
 * pl011_reset() - the state after power-on
 * @uart: out
 */
void pl011_reset(struct pl011 *uart);

/**
 * pl011_enable() - what firmware does for drivers that cannot (Arm's SBSA: "generic UART")
 * @uart: after pl011_reset(); out: enabled, 8 bits, no parity, with FIFOs
 */
void pl011_enable(struct pl011 *uart);

/**
 * pl011_read() - the guest reads a register
 * @uart:   after pl011_reset()
 * @offset: 0 to 0xfff; what is no register reads as zero
 *
 * Return: the value. Reading UARTDR takes a byte from the receive FIFO.
 */
uint32_t pl011_read(struct pl011 *uart, uint64_t offset);

/**
 * pl011_write() - the guest writes a register
 * @uart:   after pl011_reset()
 * @offset: 0 to 0xfff; writes to what is no register are ignored
 * @value:  any
 *
 * Return: whether @value's low 8 bits leave the UART. They do so at once: TX is never full.
 */
bool pl011_write(struct pl011 *uart, uint64_t offset, uint32_t value);

/**
 * pl011_rx_room() - how many bytes the receive FIFO can take
 * @uart: after pl011_reset()
 *
 * Return: a number of bytes; a disabled FIFO holds one.
 */
size_t pl011_rx_room(const struct pl011 *uart);

/**
 * pl011_receive() - a byte arrives from outside
 * @uart: has room for it, else the byte is lost
 * @byte: any
 */
void pl011_receive(struct pl011 *uart, uint8_t byte);

/**
 * pl011_irq() - the combined interrupt line
 * @uart: after pl011_reset()
 *
 * Return: whether it is raised. Changes only in the functions above.
 */
bool pl011_irq(const struct pl011 *uart);

#endif /* VMM_PL011_H */
