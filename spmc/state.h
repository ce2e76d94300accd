/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an SPMC knows. Homes embed struct spmc; everything in here is private otherwise.
 *
 * Fields belong to the holder of the lock unless a comment says otherwise.
 */
#ifndef SPMC_STATE_H
#define SPMC_STATE_H

#include "ffa.h"
#include "spmc.h"

#define SPMC_SP_PAGE	  4096
#define SPMC_SP_DATA_SIZE 1024
#define SPMC_NR_FN	  256

/* An RX/TX pair. The consumer of RX is its endpoint, the producer the SPMC. */
enum mailbox_state {
	MAILBOX_NONE,
	MAILBOX_EMPTY, /* the SPMC may write RX */
	MAILBOX_FULL,  /* the endpoint reads RX */
};

struct mailbox {
	enum mailbox_state state;
	uint32_t nr_pages;
	uint8_t *tx;
	uint8_t *rx;
	uint64_t tx_pa; /* an endpoint's of the normal world; 0 for partitions */
	uint64_t rx_pa;
};

/* An FF-A version as negotiated by one caller. */
struct version {
	uint8_t minor;
	bool locked;
};

enum ctx_state {
	CTX_OFF, /* has not started up */
	CTX_WAITING,
	CTX_RUNNING,
	CTX_BLOCKED, /* by its own request, or having yielded */
	CTX_PREEMPTED,
	CTX_ABORTED,
};

/* The runtime model of a context that is not waiting: how it came to run. */
enum ctx_model {
	MODEL_INIT,
	MODEL_RUN,
	MODEL_DIRECT,
};

enum ctx_exit {
	EXIT_CALL,
	EXIT_PREEMPTED,
	EXIT_LIE,
};

/**
 * struct open_req - the direct request a context works on
 * @fid:  function id of the request
 * @from: who sent it
 * @w2:	  of the request: the framework message, or 0
 */
struct open_req {
	uint32_t fid;
	uint16_t from;
	uint32_t w2;
};

/**
 * struct spmc_ctx - an execution context of a partition
 * @regs, @exit: written by the context itself while it runs, by the SPMC while it does not
 * @caller:	 the context that is blocked until this one responds; NULL = the normal world is
 * @yielded:	 BLOCKED because of FFA_YIELD
 * @interruptible: Non-secure interrupts preempt it
 */
struct spmc_ctx {
	struct spmc *spmc;
	struct spmc_part *part;
	uint16_t index;
	enum ctx_state state;
	enum ctx_model model;
	struct spmc_coro *co;
	struct vffa_regs regs;
	enum ctx_exit exit;
	struct open_req req;
	struct spmc_ctx *caller;
	bool yielded;
	bool interruptible;
	unsigned int cpu;
};

/**
 * struct spmc_part - a secure partition
 * @props:	   PROP_*
 * @queue_ns_irqs: Non-secure interrupts wait until it is done
 * @data:	   the partition's own, zero at first
 * @tx, @rx:	   memory it may use as its RX/TX pair
 */
struct spmc_part {
	uint16_t id;
	uint16_t nr_ctxs;
	uint32_t props;
	bool queue_ns_irqs;
	unsigned int nr_uuids;
	uint8_t uuids[SPMC_MAX_UUIDS][16];
	const struct spmc_image *image;
	struct version version;
	struct mailbox mailbox;
	struct spmc_ctx ctxs[SPMC_MAX_CPUS];
	uint64_t data[SPMC_SP_DATA_SIZE / 8];
	uint8_t tx[SPMC_SP_PAGE] __attribute__((aligned(SPMC_SP_PAGE)));
	uint8_t rx[SPMC_SP_PAGE] __attribute__((aligned(SPMC_SP_PAGE)));
};

struct spmc_cpu {
	bool started;
	struct spmc_ctx *current; /* the context that runs on it; this CPU's own */
};

struct fault_slot {
	bool used;
	struct spmc_fault fault;
};

struct spmc {
	struct spmc_config cfg;
	struct version nwd; /* what the hypervisor negotiated */
	struct mailbox hyp;
	unsigned int nr_parts;
	struct spmc_part parts[SPMC_MAX_PARTS];
	struct spmc_cpu cpus[SPMC_MAX_CPUS];
	struct fault_slot faults[SPMC_MAX_FAULTS];
};

#endif /* SPMC_STATE_H */
