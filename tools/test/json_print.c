// SPDX-License-Identifier: GPL-2.0-only
/* Prints one of everything as vffactl --json would, for json_test.py. */
#include <string.h>

#include "show.h"

int main(void)
{
	static const char comm[] = "a\"b\\c\n\x1b[31m\xff";
	struct json json = { .out = stdout };
	struct libvffa_info info = {
		.ffa_version = 0x10002,
		.spmc_version = 0x10001,
		.spmc_id = 0x8000,
	};
	struct libvffa_status status = { .offers = 0x1BFF, .quirks = 0x101, .pages = UINT64_MAX };
	struct libvffa_partition part = { .props = UINT32_MAX, .id = 0x8001, .nr_contexts = 4 };
	struct libvffa_vm_status vm = { .id = 7, .pid = 99, .held_tries = 3 };

	memcpy(vm.comm, comm, sizeof(comm));
	vm.held_ns = 5000000000ull;
	vm.held_handles = 4;
	vm.flags = LIBVFFA_VM_STATUS_HELD_NOTIF | LIBVFFA_VM_STATUS_HOST;
	vm.pages = 32;
	vm.max_pages = 64;
	vm.handles = 5;
	vm.max_handles = 6;
	vm.fragmented = 1;
	vm.max_fragmented = 2;
	vm.inside = 3;
	vm.active = 1;
	vm.stopped = 8;
	vm.parked = 2;
	vm.visible[1] = 1ull << 63;
	vm.calls[9] = UINT64_MAX;
	vm.calls[0x30] = 2;
	vm.failed[0x30] = 2;
	vm.errors[2] = 2;

	json_begin(&json, NULL, '[');
	show_status(stdout, &json, &info, &status);
	show_partition(stdout, &json, 0, &part);
	show_vm(stdout, &json, &vm, &status);
	show_held(stdout, &json, &vm);
	json_begin(&json, NULL, '[');
	json_end(&json, ']');
	json_end(&json, ']');
	putchar('\n');
	return 0;
}
