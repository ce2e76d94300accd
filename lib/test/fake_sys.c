// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The library's seam with no kernel behind it. The rules of the real one are not modelled here. */
#include "fake_sys.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sys.h"

struct fake_sys fake;

static bool fails(void)
{
	return fake.fail_at && --fake.fail_at == 0;
}

int libvffa_sys_open(const char *path)
{
	fake.path = path;
	if (fails())
		return fake.error;
	fake.nr_open++;
	return FAKE_DEVICE_FD;
}

void libvffa_sys_close(int fd)
{
	fake.nr_open--;
}

void *libvffa_sys_alloc(size_t len_bytes)
{
	if (fails())
		return NULL;
	fake.nr_allocated++;
	return calloc(1, len_bytes);
}

void libvffa_sys_free(void *ptr)
{
	fake.nr_allocated--;
	free(ptr);
}

int libvffa_sys_protect(void *addr, size_t len_bytes, int prot)
{
	size_t first = (size_t)((char *)addr - fake.prot_base) / 4096;
	size_t i;

	if (fails())
		return fake.error;
	fake.nr_protects++;
	for (i = first; i < first + len_bytes / 4096 && i < FAKE_MAX_PAGES; i++)
		fake.prot[i] = prot;
	return 0;
}

size_t libvffa_sys_max_mappings(void)
{
	return fake.max_mappings ? fake.max_mappings : 1000;
}

static int create_vm(struct vffa_create_vm *arg)
{
	arg->id = FAKE_VM_ID;
	fake.nr_open++;
	return FAKE_VM_FD;
}

static int call(struct vffa_call_regs *arg)
{
	if (fake.is_parked)
		return -EBUSY;
	fake.is_parked = fake.parked_rounds;
	if (fake.is_parked)
		arg->flags |= VFFA_CALL_PARKED;
	else
		arg->regs[0] = 0x84000061;
	return 0;
}

static int resume(struct vffa_resume_call *arg)
{
	if (!fake.parked_rounds)
		return -ENOENT;
	fake.resume_result = arg->result;
	if (--fake.parked_rounds) {
		arg->flags |= VFFA_CALL_PARKED;
		return 0;
	}
	fake.is_parked = false;
	arg->regs[0] = 0x84000060;
	arg->regs[2] = 0xffffffff;
	return 0;
}

static int get_exit(struct vffa_parked_call *arg)
{
	struct vffa_guest_range *ranges = (struct vffa_guest_range *)(uintptr_t)arg->ranges;
	uint32_t i;

	if (!fake.parked_rounds)
		return -ENOENT;
	arg->op = fake.parked_op;
	arg->nr_ranges = fake.nr_parked;
	for (i = 0; i < arg->max && arg->first + i < fake.nr_parked; i++)
		ranges[i] = fake.parked[arg->first + i];
	if (arg->max && fake.on_get_ranges)
		fake.on_get_ranges();
	arg->max = i;
	return 0;
}

/* Core registers are numbered in 32-bit words from x0. */
static uint64_t *reg_of(const struct kvm_one_reg *reg)
{
	return &fake.regs[(reg->id & 0xffff) / 2];
}

static int get_reg(const struct kvm_one_reg *reg)
{
	memcpy((void *)(uintptr_t)reg->addr, reg_of(reg), sizeof(uint64_t));
	return 0;
}

static int set_reg(const struct kvm_one_reg *reg)
{
	memcpy(reg_of(reg), (void *)(uintptr_t)reg->addr, sizeof(uint64_t));
	fake.reg_writes++;
	return 0;
}

/* A struct kvm_smccc_filter: base, number of functions, action, 15 bytes of zero. */
static int set_filter(const struct kvm_device_attr *attr)
{
	const uint32_t *words = (const uint32_t *)(uintptr_t)attr->addr;

	if (attr->group || attr->attr || attr->flags || words[1] != 0x90 || words[2] != 2 ||
	    words[3] || words[4] || words[5])
		return -EINVAL;
	fake.filter_base[fake.nr_filters++] = words[0];
	return 0;
}

static int get_redist(const struct kvm_device_attr *attr)
{
	memcpy((void *)(uintptr_t)attr->addr, &fake.redist_value, sizeof(fake.redist_value));
	return 0;
}

static int set_redist(const struct kvm_device_attr *attr)
{
	fake.redist_attr = attr->attr;
	memcpy(&fake.redist_value, (void *)(uintptr_t)attr->addr, sizeof(fake.redist_value));
	return 0;
}

static int set_attr(const struct kvm_device_attr *attr)
{
	return attr->group == FAKE_GRP_REDIST ? set_redist(attr) : set_filter(attr);
}

int libvffa_sys_map(int fd, size_t len_bytes, void **addr)
{
	if (fails())
		return fake.error;
	if (fd != FAKE_VM_FD)
		return -EBADF;
	*addr = &fake;
	fake.nr_mapped += len_bytes;
	return 0;
}

void libvffa_sys_unmap(void *addr, size_t len_bytes)
{
	(void)addr;
	fake.nr_mapped -= len_bytes;
}

int libvffa_sys_ioctl(int fd, unsigned long request, void *arg)
{
	fake.fd = fd;
	fake.request = request;
	if (fails())
		return fake.error;

	if (request == VFFA_GET_INFO) {
		memcpy(arg, &fake.info, sizeof(fake.info));
		return 0;
	}
	if (request == VFFA_VM_GET_INFO) {
		memcpy(arg, &fake.vm_info, sizeof(fake.vm_info));
		return 0;
	}
	if (request == KVM_GET_ONE_REG)
		return get_reg(arg);
	if (request == KVM_SET_ONE_REG)
		return set_reg(arg);
	if (request == KVM_SET_DEVICE_ATTR)
		return set_attr(arg);
	if (request == KVM_GET_DEVICE_ATTR)
		return get_redist(arg);

	if (arg)
		memcpy(&fake.arg, arg, _IOC_SIZE(request));
	if (request == VFFA_CREATE_VM)
		return create_vm(arg);
	if (request == VFFA_VM_CALL)
		return call(arg);
	if (request == VFFA_VM_GET_EXIT)
		return get_exit(arg);
	if (request == VFFA_VM_RESUME)
		return resume(arg);
	return 0;
}
