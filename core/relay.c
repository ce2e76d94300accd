// SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause
/*
 * The hypervisor's own endpoint at the NS physical instance: version, buffers, partition list.
 *
 * Runs once, before any VM. What VMs ask of the SPMC later is in run.c.
 */
#include <vffa/relay.h>

#include "abi_call.h"
#include "abi_part.h"
#include "func.h"
#include "mem.h"
#include "part.h"
#include "quirk.h"
#include "setup.h"
#include "smc.h"
#include "turn.h"

/* One call that answers FFA_SUCCESS or FFA_ERROR. Remembers which one failed. */
static enum vffa_ret call(struct vffa_relay *relay, struct vffa_regs *regs)
{
	uint32_t fid = (uint32_t)regs->x[0];
	enum vffa_ret ret;

	vffa_smc(relay, regs);
	ret = vffa_smc_status(regs);
	if (ret)
		relay->failed_fid = fid;
	return ret;
}

static uint32_t ask_version(struct vffa_relay *relay, uint32_t version)
{
	struct vffa_regs regs = { .x = { FFA_VERSION, version } };

	vffa_smc(relay, &regs);
	return (uint32_t)regs.x[0];
}

/* Without an SPMC: VFFA_OK, and spmc.version stays 0. */
static enum vffa_ret negotiate(struct vffa_relay *relay)
{
	uint32_t wanted = FFA_VERSION_MAKE(1, VFFA_VERSION_MAX_MINOR);
	uint32_t theirs = ask_version(relay, wanted);

	relay->failed_fid = FFA_VERSION;
	relay->spmc_says = theirs;
	if (theirs & FFA_VERSION_MBZ)
		return VFFA_OK;
	if ((theirs & FFA_VERSION_MAJOR_MASK) != FFA_VERSION_1_0)
		return VFFA_NOT_SUPPORTED;

	/* An older SPMC has only told its version so far; ask again for that one. */
	if (theirs < wanted) {
		wanted = theirs;
		if (ask_version(relay, wanted) != theirs)
			return VFFA_ABORTED;
	}
	relay->spmc.version = wanted;
	return VFFA_OK;
}

static bool has_feature(struct vffa_relay *relay, uint32_t fid, uint32_t *props)
{
	struct vffa_regs regs = { .x = { FFA_FEATURES, fid } };

	if (call(relay, &regs))
		return false;
	*props = (uint32_t)regs.x[2];
	return true;
}

/* Either width will do: the descriptor is in TX, so there is no address to pass. */
static uint32_t find_mem_fid(struct vffa_relay *relay, uint32_t fid_64)
{
	uint32_t props;

	if (has_feature(relay, fid_64, &props))
		return fid_64;
	return has_feature(relay, fid_64 & ~SMCCC_64, &props) ? fid_64 & ~SMCCC_64 : 0;
}

/* Some want to hear that the caller knows the NS attribute, some refuse just that. */
static bool has_retrieve(struct vffa_relay *relay, uint32_t fid, uint32_t *props)
{
	struct vffa_regs regs = { .x = { FFA_FEATURES, fid, FFA_RETRIEVE_NS } };

	if (has_feature(relay, fid, props))
		return true;
	if (call(relay, &regs))
		return false;
	*props = (uint32_t)regs.x[2];
	return true;
}

static void learn_retrieve(struct vffa_relay *relay)
{
	struct vffa_spmc *spmc = &relay->spmc;
	uint32_t fid = FFA_MEM_RETRIEVE_REQ_64;
	uint32_t props, ignored;

	if (!has_retrieve(relay, fid, &props)) {
		fid = FFA_MEM_RETRIEVE_REQ_32;
		if (!has_retrieve(relay, fid, &props))
			return;
	}
	spmc->retrieve_fid = fid;
	if (has_feature(relay, FFA_MEM_RELINQUISH, &ignored))
		spmc->offers |= VFFA_SPMC_RETRIEVE;
	if (props & FFA_RETRIEVE_HYP)
		spmc->offers |= VFFA_SPMC_LOOK_UP;
}

static void learn_mem_features(struct vffa_relay *relay)
{
	static const struct {
		uint32_t fid;
		uint8_t offer;
	} known[] = {
		[VFFA_MEM_SHARE] = { FFA_MEM_SHARE_64, VFFA_SPMC_SHARE },
		[VFFA_MEM_LEND] = { FFA_MEM_LEND_64, VFFA_SPMC_LEND },
		[VFFA_MEM_DONATE] = { FFA_MEM_DONATE_64, VFFA_SPMC_DONATE },
	};

	for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		relay->spmc.mem_fids[i] = find_mem_fid(relay, known[i].fid);
		if (relay->spmc.mem_fids[i])
			relay->spmc.offers |= known[i].offer;
	}
	learn_retrieve(relay);
}

/* Without the interrupt nobody would know when to look, and bitmaps need somebody to make them. */
static void learn_notif_features(struct vffa_relay *relay)
{
	struct vffa_spmc *spmc = &relay->spmc;
	uint32_t sri;
	uint32_t props;

	if (spmc->version < FFA_VERSION_1_1 || !has_feature(relay, FFA_FEATURE_SRI, &sri) || !sri)
		return;
	if (!has_feature(relay, FFA_NOTIFICATION_BITMAP_CREATE, &props))
		return;
	if (has_feature(relay, FFA_NOTIFICATION_INFO_GET_64, &props))
		spmc->info_get_fid = FFA_NOTIFICATION_INFO_GET_64;
	else if (has_feature(relay, FFA_NOTIFICATION_INFO_GET_32, &props))
		spmc->info_get_fid = FFA_NOTIFICATION_INFO_GET_32;
	else
		return;
	spmc->offers |= VFFA_SPMC_NOTIF;
	spmc->sri = sri;
}

static uint32_t granule_pages(uint32_t props)
{
	switch (props & FFA_RXTX_GRANULE_MASK) {
	case FFA_RXTX_GRANULE_64K:
		return 16;
	case FFA_RXTX_GRANULE_16K:
		return 4;
	default:
		return 1;
	}
}

/*
 * Indirect messages go through buffers of VMs, which are pages of 4 KiB wherever the host has them: an
 * SPMC that wants larger ones cannot have them.
 */
static void learn_indirect(struct vffa_relay *relay)
{
	struct vffa_spmc *spmc = &relay->spmc;
	uint32_t rxtx = 0;
	uint32_t props;

	if (spmc->version < FFA_VERSION_1_1 || !has_feature(relay, FFA_MSG_SEND2, &props) ||
	    !has_feature(relay, FFA_RX_ACQUIRE, &props))
		return;
	(void)has_feature(relay, FFA_RXTX_MAP_64, &rxtx);
	if (granule_pages(rxtx) > 1)
		return;
	spmc->offers |= VFFA_SPMC_INDIRECT;
	if (spmc->version >= FFA_VERSION_1_2)
		spmc->max_vm_pages = rxtx >> FFA_RXTX_MAX_PAGES_SHIFT;
}

static void learn_features(struct vffa_relay *relay)
{
	struct vffa_spmc *spmc = &relay->spmc;
	struct vffa_regs regs = { .x = { FFA_SPM_ID_GET } };
	uint32_t props;

	if (has_feature(relay, FFA_MSG_SEND_DIRECT_REQ_32, &props))
		spmc->offers |= VFFA_SPMC_DIRECT_32;
	if (has_feature(relay, FFA_MSG_SEND_DIRECT_REQ_64, &props))
		spmc->offers |= VFFA_SPMC_DIRECT_64;
	if (spmc->version >= FFA_VERSION_1_2 &&
	    has_feature(relay, FFA_MSG_SEND_DIRECT_REQ2, &props))
		spmc->offers |= VFFA_SPMC_DIRECT2;
	if (spmc->version >= FFA_VERSION_1_2 &&
	    has_feature(relay, FFA_PARTITION_INFO_GET_REGS, &props))
		spmc->offers |= VFFA_SPMC_INFO_REGS;
	learn_mem_features(relay);
	learn_notif_features(relay);
	learn_indirect(relay);
	if (spmc->version >= FFA_VERSION_1_1 && !call(relay, &regs)) {
		spmc->offers |= VFFA_SPMC_ID_GET;
		spmc->id = (vffa_id_t)regs.x[2];
	}
}

/* The relay speaks for the hypervisor, and that is always id 0. */
static enum vffa_ret check_own_id(struct vffa_relay *relay)
{
	struct vffa_regs regs = { .x = { FFA_ID_GET } };
	enum vffa_ret ret;

	ret = call(relay, &regs);
	if (ret)
		return ret;
	relay->failed_fid = FFA_ID_GET;
	return (uint16_t)regs.x[2] == FFA_ID_HYPERVISOR ? VFFA_OK : VFFA_ABORTED;
}

/* As much of the home's buffers as the SPMC takes: 0 when it takes none of that size. */
static uint32_t buffer_pages(const struct vffa_relay *relay, uint32_t props)
{
	uint32_t max = props >> FFA_RXTX_MAX_PAGES_SHIFT;
	uint32_t granule = granule_pages(props);
	uint32_t n = relay->cfg.nr_pages;

	if (relay->spmc.version >= FFA_VERSION_1_2 && max && max < n)
		n = max;
	return n - n % granule;
}

/* The next power of two below, which is a size that somebody may have chosen; 0 = none is left. */
static uint32_t fewer_pages(uint32_t nr_pages, uint32_t granule)
{
	uint32_t fewer = granule;

	if (nr_pages <= granule)
		return 0;
	while (fewer * 2 < nr_pages)
		fewer *= 2;
	return fewer;
}

static enum vffa_ret map_pages(struct vffa_relay *relay, uint32_t nr_pages)
{
	struct vffa_regs regs = { .x = { FFA_RXTX_MAP_64, relay->cfg.tx_pa.addr,
					 relay->cfg.rx_pa.addr, nr_pages } };
	enum vffa_ret ret = call(relay, &regs);

	/* An answer that makes no sense may have been meant as success: then they are the SPMC's. */
	relay->rxtx_mapped = (uint32_t)regs.x[0] != FFA_ERROR;
	return ret;
}

/*
 * The largest that is taken. Before 1.2 FFA_FEATURES does not tell which that is; and whoever is between
 * us and the SPMC, KVM's protected mode for one, may take less.
 */
static enum vffa_ret map_buffers(struct vffa_relay *relay)
{
	enum vffa_ret ret = VFFA_NOT_SUPPORTED;
	uint32_t props = 0;
	uint32_t nr_pages;

	(void)has_feature(relay, FFA_RXTX_MAP_64, &props);
	relay->failed_fid = FFA_RXTX_MAP_64;
	nr_pages = buffer_pages(relay, props);
	while (nr_pages) {
		ret = map_pages(relay, nr_pages);
		if (ret != VFFA_INVALID_PARAMETERS && ret != VFFA_NO_MEMORY)
			break;
		nr_pages = fewer_pages(nr_pages, granule_pages(props));
	}
	relay->cfg.nr_pages = nr_pages;
	return ret;
}

static void release_rx(struct vffa_relay *relay)
{
	struct vffa_regs regs = { .x = { FFA_RX_RELEASE } };

	/* Refused where RX was ours all the time; either way it is free now. */
	vffa_smc(relay, &regs);
}

/* The SPMC may lie: every length it states is checked against the buffer it wrote to. */
static enum vffa_ret read_partitions(struct vffa_relay *relay, uint64_t count, uint64_t size)
{
	uint32_t minor = relay->spmc.version & 0xFFFFu;
	uint64_t buf_size = (uint64_t)relay->cfg.nr_pages << FFA_PAGE_SHIFT;
	const uint8_t *desc = relay->cfg.rx;
	struct vffa_part part;

	if (!minor)
		size = FFA_PARTITION_INFO_SIZE_1_0;
	if (size < vffa_part_desc_size(minor) || size > buf_size || count > buf_size / size)
		return VFFA_ABORTED;

	for (uint64_t i = 0; i < count; i++, desc += size) {
		vffa_part_desc_decode(desc, minor, &part);
		vffa_part_add(&relay->spmc, &part);
	}
	return VFFA_OK;
}

static enum vffa_ret list_partitions(struct vffa_relay *relay)
{
	struct vffa_regs regs = { .x = { FFA_PARTITION_INFO_GET } };
	enum vffa_ret ret;

	ret = call(relay, &regs);
	if (!ret) {
		relay->failed_fid = FFA_PARTITION_INFO_GET;
		ret = read_partitions(relay, (uint32_t)regs.x[2], (uint32_t)regs.x[3]);
	}

	/* Also after an error: <vffa/quirk.h>. */
	release_rx(relay);
	return ret;
}

static enum vffa_ret unmap_buffers(struct vffa_relay *relay)
{
	struct vffa_regs regs = { .x = { FFA_RXTX_UNMAP } };
	enum vffa_ret ret;

	if (!relay->rxtx_mapped)
		return VFFA_OK;
	ret = call(relay, &regs);
	/* There are none: they never were mapped, or an earlier answer was lost. */
	if (ret == VFFA_INVALID_PARAMETERS)
		ret = VFFA_OK;
	if (!ret)
		relay->rxtx_mapped = false;
	return ret;
}

enum vffa_ret vffa_relay_start(struct vffa_relay *relay, const struct vffa_relay_config *cfg)
{
	uint32_t failed_fid;
	enum vffa_ret ret;

	memset(relay, 0, sizeof(*relay));
	relay->cfg = *cfg;
	relay->funcs = vffa_funcs;
	relay->nr_funcs = vffa_nr_funcs;

	ret = negotiate(relay);
	if (ret)
		return ret;
	if (relay->spmc.version) {
		ret = check_own_id(relay);
		if (ret)
			return ret;
		learn_features(relay);
		ret = map_buffers(relay);
		if (ret)
			goto err_unmap;
		ret = list_partitions(relay);
		if (ret)
			goto err_unmap;
		relay->spmc.quirks = vffa_quirk_find(&relay->spmc);
		vffa_turn_init(relay);
	}

	relay->failed_fid = 0;
	return VFFA_OK;

err_unmap:
	/* Where that is refused, too, vffa_relay_stop() tells. */
	failed_fid = relay->failed_fid;
	unmap_buffers(relay);
	relay->failed_fid = failed_fid;
	return ret;
}

enum vffa_ret vffa_relay_stop(struct vffa_relay *relay)
{
	return unmap_buffers(relay);
}
