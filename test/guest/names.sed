# SPDX-License-Identifier: GPL-2.0-only
# Makes the name table of names.c out of vffa/abi.h and spmc/sp/proto.h: one entry per constant without parameters.
s/^#define \([A-Z][A-Z0-9_]*\)[[:space:]]\{1,\}[^[:space:]].*/NAME(\1)/p
