// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy as the administrator gave it, and what of it is for whom. Which partition a rule means
 * is the core's business.
 */
#include "rules.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <uapi/linux/vffa.h>

/**
 * struct policy - a policy
 * @nr:	   entries of @rules
 * @rules: as they came, but for ids: those are of the initial user name space
 */
struct policy {
	u32 nr;
	struct vffa_policy_rule rules[] __counted_by(nr);
};

/**
 * struct rule_list - what the core wants, in one piece
 * @list:  first, so that its address is that of the allocation
 * @rules: list.rules
 */
struct rule_list {
	struct vffa_part_rules list;
	struct vffa_part_rule rules[];
};

static DEFINE_MUTEX(policy_lock); /* policy, and what it points to */
static struct policy *policy;

static struct rule_list *alloc_list(u32 nr)
{
	struct rule_list *list = kvzalloc(struct_size(list, rules, nr), GFP_KERNEL_ACCOUNT);

	if (list)
		list->list.rules = list->rules;
	return list;
}

static void add_rule(struct rule_list *list, const u8 uuid[16], bool allow)
{
	struct vffa_part_rule *rule = &list->rules[list->list.nr++];

	memcpy(rule->uuid.b, uuid, sizeof(rule->uuid.b));
	rule->allow = allow;
}

/* Ids are told and stored as the initial name space has them: CAP_SYS_ADMIN is of that one. */
static bool is_for_current(const struct vffa_policy_rule *rule)
{
	switch (rule->who) {
	case VFFA_POLICY_USER:
		return uid_eq(current_uid(), make_kuid(&init_user_ns, rule->id));
	case VFFA_POLICY_GROUP:
		return in_group_p(make_kgid(&init_user_ns, rule->id));
	default:
		return true;
	}
}

struct vffa_part_rules *vffa_rules_of_current(void)
{
	struct rule_list *list = NULL;

	mutex_lock(&policy_lock);
	if (policy) {
		list = alloc_list(policy->nr) ?: ERR_PTR(-ENOMEM);
		for (u32 i = 0; !IS_ERR(list) && i < policy->nr; i++) {
			const struct vffa_policy_rule *rule = &policy->rules[i];

			if (is_for_current(rule))
				add_rule(list, rule->uuid, rule->flags & VFFA_POLICY_ALLOW);
		}
	}
	mutex_unlock(&policy_lock);

	return (struct vffa_part_rules *)list;
}

struct vffa_part_rules *vffa_rules_of_uuids(const u8 __user (*uuids)[16], u32 nr)
{
	struct rule_list *list = alloc_list(nr);
	int err = -EFAULT;
	u8 uuid[16];

	if (!list)
		return ERR_PTR(-ENOMEM);
	for (u32 i = 0; i < nr; i++) {
		if (copy_from_user(uuid, uuids[i], sizeof(uuid)))
			goto err_free;
		if (!memchr_inv(uuid, 0, sizeof(uuid))) {
			err = -EINVAL;
			goto err_free;
		}
		add_rule(list, uuid, true);
	}
	return &list->list;

err_free:
	kvfree(list);
	return ERR_PTR(err);
}

static bool is_sane(const struct vffa_policy_rule *rule)
{
	if ((rule->flags & ~VFFA_POLICY_ALLOW) || rule->pad)
		return false;

	switch (rule->who) {
	case VFFA_POLICY_ALL:
		return !rule->id;
	case VFFA_POLICY_USER:
	case VFFA_POLICY_GROUP:
		return rule->id != (u32)-1;
	default:
		return false;
	}
}

static struct policy *copy_policy(const struct vffa_policy *req)
{
	struct policy *new;
	size_t size;

	new = kvzalloc(struct_size(new, rules, req->nr_rules), GFP_KERNEL_ACCOUNT);
	if (!new)
		return ERR_PTR(-ENOMEM);
	new->nr = req->nr_rules;
	size = array_size(new->nr, sizeof(new->rules[0]));
	if (copy_from_user(new->rules, u64_to_user_ptr(req->rules), size)) {
		kvfree(new);
		return ERR_PTR(-EFAULT);
	}
	for (u32 i = 0; i < new->nr; i++) {
		if (!is_sane(&new->rules[i])) {
			kvfree(new);
			return ERR_PTR(-EINVAL);
		}
	}
	return new;
}

static void replace_policy(struct policy *new)
{
	struct policy *old;

	mutex_lock(&policy_lock);
	old = policy;
	policy = new;
	mutex_unlock(&policy_lock);
	kvfree(old);
}

long vffa_rules_set(const struct vffa_policy __user *arg)
{
	struct vffa_policy req;
	struct policy *new;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.flags)
		return -EINVAL;
	if (req.nr_rules > VFFA_MAX_POLICY_RULES)
		return -E2BIG;

	new = copy_policy(&req);
	if (IS_ERR(new))
		return PTR_ERR(new);
	replace_policy(new);
	return 0;
}

/* The policy as it is: copies to user space may wait for ever, and who creates a VM would, too. */
static struct policy *duplicate_policy(void)
{
	struct policy *copy = NULL;
	size_t size;

	mutex_lock(&policy_lock);
	if (policy) {
		size = struct_size(policy, rules, policy->nr);
		copy = kvmalloc(size, GFP_KERNEL_ACCOUNT);
		if (copy)
			memcpy(copy, policy, size);
		else
			copy = ERR_PTR(-ENOMEM);
	}
	mutex_unlock(&policy_lock);

	return copy;
}

static bool copy_out(const struct policy *from, struct vffa_policy *req)
{
	u32 nr = min(req->nr_rules, from->nr);

	req->nr_rules = from->nr;
	req->flags = VFFA_STATUS_POLICY;
	return !copy_to_user(u64_to_user_ptr(req->rules), from->rules,
			     array_size(nr, sizeof(from->rules[0])));
}

long vffa_rules_get(struct vffa_policy __user *arg)
{
	struct vffa_policy req;
	struct policy *copy;
	bool copied;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.flags)
		return -EINVAL;

	copy = duplicate_policy();
	if (IS_ERR(copy))
		return PTR_ERR(copy);
	if (copy) {
		copied = copy_out(copy, &req);
		kvfree(copy);
		if (!copied)
			return -EFAULT;
	} else {
		req.nr_rules = 0;
	}

	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

bool vffa_rules_are_set(void)
{
	return READ_ONCE(policy);
}

void vffa_rules_exit(void)
{
	replace_policy(NULL);
}
