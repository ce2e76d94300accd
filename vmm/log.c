// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages to the user, each in one write so that lines of several VMs do not mix.
 * The guest's console is not here but in console.c.
 */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const char *vm_name;

void log_set_name(const char *name)
{
	vm_name = name;
}

void log_message(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* \r: on a raw terminal the guest may have left the cursor anywhere. */
	dprintf(2, "%svffa-vmm: %s%s%s\n", isatty(2) ? "\r" : "", vm_name ? vm_name : "",
		vm_name ? ": " : "", text);
}
