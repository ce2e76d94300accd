// SPDX-License-Identifier: GPL-2.0-only
/* What vffa needs of this host, apart from firmware (conduit.c) and ftrace (hook.c). */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "host.h"

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/printk.h>

#include <asm/cpufeature.h>

static const struct file_operations probe_fops;

static struct miscdevice probe = {
	.minor = KVM_MINOR,
	.name = "vffa-no-kvm",
	.fops = &probe_fops,
};

/* KVM is built in, but may not have started; nothing it exports tells. Its device's number does. */
static bool has_kvm(void)
{
	if (misc_register(&probe))
		return true;
	misc_deregister(&probe);
	return false;
}

bool vffa_host_is_protected(void)
{
	return cpus_have_final_cap(ARM64_KVM_PROTECTED_MODE);
}

int vffa_host_check(void)
{
	if (!has_kvm()) {
		pr_err("this host has no KVM, and so no guests for vffa: boot it at EL2, without kvm-arm.mode=none\n");
		return -ENODEV;
	}
	if (vffa_host_is_protected())
		pr_warn("kvm-arm.mode=protected lets only discovery and direct messages of 32 and 64 bit through to the SPMC: boot without it for the rest of FF-A\n");
	return 0;
}
