/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that a test's VM sends to the partition "borrower", or borrows of it, and what that does. */
#ifndef VFFA_SYSTEM_SENDS_H
#define VFFA_SYSTEM_SENDS_H

#include "harness.h"

#define PAGE	    FFA_PAGE_SIZE
#define MAILBOXES   8 /* pages of RX and TX */
#define BASE	    (RAM_BASE + 0x40000)
#define HEAD	    0x60u /* bytes before the first range */
#define HANDLE_NONE 0xffffffffffffffffull

/** at() - the fixture's memory at a guest address */
uint8_t *at(struct fixture *f, uint64_t ipa);

/** put() - write to TX */
void put(struct fixture *f, uint64_t offset, uint64_t value, size_t size);

/** map_buffers() - FFA_RXTX_MAP; begin() - FFA_VERSION before that */
void map_buffers(struct fixture *f);
void begin(struct fixture *f);

/**
 * describe() - in TX: @nr ranges of one page, with a page between them, for borrower
 *
 * Return: the length.
 */
uint32_t describe(struct fixture *f, uint16_t attrs, uint32_t flags, uint64_t base, uint32_t nr);

/** start() - a call that may be parked. Return: libvffa_vm_call()'s; finish() - go on with it */
int start(struct fixture *f, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3);
int finish(struct fixture *f);

/** start_lend() - FFA_MEM_LEND; as start() */
int start_lend(struct fixture *f, uint32_t flags, uint64_t base, uint32_t nr);

/** handle_of() - the handle in an answer; HANDLE_NONE: x0 and x2 say why */
uint64_t handle_of(const struct fixture *f);

/** lend(), share() - to the end. Return: as handle_of() */
uint64_t lend(struct fixture *f, uint32_t flags, uint64_t base, uint32_t nr);
uint64_t share(struct fixture *f, uint64_t base, uint32_t nr);

/** reclaim() - to the end. Return: x0 */
uint64_t reclaim(struct fixture *f, uint64_t handle, uint32_t flags);

/** ask_with() - a command to borrower (spmc/sp/proto.h), results are in @f->x. Return: its status */
int64_t ask_with(struct fixture *f, uint64_t command, uint64_t a0, uint64_t a1, uint64_t a2,
		 uint64_t a3);

/** ask() - the same of those whose first arguments are a handle */
int64_t ask(struct fixture *f, uint64_t command, uint64_t handle, uint64_t a2);

/** retrieve() - borrower retrieves what @f's VM sent */
int64_t retrieve(struct fixture *f, uint64_t handle);

/** donate_to_borrower() - the page at @ipa, which it retrieves */
void donate_to_borrower(struct fixture *f, uint64_t ipa);

#define RESPONSE_HEAD 0x50u /* bytes in RX before the ranges, where one receiver was named */

/** borrow_as() - FFA_MEM_RETRIEVE_REQ of what borrower sent to @f's VM. Return: x0 */
uint64_t borrow_as(struct fixture *f, uint64_t handle, uint32_t flags, uint8_t perms);

/** relinquish() - FFA_MEM_RELINQUISH. Return: x0 */
uint64_t relinquish(struct fixture *f, uint64_t handle);

/** can_read(), can_write() - may this process; never a signal */
bool can_read(const void *addr);
bool can_write(void *addr);

#endif /* VFFA_SYSTEM_SENDS_H */
