/* SPDX-License-Identifier: GPL-2.0-only */
/* Declared limits: what a VM, a user and all together may have. */
#ifndef VFFA_KMOD_ACCOUNT_H
#define VFFA_KMOD_ACCOUNT_H

#include <linux/types.h>

#include <vffa/port.h>

struct vffa_user;

/**
 * struct vffa_limits - what is allowed at most; pages are of 4 KiB
 * @vm_pages:	   pinned for one VM
 * @user_pages:	   pinned for all VMs of one user
 * @pages:	   pinned in all
 * @user_vms:	   VMs of one user
 * @user_mems:	   memory transactions, and unfinished ones, of all VMs of one user
 * @mems:	   the same in all
 * @vm_handles:	   memory transactions of one VM
 * @vm_fragmented: those of them of which fragments are outstanding
 * @fragment_ms:   how long the next fragment may take
 * @vm_pieces:	   ranges of one lend or donation
 * @donate:	   VMs may be created that donate memory
 *
 * Module parameters, changed at any time: what exceeds a new limit stays, and nothing is added. The
 * last five are looked at when a VM is created.
 */
struct vffa_limits {
	unsigned int vm_pages;
	unsigned int user_pages;
	unsigned int pages;
	unsigned int user_vms;
	unsigned int user_mems[VFFA_NR_MEM_KINDS];
	unsigned int mems[VFFA_NR_MEM_KINDS];
	unsigned int vm_handles;
	unsigned int vm_fragmented;
	unsigned int fragment_ms;
	unsigned int vm_pieces;
	bool donate;
};

extern struct vffa_limits vffa_limits;

/**
 * vffa_user_get() - charge a VM to the calling user
 *
 * Inside a user namespace that is the user who made the outermost one.
 *
 * Context: may sleep.
 * Return: the user's account, for vffa_user_put(); or ERR_PTR(): -EUSERS the user has as many VMs
 * as allowed; -ENOMEM.
 */
struct vffa_user *vffa_user_get(void);

/** vffa_user_put() - the end of a VM that vffa_user_get() charged */
void vffa_user_put(struct vffa_user *user);

/**
 * vffa_user_charge() - charge pinned pages to a user and to the whole
 * @user:     account
 * @nr_pages: of 4 KiB
 *
 * Return: 0; -ENOMEM a limit is reached.
 */
int __must_check vffa_user_charge(struct vffa_user *user, u32 nr_pages);

/** vffa_user_uncharge() - undo vffa_user_charge() */
void vffa_user_uncharge(struct vffa_user *user, u32 nr_pages);

/**
 * vffa_user_charge_mem() - charge one of a kind to a user and to the whole
 * @user: account; it has a VM
 * @kind: which
 *
 * Return: 0; -ENOMEM a limit is reached.
 */
int __must_check vffa_user_charge_mem(struct vffa_user *user, enum vffa_mem_kind kind);

/** vffa_user_uncharge_mem() - undo vffa_user_charge_mem() */
void vffa_user_uncharge_mem(struct vffa_user *user, enum vffa_mem_kind kind);

/**
 * struct vffa_usage - what is charged
 * @user_vms:	VMs of a user
 * @user_pages: 4 KiB pages pinned for them
 * @pages:	the same for all VMs
 */
struct vffa_usage {
	unsigned int user_vms;
	unsigned int user_pages;
	unsigned int pages;
};

/** vffa_account_usage() - what is charged to a user (NULL = none in particular) and in all */
void vffa_account_usage(const struct vffa_user *user, struct vffa_usage *out);

#endif /* VFFA_KMOD_ACCOUNT_H */
