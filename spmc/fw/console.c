// SPDX-License-Identifier: GPL-2.0-only
/* PL011: output alone, without interrupts. */
#include "console.h"

#include "board.h"
#include "cpu.h"
#include "io.h"
#include "libc.h"

#define UART_DR	       0x00
#define UART_FR	       0x18
#define UART_FR_TXFF   (1u << 5)
#define UART_CR	       0x30
#define UART_CR_ENABLE 0x101u /* the UART and its transmitter */

static struct spinlock lock;

void console_init(void)
{
	io_write32(BOARD_UART_BASE + UART_CR, UART_CR_ENABLE);
}

static void put(char c)
{
	while (io_read32(BOARD_UART_BASE + UART_FR) & UART_FR_TXFF)
		;
	io_write32(BOARD_UART_BASE + UART_DR, (unsigned char)c);
}

void console_write(const char *text, size_t len)
{
	uint64_t daif = interrupts_save();

	spin_lock(&lock);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			put('\r');
		put(text[i]);
	}
	spin_unlock(&lock);
	interrupts_restore(daif);
}

void console_puts(const char *text)
{
	console_write(text, strlen(text));
}

void console_put_hex(uint64_t value)
{
	char text[16];

	for (unsigned int i = 0; i < sizeof(text); i++)
		text[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 0xf];
	console_write(text, sizeof(text));
}
