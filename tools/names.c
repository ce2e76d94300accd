// SPDX-License-Identifier: GPL-2.0-only
/* Names as the specification has them (FF-A 1.2; property bits as in 1.2, too). */
#include "names.h"

#include <stddef.h>

#define NAME(table, n) ((n) < sizeof(table) / sizeof((table)[0]) ? (table)[n] : NULL)

static const char *const functions[] = {
	[0x00] = "ERROR",
	[0x01] = "SUCCESS",
	[0x02] = "INTERRUPT",
	[0x03] = "VERSION",
	[0x04] = "FEATURES",
	[0x05] = "RX_RELEASE",
	[0x06] = "RXTX_MAP",
	[0x07] = "RXTX_UNMAP",
	[0x08] = "PARTITION_INFO_GET",
	[0x09] = "ID_GET",
	[0x0A] = "MSG_POLL",
	[0x0B] = "MSG_WAIT",
	[0x0C] = "YIELD",
	[0x0D] = "RUN",
	[0x0E] = "MSG_SEND",
	[0x0F] = "MSG_SEND_DIRECT_REQ",
	[0x10] = "MSG_SEND_DIRECT_RESP",
	[0x11] = "MEM_DONATE",
	[0x12] = "MEM_LEND",
	[0x13] = "MEM_SHARE",
	[0x14] = "MEM_RETRIEVE_REQ",
	[0x15] = "MEM_RETRIEVE_RESP",
	[0x16] = "MEM_RELINQUISH",
	[0x17] = "MEM_RECLAIM",
	[0x18] = "MEM_OP_PAUSE",
	[0x19] = "MEM_OP_RESUME",
	[0x1A] = "MEM_FRAG_RX",
	[0x1B] = "MEM_FRAG_TX",
	[0x1C] = "NORMAL_WORLD_RESUME",
	[0x1D] = "NOTIFICATION_BITMAP_CREATE",
	[0x1E] = "NOTIFICATION_BITMAP_DESTROY",
	[0x1F] = "NOTIFICATION_BIND",
	[0x20] = "NOTIFICATION_UNBIND",
	[0x21] = "NOTIFICATION_SET",
	[0x22] = "NOTIFICATION_GET",
	[0x23] = "NOTIFICATION_INFO_GET",
	[0x24] = "RX_ACQUIRE",
	[0x25] = "SPM_ID_GET",
	[0x26] = "MSG_SEND2",
	[0x27] = "SECONDARY_EP_REGISTER",
	[0x28] = "MEM_PERM_GET",
	[0x29] = "MEM_PERM_SET",
	[0x2A] = "CONSOLE_LOG",
	[0x2B] = "PARTITION_INFO_GET_REGS",
	[0x2C] = "EL3_INTR_HANDLE",
	[0x2D] = "MSG_SEND_DIRECT_REQ2",
	[0x2E] = "MSG_SEND_DIRECT_RESP2",
	[0x3F] = "others",
};

static const char *const errors[] = {
	[1] = "NOT_SUPPORTED", [2] = "INVALID_PARAMETERS", [3] = "NO_MEMORY", [4] = "BUSY",
	[5] = "INTERRUPTED",   [6] = "DENIED",		   [7] = "RETRY",     [8] = "ABORTED",
	[9] = "NO_DATA",       [10] = "NOT_READY",	   [15] = "others",
};

static const char *const properties[] = {
	[0] = "direct-req-recv", [1] = "direct-req-send", [2] = "indirect",    [3] = "notifications",
	[6] = "vm-created",	 [7] = "vm-destroyed",	  [8] = "aarch64",     [9] = "direct-req2-recv",
	[10] = "direct-req2-send",
};

static const char
	*const
		offers[] = {
			"spm-id-get",  "direct-req",	  "direct-req-64",
			"direct-req2", "info-regs",	  "share",
			"lend",	       "donate",	  "notifications",
			"indirect",    [11] = "retrieve", [12] = "look-up",
		};

static const char *const quirks[] = {
	"vm-slots", "vm-twice",	      "map-first",	"no-fragments",
	"handle-0", "handles-per-vm", "handles-in-all", "plain-shares",
	"lend-tag", "notif-bound",    "notif-repeats",	"vm-leaks",
};

const char *name_of_function(unsigned int n)
{
	return NAME(functions, n);
}

const char *name_of_error(unsigned int n)
{
	return NAME(errors, n);
}

const char *name_of_property(unsigned int bit)
{
	return NAME(properties, bit);
}

const char *name_of_offer(unsigned int bit)
{
	return NAME(offers, bit);
}

const char *name_of_quirk(unsigned int bit)
{
	return NAME(quirks, bit);
}
