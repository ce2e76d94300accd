// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mistakes to be found, one at each load: what the debug kernel says of them must be noticed
 * (host/checks.sh). It never stays loaded.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

static char *plant;
module_param(plant, charp, 0444);
MODULE_PARM_DESC(plant, "order, leak, free, beyond, sleep, shift or object");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_SPINLOCK(spinlock);

/* What the compiler must not see through. */
static volatile int zero;

static void leak(void)
{
	/* Large: small ones kmemleak finds only after many other allocations. */
	for (int i = 0; i < 4; i++) {
		char *lost = kmalloc(4 * PAGE_SIZE, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(lost);
	}
}

static void use_after_free(void)
{
	char *bytes = kmalloc(64, GFP_KERNEL);
	char *stale = bytes;

	OPTIMIZER_HIDE_VAR(stale);
	kfree(bytes);
	if (bytes)
		WRITE_ONCE(stale[8], 1);
}

static void write_beyond(void)
{
	char *bytes = kmalloc(61, GFP_KERNEL);

	if (bytes)
		WRITE_ONCE(bytes[61 + zero], 1);
	kfree(bytes);
}

static void sleep_in_atomic(void)
{
	spin_lock(&spinlock);
	might_sleep();
	spin_unlock(&spinlock);
}

static void shift_too_far(void)
{
	zero = 1 << (40 + zero);
	zero = 0;
}

static void on_timer(struct timer_list *timer)
{
}

/* Freed with a timer that still waits in it. */
static void free_active_object(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, on_timer, 0);
	timer->expires = jiffies + 1000 * HZ;
	add_timer(timer);
	kfree(timer);
}

static void lock_in_wrong_order(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static const struct {
	const char *name;
	void (*make)(void);
} mistakes[] = {
	{ "order", lock_in_wrong_order }, { "leak", leak },
	{ "free", use_after_free },	  { "beyond", write_beyond },
	{ "sleep", sleep_in_atomic },	  { "shift", shift_too_far },
	{ "object", free_active_object },
};

static int __init planted_init(void)
{
	for (int i = 0; plant && i < ARRAY_SIZE(mistakes); i++) {
		if (strcmp(plant, mistakes[i].name))
			continue;
		mistakes[i].make();
		pr_info("planted: %s\n", plant);
		return -EAGAIN;
	}
	return -EINVAL;
}
module_init(planted_init);

MODULE_DESCRIPTION("mistakes that a kernel with checks must report");
MODULE_LICENSE("GPL");
