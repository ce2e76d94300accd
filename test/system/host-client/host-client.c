// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver of the host, for the machine: does one thing with the development SPMC's partitions, by the
 * operations that any FF-A driver has, and is loaded when that went as it should.
 *
 *   insmod host-client.ko do=share host=1
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/arm-smccc.h>
#include <linux/arm_ffa.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

/* spmc/sp/proto.h */
#define ID_ECHO		    0x8001
#define ID_BORROWER	    0x8002
#define ID_NOTIFIER	    0x8003
#define BORROWER_RETRIEVE   1
#define BORROWER_RELINQUISH 2
#define BORROWER_FILL	    4
#define BORROWER_SUM	    5
#define NOTIFIER_SET	    1

#define PERMS	  FFA_MEM_RW
#define TAG	  0x7a6
#define WAIT	  (100 * HZ)
#define NR_ROUNDS 200
#define NR_MANY	  5000 /* pages, apart from each other: more than one buffer describes */
#define NR_TASKS  8

static char *what;
module_param_named(do, what, charp, 0444);
MODULE_PARM_DESC(
	do, "direct, parallel, share, lend, many, refused, notify, percpu, pending, keep, return");

static uint host;
module_param(host, uint, 0444);
MODULE_PARM_DESC(host, "endpoint id of the host");

static ullong handle;
module_param(handle, ullong, 0444);
MODULE_PARM_DESC(handle, "of memory: out for keep, in for return");

static struct ffa_device *echo, *borrower, *notifier;

static int talk(struct ffa_device *dev, struct ffa_send_direct_data *data)
{
	return dev->ops->msg_ops->sync_send_receive(dev, data);
}

/* A command of a partition: its status. */
static int command(struct ffa_device *dev, struct ffa_send_direct_data *data)
{
	int err = talk(dev, data);

	if (!err && (s32)data->data0)
		pr_err("partition %#x says %d\n", dev->vm_id, (s32)data->data0);
	return err ?: (s32)data->data0 ? -EIO : 0;
}

static int expect(bool ok, const char *that)
{
	if (!ok)
		pr_err("not so: %s\n", that);
	return ok ? 0 : -EPROTO;
}

#define EXPECT(that) expect(that, #that)

static int echo_once(u64 n)
{
	struct ffa_send_direct_data data = { n, ~n, n * 3, n << 32, n ^ 0x5555 };
	int err;

	/* Its context of this CPU may be at work for a VM. */
	while ((err = talk(echo, &data)) == -EBUSY)
		usleep_range(50, 100);
	return err
		       ?: EXPECT(data.data0 == n && data.data1 == ~n && data.data2 == n * 3 &&
				 data.data3 == n << 32 && data.data4 == (n ^ 0x5555));
}

static int echo_narrow(void)
{
	struct ffa_send_direct_data data = { 1, 0x100000002, 3, 4, 5 };
	int err;

	echo->ops->msg_ops->mode_32bit_set(echo);
	err = talk(echo, &data);
	echo->mode_32bit = false;
	return err ?: EXPECT(data.data0 == 1 && data.data1 == 2 && data.data4 == 5);
}

static int do_direct(void)
{
	struct ffa_send_direct_data2 data, sent;
	struct ffa_partition_info info;
	char uuid[UUID_STRING_LEN + 1];
	int err, i;

	err = echo_once(0x123456789abcdef) ?: echo_narrow();
	for (i = 0; i < ARRAY_SIZE(sent.data); i++)
		sent.data[i] = 0x1111111111111111 * i;
	data = sent;
	err = err ?: echo->ops->msg_ops->sync_send_receive2(echo, &data);
	err = err ?: EXPECT(!memcmp(&data, &sent, sizeof(sent)));
	snprintf(uuid, sizeof(uuid), "%pUb", &echo->uuid);
	err = err ?: echo->ops->info_ops->partition_info_get(uuid, &info);
	return err
		       ?: EXPECT(info.id == ID_ECHO && uuid_equal(&info.uuid, &echo->uuid) &&
				 info.properties & FFA_PARTITION_DIRECT_REQ2_RECV);
}

static atomic_t nr_wrong;
static atomic_t nr_running;
static DECLARE_COMPLETION(all_done);

static int talk_often(void *seed)
{
	u64 n = (u64)(unsigned long)seed << 32;
	int i;

	for (i = 0; i < NR_ROUNDS; i++) {
		if (echo_once(n + i))
			atomic_inc(&nr_wrong);
		cond_resched();
	}
	if (atomic_dec_and_test(&nr_running))
		complete(&all_done);
	return 0;
}

/* More tasks than the host has CPUs. */
static int do_parallel(void)
{
	unsigned long i;

	atomic_set(&nr_running, NR_TASKS);
	for (i = 1; i <= NR_TASKS; i++) {
		if (IS_ERR(kthread_run(talk_often, (void *)i, "host-client-%lu", i)))
			return -ENOMEM; /* the module stays loaded as far as they go: a test */
	}
	wait_for_completion(&all_done);
	return EXPECT(!atomic_read(&nr_wrong));
}

/* Pages with a list; every second of those that were allocated where @apart. */
struct memory {
	struct sg_table table;
	u64 **pages;
	int nr;
	struct ffa_mem_region_attributes receiver;
	struct ffa_mem_ops_args args;
};

/* All but the pages. */
static void free_lists(struct memory *m)
{
	kvfree(m->pages);
	sg_free_table(&m->table);
}

static void free_memory(struct memory *m)
{
	int i;

	for (i = 0; i < m->nr; i++)
		free_page((unsigned long)m->pages[i]);
	free_lists(m);
}

static int alloc_memory(struct memory *m, int nr)
{
	struct scatterlist *sg;
	int i;

	*m = (struct memory){ .receiver = { .receiver = ID_BORROWER, .attrs = PERMS } };
	m->pages = kvcalloc(nr, sizeof(*m->pages), GFP_KERNEL);
	if (!m->pages || sg_alloc_table(&m->table, nr, GFP_KERNEL))
		return -ENOMEM;
	for_each_sg(m->table.sgl, sg, nr, i)
	{
		m->pages[i] = (u64 *)get_zeroed_page(GFP_KERNEL);
		if (!m->pages[i])
			return -ENOMEM;
		m->nr = i + 1;
		m->pages[i][0] = i + 1;
		m->pages[i][511] = 7 * i;
		sg_set_page(sg, virt_to_page(m->pages[i]), PAGE_SIZE, 0);
	}
	m->args = (struct ffa_mem_ops_args){ .use_txbuf = true,
					     .nattrs = 1,
					     .tag = TAG,
					     .sg = m->table.sgl,
					     .attrs = &m->receiver };
	return 0;
}

static u64 sum_of(const struct memory *m)
{
	u64 sum = 0;
	int i, j;

	for (i = 0; i < m->nr; i++) {
		for (j = 0; j < 512; j++)
			sum += m->pages[i][j];
	}
	return sum;
}

static struct ffa_send_direct_data about(u64 cmd, u64 handle)
{
	return (struct ffa_send_direct_data){ cmd, lower_32_bits(handle), upper_32_bits(handle) };
}

static int retrieve(u64 handle, u32 nr_pages)
{
	struct ffa_send_direct_data msg = about(BORROWER_RETRIEVE, handle);
	int err;

	msg.data3 = host | PERMS << 16;
	msg.data4 = TAG;
	err = command(borrower, &msg);
	return err ?: EXPECT(msg.data1 == nr_pages);
}

static int relinquish(u64 handle)
{
	struct ffa_send_direct_data msg = about(BORROWER_RELINQUISH, handle);

	return command(borrower, &msg);
}

static int has_sum(u64 handle, u64 sum)
{
	struct ffa_send_direct_data msg = about(BORROWER_SUM, handle);
	int err = command(borrower, &msg);

	return err ?: EXPECT((msg.data1 | msg.data2 << 32) == sum || msg.data1 == sum);
}

static int fill(u64 handle, u64 first)
{
	struct ffa_send_direct_data msg = about(BORROWER_FILL, handle);

	msg.data3 = first;
	return command(borrower, &msg);
}

static int use_memory(struct memory *m, bool lent)
{
	const struct ffa_mem_ops *ops = borrower->ops->mem_ops;
	u64 before = sum_of(m), at;
	int err;

	err = lent ? ops->memory_lend(&m->args) : ops->memory_share(&m->args);
	if (err)
		return err;
	at = m->args.g_handle;
	err = retrieve(at, m->nr) ?: has_sum(at, before);
	/* The borrower has it. */
	err = err ?: EXPECT(ops->memory_reclaim(at, 0) == -EACCES);
	err = err ?: fill(at, 1000);
	err = err ?: relinquish(at);
	err = err ?: ops->memory_reclaim(at, 0);
	err = err ?: EXPECT(ops->memory_reclaim(at, 0) == -EINVAL);
	return err ?: EXPECT(m->pages[0][0] == 1000 && m->pages[0][511] == 1511);
}

static int use_pages(int nr, bool lent)
{
	struct memory m;
	int err;

	err = alloc_memory(&m, nr);
	err = err ?: use_memory(&m, lent);
	free_memory(&m);
	return err;
}

static int do_share(void)
{
	return use_pages(1, false) ?: use_pages(3, false);
}

static int do_lend(void)
{
	return use_pages(1, true) ?: use_pages(3, true);
}

static int do_many(void)
{
	return use_pages(NR_MANY, false);
}

/* What is refused leaves nothing behind: the same memory can be shared afterwards. */
static int try_wrong(struct memory *m)
{
	const struct ffa_mem_ops *ops = borrower->ops->mem_ops;
	struct memory twice = *m;
	int err;

	m->table.sgl->length = 100;
	err = EXPECT(ops->memory_share(&m->args) == -EINVAL);
	m->table.sgl->length = PAGE_SIZE;
	m->args.sg = m->table.sgl;
	m->receiver.receiver = 0x8765;
	err = err ?: EXPECT(ops->memory_share(&m->args) < 0);
	m->receiver.receiver = ID_BORROWER;
	m->args.sg = m->table.sgl;
	err = err ?: EXPECT(ops->memory_reclaim(0x1234567, 0) == -EINVAL);
	err = err ?: ops->memory_share(&m->args);
	if (err)
		return err;
	/* It is shared: it cannot be lent. */
	err = EXPECT(ops->memory_lend(&twice.args) == -EACCES);
	return ops->memory_reclaim(m->args.g_handle, 0) ?: err;
}

static int do_refused(void)
{
	struct memory m;
	int err;

	err = alloc_memory(&m, 1);
	err = err ?: try_wrong(&m);
	free_memory(&m);
	return err ?: use_pages(1, false);
}

static DECLARE_COMPLETION(notified);
static atomic_t nr_notified;
static int notified_on;

static void on_notification(int id, void *data)
{
	notified_on = smp_processor_id();
	atomic_inc(&nr_notified);
	complete(&notified);
}

static int set(int id, u32 flags)
{
	struct ffa_send_direct_data msg = { NOTIFIER_SET, host, flags, lower_32_bits(BIT_ULL(id)),
					    upper_32_bits(BIT_ULL(id)) };

	return command(notifier, &msg);
}

static int wait_for_it(void)
{
	return wait_for_completion_timeout(&notified, WAIT) ? 0 : -ETIMEDOUT;
}

static int do_notify(void)
{
	const struct ffa_notifier_ops *ops = notifier->ops->notifier_ops;
	int err, i;

	for (i = 0; i < 64; i += 9) {
		err = ops->notify_request(notifier, false, on_notification, NULL, i);
		err = err
			      ?: EXPECT(ops->notify_request(notifier, false, on_notification, NULL,
							    i) == -EINVAL);
		err = err ?: set(i, 0) ?: wait_for_it();
		err = err ?: ops->notify_relinquish(notifier, i);
		err = err ?: EXPECT(ops->notify_relinquish(notifier, i) == -EINVAL);
		if (err)
			return err;
	}
	return EXPECT(atomic_read(&nr_notified) == 8)
		       ?: EXPECT(ops->notify_request(notifier, false, on_notification, NULL, 64) ==
				 -EINVAL);
}

/* Each CPU gets its own, there. */
static int notify_cpus(void)
{
	int err, cpu;

	for_each_online_cpu(cpu)
	{
		err = set(5, 1 | cpu << 16) ?: wait_for_it();
		err = err ?: EXPECT(notified_on == cpu);
		if (err)
			return err;
	}
	return 0;
}

static int do_percpu(void)
{
	const struct ffa_notifier_ops *ops = notifier->ops->notifier_ops;
	int err;

	err = ops->notify_request(notifier, true, on_notification, NULL, 5);
	if (err)
		return err;
	err = notify_cpus();
	return ops->notify_relinquish(notifier, 5) ?: err;
}

/* Given back while pending or being delivered: no call comes afterwards. */
static int do_pending(void)
{
	const struct ffa_notifier_ops *ops = notifier->ops->notifier_ops;
	int err, i, before;

	for (i = 0; i < NR_ROUNDS; i++) {
		err = ops->notify_request(notifier, false, on_notification, NULL, 5);
		err = err ?: set(5, 0);
		err = err ?: ops->notify_relinquish(notifier, 5);
		if (err)
			return err;
		before = atomic_read(&nr_notified);
		usleep_range(100, 200);
		err = EXPECT(atomic_read(&nr_notified) == before);
		if (err)
			return err;
	}
	return 0;
}

/* Memory that the borrower has when its owner goes; the pages stay allocated, like a driver's that knows. */
static int do_keep(void)
{
	struct memory m;
	int err;

	err = alloc_memory(&m, 1);
	err = err ?: borrower->ops->mem_ops->memory_share(&m.args);
	err = err ?: retrieve(m.args.g_handle, 1);
	handle = m.args.g_handle;
	/* The page is the borrower's to use, and nobody else's. */
	free_lists(&m);
	return err;
}

static int do_return(void)
{
	return relinquish(handle);
}

/* A driver gives back what a process had also while that is being killed. */
static int do_killed(void)
{
	const struct ffa_mem_ops *ops = borrower->ops->mem_ops;
	struct memory m;
	int err;

	err = alloc_memory(&m, 1);
	err = err ?: ops->memory_share(&m.args);
	if (!err) {
		send_sig(SIGKILL, current, 1);
		err = EXPECT(fatal_signal_pending(current));
		err = err ?: ops->memory_reclaim(m.args.g_handle, 0);
	}
	/* What is not given back must not be used for anything else. */
	if (!err)
		free_memory(&m);
	return err;
}

static const struct {
	const char *name;
	int (*run)(void);
} things[] = {
	{ "direct", do_direct }, { "parallel", do_parallel }, { "share", do_share },
	{ "lend", do_lend },	 { "many", do_many },	      { "refused", do_refused },
	{ "notify", do_notify }, { "percpu", do_percpu },     { "pending", do_pending },
	{ "keep", do_keep },	 { "return", do_return },     { "killed", do_killed },
};

static int run(void)
{
	int i;

	if (!echo || !borrower || !notifier)
		return -ENODEV;
	for (i = 0; i < ARRAY_SIZE(things); i++) {
		if (what && !strcmp(what, things[i].name))
			return things[i].run();
	}
	return -EINVAL;
}

static int probe(struct ffa_device *dev)
{
	switch (dev->vm_id) {
	case ID_ECHO:
		echo = dev;
		break;
	case ID_BORROWER:
		borrower = dev;
		break;
	default:
		notifier = dev;
	}
	return 0;
}

#define PART(n) UUID_INIT(0x3c3af09a, 0x9c21, 0x4d34, 0xbc, 0xf1, 0x31, 0xb2, 0xb6, 0xdc, 0xbd, n)

static const struct ffa_device_id ids[] = { { PART(0x01) }, { PART(0x0a) }, { PART(0x03) }, {} };

static struct ffa_driver client_driver = {
	.name = "host-client",
	.probe = probe,
	.id_table = ids,
};

static int __init client_init(void)
{
	int err;

	err = ffa_register(&client_driver);
	if (err)
		return err;
	err = run();
	if (err) {
		pr_err("%s: %d\n", what, err);
		ffa_unregister(&client_driver);
	}
	return err;
}

static void __exit client_exit(void)
{
	ffa_unregister(&client_driver);
}

module_init(client_init);
module_exit(client_exit);

MODULE_DESCRIPTION("Test of vffa-bus.ko");
MODULE_LICENSE("GPL");
