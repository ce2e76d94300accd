/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the partitions understand. A request's payload (w3-w7, x3-x7, or x4 and on of REQ2) is a
 * command and its arguments a0 to a3; the answer's is a status (0, or a negative FF-A status) and
 * results.
 */
#ifndef SPMC_SP_PROTO_H
#define SPMC_SP_PROTO_H

#define SP_ID_ECHO	0x8001u
#define SP_ID_BORROWER	0x8002u
#define SP_ID_NOTIFIER	0x8003u
#define SP_ID_FORWARDER 0x8004u
#define SP_ID_YIELDER	0x8005u
#define SP_ID_HOSTILE	0x8006u
#define SP_ID_SILENT	0x8007u
#define SP_ID_MAILER	0x8008u
#define SP_ID_BORROWER2 0x8009u
#define SP_ID_STILLBORN 0x800Au
#define SP_ID_BORROWER3 0x800Bu /* and five more up to SP_ID_BORROWER8 */
#define SP_ID_BORROWER8 0x8010u
#define SP_ID_CONTROL	0x8FFFu

/* How many partitions and services there are. */
#define SP_NR_PARTS    17u
#define SP_NR_SERVICES 18u /* echo has two */

/* Echo has no commands: the answer's payload is the request's. So has silent, which gets none. */

/* Forwarder: sends a1, a2, a3 to endpoint a0 by the same call; results: the payload it got back. */
#define SP_FORWARD 1u

/* Yielder: yields a0 times, or until CONTROL_END, with timeout a1. Result: how often. */
#define SP_YIELD 1u
/* Yielder: computes for a0 nanoseconds, or until CONTROL_END, where interrupts preempt it. */
#define SP_SPIN 2u
/* Yielder: makes an FF-A call, a0 to a3 being w0 to w3. Results: w0, w1, w2, w3 of its answer. */
#define SP_CALL 3u

/*
 * Borrower: a0 and a1 are a handle, low half first.
 *
 * RETRIEVE: a2 = sender | permissions << 16 | flags << 24 (BORROWER_ZERO...), a3 = tag. Results:
 * pages, ranges, a hash of them (h = h * 31 + page number, h = h * 31 + pages; 32 bits),
 * fragments.
 * RELINQUISH: a2 = flags. _LATER: when it is next given cycles.
 * FILL: every eight bytes become a2 plus their number. SUM: results: the sum of every eight bytes.
 * PASS_ON: a0 = receiver | function number << 16 | another receiver, a VM, or 0 << 24, a1 = page
 * number or 0, a2 = pages | further ranges as long as that, with gaps of the same length << 16 |
 * BORROWER_READ_ONLY or 0, a3 = tag; of memory donated to it. Results: the handle. RECLAIM: a2 = flags.
 * PLACE: where the next RETRIEVE asks for the memory to be: a0 = page number of the first address, a1
 * = ranges | pages of each << 16, a2 = pages from one to the next, a3 = ranges in a fragment of the
 * request, 0 = as many as fit.
 * READ_AT, WRITE_AT: a0 = page number or 0, of an address where it has something. The page's first
 * eight bytes are the result, low half first; or become a1.
 * Page number 0 is that of the first page that the last RETRIEVE got.
 */
#define BORROWER_RETRIEVE	  1u
#define BORROWER_RELINQUISH	  2u
#define BORROWER_RELINQUISH_LATER 3u
#define BORROWER_FILL		  4u
#define BORROWER_SUM		  5u
#define BORROWER_PASS_ON	  6u
#define BORROWER_RECLAIM	  7u
#define BORROWER_PLACE		  8u
#define BORROWER_READ_AT	  9u
#define BORROWER_WRITE_AT	  10u

#define BORROWER_ZERO	    0x1u /* expects zeroes */
#define BORROWER_ZERO_AFTER 0x2u /* wants zeroes after it relinquishes */
#define BORROWER_BYPASS	    0x4u /* does not name the other borrowers */
#define BORROWER_HINT	    0x8u /* wants it aligned to 2^n pages, n << BORROWER_ALIGN_SHIFT */

#define BORROWER_ALIGN_SHIFT 4

#define BORROWER_READ_ONLY 0x80000000u /* receivers may not write */

/*
 * Notifier: FFA_NOTIFICATION_SET to a0 with flags a1 and bitmap a2 | a3 << 32; or the same when it
 * is next given cycles (FFA_RUN).
 */
#define NOTIFIER_SET	   1u
#define NOTIFIER_SET_LATER 2u
/* Notifier: FFA_NOTIFICATION_BIND or UNBIND of its own bits to a0; arguments as above. */
#define NOTIFIER_BIND	3u
#define NOTIFIER_UNBIND 4u
/* Notifier: FFA_NOTIFICATION_GET. Results: bits set by partitions, by VMs, by the framework. */
#define NOTIFIER_GET 5u
/*
 * Notifier: FFA_NOTIFICATION_SET to a0 with flags a1 and bitmap a2 in a3 milliseconds, when its timer
 * interrupts whatever runs then. One at a time.
 */
#define NOTIFIER_SET_TIMED 6u

/*
 * Mailer: the status is that of the last indirect message it returned; one whose receiver was BUSY it tries
 * to return again. It looks for them whenever it runs; after PATIENT, which takes FF-A 1.2, only when it gets
 * a request, until EAGER.
 */
#define MAILER_EAGER   1u
#define MAILER_PATIENT 2u
/* Mailer: the status is that of an indirect message without payload to a1, of its own accord. */
#define MAILER_SEND 3u

/* Hostile: answers with register a0 being a1. */
#define HOSTILE_LIE 1u
/* Hostile: status a0 for VM_CREATED, a1 for VM_DESTROYED, the next a2 times (0 = always). */
#define HOSTILE_AVAIL 2u
/* Hostile: yields a0 times (0 = for ever), or until CONTROL_END, before it answers. */
#define HOSTILE_YIELD 3u
/* Hostile: for a0 nanoseconds, or until CONTROL_END, answers nothing, and is preempted whenever possible. */
#define HOSTILE_SPIN 4u
/* Hostile: the number of VMs it knows. */
#define HOSTILE_VMS 5u
/* Hostile: yields a0 times before it answers VM_CREATED, a1 times for VM_DESTROYED. */
#define HOSTILE_AVAIL_YIELD 6u

/*
 * Control: have a fault happen (struct spmc_fault). a0 = fid, a1 = kind | index << 8, a2 = value,
 * a3 = skip | times << 16.
 */
#define CONTROL_FAULT_SET 1u
/* Control: no more faults. */
#define CONTROL_FAULT_CLEAR 2u
/* Control: how many faults have yet to happen, once or more often. */
#define CONTROL_FAULT_COUNT 3u
/* Control: whatever yields or computes now, however long it would, comes to its end. */
#define CONTROL_END 4u

#endif /* SPMC_SP_PROTO_H */
