// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bare-metal guest: runs the script it finds as initrd, and ends with its outcome. Booted at EL2
 * it is the hypervisor.
 *
 * Words "name=value" of the kernel command line become variables of the script; "conduit=hvc" and
 * "conduit=smc" choose how it calls, which is otherwise PSCI's way.
 */
#include "board.h"

#include <vffa/abi.h>

#include "script.h"
#include "text.h"

#define PSCI_SYSTEM_OFF	  0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u

#define CURRENT_EL_2 8u

#define SHARED_SIZE   0x10000u
#define FREE_RAM_SIZE 0x800000u
#define STATUS_PASSED 0u
#define STATUS_FAILED 1u

/* RX and TX: as large and as aligned as FF-A can want them. */
static uint8_t tx_buffer[SHARED_SIZE] __attribute__((aligned(SHARED_SIZE)));
static uint8_t rx_buffer[SHARED_SIZE] __attribute__((aligned(SHARED_SIZE)));

static struct board board;
static struct script script;
static struct script workers[BOARD_MAX_CPUS];
static struct script_tally tally;
static uint64_t samples[SCRIPT_MAX_SAMPLES];
static uint64_t nr_preempts;
static uint64_t alarm_ms; /* 0 = not set */

extern char _end[];

void guest_main(const void *dtb);
void guest_exception(uint64_t vector, uint64_t esr, uint64_t elr, uint64_t far);

static uint64_t read_counter(void *backend)
{
	uint64_t value;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(value)::"memory");
	return value;
}

void board_wait(uint64_t ms)
{
	uint64_t start = read_counter(NULL);
	uint64_t freq;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(freq));
	while (read_counter(NULL) - start < ms * (freq / 1000))
		;
}

static void wait_ms(void *backend, uint64_t ms)
{
	board_wait(ms);
}

static void set_preempts(void *backend, uint64_t nr)
{
	nr_preempts = nr;
	gic_interrupt(nr);
}

static bool is_hypervisor(void)
{
	uint64_t el;

	__asm__ volatile("mrs %0, CurrentEL" : "=r"(el));
	return el == CURRENT_EL_2;
}

static void set_alarm(void *backend, unsigned int vcpu, uint64_t ms)
{
	if (!is_hypervisor())
		npi_begin(vcpu);
	alarm_ms = ms;
}

/* As late as possible: an interrupt that a guest has before it calls is none that stops the call. */
static void start_alarm(void)
{
	if (is_hypervisor())
		gic_alarm(alarm_ms);
	else
		npi_alarm(alarm_ms);
}

static void stop_alarm(void)
{
	if (is_hypervisor())
		gic_stop_alarm();
	else
		npi_stop_alarm();
	alarm_ms = 0;
}

/* The interrupt is pending for as long as it has to preempt; then it counts as served. */
static void note_answer(const struct vffa_regs *out)
{
	if (out->x[0] != FFA_INTERRUPT)
		return;
	if (nr_preempts)
		set_preempts(NULL, nr_preempts - 1);
	if (alarm_ms)
		stop_alarm();
}

static bool take_sri(void *backend)
{
	return gic_take_sri();
}

static uint32_t take_npi(void *backend, unsigned int vcpu, uint64_t ms)
{
	return npi_wait(vcpu, ms);
}

static bool unplug(void *backend, unsigned int vcpu)
{
	return smp_unplug(&board, vcpu);
}

static bool plug(void *backend, unsigned int vcpu)
{
	return smp_plug(&board, vcpu);
}

static void make_call(void *backend, enum script_conduit conduit, const struct vffa_regs *in,
		      struct vffa_regs *out)
{
	if (alarm_ms)
		start_alarm();
	if (conduit == SCRIPT_HVC)
		conduit_hvc(in, out);
	else if (conduit == SCRIPT_SMC)
		conduit_smc(in, out);
	else
		conduit_none(in, out);
	note_answer(out);
}

/* What start.S maps, and natural alignment. What is not there answers with an exception. */
static bool can_access(uint64_t addr, unsigned int size)
{
	return addr < 1ull << 32 && addr % size == 0;
}

static bool read_memory(void *backend, uint64_t addr, unsigned int size, uint64_t *value)
{
	if (!can_access(addr, size))
		return false;
	if (size == 1)
		*value = *(volatile uint8_t *)addr;
	else if (size == 2)
		*value = *(volatile uint16_t *)addr;
	else if (size == 4)
		*value = *(volatile uint32_t *)addr;
	else
		*value = *(volatile uint64_t *)addr;
	return true;
}

static bool write_memory(void *backend, uint64_t addr, unsigned int size, uint64_t value)
{
	if (!can_access(addr, size))
		return false;
	if (size == 1)
		*(volatile uint8_t *)addr = (uint8_t)value;
	else if (size == 2)
		*(volatile uint16_t *)addr = (uint16_t)value;
	else if (size == 4)
		*(volatile uint32_t *)addr = (uint32_t)value;
	else
		*(volatile uint64_t *)addr = value;
	return true;
}

static void print_line(void *backend, const char *line)
{
	console_print(line);
}

static bool run_on(void *backend, unsigned int first, unsigned int nr,
		   void (*fn)(void *arg, unsigned int vcpu), void *arg)
{
	return smp_run(&board, first, nr, fn, arg);
}

static void meet(void *backend, unsigned int nr)
{
	smp_barrier(nr);
}

static void hang(void)
{
	for (;;)
		__asm__ volatile("wfi");
}

static int print_tally(void)
{
	int failed = vffa_atomic_load(&tally.failed);
	char buf[80];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_add(&t, "script: ");
	text_add_dec(&t, (unsigned int)vffa_atomic_load(&tally.passed));
	text_add(&t, " passed, ");
	text_add_dec(&t, (unsigned int)failed);
	text_add(&t, " failed");
	console_print(buf);
	return failed;
}

static void power_off(void)
{
	int failed = print_tally();

	if (board.exit_reg)
		*(volatile uint32_t *)board.exit_reg = failed ? STATUS_FAILED : STATUS_PASSED;
	psci_call(&board, PSCI_SYSTEM_OFF, 0, 0, 0);
	hang();
}

/* Memory does not survive: failures are told before it goes. */
static void reboot(void)
{
	if (vffa_atomic_load(&tally.failed))
		power_off();
	print_tally();
	psci_call(&board, PSCI_SYSTEM_RESET, 0, 0, 0);
	hang();
}

static void end_script(void *backend, enum script_end how)
{
	if (how == SCRIPT_OFF)
		power_off();
	else if (how == SCRIPT_REBOOT)
		reboot();
	else
		hang();
}

static struct script_ops ops = {
	.call = make_call,
	.read = read_memory,
	.write = write_memory,
	.now = read_counter,
	.wait = wait_ms,
	.print = print_line,
	.run_on = run_on,
	.barrier = meet,
	.end = end_script,
	.alarm = set_alarm,
};

void guest_exception(uint64_t vector, uint64_t esr, uint64_t elr, uint64_t far)
{
	char buf[SCRIPT_LINE_SIZE];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_add(&t, "FAIL exception: vector ");
	text_add_dec(&t, vector);
	text_add(&t, " esr ");
	text_add_hex(&t, esr);
	text_add(&t, " far ");
	text_add_hex(&t, far);
	text_add(&t, " elr ");
	text_add_hex(&t, elr);
	text_add(&t, " at: ");
	text_add(&t, script.source);
	console_print(buf);
	vffa_atomic_add_return(&tally.failed, 1);
	power_off();
}

static bool give_up(const char *reason)
{
	console_print(reason);
	vffa_atomic_add_return(&tally.failed, 1);
	power_off();
	return false;
}

static uint64_t nr_boots(void)
{
	return board.exit_reg ? *(volatile uint32_t *)board.exit_reg : 0;
}

static bool set_presets(struct script *s)
{
	return script_set(s, "tx", (uintptr_t)tx_buffer) &&
	       script_set(s, "rx", (uintptr_t)rx_buffer) && script_set(s, "ram", (uintptr_t)_end) &&
	       script_set(s, "ramsize", FREE_RAM_SIZE) && script_set(s, "nvcpus", board.nr_cpus) &&
	       script_set(s, "boot", nr_boots()) && script_set(s, "start", read_counter(NULL));
}

/* Firmware that starts us without a boot loader has no other way to say where the script is. */
static bool read_initrdmem(const char *value)
{
	uint64_t size;

	if (!text_number(&value, &board.initrd) || *value++ != ',' || !text_number(&value, &size))
		return false;
	board.initrd_end = board.initrd + size;
	return true;
}

/*
 * One word of the command line: name=number, conduit=, or initrdmem=address,size. Words of other
 * forms are not for us.
 */
static bool read_bootarg(struct script *s, const char *word)
{
	char name[SCRIPT_NAME_SIZE];
	const char *c = word;
	uint64_t value;
	size_t len = 0;

	if (text_equal(word, "conduit=hvc") || text_equal(word, "conduit=smc")) {
		s->conduit = text_equal(word, "conduit=smc") ? SCRIPT_SMC : SCRIPT_HVC;
		return true;
	}
	if (text_starts(word, "initrdmem="))
		return read_initrdmem(word + text_len("initrdmem="));
	while (*c && *c != '=' && len + 1 < sizeof(name))
		name[len++] = *c++;
	name[len] = '\0';
	if (*c++ != '=' || !text_number(&c, &value) || *c)
		return true;
	return script_set(s, name, value);
}

static bool read_bootargs(struct script *s)
{
	char word[2 * SCRIPT_NAME_SIZE];
	size_t len = 0;

	for (size_t i = 0; i < board.bootargs_len; i++) {
		char c = board.bootargs[i];

		if (c && c != ' ') {
			if (len + 1 < sizeof(word))
				word[len++] = c;
			continue;
		}
		word[len] = '\0';
		if (!read_bootarg(s, word))
			return false;
		len = 0;
	}
	return true;
}

void guest_main(const void *dtb)
{
	if (!board_read(&board, dtb))
		give_up("guest: no usable device tree");
	if (is_hypervisor()) {
		ops.preempt = set_preempts;
		ops.sri = take_sri;
	} else {
		ops.npi = take_npi;
		ops.unplug = unplug;
		ops.plug = plug;
	}
	script.ops = &ops;
	script.tally = &tally;
	script.samples = samples;
	script.workers = workers;
	script.nr_workers = board.nr_cpus;
	script.conduit = board.psci_smc ? SCRIPT_SMC : SCRIPT_HVC;
	if (!set_presets(&script) || !read_bootargs(&script))
		give_up("guest: too many variables, or a bad initrdmem=");
	if (board.initrd_end <= board.initrd)
		give_up("guest: no script: it is the initrd");

	script_init(&script, (const char *)board.initrd, board.initrd_end - board.initrd);
	script_run(&script);
	power_off();
}
