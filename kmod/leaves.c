// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the relay keeps about pages of the host. Only pages that guests have given to others take
 * memory, which is charged to the guest's process. The relay's lock of pages guards it all.
 */
#include "leaves.h"

#include <linux/slab.h>
#include <linux/xarray.h>

static DEFINE_XARRAY_FLAGS(leaves, XA_FLAGS_ACCOUNT);
static struct kmem_cache *cache;

int vffa_leaves_init(void)
{
	cache = KMEM_CACHE(vffa_leaf, SLAB_ACCOUNT);
	return cache ? 0 : -ENOMEM;
}

void vffa_leaves_exit(void)
{
	WARN_ON(!xa_empty(&leaves));
	kmem_cache_destroy(cache);
}

static struct vffa_leaf *create_leaf(u64 nr)
{
	struct vffa_leaf *leaf;

	leaf = kmem_cache_zalloc(cache, GFP_KERNEL);
	if (!leaf)
		return NULL;
	if (xa_err(xa_store(&leaves, nr, leaf, GFP_KERNEL))) {
		kmem_cache_free(cache, leaf);
		return NULL;
	}
	return leaf;
}

struct vffa_leaf *vffa_leaves_get(u64 nr, bool create)
{
	struct vffa_leaf *leaf = xa_load(&leaves, nr);

	return leaf || !create ? leaf : create_leaf(nr);
}

void vffa_leaves_drop(u64 nr)
{
	kmem_cache_free(cache, xa_erase(&leaves, nr));
}
