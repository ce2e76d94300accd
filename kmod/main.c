// SPDX-License-Identifier: GPL-2.0-only
/*
 * vffa.ko: loading, unloading and parameters.
 *
 * Only order is here; each part has its own file.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "account.h"
#include "conduit.h"
#include "dev.h"
#include "guest.h"
#include "hook.h"

module_param_named(max_vm_pages, vffa_limits.vm_pages, uint, 0644);
MODULE_PARM_DESC(max_vm_pages, "4 KiB pages one VM may keep pinned (default 65536)");
module_param_named(max_user_pages, vffa_limits.user_pages, uint, 0644);
MODULE_PARM_DESC(max_user_pages, "4 KiB pages the VMs of one user may keep pinned (default 131072)");
module_param_named(max_pages, vffa_limits.pages, uint, 0644);
MODULE_PARM_DESC(max_pages, "4 KiB pages all VMs may keep pinned (default 262144)");
module_param_named(max_user_vms, vffa_limits.user_vms, uint, 0644);
MODULE_PARM_DESC(max_user_vms, "VMs one user may have (default 64)");

static int __init vffa_init(void)
{
	int err;

	err = vffa_guest_init();
	if (err)
		return err;

	err = vffa_conduit_start();
	if (err)
		goto err_guest;

	vffa_hook_register();

	err = vffa_dev_register();
	if (err)
		goto err_hook;

	return 0;

err_hook:
	vffa_hook_unregister();
	vffa_conduit_stop();
err_guest:
	vffa_guest_exit();
	return err;
}

/* Every VM holds the module, by its descriptor and until its last trace is gone: there is none. */
static void __exit vffa_exit(void)
{
	vffa_dev_unregister();
	vffa_hook_unregister();
	vffa_guest_exit();
	vffa_conduit_stop();
}

module_init(vffa_init);
module_exit(vffa_exit);

MODULE_DESCRIPTION("Arm Firmware Framework (FF-A) for KVM guests");
MODULE_LICENSE("GPL");
