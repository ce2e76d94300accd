// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/* Pages of one RX or TX buffer of a VM: mapped, and claimed. Who owns the buffer is in mailbox.c. */
#include "buffer.h"

#include "page.h"
#include "vmlock.h"

static void release_pages(struct vffa_vm *vm, const struct vffa_mapping *map, uint32_t nr_pages)
{
	vffa_pages_lock_always(vm->relay);
	for (uint32_t i = 0; i < nr_pages; i++)
		vffa_page_release(vm->relay, map->pa[i], 1);
	vffa_pages_unlock(vm->relay);
}

/* Whoever has the page of a buffer can neither give it away nor make it a buffer twice. */
static enum vffa_ret claim_pages(struct vffa_vm *vm, const struct vffa_mapping *map,
				 uint32_t nr_pages)
{
	struct vffa_page_claim claim = { .owner = vm->id, .use = VFFA_PAGE_RXTX };
	enum vffa_ret ret;
	uint32_t n = 0;

	ret = vffa_pages_lock(vm->relay);
	if (ret)
		return ret;
	while (n < nr_pages && !ret) {
		ret = vffa_page_claim(vm->relay, &claim, map->pa[n], 1);
		n += !ret;
	}
	vffa_pages_unlock(vm->relay);

	if (ret)
		release_pages(vm, map, n);
	return ret;
}

enum vffa_ret vffa_buffer_map_locked(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				     struct vffa_mapping *map)
{
	const struct vffa_port_ops *ops = vm->relay->cfg.ops;
	enum vffa_ret ret;

	ret = ops->map_guest(vm, ipa, nr_pages, map);
	if (ret)
		return ret;
	ret = claim_pages(vm, map, nr_pages);
	if (ret)
		ops->unmap_guest(vm, map);
	return ret;
}

void vffa_buffer_unmap_locked(struct vffa_vm *vm, uint32_t nr_pages, struct vffa_mapping *map)
{
	release_pages(vm, map, nr_pages);
	vm->relay->cfg.ops->unmap_guest(vm, map);
}
