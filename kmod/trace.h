/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: calls of guests, SMCs to the SPMC, interrupts, VMs. A nop each where nobody looks. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vffa

#if !defined(VFFA_KMOD_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VFFA_KMOD_TRACE_H

#include <linux/tracepoint.h>

#include <vffa/relay.h>

#ifndef VFFA_TRACE_ONCE
#define VFFA_TRACE_ONCE

/* x0 to x7: what is behind them is payload only. */
#define VFFA_TRACE_REGS 8

/* Steps in a VM's life, as vffa_vm tells them. */
enum vffa_trace_vm {
	VFFA_TRACE_CREATED,
	VFFA_TRACE_RESET,
	VFFA_TRACE_CLOSED,
	VFFA_TRACE_ENDED,
};

/* What becomes of a guest's interrupt, as vffa_npi tells it. */
enum vffa_trace_npi {
	VFFA_TRACE_INJECTED, /* pending in KVM's vGIC */
	VFFA_TRACE_EVENTFD,  /* left to the VMM */
	VFFA_TRACE_WAITS,    /* there is no way into the guest yet */
};

/* 0, the FF-A error that the guest got, or 1: it has no answer yet, the call is parked. */
static inline int vffa_trace_status(const struct vffa_regs *regs, enum vffa_action action)
{
	if (action == VFFA_EXIT_TO_VMM)
		return 1;
	return (u32)regs->x[0] == FFA_ERROR ? (s32)regs->x[2] : 0;
}

#endif

TRACE_DEFINE_ENUM(VFFA_TRACE_CREATED);
TRACE_DEFINE_ENUM(VFFA_TRACE_RESET);
TRACE_DEFINE_ENUM(VFFA_TRACE_CLOSED);
TRACE_DEFINE_ENUM(VFFA_TRACE_ENDED);
TRACE_DEFINE_ENUM(VFFA_TRACE_INJECTED);
TRACE_DEFINE_ENUM(VFFA_TRACE_EVENTFD);
TRACE_DEFINE_ENUM(VFFA_TRACE_WAITS);

/* clang-format off */
TRACE_EVENT(vffa_call_enter,
	TP_PROTO(const struct vffa_vcpu *vcpu, const struct vffa_regs *regs),
	TP_ARGS(vcpu, regs),
	TP_STRUCT__entry(
		__field(u16, vm)
		__field(u32, vcpu)
		__field(u32, fid)
		__array(u64, x, VFFA_TRACE_REGS)
	),
	TP_fast_assign(
		__entry->vm = vcpu->vm->id;
		__entry->vcpu = vcpu->index;
		__entry->fid = (u32)regs->x[0];
		memcpy(__entry->x, regs->x, sizeof(__entry->x));
	),
	TP_printk("vm=%u vcpu=%u fid=%#x x1=%#llx x2=%#llx x3=%#llx x4=%#llx x5=%#llx x6=%#llx x7=%#llx",
		__entry->vm, __entry->vcpu, __entry->fid, __entry->x[1], __entry->x[2],
		__entry->x[3], __entry->x[4], __entry->x[5], __entry->x[6], __entry->x[7])
);

TRACE_EVENT(vffa_call_exit,
	TP_PROTO(const struct vffa_vcpu *vcpu, u32 fid, const struct vffa_regs *regs,
		 enum vffa_action action, u64 ns),
	TP_ARGS(vcpu, fid, regs, action, ns),
	TP_STRUCT__entry(
		__field(u16, vm)
		__field(u32, vcpu)
		__field(u32, fid)
		__field(int, status)
		__field(u64, ns)
		__array(u64, x, VFFA_TRACE_REGS)
	),
	TP_fast_assign(
		__entry->vm = vcpu->vm->id;
		__entry->vcpu = vcpu->index;
		__entry->fid = fid;
		__entry->status = vffa_trace_status(regs, action);
		__entry->ns = ns;
		memcpy(__entry->x, regs->x, sizeof(__entry->x));
	),
	TP_printk("vm=%u vcpu=%u fid=%#x status=%d ns=%llu x0=%#llx x1=%#llx x2=%#llx x3=%#llx x4=%#llx x5=%#llx x6=%#llx x7=%#llx",
		__entry->vm, __entry->vcpu, __entry->fid, __entry->status, __entry->ns,
		__entry->x[0], __entry->x[1], __entry->x[2], __entry->x[3], __entry->x[4],
		__entry->x[5], __entry->x[6], __entry->x[7])
);

TRACE_EVENT(vffa_smc,
	TP_PROTO(u32 fid, u32 w1, const struct vffa_regs *regs, u32 cpu, u64 ns),
	TP_ARGS(fid, w1, regs, cpu, ns),
	TP_STRUCT__entry(
		__field(u32, fid)
		__field(u32, w1)
		__field(u32, cpu)
		__field(u64, ns)
		__array(u64, x, VFFA_TRACE_REGS)
	),
	TP_fast_assign(
		__entry->fid = fid;
		__entry->w1 = w1;
		__entry->cpu = cpu;
		__entry->ns = ns;
		memcpy(__entry->x, regs->x, sizeof(__entry->x));
	),
	TP_printk("fid=%#x w1=%#x cpu=%u ns=%llu x0=%#llx x1=%#llx x2=%#llx x3=%#llx x4=%#llx x5=%#llx x6=%#llx x7=%#llx",
		__entry->fid, __entry->w1, __entry->cpu, __entry->ns,
		__entry->x[0], __entry->x[1], __entry->x[2], __entry->x[3], __entry->x[4],
		__entry->x[5], __entry->x[6], __entry->x[7])
);

TRACE_EVENT(vffa_sri,
	TP_PROTO(u32 cpu),
	TP_ARGS(cpu),
	TP_STRUCT__entry(
		__field(u32, cpu)
	),
	TP_fast_assign(
		__entry->cpu = cpu;
	),
	TP_printk("cpu=%u", __entry->cpu)
);

TRACE_EVENT(vffa_npi,
	TP_PROTO(const struct vffa_vm *vm, u32 vcpu, u32 intid, enum vffa_trace_npi what),
	TP_ARGS(vm, vcpu, intid, what),
	TP_STRUCT__entry(
		__field(u16, vm)
		__field(u32, vcpu)
		__field(u32, intid)
		__field(u8, what)
	),
	TP_fast_assign(
		__entry->vm = vm->id;
		__entry->vcpu = vcpu;
		__entry->intid = intid;
		__entry->what = what;
	),
	TP_printk("vm=%u vcpu=%u intid=%u %s", __entry->vm, __entry->vcpu, __entry->intid,
		__print_symbolic(__entry->what,
			{ VFFA_TRACE_INJECTED, "injected" },
			{ VFFA_TRACE_EVENTFD, "eventfd" },
			{ VFFA_TRACE_WAITS, "waits" }))
);

TRACE_EVENT(vffa_vm,
	TP_PROTO(const struct vffa_vm *vm, enum vffa_trace_vm what),
	TP_ARGS(vm, what),
	TP_STRUCT__entry(
		__field(u16, vm)
		__field(u8, what)
	),
	TP_fast_assign(
		__entry->vm = vm->id;
		__entry->what = what;
	),
	TP_printk("vm=%u %s", __entry->vm,
		__print_symbolic(__entry->what,
			{ VFFA_TRACE_CREATED, "created" },
			{ VFFA_TRACE_RESET, "reset" },
			{ VFFA_TRACE_CLOSED, "closed" },
			{ VFFA_TRACE_ENDED, "ended" }))
);
/* clang-format on */

#endif /* VFFA_KMOD_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
