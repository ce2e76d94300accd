// SPDX-License-Identifier: GPL-2.0-only
/* Call scripts: the checks, and what is printed when one fails. */
#include "script_impl.h"

#include <vffa/abi.h>

#include "names.h"
#include "text.h"

#define REGS_PER_LINE 6

static void print(struct script *s, const struct text *t)
{
	s->ops->print(s->backend, t->buf);
}

static void add_function(struct text *t, uint64_t fid)
{
	const char *name = fid >> 32 ? NULL : name_of_function((uint32_t)fid);

	if (name)
		text_add(t, name);
	else
		text_add_hex(t, fid);
}

static void print_call(struct script *s)
{
	char buf[SCRIPT_LINE_SIZE];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_add(&t, "  called ");
	add_function(&t, s->last.in.x[0]);
	for (unsigned int i = 1; i < s->last.nr_args; i++) {
		text_add(&t, " ");
		text_add_hex(&t, s->last.in.x[i]);
	}
	print(s, &t);
}

static void print_answer(struct script *s)
{
	const uint64_t *x = s->last.out.x;
	char buf[SCRIPT_LINE_SIZE];
	const char *error = NULL;
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_add(&t, "  answer ");
	add_function(&t, x[0]);
	if (x[0] == FFA_ERROR)
		error = name_of_error((uint32_t)x[2]);
	if (error) {
		text_add(&t, " ");
		text_add(&t, error);
	}
	print(s, &t);
}

static void print_regs(struct script *s)
{
	char buf[SCRIPT_LINE_SIZE];
	struct text t;

	for (unsigned int i = 0; i < VFFA_NR_REGS; i++) {
		if (i % REGS_PER_LINE == 0)
			text_init(&t, buf, sizeof(buf));
		text_add(&t, i % REGS_PER_LINE ? " x" : "  x");
		text_add_dec(&t, i);
		text_add(&t, " ");
		text_add_hex(&t, s->last.out.x[i]);
		if (i % REGS_PER_LINE == REGS_PER_LINE - 1)
			print(s, &t);
	}
}

static void fail(struct script *s, const char *what, uint64_t have, uint64_t want)
{
	char buf[SCRIPT_LINE_SIZE];
	struct text t;

	vffa_atomic_add_return(&s->tally->failed, 1);

	text_init(&t, buf, sizeof(buf));
	text_add(&t, "FAIL line ");
	text_add_dec(&t, s->line_nr);
	text_add(&t, " on vCPU ");
	text_add_dec(&t, s->vcpu);
	text_add(&t, ": ");
	text_add(&t, s->source);
	print(s, &t);

	text_init(&t, buf, sizeof(buf));
	text_add(&t, "  ");
	text_add(&t, what);
	text_add(&t, " is ");
	text_add_hex(&t, have);
	text_add(&t, ", not ");
	text_add_hex(&t, want);
	print(s, &t);

	print_call(s);
	print_answer(s);
	print_regs(s);
}

static void pass(struct script *s)
{
	vffa_atomic_add_return(&s->tally->passed, 1);
}

/* The same, of a check that says what kind of answer the call got. */
static void pass_answer(struct script *s)
{
	pass(s);
	if (s->ops->checked)
		s->ops->checked(s->backend, &s->last.out);
}

/* Are registers @first to @last zero (or, with @like, what they are there)? One check. */
static bool check_range(struct script *s, unsigned int first, unsigned int last,
			const struct vffa_regs *like)
{
	char buf[8];
	struct text t;

	for (unsigned int i = first; i <= last; i++) {
		uint64_t want = like ? like->x[i] : 0;

		if (s->last.out.x[i] == want)
			continue;
		text_init(&t, buf, sizeof(buf));
		text_add(&t, "x");
		text_add_dec(&t, i);
		fail(s, buf, s->last.out.x[i], want);
		return false;
	}
	return true;
}

static void expect_error(struct script *s, const char *name)
{
	const uint64_t *x = s->last.out.x;
	uint32_t code;

	if (!name_error(name, &code)) {
		script_break(s, "no such error");
		return;
	}
	if (x[0] != FFA_ERROR)
		fail(s, "x0", x[0], FFA_ERROR);
	else if (x[2] != code)
		fail(s, "x2", x[2], code);
	else if (check_range(s, 1, 1, NULL) && check_range(s, 3, 7, NULL))
		pass_answer(s);
}

static void expect_success(struct script *s)
{
	const uint64_t *x = s->last.out.x;

	if (x[0] != FFA_SUCCESS_32 && x[0] != FFA_SUCCESS_64)
		fail(s, "x0", x[0], FFA_SUCCESS_32);
	else if (check_range(s, 1, 1, NULL))
		pass_answer(s);
}

static void expect_gone(struct script *s)
{
	uint64_t addr;
	uint64_t have;

	if (!script_value(s, s->words[2], &addr))
		return;
	if (s->ops->read(s->backend, addr, sizeof(have), &have))
		fail(s, "memory", have, 0);
	else
		pass(s);
}

static void expect_range(struct script *s, const struct vffa_regs *like)
{
	unsigned int first;
	unsigned int last;

	if (!script_register(s->words[2], &first) || !script_register(s->words[3], &last))
		script_break(s, "expect zero|kept REGISTER REGISTER");
	else if (check_range(s, first, last, like))
		pass(s);
}

static void expect_comparison(struct script *s)
{
	uint64_t have;
	uint64_t want;
	bool result;

	if (!script_compare(s, s->words[1], s->words[2], s->words[3], &result))
		return;
	if (result) {
		pass(s);
		return;
	}
	if (script_value(s, s->words[1], &have) && script_value(s, s->words[3], &want))
		fail(s, s->words[1], have, want);
}

/* @word is VALUE or VALUE/MASK. */
static void expect_value(struct script *s, const char *what, uint64_t have, char *word,
			 uint64_t mask)
{
	uint64_t want;
	char *slash = word;

	while (*slash && *slash != '/')
		slash++;
	if (*slash) {
		*slash = '\0';
		if (!script_value(s, slash + 1, &mask))
			return;
	}
	if (!script_value(s, word, &want))
		return;

	if ((have & mask) != (want & mask))
		fail(s, what, have & mask, want & mask);
	else if ((uint32_t)mask == UINT32_MAX && (text_equal(what, "x0") || text_equal(what, "w0")))
		pass_answer(s);
	else
		pass(s);
}

/* x0 and on are what the words say; what they do not say, up to x7, is zero. One check. */
static void expect_answer(struct script *s)
{
	char reg[] = "x0";
	uint64_t want;

	for (unsigned int i = 2; i < s->nr_words; i++) {
		if (!script_value(s, s->words[i], &want))
			return;
		if (s->last.out.x[i - 2] != want) {
			reg[1] = (char)('0' + i - 2);
			fail(s, reg, s->last.out.x[i - 2], want);
			return;
		}
	}
	if (s->nr_words == 2 + VFFA_NR_REGS_SHORT ||
	    check_range(s, s->nr_words - 2, VFFA_NR_REGS_SHORT - 1, NULL))
		pass_answer(s);
}

/* Long enough for a busy machine: only a test that fails waits so long. */
#define NPI_WAIT_MS 100000

static void expect_npi(struct script *s, uint64_t ms, bool want)
{
	uint32_t intid;

	if (!s->ops->npi) {
		script_break(s, "no notification pending interrupt here");
		return;
	}
	intid = s->ops->npi(s->backend, s->vcpu, ms);
	if (want == !!intid)
		pass(s);
	else
		fail(s, "npi", intid, want);
}

void script_expect(struct script *s)
{
	char *what = s->nr_words > 1 ? s->words[1] : NULL;
	uint64_t have;

	if (s->nr_words == 2 && text_equal(what, "success"))
		expect_success(s);
	else if (s->nr_words == 2 && text_equal(what, "npi"))
		expect_npi(s, NPI_WAIT_MS, true);
	else if (s->nr_words == 3 && text_equal(what, "no") && text_equal(s->words[2], "npi"))
		expect_npi(s, 0, false);
	else if (s->nr_words > 2 && s->nr_words <= 2 + VFFA_NR_REGS_SHORT &&
		 text_equal(what, "answer"))
		expect_answer(s);
	else if (s->nr_words == 3 && text_equal(what, "error"))
		expect_error(s, s->words[2]);
	else if (s->nr_words == 3 && text_equal(what, "gone"))
		expect_gone(s);
	else if (s->nr_words == 4 && text_equal(what, "zero"))
		expect_range(s, NULL);
	else if (s->nr_words == 4 && text_equal(what, "kept"))
		expect_range(s, &s->last.in);
	else if (s->nr_words == 4)
		expect_comparison(s);
	else if (s->nr_words != 3)
		script_break(s, "expect what?");
	else if (script_value(s, what, &have))
		expect_value(s, what, have, s->words[2], what[0] == 'w' ? UINT32_MAX : UINT64_MAX);
}

/* One check for each value. */
void script_expect_memory(struct script *s, unsigned int size)
{
	uint64_t mask = size == 8 ? UINT64_MAX : (1ull << (8 * size)) - 1;
	uint64_t addr;
	uint64_t have;
	char what[20];
	struct text t;

	if (s->nr_words < 3) {
		script_break(s, "expectN ADDRESS VALUE...");
		return;
	}
	if (!script_value(s, s->words[1], &addr))
		return;
	for (unsigned int i = 2; i < s->nr_words && !s->stopped; i++, addr += size) {
		text_init(&t, what, sizeof(what));
		text_add_hex(&t, addr);
		if (s->ops->read(s->backend, addr, size, &have))
			expect_value(s, what, have, s->words[i], mask);
		else
			script_break(s, "no such memory");
	}
}
