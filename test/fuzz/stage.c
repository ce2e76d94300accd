// SPDX-License-Identifier: GPL-2.0-only
/* The stage, and the invariants. What happens on it is up to the fuzzers. */
#include "stage.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void stage_fail(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

static struct fake_vm *to_fake_vm(struct vffa_vm *vm)
{
	return (struct fake_vm *)((char *)vm - offsetof(struct fake_vm, vm));
}

/* The relay may touch what is mapped, and nothing else of a guest. */
static enum vffa_ret map_guest(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
			       struct vffa_mapping *map)
{
	enum vffa_ret ret = fake_ops.map_guest(vm, ipa, nr_pages, map);

	if (!ret)
		ASAN_UNPOISON_MEMORY_REGION(map->va, nr_pages * (size_t)FFA_PAGE_SIZE);
	return ret;
}

static void unmap_guest(struct vffa_vm *vm, struct vffa_mapping *map)
{
	fake_ops.unmap_guest(vm, map);
	/* What is left mapped, if anything, is unpoisoned when it is mapped again. */
	if (!to_fake_vm(vm)->nr_pinned)
		ASAN_POISON_MEMORY_REGION(to_fake_vm(vm)->ram, sizeof(to_fake_vm(vm)->ram));
}

/* The log of calls, the bulk of it, nobody reads. */
static void reset_port(struct fake_port *port)
{
	memset(&port->fail_after, 0,
	       offsetof(struct fake_port, calls) - offsetof(struct fake_port, fail_after));
	memset(&port->nr_of, 0, sizeof(*port) - offsetof(struct fake_port, nr_of));
	pthread_mutex_init(&port->mutex, NULL);
	fake_spmc_init(&port->spmc);
	fake_host_init(&port->host, FAKE_HOST_PAGES, 1);
}

static void reset_vm(struct fake_vm *vm, struct fake_port *port, unsigned int n)
{
	ASAN_UNPOISON_MEMORY_REGION(vm->ram, sizeof(vm->ram));
	memset(vm, 0, offsetof(struct fake_vm, ram));
	ASAN_POISON_MEMORY_REGION(vm->ram, sizeof(vm->ram));
	vm->port = port;
	vm->nr = n;
	fake_lock_init(&vm->lock, FAKE_LOCK_VM);
}

struct stage *stage_set(void)
{
	static struct stage stage;
	struct stage *st = &stage;

	ASAN_UNPOISON_MEMORY_REGION(st->rx, sizeof(st->rx));
	reset_port(&st->port);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++)
		reset_vm(&st->vms[n], &st->port, n);
	memset(st->alive, 0, offsetof(struct stage, tx) - offsetof(struct stage, alive));
	memset(st->rx, 0, sizeof(st->rx));
	fake_lock_init(&st->id_lock, FAKE_LOCK_ID);
	fake_lock_init(&st->page_lock, FAKE_LOCK_PAGE);
	fake_lock_init(&st->tx_lock, FAKE_LOCK_TX);
	fake_lock_init(&st->rx_lock, FAKE_LOCK_RX);
	st->ops = fake_ops;
	st->ops.map_guest = map_guest;
	st->ops.unmap_guest = unmap_guest;
	st->config = (struct vffa_relay_config){
		.ops = &st->ops,
		.port = &st->port,
		.id_lock = &st->id_lock,
		.page_lock = &st->page_lock,
		.tx_lock = &st->tx_lock,
		.rx_lock = &st->rx_lock,
		.tx = st->tx,
		.rx = st->rx,
		.tx_pa = { (uintptr_t)st->tx },
		.rx_pa = { (uintptr_t)st->rx },
		.nr_pages = 1,
	};
	return st;
}

/* A VM whose bringing up failed: its home has it worked on until it is STOPPED. */
static void brought_up(struct stage *st, unsigned int n, enum vffa_ret ret)
{
	enum vffa_vm_state state = vffa_vm_state(&st->vms[n].vm);

	st->busy[n] = false;
	must(ret <= VFFA_OK && ret >= VFFA_NOT_READY);
	must(!ret == (state == VFFA_VM_READY));
	if (ret)
		stage_work(st, n, 0);
}

void stage_create(struct stage *st, unsigned int n)
{
	struct fake_vm *vm = &st->vms[n];
	const struct vffa_vm_config config = {
		.lock = &vm->lock,
		.nr_vcpus = FAKE_NR_VCPUS,
		.vcpus = vm->vcpus,
		.mem = FAKE_MEM_LIMITS,
	};

	if (st->alive[n] || st->busy[n])
		return;
	st->busy[n] = true;
	memset(vm->vcpus, 0, sizeof(vm->vcpus));
	vm->scheduled = false;
	brought_up(st, n, vffa_vm_init(&vm->vm, &st->relay, &config));
	st->alive[n] = true;
}

void stage_restart(struct stage *st, unsigned int n)
{
	enum vffa_vm_state before = vffa_vm_state(&st->vms[n].vm);
	enum vffa_ret ret;

	if (!st->alive[n] || st->busy[n] || !st->vms[n].vm.id)
		return;
	st->busy[n] = true;
	ret = vffa_vm_restart(&st->vms[n].vm);
	st->busy[n] = false;
	if (before == VFFA_VM_STOPPED)
		brought_up(st, n, ret);
	else
		must(ret == VFFA_BUSY && vffa_vm_state(&st->vms[n].vm) == before);
}

void stage_stop(struct stage *st, unsigned int n)
{
	if (!st->alive[n])
		return;
	/* Allowed while the worker is at work, not while the VM is brought up. */
	if (st->busy[n] && vffa_vm_state(&st->vms[n].vm) == VFFA_VM_STOPPED)
		return;
	vffa_vm_stop(&st->vms[n].vm);
}

void stage_work(struct stage *st, unsigned int n, uint64_t ns)
{
	if (!st->vms[n].vm.relay || st->busy[n])
		return;
	st->busy[n] = true;
	if (ns)
		(void)fake_work(&st->vms[n], ns);
	else
		vffa_vm_work(&st->vms[n].vm);
	st->busy[n] = false;
}

void stage_fini(struct stage *st, unsigned int n)
{
	struct vffa_vm *vm = &st->vms[n].vm;

	if (!st->alive[n] || st->busy[n] || vffa_vm_state(vm) != VFFA_VM_STOPPED)
		return;
	vffa_vm_fini(vm);
	memset(vm, 0, sizeof(*vm));
	st->alive[n] = false;
}

static bool is_request(uint32_t fid)
{
	return fid == FFA_MSG_SEND_DIRECT_REQ_32 || fid == FFA_MSG_SEND_DIRECT_REQ_64 ||
	       fid == FFA_MSG_SEND_DIRECT_REQ2 || fid == FFA_RUN;
}

static void check_error(const struct vffa_regs *regs)
{
	int32_t code = (int32_t)(uint32_t)regs->x[2];

	must(code <= VFFA_NOT_SUPPORTED && code >= VFFA_NOT_READY && !(regs->x[2] >> 32));
	must(!regs->x[1]);
	for (unsigned int i = 3; i < VFFA_NR_REGS_SHORT; i++)
		must(!regs->x[i]);
}

static void check_interrupt(const struct vffa_regs *regs)
{
	must(regs->x[1] >> 31 == 1);
	for (unsigned int i = 2; i < VFFA_NR_REGS_SHORT; i++)
		must(!regs->x[i]);
}

/* An answer of the partition's that was asked, to whom asked it. */
static void check_response(const struct vffa_vm *vm, const struct vffa_regs *before,
			   const struct vffa_regs *regs)
{
	uint32_t fid = (uint32_t)before->x[0] & ~SMCCC_SVE_HINT;
	uint32_t completion = (uint32_t)regs->x[0];

	must(is_request(fid));
	if (fid != FFA_RUN) {
		must(completion == fid + 1);
		must((vffa_id_t)(before->x[1] >> 16) == vm->id);
		must((vffa_id_t)before->x[1] == regs->x[1] >> 16);
	}
	must((vffa_id_t)regs->x[1] == vm->id && regs->x[1] >> 31 == 1);
	must(!regs->x[2]);
	must(completion != FFA_MSG_SEND_DIRECT_RESP2 || !regs->x[3]);
}

static void check_completion(const struct vffa_vm *vm, const struct vffa_regs *before,
			     const struct vffa_regs *regs)
{
	uint32_t fid = (uint32_t)before->x[0] & ~SMCCC_SVE_HINT;

	switch (regs->x[0]) {
	case FFA_ERROR:
		check_error(regs);
		break;
	case FFA_SUCCESS_32:
		must(!is_request(fid) && fid != FFA_PARTITION_INFO_GET_REGS);
		break;
	case FFA_SUCCESS_64:
		must(fid == FFA_PARTITION_INFO_GET_REGS);
		break;
	case FFA_INTERRUPT:
		must(is_request(fid));
		check_interrupt(regs);
		break;
	case FFA_MSG_SEND_DIRECT_RESP_32:
	case FFA_MSG_SEND_DIRECT_RESP_64:
	case FFA_MSG_SEND_DIRECT_RESP2:
		check_response(vm, before, regs);
		break;
	default:
		must(!"a completion that no guest may see");
	}
	for (unsigned int i = 1; !(regs->x[0] & SMCCC_64) && i < VFFA_NR_REGS_SHORT; i++)
		must(!(regs->x[i] >> 32));
}

/* w0 is the answer, and nothing else is. */
static void check_version(const struct vffa_regs *regs)
{
	must(regs->x[0] == FFA_VERSION_1_2 || regs->x[0] == (uint32_t)FFA_RET_NOT_SUPPORTED);
	for (unsigned int i = 1; i < VFFA_NR_REGS_SHORT; i++)
		must(!regs->x[i]);
}

/* x8 to x17 are touched in SMC64 calls of FF-A 1.2 alone, and FFA_RUN for one of those. */
static void check_high(uint32_t version, uint32_t fid, bool aarch32, const struct vffa_regs *before,
		       const struct vffa_regs *after)
{
	uint32_t wide = fid == FFA_RUN ? (uint32_t)after->x[0] : fid;
	bool may_change = version >= FFA_VERSION_1_2 && !aarch32 && wide & SMCCC_64;

	for (unsigned int i = VFFA_NR_REGS_SHORT; i < VFFA_NR_REGS; i++)
		must(after->x[i] == before->x[i] || may_change);
}

static void check_answer(const struct vffa_vm *vm, uint32_t version, bool aarch32,
			 const struct vffa_regs *before, const struct vffa_regs *after)
{
	uint32_t fid = (uint32_t)before->x[0] & ~SMCCC_SVE_HINT;

	if (fid == SMCCC_VERSION) {
		must(after->x[0] == SMCCC_VERSION_1_2);
		must(!memcmp(&after->x[1], &before->x[1], sizeof(after->x) - sizeof(after->x[0])));
		return;
	}
	check_high(version, fid, aarch32, before, after);
	if (fid == FFA_VERSION) {
		check_version(after);
		return;
	}
	check_completion(vm, before, after);
	if (!version || (aarch32 && fid & SMCCC_64))
		must(after->x[0] == FFA_ERROR && after->x[2] == (uint32_t)FFA_RET_NOT_SUPPORTED);
}

void stage_call(struct stage *st, unsigned int n, unsigned int vcpu, struct vffa_regs *regs,
		bool aarch32)
{
	const struct vffa_regs before = *regs;
	struct vffa_vm *vm = &st->vms[n].vm;

	if (!st->alive[n] || st->calling[n][vcpu] || !vffa_is_ours((uint32_t)regs->x[0]) ||
	    !vffa_vm_enter(vm))
		return;
	st->calling[n][vcpu] = true;
	st->depth++;
	must(vffa_call(&vm->vcpus[vcpu], regs, aarch32) == VFFA_RESUME_GUEST);
	st->depth--;
	st->calling[n][vcpu] = false;
	/* A call but FFA_VERSION ends the negotiation: the version it used is the one there is. */
	check_answer(vm, vffa_vm_version(vm), aarch32, &before, regs);
	vffa_vm_leave(vm);
}

static bool is_in_ram(const struct fake_vm *vm, const struct vffa_mapping *map, uint32_t nr_pages)
{
	const uint8_t *va = map->va;

	return va >= vm->ram && va + nr_pages * FFA_PAGE_SIZE <= vm->ram + sizeof(vm->ram);
}

static void check_mailbox(const struct fake_vm *vm)
{
	const struct vffa_mailbox *mb = &vm->vm.mailbox;

	if (mb->state == VFFA_MAILBOX_NONE) {
		must(!vm->nr_pinned && !mb->tx.va && !mb->rx.va);
		return;
	}
	must(mb->nr_pages && mb->nr_pages <= VFFA_MAILBOX_MAX_PAGES);
	must(vm->nr_pinned == 2 * mb->nr_pages);
	must(is_in_ram(vm, &mb->tx, mb->nr_pages) && is_in_ram(vm, &mb->rx, mb->nr_pages));
}

/* Returns how many contexts the VM has left stopped. */
static unsigned int check_runs(const struct fake_vm *vm)
{
	unsigned int nr_stopped = 0;

	for (unsigned int i = 0; i < FAKE_NR_VCPUS * VFFA_RUNS_PER_VCPU; i++) {
		const struct vffa_run *run =
			&vm->vcpus[i / VFFA_RUNS_PER_VCPU].runs[i % VFFA_RUNS_PER_VCPU];

		must(run->state.v != VFFA_RUN_ACTIVE);
		if (run->state.v != VFFA_RUN_STOPPED)
			continue;
		must(run->src == vm->vm.id && (uint32_t)run->target.v >> 31);
		nr_stopped++;
	}
	return nr_stopped;
}

static bool is_any_told(const struct vffa_vm *vm)
{
	uint64_t any = 0;

	for (unsigned int i = 0; i < sizeof(vm->told) / sizeof(vm->told[0]); i++)
		any |= vm->told[i];
	return any;
}

/* Where nothing is left to be done, nothing may be left; and somebody must do it where it is. */
static void check_state(const struct fake_vm *vm, unsigned int nr_stopped)
{
	switch (vffa_vm_state(&vm->vm)) {
	case VFFA_VM_READY:
		must(!vm->vm.inside.v);
		must(vm->vm.avail.state.v == VFFA_RUN_FREE);
		must(!nr_stopped || vm->scheduled);
		break;
	case VFFA_VM_STOPPING:
		must(vffa_vm_is_drained(&vm->vm));
		must(vm->scheduled);
		break;
	case VFFA_VM_STOPPED:
		must(vffa_vm_is_drained(&vm->vm));
		must(vm->vm.mailbox.state == VFFA_MAILBOX_NONE);
		must(vm->vm.avail.state.v == VFFA_RUN_FREE);
		must(!nr_stopped && !is_any_told(&vm->vm));
		must(!vm->nr_mem_pinned && !vm->nr_allocs);
		break;
	}
}

static unsigned int check_vm(const struct fake_vm *vm)
{
	unsigned int nr_stopped = check_runs(vm);
	uint32_t version = (uint32_t)vm->vm.version.v;

	must((version & VFFA_VERSION_MINOR_MASK) <= 3 && !(version >> 17));
	must(version != VFFA_VERSION_LOCKED);
	must(vm->vm.avail.state.v == VFFA_RUN_FREE || vm->vm.avail.state.v == VFFA_RUN_STOPPED);
	check_mailbox(vm);
	check_state(vm, nr_stopped);
	return nr_stopped + (vm->vm.avail.state.v == VFFA_RUN_STOPPED);
}

/* Each VM has an id of its own, and no other id is taken. */
static void check_ids(const struct stage *st)
{
	uint64_t ids[(VFFA_MAX_VMS + 63) / 64] = { 0 };

	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		unsigned int i = st->vms[n].vm.id - 1u;

		if (!st->alive[n] || !st->vms[n].vm.id)
			continue;
		must(i < VFFA_MAX_VMS && !(ids[i / 64] >> (i % 64) & 1));
		ids[i / 64] |= 1ull << (i % 64);
	}
	must(!memcmp(ids, st->relay.ids, sizeof(ids)));
}

void stage_check(struct stage *st)
{
	unsigned int nr_stopped = 0;

	must(!st->depth);
	check_ids(st);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		if (st->alive[n])
			nr_stopped += check_vm(&st->vms[n]);
	}
	if (st->port.complaint)
		stage_fail(st->port.complaint, __FILE__, __LINE__);
	if (st->lied)
		return;
	must(nr_stopped == fake_spmc_nr_open(&st->port.spmc));
	if (st->port.spmc.complaint)
		stage_fail(st->port.spmc.complaint, __FILE__, __LINE__);
}

static void make_honest(struct stage *st)
{
	struct fake_spmc *spmc = &st->port.spmc;

	st->port.during_smc = NULL;
	st->ops.smc = fake_ops.smc;
	memset(st->port.fail_after, 0, sizeof(st->port.fail_after));
	spmc->nr_scripts = 0;
	for (unsigned int i = 0; i < spmc->nr_parts; i++)
		spmc->parts[i].nr_status = 0;
}

void stage_strike(struct stage *st)
{
	make_honest(st);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		stage_stop(st, n);
		stage_work(st, n, UINT64_MAX / 2);
	}
	stage_check(st);
	for (unsigned int n = 0; n < STAGE_NR_VMS; n++) {
		must(!st->alive[n] || vffa_vm_state(&st->vms[n].vm) == VFFA_VM_STOPPED);
		stage_fini(st, n);
	}
	stage_check(st);
	must(!st->port.host.nr_pins && !st->port.host.nr_leaves);
	for (unsigned int i = 0; !st->lied && i < st->port.spmc.nr_parts; i++)
		must(!st->port.spmc.parts[i].known);
}
