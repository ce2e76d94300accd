// SPDX-License-Identifier: GPL-2.0-only
/*
 * What VMs use, by user and in all.
 *
 * These charges live as long as what they stand for, unlike RLIMIT_MEMLOCK, whose counter dies with
 * the process (guest_mem.c charges that one).
 */
#include "account.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

struct vffa_user {
	struct list_head node;
	kuid_t uid;
	unsigned int nr_vms;
	unsigned int nr_pages;
	unsigned int nr_mems[VFFA_NR_MEM_KINDS];
};

struct vffa_limits vffa_limits = {
	.vm_pages = 65536,
	.user_pages = 131072,
	.pages = 262144,
	.user_vms = 64,
	.user_mems = { [VFFA_MEM_HANDLE] = 8192, [VFFA_MEM_FRAGMENTED] = 64 },
	.mems = { [VFFA_MEM_HANDLE] = 16384, [VFFA_MEM_FRAGMENTED] = 128 },
	.vm_handles = 1024,
	.vm_fragmented = 8,
	.fragment_ms = 10000,
	.vm_pieces = 4096,
	.donate = true,
};

static DEFINE_MUTEX(account_lock); /* everything below, and struct vffa_user */
static LIST_HEAD(users);
static unsigned int nr_pages_all;
static unsigned int nr_mems_all[VFFA_NR_MEM_KINDS];

static struct vffa_user *find_user_locked(kuid_t uid)
{
	struct vffa_user *user;

	list_for_each_entry(user, &users, node) {
		if (uid_eq(user->uid, uid))
			return user;
	}
	return NULL;
}

static struct vffa_user *create_user_locked(kuid_t uid)
{
	struct vffa_user *user = kzalloc(sizeof(*user), GFP_KERNEL_ACCOUNT);

	if (user) {
		user->uid = uid;
		list_add(&user->node, &users);
	}
	return user;
}

static void destroy_user_if_idle_locked(struct vffa_user *user)
{
	/* Pages can stay without a VM: those that were donated for good. */
	if (user->nr_vms || user->nr_pages)
		return;
	list_del(&user->node);
	kfree(user);
}

/*
 * Who has user namespaces has as many ids in them as are mapped, and could have a share for each: what
 * happens inside is charged to who made the outermost one.
 */
static kuid_t payer(void)
{
	const struct user_namespace *ns = current_user_ns();
	kuid_t uid = current_uid();

	for (; ns != &init_user_ns; ns = ns->parent)
		uid = ns->owner;
	return uid;
}

struct vffa_user *vffa_user_get(void)
{
	kuid_t uid = payer();
	struct vffa_user *user;

	mutex_lock(&account_lock);
	user = find_user_locked(uid) ?: create_user_locked(uid);
	if (!user) {
		user = ERR_PTR(-ENOMEM);
	} else if (user->nr_vms >= READ_ONCE(vffa_limits.user_vms)) {
		destroy_user_if_idle_locked(user);
		user = ERR_PTR(-EUSERS);
	} else {
		user->nr_vms++;
	}
	mutex_unlock(&account_lock);

	return user;
}

void vffa_user_put(struct vffa_user *user)
{
	mutex_lock(&account_lock);
	user->nr_vms--;
	destroy_user_if_idle_locked(user);
	mutex_unlock(&account_lock);
}

/* The limits can be lowered below what is in use. */
static bool fits(unsigned int used, unsigned int more, unsigned int limit)
{
	return used <= limit && more <= limit - used;
}

int vffa_user_charge(struct vffa_user *user, u32 nr_pages)
{
	int err = -ENOMEM;

	mutex_lock(&account_lock);
	if (fits(user->nr_pages, nr_pages, READ_ONCE(vffa_limits.user_pages)) &&
	    fits(nr_pages_all, nr_pages, READ_ONCE(vffa_limits.pages))) {
		user->nr_pages += nr_pages;
		nr_pages_all += nr_pages;
		err = 0;
	}
	mutex_unlock(&account_lock);

	return err;
}

void vffa_user_uncharge(struct vffa_user *user, u32 nr_pages)
{
	mutex_lock(&account_lock);
	user->nr_pages -= nr_pages;
	nr_pages_all -= nr_pages;
	mutex_unlock(&account_lock);
}

int vffa_user_charge_mem(struct vffa_user *user, enum vffa_mem_kind kind)
{
	int err = -ENOMEM;

	mutex_lock(&account_lock);
	if (fits(user->nr_mems[kind], 1, READ_ONCE(vffa_limits.user_mems[kind])) &&
	    fits(nr_mems_all[kind], 1, READ_ONCE(vffa_limits.mems[kind]))) {
		user->nr_mems[kind]++;
		nr_mems_all[kind]++;
		err = 0;
	}
	mutex_unlock(&account_lock);

	return err;
}

void vffa_user_uncharge_mem(struct vffa_user *user, enum vffa_mem_kind kind)
{
	mutex_lock(&account_lock);
	user->nr_mems[kind]--;
	nr_mems_all[kind]--;
	mutex_unlock(&account_lock);
}

void vffa_account_usage(const struct vffa_user *user, struct vffa_usage *out)
{
	mutex_lock(&account_lock);
	*out = (struct vffa_usage){
		.user_vms = user ? user->nr_vms : 0,
		.user_pages = user ? user->nr_pages : 0,
		.pages = nr_pages_all,
	};
	mutex_unlock(&account_lock);
}
