/* SPDX-License-Identifier: GPL-2.0-only */
/* Scenarios as files: where they are, and what they say of themselves. README.md has the format. */
#ifndef VFFA_TEST_SCENARIO_FILE_H
#define VFFA_TEST_SCENARIO_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#define SCENARIO_SIZE 65536 /* of the largest, and a zero */

/**
 * scenario_list() - the scenarios of a directory, sorted
 * @dir:   not its subdirectories
 * @files: out: as scandir() makes it; the caller frees the entries, and it
 *
 * Return: how many; negative = there is no such directory.
 */
int scenario_list(const char *dir, struct dirent ***files);

/**
 * scenario_read() - read one
 * @path: of the file
 * @text: out: SCENARIO_SIZE bytes, ended by a zero
 *
 * Return: its length; 0 = it is empty, too large or not there.
 */
size_t scenario_read(const char *path, char *text);

/**
 * scenario_header() - what follows "# KEY: "
 * @text: of the scenario
 * @key:  such as "on"
 *
 * Return: that, to the end of the line and beyond; NULL = there is no such line.
 */
const char *scenario_header(const char *text, const char *key);

/* Is @word among the blank-separated ones from @list to the end of the line? */
bool scenario_has_word(const char *list, const char *word);

#endif /* VFFA_TEST_SCENARIO_FILE_H */
