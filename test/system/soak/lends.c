// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a thread of the abuser does with memory: its guest shares, lends and donates, and it answers for
 * the VMM when a call is parked, rightly, wrongly, or never. Meanwhile others reset and close the VM,
 * move its slots, and take the memory away.
 */
#include "abuse.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/vffa.h>

#include "sp/proto.h"
#include <vffa/abi.h>

#include "soak.h"

#define TX	 ABUSE_RAM_BASE
#define RX	 (ABUSE_RAM_BASE + ABUSE_PAGE)
#define DESC_LEN 112

static uint64_t pick(struct abuser *a, uint64_t below)
{
	return soak_random(&a->row) % below;
}

static void put(uint8_t *desc, unsigned int offset, unsigned int size, uint64_t value)
{
	memcpy(desc + offset, &value, size);
}

/* FF-A 1.1's layout: two ranges, which the guest has, or almost. */
static void describe(struct abuser *a, uint8_t *desc, uint32_t fid, uint16_t id)
{
	bool is_share = fid == FFA_MEM_SHARE_32;

	memset(desc, 0, DESC_LEN);
	put(desc, 0, 2, id);
	put(desc, 2, 2, is_share ? FFA_MEM_ATTRS_NORMAL : 0);
	put(desc, 24, 4, 16);
	put(desc, 28, 4, 1);
	put(desc, 32, 4, 48);
	put(desc, 48, 2, SP_ID_BORROWER);
	put(desc, 50, 1, fid == FFA_MEM_DONATE_32 ? 0 : FFA_MEM_DATA_RW);
	put(desc, 52, 4, 64);
	put(desc, 64, 4, 2);
	put(desc, 68, 4, 2);
	for (unsigned int i = 0; i < 2; i++) {
		put(desc, 80 + 16 * i, 8, ABUSE_RAM_BASE + (pick(a, 62) + 2) * ABUSE_PAGE);
		put(desc, 88 + 16 * i, 4, 1);
	}
	if (!pick(a, 8))
		desc[pick(a, DESC_LEN)] = (uint8_t)soak_random(&a->row);
}

/* By the kernel: there may be no memory at this moment, and then nothing is written. */
static void write_tx(struct abuser *a, const uint8_t *desc)
{
	off_t offset = (a - a->all->first) * DESC_LEN;

	if (pwrite(a->all->memfd, desc, DESC_LEN, offset) == DESC_LEN)
		(void)!pread(a->all->memfd, a->all->ram, DESC_LEN, offset);
}

static bool make(struct abuser *a, int fd, struct vffa_call_regs *req)
{
	return abuse_ioctl(a, fd, VFFA_VM_CALL, req);
}

/* One slot with all there is, where nothing holds the others; and all of it is there for a moment. */
static bool give_memory(struct abuser *a, int fd)
{
	struct vffa_memory slot = { .guest_phys_addr = ABUSE_RAM_BASE,
				    .size = ABUSE_RAM_SIZE,
				    .userspace_addr = (uintptr_t)a->all->ram };

	for (uint32_t i = 0; i < ABUSE_NR_SLOTS; i++) {
		if (!abuse_ioctl(a, fd, VFFA_VM_SET_MEMORY, &(struct vffa_memory){ .slot = i }))
			return false;
	}
	mmap(a->all->ram, ABUSE_RAM_SIZE, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	return abuse_ioctl(a, fd, VFFA_VM_SET_MEMORY, &slot);
}

/* Version and buffers, whatever there were before. */
static bool prepare(struct abuser *a, int fd, uint32_t vcpu)
{
	struct vffa_call_regs version = { vcpu, 0, { FFA_VERSION, FFA_VERSION_1_1 } };
	struct vffa_call_regs unmap = { vcpu, 0, { FFA_RXTX_UNMAP } };
	struct vffa_call_regs map = { vcpu, 0, { FFA_RXTX_MAP_64, TX, RX, 1 } };

	return make(a, fd, &version) && make(a, fd, &unmap) && give_memory(a, fd) &&
	       make(a, fd, &map);
}

static bool look_at_exit(struct abuser *a, int fd, uint32_t vcpu)
{
	struct vffa_guest_range ranges[4];
	struct vffa_parked_call req = {
		.vcpu = vcpu,
		.first = (uint32_t)pick(a, 4),
		.max = (uint32_t)pick(a, 5),
		.ranges = (uintptr_t)ranges,
	};

	return abuse_ioctl(a, fd, VFFA_VM_GET_EXIT, &req);
}

/* A VMM does what it is asked to, says that it cannot, or forgets. */
static bool finish(struct abuser *a, int fd, struct vffa_call_regs *call)
{
	struct vffa_resume_call req = { .vcpu = call->vcpu };

	a->nr_parked++;
	while (call->flags & VFFA_CALL_PARKED) {
		if (!look_at_exit(a, fd, call->vcpu))
			return false;
		if (!pick(a, 8))
			return true;
		req.result = pick(a, 3) ? 0 : -EACCES;
		req.flags = 0;
		memcpy(req.regs, call->regs, sizeof(req.regs));
		if (!abuse_ioctl(a, fd, VFFA_VM_RESUME, &req))
			return false;
		call->flags = req.flags;
	}
	memcpy(call->regs, req.regs, sizeof(req.regs));
	return true;
}

static bool make_and_finish(struct abuser *a, int fd, struct vffa_call_regs *req)
{
	return make(a, fd, req) && (!(req->flags & VFFA_CALL_PARKED) || finish(a, fd, req));
}

static bool reclaim(struct abuser *a, int fd, const struct vffa_call_regs *sent)
{
	struct vffa_call_regs req = { sent->vcpu,
				      0,
				      { FFA_MEM_RECLAIM, sent->regs[2], sent->regs[3] } };

	a->nr_sent++;
	return !pick(a, 3) || make_and_finish(a, fd, &req);
}

bool abuse_lend(struct abuser *a)
{
	static const uint32_t fids[] = { FFA_MEM_SHARE_32, FFA_MEM_LEND_32, FFA_MEM_DONATE_32 };
	struct vffa_call_regs req = { (uint32_t)pick(a, 2), 0, { fids[pick(a, 3)], DESC_LEN } };
	int fd = atomic_load(&a->all->vms[pick(a, ABUSE_NR_VMS)]);
	uint8_t desc[DESC_LEN];
	struct vffa_vm_info info;

	/* There may be none, and another thread may close it at any time from here on. */
	if (ioctl(fd, VFFA_VM_GET_INFO, &info))
		return true;
	if (!prepare(a, fd, req.vcpu))
		return false;
	describe(a, desc, (uint32_t)req.regs[0], info.id);
	write_tx(a, desc);
	req.regs[2] = pick(a, 8) ? DESC_LEN : DESC_LEN - 16;
	if (!make_and_finish(a, fd, &req))
		return false;
	return req.regs[0] != FFA_SUCCESS_32 || reclaim(a, fd, &req);
}
