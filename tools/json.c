// SPDX-License-Identifier: GPL-2.0-only
/* A small writer of JSON. */
#include "json.h"

#include <inttypes.h>

/* Other people's names may hold anything: what is not plain ASCII is escaped byte by byte. */
static void write_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c > '~')
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void begin_value(struct json *json, const char *key)
{
	if (json->comma)
		fputs(", ", json->out);
	json->comma = true;
	if (!key)
		return;
	write_quoted(json->out, key);
	fputs(": ", json->out);
}

void json_begin(struct json *json, const char *key, char bracket)
{
	begin_value(json, key);
	fputc(bracket, json->out);
	json->comma = false;
}

void json_end(struct json *json, char bracket)
{
	fputc(bracket, json->out);
	json->comma = true;
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_value(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_text(struct json *json, const char *key, const char *value)
{
	begin_value(json, key);
	write_quoted(json->out, value);
}
