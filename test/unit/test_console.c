// SPDX-License-Identifier: GPL-2.0-only
/* FFA_CONSOLE_LOG: characters from registers, and the lines that come of them. */
#include "world.h"

/* Logs a string, as many characters at a time as the registers of either width hold. */
static void log_text(struct fake_vm *vm, bool is_64, const char *text)
{
	size_t len = strlen(text);
	size_t max = is_64 ? FFA_CONSOLE_MAX_64 : FFA_CONSOLE_MAX_32;
	unsigned int width = is_64 ? 8 : 4;

	for (size_t done = 0; done < len; done += max) {
		size_t n = len - done < max ? len - done : max;
		struct vffa_regs regs = { { is_64 ? FFA_CONSOLE_LOG_64 : FFA_CONSOLE_LOG_32, n } };

		for (size_t i = 0; i < n; i++)
			regs.x[2 + i / width] |= (uint64_t)(uint8_t)text[done + i]
						 << (8 * (i % width));
		expect_regs(guest_call(vm, 0, regs), FFA_SUCCESS_32);
	}
}

SPEC("1.2", "FFA_CONSOLE_LOG")
static void a_line_is_logged_when_it_ends(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	for (unsigned int is_64 = 0; is_64 < 2; is_64++) {
		vm->nr_lines = 0;
		log_text(vm, is_64, "all of the registers that hold characters of a call");
		assert_int_equal(vm->nr_lines, 0);
		log_text(vm, is_64, " are one line\nand the");
		assert_int_equal(vm->nr_lines, 1);
		assert_string_equal(
			vm->line,
			"all of the registers that hold characters of a call are one line");
		log_text(vm, is_64, " next\r\n\n");
		assert_int_equal(vm->nr_lines, 3);
		assert_string_equal(vm->line, "");
	}
	assert_int_equal(w->vms[1].nr_lines, 0);
}

SPEC("1.2", "FFA_CONSOLE_LOG")
static void what_does_not_print_is_not_printed(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	log_text(vm, true, "a\tb\x1b[2J\x01\x7f\x80\xffz~ \n");
	assert_string_equal(vm->line, "a b?[2J????z~ ");
	/* A character of none is one as well. */
	expect_regs(CALL(vm, FFA_CONSOLE_LOG_32, 3, 0x0A0041), FFA_SUCCESS_32);
	assert_string_equal(vm->line, "A?");
}

SPEC("1.2", "FFA_CONSOLE_LOG")
static void a_line_without_end_is_several(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	for (unsigned int i = 0; i < VFFA_CONSOLE_LINE; i++)
		log_text(vm, false, "x");
	assert_int_equal(vm->nr_lines, 0);
	log_text(vm, false, "y");
	assert_int_equal(vm->nr_lines, 1);
	assert_int_equal(strlen(vm->line), VFFA_CONSOLE_LINE);
	log_text(vm, false, "\n");
	assert_string_equal(vm->line, "y");
}

SPEC("1.2", "FFA_CONSOLE_LOG")
static void the_last_line_is_logged_when_the_vm_ends(void **state)
{
	struct world *w = *state;
	struct fake_vm *vm = &w->vms[0];

	log_text(vm, true, "panic: no");
	world_stop_vm(w, 0);
	assert_int_equal(vm->nr_lines, 1);
	assert_string_equal(vm->line, "panic: no");

	/* A guest that begins anew begins a new line. */
	assert_int_equal(vffa_vm_restart(&vm->vm), VFFA_OK);
	world_negotiate(w, 0, 2);
	log_text(vm, true, "hello\n");
	assert_string_equal(vm->line, "hello");
}

SPEC("1.2", "FFA_CONSOLE_LOG")
static void a_killed_caller_logs_nothing(void **state)
{
	struct world *w = *state;

	fake_fail(&w->port, FAKE_OP_LOCK, 1, VFFA_OK);
	expect_refused(w, &w->vms[0], VFFA_INTERRUPTED, FFA_CONSOLE_LOG_32, 1, 'a');
	assert_int_equal(w->vms[0].nr_lines, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_line_is_logged_when_it_ends, world_setup_1_2),
		TEST(what_does_not_print_is_not_printed, world_setup_1_2),
		TEST(a_line_without_end_is_several, world_setup_1_2),
		TEST(the_last_line_is_logged_when_the_vm_ends, world_setup_1_2),
		TEST(a_killed_caller_logs_nothing, world_setup_1_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
