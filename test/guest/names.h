/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names scripts may use for numbers: every plain constant of vffa/abi.h and
 * spmc/sp/proto.h, and a few of PSCI's.
 */
#ifndef VFFA_TEST_NAMES_H
#define VFFA_TEST_NAMES_H

#include <vffa/env.h>

/**
 * name_value() - the number behind a name
 * @name:  such as FFA_VERSION, FFA_RET_DENIED
 * @value: out, sign-extended
 *
 * Return: false = no such name.
 */
bool VFFA_MUST_CHECK name_value(const char *name, uint64_t *value);

/**
 * name_error() - the code of an error
 * @name: without its prefix: DENIED
 * @code: out: as FFA_ERROR has it in w2
 *
 * Return: false = no such error.
 */
bool VFFA_MUST_CHECK name_error(const char *name, uint32_t *code);

/**
 * name_of_function() - the name of a function id
 * @fid: w0 of a call or an answer
 *
 * Return: a constant string, or NULL.
 */
const char *name_of_function(uint32_t fid);

/**
 * name_of_error() - the name of an error, without its prefix
 * @code: w2 of FFA_ERROR
 *
 * Return: a constant string, or NULL.
 */
const char *name_of_error(uint32_t code);

#endif /* VFFA_TEST_NAMES_H */
