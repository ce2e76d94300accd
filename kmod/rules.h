/* SPDX-License-Identifier: GPL-2.0-only */
/* The administrator's policy: which users' VMs may see which partitions. */
#ifndef VFFA_KMOD_RULES_H
#define VFFA_KMOD_RULES_H

#include <linux/types.h>

#include <vffa/policy.h>

struct vffa_policy;

/**
 * vffa_rules_set() - VFFA_SET_POLICY
 * @arg: in; any values
 *
 * All or nothing. It counts for VMs that are created from now on.
 *
 * Return: 0; -EPERM no CAP_SYS_ADMIN; -EFAULT; -EINVAL a rule makes no sense; -E2BIG too many;
 * -ENOMEM.
 */
long vffa_rules_set(const struct vffa_policy __user *arg);

/**
 * vffa_rules_get() - VFFA_GET_POLICY
 * @arg: in and out; any values
 *
 * Return: 0; -EPERM no CAP_SYS_ADMIN; -EFAULT; -EINVAL flags are not zero.
 */
long vffa_rules_get(struct vffa_policy __user *arg);

/** vffa_rules_are_set() - was there ever a policy */
bool vffa_rules_are_set(void);

/**
 * vffa_rules_of_current() - those that are for VMs of the calling process
 *
 * Return: the rules, for kvfree(); NULL there is no policy; or ERR_PTR(-ENOMEM).
 */
struct vffa_part_rules *vffa_rules_of_current(void);

/**
 * vffa_rules_of_uuids() - rules that show the partitions listed, and no other
 * @uuids: in user space
 * @nr:	   of them; at most VFFA_MAX_CREATE_PARTITIONS
 *
 * Return: the rules, for kvfree(); or ERR_PTR(): -EFAULT; -EINVAL a UUID is nil; -ENOMEM.
 */
struct vffa_part_rules *vffa_rules_of_uuids(const u8 __user (*uuids)[16], u32 nr);

/** vffa_rules_exit() - forget the policy, when the module is unloaded */
void vffa_rules_exit(void);

#endif /* VFFA_KMOD_RULES_H */
