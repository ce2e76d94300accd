// SPDX-License-Identifier: GPL-2.0-only
/* Calls about memory that the test programs share. What they test is not here. */
#include "sends.h"

#include <string.h>
#include <unistd.h>

#include "sp/proto.h"

uint8_t *at(struct fixture *f, uint64_t ipa)
{
	return f->ram + (ipa - RAM_BASE);
}

void put(struct fixture *f, uint64_t offset, uint64_t value, size_t size)
{
	memcpy(at(f, TX) + offset, &value, size);
}

void map_buffers(struct fixture *f)
{
	EXPECT(call(f, FFA_RXTX_MAP_64, TX, RX, MAILBOXES / 2) == FFA_SUCCESS_32);
}

void begin(struct fixture *f)
{
	EXPECT(call(f, FFA_VERSION, FFA_VERSION_1_2, 0, 0) == FFA_VERSION_1_2);
	map_buffers(f);
}

uint32_t describe(struct fixture *f, uint16_t attrs, uint32_t flags, uint64_t base,
			 uint32_t nr)
{
	memset(at(f, TX), 0, HEAD);
	put(f, 0x00, libvffa_vm_id(f->vm), 2);
	put(f, 0x02, attrs, 2);
	put(f, 0x04, flags, 4);
	put(f, 0x18, 32, 4);
	put(f, 0x1c, 1, 4);
	put(f, 0x20, 0x30, 4);
	put(f, 0x30, SP_ID_BORROWER, 2);
	put(f, 0x32, FFA_MEM_DATA_RW, 1);
	put(f, 0x34, 0x50, 4);
	put(f, 0x50, nr, 4);
	put(f, 0x54, nr, 4);
	for (uint32_t i = 0; i < nr; i++) {
		put(f, HEAD + i * 16, base + i * 2 * PAGE, 8);
		put(f, HEAD + i * 16 + 8, 1, 8);
	}
	return HEAD + nr * 16;
}

int start(struct fixture *f, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3)
{
	memset(f->x, 0, sizeof(f->x));
	f->x[0] = fid;
	f->x[1] = x1;
	f->x[2] = x2;
	f->x[3] = x3;
	return libvffa_vm_call(f->vm, 0, 0, f->x);
}

int finish(struct fixture *f)
{
	return libvffa_vm_finish_call(f->vm, 0, f->x);
}

int start_lend(struct fixture *f, uint32_t flags, uint64_t base, uint32_t nr)
{
	uint32_t len = describe(f, 0, flags, base, nr);

	return start(f, FFA_MEM_LEND_32, len, len, 0);
}

uint64_t handle_of(const struct fixture *f)
{
	return f->x[0] == FFA_SUCCESS_32 ? f->x[3] << 32 | (uint32_t)f->x[2] : HANDLE_NONE;
}

uint64_t lend(struct fixture *f, uint32_t flags, uint64_t base, uint32_t nr)
{
	if (start_lend(f, flags, base, nr) == 1)
		EXPECT(finish(f) == 0);
	return handle_of(f);
}

uint64_t share(struct fixture *f, uint64_t base, uint32_t nr)
{
	uint32_t len = describe(f, FFA_MEM_ATTRS_NORMAL, 0, base, nr);

	EXPECT(start(f, FFA_MEM_SHARE_32, len, len, 0) == 0);
	return handle_of(f);
}

uint64_t reclaim(struct fixture *f, uint64_t handle, uint32_t flags)
{
	if (start(f, FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32, flags) == 1)
		EXPECT(finish(f) == 0);
	return f->x[0];
}

int64_t ask_with(struct fixture *f, uint64_t command, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	uint64_t regs[LIBVFFA_NR_REGS] = {
		FFA_MSG_SEND_DIRECT_REQ_64,
		(uint64_t)libvffa_vm_id(f->vm) << 16 | SP_ID_BORROWER,
		0,
		command,
		a0,
		a1,
		a2,
		a3,
	};

	memcpy(f->x, regs, sizeof(regs));
	EXPECT(libvffa_vm_call(f->vm, 0, 0, f->x) == 0);
	while (f->x[0] == FFA_INTERRUPT || f->x[0] == FFA_YIELD)
		call(f, FFA_RUN, f->x[1], 0, 0);
	EXPECT(f->x[0] == FFA_MSG_SEND_DIRECT_RESP_64);
	return (int32_t)f->x[3];
}

int64_t ask(struct fixture *f, uint64_t command, uint64_t handle, uint64_t a2)
{
	return ask_with(f, command, (uint32_t)handle, handle >> 32, a2, 0);
}

int64_t retrieve(struct fixture *f, uint64_t handle)
{
	return ask(f, BORROWER_RETRIEVE, handle,
		   libvffa_vm_id(f->vm) | (uint64_t)FFA_MEM_DATA_RW << 16);
}

void donate_to_borrower(struct fixture *f, uint64_t ipa)
{
	uint32_t len = describe(f, 0, 0, ipa, 1);

	/* Its new owner decides on rights. */
	put(f, 0x32, 0, 1);
	EXPECT(start(f, FFA_MEM_DONATE_32, len, len, 0) == 1);
	EXPECT(finish(f) == 0);
	EXPECT(handle_of(f) != HANDLE_NONE);
	EXPECT(retrieve(f, handle_of(f)) == 0);
}

uint64_t borrow_as(struct fixture *f, uint64_t handle, uint32_t flags, uint8_t perms)
{
	memset(at(f, TX), 0, RESPONSE_HEAD);
	put(f, 0x00, SP_ID_BORROWER, 2);
	put(f, 0x04, flags, 4);
	put(f, 0x08, handle, 8);
	put(f, 0x18, 32, 4);
	put(f, 0x1c, 1, 4);
	put(f, 0x20, 0x30, 4);
	put(f, 0x30, libvffa_vm_id(f->vm), 2);
	put(f, 0x32, perms, 1);
	return call(f, FFA_MEM_RETRIEVE_REQ_32, RESPONSE_HEAD, RESPONSE_HEAD, 0);
}

uint64_t relinquish(struct fixture *f, uint64_t handle)
{
	memset(at(f, TX), 0, 32);
	put(f, 0, handle, 8);
	put(f, 12, 1, 4);
	put(f, 16, libvffa_vm_id(f->vm), 2);
	return call(f, FFA_MEM_RELINQUISH, 0, 0, 0);
}

/* The system, asked to read or write it, does so only where this process may. */
bool can_read(const void *addr)
{
	int pipes[2];
	ssize_t n;

	EXPECT(pipe(pipes) == 0);
	n = write(pipes[1], addr, 1);
	close(pipes[0]);
	close(pipes[1]);
	return n == 1;
}


bool can_write(void *addr)
{
	int pipes[2];
	ssize_t n;

	EXPECT(pipe(pipes) == 0);
	EXPECT(write(pipes[1], "", 1) == 1);
	n = read(pipes[0], addr, 1);
	close(pipes[0]);
	close(pipes[1]);
	return n == 1;
}
