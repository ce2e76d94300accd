// SPDX-License-Identifier: GPL-2.0-only
/*
 * Indirect messages (FFA_MSG_SEND2) with secure partitions, for programs of a guest: a device
 * /dev/ffa-mailN for each partition. One write is a message to it, one read a message from it.
 *
 * The calls are the stock FF-A driver's. README.md says how to use this.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/arm_ffa.h>
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>
#include <linux/uuid.h>
#include <linux/wait.h>

#define MAX_BOXES   8
#define MAX_LETTERS 64
#define MAX_LETTER  0x10000

/* Of the framework's notifications: a message is in RX. */
#define NOTIFY_RX_FULL 0

/* How often a receiver is tried again that has not looked at its last message. */
#define BUSY_SLEEP_MS 2

static char *uuids[MAX_BOXES];
static int nr_uuids;
module_param_array_named(uuid, uuids, charp, &nr_uuids, 0444);
MODULE_PARM_DESC(uuid, "UUIDs of the partitions, separated by commas");

static uint fixed;
module_param(fixed, uint, 0444);
MODULE_PARM_DESC(fixed,
		 "the partitions' messages have so many bytes each, and no length before them");

/**
 * struct letter - a message that nobody has read yet
 * @list: in box.letters
 * @len:  of @text
 * @text: without the length that came before it
 */
struct letter {
	struct list_head list;
	size_t len;
	u8 text[] __counted_by(len);
};

/**
 * struct box - a partition to exchange messages with
 * @misc:    its device
 * @name:    of that
 * @lock:    guards @dev, and that it stays while a message is sent
 * @dev:     the partition; NULL = it is gone
 * @arrived: readers wait here
 * @guard:   of what follows
 * @letters: oldest first
 * @nr:	     of those
 * @nr_open: files; there can be more only while @misc is registered
 *
 * Never freed: the stock driver may call back once more for a while after it was told not to.
 */
struct box {
	struct miscdevice misc;
	char name[16];
	struct mutex lock;
	struct ffa_device *dev;
	wait_queue_head_t arrived;
	spinlock_t guard;
	struct list_head letters;
	unsigned int nr;
	atomic_t nr_open;
};

static struct box boxes[MAX_BOXES];
static DEFINE_MUTEX(boxes_lock); /* who takes which of them; misc_register() comes inside */

static struct box *box_of(struct file *file)
{
	return container_of(file->private_data, struct box, misc);
}

/*
 * Where the text of a message is, and how long. The driver's copy is as long as the message, but how
 * long that is it does not say: the memory it has is a bound, and what fits into the largest RX another.
 */
static const u8 *find_text(const void *msg, size_t *len)
{
	size_t room = ksize(msg);

	if (fixed) {
		*len = fixed;
		return fixed <= room ? msg : NULL;
	}
	*len = get_unaligned_le32(msg);
	return *len <= min_t(size_t, room, MAX_LETTER) - sizeof(__le32) ? msg + sizeof(__le32)
									: NULL;
}

static bool put_letter(struct box *box, struct letter *letter)
{
	guard(spinlock)(&box->guard);
	if (box->nr == MAX_LETTERS)
		return false;
	list_add_tail(&letter->list, &box->letters);
	box->nr++;
	return true;
}

static struct letter *take_letter(struct box *box, size_t max)
{
	struct letter *letter;

	guard(spinlock)(&box->guard);
	letter = list_first_entry_or_null(&box->letters, struct letter, list);
	if (!letter)
		return NULL;
	if (letter->len > max)
		return ERR_PTR(-EMSGSIZE);
	list_del(&letter->list);
	box->nr--;
	return letter;
}

/* The driver calls this: RX had a message, and it has let go of RX. */
static void on_message(int id, void *data, void *msg)
{
	struct box *box = data;
	struct letter *letter;
	const u8 *text;
	size_t len;

	text = find_text(msg, &len);
	if (!text) {
		pr_warn_ratelimited("%s: a message that is shorter than it says\n", box->name);
		return;
	}
	letter = kmalloc(struct_size(letter, text, len), GFP_KERNEL);
	if (!letter)
		return;
	letter->len = len;
	memcpy(letter->text, text, len);
	if (!put_letter(box, letter)) {
		pr_warn_ratelimited("%s: nobody reads: a message is lost\n", box->name);
		kfree(letter);
		return;
	}
	wake_up_interruptible(&box->arrived);
}

/* misc_open() calls this with the lock that misc_register() takes: boxes_lock is outside of that. */
static int mail_open(struct inode *inode, struct file *file)
{
	struct box *box = box_of(file);

	atomic_inc(&box->nr_open);
	return stream_open(inode, file);
}

static int mail_release(struct inode *inode, struct file *file)
{
	atomic_dec(&box_of(file)->nr_open);
	return 0;
}

static bool has_news(struct box *box)
{
	return READ_ONCE(box->nr) || !READ_ONCE(box->dev);
}

static ssize_t mail_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct box *box = box_of(file);
	struct letter *letter;
	ssize_t ret;

	while (!(letter = take_letter(box, len))) {
		if (!READ_ONCE(box->dev))
			return -ENODEV;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(box->arrived, has_news(box)))
			return -ERESTARTSYS;
	}
	if (IS_ERR(letter))
		return PTR_ERR(letter);

	ret = copy_to_user(buf, letter->text, letter->len) ? -EFAULT : (ssize_t)letter->len;
	kfree(letter);
	return ret;
}

/* A message as the partition gets it; to be freed. */
static u8 *pack(const char __user *buf, size_t len, size_t *size)
{
	size_t head = fixed ? 0 : sizeof(__le32);
	u8 *msg;

	if (!len || len > MAX_LETTER || (fixed && len != fixed))
		return ERR_PTR(-EMSGSIZE);
	*size = head + len;
	msg = kmalloc(*size, GFP_KERNEL);
	if (!msg)
		return ERR_PTR(-ENOMEM);
	if (head)
		put_unaligned_le32((u32)len, msg);
	if (copy_from_user(msg + head, buf, len)) {
		kfree(msg);
		return ERR_PTR(-EFAULT);
	}
	return msg;
}

static int send(struct box *box, void *msg, size_t size)
{
	struct ffa_device *dev;

	guard(mutex)(&box->lock);
	dev = box->dev;
	return dev ? dev->ops->msg_ops->indirect_send(dev, msg, size) : -ENODEV;
}

static ssize_t mail_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct box *box = box_of(file);
	size_t size;
	u8 *msg;
	int err;

	msg = pack(buf, len, &size);
	if (IS_ERR(msg))
		return PTR_ERR(msg);

	/* Busy: it has yet to read the message before. */
	while ((err = send(box, msg, size)) == -EBUSY) {
		if (file->f_flags & O_NONBLOCK)
			err = -EAGAIN;
		else if (msleep_interruptible(BUSY_SLEEP_MS))
			err = -ERESTARTSYS;
		if (err != -EBUSY)
			break;
	}
	kfree(msg);
	if (err == -ERANGE)
		err = -EMSGSIZE;
	return err ? err : (ssize_t)len;
}

static __poll_t mail_poll(struct file *file, struct poll_table_struct *wait)
{
	struct box *box = box_of(file);

	poll_wait(file, &box->arrived, wait);
	if (!READ_ONCE(box->dev))
		return EPOLLHUP | EPOLLERR;
	/* Whether the partition is busy is not to be known without trying. */
	return EPOLLOUT | EPOLLWRNORM | (READ_ONCE(box->nr) ? EPOLLIN | EPOLLRDNORM : 0);
}

static const struct file_operations mail_fops = {
	.owner = THIS_MODULE,
	.open = mail_open,
	.release = mail_release,
	.read = mail_read,
	.write = mail_write,
	.poll = mail_poll,
};

static void empty(struct box *box)
{
	struct letter *letter;

	while ((letter = take_letter(box, SIZE_MAX)))
		kfree(letter);
}

/* A box that no partition and no file has. */
static struct box *find_free(void)
{
	for (unsigned int i = 0; i < MAX_BOXES; i++) {
		if (!boxes[i].dev && !atomic_read(&boxes[i].nr_open))
			return &boxes[i];
	}
	return NULL;
}

static void set_partition(struct box *box, struct ffa_device *dev)
{
	guard(mutex)(&box->lock);
	WRITE_ONCE(box->dev, dev);
}

static int mail_probe(struct ffa_device *dev)
{
	struct box *box;
	int err;

	if (!ffa_partition_supports_indirect_msg(dev)) {
		dev_err(&dev->dev, "takes no indirect messages\n");
		return -ENODEV;
	}

	guard(mutex)(&boxes_lock);
	box = find_free();
	if (!box)
		return -ENOSPC;
	empty(box);
	set_partition(box, dev);
	ffa_dev_set_drvdata(dev, box);
	box->misc.parent = &dev->dev;
	box->misc.minor = MISC_DYNAMIC_MINOR;
	err = misc_register(&box->misc);
	if (err) {
		set_partition(box, NULL);
		return err;
	}

	err = dev->ops->notifier_ops->fwk_notify_request(dev, on_message, box, NOTIFY_RX_FULL);
	if (err)
		dev_warn(&dev->dev,
			 "no notifications (%d): it can be sent to, and not received from\n", err);
	dev_info(&dev->dev, "%s is partition %#x\n", box->name, dev->vm_id);
	return 0;
}

static void mail_remove(struct ffa_device *dev)
{
	struct box *box = ffa_dev_get_drvdata(dev);

	(void)dev->ops->notifier_ops->fwk_notify_relinquish(dev, NOTIFY_RX_FULL);
	misc_deregister(&box->misc);
	set_partition(box, NULL);
	wake_up_interruptible(&box->arrived);
}

/* Filled from the parameter; the last one stays zero. */
static struct ffa_device_id ids[MAX_BOXES + 1];

static struct ffa_driver mail_driver = {
	.name = KBUILD_MODNAME,
	.probe = mail_probe,
	.remove = mail_remove,
	.id_table = ids,
};

static int __init mail_init(void)
{
	if (!nr_uuids) {
		pr_err("which partitions? uuid=UUID,UUID...; /sys/bus/arm_ffa/devices/*/uuid has them\n");
		return -EINVAL;
	}
	for (int i = 0; i < nr_uuids; i++) {
		if (uuid_parse(uuids[i], &ids[i].uuid) || uuid_is_null(&ids[i].uuid)) {
			pr_err("\"%s\" is no UUID of a partition\n", uuids[i]);
			return -EINVAL;
		}
	}
	for (int i = 0; i < MAX_BOXES; i++) {
		struct box *box = &boxes[i];

		snprintf(box->name, sizeof(box->name), "ffa-mail%d", i);
		mutex_init(&box->lock);
		spin_lock_init(&box->guard);
		init_waitqueue_head(&box->arrived);
		INIT_LIST_HEAD(&box->letters);
		box->misc.name = box->name;
		box->misc.fops = &mail_fops;
	}
	return ffa_register(&mail_driver);
}

static void __exit mail_exit(void)
{
	ffa_unregister(&mail_driver);
	for (int i = 0; i < MAX_BOXES; i++)
		empty(&boxes[i]);
}

module_init(mail_init);
module_exit(mail_exit);

MODULE_DESCRIPTION("Indirect messages with FF-A partitions, as files");
MODULE_LICENSE("GPL");
