// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of the stock ffa-module, for the machine: has the notifier partition notify it from a
 * secure interrupt, and measures when that came. Meanwhile the normal world runs, with no FF-A call,
 * or ("busy") the yielder partition.
 */
#include <linux/arm_ffa.h>
#include <linux/completion.h>
#include <linux/ktime.h>
#include <linux/module.h>

#define NOTIFIER_SET_TIMED 6 /* spmc/sp/proto.h */
#define YIELDER_SPIN	   2
#define ID_NOTIFIER	   0x8003
#define NOTIFICATION	   3
#define HOST_ID		   0
#define DELAY_MS	   300
#define TIMEOUT_MS	   100000

static int after_ms = -1;
module_param(after_ms, int, 0444);
MODULE_PARM_DESC(after_ms, "milliseconds from the request's answer to the notification");

static bool busy;
module_param(busy, bool, 0444);
MODULE_PARM_DESC(busy, "have a partition run meanwhile; insmod must stay on its CPU");

static struct ffa_device *notifier, *yielder;
static DECLARE_COMPLETION(notified);
static ktime_t when;

static void notify(int id, void *data)
{
	when = ktime_get();
	complete(&notified);
}

static int spin(void)
{
	struct ffa_send_direct_data msg = { YIELDER_SPIN, 2 * DELAY_MS * NSEC_PER_MSEC };

	return yielder->ops->msg_ops->sync_send_receive(yielder, &msg) ?: (int)msg.data0;
}

static int measure(void)
{
	struct ffa_send_direct_data msg = { NOTIFIER_SET_TIMED, HOST_ID, 0, BIT(NOTIFICATION),
					    DELAY_MS };
	ktime_t begin;
	int err;

	err = notifier->ops->msg_ops->sync_send_receive(notifier, &msg);
	if (err || msg.data0)
		return err ?: -EIO;
	begin = ktime_get();
	err = busy ? spin() : 0;
	if (err)
		return err;
	if (!wait_for_completion_timeout(&notified, msecs_to_jiffies(TIMEOUT_MS)))
		return -ETIMEDOUT;
	after_ms = ktime_ms_delta(when, begin);
	return 0;
}

static int probe(struct ffa_device *dev)
{
	const struct ffa_notifier_ops *ops = dev->ops->notifier_ops;
	int err;

	if (dev->vm_id == ID_NOTIFIER)
		notifier = dev;
	else
		yielder = dev;
	if (!notifier || !yielder)
		return 0;

	err = ops->notify_request(notifier, false, notify, NULL, NOTIFICATION);
	if (err)
		return err;
	err = measure();
	ops->notify_relinquish(notifier, NOTIFICATION);
	return err;
}

static const struct ffa_device_id ids[] = {
	{ UUID_INIT(0x3c3af09a, 0x9c21, 0x4d34, 0xbc, 0xf1, 0x31, 0xb2, 0xb6, 0xdc, 0xbd, 0x03) },
	{ UUID_INIT(0x3c3af09a, 0x9c21, 0x4d34, 0xbc, 0xf1, 0x31, 0xb2, 0xb6, 0xdc, 0xbd, 0x05) },
	{}
};
MODULE_DEVICE_TABLE(arm_ffa, ids);

static struct ffa_driver alarm_driver = {
	.name = "spmc-alarm",
	.probe = probe,
	.id_table = ids,
};
module_ffa_driver(alarm_driver);

MODULE_DESCRIPTION("Test of the development SPMC's secure interrupts");
MODULE_LICENSE("GPL");
