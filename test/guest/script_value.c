// SPDX-License-Identifier: GPL-2.0-only
/* Call scripts: variables and the value of a word. */
#include "script_impl.h"

#include "names.h"
#include "text.h"

static struct script_var *find_var(struct script *s, const char *name)
{
	for (unsigned int i = 0; i < s->nr_vars; i++) {
		if (text_equal(s->vars[i].name, name))
			return &s->vars[i];
	}
	return NULL;
}

bool script_set(struct script *s, const char *name, uint64_t value)
{
	struct script_var *var = find_var(s, name);

	if (!var) {
		if (s->nr_vars == SCRIPT_MAX_VARS || text_len(name) >= SCRIPT_NAME_SIZE)
			return false;
		var = &s->vars[s->nr_vars++];
		memcpy(var->name, name, text_len(name) + 1);
	}
	var->value = value;
	return true;
}

bool script_register(const char *word, unsigned int *nr)
{
	const char *digits = word + 1;
	uint64_t value;

	if (word[0] != 'x' && word[0] != 'w')
		return false;
	if (!text_number(&digits, &value) || *digits || value >= VFFA_NR_REGS)
		return false;
	*nr = (unsigned int)value;
	return true;
}

static bool named_value(struct script *s, const char *name, uint64_t *value)
{
	unsigned int nr;

	if (name[0] == '$') {
		const struct script_var *var = find_var(s, name + 1);

		if (!var)
			return script_break(s, "no such variable");
		*value = var->value;
		return true;
	}
	if (script_register(name, &nr)) {
		*value = name[0] == 'w' ? (uint32_t)s->last.out.x[nr] : s->last.out.x[nr];
		return true;
	}
	if (!name_value(name, value))
		return script_break(s, "no such name");
	return true;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$';
}

/* *word moves behind the term. */
static bool read_term(struct script *s, const char **word, uint64_t *value)
{
	char name[2 * SCRIPT_NAME_SIZE];
	const char *c = *word;
	size_t len = 0;

	if (c[0] == '-' && c[1] >= '0' && c[1] <= '9') {
		*word = c + 1;
		if (!text_number(word, value))
			return script_break(s, "bad number");
		*value = 0 - *value;
		return true;
	}
	if (c[0] >= '0' && c[0] <= '9')
		return text_number(word, value) || script_break(s, "bad number");

	while (is_name_char(c[len]) && len + 1 < sizeof(name)) {
		name[len] = c[len];
		len++;
	}
	if (len == 0)
		return script_break(s, "a value is missing");
	name[len] = '\0';
	*word = c + len;
	return named_value(s, name, value);
}

/* Returns what stands before the next term: the operator's first character, 0 = nothing. */
static char read_operator(const char **word)
{
	char c = **word;

	if (c == '<' || c == '>') {
		if ((*word)[1] != c)
			return '?';
		*word += 2;
		return c;
	}
	if (c)
		*word += 1;
	return c;
}

static uint64_t apply(char op, uint64_t a, uint64_t b)
{
	switch (op) {
	case '+':
		return a + b;
	case '-':
		return a - b;
	case '|':
		return a | b;
	case '&':
		return a & b;
	case '<':
		return b < 64 ? a << b : 0;
	default:
		return b < 64 ? a >> b : 0;
	}
}

static bool is_operator(char c)
{
	return c == '+' || c == '-' || c == '|' || c == '&' || c == '<' || c == '>';
}

bool script_value(struct script *s, const char *word, uint64_t *value)
{
	uint64_t term;
	char op;

	if (!read_term(s, &word, value))
		return false;
	while ((op = read_operator(&word)) != '\0') {
		if (!is_operator(op))
			return script_break(s, "bad operator");
		if (!read_term(s, &word, &term))
			return false;
		*value = apply(op, *value, term);
	}
	return true;
}

bool script_compare(struct script *s, const char *a, const char *op, const char *b, bool *result)
{
	uint64_t x;
	uint64_t y;

	if (!script_value(s, a, &x) || !script_value(s, b, &y))
		return false;

	if (text_equal(op, "=="))
		*result = x == y;
	else if (text_equal(op, "!="))
		*result = x != y;
	else if (text_equal(op, "<"))
		*result = x < y;
	else if (text_equal(op, "<="))
		*result = x <= y;
	else if (text_equal(op, ">"))
		*result = x > y;
	else if (text_equal(op, ">="))
		*result = x >= y;
	else
		return script_break(s, "no such comparison");
	return true;
}
