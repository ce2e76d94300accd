// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios as files. */
#include "file.h"

#include <stdio.h>
#include <string.h>

static int is_scenario(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && !strcmp(entry->d_name + len - 4, ".ffa");
}

int scenario_list(const char *dir, struct dirent ***files)
{
	return scandir(dir, files, is_scenario, alphasort);
}

size_t scenario_read(const char *path, char *text)
{
	FILE *file = fopen(path, "r");
	size_t len;

	if (!file)
		return 0;
	len = fread(text, 1, SCENARIO_SIZE - 1, file);
	fclose(file);
	text[len] = '\0';
	return len < SCENARIO_SIZE - 1 ? len : 0;
}

const char *scenario_header(const char *text, const char *key)
{
	char start[32];
	const char *line;

	snprintf(start, sizeof(start), "\n# %s: ", key);
	line = strstr(text, start);
	return line ? line + strlen(start) : NULL;
}

bool scenario_has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list && *list != '\n') {
		size_t here = strcspn(list, " \n");

		if (here == len && !memcmp(list, word, len))
			return true;
		list += here + (list[here] == ' ');
	}
	return false;
}
