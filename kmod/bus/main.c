// SPDX-License-Identifier: GPL-2.0-only
/* vffa-bus.ko: partitions as devices on the arm_ffa bus, from loading to unloading. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/wordpart.h>

#include "../host_end.h"
#include "bus.h"

static struct ffa_device **devices;
static unsigned int nr_devices;

static u32 api_version(void)
{
	return FFA_VERSION_1_2;
}

static void describe(const struct vffa_host_part *part, struct ffa_partition_info *info)
{
	*info = (struct ffa_partition_info){
		.id = part->id,
		.exec_ctxt = part->nr_contexts,
		.properties = part->props,
	};
	import_uuid(&info->uuid, part->uuid);
}

/* The first of several: nobody tells how many the caller has room for. */
static int partition_info(const char *name, struct ffa_partition_info *info)
{
	struct ffa_partition_info found;
	struct vffa_host_part part;
	uuid_t uuid;
	u16 i;

	if (!name || uuid_parse(name, &uuid))
		return -ENODEV;
	for (i = 0; vffa_host_partition(i, &part); i++) {
		describe(&part, &found);
		if (uuid_equal(&found.uuid, &uuid)) {
			*info = found;
			return 0;
		}
	}
	return -ENOENT;
}

static const struct ffa_info_ops info_ops = {
	.api_version_get = api_version,
	.partition_info_get = partition_info,
};

static const struct ffa_ops ops = {
	.info_ops = &info_ops,
	.msg_ops = &vffa_bus_msg_ops,
	.mem_ops = &vffa_bus_mem_ops,
	.cpu_ops = &vffa_bus_cpu_ops,
	.notifier_ops = &vffa_bus_notifier_ops,
};

static unsigned int count_partitions(void)
{
	struct vffa_host_part part;
	unsigned int n = 0;

	while (vffa_host_partition(n, &part))
		n++;
	return n;
}

static void add_device(const struct vffa_host_part *part)
{
	struct ffa_partition_info info;
	struct ffa_device *device;

	describe(part, &info);
	/* The bus would give it to any driver. */
	if (uuid_is_null(&info.uuid)) {
		pr_warn("partition %#x has no UUID (FF-A 1.0 knows none): no driver finds it\n",
			part->id);
		return;
	}
	device = ffa_device_register(&info, &ops, NULL);
	if (device)
		devices[nr_devices++] = device;
	else
		pr_err("partition %#x: no device can be made\n", part->id);
}

static int add_devices(void)
{
	struct vffa_host_part part;
	u16 i;

	devices = kcalloc(count_partitions(), sizeof(*devices), GFP_KERNEL);
	if (!devices)
		return -ENOMEM;
	for (i = 0; vffa_host_partition(i, &part); i++)
		add_device(&part);
	return 0;
}

/* Their drivers let go of them here. */
static void remove_devices(void)
{
	while (nr_devices)
		ffa_device_unregister(devices[--nr_devices]);
	kfree(devices);
}

static int negotiate(void)
{
	struct vffa_regs regs = { .x = { FFA_VERSION, FFA_VERSION_1_2 } };
	int err;

	err = vffa_host_call(&regs);
	if (err)
		return err;
	return lower_32_bits(regs.x[0]) == FFA_VERSION_1_2 ? 0 : -EPROTO;
}

static int start_endpoint(void)
{
	int err;

	err = vffa_host_open(vffa_bus_notif_pending);
	if (err)
		return err;
	err = negotiate();
	if (!err)
		err = vffa_bus_buffers_map();
	if (err)
		vffa_host_close();
	else
		vffa_bus_notif_start();
	return err;
}

static void stop_endpoint(void)
{
	vffa_bus_notif_stop();
	vffa_bus_buffers_unmap();
	vffa_host_close();
}

static int __init bus_init(void)
{
	int err;

	if (!count_partitions()) {
		pr_err("there are no secure partitions\n");
		return -ENODEV;
	}
	err = vffa_bus_notif_init();
	if (err)
		return err;
	err = start_endpoint();
	if (err) {
		pr_err("the host's endpoint cannot be brought up: %d\n", err);
		goto err_notif;
	}
	err = add_devices();
	if (err)
		goto err_endpoint;
	pr_info("the host is endpoint %#x, with %u partitions on the arm_ffa bus\n", vffa_host_id(),
		nr_devices);
	return 0;

err_endpoint:
	stop_endpoint();
err_notif:
	vffa_bus_notif_exit();
	return err;
}

static void __exit bus_exit(void)
{
	remove_devices();
	stop_endpoint();
	vffa_bus_notif_exit();
}

module_init(bus_init);
module_exit(bus_exit);

MODULE_DESCRIPTION("Arm Firmware Framework (FF-A) for this host's drivers, through vffa");
MODULE_LICENSE("GPL");
