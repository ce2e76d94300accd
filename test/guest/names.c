// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names scripts may use for numbers. The table is made from vffa/abi.h, and from what the
 * development SPMC's partitions understand, by names.sed.
 */
#include "names.h"

#include <vffa/abi.h>

#include "../../spmc/sp/proto.h"
#include "text.h"

#define ERROR_PREFIX "FFA_RET_"

/* Not FF-A, but what scripts compare it with (DEN0022). */
#define PSCI_VERSION  0x84000000u
#define PSCI_FEATURES 0x8400000Au

static const struct {
	const char *name;
	int64_t value;
} names[] = {
#define NAME(n) { #n, (int64_t)(n) },
#include "names.inc"
	NAME(PSCI_VERSION) NAME(PSCI_FEATURES)
#undef NAME
};

#define NR_NAMES (sizeof(names) / sizeof(names[0]))

bool name_value(const char *name, uint64_t *value)
{
	for (size_t i = 0; i < NR_NAMES; i++) {
		if (text_equal(names[i].name, name)) {
			*value = (uint64_t)names[i].value;
			return true;
		}
	}
	return false;
}

static const char *error_suffix(size_t i)
{
	if (!text_starts(names[i].name, ERROR_PREFIX))
		return NULL;
	return names[i].name + sizeof(ERROR_PREFIX) - 1;
}

bool name_error(const char *name, uint32_t *code)
{
	for (size_t i = 0; i < NR_NAMES; i++) {
		const char *suffix = error_suffix(i);

		if (suffix && text_equal(suffix, name)) {
			*code = (uint32_t)names[i].value;
			return true;
		}
	}
	return false;
}

const char *name_of_error(uint32_t code)
{
	for (size_t i = 0; i < NR_NAMES; i++) {
		if (error_suffix(i) && (uint32_t)names[i].value == code)
			return error_suffix(i);
	}
	return NULL;
}

static bool is_ffa_function(uint32_t fid)
{
	uint32_t fn = fid & FFA_FN_MASK;

	return (fid & FFA_FID_BASE_MASK) == FFA_FID_BASE && fn >= FFA_FN_FIRST && fn <= FFA_FN_LAST;
}

const char *name_of_function(uint32_t fid)
{
	if (!is_ffa_function(fid))
		return NULL;
	for (size_t i = 0; i < NR_NAMES; i++) {
		if (names[i].value == (int64_t)fid)
			return names[i].name;
	}
	return NULL;
}
