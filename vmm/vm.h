/* SPDX-License-Identifier: GPL-2.0-only */
/* One virtual machine: its parts, its life, and how it came to its end. */
#ifndef VMM_VM_H
#define VMM_VM_H

#include <libvffa.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "console.h"
#include "loader.h"
#include "map.h"
#include "pl011.h"

struct kvm_run;

#define MAX_PARTITIONS 64

/**
 * enum way - how the guest's FF-A calls get to the relay
 * @WAY_ANY:	the hook if there is one, else the filter
 * @WAY_HOOK:	in the kernel
 * @WAY_FILTER:	by exits from KVM_RUN
 */
enum way {
	WAY_ANY,
	WAY_HOOK,
	WAY_FILTER,
};

/**
 * enum npi_by - who injects the guest's notification pending interrupt
 * @NPI_BY_ANY:	    vffa.ko if the VM is bound to KVM, else as @NPI_BY_PENDING
 * @NPI_BY_KERNEL:  vffa.ko
 * @NPI_BY_LINE:    vffa-vmm, by KVM_IRQ_LINE; a PPI
 * @NPI_BY_PENDING: vffa-vmm, by the GIC's registers, with all vCPUs stopped
 */
enum npi_by {
	NPI_BY_ANY,
	NPI_BY_KERNEL,
	NPI_BY_LINE,
	NPI_BY_PENDING,
};

/**
 * struct vm_config - what the user asked for
 * @kernel:	file with an arm64 Image
 * @initrd:	file; NULL = none
 * @cmdline:	the kernel's
 * @dtb_dump:	file to write the device tree to; NULL = none
 * @nr_cpus:	1 to MAX_VCPUS
 * @ram_size:	bytes
 * @smc:	firmware calls by SMC instead of HVC
 * @acpi:	the guest is told of its machine by ACPI, not by a device tree
 * @ffa:	give the guest FF-A
 * @way:	enum way
 * @reboot:	restart a guest that asks for it
 * @only_partitions: the guest sees only @partitions
 * @partitions:	one UUID of each
 * @nr_partitions: how many
 * @npi_is_set:	@npi was asked for
 * @npi:	INTID of the notification pending interrupt; 0 = none
 * @npi_inject:	enum npi_by
 * @donate:	the guest may donate memory
 * @window_size: bytes for memory that partitions give the guest; 0 = none
 * @mem_handles, @mem_fragmented, @mem_pieces, @mem_pages, @mem_fragment_ms: limits of FF-A memory
 *		management, as in struct libvffa_vm_options
 */
struct vm_config {
	const char *kernel;
	const char *initrd;
	const char *cmdline;
	const char *dtb_dump;
	unsigned int nr_cpus;
	uint64_t ram_size;
	bool smc;
	bool acpi;
	bool ffa;
	enum way way;
	bool reboot;
	bool only_partitions;
	struct libvffa_uuid partitions[MAX_PARTITIONS];
	size_t nr_partitions;
	bool npi_is_set;
	uint32_t npi;
	enum npi_by npi_inject;
	bool donate;
	uint64_t window_size;
	uint32_t mem_handles;
	uint32_t mem_fragmented;
	uint32_t mem_pieces;
	uint32_t mem_pages;
	uint32_t mem_fragment_ms;
};

/**
 * enum vm_end - why no vCPU shall run any more
 * @VM_RUNNING:	  they shall
 * @VM_POWEROFF:  the guest switched itself off
 * @VM_REBOOT:	  the guest asked for a restart
 * @VM_TEST_EXIT: the guest wrote to the test-exit device
 * @VM_QUIT:	  the user typed Ctrl-A x
 * @VM_SIGNAL:	  SIGINT, SIGTERM or SIGHUP
 * @VM_WARM_RESET: the guest asked for a warm reset, as Linux does when it panics
 * @VM_FAILED:	  a vCPU cannot go on; the reason was logged
 */
enum vm_end {
	VM_RUNNING,
	VM_POWEROFF,
	VM_REBOOT,
	VM_TEST_EXIT,
	VM_QUIT,
	VM_SIGNAL,
	VM_WARM_RESET,
	VM_FAILED,
};

/**
 * struct vcpu - one virtual CPU
 * @vm:	    whose it is
 * @index:  KVM's and the relay's number of it, and its MPIDR
 * @fd:	    KVM's
 * @run:    shared with KVM
 * @thread: that runs it
 * @started: @thread exists
 * @in_run:  KVM_RUN is under way or about to be (vm->run_lock)
 * @npi_fd:  eventfd that asks for its notification pending interrupt; -1 = none
 */
struct vcpu {
	struct vm *vm;
	unsigned int index;
	int fd;
	struct kvm_run *run;
	pthread_t thread;
	bool started;
	bool in_run;
	int npi_fd;
};

/**
 * struct vm - the virtual machine
 * @config:   what it shall be
 * @kvm_fd:   /dev/kvm
 * @fd:	      KVM's VM
 * @gic_fd:   KVM's device
 * @ram:      guest memory
 * @run_size: bytes to map of a struct kvm_run
 * @ffa:      its FF-A side; NULL with --no-ffa
 * @has_hook: the relay can be bound to KVM
 * @has_window: KVM shows the guest what partitions give it
 * @npi:      INTID of the notification pending interrupt; 0 = none
 * @npi_inject: enum npi_by, but not NPI_BY_ANY
 * @vcpus:    config->nr_cpus of them
 * @run_lock: of @is_paused and every vCPU's in_run
 * @run_changed: of that
 * @is_paused: no vCPU may enter KVM_RUN
 * @wake_fd:  eventfd that makes the main loop look again
 * @lock:     of @uart and @irq
 * @uart:     the serial line
 * @irq:      whether its interrupt line is raised
 * @end_lock: of writing @end and @status; innermost
 * @end:      enum vm_end
 * @status:   with VM_TEST_EXIT: the exit status; with VM_SIGNAL: its number
 * @nr_reboots: so far; changes only while no vCPU runs
 */
struct vm {
	const struct vm_config *config;
	int kvm_fd;
	int fd;
	int gic_fd;
	struct ram ram;
	size_t run_size;
	struct libvffa_vm *ffa;
	bool has_hook;
	bool has_window;
	uint32_t npi;
	enum npi_by npi_inject;
	struct vcpu vcpus[MAX_VCPUS];
	pthread_mutex_t run_lock;
	pthread_cond_t run_changed;
	bool is_paused;
	int wake_fd;
	pthread_mutex_t lock;
	struct pl011 uart;
	bool irq;
	pthread_mutex_t end_lock;
	atomic_int end;
	int status;
	uint32_t nr_reboots;
};

/**
 * vm_init() - create everything that lasts across reboots
 * @vm:	    out; to be given to vm_fini(), also after an error
 * @config: kept until vm_fini()
 *
 * Return: 0; -1: said why.
 */
int vm_init(struct vm *vm, const struct vm_config *config);

/**
 * vm_fini() - give everything back
 * @vm: no vCPU runs
 */
void vm_fini(struct vm *vm);

/**
 * vm_run() - run the guest, over reboots, until it ends
 * @vm:	     initialised
 * @console: open
 *
 * Return: the program's exit status.
 */
int vm_run(struct vm *vm, struct console *console);

/**
 * vm_set_end() - end the run; any thread
 * @vm:	    running
 * @end:    why; the first reason stays
 * @status: see struct vm
 */
void vm_set_end(struct vm *vm, enum vm_end end, int status);

/**
 * vm_has_ended() - shall no vCPU run any more; any thread
 * @vm: any
 *
 * Return: whether vm_set_end() was called since the guest was started.
 */
static inline bool vm_has_ended(struct vm *vm)
{
	return atomic_load(&vm->end) != VM_RUNNING;
}

/**
 * vm_wake() - make the main loop look again; any thread
 * @vm: initialised
 */
void vm_wake(struct vm *vm);

#endif /* VMM_VM_H */
