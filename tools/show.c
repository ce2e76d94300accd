// SPDX-License-Identifier: GPL-2.0-only
/* Relay, partitions and VMs in text and JSON. The fields are those of libvffa.h. */
#include "show.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "names.h"

#define NS_IN_S UINT64_C(1000000000)

static const char *version_text(uint32_t version, char text[16])
{
	if (!version)
		return "none";
	snprintf(text, 16, "%u.%u", version >> 16 & 0x7FFF, version & 0xFFFF);
	return text;
}

static const char *state_text(uint32_t state)
{
	switch (state) {
	case LIBVFFA_STATE_READY:
		return "ready";
	case LIBVFFA_STATE_STOPPING:
		return "stopping";
	default:
		return "stopped";
	}
}

static const char *rx_text(uint32_t rx_state)
{
	switch (rx_state) {
	case LIBVFFA_RX_NONE:
		return "none";
	case LIBVFFA_RX_FREE:
		return "free";
	default:
		return "full";
	}
}

/* A process may call itself anything, and terminals obey. */
static void write_name(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc(*name < ' ' || *name > '~' ? '?' : *name, out);
}

static void json_flags(struct json *json, const char *name, uint32_t flags,
		       const char *(*name_of)(unsigned int bit))
{
	json_begin(json, name, '[');
	for (unsigned int bit = 0; bit < 32; bit++) {
		if (flags & (1u << bit) && name_of(bit))
			json_text(json, NULL, name_of(bit));
	}
	json_end(json, ']');
}

static void write_flags(FILE *out, uint32_t flags, const char *(*name_of)(unsigned int bit))
{
	for (unsigned int bit = 0; bit < 32; bit++) {
		if (flags & (1u << bit) && name_of(bit))
			fprintf(out, " %s", name_of(bit));
	}
}

static void status_json(struct json *json, const struct libvffa_info *info,
			const struct libvffa_status *status)
{
	char text[16];

	json_begin(json, NULL, '{');
	json_text(json, "ffa_version", version_text(info->ffa_version, text));
	json_text(json, "spmc_version", version_text(info->spmc_version, text));
	json_number(json, "spmc_id", info->spmc_id);
	json_flags(json, "offers", status->offers, name_of_offer);
	json_flags(json, "quirks", status->quirks, name_of_quirk);
	json_bool(json, "kvm_hook", info->flags & LIBVFFA_INFO_KVM_HOOK);
	json_bool(json, "policy", status->flags & LIBVFFA_STATUS_POLICY);
	json_number(json, "partitions", info->nr_partitions);
	json_number(json, "partitions_not_served", status->nr_hidden);
	json_number(json, "vms", status->nr_vms);
	json_number(json, "pages", status->pages);
	json_number(json, "max_pages", status->max_pages);
	json_number(json, "max_user_pages", status->max_user_pages);
	json_number(json, "max_vm_pages", status->max_vm_pages);
	json_number(json, "max_user_vms", status->max_user_vms);
	json_end(json, '}');
}

void show_status(FILE *out, struct json *json, const struct libvffa_info *info,
		 const struct libvffa_status *status)
{
	char text[16];

	if (json) {
		status_json(json, info, status);
		return;
	}
	fprintf(out, "guests:     FF-A up to %s, by %s\n", version_text(info->ffa_version, text),
		info->flags & LIBVFFA_INFO_KVM_HOOK ? "hook in KVM" : "ioctl alone");
	fprintf(out, "SPMC:       %s", version_text(info->spmc_version, text));
	if (info->spmc_version)
		fprintf(out, ", id 0x%04x, offers", info->spmc_id);
	write_flags(out, status->offers, name_of_offer);
	if (status->quirks) {
		fprintf(out, "\nquirks:    ");
		write_flags(out, status->quirks, name_of_quirk);
	}
	fprintf(out, "\npartitions: %u (%u not served)\n", info->nr_partitions, status->nr_hidden);
	fprintf(out, "policy:     %s\n",
		status->flags & LIBVFFA_STATUS_POLICY ? "loaded" : "none: VMs may see everything");
	fprintf(out, "VMs:        %u (%u for a user)\n", status->nr_vms, status->max_user_vms);
	fprintf(out, "pages:      %" PRIu64 " of %" PRIu64 " (%" PRIu64 " for a user, %" PRIu64 " for a VM)\n",
		status->pages, status->max_pages, status->max_user_pages, status->max_vm_pages);
}

static void partition_json(struct json *json, uint32_t index, const struct libvffa_partition *part,
			   const char *uuid)
{
	json_begin(json, NULL, '{');
	json_number(json, "index", index);
	json_number(json, "id", part->id);
	json_text(json, "uuid", uuid);
	json_number(json, "contexts", part->nr_contexts);
	json_flags(json, "properties", part->props, name_of_property);
	json_end(json, '}');
}

void show_partition(FILE *out, struct json *json, uint32_t index,
		    const struct libvffa_partition *part)
{
	char uuid[LIBVFFA_UUID_TEXT_SIZE];

	libvffa_uuid_format(&part->uuid, uuid);
	if (json) {
		partition_json(json, index, part, uuid);
		return;
	}
	fprintf(out, "0x%04x  %s  contexts %u ", part->id, uuid, part->nr_contexts);
	write_flags(out, part->props, name_of_property);
	fputc('\n', out);
}

static void held_json(struct json *json, const struct libvffa_vm_status *vm)
{
	json_number(json, "tries", vm->held_tries);
	json_number(json, "seconds", vm->held_ns / NS_IN_S);
	json_number(json, "contexts", vm->held_runs);
	json_number(json, "partitions", vm->held_partitions);
	json_number(json, "handles", vm->held_handles);
	json_bool(json, "notifications", vm->flags & LIBVFFA_VM_STATUS_HELD_NOTIF);
	json_number(json, "pages", vm->pages);
}

static bool sees(const struct libvffa_vm_status *vm, unsigned int i)
{
	return vm->visible[i / 64] & (1ull << (i % 64));
}

static void calls_json(struct json *json, const struct libvffa_vm_status *vm)
{
	json_begin(json, "calls", '{');
	for (unsigned int i = 0; i < LIBVFFA_NR_CALL_COUNTS; i++) {
		char number[8];

		if (!vm->calls[i])
			continue;
		snprintf(number, sizeof(number), "0x%02x", 0x60 + i);
		json_begin(json, name_of_function(i) ? name_of_function(i) : number, '{');
		json_number(json, "calls", vm->calls[i]);
		json_number(json, "failed", vm->failed[i]);
		json_end(json, '}');
	}
	json_end(json, '}');
	json_begin(json, "errors", '{');
	for (unsigned int i = 1; i < LIBVFFA_NR_ERROR_COUNTS; i++) {
		if (vm->errors[i] && name_of_error(i))
			json_number(json, name_of_error(i), vm->errors[i]);
	}
	json_end(json, '}');
	json_number(json, "preempted", vm->preempted);
}

static bool is_host(const struct libvffa_vm_status *vm)
{
	return vm->flags & LIBVFFA_VM_STATUS_HOST;
}

static void vm_json(struct json *json, const struct libvffa_vm_status *vm)
{
	char text[16];

	json_begin(json, NULL, '{');
	json_number(json, "id", vm->id);
	json_text(json, "state", state_text(vm->state));
	json_number(json, "pid", vm->pid > 0 ? (uint64_t)vm->pid : 0);
	json_text(json, "comm", vm->comm);
	json_number(json, "uid", vm->uid);
	json_bool(json, "closed", vm->flags & LIBVFFA_VM_STATUS_CLOSED);
	json_bool(json, "host", is_host(vm));
	json_bool(json, "bound", vm->flags & LIBVFFA_VM_STATUS_BOUND);
	json_text(json, "ffa_version", version_text(vm->ffa_version, text));
	json_number(json, "vcpus", vm->nr_vcpus);
	json_number(json, "buffer_pages", vm->buffer_pages);
	json_text(json, "rx", rx_text(vm->rx_state));
	json_number(json, "pages", vm->pages);
	json_number(json, "max_pages", vm->max_pages);
	json_number(json, "handles", vm->handles);
	json_number(json, "max_handles", vm->max_handles);
	json_number(json, "fragmented", vm->fragmented);
	json_number(json, "max_fragmented", vm->max_fragmented);
	json_number(json, "inside", vm->inside);
	json_number(json, "active", vm->active);
	json_number(json, "stopped", vm->stopped);
	json_number(json, "parked", vm->parked);
	json_number(json, "user_pages", vm->user_pages);
	json_number(json, "user_vms", vm->user_vms);
	json_begin(json, "sees", '[');
	for (unsigned int i = 0; i < 128; i++) {
		if (sees(vm, i))
			json_number(json, NULL, i);
	}
	json_end(json, ']');
	calls_json(json, vm);
	if (vm->held_tries) {
		json_begin(json, "quarantine", '{');
		held_json(json, vm);
		json_end(json, '}');
	}
	json_end(json, '}');
}

static void vm_calls(FILE *out, const struct libvffa_vm_status *vm)
{
	for (unsigned int i = 0; i < LIBVFFA_NR_CALL_COUNTS; i++) {
		if (!vm->calls[i])
			continue;
		if (name_of_function(i))
			fprintf(out, "  %-28s", name_of_function(i));
		else
			fprintf(out, "  0x%02x%24s", 0x60 + i, "");
		fprintf(out, " %10" PRIu64 " calls %10" PRIu64 " failed\n", vm->calls[i],
			vm->failed[i]);
	}
	for (unsigned int i = 1; i < LIBVFFA_NR_ERROR_COUNTS; i++) {
		if (vm->errors[i] && name_of_error(i))
			fprintf(out, "  error %-22s %10" PRIu64 "\n", name_of_error(i),
				vm->errors[i]);
	}
	if (vm->preempted)
		fprintf(out, "  preempted %18s %10" PRIu64 "\n", "", vm->preempted);
}

static void write_owner(FILE *out, const struct libvffa_vm_status *vm)
{
	fprintf(out, "VM %u: ", vm->id);
	if (is_host(vm)) {
		fputs("the host's own drivers", out);
	} else {
		fprintf(out, "pid %d (", vm->pid);
		write_name(out, vm->comm);
		fprintf(out, "), user %u", vm->uid);
	}
	fprintf(out, ", %s%s\n", state_text(vm->state),
		vm->flags & LIBVFFA_VM_STATUS_CLOSED ? ", closed" : "");
}

static const char *kvm_text(const struct libvffa_vm_status *vm)
{
	if (is_host(vm))
		return "";
	return vm->flags & LIBVFFA_VM_STATUS_BOUND ? ", bound to KVM" : ", not bound to KVM";
}

static void write_buffers(FILE *out, const struct libvffa_vm_status *vm)
{
	fprintf(out, "  buffers %u pages each, RX %s", vm->buffer_pages, rx_text(vm->rx_state));
	/* Of the host's memory none is pinned. */
	if (!is_host(vm))
		fprintf(out, "; pinned %" PRIu64 " of %u pages", vm->pages, vm->max_pages);
	fputc('\n', out);
}

void show_vm(FILE *out, struct json *json, const struct libvffa_vm_status *vm,
	     const struct libvffa_status *limits)
{
	unsigned int nr_seen = 0;
	char text[16];

	if (json) {
		vm_json(json, vm);
		return;
	}
	for (unsigned int i = 0; i < 128; i++)
		nr_seen += sees(vm, i);
	write_owner(out, vm);
	fprintf(out, "  FF-A %s, %u vCPUs%s, sees %u partitions\n",
		version_text(vm->ffa_version, text), vm->nr_vcpus, kvm_text(vm), nr_seen);
	write_buffers(out, vm);
	fprintf(out, "  memory %u of %u handles, %u of %u sends in fragments\n", vm->handles,
		vm->max_handles, vm->fragmented, vm->max_fragmented);
	fprintf(out, "  calls: %u inside, %u parked; partition contexts: %u at work, %u stopped\n",
		vm->inside, vm->parked, vm->active, vm->stopped);
	fprintf(out, "  its user: %u of %u VMs, %" PRIu64 " of %" PRIu64 " pages\n", vm->user_vms,
		limits->max_user_vms, vm->user_pages, limits->max_user_pages);
	vm_calls(out, vm);
}

void show_held(FILE *out, struct json *json, const struct libvffa_vm_status *vm)
{
	if (json) {
		json_begin(json, NULL, '{');
		json_number(json, "id", vm->id);
		held_json(json, vm);
		json_end(json, '}');
		return;
	}
	write_owner(out, vm);
	fprintf(out,
		"  held for %" PRIu64
		" s, %u tries: %u contexts, %u partitions, %u handles, %" PRIu64 " pages%s\n",
		vm->held_ns / NS_IN_S, vm->held_tries, vm->held_runs, vm->held_partitions,
		vm->held_handles, vm->pages,
		vm->flags & LIBVFFA_VM_STATUS_HELD_NOTIF ? ", notifications" : "");
}
