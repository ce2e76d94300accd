/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What partitions are written against: C functions, one run per execution context, on a stack of
 * its own, that talk to the SPMC by FF-A calls (S virtual instance).
 */
#ifndef SPMC_SP_H
#define SPMC_SP_H

#include "spmc.h"

/**
 * sp_ffa() - make an FF-A call
 * @self: this context
 * @regs: in: the call; out: what completes it. For FFA_MSG_WAIT and for responses that is the next
 *	  message, some time later, maybe on another CPU
 */
void sp_ffa(struct spmc_ctx *self, struct vffa_regs *regs);

/* Done until there is something to do: @regs is the next message, or FFA_RUN. */
void sp_wait(struct spmc_ctx *self, struct vffa_regs *regs);

/* Is this a direct request, of any kind? */
bool sp_is_request(const struct vffa_regs *regs);

/* Is this a message of the framework? */
bool sp_is_framework(const struct vffa_regs *regs);

/* Has the timer fired? */
bool sp_is_interrupt(const struct vffa_regs *regs);

/**
 * sp_respond() - answer a request and wait for what comes next
 * @self: this context
 * @regs: in: the request, its payload replaced by the answer's; out: the next message. What is not
 *	  a request is answered by waiting
 */
void sp_respond(struct spmc_ctx *self, struct vffa_regs *regs);

/**
 * struct sp_service - what a partition does for those who talk to it
 * @serve: a request's payload: args[0] is a command. Returns the status that replaces it
 * @vm:	   the framework says that a VM has come, or gone. Returns a status. NULL = it need not know
 * @other: what is not a request: FFA_RUN, FFA_INTERRUPT. NULL = nothing
 */
struct sp_service {
	int (*serve)(struct spmc_ctx *self, uint64_t *args);
	int (*vm)(struct spmc_ctx *self, uint16_t id, bool has_come);
	void (*other)(struct spmc_ctx *self, const struct vffa_regs *regs);
};

/* Do that for ever. */
void sp_serve(struct spmc_ctx *self, const struct sp_service *service);

/* Like sp_respond(), but register @index is @value, and the SPMC lets it pass whatever it says. */
void sp_respond_lie(struct spmc_ctx *self, struct vffa_regs *regs, unsigned int index,
		    uint64_t value);

/**
 * sp_args() - where a request has its payload: five registers and more, 32 or 64 bits each
 * @regs: a request
 */
uint64_t *sp_args(struct vffa_regs *regs);

/* A point where the partition may be preempted; code that runs long passes many. */
void sp_poll(struct spmc_ctx *self);

/* Give up the CPU (FFA_YIELD). Returns when resumed; the status otherwise. */
int sp_yield(struct spmc_ctx *self, uint64_t timeout);

/* The same, up to @nr times: until it fails, or another partition calls sp_end_all(). Returns how often. */
uint64_t sp_yield_often(struct spmc_ctx *self, uint64_t nr, uint64_t timeout, int *status);

/* Do nothing for a while, preemptibly, or until another partition calls sp_end_all(). */
void sp_spin(struct spmc_ctx *self, uint64_t ns);

/* Whatever partitions do for long now ends. */
void sp_end_all(struct spmc_ctx *self);

/* Once, in @ns: what the context next waits for is an interrupt. One timer for each context. */
void sp_timer(struct spmc_ctx *self, uint64_t ns);

/* SPMC_SP_DATA_SIZE bytes of the partition's own, zero at first; its contexts share them. */
void *sp_data(struct spmc_ctx *self);

/*
 * For the partition that controls faults: as spmc_fault_set() and spmc_fault_clear(); and how many are
 * set.
 */
int sp_fault_set(struct spmc_ctx *self, const struct spmc_fault *fault);
void sp_fault_clear(struct spmc_ctx *self);
unsigned int sp_fault_count(struct spmc_ctx *self);

/* Who it is, and the FF-A version it speaks. */
uint16_t sp_id(const struct spmc_ctx *self);
unsigned int sp_minor(const struct spmc_ctx *self);

/* Register the partition's page of RX and of TX (FFA_RXTX_MAP). A status. */
int sp_map_buffers(struct spmc_ctx *self);
uint8_t *sp_rx(struct spmc_ctx *self);
uint8_t *sp_tx(struct spmc_ctx *self);

/**
 * sp_region_map() - make a page of a retrieved region addressable
 * @self:   this context
 * @handle: of the region
 * @nth:    page in the region
 * @write:  for writing, too
 *
 * Return: the page, for sp_unmap(); NULL: not retrieved, no such page, or not writable.
 */
void *sp_region_map(struct spmc_ctx *self, uint64_t handle, uint32_t nth, bool write);
/* The same of what is retrieved and has this address: chosen by the partition, or else physical. */
void *sp_map_at(struct spmc_ctx *self, uint64_t address, bool write);
void sp_unmap(struct spmc_ctx *self, void *page);

/* A negative status, or 0: what an answer to a call says. */
int sp_status(const struct vffa_regs *regs);

#endif /* SPMC_SP_H */
