// SPDX-License-Identifier: GPL-2.0-only
/* RX and TX of the host's endpoint. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bus.h"

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/printk.h>

#include "../host_end.h"

static DEFINE_MUTEX(tx_mutex);
static void *rx;
static void *tx;

static void free_buffers(void)
{
	if (rx)
		free_pages_exact(rx, BUS_BUFFER_SIZE);
	if (tx)
		free_pages_exact(tx, BUS_BUFFER_SIZE);
	rx = NULL;
	tx = NULL;
}

static int alloc_buffers(void)
{
	rx = alloc_pages_exact(BUS_BUFFER_SIZE, GFP_KERNEL | __GFP_ZERO);
	tx = alloc_pages_exact(BUS_BUFFER_SIZE, GFP_KERNEL | __GFP_ZERO);
	if (rx && tx)
		return 0;
	free_buffers();
	return -ENOMEM;
}

static int map_buffers(void)
{
	struct vffa_regs regs = { .x = { FFA_FN64_RXTX_MAP, virt_to_phys(tx), virt_to_phys(rx),
					 BUS_BUFFER_SIZE / FFA_PAGE_SIZE } };

	return vffa_bus_call(&regs);
}

int vffa_bus_buffers_map(void)
{
	int err;

	err = alloc_buffers();
	if (err)
		return err;
	err = map_buffers();
	/* The relay may keep what it has refused, when the SPMC's answer made no sense. */
	if (err)
		vffa_bus_buffers_unmap();
	return err;
}

/* Who keeps a buffer may write into it: its memory is lost then. */
void vffa_bus_buffers_unmap(void)
{
	struct vffa_regs regs = { .x = { FFA_RXTX_UNMAP } };
	int err = vffa_bus_call(&regs);

	/* EINVAL: there are none. */
	if (err && err != -EINVAL)
		pr_err("the relay keeps RX and TX (%d): their memory is lost\n", err);
	else
		free_buffers();
}

void *vffa_bus_tx_lock(void)
{
	mutex_lock(&tx_mutex);
	return tx;
}

void vffa_bus_tx_unlock(void)
{
	mutex_unlock(&tx_mutex);
}

const void *vffa_bus_rx(void)
{
	return rx;
}
