// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host itself pays to pin anonymous pages of a process and to let them go: pages by
 * themselves, and parts of a huge one, where the host makes those for who does not ask. Measures in
 * the process that loads it, when it is loaded, and prints.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/sort.h>

#include <asm/barrier.h>
#include <asm/sysreg.h>

#define NR_PAGES   64 /* as many as vffa pins at a time */
#define NR_SAMPLES 201

static u64 samples[NR_SAMPLES];

static u64 counter(void)
{
	isb();
	return read_sysreg(cntvct_el0);
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a;
	u64 y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int measure(const char *name, unsigned long addr, int nr_pages)
{
	struct page *pages[NR_PAGES];
	unsigned int i;
	u64 start;
	int nr;

	for (i = 0; i < NR_SAMPLES; i++) {
		start = counter();
		nr = pin_user_pages_fast(addr, nr_pages, FOLL_WRITE | FOLL_LONGTERM, pages);
		if (nr > 0)
			unpin_user_pages_dirty_lock(pages, nr, true);
		samples[i] = counter() - start;
		if (nr != nr_pages)
			return nr < 0 ? nr : -EFAULT;
	}
	sort(samples, NR_SAMPLES, sizeof(*samples), compare, NULL);
	pr_info("hostpin: bench: %s median %llu min %llu max %llu\n", name, samples[NR_SAMPLES / 2],
		samples[0], samples[NR_SAMPLES - 1]);
	return 0;
}

static unsigned long map(unsigned long size)
{
	return vm_mmap(NULL, 0, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, 0);
}

static int measure_small(void)
{
	unsigned long addr = map(NR_PAGES * PAGE_SIZE);
	int err;

	if (IS_ERR_VALUE(addr))
		return (int)addr;
	err = measure("pin_1", addr, 1);
	if (!err)
		err = measure("pin_64", addr, NR_PAGES);
	vm_munmap(addr, NR_PAGES * PAGE_SIZE);
	return err;
}

static int measure_huge(void)
{
	unsigned long addr = map(2 * PMD_SIZE);
	int err;

	if (IS_ERR_VALUE(addr))
		return (int)addr;
	err = measure("pin_huge_1", ALIGN(addr, PMD_SIZE), 1);
	if (!err)
		err = measure("pin_huge_64", ALIGN(addr, PMD_SIZE), NR_PAGES);
	vm_munmap(addr, 2 * PMD_SIZE);
	return err;
}

static int __init hostpin_init(void)
{
	return measure_small() ?: measure_huge();
}

static void __exit hostpin_exit(void)
{
}

module_init(hostpin_init);
module_exit(hostpin_exit);

MODULE_DESCRIPTION("The host's own price of pinning pages");
MODULE_LICENSE("GPL");
