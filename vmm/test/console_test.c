// SPDX-License-Identifier: GPL-2.0-only
/* The console on a terminal of its own, where raw mode and its keys can be seen; and on a pipe. */
#include "console.h"

#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* In the child: tells that it is ready, and reads until @len_bytes have come or the user quits. */
static size_t read_keys(struct console *console, uint8_t *buf, size_t len_bytes, bool *quit)
{
	size_t nr = 0;

	*quit = false;
	if (write(1, "!", 1) != 1)
		return 0;
	while (nr < len_bytes && !*quit && console->in_fd >= 0)
		nr += console_read(console, buf + nr, len_bytes - nr, quit);
	return nr;
}

static bool is_raw(void)
{
	struct termios now;

	return !tcgetattr(0, &now) && !(now.c_lflag & (ICANON | ECHO | ISIG)) &&
	       (now.c_oflag & OPOST);
}

/* Ctrl-C is a key, Ctrl-A Ctrl-A is one, Ctrl-A and another are none, Ctrl-A x is the end. */
static bool check_keys(void)
{
	struct console console;
	uint8_t buf[16];
	bool raw, quit;
	size_t nr;

	console_open(&console);
	raw = is_raw();
	nr = read_keys(&console, buf, sizeof(buf), &quit);
	console_close(&console);
	return raw && !is_raw() && quit && nr == 4 && !memcmp(buf, "a\003\001b", 4);
}

static void terminal_passes_all_keys_but_the_escape(void **state)
{
	static const char keys[] = "a\003\001\001\001qb\001x";
	char ready;
	int terminal, status;
	pid_t pid;

	pid = forkpty(&terminal, NULL, NULL, NULL);
	assert_true(pid >= 0);
	if (!pid)
		_exit(check_keys() ? 0 : 1);
	assert_int_equal(read(terminal, &ready, 1), 1);
	assert_int_equal(write(terminal, keys, sizeof(keys) - 1), sizeof(keys) - 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(terminal);
}

static void pipe_passes_every_byte_until_its_end(void **state)
{
	struct console console;
	int saved = dup(0);
	uint8_t buf[16];
	bool quit = false;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(dup2(fds[0], 0), 0);
	assert_int_equal(write(fds[1], "\001x\003", 3), 3);
	close(fds[1]);

	console_open(&console);
	assert_int_equal(console_read(&console, buf, sizeof(buf), &quit), 3);
	assert_memory_equal(buf, "\001x\003", 3);
	assert_false(quit);
	assert_int_equal(console_read(&console, buf, sizeof(buf), &quit), 0);
	assert_int_equal(console.in_fd, -1);
	console_close(&console);

	close(fds[0]);
	dup2(saved, 0);
	close(saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminal_passes_all_keys_but_the_escape),
		cmocka_unit_test(pipe_passes_every_byte_until_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
