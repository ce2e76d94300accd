// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Requests that run in secure partitions. Who may make them is in msg.c. */
#include "run.h"

#include "abi_call.h"
#include "part.h"
#include "turn.h"
#include "vmlock.h"

/* Of a turn, which nobody's answer ends. */
#define NO_ANSWER 0u

/* How long a request waits for the end of a turn before it looks again. */
#define TURN_SLEEP_NS 1000000ull

/* How long an SP that yields is left alone. Its own hint has no unit the specification names. */
#define YIELD_SLEEP_NS 1000000ull

/*
 * Is it time to stop resuming a context that does not come to an end? A guest waits (@vcpu) until
 * its vCPU has something else to do; where nobody waits (NULL), until @until_ns.
 */
static bool is_over(const struct vffa_relay *relay, struct vffa_vcpu *vcpu, uint64_t until_ns)
{
	const struct vffa_relay_config *cfg = &relay->cfg;

	if (!vcpu)
		return cfg->ops->now_ns(cfg->port) >= until_ns;
	if (vffa_atomic_load(&vcpu->vm->inside) & VFFA_VM_CLOSED)
		return true;
	return cfg->ops->vcpu_must_leave(vcpu);
}

static enum vffa_run_state state_of(const struct vffa_run *run)
{
	return (enum vffa_run_state)vffa_atomic_load_acquire(&run->state);
}

static void set_state(struct vffa_run *run, enum vffa_run_state state)
{
	vffa_atomic_store_release(&run->state, (int)state);
}

static uint32_t target_of(const struct vffa_run *run)
{
	return (uint32_t)vffa_atomic_load(&run->target);
}

static void begin_run(struct vffa_run *run, const struct vffa_part *part, vffa_id_t src,
		      uint32_t answer)
{
	run->answer = answer;
	run->framework = 0;
	run->ids = (uint32_t)part->id << 16 | src;
	run->cpu = VFFA_CPU_ANY;
	/* A partition with several contexts has one per CPU, and each stays on its own. */
	run->pinned = part->nr_contexts > 1 ? VFFA_RUN_PINNED_THERE : 0;
	vffa_atomic_init(&run->target, 0);
}

/* The request has ended, if nobody reads its answer any more. The record is another's afterwards. */
static inline void end_run(struct vffa_run *run, enum vffa_run_state state)
{
	if (run->is_counted)
		vffa_turn_end(run, state);
	else
		set_state(run, state);
}

static void encode_run(struct vffa_regs *msg, uint32_t target)
{
	vffa_regs_clear(msg, 2);
	msg->x[0] = FFA_RUN;
	msg->x[1] = target;
}

static void encode_interrupt(struct vffa_regs *msg, uint32_t target)
{
	vffa_regs_answer(msg, FFA_INTERRUPT);
	msg->x[1] = target;
}

/* The SP stopped before its end. Remember where, for FFA_RUN. */
static enum vffa_ret note_stop(struct vffa_relay *relay, struct vffa_run *run,
			       const struct vffa_regs *msg)
{
	uint32_t target = (uint32_t)msg->x[1];

	if (!((target >> 16) & FFA_ID_SECURE))
		return VFFA_ABORTED;
	/* For the first time. */
	if (!target_of(run))
		run->idle_ns = 0;
	vffa_turn_follow(relay, run, (vffa_id_t)(target >> 16));
	/*
	 * Stopped in another partition than the receiver, which has called it, perhaps by way of others that
	 * nobody names: any of them may be per CPU, and the CPU they are on suits those that are not too.
	 * Stopped in the receiver, they have all returned.
	 */
	run->pinned &= VFFA_RUN_PINNED_THERE;
	if (target >> 16 != run->ids >> 16)
		run->pinned |= VFFA_RUN_PINNED_BEYOND;
	vffa_atomic_init(&run->target, (int)target);
	return VFFA_PARKED;
}

/*
 * FFA_ERROR: the end of the request, unless it answers FFA_RUN itself. Then the context is as stopped
 * as it was.
 */
static enum vffa_ret check_error(const struct vffa_run *run, const struct vffa_regs *msg)
{
	enum vffa_ret ret = vffa_ret_from_wire(msg->x[2]);

	if (target_of(run) && (ret == VFFA_BUSY || ret == VFFA_RETRY || ret == VFFA_INTERRUPTED))
		return VFFA_PARKED;
	return ret;
}

/* A completion that is not the answer of the kind the request wants. */
static enum vffa_ret check_other(struct vffa_relay *relay, struct vffa_run *run,
				 const struct vffa_regs *msg)
{
	switch ((uint32_t)msg->x[0]) {
	case FFA_INTERRUPT:
	case FFA_YIELD:
		return note_stop(relay, run, msg);
	case FFA_MSG_WAIT:
		return run->answer == NO_ANSWER ? VFFA_OK : VFFA_ABORTED;
	case FFA_ERROR:
		return check_error(run, msg);
	default:
		return VFFA_ABORTED;
	}
}

/* Does an answer belong to this request? Leaves in @msg what the requester may see. */
static inline enum vffa_ret check_answer(const struct vffa_run *run, struct vffa_regs *msg)
{
	uint32_t fid = (uint32_t)msg->x[0];

	if ((uint32_t)msg->x[1] != run->ids)
		return VFFA_ABORTED;
	msg->x[0] = fid;
	msg->x[1] = (uint32_t)msg->x[1];
	if (fid == FFA_MSG_SEND_DIRECT_RESP2) {
		msg->x[2] = 0;
		msg->x[3] = 0;
		return VFFA_OK;
	}

	if ((uint32_t)msg->x[2] != run->framework)
		return VFFA_ABORTED;
	msg->x[2] = run->framework;
	if (fid == FFA_MSG_SEND_DIRECT_RESP_32) {
#pragma GCC unroll 8
		for (unsigned int i = 3; i < VFFA_NR_REGS_SHORT; i++)
			msg->x[i] = (uint32_t)msg->x[i];
	}
	return VFFA_OK;
}

/* ENTRY_AGAIN: by FFA_RUN, where a timer of the guest that waits may be on the CPU. */
enum entry {
	ENTRY_FIRST,
	ENTRY_AGAIN
};

/*
 * Enter the SP once. VFFA_PARKED: the context has stopped, or is still stopped, at the record's
 * target. Any other status is how the request ended, and @msg holds the answer.
 */
static VFFA_INLINE enum vffa_ret enter(struct vffa_relay *relay, struct vffa_run *run,
				       struct vffa_regs *msg, enum entry entry)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	enum vffa_ret ret;

	if (!run->pinned)
		run->cpu = VFFA_CPU_ANY;

	/* A stopped context whose CPU is offline waits for it to come back. */
	if (entry == ENTRY_AGAIN && cfg->ops->smc_run)
		ret = cfg->ops->smc_run(cfg->port, msg, &run->cpu);
	else
		ret = cfg->ops->smc(cfg->port, msg, &run->cpu);
	if (ret)
		return target_of(run) ? VFFA_PARKED : ret;
	if ((uint32_t)msg->x[0] == run->answer)
		return check_answer(run, msg);
	return check_other(relay, run, msg);
}

/* Resume a stopped context until it ends, is put off, or is_over(@vcpu, @until_ns). As enter(). */
static enum vffa_ret go_on(struct vffa_relay *relay, struct vffa_run *run, struct vffa_regs *msg,
			   struct vffa_vcpu *vcpu, uint64_t until_ns)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	enum vffa_ret ret = VFFA_PARKED;

	while (ret == VFFA_PARKED) {
		bool yielded = (uint32_t)msg->x[0] == FFA_YIELD;

		if (!yielded && (uint32_t)msg->x[0] != FFA_INTERRUPT)
			break;
		if (is_over(relay, vcpu, until_ns))
			break;
		if (yielded)
			cfg->ops->sleep(cfg->port, YIELD_SLEEP_NS);
		else
			cfg->ops->relax(cfg->port);
		encode_run(msg, target_of(run));
		ret = enter(relay, run, msg, ENTRY_AGAIN);
	}
	return ret;
}

/* For the relay's own ends: enter with @msg, and go on until @until_ns. As enter(). */
static enum vffa_ret drive(struct vffa_relay *relay, struct vffa_run *run, struct vffa_regs *msg,
			   uint64_t until_ns)
{
	enum vffa_ret ret = enter(relay, run, msg, ENTRY_FIRST);

	if (ret == VFFA_PARKED)
		ret = go_on(relay, run, msg, NULL, until_ns);
	return ret;
}

/* The guest is told where its context stopped, and has a while to resume it. */
static void leave_stopped(struct vffa_vm *vm, struct vffa_run *run, struct vffa_regs *msg)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;

	encode_interrupt(msg, target_of(run));
	run->stopped_ns = cfg->ops->now_ns(cfg->port);
	set_state(run, VFFA_RUN_STOPPED);
	cfg->ops->schedule(vm, VFFA_RUN_OVERDUE_NS);
}

/*
 * Enter with an ACTIVE record for a guest, and put the record where it then belongs.
 *
 * Requests that end at once, nearly all, take the short way. No local here or on the way here has
 * its address taken: the kernel's stack protector would make every call pay for it. What is VFFA_INLINE
 * the compiler would leave out of line as the ways aside grow.
 */
static VFFA_INLINE enum vffa_ret drive_for_guest(struct vffa_vm *vm, struct vffa_vcpu *vcpu,
						 struct vffa_run *run, struct vffa_regs *msg,
						 enum entry entry)
{
	enum vffa_ret ret = enter(vm->relay, run, msg, entry);

	if (ret == VFFA_PARKED)
		ret = go_on(vm->relay, run, msg, vcpu, 0);
	if (ret == VFFA_PARKED) {
		leave_stopped(vm, run, msg);
		vffa_counter_inc(&vcpu->counters.preempted);
		return VFFA_OK;
	}
	end_run(run, VFFA_RUN_FREE);
	return ret;
}

static struct vffa_run *find_own(struct vffa_vcpu *vcpu, enum vffa_run_state state)
{
	for (unsigned int i = 0; i < VFFA_RUNS_PER_VCPU; i++) {
		if (state_of(&vcpu->runs[i]) == state)
			return &vcpu->runs[i];
	}
	return NULL;
}

/* A record that is FREE because its guest never came back for it. Those are shared with FFA_RUN. */
static struct vffa_run *recycle_run(struct vffa_vcpu *vcpu)
{
	struct vffa_run *run;

	if (vffa_vm_lock(vcpu->vm))
		return NULL;
	run = find_own(vcpu, VFFA_RUN_EXPIRED);
	if (run)
		set_state(run, VFFA_RUN_FREE);
	vffa_vm_unlock(vcpu->vm);
	return run;
}

/*
 * Where the receiver has its turn, wait for the end of it, as for that of a request, until the vCPU has
 * something else to do. From then on the request, whose record is FREE, is counted.
 */
static bool wait_for_turn(struct vffa_vcpu *vcpu, struct vffa_run *run, struct vffa_turn *turn)
{
	const struct vffa_relay_config *cfg = &vcpu->vm->relay->cfg;

	while (!vffa_turn_enter(turn)) {
		if (is_over(vcpu->vm->relay, vcpu, 0))
			return false;
		cfg->ops->sleep(cfg->port, TURN_SLEEP_NS);
	}
	vffa_turn_begin(run, turn);
	return true;
}

enum vffa_ret vffa_run_request(struct vffa_vcpu *vcpu, const struct vffa_part *part,
			       uint32_t answer, struct vffa_regs *msg)
{
	struct vffa_vm *vm = vcpu->vm;
	/* A record that is FREE is its vCPU's alone. */
	struct vffa_run *run = find_own(vcpu, VFFA_RUN_FREE);

	if (!run)
		run = recycle_run(vcpu);
	if (!run)
		return VFFA_BUSY;

	if (part->turn && !wait_for_turn(vcpu, run, part->turn))
		return VFFA_BUSY;

	set_state(run, VFFA_RUN_ACTIVE);
	begin_run(run, part, vm->id, answer);
	return drive_for_guest(vm, vcpu, run, msg, ENTRY_FIRST);
}

static struct vffa_run *nth_run(struct vffa_vm *vm, unsigned int n)
{
	return &vm->vcpus[n / VFFA_RUNS_PER_VCPU].runs[n % VFFA_RUNS_PER_VCPU];
}

static unsigned int nr_runs(const struct vffa_vm *vm)
{
	return vm->nr_vcpus * (unsigned int)VFFA_RUNS_PER_VCPU;
}

/* Make a stopped record ACTIVE. With the lock, whoever sees STOPPED is alone with it. */
static bool claim_locked(struct vffa_vm *vm, struct vffa_run *run)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;

	vffa_vm_assert_locked(vm);
	if (state_of(run) != VFFA_RUN_STOPPED)
		return false;
	run->idle_ns += cfg->ops->now_ns(cfg->port) - run->stopped_ns;
	set_state(run, VFFA_RUN_ACTIVE);
	return true;
}

/* Why nothing of this VM can be resumed at @target. */
static enum vffa_ret why_not(const struct vffa_vm *vm, uint32_t target)
{
	const struct vffa_part *part = vffa_part_find(vm, (vffa_id_t)(target >> 16));

	if (!part || (target & 0xFFFFu) >= part->nr_contexts)
		return VFFA_INVALID_PARAMETERS;
	return VFFA_DENIED;
}

/* Find the record at @target, STOPPED before any other, and claim it or say why not. */
static enum vffa_ret claim_target_locked(struct vffa_vm *vm, uint32_t target, struct vffa_run **out)
{
	enum vffa_ret ret = why_not(vm, target);
	struct vffa_run *expired = NULL;

	for (unsigned int i = 0; i < nr_runs(vm); i++) {
		struct vffa_run *run = nth_run(vm, i);

		if (target_of(run) != target)
			continue;
		if (claim_locked(vm, run)) {
			*out = run;
			return VFFA_OK;
		}
		if (state_of(run) == VFFA_RUN_ACTIVE)
			ret = VFFA_BUSY;
		else if (state_of(run) == VFFA_RUN_EXPIRED)
			expired = run;
	}
	if (!expired || ret == VFFA_BUSY)
		return ret;

	/* Told once that its request came to nothing, the guest owes nothing more. */
	set_state(expired, VFFA_RUN_FREE);
	return VFFA_ABORTED;
}

enum vffa_ret vffa_run_again(struct vffa_vcpu *vcpu, uint32_t target, struct vffa_regs *msg)
{
	struct vffa_vm *vm = vcpu->vm;
	struct vffa_run *run;
	enum vffa_ret ret;

	ret = vffa_vm_lock(vm);
	if (ret)
		return ret;
	ret = claim_target_locked(vm, target, &run);
	vffa_vm_unlock(vm);
	if (ret)
		return ret;

	encode_run(msg, target);
	return drive_for_guest(vm, vcpu, run, msg, ENTRY_AGAIN);
}

enum vffa_ret vffa_run_message(struct vffa_relay *relay, struct vffa_run *run,
			       const struct vffa_part *part, struct vffa_regs *msg,
			       uint64_t budget_ns)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	struct vffa_turn *turn = part->turn;
	uint64_t until_ns = cfg->ops->now_ns(cfg->port) + budget_ns;
	enum vffa_ret ret;

	if (state_of(run) == VFFA_RUN_STOPPED) {
		encode_run(msg, target_of(run));
	} else {
		if (turn && !vffa_turn_enter(turn))
			return VFFA_RETRY;
		if (turn)
			vffa_turn_begin(run, turn);
		begin_run(run, part, FFA_ID_HYPERVISOR, FFA_MSG_SEND_DIRECT_RESP_32);
		/* A framework answer's number is its request's plus one. */
		run->framework = (uint32_t)msg->x[2] + 1;
	}

	ret = drive(relay, run, msg, until_ns);
	if (ret != VFFA_PARKED) {
		end_run(run, VFFA_RUN_FREE);
		return ret;
	}
	set_state(run, VFFA_RUN_STOPPED);
	return VFFA_RETRY;
}

enum vffa_ret vffa_run_turn(struct vffa_relay *relay, struct vffa_run *run,
			    const struct vffa_part *part, uint16_t context, uint64_t budget_ns)
{
	const struct vffa_relay_config *cfg = &relay->cfg;
	uint64_t until_ns = cfg->ops->now_ns(cfg->port) + budget_ns;
	struct vffa_regs msg = { 0 };
	enum vffa_ret ret;

	if (state_of(run) == VFFA_RUN_STOPPED) {
		encode_run(&msg, target_of(run));
	} else {
		begin_run(run, part, FFA_ID_HYPERVISOR, NO_ANSWER);
		/* SPEC-NOTE: which CPU a context is pinned to is nowhere; that of the same number. */
		if (run->pinned)
			run->cpu = context;
		encode_run(&msg, (uint32_t)part->id << 16 | context);
	}

	ret = drive(relay, run, &msg, until_ns);
	if (ret == VFFA_PARKED) {
		set_state(run, VFFA_RUN_STOPPED);
		return VFFA_PARKED;
	}
	end_run(run, VFFA_RUN_FREE);
	/* Nothing was asked. */
	return ret == VFFA_ABORTED && (uint32_t)msg.x[0] == FFA_RUN ? VFFA_RETRY : ret;
}

/* Worker: bring one stopped context to its end within the budget. True when it has ended. */
static bool finish_one(struct vffa_vm *vm, struct vffa_run *run, enum vffa_run_state then)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	uint64_t until_ns = cfg->ops->now_ns(cfg->port) + VFFA_WORK_BUDGET_NS;
	struct vffa_regs msg = { 0 };
	bool stopped;

	/* Nobody is left to read the answer. */
	encode_run(&msg, target_of(run));
	stopped = drive(vm->relay, run, &msg, until_ns) == VFFA_PARKED;
	run->stopped_ns = cfg->ops->now_ns(cfg->port);
	if (stopped)
		set_state(run, VFFA_RUN_STOPPED);
	else
		end_run(run, then);
	return !stopped;
}

/* Nanoseconds until a STOPPED record is overdue; 0 = it is, and the worker has claimed it. */
static uint64_t claim_overdue_locked(struct vffa_vm *vm, struct vffa_run *run)
{
	const struct vffa_relay_config *cfg = &vm->relay->cfg;
	uint64_t age = cfg->ops->now_ns(cfg->port) - run->stopped_ns;
	uint64_t limit = VFFA_RUN_OVERDUE_NS;

	if (run->idle_ns + limit > VFFA_RUN_IDLE_MAX_NS)
		limit = run->idle_ns < VFFA_RUN_IDLE_MAX_NS ? VFFA_RUN_IDLE_MAX_NS - run->idle_ns
							    : 0;
	if (age < limit)
		return limit - age;
	return claim_locked(vm, run) ? 0 : VFFA_WORK_RETRY_NS;
}

/* As vffa_run_finish_overdue(), of one record. */
static uint64_t finish_if_overdue(struct vffa_vm *vm, struct vffa_run *run)
{
	bool stopped;
	uint64_t due = 0;

	vffa_vm_lock_always(vm);
	stopped = state_of(run) == VFFA_RUN_STOPPED;
	if (stopped)
		due = claim_overdue_locked(vm, run);
	vffa_vm_unlock(vm);

	if (!stopped || due)
		return due;
	return finish_one(vm, run, VFFA_RUN_EXPIRED) ? 0 : VFFA_WORK_RETRY_NS;
}

uint64_t vffa_run_finish_overdue(struct vffa_vm *vm)
{
	uint64_t next = 0;

	for (unsigned int i = 0; i < nr_runs(vm); i++) {
		struct vffa_run *run = nth_run(vm, i);
		uint64_t due;

		if (state_of(run) != VFFA_RUN_STOPPED)
			continue;
		due = finish_if_overdue(vm, run);
		if (due && (!next || due < next))
			next = due;
	}
	return next;
}

bool vffa_run_finish_all(struct vffa_vm *vm)
{
	bool done = true;

	for (unsigned int i = 0; i < nr_runs(vm); i++) {
		struct vffa_run *run = nth_run(vm, i);
		bool claimed;

		vffa_vm_lock_always(vm);
		claimed = claim_locked(vm, run);
		vffa_vm_unlock(vm);

		if (claimed && !finish_one(vm, run, VFFA_RUN_FREE))
			done = false;
	}
	return done;
}

uint32_t vffa_run_count(const struct vffa_vm *vm, enum vffa_run_state state)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < vm->nr_vcpus; i++) {
		for (unsigned int k = 0; k < VFFA_RUNS_PER_VCPU; k++)
			n += state_of(&vm->vcpus[i].runs[k]) == state;
	}
	return n;
}
