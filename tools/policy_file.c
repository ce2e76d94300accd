// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line is "allow|deny all|user NAME|group NAME all|UUID"; the first that fits decides.
 * Strict: what is not understood is refused, because a rule that is skipped may be the one that
 * hides something.
 */
#include "policy_file.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 512
#define MAX_WORDS 4

/* allow user NAME UUID, and one more to notice that there are too many. */
struct line {
	const char *file;
	FILE *errors;
	unsigned int nr;
	size_t nr_words;
	char *words[MAX_WORDS + 1];
};

static int __attribute__((format(printf, 2, 3))) complain(const struct line *line,
							  const char *format, ...)
{
	va_list args;

	fprintf(line->errors, "%s:%u: ", line->file, line->nr);
	va_start(args, format);
	vfprintf(line->errors, format, args);
	va_end(args);
	fputc('\n', line->errors);
	return -1;
}

/* A number is an id, whether or not anybody has it; -1 is nobody's. */
static bool read_id(const char *text, uint32_t *id)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || value >= UINT32_MAX)
		return false;
	*id = (uint32_t)value;
	return true;
}

static int read_user(const struct line *line, const char *name, uint32_t *id)
{
	const struct passwd *user;

	if (read_id(name, id))
		return 0;
	user = getpwnam(name);
	if (!user)
		return complain(line, "there is no user '%s'", name);
	*id = user->pw_uid;
	return 0;
}

static int read_group(const struct line *line, const char *name, uint32_t *id)
{
	const struct group *group;

	if (read_id(name, id))
		return 0;
	group = getgrnam(name);
	if (!group)
		return complain(line, "there is no group '%s'", name);
	*id = group->gr_gid;
	return 0;
}

static int read_action(const struct line *line, struct libvffa_policy_rule *rule)
{
	const char *word = line->words[0];

	if (!strcmp(word, "allow"))
		rule->flags = LIBVFFA_POLICY_ALLOW;
	else if (strcmp(word, "deny"))
		return complain(line, "a rule begins with 'allow' or 'deny', not '%s'", word);
	return 0;
}

static int read_partition(const struct line *line, const char *word,
			  struct libvffa_policy_rule *rule)
{
	static const struct libvffa_uuid nil;

	if (!strcmp(word, "all"))
		return 0;
	if (libvffa_uuid_parse(word, &rule->uuid))
		return complain(line, "'%s' is neither 'all' nor a UUID", word);
	if (!memcmp(&rule->uuid, &nil, sizeof(nil)))
		return complain(line, "no partition has the nil UUID; say 'all'");
	return 0;
}

static int read_who(const struct line *line, struct libvffa_policy_rule *rule, size_t *next)
{
	const char *word = line->nr_words > 1 ? line->words[1] : "";
	const char *name = line->nr_words > 2 ? line->words[2] : NULL;

	*next = 3;
	if (!strcmp(word, "all")) {
		*next = 2;
		return 0;
	}
	if (strcmp(word, "user") && strcmp(word, "group"))
		return complain(line, "after '%s' comes 'all', 'user' or 'group', not '%s'",
				line->words[0], word);
	if (!name)
		return complain(line, "which %s?", word);
	if (!strcmp(word, "user")) {
		rule->who = LIBVFFA_POLICY_USER;
		return read_user(line, name, &rule->id);
	}
	rule->who = LIBVFFA_POLICY_GROUP;
	return read_group(line, name, &rule->id);
}

static int read_rule(const struct line *line, struct libvffa_policy_rule *rule)
{
	size_t next;

	memset(rule, 0, sizeof(*rule));
	if (read_action(line, rule) || read_who(line, rule, &next))
		return -1;
	if (line->nr_words <= next)
		return complain(line, "which partitions? 'all' or a UUID");
	if (line->nr_words > next + 1)
		return complain(line, "'%s' is too much", line->words[next + 1]);
	return read_partition(line, line->words[next], rule);
}

/* Words end where a comment begins. */
static void split(struct line *line, char *text)
{
	const char *blanks = " \t\r\n";
	char *save;

	text[strcspn(text, "#")] = '\0';
	line->nr_words = 0;
	for (char *word = strtok_r(text, blanks, &save); word && line->nr_words <= MAX_WORDS;
	     word = strtok_r(NULL, blanks, &save))
		line->words[line->nr_words++] = word;
}

static int read_line(struct line *line, char *text, struct policy_file *policy)
{
	struct libvffa_policy_rule rule;

	split(line, text);
	if (!line->nr_words)
		return 0;
	if (read_rule(line, &rule))
		return -1;
	if (policy->nr == LIBVFFA_MAX_POLICY_RULES)
		return complain(line, "more than %d rules", LIBVFFA_MAX_POLICY_RULES);
	policy->rules[policy->nr++] = rule;
	return 0;
}

/* One line without its end; false at the end of the file. */
static bool get_line(FILE *in, char text[LINE_SIZE], size_t *len)
{
	int c;

	*len = 0;
	while ((c = getc(in)) != EOF && c != '\n') {
		if (*len < LINE_SIZE)
			text[*len] = (char)c;
		++*len;
	}
	return c != EOF || *len;
}

int policy_file_read(const char *name, FILE *in, FILE *errors, struct policy_file *policy)
{
	struct line line = { .file = name, .errors = errors };
	char text[LINE_SIZE];
	int ret = 0;
	size_t len;

	memset(policy, 0, sizeof(*policy));
	while (get_line(in, text, &len)) {
		line.nr++;
		if (len >= LINE_SIZE) {
			ret = complain(&line, "the line is too long");
			continue;
		}
		text[len] = '\0';
		if (memchr(text, '\0', len))
			ret = complain(&line, "this is not text");
		else if (read_line(&line, text, policy))
			ret = -1;
	}
	if (ferror(in)) {
		fprintf(errors, "%s: %s\n", name, strerror(errno));
		ret = -1;
	}
	return ret;
}

static void write_who(const struct libvffa_policy_rule *rule, FILE *out)
{
	switch (rule->who) {
	case LIBVFFA_POLICY_USER:
		fprintf(out, "user %u", rule->id);
		break;
	case LIBVFFA_POLICY_GROUP:
		fprintf(out, "group %u", rule->id);
		break;
	default:
		fputs("all", out);
	}
}

void policy_file_write(const struct policy_file *policy, FILE *out)
{
	static const struct libvffa_uuid nil;

	for (size_t i = 0; i < policy->nr; i++) {
		const struct libvffa_policy_rule *rule = &policy->rules[i];
		char uuid[LIBVFFA_UUID_TEXT_SIZE] = "all";

		if (memcmp(&rule->uuid, &nil, sizeof(nil)))
			libvffa_uuid_format(&rule->uuid, uuid);
		fputs(rule->flags & LIBVFFA_POLICY_ALLOW ? "allow " : "deny ", out);
		write_who(rule, out);
		fprintf(out, " %s\n", uuid);
	}
}
