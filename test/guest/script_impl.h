/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the script interpreter share. Not for its users. */
#ifndef VFFA_TEST_SCRIPT_IMPL_H
#define VFFA_TEST_SCRIPT_IMPL_H

#include "script.h"

/**
 * script_break() - end a script at a line that makes no sense
 * @s:	    running
 * @reason: for the author
 *
 * Return: false, for the caller to pass on.
 */
bool script_break(struct script *s, const char *reason);

/**
 * script_value() - evaluate one word
 * @s:	   running
 * @word:  terms joined by + - | & << >> without blanks, from left to right. A term is a number, a
 *	   name of vffa/abi.h, $variable, or a register of the last answer: x0 to x17, w0 to w17
 * @value: out
 *
 * Return: false = the script was ended.
 */
bool VFFA_MUST_CHECK script_value(struct script *s, const char *word, uint64_t *value);

/**
 * script_register() - is a word the name of a register
 * @word: any
 * @nr:	  out: 0 to 17
 */
bool script_register(const char *word, unsigned int *nr);

/**
 * script_compare() - A OP B
 * @op:	    == != < <= > >=
 * @result: out
 *
 * Return: false = the script was ended.
 */
bool VFFA_MUST_CHECK script_compare(struct script *s, const char *a, const char *op, const char *b,
				    bool *result);

/* The "expect" commands; the words are in @s. */
void script_expect(struct script *s);
void script_expect_memory(struct script *s, unsigned int size);

#endif /* VFFA_TEST_SCRIPT_IMPL_H */
