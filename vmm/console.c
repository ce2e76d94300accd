// SPDX-License-Identifier: GPL-2.0-only
/*
 * The user's end of the guest's serial line: stdin, raw when it is a terminal, and stdout.
 * The guest's end is not here but in pl011.c.
 */
#include "console.h"

#include <errno.h>
#include <unistd.h>

#define CTRL_A 0x01

static void make_raw(struct console *console)
{
	struct termios raw;

	if (tcgetattr(0, &console->saved))
		return;
	raw = console->saved;
	cfmakeraw(&raw);
	raw.c_oflag = console->saved.c_oflag; /* messages of ours end in a mere \n */
	console->raw = !tcsetattr(0, TCSANOW, &raw);
}

void console_open(struct console *console)
{
	*console = (struct console){ .in_fd = 0 };
	if (!isatty(0))
		return;
	if (tcgetpgrp(0) == getpgrp())
		make_raw(console);
	else
		console->in_fd = -1; /* in the background: reading would stop us */
}

void console_close(struct console *console)
{
	if (console->raw)
		tcsetattr(0, TCSANOW, &console->saved);
	console->raw = false;
}

/* Returns whether the key is for the guest. */
static bool filter_key(struct console *console, uint8_t key, bool *quit)
{
	if (!console->escaped && key == CTRL_A) {
		console->escaped = true;
		return false;
	}
	if (!console->escaped)
		return true;

	console->escaped = false;
	if (key == 'x')
		*quit = true;
	return key == CTRL_A;
}

size_t console_read(struct console *console, uint8_t *buf, size_t size_bytes, bool *quit)
{
	size_t nr_kept = 0;
	ssize_t n, i;

	n = read(console->in_fd, buf, size_bytes);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		console->in_fd = -1;
		return 0;
	}
	if (!console->raw)
		return (size_t)n;

	for (i = 0; i < n; i++)
		if (filter_key(console, buf[i], quit))
			buf[nr_kept++] = buf[i];
	return nr_kept;
}

void console_write(uint8_t byte)
{
	ssize_t n = write(1, &byte, 1);

	(void)n; /* see the header */
}
