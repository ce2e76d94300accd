/* SPDX-License-Identifier: GPL-2.0-only */
/* JSON (RFC 8259), written as it comes: commas and quotes are taken care of, nesting is the caller's. */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct json - a document being written
 * @out:   where
 * @comma: something stands before the next value
 */
struct json {
	FILE *out;
	bool comma;
};

/* A @key is NULL in arrays and for the outermost value. Text is anything up to a NUL. */
void json_begin(struct json *json, const char *key, char bracket);
void json_end(struct json *json, char bracket);
void json_number(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_text(struct json *json, const char *key, const char *value);

#endif /* TOOLS_JSON_H */
