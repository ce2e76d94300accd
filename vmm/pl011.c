// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registers of an Arm PL011 UART r1p5, without modem lines, DMA, errors or loop-back.
 * What happens to the bytes and to the interrupt line is not here but in mmio.c.
 */
#include "pl011.h"

#define UARTDR	      0x000
#define UARTFR	      0x018
#define UARTILPR      0x020
#define UARTIBRD      0x024
#define UARTFBRD      0x028
#define UARTLCR_H     0x02c
#define UARTCR	      0x030
#define UARTIFLS      0x034
#define UARTIMSC      0x038
#define UARTRIS	      0x03c
#define UARTMIS	      0x040
#define UARTICR	      0x044
#define UARTDMACR     0x048
#define UARTPeriphID0 0xfe0
#define UARTPCellID3  0xffc

#define FR_RXFE 0x10u
#define FR_RXFF 0x40u
#define FR_TXFE 0x80u

#define LCR_H_FEN    0x10u
#define LCR_H_8_BITS 0x60u
#define CR_UARTEN    0x001u

#define INT_RX	0x010u
#define INT_TX	0x020u
#define INT_ALL 0x7ffu

void pl011_reset(struct pl011 *uart)
{
	*uart = (struct pl011){ .cr = 0x300, .ifls = 0x12 };
}

void pl011_enable(struct pl011 *uart)
{
	uart->lcr_h = LCR_H_8_BITS | LCR_H_FEN;
	uart->cr |= CR_UARTEN;
}

static unsigned int rx_depth(const struct pl011 *uart)
{
	return uart->lcr_h & LCR_H_FEN ? PL011_FIFO_DEPTH : 1;
}

size_t pl011_rx_room(const struct pl011 *uart)
{
	unsigned int depth = rx_depth(uart);

	return uart->nr_rx < depth ? depth - uart->nr_rx : 0;
}

void pl011_receive(struct pl011 *uart, uint8_t byte)
{
	if (!pl011_rx_room(uart))
		return;
	uart->rx[(uart->rx_head + uart->nr_rx) % PL011_FIFO_DEPTH] = byte;
	uart->nr_rx++;
}

static uint32_t take_rx(struct pl011 *uart)
{
	uint8_t byte;

	if (!uart->nr_rx)
		return 0;
	byte = uart->rx[uart->rx_head];
	uart->rx_head = (uart->rx_head + 1) % PL011_FIFO_DEPTH;
	uart->nr_rx--;
	return byte;
}

static uint32_t flags(const struct pl011 *uart)
{
	return FR_TXFE | (uart->nr_rx ? 0 : FR_RXFE) | (pl011_rx_room(uart) ? 0 : FR_RXFF);
}

/*
 * The receive interrupt follows the FIFO, whatever its trigger level and however often the guest
 * clears it: a byte that waits is always announced, so none needs a receive timeout.
 */
static uint32_t raw_interrupts(const struct pl011 *uart)
{
	return (uart->nr_rx ? INT_RX : 0) | (uart->tx_irq ? INT_TX : 0);
}

bool pl011_irq(const struct pl011 *uart)
{
	return raw_interrupts(uart) & uart->imsc;
}

static uint32_t read_id(uint64_t offset)
{
	static const uint8_t ids[] = { 0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

	return offset % 4 ? 0 : ids[(offset - UARTPeriphID0) / 4];
}

uint32_t pl011_read(struct pl011 *uart, uint64_t offset)
{
	switch (offset) {
	case UARTDR:
		return take_rx(uart);
	case UARTFR:
		return flags(uart);
	case UARTILPR:
		return uart->ilpr;
	case UARTIBRD:
		return uart->ibrd;
	case UARTFBRD:
		return uart->fbrd;
	case UARTLCR_H:
		return uart->lcr_h;
	case UARTCR:
		return uart->cr;
	case UARTIFLS:
		return uart->ifls;
	case UARTIMSC:
		return uart->imsc;
	case UARTRIS:
		return raw_interrupts(uart);
	case UARTMIS:
		return raw_interrupts(uart) & uart->imsc;
	case UARTDMACR:
		return uart->dmacr;
	case UARTPeriphID0 ... UARTPCellID3:
		return read_id(offset);
	default:
		return 0;
	}
}

static void write_lcr_h(struct pl011 *uart, uint32_t value)
{
	if ((uart->lcr_h ^ value) & LCR_H_FEN)
		uart->nr_rx = 0; /* enabling or disabling the FIFOs empties them */
	uart->lcr_h = value & 0xff;
}

bool pl011_write(struct pl011 *uart, uint64_t offset, uint32_t value)
{
	switch (offset) {
	case UARTDR:
		uart->tx_irq = true;
		return true;
	case UARTILPR:
		uart->ilpr = value & 0xff;
		break;
	case UARTIBRD:
		uart->ibrd = value & 0xffff;
		break;
	case UARTFBRD:
		uart->fbrd = value & 0x3f;
		break;
	case UARTLCR_H:
		write_lcr_h(uart, value);
		break;
	case UARTCR:
		uart->cr = value & 0xffff;
		break;
	case UARTIFLS:
		uart->ifls = value & 0x3f;
		break;
	case UARTIMSC:
		uart->imsc = value & INT_ALL;
		break;
	case UARTICR:
		if (value & INT_TX)
			uart->tx_irq = false;
		break;
	case UARTDMACR:
		uart->dmacr = value & 0x7;
		break;
	}
	return false;
}
