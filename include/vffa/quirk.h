/* SPDX-License-Identifier: (GPL-2.0-only WITH Linux-syscall-note) OR BSD-2-Clause */
/*
 * Defects of the SPMCs the relay meets, and what it does about each: there is no other place.
 * Whose they are, and how that partner is recognised, is in the table of core/quirk.c.
 *
 * Orders that hurt no SPMC are kept for all of them, whatever the mask says, because they come before
 * the SPMC is recognised: RX/TX are mapped before any VM is announced and never again while there
 * is one, and RX is released after every FFA_PARTITION_INFO_GET, also after one that failed.
 */
#ifndef VFFA_QUIRK_H
#define VFFA_QUIRK_H

#include <vffa/env.h>

/*
 * VM_CREATED is DENIED when the slots for guests, or the memory for one, are used up; nothing says
 * how many there are. Seen: OP-TEE 4.10 with CFG_NS_VIRTUALIZATION.
 * The host's log names the option to build it with (kmod/guest.c).
 */
#define VFFA_QUIRK_VM_SLOTS 0x001u

/*
 * VM_CREATED of a VM it knows succeeds, and takes another slot; VM_DESTROYED of one it does not know
 * succeeds as well. Seen: OP-TEE 4.10 with CFG_NS_VIRTUALIZATION.
 * VM_DESTROYED goes before every VM_CREATED: the id may have been that of a VM of a host that
 * crashed, or of a kernel before kexec, and its slot would be lost until the next power cycle
 * (core/avail.c).
 */
#define VFFA_QUIRK_VM_TWICE 0x002u

/*
 * FFA_RXTX_MAP after the first VM_CREATED aborts the secure world. Seen: OP-TEE 4.10 with
 * CFG_NS_VIRTUALIZATION.
 * The relay maps its buffers when it starts, and a home that stops it has no VMs (core/relay.c).
 */
#define VFFA_QUIRK_MAP_FIRST 0x004u

/*
 * FFA_MEM_FRAG_TX fails: two lengths are exchanged. Seen: OP-TEE 4.10.
 * A descriptor that does not fit into the hypervisor's TX buffer as a whole is NO_MEMORY.
 */
#define VFFA_QUIRK_NO_FRAGMENTS 0x008u

/*
 * FFA_MEM_SHARE in the name of a VM that it was not told of succeeds, with handle 0; FFA_MEM_RECLAIM
 * of handle 0 can then panic it. Seen: OP-TEE 4.10.
 * Success with handle 0 is a refusal, and handle 0 is never reclaimed.
 */
#define VFFA_QUIRK_HANDLE_0 0x010u

/*
 * There are VFFA_QUIRK_MAX_HANDLES handles for each VM; one more is NO_MEMORY and harms the books.
 * Seen: OP-TEE 4.10 with CFG_NS_VIRTUALIZATION.
 * The relay counts, and does not ask for the one too many.
 */
#define VFFA_QUIRK_HANDLES_PER_VM 0x020u

/* The same, but for all VMs together. Seen: OP-TEE 4.10 without CFG_NS_VIRTUALIZATION. */
#define VFFA_QUIRK_HANDLES_IN_ALL 0x040u

#define VFFA_QUIRK_MAX_HANDLES 64u

/*
 * FFA_MEM_SHARE must be of normal, write-back, inner shareable memory (attributes 0x2F), read-write,
 * and with tag 0. Seen: OP-TEE 4.10.
 * What is otherwise is DENIED before anything happens.
 */
#define VFFA_QUIRK_PLAIN_SHARES 0x080u

/*
 * The tag of FFA_MEM_LEND is the use case of protected memory, and only those it was built with are
 * taken. Seen: OP-TEE 4.10.
 * A tag that is not 0 is DENIED before anything happens.
 */
#define VFFA_QUIRK_LEND_TAG 0x100u

/*
 * FFA_NOTIFICATION_BITMAP_DESTROY is DENIED while notifications are bound. Seen: OP-TEE 4.10.
 * When it is refused, the relay fetches what is pending, unbinds what the VM has left bound, and asks
 * once more (core/notif_life.c).
 */
#define VFFA_QUIRK_NOTIF_BOUND 0x200u

/*
 * FFA_NOTIFICATION_INFO_GET names a VM for as long as something is pending for it; and where that are
 * too many, always the same ones, with more to come. Seen: OP-TEE 4.10.
 * An answer that is the one before ends the loop, and the rest is asked for later
 * (core/notif_info.c). A VM may be interrupted again before its guest has come to look.
 */
#define VFFA_QUIRK_NOTIF_REPEATS 0x400u

/*
 * It loses memory with every VM_CREATED it accepts, for good, and panics: after 106 of them one
 * after the other, and after 74 with five VMs at a time.
 * Seen: OP-TEE 4.10 with CFG_NS_VIRTUALIZATION.
 * There is a number of announcements since the relay started, and a share of it for each VM, which is
 * announced anew by each reset: beyond them a VM does not come up (struct vffa_announce_limits). What
 * was lost before the relay started it cannot know.
 */
#define VFFA_QUIRK_VM_LEAKS 0x800u

/**
 * vffa_quirk_name() - a short name for people
 * @quirk: one VFFA_QUIRK_*
 *
 * Return: the name; NULL = there is no such quirk. Bits are given out from the lowest, without gaps.
 */
const char *vffa_quirk_name(uint32_t quirk);

#endif /* VFFA_QUIRK_H */
