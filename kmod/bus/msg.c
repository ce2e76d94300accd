// SPDX-License-Identifier: GPL-2.0-only
/* Messages from the host's drivers to partitions. */
#include "bus.h"

#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/wordpart.h>

#include "../host_end.h"

static u64 ids_to(const struct ffa_device *dev)
{
	return (u32)vffa_host_id() << 16 | (u16)dev->vm_id;
}

static void set_32bit(struct ffa_device *dev)
{
	dev->mode_32bit = true;
}

static int send_direct(struct ffa_device *dev, struct ffa_send_direct_data *data)
{
	bool narrow = dev->mode_32bit;
	struct vffa_regs regs = {
		.x = { narrow ? FFA_MSG_SEND_DIRECT_REQ : FFA_FN64_MSG_SEND_DIRECT_REQ, ids_to(dev),
		       0, data->data0, data->data1, data->data2, data->data3, data->data4 },
	};
	u32 answer = narrow ? FFA_MSG_SEND_DIRECT_RESP : FFA_FN64_MSG_SEND_DIRECT_RESP;
	int err;

	err = vffa_bus_call_till_end(&regs);
	if (err)
		return err;
	if (lower_32_bits(regs.x[0]) != answer)
		return -EINVAL;
	*data = (struct ffa_send_direct_data){ regs.x[3], regs.x[4], regs.x[5], regs.x[6],
					       regs.x[7] };
	return 0;
}

static int send_direct2(struct ffa_device *dev, struct ffa_send_direct_data2 *data)
{
	struct vffa_regs regs = {
		.x = { FFA_MSG_SEND_DIRECT_REQ2, ids_to(dev), get_unaligned_le64(&dev->uuid.b[0]),
		       get_unaligned_le64(&dev->uuid.b[8]) },
	};
	int err;

	static_assert(sizeof(data->data) == sizeof(regs.x) - 4 * sizeof(regs.x[0]));
	memcpy(&regs.x[4], data->data, sizeof(data->data));
	err = vffa_bus_call_till_end(&regs);
	if (err)
		return err;
	if (lower_32_bits(regs.x[0]) != FFA_MSG_SEND_DIRECT_RESP2)
		return -EINVAL;
	memcpy(data->data, &regs.x[4], sizeof(data->data));
	return 0;
}

static int send_indirect(struct ffa_device *dev, void *buf, size_t size)
{
	struct vffa_regs regs = { .x = { FFA_MSG_SEND2 } };
	struct ffa_indirect_msg_hdr *header;
	int err;

	if (size > BUS_BUFFER_SIZE - sizeof(*header))
		return -ERANGE;

	header = vffa_bus_tx_lock();
	*header = (struct ffa_indirect_msg_hdr){
		.offset = sizeof(*header),
		.send_recv_id = ids_to(dev),
		.size = size,
		.uuid = dev->uuid,
	};
	memcpy(header + 1, buf, size);
	err = vffa_bus_call(&regs);
	vffa_bus_tx_unlock();

	return err;
}

/* Only what the host's endpoint has left stopped: the relay gives partitions cycles by itself. */
static int run(struct ffa_device *dev, u16 vcpu)
{
	struct vffa_regs regs = { .x = { FFA_RUN, (u32)dev->vm_id << 16 | vcpu } };

	return vffa_bus_call_till_end(&regs);
}

const struct ffa_msg_ops vffa_bus_msg_ops = {
	.mode_32bit_set = set_32bit,
	.sync_send_receive = send_direct,
	.indirect_send = send_indirect,
	.sync_send_receive2 = send_direct2,
};

const struct ffa_cpu_ops vffa_bus_cpu_ops = {
	.run = run,
};
