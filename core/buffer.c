// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Pages of one RX or TX buffer of a VM are claimed. Who owns the buffer is in mailbox.c. */
#include "buffer.h"

#include "page.h"
#include "vmlock.h"

static struct vffa_page_claim claim_of(const struct vffa_vm *vm)
{
	return (struct vffa_page_claim){ .owner = vm->id, .use = VFFA_PAGE_RXTX };
}

void vffa_buffer_release_locked(struct vffa_vm *vm, uint32_t nr_pages,
				const struct vffa_mapping *map)
{
	const struct vffa_page_claim claim = claim_of(vm);

	vffa_vm_assert_locked(vm);
	vffa_pages_lock_always(vm->relay);
	for (uint32_t i = 0; i < nr_pages; i++)
		vffa_page_release(vm->relay, &claim, map->pa[i], 1);
	vffa_pages_unlock(vm->relay);
}

enum vffa_ret vffa_buffer_claim_locked(struct vffa_vm *vm, uint32_t nr_pages,
				       const struct vffa_mapping *map)
{
	struct vffa_page_claim claim = claim_of(vm);
	enum vffa_ret ret;
	uint32_t n = 0;

	vffa_vm_assert_locked(vm);
	ret = vffa_pages_lock(vm->relay);
	if (ret)
		return ret;
	while (n < nr_pages && !ret) {
		ret = vffa_page_claim(vm->relay, &claim, map->pa[n], 1);
		n += !ret;
	}
	vffa_pages_unlock(vm->relay);

	if (ret)
		vffa_buffer_release_locked(vm, n, map);
	return ret;
}
