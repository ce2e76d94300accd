// SPDX-License-Identifier: GPL-2.0-only
/* Call scripts: lines, blocks and commands. Values and checks are in files of their own. */
#include "script.h"

#include <vffa/abi.h>

#include "script_impl.h"
#include "text.h"

bool script_break(struct script *s, const char *reason)
{
	char buf[2 * SCRIPT_LINE_SIZE];
	struct text t;

	s->stopped = true;
	vffa_atomic_add_return(&s->tally->failed, 1);

	text_init(&t, buf, sizeof(buf));
	text_add(&t, "script: line ");
	text_add_dec(&t, s->line_nr);
	text_add(&t, ": ");
	text_add(&t, reason);
	text_add(&t, ": ");
	text_add(&t, s->source);
	s->ops->print(s->backend, buf);
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* A comment begins where a word could. */
static void split_line(struct script *s)
{
	char *c = s->line;

	s->nr_words = 0;
	for (;;) {
		while (is_blank(*c))
			*c++ = '\0';
		if (!*c || *c == '#')
			return;
		if (s->nr_words == SCRIPT_MAX_WORDS) {
			script_break(s, "too many words");
			return;
		}
		s->words[s->nr_words++] = c;
		while (*c && !is_blank(*c))
			c++;
	}
}

/* Return: false = that was the last line. */
static bool read_line(struct script *s)
{
	size_t len = 0;

	if (s->next == s->text_end)
		return false;
	s->here = s->next;
	s->line_nr++;
	while (s->next != s->text_end && *s->next != '\n') {
		if (len + 1 < SCRIPT_LINE_SIZE)
			s->source[len] = *s->next;
		len++;
		s->next++;
	}
	if (s->next != s->text_end)
		s->next++;
	if (len >= SCRIPT_LINE_SIZE) {
		s->source[SCRIPT_LINE_SIZE - 1] = '\0';
		return script_break(s, "the line is too long");
	}
	s->source[len] = '\0';
	memcpy(s->line, s->source, len + 1);
	split_line(s);
	return !s->stopped;
}

static bool is_block(const struct script *s)
{
	static const char *const blocks[] = { "if", "parallel", "repeat", "sub", "while" };

	for (size_t i = 0; s->nr_words && i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (text_equal(s->words[0], blocks[i]))
			return true;
	}
	return false;
}

/* To behind the "end" of a block whose first line was read. */
static void skip_block(struct script *s)
{
	unsigned int depth = 1;

	while (depth) {
		if (!read_line(s)) {
			if (!s->stopped)
				script_break(s, "a block has no end");
			return;
		}
		if (is_block(s))
			depth++;
		else if (s->nr_words && text_equal(s->words[0], "end"))
			depth--;
	}
}

static void open_block(struct script *s, uint64_t times)
{
	struct script_block *block = &s->blocks[s->depth];

	if (times == 0) {
		skip_block(s);
		return;
	}
	if (s->depth == SCRIPT_MAX_DEPTH) {
		script_break(s, "blocks are too deep");
		return;
	}
	block->body = s->next;
	block->line_nr = s->line_nr;
	block->left = times;
	block->back = NULL;
	s->depth++;
}

static void do_end(struct script *s)
{
	struct script_block *block;

	if (s->depth == 0) {
		script_break(s, "end of what?");
		return;
	}
	block = &s->blocks[s->depth - 1];
	if (--block->left) {
		s->next = block->body;
		s->line_nr = block->line_nr;
		return;
	}
	s->depth--;
	if (block->back) {
		s->next = block->back;
		s->line_nr = block->back_line_nr;
	}
}

static void do_repeat(struct script *s)
{
	uint64_t times = UINT64_MAX;

	if (s->nr_words != 2)
		script_break(s, "repeat NUMBER|forever");
	else if (text_equal(s->words[1], "forever") || script_value(s, s->words[1], &times))
		open_block(s, times);
}

/* Of the block, how often it has yet to run does not matter then. */
static void do_leave(struct script *s)
{
	bool result;

	if (s->nr_words != 4 || s->depth == 0)
		script_break(s, "leave A OPERATOR B, in a block");
	else if (script_compare(s, s->words[1], s->words[2], s->words[3], &result) && result) {
		s->blocks[s->depth - 1].left = 1;
		skip_block(s);
		if (!s->stopped)
			do_end(s);
	}
}

static void do_if(struct script *s)
{
	bool result;

	if (s->nr_words != 4)
		script_break(s, "if A OPERATOR B");
	else if (script_compare(s, s->words[1], s->words[2], s->words[3], &result))
		open_block(s, result);
}

/* Its end goes back to where it asks again. */
static void do_while(struct script *s)
{
	const char *here = s->here;
	unsigned int line_nr = s->line_nr;
	bool result;

	if (s->nr_words != 4) {
		script_break(s, "while A OPERATOR B");
		return;
	}
	if (!script_compare(s, s->words[1], s->words[2], s->words[3], &result))
		return;
	open_block(s, result);
	if (s->stopped || !result)
		return;
	s->blocks[s->depth - 1].back = here;
	s->blocks[s->depth - 1].back_line_nr = line_nr - 1;
}

static void do_sub(struct script *s)
{
	struct script_sub *sub = &s->subs[s->nr_subs];

	if (s->nr_words != 2 || text_len(s->words[1]) >= SCRIPT_NAME_SIZE) {
		script_break(s, "sub NAME");
		return;
	}
	if (s->nr_subs == SCRIPT_MAX_SUBS) {
		script_break(s, "too many subs");
		return;
	}
	memcpy(sub->name, s->words[1], text_len(s->words[1]) + 1);
	sub->body = s->next;
	sub->line_nr = s->line_nr;
	s->nr_subs++;
	skip_block(s);
}

/* Its lines, and then the next one here. */
static void do_do(struct script *s)
{
	const char *back = s->next;
	unsigned int back_line_nr = s->line_nr;
	unsigned int i = 0;

	while (i < s->nr_subs && s->nr_words == 2 && !text_equal(s->subs[i].name, s->words[1]))
		i++;
	if (s->nr_words != 2 || i == s->nr_subs) {
		script_break(s, "do what?");
		return;
	}
	s->next = s->subs[i].body;
	s->line_nr = s->subs[i].line_nr;
	open_block(s, 1);
	if (s->stopped)
		return;
	s->blocks[s->depth - 1].back = back;
	s->blocks[s->depth - 1].back_line_nr = back_line_nr;
}

/* Words from @first on into registers; x0 is the function. */
static bool read_args(struct script *s, unsigned int first, struct script_call *call)
{
	if (s->nr_words <= first || s->nr_words - first > VFFA_NR_REGS)
		return script_break(s, "a function and up to 17 arguments");

	memset(call, 0, sizeof(*call));
	for (unsigned int i = first; i < s->nr_words; i++) {
		if (!script_value(s, s->words[i], &call->in.x[i - first]))
			return false;
	}
	call->nr_args = s->nr_words - first;
	return true;
}

static void do_call(struct script *s)
{
	struct script_call call;

	if (!read_args(s, 1, &call))
		return;
	s->ops->call(s->backend, s->conduit, &call.in, &call.out);
	s->last = call;
}

static bool is_unfinished(const struct vffa_regs *regs)
{
	return regs->x[0] == FFA_INTERRUPT || regs->x[0] == FFA_YIELD;
}

/* As a driver sends a request: FFA_RUN until the partition has answered. */
static void do_send(struct script *s)
{
	struct vffa_regs run;

	do_call(s);
	while (!s->stopped && is_unfinished(&s->last.out)) {
		memset(&run, 0, sizeof(run));
		run.x[0] = FFA_RUN;
		run.x[1] = s->last.out.x[1];
		s->ops->call(s->backend, s->conduit, &run, &s->last.out);
	}
}

static void do_let(struct script *s)
{
	uint64_t value;

	if (s->nr_words != 3)
		script_break(s, "let NAME VALUE");
	else if (script_value(s, s->words[2], &value) && !script_set(s, s->words[1], value))
		script_break(s, "too many variables, or a name too long");
}

static void do_write(struct script *s, unsigned int size)
{
	uint64_t addr;
	uint64_t value;

	if (s->nr_words < 3) {
		script_break(s, "writeN ADDRESS VALUE...");
		return;
	}
	if (!script_value(s, s->words[1], &addr))
		return;
	for (unsigned int i = 2; i < s->nr_words; i++, addr += size) {
		if (!script_value(s, s->words[i], &value))
			return;
		if (!s->ops->write(s->backend, addr, size, value)) {
			script_break(s, "no such memory");
			return;
		}
	}
}

static void do_read(struct script *s, unsigned int size)
{
	uint64_t addr;
	uint64_t value;

	if (s->nr_words != 3)
		script_break(s, "readN NAME ADDRESS");
	else if (!script_value(s, s->words[2], &addr))
		return;
	else if (!s->ops->read(s->backend, addr, size, &value))
		script_break(s, "no such memory");
	else if (!script_set(s, s->words[1], value))
		script_break(s, "too many variables, or a name too long");
}

static void do_fill(struct script *s)
{
	uint64_t addr;
	uint64_t len;
	uint64_t value;

	if (s->nr_words != 4) {
		script_break(s, "fill ADDRESS LENGTH BYTE");
		return;
	}
	if (!script_value(s, s->words[1], &addr) || !script_value(s, s->words[2], &len) ||
	    !script_value(s, s->words[3], &value))
		return;
	for (; len; len--, addr++) {
		if (!s->ops->write(s->backend, addr, 1, value)) {
			script_break(s, "no such memory");
			return;
		}
	}
}

static void dump_line(struct script *s, uint64_t addr, uint64_t len)
{
	char buf[SCRIPT_LINE_SIZE];
	struct text t;
	uint64_t byte;

	text_init(&t, buf, sizeof(buf));
	text_add_hex(&t, addr);
	text_add(&t, ":");
	for (; len; len--, addr++) {
		if (!s->ops->read(s->backend, addr, 1, &byte)) {
			script_break(s, "no such memory");
			return;
		}
		text_add(&t, " ");
		text_add_hex(&t, byte);
	}
	s->ops->print(s->backend, buf);
}

static void do_dump(struct script *s)
{
	uint64_t addr;
	uint64_t len;

	if (s->nr_words != 3) {
		script_break(s, "dump ADDRESS LENGTH");
		return;
	}
	if (!script_value(s, s->words[1], &addr) || !script_value(s, s->words[2], &len))
		return;
	while (len && !s->stopped) {
		uint64_t part = len < 16 ? len : 16;

		dump_line(s, addr, part);
		addr += part;
		len -= part;
	}
}

static void do_print(struct script *s)
{
	char buf[SCRIPT_LINE_SIZE];
	struct text t;
	uint64_t value;

	text_init(&t, buf, sizeof(buf));
	for (unsigned int i = 1; i < s->nr_words; i++) {
		if (i > 1)
			text_add(&t, " ");
		if (s->words[i][0] != '$') {
			text_add(&t, s->words[i]);
			continue;
		}
		if (!script_value(s, s->words[i], &value))
			return;
		text_add_hex(&t, value);
	}
	s->ops->print(s->backend, buf);
}

static void do_conduit(struct script *s)
{
	if (s->nr_words == 2 && text_equal(s->words[1], "hvc"))
		s->conduit = SCRIPT_HVC;
	else if (s->nr_words == 2 && text_equal(s->words[1], "smc"))
		s->conduit = SCRIPT_SMC;
	else if (s->nr_words == 2 && text_equal(s->words[1], "none"))
		s->conduit = SCRIPT_NONE;
	else
		script_break(s, "conduit hvc|smc|none");
}

static void do_wait(struct script *s)
{
	uint64_t ms;

	if (s->nr_words != 2)
		script_break(s, "wait MILLISECONDS");
	else if (script_value(s, s->words[1], &ms))
		s->ops->wait(s->backend, ms);
}

static void sort(uint64_t *values, size_t nr)
{
	for (size_t gap = nr / 2; gap; gap /= 2) {
		for (size_t i = gap; i < nr; i++) {
			uint64_t value = values[i];
			size_t j = i;

			for (; j >= gap && values[j - gap] > value; j -= gap)
				values[j] = values[j - gap];
			values[j] = value;
		}
	}
}

static void print_bench(struct script *s, const char *label, size_t nr)
{
	char buf[SCRIPT_LINE_SIZE];
	struct text t;

	sort(s->samples, nr);
	text_init(&t, buf, sizeof(buf));
	text_add(&t, "bench: ");
	text_add(&t, label);
	text_add(&t, " median ");
	text_add_dec(&t, s->samples[nr / 2]);
	text_add(&t, " min ");
	text_add_dec(&t, s->samples[0]);
	text_add(&t, " max ");
	text_add_dec(&t, s->samples[nr - 1]);
	s->ops->print(s->backend, buf);
}

/* The answer of the last call can be checked as after "call". */
static void do_bench(struct script *s)
{
	struct script_call call;
	uint64_t start;
	uint64_t nr;

	if (!s->samples || s->nr_words < 4 || s->nr_parallel) {
		script_break(s, "bench NUMBER LABEL FUNCTION ARGUMENTS, not in parallel");
		return;
	}
	if (!script_value(s, s->words[1], &nr) || !read_args(s, 3, &call))
		return;
	if (nr == 0 || nr > SCRIPT_MAX_SAMPLES) {
		script_break(s, "so many samples are not possible");
		return;
	}
	for (size_t i = 0; i < nr; i++) {
		start = s->ops->now(s->backend);
		s->ops->call(s->backend, s->conduit, &call.in, &call.out);
		s->samples[i] = s->ops->now(s->backend) - start;
	}
	s->last = call;
	print_bench(s, s->words[2], nr);
}

static void do_clock(struct script *s)
{
	if (s->nr_words != 2)
		script_break(s, "clock NAME");
	else if (!script_set(s, s->words[1], s->ops->now(s->backend)))
		script_break(s, "too many variables, or a name too long");
}

/* What more than a call takes is measured as often as the script has it. */
static void do_took(struct script *s)
{
	uint64_t now = s->ops->now(s->backend);
	uint64_t start;

	if (!s->samples || s->nr_words != 3 || s->nr_parallel) {
		script_break(s, "took LABEL START, not in parallel");
		return;
	}
	if (!script_value(s, s->words[2], &start))
		return;
	s->samples[0] = now - start;
	print_bench(s, s->words[1], 1);
}

static void leave(struct script *s, enum script_end how)
{
	s->stopped = true;
	s->ops->end(s->backend, how);
}

static void run_command(struct script *s);
static void run_lines(struct script *s);

static void run_remote(void *arg, unsigned int vcpu)
{
	struct script *s = arg;
	unsigned int here = s->vcpu;

	s->vcpu = vcpu;
	run_command(s);
	s->vcpu = here;
}

/* The one script runs elsewhere for a while: no other vCPU touches it. */
static void do_vcpu(struct script *s)
{
	uint64_t vcpu;

	if (s->nr_words < 3 || s->nr_parallel) {
		script_break(s, "vcpu NUMBER COMMAND, not in parallel");
		return;
	}
	if (!script_value(s, s->words[1], &vcpu))
		return;
	s->nr_words -= 2;
	for (unsigned int i = 0; i < s->nr_words; i++)
		s->words[i] = s->words[i + 2];
	if (is_block(s) || text_equal(s->words[0], "vcpu"))
		script_break(s, "not on another vCPU");
	else if (vcpu > UINT32_MAX ||
		 !s->ops->run_on(s->backend, (unsigned int)vcpu, 1, run_remote, s))
		script_break(s, "no such vCPU");
}

static void run_worker(void *arg, unsigned int vcpu)
{
	struct script *s = arg;
	struct script *worker = &s->workers[vcpu];

	*worker = *s;
	worker->vcpu = vcpu;
	worker->depth = 0;
	open_block(worker, 1);
	if (script_set(worker, "vcpu", vcpu))
		run_lines(worker);
	else
		script_break(worker, "too many variables");
}

/* Each vCPU runs the block with registers and variables of its own. */
static void do_parallel(struct script *s)
{
	uint64_t nr;

	if (s->nr_words != 2 || s->nr_parallel) {
		script_break(s, "parallel NUMBER, not in parallel");
		return;
	}
	if (!script_value(s, s->words[1], &nr))
		return;
	if (nr == 0 || nr > s->nr_workers) {
		script_break(s, "no such vCPU");
		return;
	}
	s->nr_parallel = (unsigned int)nr;
	if (!s->ops->run_on(s->backend, 0, s->nr_parallel, run_worker, s))
		script_break(s, "no such vCPU");
	s->nr_parallel = 0;

	for (unsigned int i = 0; i < nr; i++)
		s->stopped |= s->workers[i].stopped;
	if (!s->stopped)
		skip_block(s);
}

static void do_barrier(struct script *s)
{
	if (!s->nr_parallel)
		script_break(s, "barrier without parallel");
	else
		s->ops->barrier(s->backend, s->nr_parallel);
}

/* vCPUs that lose time with a lock that is taken are what such a test is about. */
static void do_lock(struct script *s)
{
	int free = 0;

	while (!vffa_atomic_try_cmpxchg(&s->tally->locked, &free, 1))
		free = 0;
}

static void do_unlock(struct script *s)
{
	vffa_atomic_store_release(&s->tally->locked, 0);
}

static void do_vm(struct script *s)
{
	uint64_t nr;

	if (s->nr_words != 2 || s->nr_parallel)
		script_break(s, "vm NUMBER, not in parallel");
	else if (script_value(s, s->words[1], &nr) && (!s->ops->vm || !s->ops->vm(s->backend, nr)))
		script_break(s, "no such VM");
}

static void do_preempt(struct script *s)
{
	uint64_t nr;

	if (s->nr_words != 2 || !s->ops->preempt)
		script_break(s, "preempt NUMBER, where that is possible");
	else if (script_value(s, s->words[1], &nr))
		s->ops->preempt(s->backend, nr);
}

static void do_alarm(struct script *s)
{
	uint64_t ms;

	if (s->nr_words != 2 || !s->ops->alarm)
		script_break(s, "alarm MILLISECONDS, where that is possible");
	else if (script_value(s, s->words[1], &ms))
		s->ops->alarm(s->backend, s->vcpu, ms);
}

static void do_refuse(struct script *s)
{
	uint64_t nr;

	if (s->nr_words != 2 || !s->ops->refuse)
		script_break(s, "refuse NUMBER, where that is possible");
	else if (script_value(s, s->words[1], &nr))
		s->ops->refuse(s->backend, nr);
}

static void do_sri(struct script *s)
{
	if (s->nr_words != 2 || !s->ops->sri)
		script_break(s, "sri NAME, where that is possible");
	else if (!script_set(s, s->words[1], s->ops->sri(s->backend)))
		script_break(s, "too many variables, or a name too long");
}

static void do_npi(struct script *s)
{
	uint64_t ms;

	if (s->nr_words != 3 || !s->ops->npi)
		script_break(s, "npi NAME MILLISECONDS, where that is possible");
	else if (script_value(s, s->words[2], &ms) &&
		 !script_set(s, s->words[1], s->ops->npi(s->backend, s->vcpu, ms)))
		script_break(s, "too many variables, or a name too long");
}

static void do_unplug(struct script *s)
{
	if (s->nr_words != 1 || !s->ops->unplug)
		script_break(s, "unplug, where that is possible");
	else if (!s->ops->unplug(s->backend, s->vcpu))
		script_break(s, "this vCPU cannot go off");
}

static void do_plug(struct script *s)
{
	uint64_t vcpu;

	if (s->nr_words != 2 || !s->ops->plug)
		script_break(s, "plug NUMBER, where that is possible");
	else if (script_value(s, s->words[1], &vcpu) &&
		 (vcpu > UINT32_MAX || !s->ops->plug(s->backend, (unsigned int)vcpu)))
		script_break(s, "no such vCPU, or it does not go off");
}

static void do_stop(struct script *s)
{
	s->stopped = true;
}

static void do_off(struct script *s)
{
	leave(s, SCRIPT_OFF);
}

static void do_reboot(struct script *s)
{
	leave(s, SCRIPT_REBOOT);
}

static void do_hang(struct script *s)
{
	leave(s, SCRIPT_HANG);
}

/* clang-format off */
static const struct {
	const char *name;
	void (*run)(struct script *s);
} commands[] = {
	{ "alarm", do_alarm },
	{ "barrier", do_barrier },
	{ "bench", do_bench },
	{ "call", do_call },
	{ "clock", do_clock },
	{ "conduit", do_conduit },
	{ "do", do_do },
	{ "dump", do_dump },
	{ "end", do_end },
	{ "expect", script_expect },
	{ "fill", do_fill },
	{ "hang", do_hang },
	{ "if", do_if },
	{ "leave", do_leave },
	{ "let", do_let },
	{ "lock", do_lock },
	{ "npi", do_npi },
	{ "off", do_off },
	{ "parallel", do_parallel },
	{ "plug", do_plug },
	{ "preempt", do_preempt },
	{ "print", do_print },
	{ "reboot", do_reboot },
	{ "refuse", do_refuse },
	{ "repeat", do_repeat },
	{ "send", do_send },
	{ "sri", do_sri },
	{ "stop", do_stop },
	{ "sub", do_sub },
	{ "took", do_took },
	{ "unlock", do_unlock },
	{ "unplug", do_unplug },
	{ "vcpu", do_vcpu },
	{ "vm", do_vm },
	{ "wait", do_wait },
	{ "while", do_while },
};
/* clang-format on */

/* The commands that carry an access size in bits in their names. */
static const struct {
	const char *name;
	void (*run)(struct script *s, unsigned int size);
} memory_commands[] = {
	{ "expect", script_expect_memory },
	{ "read", do_read },
	{ "write", do_write },
};

/* Return: the size in bytes that "8", "16", "32" or "64" stand for; 0 = something else. */
static unsigned int access_size(const char *bits)
{
	uint64_t nr;

	if (!text_number(&bits, &nr) || *bits)
		return 0;
	return nr == 8 || nr == 16 || nr == 32 || nr == 64 ? (unsigned int)nr / 8 : 0;
}

static bool run_memory_command(struct script *s)
{
	for (size_t i = 0; i < sizeof(memory_commands) / sizeof(memory_commands[0]); i++) {
		const char *name = memory_commands[i].name;
		unsigned int size;

		if (!text_starts(s->words[0], name))
			continue;
		size = access_size(s->words[0] + text_len(name));
		if (!size)
			continue;
		memory_commands[i].run(s, size);
		return true;
	}
	return false;
}

static void run_command(struct script *s)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (text_equal(s->words[0], commands[i].name)) {
			commands[i].run(s);
			return;
		}
	}
	if (!run_memory_command(s))
		script_break(s, "no such command");
}

/* To the end of the text; inside "parallel", to the end of its block. */
static void run_lines(struct script *s)
{
	while (!s->stopped && read_line(s)) {
		if (s->nr_words)
			run_command(s);
		if (s->nr_parallel && s->depth == 0)
			return;
	}
	if (!s->stopped && s->depth)
		script_break(s, "a block has no end");
}

void script_init(struct script *s, const char *text, size_t len)
{
	s->text_end = text + len;
	s->next = text;
}

void script_run(struct script *s)
{
	run_lines(s);
}
