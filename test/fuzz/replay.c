// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: NAME DIRECTORY-OR-FILE...
 *
 * Runs a fuzzer's stored inputs, without libFuzzer: any compiler builds this.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input.h"

#define MAX_SIZE 65536

static unsigned int nr_run;

static void die(const char *path)
{
	perror(path);
	exit(2);
}

static void run_file(const char *path)
{
	uint8_t *data = malloc(MAX_SIZE);
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!data || !file)
		die(path);
	size = fread(data, 1, MAX_SIZE, file);
	fclose(file);
	/* The name is what is left behind by an input that ends the program. */
	fprintf(stderr, "%s\n", path);
	/* As long as it is, so that a read beyond it is found. */
	data = realloc(data, size ? size : 1);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	nr_run++;
}

static void run_directory(const char *path)
{
	struct dirent **names;
	int nr = scandir(path, &names, NULL, alphasort);
	char *full;

	if (nr < 0)
		die(path);
	for (int i = 0; i < nr; i++) {
		if (names[i]->d_name[0] != '.' &&
		    asprintf(&full, "%s/%s", path, names[i]->d_name) >= 0) {
			run_file(full);
			free(full);
		}
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	struct stat st;

	for (int i = 1; i < argc; i++) {
		if (stat(argv[i], &st))
			die(argv[i]);
		if (S_ISDIR(st.st_mode))
			run_directory(argv[i]);
		else
			run_file(argv[i]);
	}
	fprintf(stderr, "%u inputs\n", nr_run);
	return nr_run ? 0 : 2;
}
