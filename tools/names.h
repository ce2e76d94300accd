/* SPDX-License-Identifier: GPL-2.0-only */
/* FF-A's numbers by name. */
#ifndef TOOLS_NAMES_H
#define TOOLS_NAMES_H

#include <stdint.h>

/** name_of_function() - of the function with number 0x60 + @n. Return: NULL for one without a name */
const char *name_of_function(unsigned int n);

/** name_of_error() - of the error with code -@n. Return: NULL for one without a name */
const char *name_of_error(unsigned int n);

/** name_of_property() - of bit @bit of a partition's properties. Return: NULL = none */
const char *name_of_property(unsigned int bit);

/** name_of_offer() - of bit @bit of what the SPMC offers. Return: NULL = none */
const char *name_of_offer(unsigned int bit);

/** name_of_quirk() - of quirk @bit, as the module's log has it. Return: NULL = none */
const char *name_of_quirk(unsigned int bit);

#endif /* TOOLS_NAMES_H */
