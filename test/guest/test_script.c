// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of the script language, against a backend that answers by rule; and of board.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include <vffa/abi.h>

#include "board.h"
#include "names.h"
#include "script.h"
#include "text.h"

#define MEMORY_BASE 0x1000u
#define NR_VCPUS    3

struct fake {
	uint8_t memory[256];
	unsigned int nr_calls;
	unsigned int nr_runs;
	unsigned int nr_barriers;
	uint64_t vm;
	uint64_t nr_preempts;
	uint64_t alarm_ms;
	unsigned int nr_checked;
	uint64_t nr_refusals;
	unsigned int nr_sris;
	unsigned int nr_npis;
	uint64_t npi_ms;
	unsigned int nr_unplugs;
	unsigned int nr_plugs;
	enum script_conduit conduit;
	int ended; /* enum script_end; -1 = not yet */
	uint64_t clock;
	char output[8192];
};

/*
 * FFA_VERSION says 1.2; FFA_ID_GET 5, with x3 = 9; FFA_RUN finishes what a direct request left
 * unfinished; all others are DENIED.
 */
static void fake_call(void *backend, enum script_conduit conduit, const struct vffa_regs *in,
		      struct vffa_regs *out)
{
	uint64_t fid = in->x[0];
	struct fake *fake = backend;

	fake->nr_calls++;
	fake->conduit = conduit;
	if (out != in)
		*out = *in;
	memset(out, 0, 8 * sizeof(out->x[0]));
	if (fid == FFA_VERSION) {
		out->x[0] = FFA_VERSION_1_2;
	} else if (fid == FFA_ID_GET) {
		out->x[0] = FFA_SUCCESS_32;
		out->x[2] = 5;
		out->x[3] = 9;
	} else if (fid == FFA_MSG_SEND_DIRECT_REQ_32) {
		out->x[0] = FFA_INTERRUPT;
		out->x[1] = 0x80010000;
	} else if (fid == FFA_RUN) {
		fake->nr_runs++;
		out->x[0] = fake->nr_runs < 3 ? FFA_YIELD : FFA_MSG_SEND_DIRECT_RESP_32;
		out->x[1] = in->x[1];
	} else {
		out->x[0] = FFA_ERROR;
		out->x[2] = (uint32_t)FFA_RET_DENIED;
	}
}

static uint8_t *fake_memory(struct fake *fake, uint64_t addr, unsigned int size)
{
	if (addr < MEMORY_BASE || addr + size > MEMORY_BASE + sizeof(fake->memory))
		return NULL;
	return fake->memory + (addr - MEMORY_BASE);
}

static bool fake_read(void *backend, uint64_t addr, unsigned int size, uint64_t *value)
{
	uint8_t *p = fake_memory(backend, addr, size);

	*value = 0;
	if (p)
		memcpy(value, p, size);
	return p;
}

static bool fake_write(void *backend, uint64_t addr, unsigned int size, uint64_t value)
{
	uint8_t *p = fake_memory(backend, addr, size);

	if (p)
		memcpy(p, &value, size);
	return p;
}

/* Samples of 10, 11, 12, ... */
static uint64_t fake_now(void *backend)
{
	struct fake *fake = backend;
	uint64_t tick = fake->clock++;

	return tick * 100 + (tick % 2 ? 10 - 100 + tick / 2 : 0);
}

static void fake_wait(void *backend, uint64_t ms)
{
	((struct fake *)backend)->clock += ms;
}

static void fake_print(void *backend, const char *line)
{
	struct fake *fake = backend;

	assert_true(strlen(fake->output) + strlen(line) + 2 < sizeof(fake->output));
	strcat(fake->output, line);
	strcat(fake->output, "\n");
}

static bool fake_run_on(void *backend, unsigned int first, unsigned int nr,
			void (*fn)(void *arg, unsigned int vcpu), void *arg)
{
	if (first >= NR_VCPUS || nr > NR_VCPUS - first)
		return false;
	for (unsigned int i = first; i < first + nr; i++)
		fn(arg, i);
	return true;
}

static void fake_barrier(void *backend, unsigned int nr)
{
	((struct fake *)backend)->nr_barriers++;
}

static void fake_end(void *backend, enum script_end how)
{
	((struct fake *)backend)->ended = (int)how;
}

static bool fake_vm(void *backend, uint64_t nr)
{
	if (nr > 1)
		return false;
	((struct fake *)backend)->vm = nr;
	return true;
}

/* SGI 8 comes twice, on vCPU 0. */
static uint32_t fake_npi(void *backend, unsigned int vcpu, uint64_t ms)
{
	struct fake *fake = backend;

	fake->npi_ms = ms;
	return vcpu == 0 && fake->nr_npis++ < 2 ? 8 : 0;
}

/* vCPU 1 goes off, and comes back. */
static bool fake_unplug(void *backend, unsigned int vcpu)
{
	((struct fake *)backend)->nr_unplugs++;
	return vcpu == 1;
}

static bool fake_plug(void *backend, unsigned int vcpu)
{
	((struct fake *)backend)->nr_plugs++;
	return vcpu == 1;
}

static bool fake_sri(void *backend)
{
	return ((struct fake *)backend)->nr_sris++ == 0;
}

static void fake_refuse(void *backend, uint64_t nr)
{
	((struct fake *)backend)->nr_refusals = nr;
}

static void fake_preempt(void *backend, uint64_t nr)
{
	((struct fake *)backend)->nr_preempts = nr;
}

static void fake_alarm(void *backend, unsigned int vcpu, uint64_t ms)
{
	((struct fake *)backend)->alarm_ms = ms;
}

static void fake_checked(void *backend, const struct vffa_regs *answer)
{
	((struct fake *)backend)->nr_checked++;
}

static const struct script_ops fake_ops = {
	.call = fake_call,
	.read = fake_read,
	.write = fake_write,
	.now = fake_now,
	.wait = fake_wait,
	.print = fake_print,
	.run_on = fake_run_on,
	.barrier = fake_barrier,
	.end = fake_end,
	.vm = fake_vm,
	.preempt = fake_preempt,
	.alarm = fake_alarm,
	.checked = fake_checked,
	.refuse = fake_refuse,
	.npi = fake_npi,
	.sri = fake_sri,
	.unplug = fake_unplug,
	.plug = fake_plug,
};

static struct fake fake;
static struct script_tally tally;

static void run(const char *text)
{
	static struct script workers[NR_VCPUS];
	static uint64_t samples[SCRIPT_MAX_SAMPLES];
	/* An exact copy without a terminator, so that ASan sees a step too far. */
	char *copy = malloc(strlen(text) + 1);
	struct script s;

	assert_non_null(copy);
	memcpy(copy, text, strlen(text));
	memset(&fake, 0, sizeof(fake));
	memset(&tally, 0, sizeof(tally));
	memset(&s, 0, sizeof(s));
	fake.ended = -1;
	s.ops = &fake_ops;
	s.backend = &fake;
	s.tally = &tally;
	s.samples = samples;
	s.workers = workers;
	s.nr_workers = NR_VCPUS;
	s.conduit = SCRIPT_SMC;
	script_init(&s, copy, strlen(text));
	assert_true(script_set(&s, "mem", MEMORY_BASE));
	script_run(&s);
	free(copy);
}

static void assert_tally(int passed, int failed)
{
	if (vffa_atomic_load(&tally.passed) != passed || vffa_atomic_load(&tally.failed) != failed)
		print_message("%s", fake.output);
	assert_int_equal(vffa_atomic_load(&tally.passed), passed);
	assert_int_equal(vffa_atomic_load(&tally.failed), failed);
}

static void assert_printed(const char *text)
{
	if (!strstr(fake.output, text))
		print_message("not printed: %s\n%s", text, fake.output);
	assert_non_null(strstr(fake.output, text));
}

static void calls_are_made_and_checked(void **state)
{
	run("# a comment\n"
	    "call FFA_VERSION 0x10002 # another\n"
	    "expect x0 FFA_VERSION_1_2\n"
	    "expect x0 0x2/0xff\n"
	    "expect zero x1 x7\n"
	    "\n"
	    "call FFA_ID_GET 0 0 0 0 0 0 0 88\n"
	    "expect success\n"
	    "expect kept x8 x17\n"
	    "expect x2 > 4\n"
	    "call FFA_RUN\n"
	    "call FFA_YIELD\n"
	    "expect error DENIED\n"
	    "expect w2 FFA_RET_DENIED");
	assert_tally(8, 0);
	assert_int_equal(fake.nr_calls, 4);
	assert_int_equal(fake.conduit, SCRIPT_SMC);
	assert_string_equal(fake.output, "");
}

static void failed_checks_are_shown_and_the_script_goes_on(void **state)
{
	run("call FFA_RXTX_MAP_64 0x1000 2\n"
	    "expect success\n"
	    "expect error BUSY\n"
	    "call FFA_ID_GET\n"
	    "expect zero x1 x7\n"
	    "expect x2 == 6\n"
	    "expect x2 5\n");
	assert_tally(1, 4);
	assert_printed("FAIL line 2 on vCPU 0: expect success\n");
	assert_printed("  called FFA_RXTX_MAP_64 0x1000 0x2\n");
	assert_printed("  answer FFA_ERROR DENIED\n");
	assert_printed("  x2 is 0xfffffffa, not 0xfffffffc\n");
	assert_printed("  x2 is 0x5, not 0x0\n");
	assert_printed("  x2 is 0x5, not 0x6\n");
}

static void errors_must_leave_the_other_registers_zero(void **state)
{
	run("conduit none\n"
	    "call FFA_ERROR 0 0xfffffffa\n"
	    "call FFA_ID_GET\n"
	    "expect error DENIED\n");
	assert_tally(0, 1);
}

static void values_are_computed_from_left_to_right(void **state)
{
	run("let a 4+3<<16|0x8001\n"
	    "expect $a 0x78001\n"
	    "expect $a>>16 7\n"
	    "expect $a&0xff-1 0\n"
	    "expect -1 0xffffffffffffffff\n"
	    "call FFA_ID_GET\n"
	    "let a x2<<4\n"
	    "expect $a 80\n");
	assert_tally(5, 0);
}

static void blocks_nest_and_are_skipped(void **state)
{
	run("let n 0\n"
	    "repeat 3\n"
	    "  let n $n+1\n"
	    "  repeat 2\n"
	    "    let n $n+0x10\n"
	    "  end\n"
	    "end\n"
	    "if $n != 0x63\n"
	    "  repeat 2\n"
	    "    nonsense\n"
	    "  end\n"
	    "end\n"
	    "repeat 0\n"
	    "  nonsense\n"
	    "end\n"
	    "expect $n 0x63\n"
	    "repeat forever\n"
	    "  if $n == 0x63\n"
	    "    stop\n"
	    "  end\n"
	    "end\n"
	    "nonsense\n");
	assert_tally(1, 0);
}

static void a_block_can_be_left(void **state)
{
	run("let n 0\n"
	    "repeat 2\n"
	    "  repeat forever\n"
	    "    let n $n+1\n"
	    "    if $n == 100\n"
	    "      let n 0\n"
	    "    end\n"
	    "    leave $n == 5\n"
	    "    leave $n >= 7\n"
	    "  end\n"
	    "  expect $n != 6\n"
	    "end\n"
	    "expect $n 7\n"
	    "sub twice\n"
	    "  let n $n+$n\n"
	    "  leave $n > 20\n"
	    "  let n $n+$n\n"
	    "end\n"
	    "do twice\n"
	    "expect $n 28\n"
	    "do twice\n"
	    "expect $n 56\n");
	assert_tally(5, 0);
}

static void send_runs_the_partition_to_its_answer(void **state)
{
	run("send FFA_MSG_SEND_DIRECT_REQ_32 0x18001\n"
	    "expect x0 FFA_MSG_SEND_DIRECT_RESP_32\n"
	    "expect x1 0x80010000\n"
	    "call FFA_MSG_SEND_DIRECT_REQ_32 0x18001\n"
	    "expect x0 FFA_INTERRUPT\n");
	assert_tally(3, 0);
	assert_int_equal(fake.nr_runs, 3);
}

static void memory_is_read_written_and_checked(void **state)
{
	run("write64 $mem 0x1122334455667788\n"
	    "expect32 $mem+4 0x11223344\n"
	    "expect16 $mem 0x88/0xff\n"
	    "expect8 $mem+7 0x12\n"
	    "read16 half $mem+2\n"
	    "expect $half 0x5566\n"
	    "fill $mem+8 4 0xab\n"
	    "expect64 $mem+8 0xabababab\n"
	    "dump $mem 18\n");
	assert_tally(4, 1);
	assert_printed("  0x1007 is 0x11, not 0x12\n");
	assert_printed("0x1000: 0x88 0x77 0x66 0x55 0x44 0x33 0x22 0x11 0xab 0xab 0xab 0xab "
		       "0x0 0x0 0x0 0x0\n0x1010: 0x0 0x0\n");
}

static void several_values_stand_one_after_another(void **state)
{
	run("write16 $mem 1 2 3\n"
	    "expect64 $mem 0x300020001\n"
	    "expect8 $mem 1 0 2 5 3\n");
	assert_tally(5, 1);
	assert_printed("  0x1003 is 0x0, not 0x5\n");
	run("write8 $mem+254 1 2 3\n");
	assert_tally(0, 1);
	run("expect8 $mem+254 0 0 0\n");
	assert_tally(2, 1);
}

static void a_whole_answer_is_checked(void **state)
{
	run("call FFA_ID_GET\n"
	    "expect answer FFA_SUCCESS_32 0 5 9\n"
	    "expect answer FFA_SUCCESS_32 0 5 9 0 0 0 0\n"
	    "expect answer FFA_SUCCESS_32 0 5\n"
	    "expect answer FFA_SUCCESS_32 0 6 9\n");
	assert_tally(2, 2);
	assert_printed("  x3 is 0x9, not 0x0\n");
	assert_printed("  x2 is 0x5, not 0x6\n");
	run("expect answer 0 0 0 0 0 0 0 0 0\n");
	assert_tally(0, 1);
}

static void a_sub_runs_where_it_is_wanted(void **state)
{
	run("let n 0\n"
	    "sub add\n"
	    "  if $n < 10\n"
	    "    let n $n+$by\n"
	    "  end\n"
	    "end\n"
	    "sub twice\n"
	    "  do add\n"
	    "  do add\n"
	    "end\n"
	    "expect $n 0\n"
	    "let by 1\n"
	    "do add\n"
	    "expect $n 1\n"
	    "let by 2\n"
	    "repeat 3\n"
	    "  do twice\n"
	    "end\n"
	    "expect $n 12\n");
	assert_tally(2, 1);
	assert_printed("FAIL line 19 ");
	assert_printed("$n is 0xb, not 0xc\n");
}

static void parallel_gives_each_vcpu_its_own_state(void **state)
{
	run("let sum 7\n"
	    "parallel 3\n"
	    "  repeat 2\n"
	    "    let sum $sum+$vcpu\n"
	    "    barrier\n"
	    "  end\n"
	    "  if $vcpu == 2\n"
	    "    expect $sum 11\n"
	    "  end\n"
	    "  call FFA_ID_GET\n"
	    "end\n"
	    "expect $sum 7\n"
	    "vcpu 1 call FFA_ID_GET\n"
	    "expect x2 5\n"
	    "vcpu 2 expect x2 6\n");
	assert_tally(3, 1);
	assert_int_equal(fake.nr_barriers, 6);
	assert_int_equal(fake.nr_calls, 4);
	assert_printed("on vCPU 2: vcpu 2 expect x2 6\n");
}

static void there_is_a_lock(void **state)
{
	run("parallel 3\n"
	    "  lock\n"
	    "  unlock\n"
	    "end\n");
	assert_int_equal(vffa_atomic_load(&tally.locked), 0);
	run("lock\n");
	assert_int_equal(vffa_atomic_load(&tally.locked), 1);
}

static void a_script_can_be_of_several_vms(void **state)
{
	run("vm 1\n"
	    "call FFA_ID_GET\n");
	assert_int_equal(fake.vm, 1);
	assert_int_equal(fake.nr_calls, 1);
	run("vm 2\n");
	assert_tally(0, 1);
	run("parallel 1\nvm 1\nend\n");
	assert_tally(0, 1);
	assert_int_equal(fake.vm, 0);
}

static void a_script_can_set_an_alarm(void **state)
{
	run("alarm 1+2\n");
	assert_tally(0, 0);
	assert_int_equal(fake.alarm_ms, 3);
	run("alarm\n");
	assert_tally(0, 1);
}

/* A check of an answer counts when it passed, and says at least what kind of answer it was. */
static void checked_answers_are_told(void **state)
{
	run("call FFA_ID_GET\n"
	    "expect x2 5\n"
	    "expect x0 FFA_SUCCESS_32&0xff/0xff\n"
	    "expect error DENIED\n"
	    "expect x0 FFA_ERROR\n");
	assert_int_equal(fake.nr_checked, 0);
	run("call FFA_ID_GET\n"
	    "expect success\n"
	    "expect x0 FFA_SUCCESS_32\n"
	    "expect w0 FFA_SUCCESS_32\n"
	    "expect answer FFA_SUCCESS_32 0 5 9\n"
	    "call FFA_RX_RELEASE\n"
	    "expect error DENIED\n");
	assert_tally(5, 0);
	assert_int_equal(fake.nr_checked, 5);
}

static void while_asks_again(void **state)
{
	run("let i 0\n"
	    "let sum 0\n"
	    "while $i < 3\n"
	    "	let i $i+1\n"
	    "	while $sum < $i\n"
	    "		let sum $sum+1\n"
	    "		expect $sum $i\n"
	    "	end\n"
	    "end\n"
	    "expect $sum 3\n"
	    "while $i < 3\n"
	    "	expect 0 1\n"
	    "	while 0 == 0\n"
	    "	end\n"
	    "end\n"
	    "expect 0 1\n");
	assert_tally(4, 1);
	assert_printed("FAIL line 16 ");
	run("while 1\n");
	assert_tally(0, 1);
}

static void a_script_can_have_its_vmm_refuse(void **state)
{
	run("refuse 1+1\n");
	assert_int_equal(fake.nr_refusals, 2);
	run("refuse\n");
	assert_tally(0, 1);
}

static void what_is_not_there_is_gone(void **state)
{
	run("expect gone 0x10\nexpect gone 0x1000\n");
	assert_tally(1, 1);
}

static void a_script_can_have_partitions_preempted(void **state)
{
	run("preempt 1+2\n");
	assert_tally(0, 0);
	assert_int_equal(fake.nr_preempts, 3);
	run("preempt\n");
	assert_tally(0, 1);
}

static void a_script_can_wait_for_the_npi(void **state)
{
	run("vcpu 1 expect no npi\nexpect npi\nnpi first 70\nexpect $first 8\n");
	assert_tally(3, 0);
	assert_int_equal(fake.npi_ms, 70);
	run("expect no npi\n");
	assert_tally(0, 1);
	run("vcpu 1 expect npi\n");
	assert_tally(0, 1);
	run("npi first\n");
	assert_tally(0, 1);
}

static void a_script_can_switch_vcpus_off_and_on(void **state)
{
	run("vcpu 1 unplug\nplug 1\n");
	assert_tally(0, 0);
	assert_int_equal(fake.nr_unplugs, 1);
	assert_int_equal(fake.nr_plugs, 1);
	run("unplug\n");
	assert_tally(0, 1);
	run("plug 0\n");
	assert_tally(0, 1);
	run("plug 0x100000001\n");
	assert_tally(0, 1);
	run("plug\n");
	assert_tally(0, 1);
	run("unplug 1\n");
	assert_tally(0, 1);
}

static void a_script_can_ask_for_the_sri(void **state)
{
	run("sri first\nsri again\nexpect $first 1\nexpect $again 0\n");
	assert_tally(2, 0);
	run("sri\n");
	assert_tally(0, 1);
}

static void bench_prints_the_median(void **state)
{
	run("conduit hvc\n"
	    "bench 5 version FFA_VERSION 0x10002\n"
	    "expect x0 FFA_VERSION_1_2\n");
	assert_tally(1, 0);
	assert_int_equal(fake.nr_calls, 5);
	assert_printed("bench: version median 12 min 10 max 14\n");
	run("clock before\n"
	    "call FFA_VERSION 0x10002\n"
	    "took exchange $before\n");
	assert_printed("bench: exchange median 10 min 10 max 10\n");
}

static void a_script_can_end_the_guest(void **state)
{
	run("print going $mem\nreboot\nnonsense\n");
	assert_tally(0, 0);
	assert_int_equal(fake.ended, SCRIPT_REBOOT);
	assert_string_equal(fake.output, "going 0x1000\n");
	run("wait 5\noff\nnonsense\n");
	assert_int_equal(fake.ended, SCRIPT_OFF);
	run("hang\nnonsense\n");
	assert_int_equal(fake.ended, SCRIPT_HANG);
}

/* Each ends its script, and is a failed check. */
static void lines_that_make_no_sense_end_the_script(void **state)
{
	static const char *const lines[] = {
		"nonsense",
		"call",
		"call FFA_NONSENSE",
		"call 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19",
		"print 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24",
		"expect",
		"expect x0",
		"expect error NONSENSE",
		"expect zero x0 y1",
		"expect x18 0",
		"expect x0 =~ 1",
		"expect x0 $nothing",
		"expect x0 1/",
		"expect x0 1*2",
		"expect x0 1<2",
		"expect x0 0x10000000000000000",
		"expect7 $mem 1",
		"expect32 0 1",
		"write8 0 1",
		"write32 $mem",
		"read8 name 0",
		"fill 0 1 1",
		"fill 0 1",
		"dump 0 1",
		"let name",
		"let a_name_longer_than_there_is_room_for 1",
		"end",
		"repeat",
		"if 1 == 2",
		"leave 1 == 1",
		"repeat 1\nleave 1\nend",
		"repeat 1\nleave 1 == 1",
		"if 1 is 1",
		"repeat 1\nrepeat 1\nrepeat 1\nrepeat 1\nrepeat 1\nrepeat 1\nrepeat 1\nrepeat 1\nrepeat 1",
		"sub",
		"sub one",
		"sub a_name_longer_than_there_is_room_for\nend",
		("sub 1\nend\nsub 2\nend\nsub 3\nend\nsub 4\nend\nsub 5\nend\nsub 6\nend\n"
		 "sub 7\nend\nsub 8\nend\nsub 9\nend"),
		"do",
		"do nothing",
		"sub again\ndo again\nend\ndo again",
		"vcpu 3 print",
		"vcpu 0x100000000 print",
		"vcpu 1 repeat 2",
		"vcpu 1 vcpu 2 print",
		"parallel 4",
		"parallel 0",
		"parallel 1\nvcpu 0 print\nend",
		"parallel 1\nbench 1 x FFA_VERSION\nend",
		"barrier",
		"conduit phone",
		"bench 0 label FFA_VERSION",
		"bench 100000 label FFA_VERSION",
		"bench 1 label",
		"clock",
		"took label",
		"parallel 1\ntook label 0\nend",
		"wait",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char text[256];

		strcpy(text, lines[i]);
		strcat(text, "\ncall FFA_ID_GET\n");
		run(text);
		if (vffa_atomic_load(&tally.failed) != 1 || fake.nr_calls != 0)
			print_message("%s\n%s", lines[i], fake.output);
		assert_tally(0, 1);
		assert_int_equal(fake.nr_calls, 0);
		assert_printed("script: line ");
	}
}

static void a_block_without_end_ends_the_script(void **state)
{
	run("repeat 2\ncall FFA_ID_GET\n");
	assert_tally(0, 1);
	assert_int_equal(fake.nr_calls, 1);
	run("if 1 == 1\n");
	assert_tally(0, 1);
	run("parallel 2\ncall FFA_ID_GET\n");
	assert_tally(0, 2); /* one for each vCPU */
	assert_printed("a block has no end");
}

static void a_line_that_is_too_long_ends_the_script(void **state)
{
	char text[2 * SCRIPT_LINE_SIZE];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	run(text);
	assert_tally(0, 1);
	assert_printed("the line is too long");
}

static void there_is_room_for_so_many_variables(void **state)
{
	char text[4096] = "";
	char name[32];

	for (int i = 0; i < SCRIPT_MAX_VARS; i++) {
		snprintf(name, sizeof(name), "let v%d 1\n", i);
		strcat(text, name);
	}
	run(text);
	assert_tally(0, 1);
	assert_printed("let v47 1");
}

static void names_are_those_of_the_abi(void **state)
{
	uint64_t value;
	uint32_t code;

	assert_true(name_value("FFA_MSG_SEND_DIRECT_REQ2", &value));
	assert_int_equal(value, FFA_MSG_SEND_DIRECT_REQ2);
	assert_true(name_value("FFA_RET_BUSY", &value));
	assert_int_equal(value, (uint64_t)FFA_RET_BUSY);
	assert_false(name_value("FFA_VERSION_MAKE", &value));
	assert_true(name_error("NO_DATA", &code));
	assert_int_equal(code, (uint32_t)FFA_RET_NO_DATA);
	assert_false(name_error("FFA_RET_NO_DATA", &code));
	assert_string_equal(name_of_function(FFA_SUCCESS_64), "FFA_SUCCESS_64");
	assert_null(name_of_function(0x84000000));
	assert_null(name_of_function(FFA_FID_BASE | 0xEE));
	assert_string_equal(name_of_error((uint32_t)FFA_RET_RETRY), "RETRY");
	assert_null(name_of_error(7));
}

/* A tree like vffa-vmm's; all property values are big-endian cells. */
static void make_tree(void *buf, int size)
{
	assert_int_equal(fdt_create(buf, size), 0);
	assert_int_equal(fdt_finish_reservemap(buf), 0);
	fdt_begin_node(buf, "");
	fdt_property_u32(buf, "#address-cells", 2);
	fdt_begin_node(buf, "chosen");
	fdt_property_u64(buf, "linux,initrd-start", 0x48000000);
	fdt_property_u32(buf, "linux,initrd-end", 0x48001000);
	fdt_property_string(buf, "bootargs", "conduit=smc");
	fdt_end_node(buf);
	fdt_begin_node(buf, "psci");
	fdt_property_string(buf, "method", "smc");
	fdt_end_node(buf);
	fdt_begin_node(buf, "cpus");
	fdt_begin_node(buf, "cpu@0");
	fdt_property_string(buf, "device_type", "cpu");
	fdt_property_u32(buf, "reg", 0);
	fdt_end_node(buf);
	fdt_begin_node(buf, "cpu@1");
	fdt_property_u32(buf, "reg", 0x101);
	fdt_property_string(buf, "device_type", "cpu");
	fdt_end_node(buf);
	fdt_end_node(buf);
	fdt_begin_node(buf, "exit@9080000");
	fdt_property_string(buf, "compatible", "vffa,test-exit");
	fdt_property_u64(buf, "reg", 0x9080000);
	fdt_end_node(buf);
	fdt_end_node(buf);
	assert_int_equal(fdt_finish(buf), 0);
}

static void the_board_is_read_from_the_tree(void **state)
{
	uint32_t tree[1024];
	struct board board;

	make_tree(tree, sizeof(tree));
	assert_true(board_read(&board, tree));
	assert_int_equal(board.initrd, 0x48000000);
	assert_int_equal(board.initrd_end, 0x48001000);
	assert_int_equal(board.bootargs_len, sizeof("conduit=smc"));
	assert_memory_equal(board.bootargs, "conduit=smc", sizeof("conduit=smc"));
	assert_true(board.psci_smc);
	assert_int_equal(board.nr_cpus, 2);
	assert_int_equal(board.mpidr[0], 0);
	assert_int_equal(board.mpidr[1], 0x101);
	assert_int_equal(board.exit_reg, 0x9080000);
}

static void a_tree_cut_off_is_refused(void **state)
{
	struct board board;
	uint32_t tree[1024];
	uint32_t first;
	uint32_t end;

	make_tree(tree, sizeof(tree));
	first = fdt_off_dt_struct(tree);
	end = first + fdt_size_dt_struct(tree);
	for (uint32_t size = first - 4; size < end; size += 4) {
		fdt_set_totalsize(tree, size);
		assert_false(board_read(&board, tree));
	}
	tree[0] = 0;
	assert_false(board_read(&board, tree));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_made_and_checked),
		cmocka_unit_test(failed_checks_are_shown_and_the_script_goes_on),
		cmocka_unit_test(errors_must_leave_the_other_registers_zero),
		cmocka_unit_test(values_are_computed_from_left_to_right),
		cmocka_unit_test(blocks_nest_and_are_skipped),
		cmocka_unit_test(a_block_can_be_left),
		cmocka_unit_test(send_runs_the_partition_to_its_answer),
		cmocka_unit_test(memory_is_read_written_and_checked),
		cmocka_unit_test(several_values_stand_one_after_another),
		cmocka_unit_test(a_whole_answer_is_checked),
		cmocka_unit_test(a_sub_runs_where_it_is_wanted),
		cmocka_unit_test(parallel_gives_each_vcpu_its_own_state),
		cmocka_unit_test(there_is_a_lock),
		cmocka_unit_test(a_script_can_be_of_several_vms),
		cmocka_unit_test(a_script_can_have_partitions_preempted),
		cmocka_unit_test(a_script_can_set_an_alarm),
		cmocka_unit_test(checked_answers_are_told),
		cmocka_unit_test(while_asks_again),
		cmocka_unit_test(a_script_can_have_its_vmm_refuse),
		cmocka_unit_test(what_is_not_there_is_gone),
		cmocka_unit_test(a_script_can_wait_for_the_npi),
		cmocka_unit_test(a_script_can_switch_vcpus_off_and_on),
		cmocka_unit_test(a_script_can_ask_for_the_sri),
		cmocka_unit_test(bench_prints_the_median),
		cmocka_unit_test(a_script_can_end_the_guest),
		cmocka_unit_test(lines_that_make_no_sense_end_the_script),
		cmocka_unit_test(a_block_without_end_ends_the_script),
		cmocka_unit_test(a_line_that_is_too_long_ends_the_script),
		cmocka_unit_test(there_is_room_for_so_many_variables),
		cmocka_unit_test(names_are_those_of_the_abi),
		cmocka_unit_test(the_board_is_read_from_the_tree),
		cmocka_unit_test(a_tree_cut_off_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
