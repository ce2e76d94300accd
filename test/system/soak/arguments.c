// SPDX-License-Identifier: GPL-2.0-only
/* Arguments for the abuser's ioctls. */
#include "abuse.h"

#include <stddef.h>
#include <string.h>

#include <linux/vffa.h>

#include "sp/proto.h"
#include <vffa/abi.h>

#include "soak.h"

static uint64_t pick(uint64_t *row, uint64_t below)
{
	return soak_random(row) % below;
}

static void fill(uint64_t *row, void *buf, size_t len)
{
	uint8_t *bytes = buf;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)soak_random(row);
}

/* A byte, or everything, is noise; most often nothing is. */
static void spoil(uint64_t *row, void *buf, size_t len)
{
	switch (pick(row, 8)) {
	case 0:
		fill(row, buf, len);
		break;
	case 1:
		fill(row, (uint8_t *)buf + pick(row, len), 1);
		break;
	default:
		break;
	}
}

/* Now and then, where there is nothing, or nothing that is the program's. */
static void *somewhere(uint64_t *row, void *good)
{
	static const uint64_t wild[] = {
		0, 1, 0xfff, 0x7ffffffff000, 0xffff000000000000, ~0ull - 8
	};

	if (pick(row, 16))
		return good;
	return (void *)(uintptr_t)wild[pick(row, sizeof(wild) / sizeof(wild[0]))];
}

void *abuse_create(uint64_t *row, struct vffa_create_vm *req)
{
	static const uint16_t npis[] = { 0, 8, 15, 20, 31, 5, 27, 32 };

	*req = (struct vffa_create_vm){
		.flags = (pick(row, 2) ? VFFA_CREATE_MAY_DONATE : 0) |
			 (pick(row, 4) ? 0 : VFFA_CREATE_NPI_EVENTFD),
		.nr_vcpus = (uint32_t)pick(row, 5),
		.npi = npis[pick(row, pick(row, 4) ? 5 : 8)],
	};
	spoil(row, req, sizeof(*req));
	return somewhere(row, req);
}

/* Slots of a few pages that overlap as often as not, over memory that comes and goes. */
void *abuse_memory(uint64_t *row, uint8_t *ram, struct vffa_memory *req)
{
	uint64_t nr_pages = ABUSE_RAM_SIZE / ABUSE_PAGE;
	uint64_t first = pick(row, nr_pages);

	*req = (struct vffa_memory){
		.slot = (uint32_t)pick(row, ABUSE_NR_SLOTS),
		.flags = pick(row, 8) ? 0 : VFFA_MEM_READONLY,
		.guest_phys_addr = ABUSE_RAM_BASE + pick(row, nr_pages) * ABUSE_PAGE,
		.size = pick(row, nr_pages - first + 1) * ABUSE_PAGE,
		.userspace_addr = (uintptr_t)ram + first * ABUSE_PAGE,
	};
	if (pick(row, 2)) {
		req->guest_phys_addr = ABUSE_RAM_BASE;
		req->size = ABUSE_RAM_SIZE;
		req->userspace_addr = (uintptr_t)ram;
	}
	spoil(row, req, sizeof(*req));
	return somewhere(row, req);
}

static uint64_t any_page(uint64_t *row)
{
	return ABUSE_RAM_BASE + pick(row, ABUSE_RAM_SIZE / ABUSE_PAGE) * ABUSE_PAGE;
}

/* Any sender, some of them right; partitions that harm nobody but who asked them. */
static uint64_t any_ids(uint64_t *row)
{
	static const uint16_t receivers[] = {
		SP_ID_ECHO, SP_ID_YIELDER, SP_ID_SILENT, 0, 1, 0x8000
	};

	return pick(row, ABUSE_NR_VMS) << 16 |
	       receivers[pick(row, sizeof(receivers) / sizeof(receivers[0]))];
}

static void make_call(uint64_t *row, __u64 *x)
{
	switch (pick(row, 9)) {
	case 0:
	case 8:
		x[0] = FFA_VERSION;
		x[1] = FFA_VERSION_1_0 + pick(row, 4);
		break;
	case 1:
	case 2:
		x[0] = FFA_RXTX_MAP_64;
		x[1] = any_page(row);
		x[2] = any_page(row);
		x[3] = pick(row, 4);
		break;
	case 3:
		x[0] = pick(row, 2) ? FFA_RXTX_UNMAP : FFA_RX_RELEASE;
		break;
	case 4:
		x[0] = FFA_PARTITION_INFO_GET;
		break;
	case 5:
		x[0] = FFA_MSG_SEND_DIRECT_REQ_32;
		x[1] = any_ids(row);
		x[3] = SP_SPIN;
		x[4] = pick(row, 2000000);
		break;
	case 6:
		x[0] = FFA_RUN;
		x[1] = (uint64_t)SP_ID_YIELDER << 16;
		break;
	default:
		/* Any function, on behalf of what is no endpoint. */
		x[0] = FFA_ERROR + pick(row, 0x90) + (pick(row, 2) << 30);
		x[1] = soak_random(row) & ~0xffffull;
		x[2] = soak_random(row);
		break;
	}
}

void *abuse_call(uint64_t *row, struct vffa_call_regs *req)
{
	*req = (struct vffa_call_regs){ .vcpu = (uint32_t)pick(row, 3) };
	make_call(row, req->regs);
	/* Not the registers: partitions obey what is said in the right way. */
	spoil(row, req, offsetof(struct vffa_call_regs, regs));
	return somewhere(row, req);
}

void *abuse_resume(uint64_t *row, struct vffa_resume_call *req)
{
	*req = (struct vffa_resume_call){ .vcpu = (uint32_t)pick(row, 3) };
	spoil(row, req, sizeof(*req));
	return somewhere(row, req);
}

/* Pages beside the guest's, or among them; mapping a wild size must fail. */
void *abuse_window(uint64_t *row, struct vffa_window *req)
{
	*req = (struct vffa_window){
		.guest_phys_addr =
			(pick(row, 4) ? 2 : 1) * ABUSE_RAM_BASE + pick(row, 64) * ABUSE_PAGE,
		.size = pick(row, 64) * ABUSE_PAGE,
	};
	spoil(row, req, sizeof(*req));
	return somewhere(row, req);
}

void *abuse_npi(uint64_t *row, int eventfd, struct vffa_npi_eventfd *req)
{
	*req = (struct vffa_npi_eventfd){ .vcpu = (uint32_t)pick(row, 3),
					  .fd = pick(row, 8) ? eventfd : -1 };
	spoil(row, req, sizeof(*req));
	return somewhere(row, req);
}

void *abuse_noise(uint64_t *row, struct abuse_noise *noise)
{
	memset(noise, 0, sizeof(*noise));
	if (pick(row, 2))
		fill(row, noise->words, 64);
	if (pick(row, 8) == 0)
		fill(row, noise, sizeof(*noise));
	return somewhere(row, noise);
}
