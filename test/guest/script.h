/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The language of call scripts: FF-A calls, and what their answers must be.
 *
 * Freestanding. Everything with an effect (calls, memory, output, vCPUs) is a member of
 * struct script_ops, so that one script runs in a guest and against other backends. The language
 * itself is described in README.md beside this file.
 */
#ifndef VFFA_TEST_SCRIPT_H
#define VFFA_TEST_SCRIPT_H

#include <vffa/env.h>
#include <vffa/regs.h>

#define SCRIPT_MAX_VARS	   48
#define SCRIPT_NAME_SIZE   24
#define SCRIPT_MAX_WORDS   24
#define SCRIPT_LINE_SIZE   256
#define SCRIPT_MAX_DEPTH   8
#define SCRIPT_MAX_SUBS	   8
#define SCRIPT_MAX_SAMPLES 4096

/* SCRIPT_NONE makes no call and leaves the registers as they are: what a measurement itself costs. */
enum script_conduit {
	SCRIPT_HVC,
	SCRIPT_SMC,
	SCRIPT_NONE,
};

enum script_end {
	SCRIPT_OFF,
	SCRIPT_REBOOT,
	SCRIPT_HANG,
};

/**
 * struct script_ops - what a script acts on
 * @call:     make a call; @out may be @in
 * @read:     read @size (1, 2, 4, 8) bytes at @addr. Return: false = no such memory
 * @write:    write likewise
 * @now:      a counter for "bench"
 * @wait:     let about @ms milliseconds pass
 * @print:    print one line; whole lines of several vCPUs do not mix
 * @run_on:   run fn(arg, i) on the vCPUs @first to @first + @nr - 1 and wait for all of them.
 *	      Return: false = there are not that many
 * @barrier:  wait until @nr vCPUs are here
 * @end:      leave: "off", "reboot", "hang". Need not return
 * @vm:	      be guest @nr from here on. NULL = there is one guest. Return: false = no such guest
 * @preempt:  the next @nr times a partition can be preempted it is, and the vCPU has something else
 *	      to do. NULL = cannot be had
 * @alarm:    about @ms milliseconds into its next call vCPU @vcpu, on which this runs, is interrupted, and
 *	      a partition that runs then preempted, once. NULL = cannot be had
 * @checked:  the last call's answer was @answer, and what the script wanted, x0 at least. NULL = nobody
 *	      wants to know
 * @refuse:   the next @nr times the VMM is asked to take memory away or to give it back, it cannot.
 *	      NULL = cannot be had
 * @npi:      wait up to @ms milliseconds for the notification pending interrupt of vCPU @vcpu, on which
 *	      this runs. NULL = cannot be had. Return: its INTID; 0 = it did not come
 * @sri:      has this CPU's schedule receiver interrupt come since it was last asked? NULL = cannot
 *	      be had
 * @unplug:   vCPU @vcpu, on which this runs, goes off until another one has it come back. NULL = cannot
 *	      be had. Return: false = it cannot go
 * @plug:     wait until vCPU @vcpu is off, and have it come back. NULL = cannot be had.
 *	      Return: false = there is none, or it did not go off
 */
struct script_ops {
	void (*call)(void *backend, enum script_conduit conduit, const struct vffa_regs *in,
		     struct vffa_regs *out);
	bool (*read)(void *backend, uint64_t addr, unsigned int size, uint64_t *value);
	bool (*write)(void *backend, uint64_t addr, unsigned int size, uint64_t value);
	uint64_t (*now)(void *backend);
	void (*wait)(void *backend, uint64_t ms);
	void (*print)(void *backend, const char *line);
	bool (*run_on)(void *backend, unsigned int first, unsigned int nr,
		       void (*fn)(void *arg, unsigned int vcpu), void *arg);
	void (*barrier)(void *backend, unsigned int nr);
	void (*end)(void *backend, enum script_end how);
	bool (*vm)(void *backend, uint64_t nr);
	void (*preempt)(void *backend, uint64_t nr);
	void (*alarm)(void *backend, unsigned int vcpu, uint64_t ms);
	void (*checked)(void *backend, const struct vffa_regs *answer);
	void (*refuse)(void *backend, uint64_t nr);
	uint32_t (*npi)(void *backend, unsigned int vcpu, uint64_t ms);
	bool (*sri)(void *backend);
	bool (*unplug)(void *backend, unsigned int vcpu);
	bool (*plug)(void *backend, unsigned int vcpu);
};

struct script_var {
	char name[SCRIPT_NAME_SIZE];
	uint64_t value;
};

/* Of the checks made, and who has "lock". All vCPUs share it. */
struct script_tally {
	vffa_atomic_t passed;
	vffa_atomic_t failed;
	vffa_atomic_t locked;
};

/* The last call, and its answer. */
struct script_call {
	unsigned int nr_args; /* registers of @in that the script gave */
	struct vffa_regs in;
	struct vffa_regs out;
};

/* An open block: where it begins, how often it runs yet, and where to go then, if elsewhere. */
struct script_block {
	const char *body;
	unsigned int line_nr;
	uint64_t left;
	const char *back; /* NULL = behind it */
	unsigned int back_line_nr;
};

/* A block with a name. */
struct script_sub {
	char name[SCRIPT_NAME_SIZE];
	const char *body;
	unsigned int line_nr;
};

/**
 * struct script - a script on its way
 * @ops, @backend: what it acts on
 * @tally:	   of the checks made
 * @samples:	   room for SCRIPT_MAX_SAMPLES measurements; NULL = no "bench"
 * @workers:	   room for a script per vCPU; NULL = no "parallel"
 * @nr_workers:	   entries of @workers
 * @conduit:	   of the calls
 */
struct script {
	const struct script_ops *ops;
	void *backend;
	struct script_tally *tally;
	uint64_t *samples;
	struct script *workers;
	unsigned int nr_workers;
	enum script_conduit conduit;
	/* private: */
	const char *text_end;
	const char *here; /* the line that runs */
	const char *next; /* the line after it */
	unsigned int line_nr;
	unsigned int vcpu;
	unsigned int nr_parallel; /* inside "parallel": how many take part */
	bool stopped;
	unsigned int nr_vars;
	struct script_var vars[SCRIPT_MAX_VARS];
	struct script_call last;
	unsigned int nr_words;
	char *words[SCRIPT_MAX_WORDS];
	char line[SCRIPT_LINE_SIZE];   /* cut into words */
	char source[SCRIPT_LINE_SIZE]; /* as written */
	unsigned int depth;
	struct script_block blocks[SCRIPT_MAX_DEPTH];
	unsigned int nr_subs;
	struct script_sub subs[SCRIPT_MAX_SUBS];
};

/**
 * script_init() - prepare a script
 * @s:	  the documented members are set, the rest is zero
 * @text: the script. Borrowed until script_run() returns
 * @len:  of @text in bytes
 */
void script_init(struct script *s, const char *text, size_t len);

/**
 * script_set() - give a variable a value
 * @s: initialised
 *
 * Return: false = the name is too long or there are too many variables.
 */
bool script_set(struct script *s, const char *name, uint64_t value);

/**
 * script_run() - run a script to its end
 * @s: initialised
 *
 * Failed checks are printed and counted, and the script goes on. A line that makes no sense ends
 * it, and counts as a failed check.
 */
void script_run(struct script *s);

#endif /* VFFA_TEST_SCRIPT_H */
