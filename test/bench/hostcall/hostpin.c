// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host itself pays to pin anonymous pages of a process and to let them go: a row of pages,
 * 64 at a time as vffa does it, and pages with holes between them, each by itself; of huge pages,
 * where the host makes those for who does not ask, and a few that are by themselves. Measures in the
 * process that loads it, when it is loaded, and prints.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "ticks.h"

#define BATCH	   64
#define MAX_PAGES  16384
#define NR_SAMPLES 11

static struct page **pages;

static int pin(unsigned long addr, u32 nr_pages)
{
	u32 done;
	int nr;

	for (done = 0; done < nr_pages; done += nr) {
		nr = pin_user_pages_fast(addr + done * PAGE_SIZE, min(nr_pages - done, BATCH),
					 FOLL_WRITE | FOLL_LONGTERM, pages + done);
		if (nr <= 0)
			return nr ?: -EFAULT;
	}
	return 0;
}

/* Every second one. */
static int pin_each(unsigned long addr, u32 nr_pages)
{
	u32 i;
	int nr;

	for (i = 0; i < nr_pages; i++) {
		nr = pin_user_pages_fast(addr + i * 2 * PAGE_SIZE, 1, FOLL_WRITE | FOLL_LONGTERM,
					 pages + i);
		if (nr != 1)
			return nr ?: -EFAULT;
	}
	return 0;
}

static int measure(const char *kind, const char *shape, unsigned long addr, u32 nr_pages,
		   int (*how)(unsigned long addr, u32 nr_pages))
{
	u64 samples[NR_SAMPLES];
	unsigned int i;
	u64 start;
	int err;

	for (i = 0; i < NR_SAMPLES; i++) {
		start = ticks();
		err = how(addr, nr_pages);
		if (err)
			return err;
		unpin_user_pages_dirty_lock(pages, nr_pages, true);
		samples[i] = ticks() - start;
	}
	pr_info("hostpin: bench: %s_%s median %llu\n", kind, shape,
		median_ticks(samples, NR_SAMPLES));
	return 0;
}

static int measure_shapes(const char *kind, unsigned long addr, u32 max_pages)
{
	static const u32 sizes[] = { 1, 16, 64, 240, 256, 1024, 4096, 16384 };
	char shape[16];
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(sizes) && sizes[i] <= max_pages && !err; i++) {
		snprintf(shape, sizeof(shape), "1x%u", sizes[i]);
		err = measure(kind, shape, addr, sizes[i], pin);
		if (err || sizes[i] == 1)
			continue;
		snprintf(shape, sizeof(shape), "%ux1", sizes[i]);
		err = measure(kind, shape, addr, sizes[i], pin_each);
	}
	return err;
}

static int measure_in(const char *kind, unsigned long size, u32 max_pages)
{
	unsigned long addr = vm_mmap(NULL, 0, size, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, 0);
	int err;

	if (IS_ERR_VALUE(addr))
		return (int)addr;
	err = measure_shapes(kind, size > PMD_SIZE ? ALIGN(addr, PMD_SIZE) : addr, max_pages);
	vm_munmap(addr, size);
	return err;
}

static int __init hostpin_init(void)
{
	int err;

	pages = kvmalloc_array(MAX_PAGES, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	pr_info("hostpin: bench: nothing median %d\n", 0);
	begin_ticks();
	err = measure_in("small", 2 * BATCH * PAGE_SIZE, BATCH);
	if (!err)
		err = measure_in("huge", 2 * MAX_PAGES * PAGE_SIZE + PMD_SIZE, MAX_PAGES);
	end_ticks();
	kvfree(pages);
	return err;
}

static void __exit hostpin_exit(void)
{
}

module_init(hostpin_init);
module_exit(hostpin_exit);

MODULE_DESCRIPTION("The host's own price of pinning pages");
MODULE_LICENSE("GPL");
