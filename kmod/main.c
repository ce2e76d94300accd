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
#include "host.h"
#include "leaves.h"
#include "rules.h"
#include "sri.h"

module_param_named(max_vm_pages, vffa_limits.vm_pages, uint, 0644);
MODULE_PARM_DESC(max_vm_pages, "4 KiB pages one VM may keep pinned (default 65536)");
module_param_named(max_user_pages, vffa_limits.user_pages, uint, 0644);
MODULE_PARM_DESC(max_user_pages, "4 KiB pages the VMs of one user may keep pinned (default 131072)");
module_param_named(max_pages, vffa_limits.pages, uint, 0644);
MODULE_PARM_DESC(max_pages, "4 KiB pages all VMs may keep pinned (default 262144)");
module_param_named(max_user_vms, vffa_limits.user_vms, uint, 0644);
MODULE_PARM_DESC(max_user_vms, "VMs one user may have (default 64)");
module_param_named(max_user_handles, vffa_limits.user_mems[VFFA_MEM_HANDLE], uint, 0644);
MODULE_PARM_DESC(max_user_handles,
		 "memory transactions the VMs of one user may have (default 8192)");
module_param_named(max_handles, vffa_limits.mems[VFFA_MEM_HANDLE], uint, 0644);
MODULE_PARM_DESC(max_handles, "memory transactions all VMs may have (default 16384)");
module_param_named(max_user_fragmented, vffa_limits.user_mems[VFFA_MEM_FRAGMENTED], uint, 0644);
MODULE_PARM_DESC(max_user_fragmented,
		 "unfinished fragmented transactions of the VMs of one user (default 64)");
module_param_named(max_fragmented, vffa_limits.mems[VFFA_MEM_FRAGMENTED], uint, 0644);
MODULE_PARM_DESC(max_fragmented, "unfinished fragmented transactions of all VMs (default 128)");
module_param_named(max_vm_handles, vffa_limits.vm_handles, uint, 0644);
MODULE_PARM_DESC(max_vm_handles, "memory transactions one VM may have (default 1024)");
module_param_named(max_vm_fragmented, vffa_limits.vm_fragmented, uint, 0644);
MODULE_PARM_DESC(max_vm_fragmented, "unfinished fragmented transactions of one VM (default 8)");
module_param_named(max_fragment_ms, vffa_limits.fragment_ms, uint, 0644);
MODULE_PARM_DESC(max_fragment_ms, "milliseconds the next fragment may take (default 10000)");
module_param_named(max_vm_pieces, vffa_limits.vm_pieces, uint, 0644);
MODULE_PARM_DESC(max_vm_pieces, "ranges of one lend or donation (default 4096)");
module_param_named(allow_donate, vffa_limits.donate, bool, 0644);
MODULE_PARM_DESC(allow_donate, "VMs may be created that donate memory for good (default Y)");

static int __init vffa_init(void)
{
	int err;

	err = vffa_host_check();
	if (err)
		return err;

	err = vffa_leaves_init();
	if (err)
		return err;

	err = vffa_guest_init();
	if (err)
		goto err_leaves;

	err = vffa_conduit_start();
	if (err)
		goto err_guest;

	vffa_sri_start();
	vffa_hook_register();

	err = vffa_dev_register();
	if (err)
		goto err_hook;

	return 0;

err_hook:
	vffa_hook_unregister();
	vffa_sri_stop();
	vffa_conduit_stop();
err_guest:
	vffa_guest_exit();
err_leaves:
	vffa_leaves_exit();
	return err;
}

/* Every VM holds the module, by its descriptor and until its last trace is gone: there is none. */
static void __exit vffa_exit(void)
{
	vffa_dev_unregister();
	vffa_hook_unregister();
	vffa_sri_stop();
	vffa_guest_exit();
	vffa_conduit_stop();
	vffa_rules_exit();
	vffa_leaves_exit();
}

module_init(vffa_init);
module_exit(vffa_exit);

MODULE_DESCRIPTION("Arm Firmware Framework (FF-A) for KVM guests");
MODULE_LICENSE("GPL");
