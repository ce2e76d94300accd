// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it takes until the development SPMC's notifier has notified a driver of the host, by its stock
 * FF-A driver: from the request to set the notification to the driver's callback. Measures when it is
 * loaded, and prints.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/arm_ffa.h>
#include <linux/completion.h>
#include <linux/module.h>

#include "ticks.h"

#define NOTIFIER_SET 1 /* spmc/sp/proto.h */
#define NOTIFICATION 3
#define HOST_ID	     0
#define NR_SAMPLES   121
#define TIMEOUT_MS   10000

static DECLARE_COMPLETION(notified);
static u64 samples[NR_SAMPLES];
static u64 came;

static void take_notification(int id, void *data)
{
	came = ticks();
	complete(&notified);
}

static int measure(struct ffa_device *dev, u64 *sample)
{
	struct ffa_send_direct_data msg = { NOTIFIER_SET, HOST_ID, 0, BIT(NOTIFICATION), 0 };
	u64 begin = ticks();
	int err;

	err = dev->ops->msg_ops->sync_send_receive(dev, &msg);
	if (err || msg.data0)
		return err ?: -EIO;
	if (!wait_for_completion_timeout(&notified, msecs_to_jiffies(TIMEOUT_MS)))
		return -ETIMEDOUT;
	*sample = came - begin;
	return 0;
}

static int measure_all(struct ffa_device *dev)
{
	int err = 0;

	for (unsigned int i = 0; i < NR_SAMPLES && !err; i++)
		err = measure(dev, &samples[i]);
	if (!err)
		pr_info("bench: notified median %llu\n", median_ticks(samples, NR_SAMPLES));
	return err;
}

static int probe(struct ffa_device *dev)
{
	const struct ffa_notifier_ops *ops = dev->ops->notifier_ops;
	int err;

	err = ops->notify_request(dev, false, take_notification, NULL, NOTIFICATION);
	if (err)
		return err;
	err = measure_all(dev);
	ops->notify_relinquish(dev, NOTIFICATION);
	return err;
}

/* clang-format off */
static const struct ffa_device_id ids[] = {
	{ UUID_INIT(0x3c3af09a, 0x9c21, 0x4d34, 0xbc, 0xf1, 0x31, 0xb2, 0xb6, 0xdc, 0xbd, 0x03) },
	{}
};
/* clang-format on */
MODULE_DEVICE_TABLE(arm_ffa, ids);

static struct ffa_driver hostnotif_driver = {
	.name = "hostnotif",
	.probe = probe,
	.id_table = ids,
};
module_ffa_driver(hostnotif_driver);

MODULE_DESCRIPTION("Measures notifications of a driver of the host");
MODULE_LICENSE("GPL");
