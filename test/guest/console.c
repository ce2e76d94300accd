// SPDX-License-Identifier: GPL-2.0-only
/* The guest's console: a PL011, polled. */
#include "board.h"

#define UART_BASE    0x09000000ul
#define UART_DR	     0x00
#define UART_FR	     0x18
#define UART_FR_TXFF (1u << 5)

static int locked;

static volatile uint32_t *uart_reg(unsigned int offset)
{
	return (volatile uint32_t *)(UART_BASE + offset);
}

static void put_char(char c)
{
	while (*uart_reg(UART_FR) & UART_FR_TXFF)
		;
	*uart_reg(UART_DR) = (uint8_t)c;
}

void console_print(const char *line)
{
	while (__atomic_exchange_n(&locked, 1, __ATOMIC_ACQUIRE))
		;
	while (*line)
		put_char(*line++);
	put_char('\r');
	put_char('\n');
	__atomic_store_n(&locked, 0, __ATOMIC_RELEASE);
}
