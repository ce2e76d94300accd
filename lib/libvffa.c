// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The relay's device: open it, check that it speaks our contract, ask what the host offers.
 * VMs are not here but in vm.c.
 */
#include "internal.h"

#include <errno.h>

#include <linux/vffa.h>

#include "options.h"
#include "sys.h"

_Static_assert(LIBVFFA_INFO_SPMC == VFFA_INFO_SPMC, "same flag");
_Static_assert(LIBVFFA_INFO_KVM_HOOK == VFFA_INFO_KVM_HOOK, "same flag");

static int check_api(int fd)
{
	struct vffa_info info = { 0 };
	int ret;

	ret = libvffa_sys_ioctl(fd, VFFA_GET_INFO, &info);
	if (ret < 0)
		return ret;
	return info.api_version == VFFA_API_VERSION ? 0 : -EPROTONOSUPPORT;
}

int libvffa_open(const struct libvffa_options *options, struct libvffa **out)
{
	struct libvffa_options opts = { 0 };
	struct libvffa *ctx;
	int ret;

	if (options) {
		ret = libvffa_options_in(&opts, sizeof(opts), sizeof(opts), options);
		if (ret)
			return ret;
	}

	ctx = libvffa_sys_alloc(sizeof(*ctx));
	if (!ctx)
		return -ENOMEM;

	ctx->fd = libvffa_sys_open(opts.path ? opts.path : "/dev/vffa");
	if (ctx->fd < 0) {
		ret = ctx->fd;
		goto err_free;
	}

	ret = check_api(ctx->fd);
	if (ret)
		goto err_close;

	*out = ctx;
	return 0;

err_close:
	libvffa_sys_close(ctx->fd);
err_free:
	libvffa_sys_free(ctx);
	return ret;
}

void libvffa_close(struct libvffa *ctx)
{
	if (!ctx)
		return;
	libvffa_sys_close(ctx->fd);
	libvffa_sys_free(ctx);
}

int libvffa_get_info(struct libvffa *ctx, struct libvffa_info *info)
{
	struct vffa_info raw = { 0 };
	struct libvffa_info ours;
	int ret;

	ret = libvffa_sys_ioctl(ctx->fd, VFFA_GET_INFO, &raw);
	if (ret < 0)
		return ret;

	ours = (struct libvffa_info){
		.flags = raw.flags,
		.ffa_version = raw.ffa_version,
		.spmc_version = raw.spmc_version,
		.spmc_id = raw.spmc_id,
		.nr_partitions = raw.nr_partitions,
		.max_vcpus = raw.max_vcpus,
	};
	return libvffa_options_out(info, sizeof(ours), &ours, sizeof(ours));
}
