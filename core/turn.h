/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Partitions that have something pending, and get a turn on a CPU for it: cycles by FFA_RUN, from the
 * host, which schedules them (docs/architecture.md, "Partitions' turns").
 *
 * FFA_RUN resumes whatever of a context is stopped, so the relay gives a partition a turn only when no
 * request is under way there, and lets none begin meanwhile: else the turn would end with the answer to
 * somebody's request. That is counted here; entering partitions is run.c's. Nothing of it is inline, so that
 * requests to partitions without turns do not pay for it.
 */
#ifndef VFFA_TURN_H
#define VFFA_TURN_H

#include <vffa/relay.h>

#include "abi_notif.h"

/* Of struct vffa_turn.users: the relay itself is in the partition. */
#define VFFA_TURN_OURS 0x40000000

/**
 * vffa_turn_init() - records for the partitions that may have something pending
 * @relay: its list of partitions is complete
 */
void vffa_turn_init(struct vffa_relay *relay);

/** vffa_turn_find() - the record of the partition with an id; NULL = nothing is ever pending for it */
struct vffa_turn *vffa_turn_find(const struct vffa_relay *relay, vffa_id_t id);

/**
 * vffa_turn_enter() - a request is going to a partition
 * @turn: of the partition
 *
 * Return: true: vffa_turn_begin() with its record; false: the partition has its turn.
 */
bool VFFA_MUST_CHECK vffa_turn_enter(struct vffa_turn *turn);

/**
 * vffa_turn_begin() - count a request that begins
 * @run:  the caller's, not counted
 * @turn: of the partition, entered
 */
void vffa_turn_begin(struct vffa_run *run, struct vffa_turn *turn);

/**
 * vffa_turn_follow() - a request has stopped
 * @relay: whose
 * @run:   ACTIVE
 * @where: partition; where that is not the receiver but one that was called by it, that one has no turn
 *	   meanwhile either
 *
 * SPEC-NOTE: a turn of the latter that begins between the stop and this resumes the request, and its
 * end, which nobody expects, is lost: the requester gets ABORTED.
 */
void vffa_turn_follow(struct vffa_relay *relay, struct vffa_run *run, vffa_id_t where);

/**
 * vffa_turn_end() - a request has ended
 * @run:   ACTIVE, counted; the record is another's afterwards
 * @state: that it gets
 */
void vffa_turn_end(struct vffa_run *run, enum vffa_run_state state);

/**
 * vffa_turn_want() - the SPMC says that a partition has something pending
 * @relay: whose
 * @list:  the partition, and contexts of it
 *
 * Context: any; locks of the core may be held.
 * Return: false: it names no partition that may have, or none of its contexts.
 */
bool VFFA_MUST_CHECK vffa_turn_want(struct vffa_relay *relay, const struct vffa_notif_list *list);

#endif /* VFFA_TURN_H */
