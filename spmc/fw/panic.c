// SPDX-License-Identifier: GPL-2.0-only
/* What is printed when the SPMC or a partition did something impossible. */
#include "panic.h"

#include "board.h"
#include "console.h"
#include "cpu.h"
#include "io.h"

#define GPIO_DIR      0x400
#define GPIO_POWEROFF (1u << 0)
/* Data registers of the PL061 are addressed by the pins that a write changes. */
#define GPIO_DATA(pins) ((pins) << 2)

static_assert(sizeof(struct fw_frame) == 272, "FRAME_SIZE in vectors.S");

static _Noreturn void power_off(void)
{
	io_write32(BOARD_GPIO_BASE + GPIO_DIR, GPIO_POWEROFF);
	io_write32(BOARD_GPIO_BASE + GPIO_DATA(GPIO_POWEROFF), 0);
	io_write32(BOARD_GPIO_BASE + GPIO_DATA(GPIO_POWEROFF), GPIO_POWEROFF);
	for (;;)
		asm volatile("wfi");
}

_Noreturn void fw_panic(const char *why)
{
	interrupts_save();
	console_puts("spmc: panic: ");
	console_puts(why);
	console_puts("\n");
	power_off();
}

static void print(const char *name, uint64_t value)
{
	console_puts(name);
	console_put_hex(value);
}

static void print_registers(const struct fw_frame *frame)
{
	char name[] = " x00 ";

	for (unsigned int i = 0; i < 31; i++) {
		name[2] = (char)('0' + i / 10);
		name[3] = (char)('0' + i % 10);
		print(name, frame->x[i]);
		if (i % 4 == 3 || i == 30)
			console_puts("\n");
	}
}

_Noreturn void fw_fault(const struct fw_frame *frame, unsigned int kind)
{
	static const char *const kinds[] = { "exception", "irq", "fiq", "SError", "from below" };

	console_puts("spmc: fault: ");
	console_puts(kinds[kind]);
	print(", cpu ", this_cpu()->index);
	print("\n esr ", read_sysreg(esr_el2));
	print(" far ", read_sysreg(far_el2));
	print(" elr ", frame->elr);
	print("\nspsr ", frame->spsr);
	print("  sp ", frame->sp);
	console_puts(this_cpu()->current ? " (in a partition)\n" : "\n");
	print_registers(frame);
	power_off();
}
