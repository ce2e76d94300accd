/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Requests that run in secure partitions: started, preempted, resumed, finished
 * (docs/architecture.md, "A call inside a partition").
 *
 * There is one loop that enters an SP, for guests' messages, the relay's own and the worker.
 */
#ifndef VFFA_RUN_H
#define VFFA_RUN_H

#include <vffa/relay.h>

/**
 * vffa_run_request() - carry a vCPU's direct request to its end, or to where the vCPU must leave
 * @vcpu: the caller
 * @part: the receiver
 * @answer: function id of the answer that fits
 * @msg: in: the request; out: the answer, or FFA_INTERRUPT naming the context for FFA_RUN
 *
 * Return: as vffa_msg_send_direct().
 */
enum vffa_ret VFFA_MUST_CHECK vffa_run_request(struct vffa_vcpu *vcpu, const struct vffa_part *part,
					       uint32_t answer, struct vffa_regs *msg);

/**
 * vffa_run_again() - FFA_RUN of a VM
 * @vcpu: the caller; any of the VM's, not only the one whose request it was
 * @target: w1: endpoint and context
 * @msg: out: what the context ended with, or FFA_INTERRUPT again
 *
 * Return: VFFA_OK; VFFA_INVALID_PARAMETERS no such partition or context; VFFA_DENIED the VM has
 * nothing stopped there; VFFA_BUSY another vCPU is resuming it; VFFA_ABORTED the relay finished it
 * because the VM had left it too long; VFFA_INTERRUPTED killed; or as vffa_msg_send_direct().
 * Spec: FF-A 1.2, FFA_RUN.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_run_again(struct vffa_vcpu *vcpu, uint32_t target,
					     struct vffa_regs *msg);

/**
 * vffa_run_message() - the hypervisor's own framework message to a partition
 * @relay: sender, as id 0
 * @run: FREE, or STOPPED: then it is resumed and @msg is not sent
 * @part: the receiver
 * @msg: in: the request; out: the answer
 * @budget_ns: how long to go on resuming
 *
 * Context: one thread at a time per @run; runs partition code.
 * Return: VFFA_OK; VFFA_RETRY call again later: where the budget was used up @run is STOPPED, in
 * every other case it is FREE; VFFA_ABORTED the answer made no sense; or the SPMC's own code.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_run_message(struct vffa_relay *relay, struct vffa_run *run,
					       const struct vffa_part *part, struct vffa_regs *msg,
					       uint64_t budget_ns);

/**
 * vffa_run_turn() - give a partition cycles for nobody's request
 * @relay: who schedules it
 * @run: FREE, or STOPPED: then it is resumed
 * @part: first of its entries
 * @context: of it
 * @budget_ns: how long to go on resuming
 *
 * Context: one thread at a time per @run; no request is under way in @part; runs partition code.
 * Return: VFFA_OK it waits again; VFFA_PARKED the budget was used up: @run is STOPPED, in every other
 * case it is FREE; VFFA_RETRY its CPU is not there; VFFA_ABORTED the answer made no sense, or the
 * partition has crashed; or the SPMC's own code.
 * Spec: FF-A 1.2, FFA_RUN.
 */
enum vffa_ret VFFA_MUST_CHECK vffa_run_turn(struct vffa_relay *relay, struct vffa_run *run,
					    const struct vffa_part *part, uint16_t context,
					    uint64_t budget_ns);

/**
 * vffa_run_finish_overdue() - worker: finish what a live VM has left stopped for too long
 * @vm: READY
 *
 * Return: nanoseconds until the next context is due; 0 = none is stopped.
 */
uint64_t vffa_run_finish_overdue(struct vffa_vm *vm);

/**
 * vffa_run_finish_all() - worker: finish whatever a VM has left in SPs
 * @vm: no call is inside
 *
 * Return: true when nothing is left.
 */
bool VFFA_MUST_CHECK vffa_run_finish_all(struct vffa_vm *vm);

/**
 * vffa_run_count() - in how many SP contexts something of a VM is
 * @vm:	   any
 * @state: how it is there: VFFA_RUN_ACTIVE or VFFA_RUN_STOPPED
 *
 * Its guest's requests; the relay's own about the VM are in vffa_avail_count().
 */
uint32_t vffa_run_count(const struct vffa_vm *vm, enum vffa_run_state state);

#endif /* VFFA_RUN_H */
