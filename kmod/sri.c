// SPDX-License-Identifier: GPL-2.0-only
/*
 * The schedule receiver interrupt. It says nothing but that there is news: who it is for, the relay
 * asks the SPMC (FFA_NOTIFICATION_INFO_GET). How a guest is told is in npi.c; a partition that has news
 * is given cycles by a worker of its own, because it takes as long as it likes.
 *
 * It is an SGI that the secure world has donated, or a PPI, and like these belongs to each CPU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "sri.h"

#include <linux/acpi.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/jiffies.h>
#include <linux/of.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/workqueue.h>

#include <vffa/relay.h>

#include "conduit.h"
#include "trace.h"

#define NR_SGIS	   16
#define NR_PRIVATE 32 /* with PPIs */

/* How long unloading waits for partitions to end their turns, and between two tries. */
#define FINISH_WAIT	(3 * HZ)
#define FINISH_PAUSE_MS 10

/**
 * struct sri - the interrupt, from vffa_sri_start() to vffa_sri_stop()
 * @irq:      this kernel's number of it; 0 = not taken
 * @hotplug:  state that enables it on CPUs that come
 * @gone:     state that looks after CPUs that have gone
 * @worker:   serialises @news
 * @news:     asks the SPMC for whom there is something
 * @runner:   serialises @turns
 * @turns:    gives partitions cycles
 */
struct sri {
	unsigned int irq;
	int hotplug;
	int gone;
	struct workqueue_struct *worker;
	struct delayed_work news;
	struct workqueue_struct *runner;
	struct delayed_work turns;
};

static struct sri sri;
static DEFINE_PER_CPU(u8, cookie); /* this kernel wants one per CPU to tell handlers apart */

/* One that comes while this runs has it run once more. */
static void ask_for_news(struct work_struct *work)
{
	if (vffa_sri(vffa_conduit_relay()))
		queue_delayed_work(sri.worker, &sri.news,
				   usecs_to_jiffies(VFFA_SRI_AGAIN_NS / NSEC_PER_USEC));
	if (vffa_turns_wanted(vffa_conduit_relay()))
		mod_delayed_work(sri.runner, &sri.turns, 0);
}

static void give_turns(struct work_struct *work)
{
	u64 next_ns = vffa_turns(vffa_conduit_relay());

	if (next_ns)
		queue_delayed_work(sri.runner, &sri.turns, nsecs_to_jiffies(next_ns) + 1);
}

/* Also when it waits to look again: now there is a reason. */
static void look_now(void)
{
	mod_delayed_work(sri.worker, &sri.news, 0);
}

static void stop_looking(void)
{
	cancel_delayed_work_sync(&sri.news);
	destroy_workqueue(sri.worker);
	cancel_delayed_work_sync(&sri.turns);
	destroy_workqueue(sri.runner);
}

/* Nobody else resumes a partition that is stopped in the middle of its turn. */
static void finish_turns(void)
{
	unsigned long end = jiffies + FINISH_WAIT;

	while (!vffa_turns_finish(vffa_conduit_relay())) {
		if (time_after(jiffies, end)) {
			pr_warn("a secure partition does not come to the end of its turn, and stays stopped\n");
			return;
		}
		msleep(FINISH_PAUSE_MS);
	}
}

static irqreturn_t take_interrupt(int irq, void *dev)
{
	trace_vffa_sri(smp_processor_id());
	look_now();
	return IRQ_HANDLED;
}

static int enable_here(unsigned int cpu)
{
	enable_percpu_irq(sri.irq, IRQ_TYPE_NONE);
	return 0;
}

static int disable_here(unsigned int cpu)
{
	disable_percpu_irq(sri.irq);
	return 0;
}

/* An SGI that is pending when its CPU goes is lost: look instead, when no other can come there. */
static int look_after(unsigned int cpu)
{
	look_now();
	return 0;
}

/* There is no specifier for an SGI, but one cell of its number is what Linux's driver takes for that. */
static unsigned int map_sgi(struct fwnode_handle *gic, u32 intid)
{
	struct irq_fwspec spec = { .fwnode = gic, .param_count = 1, .param = { intid } };

	return gic ? irq_create_fwspec_mapping(&spec) : 0;
}

/* As the binding of the GIC has it: 1 is for PPIs, which it counts from 0. */
static unsigned int map_ppi(struct fwnode_handle *gic, u32 intid)
{
	struct irq_fwspec spec = {
		.fwnode = gic,
		.param_count = 3,
		.param = { 1, intid - NR_SGIS, IRQ_TYPE_EDGE_RISING },
	};

	return gic ? irq_create_fwspec_mapping(&spec) : 0;
}

static unsigned int map_by_device_tree(u32 intid)
{
	struct device_node *gic = of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	struct fwnode_handle *fwnode = of_fwnode_handle(gic);
	unsigned int irq = intid < NR_SGIS ? map_sgi(fwnode, intid) : map_ppi(fwnode, intid);

	of_node_put(gic);
	return irq;
}

#ifdef CONFIG_ACPI
/* No table names what Linux has made up for the GIC, but an interrupt of its own leads there. */
static struct fwnode_handle *find_gic(void)
{
	struct acpi_table_header *gtdt;
	struct irq_data *timer = NULL;
	unsigned int irq;
	u32 gsi;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_GTDT, 0, &gtdt)))
		return NULL;
	gsi = ((struct acpi_table_gtdt *)gtdt)->virtual_timer_interrupt;
	acpi_put_table(gtdt);

	if (gsi && !acpi_gsi_to_irq(gsi, &irq))
		timer = irq_get_irq_data(irq);
	while (timer && timer->parent_data)
		timer = timer->parent_data;
	return timer && timer->domain ? timer->domain->fwnode : NULL;
}

static unsigned int map_by_acpi(u32 intid)
{
	int irq;

	if (intid < NR_SGIS)
		return map_sgi(find_gic(), intid);
	irq = acpi_register_gsi(NULL, intid, ACPI_EDGE_SENSITIVE, ACPI_ACTIVE_HIGH);

	return irq > 0 ? irq : 0;
}
#else
static unsigned int map_by_acpi(u32 intid)
{
	return 0;
}
#endif

static unsigned int map_irq(u32 intid)
{
	return acpi_disabled ? map_by_device_tree(intid) : map_by_acpi(intid);
}

/* NULL, or what could not be had. */
static const char *start_irq(u32 intid)
{
	sri.irq = map_irq(intid);
	if (!sri.irq)
		return "this kernel's GIC driver does not map it";
	sri.gone =
		cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "vffa/sri:gone", NULL, look_after);
	if (sri.gone < 0)
		goto err_map;
	if (request_percpu_irq(sri.irq, take_interrupt, "vffa-sri", &cookie))
		goto err_gone;
	sri.hotplug = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "vffa/sri:online", enable_here,
					disable_here);
	if (sri.hotplug < 0)
		goto err_request;
	return NULL;

err_request:
	free_percpu_irq(sri.irq, &cookie);
err_gone:
	cpuhp_remove_state_nocalls(sri.gone);
err_map:
	irq_dispose_mapping(sri.irq);
	sri.irq = 0;
	return "another driver has it";
}

static const char *start(u32 intid)
{
	const char *why_not;

	if (intid >= NR_PRIVATE)
		return "it is neither an SGI nor a PPI";
	INIT_DELAYED_WORK(&sri.news, ask_for_news);
	INIT_DELAYED_WORK(&sri.turns, give_turns);
	sri.worker = alloc_ordered_workqueue("vffa_sri", WQ_HIGHPRI);
	if (!sri.worker)
		return "no memory";
	sri.runner = alloc_ordered_workqueue("vffa_turns", 0);
	if (!sri.runner) {
		destroy_workqueue(sri.worker);
		return "no memory";
	}
	why_not = start_irq(intid);
	if (why_not)
		stop_looking();
	else
		look_now(); /* what was pending before */
	return why_not;
}

void vffa_sri_start(void)
{
	const struct vffa_spmc *spmc = &vffa_conduit_relay()->spmc;
	const char *why_not;

	if (!spmc->sri)
		return;
	why_not = start(spmc->sri);
	if (why_not)
		pr_warn("the SPMC's schedule receiver interrupt (INTID %u) cannot be had, %s: guests get no notifications until vffa is loaded again with that mended\n",
			spmc->sri, why_not);
}

void vffa_sri_stop(void)
{
	if (!sri.irq)
		return;
	cpuhp_remove_state(sri.hotplug);
	cpuhp_remove_state_nocalls(sri.gone);
	free_percpu_irq(sri.irq, &cookie);
	irq_dispose_mapping(sri.irq);
	sri.irq = 0;
	stop_looking();
	finish_turns();
}

bool vffa_sri_is_taken(void)
{
	return sri.irq;
}
