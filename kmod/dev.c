// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/vffa: what this host offers, and new VMs. A VM's own ioctls are in guest_fd.c, what an
 * administrator asks and sets in admin.c and rules.c.
 */
#include "dev.h"

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include <uapi/linux/vffa.h>
#include <vffa/relay.h>

#include "admin.h"
#include "conduit.h"
#include "guest_fd.h"
#include "hook.h"
#include "rules.h"
#include "sri.h"

static long get_info(struct vffa_info __user *arg)
{
	const struct vffa_spmc *spmc = &vffa_conduit_relay()->spmc;
	struct vffa_info info = {
		.api_version = VFFA_API_VERSION,
		.ffa_version = FFA_VERSION_1_2,
		.spmc_version = spmc->version,
		.spmc_id = spmc->id,
		.nr_partitions = spmc->nr_parts,
		.max_vcpus = VFFA_MAX_VCPUS,
	};

	if (spmc->version)
		info.flags |= VFFA_INFO_SPMC;
	if (vffa_hook_is_registered())
		info.flags |= VFFA_INFO_KVM_HOOK;
	if (vffa_sri_is_taken())
		info.flags |= VFFA_INFO_NOTIFICATIONS;

	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long dev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case VFFA_GET_INFO:
		return get_info(user);
	case VFFA_CREATE_VM:
		return vffa_guest_fd_create(user);
	case VFFA_GET_STATUS:
		return vffa_admin_get_status(user);
	case VFFA_GET_PARTITION:
		return vffa_admin_get_partition(user);
	case VFFA_FIND_VM:
		return vffa_admin_find_vm(user);
	case VFFA_SET_POLICY:
		return vffa_rules_set(user);
	case VFFA_GET_POLICY:
		return vffa_rules_get(user);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations dev_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = dev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vffa",
	.fops = &dev_fops,
	.mode = 0600,
};

int vffa_dev_register(void)
{
	return misc_register(&dev);
}

void vffa_dev_unregister(void)
{
	misc_deregister(&dev);
}
