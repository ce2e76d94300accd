// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications for the host's drivers: the relay says that there are some, and for which CPU; a work on
 * that CPU gets them, and calls the drivers that asked for them.
 *
 * A driver that has given a notification back is not called for it any more: whoever takes a callback
 * away waits for the works that may be inside, unless it is one of these itself.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bus.h"

#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wordpart.h>
#include <linux/workqueue.h>

#include "../host_end.h"

#define NR_NOTIFS 64

/* FFA_NOTIFICATION_BIND, SET */
#define PER_VCPU   BIT(0)
#define VCPU_SHIFT 16

/* FFA_NOTIFICATION_GET: whose */
#define GET_PARTITIONS BIT(0)
#define GET_SPM	       BIT(2)
#define GET_HYPERVISOR BIT(3)

/* Of the framework. Its number for drivers is that of the bit. */
#define RX_FULL	   BIT(0)
#define RX_FULL_ID 0

/* Where a message without a UUID may begin. */
#define HEADER_1_1 offsetof(struct ffa_indirect_msg_hdr, uuid)

/* What nobody else would do again, if it fails for now. */
#define MAX_TRIES 10
#define RETRY_MS  10

/* FFA_NOTIFICATION_UNBIND of one that is pending: how often that is got before. */
#define MAX_UNBIND_TRIES 10

/**
 * struct notifier - whom to call for a notification of a partition
 * @dev:  who sets it; NULL = nobody asked
 * @cb:	  whom
 * @data: with what
 */
struct notifier {
	struct ffa_device *dev;
	ffa_notifier_cb cb;
	void *data;
};

/**
 * struct mailman - whom to call for messages of a partition
 * @node: of mailmen
 * @dev:  who sends them
 * @cb:	  whom
 * @data: with what
 */
struct mailman {
	struct list_head node;
	struct ffa_device *dev;
	ffa_fwk_notifier_cb cb;
	void *data;
};

/**
 * struct fetcher - gets the notifications for a CPU
 * @work: on that CPU, while it is online
 * @cpu:  which
 */
struct fetcher {
	struct work_struct work;
	u16 cpu;
};

static DEFINE_SPINLOCK(lock); /* both tables, and is_open */
static bool is_open;
static struct notifier notifiers[NR_NOTIFS];
static LIST_HEAD(mailmen);
static struct fetcher *fetchers; /* of each CPU */
static struct workqueue_struct *queue;

static void fetch_for(unsigned int cpu)
{
	queue_work_on(cpu_online(cpu) ? cpu : WORK_CPU_UNBOUND, queue, &fetchers[cpu].work);
}

void vffa_bus_notif_pending(u16 cpu)
{
	spin_lock(&lock);
	if (is_open && cpu == VFFA_HOST_ANY_CPU)
		fetch_for(smp_processor_id());
	else if (is_open && cpu < nr_cpu_ids)
		fetch_for(cpu);
	spin_unlock(&lock);
}

static bool is_fetcher(const struct work_struct *work)
{
	unsigned int i;

	for (i = 0; i < nr_cpu_ids; i++) {
		if (work == &fetchers[i].work)
			return true;
	}
	return false;
}

/* Nobody is inside a callback any more that was taken away before. */
static void wait_for_fetchers(void)
{
	if (!is_fetcher(current_work()))
		flush_workqueue(queue);
}

static void notify(unsigned int id)
{
	struct notifier notifier;

	spin_lock(&lock);
	notifier = notifiers[id];
	spin_unlock(&lock);

	if (notifier.cb)
		notifier.cb(id, notifier.data);
}

static struct mailman *find_mailman_locked(u16 sender, const uuid_t *uuid)
{
	struct mailman *man;

	list_for_each_entry(man, &mailmen, node)
	{
		if (man->dev->vm_id == sender &&
		    (uuid_is_null(uuid) || uuid_equal(uuid, &man->dev->uuid)))
			return man;
	}
	return NULL;
}

static void hand_over(const struct ffa_indirect_msg_hdr *header, void *text)
{
	ffa_fwk_notifier_cb cb = NULL;
	struct mailman *man;
	void *data = NULL;

	spin_lock(&lock);
	man = find_mailman_locked(header->send_recv_id >> 16, &header->uuid);
	if (man) {
		cb = man->cb;
		data = man->data;
	}
	spin_unlock(&lock);

	if (cb)
		cb(RX_FULL_ID, data, text);
}

/* NULL, or a copy of what RX has; @header: of it. A partition may change both at any time. */
static void *copy_message(struct ffa_indirect_msg_hdr *header)
{
	const void *rx = vffa_bus_rx();

	memcpy(header, rx, sizeof(*header));
	if (header->offset < HEADER_1_1 || header->offset > BUS_BUFFER_SIZE ||
	    header->size > BUS_BUFFER_SIZE - header->offset || !header->size) {
		pr_err_ratelimited("a message of partition %#x makes no sense\n",
				   header->send_recv_id >> 16);
		return NULL;
	}
	if (header->offset < sizeof(*header))
		header->uuid = uuid_null;
	return kmemdup(rx + header->offset, header->size, GFP_KERNEL);
}

/* Drivers are not told again of what stays pending, nor anybody of RX that stays full. */
static int call_again(struct vffa_regs *regs)
{
	const struct vffa_regs asked = *regs;
	int tries = 0;
	int err;

	while ((err = vffa_bus_call(regs)) && ++tries < MAX_TRIES) {
		msleep(RETRY_MS);
		*regs = asked;
	}
	return err;
}

static void take_message(void)
{
	struct vffa_regs release = { .x = { FFA_RX_RELEASE } };
	struct ffa_indirect_msg_hdr header;
	void *text = copy_message(&header);
	int err = call_again(&release);

	if (err)
		pr_err_ratelimited("RX cannot be released: %d\n", err);
	if (text)
		hand_over(&header, text);
	kfree(text);
}

static void fetch(struct work_struct *work)
{
	const struct fetcher *fetcher = container_of(work, struct fetcher, work);
	struct vffa_regs regs = {
		.x = { FFA_NOTIFICATION_GET, (u32)fetcher->cpu << 16 | vffa_host_id(),
		       GET_PARTITIONS | GET_SPM | GET_HYPERVISOR },
	};
	DECLARE_BITMAP(pending, NR_NOTIFS);
	unsigned int id;
	int err;

	err = call_again(&regs);
	if (err) {
		pr_err_ratelimited("notifications cannot be got: %d\n", err);
		return;
	}
	if ((regs.x[6] | regs.x[7]) & RX_FULL)
		take_message();
	bitmap_from_u64(pending, (u64)lower_32_bits(regs.x[3]) << 32 | lower_32_bits(regs.x[2]));
	for_each_set_bit(id, pending, NR_NOTIFS) notify(id);
}

static int change_binding(u32 fid, const struct ffa_device *dev, int id, u32 flags)
{
	struct vffa_regs regs = {
		.x = { fid, (u32)dev->vm_id << 16 | vffa_host_id(), flags,
		       lower_32_bits(BIT_ULL(id)), upper_32_bits(BIT_ULL(id)) },
	};

	return vffa_bus_call(&regs);
}

/* Return: whose it is; NULL = it was nobody's, and is @notifier's now. */
static struct ffa_device *claim(int id, const struct notifier *notifier)
{
	struct ffa_device *was;

	spin_lock(&lock);
	was = notifiers[id].dev;
	if (!was)
		notifiers[id] = *notifier;
	spin_unlock(&lock);

	return was;
}

static void unclaim(int id)
{
	spin_lock(&lock);
	notifiers[id] = (struct notifier){};
	spin_unlock(&lock);
}

/* Nobody is called any more, but nobody else can have it yet. Return: false = it is not @dev's. */
static bool silence(int id, const struct ffa_device *dev)
{
	bool is_theirs;

	spin_lock(&lock);
	is_theirs = notifiers[id].dev == dev && notifiers[id].cb;
	if (is_theirs)
		notifiers[id].cb = NULL;
	spin_unlock(&lock);

	return is_theirs;
}

static int request(struct ffa_device *dev, bool per_vcpu, ffa_notifier_cb cb, void *data, int id)
{
	struct notifier notifier = { .dev = dev, .cb = cb, .data = data };
	int err;

	if (id < 0 || id >= NR_NOTIFS || !cb)
		return -EINVAL;
	/* Before the partition can set it: the first one must find the driver. */
	if (claim(id, &notifier))
		return -EINVAL;
	err = change_binding(FFA_NOTIFICATION_BIND, dev, id, per_vcpu ? PER_VCPU : 0);
	if (err) {
		unclaim(id);
		wait_for_fetchers();
	}
	return err;
}

static void fetch_for_all(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) fetch_for(cpu);
	wait_for_fetchers();
}

/* What is pending keeps it bound: it is got, and nobody called. */
static int unbind(const struct ffa_device *dev, int id)
{
	int tries = 0;
	int err;

	for (;;) {
		err = change_binding(FFA_NOTIFICATION_UNBIND, dev, id, 0);
		if (err != -EACCES || ++tries == MAX_UNBIND_TRIES)
			return err;
		fetch_for_all();
	}
}

/* Where it stays bound, whoever asks for it next is told so by the SPMC. */
static int relinquish(struct ffa_device *dev, int id)
{
	int err;

	if (id < 0 || id >= NR_NOTIFS || !silence(id, dev))
		return -EINVAL;
	err = unbind(dev, id);
	unclaim(id);
	wait_for_fetchers();

	return err;
}

static int request_mail(struct ffa_device *dev, ffa_fwk_notifier_cb cb, void *data, int id)
{
	struct mailman *man;
	bool is_new;

	if (id != RX_FULL_ID || !cb)
		return -EINVAL;
	man = kmalloc(sizeof(*man), GFP_KERNEL);
	if (!man)
		return -ENOMEM;
	*man = (struct mailman){ .dev = dev, .cb = cb, .data = data };

	spin_lock(&lock);
	is_new = !find_mailman_locked(dev->vm_id, &dev->uuid);
	if (is_new)
		list_add(&man->node, &mailmen);
	spin_unlock(&lock);
	if (!is_new)
		kfree(man);

	return is_new ? 0 : -EINVAL;
}

static int relinquish_mail(struct ffa_device *dev, int id)
{
	struct mailman *man;

	if (id != RX_FULL_ID)
		return -EINVAL;
	spin_lock(&lock);
	man = find_mailman_locked(dev->vm_id, &dev->uuid);
	if (man)
		list_del(&man->node);
	spin_unlock(&lock);
	if (!man)
		return -EINVAL;
	wait_for_fetchers();
	kfree(man);

	return 0;
}

static int send(struct ffa_device *dev, int id, bool per_vcpu, u16 vcpu)
{
	u32 flags = per_vcpu ? PER_VCPU | (u32)vcpu << VCPU_SHIFT : 0;
	struct vffa_regs regs;

	if (id < 0 || id >= NR_NOTIFS)
		return -EINVAL;
	regs = (struct vffa_regs){
		.x = { FFA_NOTIFICATION_SET, (u32)vffa_host_id() << 16 | (u16)dev->vm_id, flags,
		       lower_32_bits(BIT_ULL(id)), upper_32_bits(BIT_ULL(id)) },
	};
	return vffa_bus_call(&regs);
}

/* The relay schedules partitions that have something pending. */
static int request_schedule(struct ffa_device *dev, ffa_sched_recv_cb cb, void *data)
{
	return -EOPNOTSUPP;
}

static int relinquish_schedule(struct ffa_device *dev)
{
	return -EOPNOTSUPP;
}

const struct ffa_notifier_ops vffa_bus_notifier_ops = {
	.sched_recv_cb_register = request_schedule,
	.sched_recv_cb_unregister = relinquish_schedule,
	.notify_request = request,
	.notify_relinquish = relinquish,
	.fwk_notify_request = request_mail,
	.fwk_notify_relinquish = relinquish_mail,
	.notify_send = send,
};

int vffa_bus_notif_init(void)
{
	unsigned int i;

	fetchers = kcalloc(nr_cpu_ids, sizeof(*fetchers), GFP_KERNEL);
	if (!fetchers)
		return -ENOMEM;
	for (i = 0; i < nr_cpu_ids; i++) {
		INIT_WORK(&fetchers[i].work, fetch);
		fetchers[i].cpu = i;
	}
	queue = alloc_workqueue("vffa_bus", WQ_HIGHPRI | WQ_PERCPU, 0);
	if (!queue) {
		kfree(fetchers);
		return -ENOMEM;
	}
	return 0;
}

static void set_open(bool open)
{
	spin_lock(&lock);
	is_open = open;
	spin_unlock(&lock);
}

void vffa_bus_notif_start(void)
{
	set_open(true);
}

void vffa_bus_notif_stop(void)
{
	set_open(false);
	flush_workqueue(queue);
}

void vffa_bus_notif_exit(void)
{
	destroy_workqueue(queue);
	kfree(fetchers);
}
