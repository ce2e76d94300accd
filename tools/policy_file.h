/* SPDX-License-Identifier: GPL-2.0-only */
/* The administrator's policy as text: vffa-policy(5). */
#ifndef TOOLS_POLICY_FILE_H
#define TOOLS_POLICY_FILE_H

#include <libvffa.h>
#include <stdio.h>

#define POLICY_FILE_DEFAULT "/etc/vffa/policy"

/**
 * struct policy_file - rules, in order
 * @nr:	   of @rules
 * @rules: as libvffa wants them
 */
struct policy_file {
	size_t nr;
	struct libvffa_policy_rule rules[LIBVFFA_MAX_POLICY_RULES];
};

/**
 * policy_file_read() - read a policy; every line that is wrong is told
 * @name:   of the file, for messages
 * @in:	    open
 * @errors: where messages go, as "NAME:LINE: what is wrong"
 * @policy: out
 *
 * Return: 0; -1: something is wrong, and @policy must not be used.
 */
int policy_file_read(const char *name, FILE *in, FILE *errors, struct policy_file *policy);

/**
 * policy_file_write() - write rules so that policy_file_read() gives the same
 * @policy: in
 * @out:    open
 */
void policy_file_write(const struct policy_file *policy, FILE *out);

#endif /* TOOLS_POLICY_FILE_H */
