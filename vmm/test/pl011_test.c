// SPDX-License-Identifier: GPL-2.0-only
/* The UART as its two ends see it: registers and interrupt line, bytes out and in. */
#include "pl011.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DR    0x000
#define FR    0x018
#define LCR_H 0x02c
#define IMSC  0x038
#define RIS   0x03c
#define MIS   0x040
#define ICR   0x044

#define FR_RXFE 0x10
#define FR_RXFF 0x40
#define FR_TXFE 0x80

#define LCR_H_FEN 0x10

#define INT_RX 0x10
#define INT_TX 0x20

static struct pl011 uart;

static int reset(void **state)
{
	memset(&uart, 0xff, sizeof(uart));
	pl011_reset(&uart);
	return 0;
}

static void receive(const char *text)
{
	for (; *text; text++)
		pl011_receive(&uart, (uint8_t)*text);
}

static void primecell_ids_are_those_of_a_pl011(void **state)
{
	static const uint32_t ids[] = { 0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };
	unsigned int i;

	for (i = 0; i < 8; i++)
		assert_int_equal(pl011_read(&uart, 0xfe0 + 4 * i), ids[i]);
	assert_int_equal(pl011_read(&uart, 0xfe1), 0);
}

static void reset_is_idle(void **state)
{
	assert_int_equal(pl011_read(&uart, FR), FR_TXFE | FR_RXFE);
	assert_int_equal(pl011_read(&uart, RIS), 0);
	assert_int_equal(pl011_read(&uart, DR), 0);
	assert_int_equal(pl011_read(&uart, 0x30), 0x300);
	assert_int_equal(pl011_read(&uart, 0x34), 0x12);
	assert_false(pl011_irq(&uart));
	assert_int_equal(pl011_rx_room(&uart), 1);
}

static void bytes_are_sent_at_once(void **state)
{
	assert_true(pl011_write(&uart, DR, 'h'));
	assert_true(pl011_write(&uart, DR, 'i'));
	assert_false(pl011_write(&uart, ICR, 'j'));
	assert_int_equal(pl011_read(&uart, FR) & FR_TXFE, FR_TXFE);
}

static void tx_interrupt_follows_a_byte_until_cleared(void **state)
{
	pl011_write(&uart, IMSC, INT_TX);
	assert_false(pl011_irq(&uart));
	pl011_write(&uart, DR, 'x');
	assert_true(pl011_irq(&uart));
	assert_int_equal(pl011_read(&uart, MIS), INT_TX);
	pl011_write(&uart, ICR, INT_RX);
	assert_true(pl011_irq(&uart));
	pl011_write(&uart, ICR, INT_TX);
	assert_false(pl011_irq(&uart));
}

static void rx_interrupt_lasts_while_a_byte_waits(void **state)
{
	pl011_write(&uart, LCR_H, LCR_H_FEN);
	pl011_write(&uart, IMSC, INT_RX);
	receive("ab");
	assert_true(pl011_irq(&uart));
	pl011_write(&uart, ICR, 0x7ff);
	assert_int_equal(pl011_read(&uart, DR), 'a');
	assert_true(pl011_irq(&uart));
	assert_int_equal(pl011_read(&uart, DR), 'b');
	assert_false(pl011_irq(&uart));
	assert_int_equal(pl011_read(&uart, FR) & FR_RXFE, FR_RXFE);
}

static void masked_interrupts_are_only_raw(void **state)
{
	receive("a");
	assert_int_equal(pl011_read(&uart, RIS), INT_RX);
	assert_int_equal(pl011_read(&uart, MIS), 0);
	assert_false(pl011_irq(&uart));
}

static void full_fifo_keeps_its_order_and_loses_the_rest(void **state)
{
	unsigned int i;

	pl011_write(&uart, LCR_H, LCR_H_FEN);
	receive("#");
	pl011_read(&uart, DR); /* so that the ring wraps */
	for (i = 0; i < PL011_FIFO_DEPTH + 5; i++)
		pl011_receive(&uart, (uint8_t)i);
	assert_int_equal(pl011_rx_room(&uart), 0);
	assert_int_equal(pl011_read(&uart, FR) & FR_RXFF, FR_RXFF);
	for (i = 0; i < PL011_FIFO_DEPTH; i++)
		assert_int_equal(pl011_read(&uart, DR), i);
	assert_int_equal(pl011_rx_room(&uart), PL011_FIFO_DEPTH);
}

static void disabled_fifo_holds_one_byte(void **state)
{
	receive("ab");
	assert_int_equal(pl011_rx_room(&uart), 0);
	assert_int_equal(pl011_read(&uart, DR), 'a');
	assert_int_equal(pl011_read(&uart, DR), 0);
}

/* A driver that may not touch LCR_H and CR finds FIFOs and an enabled UART. */
static void firmware_can_have_it_enabled(void **state)
{
	pl011_enable(&uart);
	assert_int_equal(pl011_rx_room(&uart), PL011_FIFO_DEPTH);
	assert_int_equal(pl011_read(&uart, LCR_H), 0x70);
	assert_int_equal(pl011_read(&uart, 0x30), 0x301);
	assert_int_equal(pl011_read(&uart, FR), FR_TXFE | FR_RXFE);
}

static void switching_the_fifo_empties_it(void **state)
{
	pl011_write(&uart, LCR_H, LCR_H_FEN);
	receive("abc");
	pl011_write(&uart, LCR_H, LCR_H_FEN | 0x60);
	assert_int_equal(pl011_rx_room(&uart), PL011_FIFO_DEPTH - 3);
	pl011_write(&uart, LCR_H, 0);
	assert_int_equal(pl011_rx_room(&uart), 1);
}

static void plain_registers_keep_their_defined_bits(void **state)
{
	static const struct {
		uint64_t offset;
		uint32_t mask;
	} regs[] = {
		{ 0x20, 0xff },	  { 0x24, 0xffff }, { 0x28, 0x3f },  { 0x2c, 0xff },
		{ 0x30, 0xffff }, { 0x34, 0x3f },   { 0x38, 0x7ff }, { 0x48, 0x7 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		pl011_write(&uart, regs[i].offset, 0xffffffff);
		assert_int_equal(pl011_read(&uart, regs[i].offset), regs[i].mask);
	}
}

static void what_is_no_register_reads_as_zero(void **state)
{
	uint64_t offset;

	for (offset = 0x4c; offset < 0xfe0; offset++) {
		pl011_write(&uart, offset, 0xffffffff);
		assert_int_equal(pl011_read(&uart, offset), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(primecell_ids_are_those_of_a_pl011, reset),
		cmocka_unit_test_setup(reset_is_idle, reset),
		cmocka_unit_test_setup(bytes_are_sent_at_once, reset),
		cmocka_unit_test_setup(tx_interrupt_follows_a_byte_until_cleared, reset),
		cmocka_unit_test_setup(rx_interrupt_lasts_while_a_byte_waits, reset),
		cmocka_unit_test_setup(masked_interrupts_are_only_raw, reset),
		cmocka_unit_test_setup(full_fifo_keeps_its_order_and_loses_the_rest, reset),
		cmocka_unit_test_setup(disabled_fifo_holds_one_byte, reset),
		cmocka_unit_test_setup(firmware_can_have_it_enabled, reset),
		cmocka_unit_test_setup(switching_the_fifo_empties_it, reset),
		cmocka_unit_test_setup(plain_registers_keep_their_defined_bits, reset),
		cmocka_unit_test_setup(what_is_no_register_reads_as_zero, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
