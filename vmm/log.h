/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages to the user. The guest's console is not here but in console.h. */
#ifndef VMM_LOG_H
#define VMM_LOG_H

/**
 * log_set_name() - name the VM that messages are about
 * @name: kept; NULL = none
 */
void log_set_name(const char *name);

/**
 * log_message() - one line to stderr, behind the program's and the VM's name
 * @fmt: as printf(3), without a newline
 */
void log_message(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* VMM_LOG_H */
