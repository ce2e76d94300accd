/* SPDX-License-Identifier: GPL-2.0-only */
/* The secure console. */
#ifndef SPMC_FW_CONSOLE_H
#define SPMC_FW_CONSOLE_H

#include <vffa/env.h>

void console_init(void);

/** console_write() - print text in one piece; from any CPU and any stack */
void console_write(const char *text, size_t len);

/* Pieces of a line, for whoever is alone: at boot, or when it is over. */
void console_puts(const char *text);
void console_put_hex(uint64_t value);

#endif /* SPMC_FW_CONSOLE_H */
