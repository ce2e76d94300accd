// SPDX-License-Identifier: GPL-2.0-only
/* The list of guests. A guest is on it for as long as it has an id. */
#include "guest_list.h"

#include <linux/cred.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "guest.h"

static DEFINE_MUTEX(list_lock); /* everything below */
static LIST_HEAD(guests);
static u32 nr_guests;

void vffa_guest_list_add(struct vffa_guest *guest)
{
	mutex_lock(&list_lock);
	list_add(&guest->listed, &guests);
	nr_guests++;
	mutex_unlock(&list_lock);
}

void vffa_guest_list_remove(struct vffa_guest *guest)
{
	mutex_lock(&list_lock);
	list_del(&guest->listed);
	nr_guests--;
	mutex_unlock(&list_lock);
}

static struct vffa_guest *find_locked(u16 id, bool all)
{
	struct vffa_guest *found = NULL;
	struct vffa_guest *guest;

	lockdep_assert_held(&list_lock);
	list_for_each_entry(guest, &guests, listed)
	{
		/* One that never got an id has nothing to show. */
		if (!guest->vm.id || guest->vm.id < id)
			continue;
		if (!all && !uid_eq(guest->uid, current_uid()))
			continue;
		if (!found || guest->vm.id < found->vm.id)
			found = guest;
	}
	return found;
}

bool vffa_guest_list_find(u16 id, bool all, struct vffa_guest_found *found)
{
	struct vffa_guest *guest;

	mutex_lock(&list_lock);
	guest = find_locked(id, all);
	if (guest) {
		kref_get(&guest->ref);
		found->guest = guest;
		found->id = guest->vm.id;
		vffa_account_usage(guest->user, &found->usage);
	}
	mutex_unlock(&list_lock);

	return guest;
}

struct vffa_guest *vffa_guest_list_get(u16 id)
{
	struct vffa_guest *guest = NULL;
	struct vffa_guest *found;

	mutex_lock(&list_lock);
	list_for_each_entry(found, &guests, listed)
	{
		if (found->vm.id == id)
			guest = found;
	}
	if (guest)
		kref_get(&guest->ref);
	mutex_unlock(&list_lock);

	return guest;
}

u32 vffa_guest_list_count(void)
{
	u32 n;

	mutex_lock(&list_lock);
	n = nr_guests;
	mutex_unlock(&list_lock);

	return n;
}
