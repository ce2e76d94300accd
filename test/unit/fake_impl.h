/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the fake home know of each other. */
#ifndef VFFA_TEST_FAKE_IMPL_H
#define VFFA_TEST_FAKE_IMPL_H

#include "fake_port.h"

static inline struct fake_vm *fake_vm_of(struct vffa_vm *vm)
{
	return (struct fake_vm *)((char *)vm - offsetof(struct fake_vm, vm));
}

/* With the port's own mutex held. */
void fake_complain_locked(struct fake_port *port, const char *what);
bool fake_fails_now(struct fake_port *port, enum fake_op op);

/* Of this thread. */
bool fake_is_held(const struct vffa_lock *lock);
bool fake_is_any_held(void);
bool fake_is_any_held_but_buffers(void);
bool fake_is_page_lock_held(void);

/* Operations of the port: port.h. */
enum vffa_ret fake_op_map_guest(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages,
				struct vffa_mapping *map);
void fake_op_unmap_guest(struct vffa_vm *vm, struct vffa_mapping *map);
enum vffa_ret fake_op_map_own(struct vffa_vm *vm, uint32_t nr_pages, struct vffa_mapping *map);
void fake_op_unmap_own(struct vffa_vm *vm, struct vffa_mapping *map);
enum vffa_ret fake_op_charge(struct vffa_vm *vm, uint32_t nr_pages);
void fake_op_uncharge(struct vffa_vm *vm, uint32_t nr_pages);
enum vffa_ret fake_op_charge_mem(struct vffa_vm *vm, enum vffa_mem_kind kind);
void fake_op_uncharge_mem(struct vffa_vm *vm, enum vffa_mem_kind kind);
enum vffa_ret fake_op_pin(struct vffa_vm *vm, const struct vffa_range *ranges, uint32_t nr_ranges,
			  struct vffa_hpa *pa);
void fake_op_unpin(struct vffa_vm *vm, const struct vffa_extent *extents, uint32_t nr);
void fake_op_give_away(struct vffa_vm *vm, struct vffa_ipa ipa, struct vffa_hpa pa,
		       uint32_t nr_pages);
enum vffa_ret fake_op_window_take(struct vffa_vm *vm, uint32_t nr_pages, uint32_t align_pages,
				  struct vffa_ipa *ipa);
void fake_op_window_put(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages);
enum vffa_ret fake_op_window_map(struct vffa_vm *vm, struct vffa_ipa ipa, struct vffa_hpa pa,
			uint32_t nr_pages, bool writable);
void fake_op_window_unmap(struct vffa_vm *vm, struct vffa_ipa ipa, uint32_t nr_pages);
struct vffa_leaf *fake_op_leaf_get(void *arg, uint64_t nr, bool create);
void fake_op_leaf_drop(void *arg, uint64_t nr);
void fake_op_differs(struct vffa_vm *vm, uint64_t handle);
void *fake_op_alloc(struct vffa_vm *vm, uint32_t size);
void fake_op_free(struct vffa_vm *vm, void *mem);
struct vffa_vm *fake_op_vm_get(void *arg, vffa_id_t id);
void fake_op_vm_put(struct vffa_vm *vm);
void fake_op_npi(struct vffa_vm *vm, uint16_t vcpu);
enum vffa_ret fake_op_lock(void *arg, struct vffa_lock *lock);
void fake_op_lock_always(void *arg, struct vffa_lock *lock);
void fake_op_unlock(void *arg, struct vffa_lock *lock);
void fake_op_assert_locked(void *arg, struct vffa_lock *lock);

#endif /* VFFA_TEST_FAKE_IMPL_H */
