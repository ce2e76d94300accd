// SPDX-License-Identifier: GPL-2.0-only
/* VMs by the thousand, up to every limit: a user's number of VMs and of pages, a partition's. */
#include "soak.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vffa/abi.h>

/* So many VMs at once are allowed to a user, and partitions of the SPMC take as many. */
#define NR_AT_ONCE 64

#define RAM_BASE  0x40000000ull
#define RAM_SIZE  0x20000ull
#define NR_BUFFER 2ull /* pages of each buffer */

/* Of the pages that all VMs want, half. */
#define USER_PAGES_LIMIT "128"
#define NR_WITHIN_PAGES	 32
#define USER_PAGES_USUAL "131072"
#define USER_VMS_LIMIT	 "100"
#define USER_VMS_USUAL	 "64"

struct crowd {
	struct libvffa *ctx;
	uint8_t *ram;
	unsigned int nr;
	struct libvffa_vm *vms[NR_AT_ONCE];
};

static bool set_parameter(const char *name, const char *value)
{
	char path[128];
	bool good;
	int fd;

	snprintf(path, sizeof(path), "/sys/module/vffa/parameters/%s", name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return soak_fail("%s: %s", path, strerror(errno));
	good = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return good || soak_fail("%s: %s refused", path, value);
}

static bool id_is_new(const struct crowd *crowd, uint16_t id)
{
	for (unsigned int i = 0; i < crowd->nr; i++) {
		if (libvffa_vm_id(crowd->vms[i]) == id)
			return soak_fail("id %u is taken twice", id);
	}
	return id > 0 || soak_fail("id 0");
}

static bool add_vm(struct crowd *crowd)
{
	struct libvffa_memory memory = {
		.size = sizeof(memory),
		.guest_phys_addr = RAM_BASE,
		.len_bytes = RAM_SIZE,
		.addr = crowd->ram + crowd->nr * RAM_SIZE, /* a page is one VM's buffer */
	};
	struct libvffa_vm *vm;
	int ret = soak_create(crowd->ctx, &vm);

	if (ret)
		return soak_fail("VM %u at once: %s", crowd->nr, strerror(-ret));
	if (!id_is_new(crowd, libvffa_vm_id(vm)) || libvffa_vm_set_memory(vm, &memory)) {
		libvffa_vm_destroy(vm);
		return soak_fail("VM %u at once", crowd->nr);
	}
	crowd->vms[crowd->nr++] = vm;
	return true;
}

static bool fill_up(struct crowd *crowd, unsigned int nr)
{
	while (crowd->nr < nr) {
		if (!add_vm(crowd))
			return false;
	}
	return true;
}

/* The last first, every other time. */
static void disperse(struct crowd *crowd, bool backwards)
{
	for (unsigned int i = 0; i < crowd->nr; i++)
		libvffa_vm_destroy(crowd->vms[backwards ? crowd->nr - 1 - i : i]);
	crowd->nr = 0;
}

/* One more is refused with the errno that says why. */
static bool refused(struct crowd *crowd, int err)
{
	struct libvffa_vm *vm;
	int ret = soak_create(crowd->ctx, &vm);

	if (!ret)
		libvffa_vm_destroy(vm);
	return ret == err ||
	       soak_fail("one VM too many: %s, not %s", strerror(-ret), strerror(-err));
}

static bool vms_are_limited(struct crowd *crowd)
{
	bool good;

	if (!refused(crowd, -EUSERS) || !set_parameter("max_user_vms", USER_VMS_LIMIT))
		return false;
	good = refused(crowd, -ENOSPC);
	return set_parameter("max_user_vms", USER_VMS_USUAL) && good;
}

/* Maps buffers for all. Returns how many got them; -1 after an answer that was not due. */
static int map_all(struct crowd *crowd)
{
	int nr = 0;

	for (unsigned int i = 0; i < crowd->nr; i++) {
		uint64_t version[LIBVFFA_NR_REGS] = { FFA_VERSION, FFA_VERSION_1_2 };
		uint64_t map[LIBVFFA_NR_REGS] = { FFA_RXTX_MAP_64, RAM_BASE, RAM_BASE + 0x10000,
						  NR_BUFFER };

		if (!soak_call(crowd->vms[i], version) || !soak_call(crowd->vms[i], map))
			return -1;
		if (map[0] == FFA_SUCCESS_32) {
			nr++;
		} else if (map[0] != FFA_ERROR || map[2] != (uint32_t)FFA_RET_NO_MEMORY) {
			soak_fail("buffers of VM %u: %#llx %#llx", i, (unsigned long long)map[0],
				  (unsigned long long)map[2]);
			return -1;
		}
	}
	return nr;
}

static bool pages_are_limited(struct crowd *crowd)
{
	int nr;

	if (!set_parameter("max_user_pages", USER_PAGES_LIMIT))
		return false;
	nr = map_all(crowd);
	if (!set_parameter("max_user_pages", USER_PAGES_USUAL))
		return false;
	return nr == NR_WITHIN_PAGES || soak_fail("%d VMs have buffers", nr);
}

static bool all_waves(struct crowd *crowd, unsigned int nr)
{
	unsigned int done = 0;
	bool first = true;

	while (done < nr) {
		unsigned int wave = nr - done < NR_AT_ONCE ? nr - done : NR_AT_ONCE;

		if (!fill_up(crowd, wave))
			return false;
		if (first && wave == NR_AT_ONCE && !vms_are_limited(crowd))
			return false;
		if (wave == NR_AT_ONCE ? !pages_are_limited(crowd) : map_all(crowd) != (int)wave)
			return false;
		disperse(crowd, !first);
		first = !first;
		done += wave;
		printf("# %u of %u\n", done, nr);
		if (!counters_are_zero())
			return false;
	}
	return true;
}

bool soak_many(unsigned int nr, uint64_t seed)
{
	struct crowd crowd = { 0 };
	bool good;

	if (libvffa_open(NULL, &crowd.ctx))
		return soak_fail("no /dev/vffa");
	crowd.ram = mmap(NULL, NR_AT_ONCE * RAM_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	good = crowd.ram != MAP_FAILED && all_waves(&crowd, nr);
	disperse(&crowd, false);
	libvffa_close(crowd.ctx);
	return good;
}
