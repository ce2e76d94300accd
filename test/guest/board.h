/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's board, as its device tree describes it, and the little hardware it uses: a console,
 * the counter, the vCPUs, the ways to end.
 */
#ifndef VFFA_TEST_BOARD_H
#define VFFA_TEST_BOARD_H

#include <vffa/env.h>
#include <vffa/regs.h>

#define BOARD_MAX_CPUS 8

/**
 * struct board - what the device tree says
 * @initrd, @initrd_end: the script; equal = none
 * @bootargs:	the kernel command line; NULL = none. Not necessarily in one piece: see @bootargs_len
 * @bootargs_len: in bytes, at most
 * @exit_reg:	vffa-vmm's device: a write ends it with a status, a read tells how often the guest
 *		was rebooted; 0 = none
 * @psci_smc:	PSCI is called by SMC, not HVC
 * @nr_cpus:	entries of @mpidr
 * @mpidr:	of each vCPU, in the order of the device tree
 */
struct board {
	uint64_t initrd;
	uint64_t initrd_end;
	const char *bootargs;
	size_t bootargs_len;
	uint64_t exit_reg;
	bool psci_smc;
	unsigned int nr_cpus;
	uint64_t mpidr[BOARD_MAX_CPUS];
};

/**
 * board_read() - read a device tree
 * @board: out
 * @dtb:   flattened device tree
 *
 * Return: false = that is not a device tree, or it is cut off.
 */
bool VFFA_MUST_CHECK board_read(struct board *board, const void *dtb);

/* The three ways to call: HVC #0, SMC #0, and nothing at all. @out may be @in. */
void conduit_hvc(const struct vffa_regs *in, struct vffa_regs *out);
void conduit_smc(const struct vffa_regs *in, struct vffa_regs *out);
void conduit_none(const struct vffa_regs *in, struct vffa_regs *out);

/* gic_take_sri() - was the schedule receiver interrupt of this CPU pending? It is not any more. */
bool gic_take_sri(void);

/* Make an interrupt of this CPU pending, or not pending. Only at EL2, where it is masked. */
void gic_interrupt(bool pending);

/* Likewise in about @ms milliseconds, at most two seconds or so, until gic_stop_alarm(). */
void gic_alarm(uint64_t ms);
void gic_stop_alarm(void);

/**
 * npi_wait() - wait for the notification pending interrupt
 * @cpu: the one this runs on, at EL1
 * @ms:	 how long, at most
 *
 * Return: its INTID, whichever it is; it is not pending any more. 0 = it did not come.
 */
uint32_t npi_wait(unsigned int cpu, uint64_t ms);

/*
 * After npi_begin() on it, this CPU is interrupted in @ms milliseconds by its virtual timer, until
 * npi_stop_alarm(). At EL1.
 */
void npi_begin(unsigned int cpu);
void npi_alarm(uint64_t ms);
void npi_stop_alarm(void);

/* The CPU's interface to the GIC is lost: npi_wait() sets it up again. */
void npi_forget(unsigned int cpu);

/* Let about @ms milliseconds pass. */
void board_wait(uint64_t ms);

/* Print one line. Lines of several vCPUs do not mix. */
void console_print(const char *line);

/**
 * psci_call() - call the firmware
 * @board: says by which instruction
 *
 * Return: what the firmware answered in x0.
 */
uint64_t psci_call(const struct board *board, uint32_t fid, uint64_t a, uint64_t b, uint64_t c);

/**
 * smp_run() - run fn(arg, i) on the vCPUs @first to @first + @nr - 1
 *
 * Called on vCPU 0 alone; returns when all are done. vCPUs are started when first needed.
 *
 * Return: false = there are not that many, or one could not be started.
 */
bool smp_run(const struct board *board, unsigned int first, unsigned int nr,
	     void (*fn)(void *arg, unsigned int cpu), void *arg);

/**
 * smp_unplug() - switch the vCPU that this runs on off, by PSCI CPU_OFF
 * @board: as board_read() left it
 * @cpu:   its index
 *
 * Return: true = it was switched off, and another vCPU has switched it on; false = it was not.
 */
bool smp_unplug(const struct board *board, unsigned int cpu);

/**
 * smp_plug() - switch another vCPU on, as soon as it has switched itself off
 * @board: as board_read() left it
 * @cpu:   which
 *
 * Return: false = it did not switch itself off, for a long time.
 */
bool smp_plug(const struct board *board, unsigned int cpu);

/* Wait until @nr vCPUs are here. */
void smp_barrier(unsigned int nr);

#endif /* VFFA_TEST_BOARD_H */
