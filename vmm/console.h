/* SPDX-License-Identifier: GPL-2.0-only */
/* The user's end of the guest's serial line: stdin and stdout. */
#ifndef VMM_CONSOLE_H
#define VMM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

/**
 * struct console - stdin and stdout
 * @in_fd: to be polled; -1 = there is no, or no more, input
 */
struct console {
	int in_fd;
	/* private: */
	bool raw;
	bool escaped; /* Ctrl-A was the last key */
	struct termios saved;
};

/**
 * console_open() - start: a terminal in the foreground becomes raw, but for its output
 * @console: out; to be ended with console_close(), or the terminal stays raw
 */
void console_open(struct console *console);

/**
 * console_close() - give the terminal back as it was
 * @console: open
 */
void console_close(struct console *console);

/**
 * console_read() - take what was typed or piped in, waiting if nothing was
 * @console: @in_fd is not -1
 * @buf:     out: bytes for the guest, without the keys that are meant for the VMM
 * @size_bytes: of @buf
 * @quit:    out: set to true when the user wants to end the VM (Ctrl-A x)
 *
 * Return: the number of bytes in @buf, possibly 0. At the end of input @in_fd becomes -1.
 */
size_t console_read(struct console *console, uint8_t *buf, size_t size_bytes, bool *quit);

/**
 * console_write() - show a byte of the guest's; any thread
 * @byte: any
 *
 * What cannot be written is lost: a guest must not hang because nobody reads its console.
 */
void console_write(uint8_t byte);

#endif /* VMM_CONSOLE_H */
